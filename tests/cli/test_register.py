"""``nngis register`` as people use it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

Nngis = Callable[..., Any]
ASKED = [
    "id",
    "clause",
    "quote_zh",
    "meaning",
    "type",
    "status",
    "value",
    "target",
    "unit",
    "missing",
]
NAMES = (
    "兴宁区 青秀区 江南区 西乡塘区 良庆区 邕宁区 武鸣区 隆安县 马山县 上林县 宾阳县 横州市".split()
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = ["县区,指标,年份,指标值,基本目标,激励目标"]
    rows += [f"{name},A85,2025,{10 + i},15,18" for i, name in enumerate(NAMES)]
    rows += [f"{name},A74,2025,{10 + i},," for i, name in enumerate(NAMES)]
    rows += ["南宁市,A39,2025,90,,"]
    path = tmp_path / "分县指标.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def by_id(text: str) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in json.loads(text)}


def test_json_is_a_list_of_ninety_objects(nngis: Nngis) -> None:
    ran = nngis("register", "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert len(found) == 90
    assert all(list(one)[:10] == ASKED for one in found)
    rules = by_id(ran.out)
    assert (rules["A74"]["status"], rules["A74"]["value"]) == ("met", 592.0)
    assert (rules["A75"]["status"], rules["A75"]["value"]) == ("unknown", 15.0)
    unknown = [one for one in found if one["status"] == "unknown"]
    assert len(unknown) > 70
    assert [one["id"] for one in found if one["status"] == "not_computable"] == [
        "A25",
        "A46",
        "A49",
        "A69",
    ]
    made_up = [one for one in found if one["evidence"] == "synthetic"]
    assert all(one["note"]["zh"].startswith("（合成演示数据）") for one in made_up)


def test_a_table_of_counties_ranks_them_and_is_drawn(
    nngis: Nngis, table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = nngis("register", "--layer", f"counties_table={table}", "--out", out)
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(out / "register/tables.xlsx")
    assert book.sheetnames[:5] == ["目标", "目录", "目标完成情况", "县区排名", "分县数值"]
    assert [row[0].value for row in book["目标完成情况"].iter_rows(min_row=2)][:90] == [
        f"A{n:02d}" for n in range(1, 91)
    ]
    ranking = [row[0].value for row in book["县区排名"].iter_rows(min_row=2, max_row=13)]
    assert ranking[0] == NAMES[0]
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.index("兴宁区</th>") < page.index("横州市</th>")
    assert (out / "register/maps/A85.svg").is_file()
    assert "A85" in (out / "register/county_maps.html").read_text(encoding="utf-8")
    saved = json.loads((out / "register/scorecard.json").read_text(encoding="utf-8"))
    a85 = next(one for one in saved["rules"] if one["id"] == "A85")
    assert (a85["value"], a85["target"], a85["status"]) == (7.0, 12.0, "missed")
    a74 = next(one for one in saved["rules"] if one["id"] == "A74")
    assert a74["value"] == sum(range(10, 22))


def test_snapshots_are_dated_and_say_what_moved_and_why(
    nngis: Nngis, table: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    assert nngis("register", "--date", "2024-12", "--out", first).code == 0
    ran = nngis(
        "register",
        "--layer",
        f"counties_table={table}",
        "--since",
        first,
        "--out",
        second,
        "--lang",
        "en",
    )
    assert ran.code == 0, ran.err
    assert "Moved since 2024-12" in ran.out
    assert "A39: unknown → met 90 %  counties_table came in." in ran.out
    moved = pd.read_excel(
        second / "register/tables.xlsx", sheet_name="What moved", engine="openpyxl"
    )
    assert {"A39", "A74", "A85"} <= set(moved.iloc[:, 0])
    assert nngis("compare", first, second).code == 0
    assert nngis("explain", second, "A39").code == 0


def test_the_same_input_gives_the_same_bytes(nngis: Nngis, table: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        nngis("register", "--layer", f"counties_table={table}", "--out", tmp_path / name)
    for name in (
        "index.html",
        "run.json",
        "register/scorecard.json",
        "register/layers.gpkg",
        "register/map.html",
        "register/county_maps.html",
    ):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_split_is_named_as_an_assumption(nngis: Nngis, table: Path) -> None:
    ran = nngis("register", "--layer", f"counties_table={table}", "--split", "--json")
    assert "假定" in by_id(ran.out)["A74"]["assumptions"][0]["zh"]
    plain = nngis("register", "--layer", f"counties_table={table}", "--json")
    assert by_id(plain.out)["A74"]["assumptions"] == []


def test_unknown_roles_and_folders_are_refused(nngis: Nngis, tmp_path: Path) -> None:
    ran = nngis("register", "--layer", "nothing=x.csv")
    assert ran.code == 2
    assert "nothing" in ran.err
    ran = nngis("register", "--since", tmp_path, "--lang", "en")
    assert ran.code == 1
    assert "no scorecard" in ran.err


def test_strict_ends_with_3_where_a_rule_is_missed(nngis: Nngis, table: Path) -> None:
    assert nngis("register", "--layer", f"counties_table={table}", "--strict").code == 3


def test_land_is_scored_from_rasters(nngis: Nngis, tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")

    grid = {
        "driver": "GTiff",
        "height": 40,
        "width": 40,
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:4545",
        "transform": rasterio.Affine(100, 0, 530_000, 0, -100, 2_530_000),
    }
    for name, value in (("elevation", 100.0), ("land_cover", 3.0)):
        with rasterio.open(tmp_path / f"{name}.tif", "w", **grid) as file:
            file.write(np.full((1, 40, 40), value, dtype="float32"))
    line = tmp_path / "red.geojson"
    line.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name_zh":"x"},'
        '"geometry":{"type":"Polygon","coordinates":[[[100,0],[101,0],[101,1],[100,0]]]}}]}',
        encoding="utf-8",
    )
    ran = nngis(
        "register",
        "--json",
        *(f"--layer={n}={tmp_path / n}.tif" for n in ("elevation", "land_cover")),
        f"--layer=red_lines={line}",
        "--datum",
        "wgs84",
    )
    assert ran.code == 0, ran.err
    found = by_id(ran.out)["A36"]
    assert (found["status"], found["value"]) == ("done", pytest.approx(16.0, rel=0.06))


def test_a_run_puts_the_scorecard_on_its_index(default_run: Any) -> None:
    out = default_run.out
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "方案的 90 条" in page
    assert 'href="register/tables.xlsx"' in page
    rules = json.loads((out / "register/scorecard.json").read_text(encoding="utf-8"))["rules"]
    a04 = next(one for one in rules if one["id"] == "A04")
    assert a04["contributions"][0]["plan"] == "heat"
