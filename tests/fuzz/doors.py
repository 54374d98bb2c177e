"""The other doors: packs, cases, weather of all kinds, terrain, street graphs, Python, the desk."""

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import rasterio
from shapely import LineString, Point

from nngis.case_file import NAME
from nngis.catalog.load import sha256_of
from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.catalog.write import CATALOG, write_catalog
from nngis.errors import NngisError
from nngis.fetch.pack import pack
from nngis.outputs.save import write_geopackage
from nngis.run.example_town import new_example
from nngis.text import Text
from tests.fuzz.corpus import Seed, boilers, in_result

CHINA_EPSG = 4545
SECONDS = 10  # of an answer
WHOLE_TOWN = "example town"


def in_case(place: Path, seed: Seed, data: bytes) -> tuple[Path, Path]:
    """Lay a case out, one of its files the hostile one, which its catalog knows."""
    folder = place / "case"
    shutil.copytree(seed.path.parent, folder)
    path = folder / seed.path.name
    old, text = sha256_of(path), (folder / CATALOG).read_text("utf-8")
    path.write_bytes(data)
    if path.name != CATALOG:
        (folder / CATALOG).write_text(text.replace(old, sha256_of(path)), "utf-8")
    return path, folder


def beside_case(place: Path, seed: Seed, data: bytes) -> tuple[Path, Path]:
    """Lay a case out, and the hostile file beside it."""
    town = seed.path.parent / WHOLE_TOWN
    path = place / seed.path.name
    path.write_bytes(data)
    return path, Path(shutil.copytree(town, place / "case"))


def with_case(folder: Path) -> list[Seed]:
    """Files of all kinds that are put into a case, planned with, counted with, proposed."""
    add = ("case", "add", "{dir}", "boilers={}", "--datum", "wgs84")
    given = ("--layer", "boilers={}", "--datum", "wgs84", "--case", "{dir}", "--out", "{out}")
    plan, count = ("run", "heat", *given), ("register", *given)
    kinds = ("csv", "tsv", "xlsb", "gpkg", "geojson", "fgb", "parquet", "kml", "kmz", "dxf", "geojsonl", "tab")  # fmt: skip
    names = ("boiler_survey.xlsx", "boilers_gbk.zip", *(f"boilers.{kind}" for kind in kinds))
    files = [folder / name for name in names]
    return [
        Seed(f"{path.suffix[1:]} {what}", path, words, beside_case)
        for what, words in (("into a case", add), ("for a plan", plan), ("for the register", count))
        for path in files
    ]


def more_seeds(folder: Path) -> list[Seed]:
    """Write the files of these doors and name the commands."""
    return [
        *cases(folder),
        *weather(folder),
        *terrain(folder),
        *graphs(folder),
        *python(folder),
        *with_case(folder),
        *questions(folder),
    ]


def questions(folder: Path) -> list[Seed]:
    """Tables of places that are asked about, and that may be many at one place."""
    near = ("--limit-km", "5", "--datum", "wgs84", "--json")
    roads = ("--roads", str(folder / "rivers.geojson"))
    seeds = []
    for kind in ("csv", "xlsb", "parquet", "kml"):
        path, both = folder / f"boilers.{kind}", ("--facilities", "{}", *near)
        seeds += [
            Seed(f"{kind} for reach", path, ("reach", "--demand", "{}", *both)),
            Seed(f"{kind} for reach by road", path, ("reach", "--demand", "{}", *both, *roads)),
            Seed(
                f"{kind} for a site",
                path,
                ("site", "mclp", "--demand", "{}", "--candidates", "{}", "-p", "2", *near),
            ),
        ]
    loads = ("swmm", "{dir}/sewer", "--loads")
    network = folder / "sewer result" / "sewer" / "layers.gpkg"
    return [*seeds, Seed("gpkg of a network under load", network, loads, in_result)]


