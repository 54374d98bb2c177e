"""Other cities than the one that ships: nothing of it is in what is written about them."""

import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
import zlib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import nngis as facade
from nngis.case_file import shipped_layers
from nngis.errors import NngisError
from nngis.inputs.store import open_store

SHENZHEN = Path(__file__).parents[3] / "shared" / "data" / "bench" / "shenzhen_ev"
WORDS = (
    *("南宁", "兴宁", "青秀", "西乡塘", "良庆", "邕宁", "武鸣", "隆安", "马山县", "上林县", "宾阳"),
    *("横州", "横县", "六景", "Nanning", "Xingning", "Qingxiu", "Xixiangtang", "Liangqing"),
    *("Yongning", "Wuming", "Long'an", "Mashan", "Shanglin", "Binyang", "Hengzhou", "NANNING"),
    *("245,506", "135,302", "21,453", "方案三", "方案二"),
)
NUMBER = re.compile(r"(?<![\d.])(?:245506|135302|21453)(?![\d.])")
CODE = re.compile(r"(?<![\d.])4501(?:0[235789]|10|2[3-6]|81|00)(?![\d.])")


@pytest.fixture(scope="module")
def nanning():
    """Give the polygon of the case that ships, a little within its boundary."""
    return shapely.buffer(open_store(shipped_layers()).boundary, -0.02)


def table(path: Path, rows: list[dict[str, object]]) -> str:
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8")
    return str(path)


def sent(folder: Path) -> dict[str, str]:
    """Write what an office of Liuzhou would send, a few rows of each."""
    lon, lat = 109.41, 24.33
    spots = [(lon + 0.01 * i, lat + 0.008 * (i % 3)) for i in range(6)]
    points = [{"name_zh": f"龙城{i}", "lon": x, "lat": y} for i, (x, y) in enumerate(spots)]
    roads = [shapely.LineString([(lon - 0.02, y), (lon + 0.08, y)]) for y in (lat, lat + 0.008)]
    roads += [shapely.LineString([(x, lat), (x, lat + 0.008)]) for x, _ in spots]
    roofs = [shapely.box(x, y, x + 3e-4, y + 3e-4) for x, y in spots]
    gpd.GeoDataFrame(
        {"road_id": [f"R{i}" for i in range(len(roads))]}, geometry=roads, crs=4326
    ).to_file(folder / "roads.geojson")
    gpd.GeoDataFrame(
        {"roof_id": [f"F{i}" for i in range(6)], "roof_class": "公共建筑"}, geometry=roofs, crs=4326
    ).to_file(folder / "roofs.geojson")
    town = gpd.GeoDataFrame(
        geometry=[shapely.box(lon, lat - 0.01, lon + 0.03, lat + 0.02)], crs=4326
    )
    town.to_file(folder / "built_up.geojson")
    return {
        "boilers": table(
            folder / "boilers.csv",
            [one | {"capacity_t_h": 8.0 + 5 * i, "fuel": "煤"} for i, one in enumerate(points)],
        ),
        "heat_sources": table(
            folder / "heat_sources.csv",
            [points[0] | {"capacity_mw": 350, "fuel": "煤", "is_chp": "是"}],
        ),
        "demand": table(folder / "demand.csv", [one | {"population": 900} for one in points]),
        "charging_stations": table(folder / "stations.csv", [points[2] | {"piles_count": 8}]),
        "treatment_plants": table(folder / "plants.csv", [points[5] | {"capacity_m3_d": 20_000}]),
        "sewer_projects": table(
            folder / "projects.csv",
            [{"name_zh": "龙城管网", "sewer_length_km": 3, "status": "已完工", "plan_year": 2023}],
        ),
        "solar_climate": table(
            folder / "climate.csv",
            [
                {"cell_id": "c", "ghi_kwh_m2_d": 3.4, "air_mean_c": 20.8, "wind_rms_m_s": 2.0,
                 "lon": lon, "lat": lat}
            ],
        ),
        **{name: str(folder / f"{name}.geojson") for name in ("roads", "roofs", "built_up")},
    }  # fmt: skip


