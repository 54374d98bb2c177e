"""Cards of sites: one page each of those to build, with what the tables say of them."""

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from matplotlib.text import Text as Lettering
from shapely import Point

import nngis
from nngis.cartography.sheet import prepare_sheet
from nngis.cartography.site_card import draw_cards
from nngis.cartography.stamp import Stamp
from nngis.outputs.drawing import Drawing
from nngis.outputs.site_cards import site_cards
from nngis.plans.charging.view import CARDS
from nngis.result.mapview import MapView
from nngis.result.result import Analysis, Result
from nngis.text import Lang, Text
from tests.outputs.test_networks import result as any_result

STAMP = Drawing(stamp=Stamp(unit="市规划院"))


def result() -> Result:
    """Two stations to build and one that exists, on a line of 3 km; S1 serves two homes."""
    stations = gpd.GeoDataFrame(
        {
            "name_zh": ["东站", "西站", "老站"],
            "county": "青秀区",
            "site_kind": "bus_depot",
            "decision": ["build", "build", "existing"],
            "phase_year": [2024, 2025, None],
            "covered_weight": [30.0, 12.0, 5.0],
            "cost_10k_cny": [211.5, 80.0, 0.0],
            "substation_id": ["SS7", None, None],
            "reason_zh": "入选。",
            "reason_en": "Chosen.",
            "evidence": "surveyed",
        },
        index=pd.Index(["S1", "S2", "S3"], name="station_id"),
        geometry=[Point(500_000 + 1000 * k, 2_500_000) for k in (0, 1, 3)],
        crs="EPSG:4545",
    )
    candidates = stations.iloc[:2].assign(grid_capacity_kw=[800.0, None])
    sizing = pd.DataFrame(
        {"load_kw": [818.0, 200.0], "grid_connection": "medium_voltage", "fast_piles_count": 17},
        index=pd.Index(["S1", "S2"], name="station_id"),
    )
    costs = pd.DataFrame(
        {"station_id": ["S1", "S2"], "cost_item": "civil_works", "cost_yuan": [564_000.0, 1.0]}
    )
    demand = gpd.GeoDataFrame(
        {
            "station_id": ["S1", "S1", "S2", None],
            "weight": [10.0, 20.0, 12.0, 1.0],
            "straight_m": [300.0, 500.0, 100.0, None],
        },
        geometry=[Point(500_000 + x, 2_500_000 + y) for x, y in
                  ((300, 0), (0, 500), (1100, 0), (9000, 0))],
        crs="EPSG:4545",
    )  # fmt: skip
    tables = {
        "stations": stations, "candidates": candidates, "sizing": sizing, "costs": costs,
        "demand": demand,
    }  # fmt: skip
    assumed = (Text("按每日一次计。", "Once a day."),)
    view = MapView("charging", Text("充电", "Charging"), (), cards=CARDS)
    return replace(any_result(), analysis=Analysis(tables, assumptions=assumed), view=view)


SAID: dict[Lang, tuple[str, ...]] = {
    "zh": ("充换电站 东站（S1）", "青秀区 · 新建 · 2024", "SS7", "入选。", "10 kV", "土建", "假定"),
    "en": ("Charging station 东站 (S1)", "青秀区 · build · 2024", "SS7", "Chosen.", "10 kV",
           "Assumed: Once a day."),
}  # fmt: skip


@pytest.mark.parametrize("lang", SAID)
def test_a_card_says_where_for_whom_on_which_grid_and_for_how_much(lang: Lang) -> None:
    found = result()
    cards = list(site_cards(found, STAMP, lang))
    assert len(cards) == 2  # those to build
    subject = prepare_sheet(
        found.view, {}, backdrop={}, work_crs="EPSG:4545", evidence="surveyed", sources=()
    )
    pages = draw_cards(cards, subject, lang=lang)
    words = [one.get_text() for one in pages[0].findobj(Lettering) if one.get_text()]
    text = "\n".join(words)
    for word in SAID[lang]:
        assert word in text
    # homes at 300 and 500 m, weights 10 and 20; capacity, load, cost (10⁴ CNY); neighbours
    for word in ("400", "500", "30", "800", "818", "17", "56.4", "212", "1,000", "3,000"):
        assert word in words, word
    assert words.index("S2") < words.index("S3")
    assert "市规划院 · nngis" in text
    assert "nan" not in text.lower().replace("nanning", "")


def test_what_is_not_known_is_a_dash_and_a_missing_block_is_left_out() -> None:
    found = result()
    tables = {name: t for name, t in found.analysis.tables.items() if name != "costs"}
    bare = replace(found, analysis=replace(found.analysis, tables=tables))
    _, second = site_cards(bare, STAMP, "en")
    blocks = {one.title: dict(row[:2] for row in one.rows) for one in second.blocks}
    assert blocks["Grid"]["Substation ID"] == ""
    assert "Items of cost" not in blocks


def test_the_map_of_a_card_shows_all_whom_the_site_serves() -> None:
    first, second = site_cards(result(), STAMP, "zh")
    assert first.at == (500_000, 2_500_000)
    assert first.reach_m >= 1_000.0  # the nearest neighbour
    assert len(first.served) == 2
    assert len(second.served) == 1


def test_an_answer_to_a_siting_question_is_saved_with_cards_and_shapefiles(tmp_path: Path) -> None:
    homes = gpd.GeoDataFrame(
        {"name_zh": list("甲乙丙")},
        geometry=gpd.points_from_xy([500_000, 500_500, 509_000], [2_500_000] * 3),
        crs="EPSG:4545",
    )
    found = nngis.site("mclp", homes, homes.iloc[[0, 2]], p=1, limit_m=1000)
    found.save(tmp_path / "out", site_cards=True, shp=True)
    files = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["files"]
    assert {"site/site_cards.pdf", "site/shp/sites.shp", "site/shp/fields.csv"} <= set(files)
    sites = pyogrio.read_dataframe(tmp_path / "out" / "site" / "shp" / "sites.shp")
    assert sites["decision"].tolist() == ["build", "not_chosen"]
    assert sites["name_zh"].tolist() == ["甲", "丙"]
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "site/site_cards.pdf" in index