def cases(folder: Path) -> list[Seed]:
    town = folder / WHOLE_TOWN
    new_example(town)
    parks = boilers().set_geometry(boilers().geometry).rename(columns={"锅炉编号": "park_id"})
    parks = parks[["park_id", "geometry"]].assign(name_zh="园")
    parks.to_file(town / "parks.gpkg", driver="GPKG")
    points = pd.DataFrame({"place_id": ["a", "b"], "lon": [108.3, 108.4], "lat": [22.8, 22.9]})
    points.to_csv(town / "spots.csv", index=False)
    specs = read_catalog(town)
    kept = [one for one in specs.values() if one.id not in ("parks", "spots")]
    kept += [_spec(town, "parks", "parks.gpkg", "park_id")]
    kept += [_spec(town, "spots", "spots.csv", "place_id")]
    write_catalog(town, "", kept)
    pack(town, folder / "town.zip")
    check = ("case", "check", "{dir}")
    boundary = next(one for one in kept if one.id == "boundary" or "counties" in one.roles)
    return [
        Seed("zip of a pack", folder / "town.zip", ("layers", "unpack", "{}", "--out", "{out}")),
        Seed("gpkg of a case", town / "parks.gpkg", check, in_case),
        Seed("csv of a case", town / "spots.csv", check, in_case),
        Seed("tif of a case", town / "elevation.tif", check, in_case),
        Seed("geojson of a case", town / str(boundary.file), check, in_case),
        Seed("toml of a case", town / NAME, check, in_case),
    ]


def _spec(town: Path, name: str, file: str, key: str) -> LayerSpec:
    return LayerSpec(
        id=name, title=Text("层", "Layer"), file=file, sha256=sha256_of(town / file), key=key,
        geometry="point", vintage="", licence="", attribution="", sources=("x",), evidence="synthetic",
    )  # fmt: skip


def weather(folder: Path) -> list[Seed]:
    lit = ("roofs", str(folder / "roofs.parquet"), "--climate", "{}", "--out", "{out}")
    hours = pd.date_range("2019-01-01", periods=8760, freq="h")
    names = ["time(UTC)", "T2m", "RH", "G(h)", "Gb(n)", "Gd(h)", "IR(h)", "WS10m", "WD10m", "SP"]
    rows = [[f"{t:%Y%m%d:%H%M}", 20.5, 70, 0, 0, 0, 350, 2.1, 180, 101000] for t in hours]
    for row, hour in zip(rows, hours, strict=True):
        if 0 < hour.hour < 9:
            row[3:6] = [500, 400, 100]
    head = "Latitude (decimal degrees): 22.800\nLongitude (decimal degrees): 108.300\n"
    head += "Elevation (m): 80.0\nmonth,year\n"
    head += "".join(f"{month},2019\n" for month in range(1, 13))
    body = "\n".join(",".join(map(str, row)) for row in [names, *rows])
    (folder / "pvgis.csv").write_text(f"{head}{body}\n\nT2m: 2-m air\n", "utf-8")
    about = {"latitude": 22.8, "longitude": 108.3, "elevation": 80.0}
    said = {
        "inputs": {"location": about},
        "outputs": {
            "months_selected": [{"month": month, "year": 2019} for month in range(1, 13)],
            "tmy_hourly": [dict(zip(names, row, strict=True)) for row in rows],
        },
        "meta": {"inputs": {}},
    }
    (folder / "pvgis.json").write_text(json.dumps(said), "utf-8")
    return [
        Seed("csv of weather", folder / "pvgis.csv", lit),
        Seed("json of weather", folder / "pvgis.json", lit),
    ]


