"""A folder fetched from servers that answer as documented runs all four plans."""

import json

import numpy as np
import pandas as pd
import pytest

import nngis
from nngis.catalog.spec import read_catalog
from nngis.fetch.endpoints import read_endpoints
from nngis.outputs.save import as_json

pytest.importorskip("osmium")
pytest.importorskip("rasterio")
# rasterio multiplies affine matrices in a way that affine is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

LAYERS = (
    "built_up", "elevation", "population_grid", "population_grid_ghs", "ghi", "pvout",
    "footprints", "footprints_gba", "footprints_globfp", "footprints_east_asia", "roof_areas",
    "charging_points", "airports", "weather", "solar_climate_tmy", "roads", "roofs",
)  # fmt: skip
AREA = "108.30,22.78,108.42,22.88"


def rasters(loopback, documented, folder):
    """Land cover, elevation, people and sun over the area."""
    cover = np.full((2400, 2400), 40, "uint8")
    cover[300:1800, 300:2000] = 50
    loopback.paths["/ESA_N21E108_Map.tif"] = documented.geotiff(
        folder / "cover.tif", cover, west=108.0, north=24.0, cell=1 / 12_000, nodata=0,
        size=(36_000, 36_000), at=(13_300, 3_400),
    )  # fmt: skip
    loopback.paths["/DEM_N22_E108.tif"] = documented.geotiff(
        folder / "dem.tif", np.full((1200, 1200), 80.0, "float32"), west=108.0, north=23.0,
        cell=1 / 1200,
    )  # fmt: skip
    loopback.paths["/pop.tif"] = documented.geotiff(
        folder / "pop.tif", np.full((600, 600), 12.0, "float32"), west=108.1, north=23.1,
        cell=1 / 1200, nodata=-99999,
    )  # fmt: skip
    loopback.without_ranges.add("/pop.tif")
    name = "GHS_POP_E2020_GLOBE_R2023A_54009_100_V1_0_R7_C29"
    ghs = documented.geotiff(
        folder / "ghs.tif", np.full((3000, 3000), 10.0), west=10_209_000.0, north=2_900_000.0,
        cell=100.0, crs="ESRI:54009", nodata=-200.0,
    )  # fmt: skip
    loopback.files[f"/{name}.zip"] = documented.zipped({f"{name}.tif": ghs.read_bytes()})
    stem = "China_GISdata_LTAy_AvgDailyTotals_GlobalSolarAtlas-v2_GEOTIFF"
    suns = {
        layer: documented.geotiff(
            folder / f"{layer}.tif", np.full((400, 400), value, "float32"), west=108.0,
            north=23.2, cell=0.0025, nodata=np.nan,
        ).read_bytes()
        for layer, value in (("GHI", 3.4), ("PVOUT", 2.8))
    }  # fmt: skip
    loopback.files[f"/{stem}.zip"] = documented.zipped(
        {f"{stem}/{layer}.tif": content for layer, content in suns.items()}
    )
    return {
        "worldcover": "/ESA_{ns}{lat:02d}{ew}{lon:03d}_Map.tif",
        "copernicus_dem": "/DEM_{ns}{lat:02d}_{ew}{lon:03d}.tif",
        "worldpop": "/pop.tif",
        "ghs_pop": f"/{name.replace('R7_C29', 'R{row}_C{column}')}.zip",
        "solar_atlas_ghi": f"/{stem}.zip",
        "solar_atlas_pvout": f"/{stem}.zip",
    }


def buildings(loopback, documented, folder):
    """Outlines of four sources, and roofs by county."""
    root = loopback.url("").rstrip("/")
    near, release = "part-00312-x.zstd.parquet", documented.release
    loopback.paths[f"/release/{release}/theme=buildings/type=building/{near}"] = (
        documented.overture_buildings(folder / near)
    )
    loopback.files["/catalog.json"] = documented.overture_catalog(release)
    loopback.files[f"/{release}/collections.parquet"] = documented.overture_index(
        root, release, {near: (107.0, 20.0, 110.0, 24.0)}
    )
    loopback.paths["/e105_n25_e110_n20.parquet"] = documented.gba_tile(folder / "gba.parquet")
    count = len(documented.houses())
    heights = documented.shapefile(folder, "Guangxi", "EPSG:4326", height=np.full(count, 7.5))
    loopback.files["/v2/articles/1/files?limit=1000"] = documented.figshare_list(
        root, ["2019_107.5_22.5_110_25_China.zip"]
    )
    loopback.files["/ndownloader/5300"] = documented.zipped(
        {f"Guangxi{suffix}": content for suffix, content in heights.items()}
    )
    city = documented.shapefile(folder, "Nanning", "EPSG:32648", z=True)
    loopback.files["/api/records/8174931"] = documented.zenodo_record(root, 8174931, ["a.zip"])
    loopback.files["/api/records/8174931/files/a.zip/content"] = documented.zipped(
        {f"China/Guangxi/Nanning{suffix}": content for suffix, content in city.items()}
    )
    roofs = np.zeros((2048, 2048), "uint8")
    roofs[::4, ::4] = 255
    tile = documented.geotiff(
        folder / "cbra.tif", roofs, west=107.5, north=25.0, cell=2.245e-5,
        size=(111_360, 111_360), at=(96_256, 37_888),
    )  # fmt: skip
    loopback.files["/api/records/7500612"] = documented.zenodo_record(
        root, 7500612, ["CBRA_2021.zip"]
    )
    loopback.files["/api/records/7500612/files/CBRA_2021.zip/content"] = documented.zipped(
        {"CBRA_2021_E107.5N25.tif": tile.read_bytes()}
    )
    return {
        "footprints": "/catalog.json",
        "footprints_gba": "/{tile}.parquet",
        "footprints_globfp": "/v2/articles/{part}/files?limit=1000",
        "footprints_east_asia": "/api/records/8174931",
        "cbra": "/api/records/7500612",
    }