def texts(folder: Path):
    """Give every file of a folder as text, and what is packed in it too."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".png":
            continue
        raw = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    yield f"{path.name}/{name}", packed.read(name).decode("utf-8", "ignore")
        elif path.suffix == ".pdf" and shutil.which("pdftotext"):
            said = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
            yield path.name, said.stdout.decode("utf-8", "ignore")
        yield path.name, raw.decode("utf-8", "ignore")
        for part in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
            try:
                yield f"{path.name} stream", zlib.decompress(part).decode("utf-8", "ignore")
            except zlib.error:
                continue


def new_case(folder, name, english, code):
    names = ("--name", name, "--name-en", english)
    return ("case", "new", folder, *names, "--counties", code)


def assert_nothing_of_nanning(folder: Path, boundary) -> None:
    said = [(name, text) for name, text in texts(folder) if "stream" not in name]
    found = {(name, word) for name, text in texts(folder) for word in WORDS if word in text}
    found |= {
        (name, match[0])
        for name, text in said
        for sign in (CODE, NUMBER)
        for match in sign.finditer(text)
    }
    assert not found
    for path in folder.rglob("*.gpkg"):
        with sqlite3.connect(path) as base:
            layers = [
                row[0] for row in base.execute("select table_name from gpkg_geometry_columns")
            ]
        for layer in layers:
            shapes = gpd.read_file(path, layer=layer).to_crs(4326).geometry.dropna()
            assert not shapes.intersects(boundary).any(), (path.name, layer)


def test_liuzhou_holds_not_a_word_number_or_shape_of_nanning(nngis, tmp_path, nanning):
    case, out = tmp_path / "lz", tmp_path / "out"
    made = nngis(
        "case", "new", case, "--name", "柳州市", "--name-en", "Liuzhou", "--counties", "450200"
    )
    assert made.code == 0, made.err
    (tmp_path / "in").mkdir()
    files = [f"{role}={path}" for role, path in sent(tmp_path / "in").items()]
    added = nngis("case", "add", case, *files, "--datum", "wgs84")
    assert added.code == 0, added.err
    checked = nngis("case", "check", case, "--json")
    assert checked.code == 0, checked.out
    assert all(one["can_run"] for one in json.loads(checked.out)["plans"])
    ran = nngis("--case", case, "run", "--out", out, "--lang", "zh")
    assert ran.code == 0, ran.err
    assert_nothing_of_nanning(out, nanning)
    assert not [word for word in WORDS if word in ran.out + ran.err + made.out + checked.out]
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["title"] == {"zh": "柳州市", "en": "Liuzhou"}
    assert not (out / "register").exists()
    heat = json.loads((out / "heat" / "result.json").read_text(encoding="utf-8"))
    assert heat["work_crs"] == "EPSG:4545"  # the zone of the case that ships
    assert all(one["target"] is None for one in heat["indicators"])
    counties = gpd.read_file(out / "heat" / "layers.gpkg", layer="boilers")["county"]
    assert counties.str.endswith(("区", "县")).all()


REGISTER = """
[clause."五（二）"]
departments = "市生态环境局负责"

[clause."五（三）"]
departments = "市住建局负责"

[A63]
clause = "五（二）"
quote_zh = "供热半径10公里以内的燃煤锅炉全部关停"
meaning = { zh = "热电联产供热范围内关停", en = "Close within the supply radius" }
targets = [{ value = 0, unit = "台", sense = "at_most", year = 2025 }]
law = { supply_radius_m = { value = 10000, unit = "m" } }