def terrain(folder: Path) -> list[Seed]:
    heights = np.add.outer(np.linspace(80, 60, 90), np.linspace(0, 5, 120)).astype("float32")
    with rasterio.open(
        folder / "dem.tif", "w", driver="GTiff", width=120, height=90, count=2, dtype="float32",
        crs="EPSG:4326", nodata=-9999, tiled=True, blockxsize=64, blockysize=64,
        transform=rasterio.Affine(3e-4, 0, 108.3, 0, -3e-4, 22.83), compress="deflate",
    ) as raster:  # fmt: skip
        raster.write(np.stack([heights, heights]))
    return [
        Seed("tif of heights", folder / "dem.tif", ("python", "heights", "{}")),
        Seed("tif of people", folder / "dem.tif", ("python", "people", "{}")),
    ]


def graphs(folder: Path) -> list[Seed]:
    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    for name, x, y in ((1, 108.3, 22.8), (2, 108.31, 22.8), (3, 108.31, 22.81)):
        graph.add_node(name, x=x, y=y, street_count=2)
    for tail, head in ((1, 2), (2, 3), (3, 1)):
        graph.add_edge(tail, head, 0, osmid=tail, highway="primary", length=900.0, oneway=False)
    nx.write_graphml(graph, folder / "streets.graphml")
    pipes, manholes = _sewer()
    result = folder / "sewer result" / "sewer"
    result.mkdir(parents=True, exist_ok=True)
    write_geopackage(
        result / "layers.gpkg",
        {"pipes": pipes, "manholes": manholes, "lift_stations": manholes.iloc[:0].assign(a=1)},
    )
    told = {"plan": "sewer", "subject": "pipes", "indicators": [], "assumptions": []}
    about = {"value": 0.013, "unit": "", "source": "", "origin": "default"}
    told["parameters"] = {"roughness_n": about}
    (result / "result.json").write_text(json.dumps(told), "utf-8")
    engine = ("swmm", "{dir}/sewer")
    return [
        Seed("graphml of streets", folder / "streets.graphml", ("layers", "streets", "{}")),
        Seed(
            "graphml as roads",
            folder / "streets.graphml",
            ("layers", "import", "{}", "--as", "roads", "--out", "{out}.gpkg"),
        ),
        Seed("gpkg of a network", result / "layers.gpkg", engine, in_result),
        Seed("json of a network", result / "result.json", engine, in_result),
    ]


def _sewer() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    ends = [Point(5e5, 2.5e6), Point(5e5 + 100, 2.5e6)]
    manholes = gpd.GeoDataFrame(
        {"ground_m": [12.0, 12.0]},
        index=pd.Index(["A", "B"], name="manhole_id"), geometry=ends, crs=CHINA_EPSG,
    )  # fmt: skip
    pipes = gpd.GeoDataFrame(
        {
            "from_manhole": ["A"], "to_manhole": ["B"], "length_m": [100.0], "diameter_mm": [400],
            "invert_up_m": [10.0], "invert_down_m": [9.6], "flow_l_s": [50.0],
            "fill_ratio": [0.43], "velocity_m_s": [0.98], "kind": ["gravity"],
        },
        index=pd.Index(["P"], name="pipe_id"), geometry=[LineString(ends)], crs=CHINA_EPSG,
    )  # fmt: skip
    return pipes, manholes


