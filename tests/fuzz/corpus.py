"""A small good file of every format that is read, and the command that reads it."""

import json
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from shapely import LineString, Polygon

from tests.ledger.xlsb import sheet, write

LEDGERS = Path(__file__).parents[1] / "data" / "ledgers"
DXF = """0
SECTION
2
ENTITIES
0
LINE
5
1A
8
道路
10
108.90
20
22.80
11
108.95
21
22.85
0
TEXT
8
道路标注
10
108.90
20
22.80
40
2.5
1
邕江
0
INSERT
8
锅炉
2
B1
10
108.9
20
22.8
70
2
71
2
44
1
45
1
0
ENDSEC
0
EOF
"""
INP = """[TITLE]
一段
[JUNCTIONS]
J1 70.1 2.0 0 0 0
J2 69.0 2.5 0 0 0
[OUTFALLS]
O1 68.0 FREE NO
[CONDUITS]
C1 J1 J2 120 0.013 0 0
C2 J2 O1 130 0.013 0 0
[XSECTIONS]
C1 CIRCULAR 0.4 0 0 0
C2 CIRCULAR 0.5 0 0 0
[COORDINATES]
J1 108.90 22.80
J2 108.91 22.81
O1 108.92 22.82
"""
SCENARIO = """title = { zh = "试", en = "A try" }
plans = ["heat"]

[layers]
boilers = { path = "absent.csv", datum = "wgs84" }

[heat]
supply_radius_m = 15000
"""


@dataclass(frozen=True)
class Seed:
    """A good file, and the arguments of the command that reads it; ``{}`` stands for the file.

    ``lay`` puts hostile content into an empty folder and gives the file, and the ``{dir}`` around.
    """

    name: str
    path: Path
    command: tuple[str, ...]
    lay: "Callable[[Path, Seed, bytes], tuple[Path, Path]] | None" = None
    answers: int = 1  # that are asked for, each of which has its seconds

    def laid(self, place: Path, data: bytes) -> tuple[Path, Path]:
        if self.lay is not None:
            return self.lay(place, self, data)
        path = place / self.path.name
        path.write_bytes(data)
        return path, place


def of_mapinfo(place: Path, seed: Seed, data: bytes) -> tuple[Path, Path]:
    """Lay out the files of a MapInfo table, the hostile one among them."""
    for path in seed.path.parent.glob(f"{seed.path.stem}.*"):
        if path.suffix in (".tab", ".dat", ".map", ".id"):
            shutil.copy(path, place)
    (place / seed.path.name).write_bytes(data)
    return place / f"{seed.path.stem}.tab", place


def in_result(place: Path, seed: Seed, data: bytes) -> tuple[Path, Path]:
    """Lay out the folder that a run left, one of its files the hostile one."""
    folder = place / "result"
    shutil.copytree(seed.path.parent.parent, folder)
    path = folder / seed.path.parent.name / seed.path.name
    path.write_bytes(data)
    return path, folder


def ledger(path: Path, role: str = "boilers") -> Seed:
    out = ("layers", "import", "{}", "--as", role, "--datum", "wgs84", "--out", "{out}.gpkg")
    return Seed(f"{path.suffix.lstrip('.')} as {role}", path, out)


def write_corpus(folder: Path) -> list[Seed]:
    """Write the files; the same ones every time."""
    folder.mkdir(parents=True, exist_ok=True)
    seeds = [*ledgers(folder), *vectors(folder), *rasters(folder), *tables(folder)]
    from tests.fuzz.doors import more_seeds  # it makes seeds, too

    return [*seeds, *asked(folder), *more_seeds(folder)]


def boilers() -> gpd.GeoDataFrame:
    at = np.arange(8)
    return gpd.GeoDataFrame(
        {
            "锅炉编号": [f"G{one}" for one in at],
            "使用单位": [f"第{one}厂" for one in at],
            "额定蒸发量": at * 4.0 + 2,
            "燃料种类": ["烟煤", "天然气"] * 4,
        },
        geometry=gpd.points_from_xy(108.3 + at * 0.05, 22.8 + at * 0.01),
        crs="EPSG:4326",
    )


def lines() -> gpd.GeoDataFrame:
    shapes = [LineString([(108.9, 22.8), (108.95, 22.85)]), LineString([(108.9, 22.8), (109, 23)])]
    return gpd.GeoDataFrame({"name_zh": ["邕江", "良庆河"]}, geometry=shapes, crs="EPSG:4326")