[A74]
clause = "五（三）"
quote_zh = "新建和改造污水管网77公里"
meaning = { zh = "污水管网", en = "Sewers" }
targets = [{ value = 77, unit = "km", sense = "at_least", year = 2025 }]
"""


def test_a_case_with_a_register_of_its_own_cites_that_and_nothing_of_nanning(
    nngis, tmp_path, nanning
):
    case, out, register = tmp_path / "lz", tmp_path / "out", tmp_path / "register.toml"
    register.write_text(REGISTER, encoding="utf-8")
    made = nngis(
        "case", "new", case, "--name", "柳州市", "--name-en", "Liuzhou", "--counties", "450200",
        "--register", register,
    )  # fmt: skip
    assert made.code == 0, made.err
    (tmp_path / "in").mkdir()
    given = sent(tmp_path / "in")
    files = [f"{role}={given[role]}" for role in ("boilers", "heat_sources", "built_up", "roads")]
    files.append(f"sewer_projects={given['sewer_projects']}")
    assert nngis("case", "add", case, *files, "--datum", "wgs84").code == 0
    ran = nngis("--case", case, "run", "heat", "sewer", "--out", out, "--lang", "en")
    assert ran.code == 0, ran.err
    assert_nothing_of_nanning(out, nanning)
    found = {
        one["name"]: one
        for plan in ("heat", "sewer")
        for one in json.loads((out / plan / "result.json").read_text("utf-8"))["indicators"]
    }
    assert found["a63_left_count"]["source"].startswith("方案五（二）")
    assert found["sewer_km"]["target"] == 77
    assert "方案五（三）" in found["sewer_km"]["source"]
    assert (out / "register" / "tables.xlsx").is_file()


def test_layers_given_for_another_place_make_a_run_of_their_own(nngis, tmp_path, nanning):
    (tmp_path / "in").mkdir()
    files = sent(tmp_path / "in")
    counties = tmp_path / "counties.geojson"
    gpd.GeoDataFrame(
        {"adcode": ["450203"], "name_zh": ["鱼峰区"]},
        geometry=[shapely.box(109.3, 24.2, 109.6, 24.5)], crs=4326,
    ).to_file(counties)  # fmt: skip
    roles = ("boilers", "heat_sources", "built_up", "roads")
    given = [w for role in roles for w in ("--layer", f"{role}={files[role]}")]
    out = tmp_path / "out"
    ran = nngis(
        "run", "heat", *given, "--layer", f"counties={counties}", "--datum", "wgs84", "--out", out
    )
    assert ran.code == 0, ran.err
    assert_nothing_of_nanning(out, nanning)
    title = json.loads((out / "run.json").read_text(encoding="utf-8"))["title"]
    assert title["en"].startswith("Given data: boilers.csv")


def test_new_stations_in_liechtenstein_are_not_built_in_nanning():
    vaduz = gpd.GeoDataFrame(
        {"adcode": ["LI01"], "name_zh": ["瓦杜兹"]},
        geometry=[shapely.box(9.47, 47.05, 9.64, 47.27)], crs=4326,
    )  # fmt: skip
    with pytest.raises(NngisError, match="demand"):
        facade.run("charging", counties=vaduz, new_stations=5)
    people = gpd.GeoDataFrame(
        {"population": [5_000, 6_000, 4_000]},
        geometry=gpd.points_from_xy([9.52, 9.53, 9.55], [47.14, 47.17, 47.22]), crs=4326,
    )  # fmt: skip
    found = facade.run("charging", counties=vaduz, demand=people, new_stations=2)
    assert found.work_crs == "EPSG:32632"
    built = found.tables["stations"].to_crs(4326)
    assert 0 < len(built) <= 2
    assert built.intersects(vaduz.geometry.iloc[0]).all()
    assert {one.role for one in found.inputs} == {"counties", "demand"}
    assert found.indicators.loc["nev_count", "value"] != 245_506


def test_shenzhen_charging_says_what_its_data_allow_and_no_more(nngis, tmp_path):
    if not SHENZHEN.is_dir():
        pytest.skip("no ../shared/data/bench/shenzhen_ev")
    case, out = tmp_path / "sz", tmp_path / "out"
    rows = pd.read_csv(SHENZHEN / "shenzhen_ST-EVCDP_stations.csv", dtype={"station_id": str})
    rows = rows.rename(columns={"longitude": "lon", "latitude": "lat", "count": "piles_count"})
    rows.drop(columns=["fast", "slow"]).to_csv(tmp_path / "stations.csv", index=False)
    zones = gpd.read_file(SHENZHEN / "SZ_districts.shp").to_crs(4547)
    middles = zones.geometry.centroid.to_crs(4326)
    # It has no people: the streets of a traffic zone stand for them [100 m each].
    people = pd.DataFrame(
        {"demand_id": zones["OBJECTID"], "population": (zones["LENG_ROAD"] * 10).round(),
         "lon": middles.x, "lat": middles.y}
    )  # fmt: skip
    people.drop_duplicates("demand_id").to_csv(tmp_path / "zones.csv", index=False)
    made = nngis(
        "case", "new", case, "--name", "深圳市", "--name-en", "Shenzhen", "--counties", "440300"
    )
    assert made.code == 0, made.err
    stations, zones_csv = tmp_path / "stations.csv", tmp_path / "zones.csv"
    added = nngis("case", "add", case, f"charging_stations={stations}", f"demand={zones_csv}",
                  "--datum", "wgs84")  # fmt: skip
    assert added.code == 0, added.err
    found = json.loads(nngis("case", "check", case, "--json").out)["plans"]
    assert [one["plan"] for one in found if one["can_run"]] == ["sewer", "charging"]
    assert nngis("--case", case, "run", "heat").code == 1
    ran = nngis("--case", case, "run", "charging", "--out", out)
    assert ran.code == 0, ran.err
    result = json.loads((out / "charging" / "result.json").read_text(encoding="utf-8"))
    assert result["work_crs"] == "EPSG:4547"
    value = {one["name"]: one["value"] for one in result["indicators"]}
    assert value["stations_count"] > 1_600
    assert 0.5 < value["covered_before_share"] < 1.0
    for name in ("nev_count", "vehicle_per_pile", "vehicle_per_any_pile"):
        assert value[name] is None
    assert value["built_count"] == 0