def python(folder: Path) -> list[Seed]:
    town = str(folder / WHOLE_TOWN)
    seeds = [
        Seed(f"{kind} for python", folder / f"boilers.{kind}", ("python", "ledger", "{}"))
        for kind in ("csv", "gpkg", "geojson", "parquet", "kml", "fgb")
    ]
    seeds += [
        Seed(
            f"{Path(name).suffix[1:]} at the desk",
            folder / name,
            ("python", "desk", "{}", town),
            answers=3,
        )
        for name in ("boilers.csv", "boiler_survey.xlsx", "boilers.gpkg", "boilers_gbk.zip")
    ]
    card = folder / "scored" / "register"
    card.mkdir(parents=True, exist_ok=True)
    entry = {"id": "A1", "status": "met", "value": 1.0, "target": 2.0, "uses": [], "missing": []}
    said = {"date": "", "rules": [entry], "inputs": {"boilers": "00"}}
    (card / "scorecard.json").write_text(json.dumps(said), "utf-8")
    result = folder / "result" / "heat" / "result.json"
    proposals = ("permit", "--file", "{}", "--datum", "wgs84")
    return [
        *seeds,
        Seed("geojson of an area", folder / "rivers.geojson", ("python", "area", "{}")),
        Seed("toml for the desk", folder / "plan.toml", ("python", "asked", "{}", town)),
        Seed("json for the desk", result, ("python", "asked", "{dir}", town), in_result),
        Seed("csv of proposals", folder / "boilers.csv", proposals),
        Seed(
            "json of a scorecard",
            card / "scorecard.json",
            ("register", "--since", "{dir}"),
            in_result,
        ),
        Seed(
            "json of a comparison", result, ("compare", "{dir}", str(folder / "result")), in_result
        ),
        Seed(
            "toml of columns",
            Path(shutil.copy(folder / "plan.toml", folder / "columns.toml")),
            ("layers", "check", str(folder / "boilers.csv"), "--as", "boilers", "--map-file", "{}"),
        ),
    ]


def ask(words: list[str]) -> int:
    """Ask through Python; only an error of ours may come back."""
    try:
        _ASKS[words[0]](*words[1:])
    except NngisError as error:
        print(f"错误: {error.say('zh')}", file=sys.stderr)
        return 1
    return 0


def _ledger(path: str) -> None:
    import nngis

    print(len(nngis.read_ledger(path, "boilers", datum="wgs84").frame))
    print(len(nngis.read_layer(path, datum="wgs84").frame))


def _heights(path: str) -> None:
    from pyproj import CRS

    from nngis.inputs.rasters import read_grid_around

    west, south = 531_000, 2_519_000
    around = (west - 5_000, south - 5_000, west + 5_000, south + 5_000)
    crs = CRS(f"EPSG:{CHINA_EPSG}")
    for fill in (None, "outliers"):
        grid, notes = read_grid_around(Path(path), crs, around, role="elevation", fill=fill)
        print(grid.values.shape, [note.zh for note in notes])


def _people(path: str) -> None:
    from nngis.catalog.load import shipped_layers
    from nngis.inputs.choices import LayerChoice
    from nngis.inputs.population import people_from_raster
    from nngis.inputs.store import open_store

    print(len(people_from_raster(LayerChoice(path=path), open_store(shipped_layers())).frame))


def _area(path: str) -> None:
    from nngis.fetch.area import read_area

    print(read_area(path).box)


def _asked(path: str, case: str) -> None:
    import nngis
    from nngis.desk.opening import read_asked

    print(read_asked(Path(path), nngis.case(case).scenario).name)


def _desk(path: str, case: str) -> None:
    from nngis.desk.session import Session
    from nngis.desk.shelf import Shelf

    with TemporaryDirectory(prefix="nngis-fuzz-desk-") as folder:
        session = Session(Path(case), Shelf(Path(folder)), lambda _: None)
        start = time.process_time()
        held = session.intake.drop(Path(path).name, Path(path).read_bytes())["file"]
        json.dumps(session.intake.look({"file": held, "role": "boilers"}), allow_nan=False)
        asked = {"file": held, "role": "boilers", "datum": "wgs84"}
        found = session.intake.look(asked)
        print(found["problems"], json.dumps(found, allow_nan=False)[:200])
        looked = time.process_time()
        session.accept(asked)
        for name, seconds in (("look", looked - start), ("accept", time.process_time() - looked)):
            if seconds > SECONDS * (2 if name == "look" else 1):
                raise TimeoutError(f"{name}: {seconds:.1f} s")


_ASKS: dict[str, Callable[..., None]] = {
    "ledger": _ledger, "heights": _heights, "people": _people, "area": _area, "asked": _asked,
    "desk": _desk,
}  # fmt: skip