def ledgers(folder: Path) -> list[Seed]:
    kept = ("boiler_survey.xlsx", "boiler_statistics.xls", "boilers_gbk.csv", "boilers_gbk.zip")
    seeds = [ledger(Path(shutil.copy(LEDGERS / name, folder / name))) for name in kept]
    frame = boilers()
    plain = pd.DataFrame(frame.drop(columns="geometry"))
    plain = plain.assign(经度=frame.geometry.x, 纬度=frame.geometry.y)
    plain.to_csv(folder / "boilers.csv", index=False)
    plain.to_csv(folder / "boilers.tsv", index=False, sep="\t")
    rows = [list(plain.columns), *plain.astype(object).to_numpy().tolist()]
    write(folder / "boilers.xlsb", {"锅炉": sheet(rows, hidden_rows=[2])}, ['0.0"t/h"'])
    (folder / "sewer.inp").write_text(INP, encoding="utf-8")
    (folder / "roads.dxf").write_text(DXF, encoding="utf-8")
    (folder / "boilers.dxf").write_text(DXF, encoding="utf-8")
    seeds += [ledger(folder / f"boilers.{kind}") for kind in ("csv", "tsv", "xlsb")]
    return [
        *seeds,
        ledger(folder / "sewer.inp", "sewers"),
        ledger(folder / "roads.dxf", "roads"),
        ledger(folder / "boilers.dxf"),
    ]