def points(loopback, documented):
    """Stations, airports, a typical year."""
    loopback.files["/poi"] = documented.charge_map()
    loopback.files["/airports.csv"] = (
        b"id,ident,type,name,latitude_deg,longitude_deg,elevation_ft\n"
        b'1,ZGNN,large_airport,"Nanning",22.80,108.35,421\n'
    )
    loopback.files["/tmy"] = documented.pvgis_tmy()
    return {"open_charge_map": "/poi", "airports": "/airports.csv", "pvgis": "/tmy"}


@pytest.fixture(scope="module")
def fetched(loopback_once, documented, osm_say, nngis_once, tmp_path_factory):
    """A folder with a layer of every source, fetched once; nobody writes there."""
    loopback, home = loopback_once, tmp_path_factory.mktemp("fetched")
    made = home / "made"
    made.mkdir()
    places = rasters(loopback, documented, made) | buildings(loopback, documented, made)
    places |= points(loopback, documented)
    assert set(places) == set(read_endpoints()) - {"overpass", "osm_file"}
    lines = [f'[{name}]\nurl = "{loopback.url(path)}"' for name, path in places.items()]
    own = home / "own.toml"
    text = "\n".join(lines)
    own.write_text(text.replace("[footprints_globfp]", '[footprints_globfp]\nparts = ["1"]'))
    nodes = {at: (10 * at, 10 * at) for at in range(1, 8)}
    corners = {11: (20, 20), 12: (21, 20), 13: (21, 21), 14: (20, 21)}
    ways = {
        1: (list(nodes), {"highway": "primary", "name": "民族大道"}),
        2: ([11, 12, 13, 14, 11], {"building": "school", "name": "甲小学"}),
    }
    loopback.files["/made.osm"] = osm_say(nodes | corners, ways).encode()
    out = home / "layers"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENCHARGEMAP_KEY", "k")
        ran = nngis_once(
            "layers", "fetch", *LAYERS, "--osm", loopback.url("/made.osm"), "--endpoints", own,
            "--area", AREA, "--out", out, "--cache", home / "cache", "--quiet", "--lang", "en",
        )  # fmt: skip
    assert ran.code == 0, ran.err
    return out


def used(result, role):
    inputs = result["inputs"] if isinstance(result, dict) else as_json(result)["inputs"]
    return next(one for one in inputs if one["role"] == role)


def test_every_source_gives_a_layer_and_all_plans_run_on_them(fetched, nngis_once, tmp_path):
    specs = read_catalog(fetched)
    assert set(LAYERS) <= set(specs)
    assert nngis_once("layers", "check", "--layers", fetched).code == 0
    licences = (fetched / "LICENSES-fetched.md").read_text(encoding="utf-8")
    assert "produced using Copernicus WorldDEM-30" in licences
    assert "do not incur any liability" in licences
    assert (
        "© ESA WorldCover project / Contains modified Copernicus Sentinel data (2021)" in licences
    )
    quality = pd.read_csv(fetched / "quality.csv")
    held = quality[(quality["layer"] == "footprints") & quality["area_share_of_cbra"].notna()]
    assert len(held)
    assert (held["area_share_of_cbra"] > 0).all()
    ran = nngis_once("run", "--layers", fetched, "--out", tmp_path / "run", "--json", "--quiet")
    assert ran.code == 0, ran.err
    results = json.loads(ran.out)["results"]
    assert set(results) == {"heat", "sewer", "rooftop", "charging"}
    built_up = used(results["heat"], "built_up")
    assert built_up["attribution"].startswith("© ESA WorldCover project")
    assert (built_up["evidence"], built_up["rows"]) == ("derived", 1)


def test_the_heat_plan_decides_by_the_built_up_area_of_worldcover(fetched, tmp_path):
    ledger = tmp_path / "boilers.csv"
    # The town of the made land cover ends at 22.867 degrees north.
    ledger.write_text(
        "名称,经度,纬度,额定蒸发量(t/h),燃料,状态\n"
        "城里锅炉,108.36,22.83,4,煤,在用\n"
        "城外锅炉,108.36,22.885,4,煤,在用\n",
        encoding="utf-8",
    )
    found = nngis.run("heat", case=fetched, boilers=ledger, datum="wgs84").decisions
    found = found.set_index("name_zh")
    assert found.loc["城里锅炉", ["in_built_up", "rule"]].tolist() == [True, "A57"]
    assert not found.loc["城外锅炉", "in_built_up"]
    assert found.loc["城外锅炉", "rule"] != "A57"


def test_the_rooftop_plan_takes_the_outlines_and_the_sun_of_each_source(fetched):
    for layer, sun in (
        ("footprints_gba", "weather.json"),
        ("footprints_globfp", "ghi.tif"),
        ("footprints_east_asia", None),
    ):
        given = {"solar_climate": fetched / sun} if sun else {}
        result = nngis.run("rooftop", case=fetched, roofs=layer, **given)
        roofs = used(result, "roofs")
        assert roofs["attribution"] == read_endpoints()[layer].attribution
        assert roofs["rows"] > 500
        assert sun is None or used(result, "solar_climate")["path"] == sun


def test_the_charging_plan_takes_the_people_of_each_source(fetched):
    for file in ("population_grid.tif", "population_grid_ghs.tif"):
        result = nngis.run("charging", case=fetched, demand=fetched / file, time_limit_s=2.0)
        assert used(result, "demand")["path"] == file