def vectors(folder: Path) -> list[Seed]:
    frame, drawn = boilers(), lines()
    drivers = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}
    seeds = []
    for suffix, driver in drivers.items():
        for name, one in (("boilers", frame), ("rivers", drawn)):
            path = folder / f"{name}{suffix}"
            one.to_file(path, driver=driver)
            seeds.append(ledger(path, name))
        seeds.append(
            Seed(
                f"{suffix[1:]} for reach",
                folder / f"boilers{suffix}",
                ("reach", "--demand", "{}", "--facilities", "{}", "--limit-km", "5", "--json"),
            )
        )
    for name, one in (("boilers", frame), ("rivers", drawn)):
        one.to_parquet(folder / f"{name}.parquet")
        seeds.append(ledger(folder / f"{name}.parquet", name))
    marks = "".join(
        f"<Placemark><name>厂{at}</name><ExtendedData><Data name='额定蒸发量'><value>{at}</value>"
        f"</Data></ExtendedData><Point><coordinates>108.{at},22.8</coordinates></Point></Placemark>"
        for at in range(3, 6)
    )
    kml = f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}'
    (folder / "boilers.kml").write_text(kml + "</Document></kml>", encoding="utf-8")
    with zipfile.ZipFile(folder / "boilers.kmz", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("doc.kml", kml + "</Document></kml>")
    seeds += other_programs(folder, plain_names(frame), drawn)
    drawn.to_file(folder / "rivers.gdb", driver="OpenFileGDB")
    with zipfile.ZipFile(folder / "gdb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted((folder / "rivers.gdb").iterdir()):
            packed.write(path, f"rivers.gdb/{path.name}")
    shutil.rmtree(folder / "rivers.gdb")
    return [
        *seeds,
        ledger(folder / "boilers.kml"),
        ledger(folder / "boilers.kmz"),
        ledger(folder / "gdb.zip", "rivers"),
    ]


def plain_names(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_axis(["boiler_id", "name_zh", "capacity_t_h", "fuel", "geometry"], axis=1)


def other_programs(
    folder: Path, frame: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame
) -> Iterator[Seed]:
    """Write what MapInfo, GPS receivers and line-wise tools leave."""
    frame.to_file(folder / "boilers.geojsonl", driver="GeoJSONSeq")
    drawn.to_file(folder / "rivers.mif", driver="MapInfo File", encoding="GBK")
    frame.to_file(folder / "boilers.tab", driver="MapInfo File", encoding="GBK")
    tracks = drawn.rename(columns={"name_zh": "name"})
    tracks.to_file(folder / "rivers.gpx", driver="GPX", layer="routes")
    for name in ("boilers.geojsonl", "rivers.mif", "rivers.gpx"):
        yield ledger(folder / name, name.partition(".")[0])
    for kind in ("tab", "dat", "map"):
        yield replace(ledger(folder / f"boilers.{kind}"), lay=of_mapinfo)


def rasters(folder: Path) -> list[Seed]:
    cells = np.linspace(3.6, 4.0, 60 * 80).reshape(60, 80).astype("float32")
    with rasterio.open(
        folder / "solar_climate.tif", "w", driver="GTiff", width=80, height=60, count=1,
        dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(0.03, 0, 107.2, 0, -0.03, 24.0),
    ) as raster:  # fmt: skip
        raster.write(cells, 1)
        raster.units = ("kWh/m2/day",)
    return [
        Seed(
            "tif of irradiation",
            folder / "solar_climate.tif",
            ("roofs", str(folder / "roofs.parquet"), "--climate", "{}", "--out", "{out}"),
        ),
    ]


def tables(folder: Path) -> list[Seed]:
    roofs = gpd.GeoDataFrame(
        {"roof_id": [f"R{at}" for at in range(30)], "building": "industrial"},
        geometry=[
            Polygon([(x, 22.8), (x + 3e-4, 22.8), (x + 3e-4, 22.8003), (x, 22.8003)])
            for x in 108.3 + np.arange(30) * 1e-3
        ],
        crs="EPSG:4326",
    )
    roofs.to_parquet(folder / "roofs.parquet", row_group_size=10)
    links = pd.DataFrame(
        {"demand_id": list("aabbc"), "facility_id": list("xyxyx"), "distance_m": [1, 2, 3, 4, 5]}
    )
    links.to_csv(folder / "links.csv", index=False)
    links.to_parquet(folder / "links.parquet")
    site = ("site", "pmedian", "--links", "{}", "-p", "1", "--json")
    return [
        Seed("parquet of roofs", folder / "roofs.parquet", ("roofs", "{}", "--out", "{out}")),
        Seed("csv of links", folder / "links.csv", site),
        Seed("parquet of links", folder / "links.parquet", site),
    ]


def asked(folder: Path) -> list[Seed]:
    (folder / "plan.toml").write_text(SCENARIO, encoding="utf-8")
    catalog = folder / "catalog"
    catalog.mkdir(exist_ok=True)
    shipped = Path(__file__).parents[2] / "layers"
    (folder / "catalog.toml").write_text((shipped / "catalog.toml").read_text("utf-8"), "utf-8")
    epw = ["LOCATION,Nanning,Guangxi,CHN,made up,594310,22.800,108.300,8.0,120.0"]
    epw += ["DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0"]
    epw += ["HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", "COMMENTS 1,", "COMMENTS 2,"]
    epw += ["DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"]
    for hour in pd.date_range("2019-01-01", periods=8760, freq="h"):
        sun = 100 * (8 < hour.hour < 17)
        row = [2019, hour.month, hour.day, hour.hour + 1, 60, "A", 20.5, 15, 70, 101000, 0, 0, 350]
        row += [5 * sun, 4 * sun, sun, 0, 0, 0, 0, 180, 2.1, *[5] * 13]
        epw.append(",".join(map(str, row)))
    (folder / "weather.epw").write_text("\n".join(epw) + "\n", encoding="utf-8")
    shutil.copy(shipped / "nanning.toml", folder)
    result = folder / "result"
    (result / "heat").mkdir(parents=True, exist_ok=True)
    boilers().rename(columns={"锅炉编号": "boiler_id"}).assign(
        decision="keep", rule="A", reason_zh="甲", reason_en="a"
    ).to_file(result / "heat" / "layers.gpkg", layer="boilers", driver="GPKG")
    told = {"plan": "heat", "subject": "boilers", "indicators": [], "assumptions": []}
    told |= {"work_crs": "EPSG:4545", "inputs": [], "evidence": "surveyed"}
    told["parameters"] = {"a_m": {"value": 1.0, "unit": "m", "source": "A57", "origin": "default"}}
    (result / "heat" / "result.json").write_text(json.dumps(told), encoding="utf-8")
    return [
        Seed("toml of a scenario", folder / "plan.toml", ("run", "{}", "--out", "{out}")),
        Seed(
            "toml of a catalog", folder / "catalog.toml", ("layers", "check", "--layers", "{dir}")
        ),
        Seed(
            "epw of weather",
            folder / "weather.epw",
            ("roofs", str(folder / "roofs.parquet"), "--climate", "{}", "--out", "{out}"),
        ),
        Seed(
            "json of a result",
            result / "heat" / "result.json",
            ("explain", "{dir}", "G1"),
            in_result,
        ),
        Seed(
            "gpkg of a result",
            result / "heat" / "layers.gpkg",
            ("explain", "{dir}", "G1"),
            in_result,
        ),
    ]


if __name__ == "__main__":
    for seed in write_corpus(Path(sys.argv[1])):
        print(seed.name, seed.path.name, seed.path.stat().st_size)
