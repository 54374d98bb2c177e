"""The demonstration ledger: reproducible, and placed so that the rules decide something."""

import io
from collections import Counter
from random import Random

import numpy as np
import pandas as pd
import pytest
import shapely
from openpyxl import load_workbook

from nngis.crs import to_wgs84


@pytest.fixture(scope="module")
def recipe():
    from recipe import boilers  # noqa: PLC0415

    return boilers


@pytest.fixture(scope="module")
def sheet():
    from recipe import ledger_sheet  # noqa: PLC0415

    return ledger_sheet


@pytest.fixture(scope="module")
def made(recipe, layers):
    return recipe.ledger(layers)


@pytest.fixture(scope="module")
def frame(made, sheet):
    return pd.DataFrame(made, columns=sheet.HEADERS, dtype=object)


def cells(data):
    return [[cell.value for cell in row] for row in load_workbook(data).active.iter_rows()]


def test_the_recipe_gives_the_shipped_ledger(made, sheet, layers):
    fresh = cells(io.BytesIO(sheet.workbook(made)))
    assert fresh == cells(layers / "boilers.xlsx")


def test_the_ledger_made_twice_is_the_same_byte_for_byte(made, sheet, recipe, layers):
    assert sheet.workbook(recipe.ledger(layers)) == sheet.workbook(made)


def test_another_seed_gives_another_ledger(made, recipe, layers, monkeypatch):
    monkeypatch.setattr(recipe, "SEED", 1)
    assert recipe.ledger(layers) != made


def test_forty_five_boilers_lie_within_15_km_of_the_plant_and_twenty_within_30(recipe):
    places = [at for _, _, at in recipe.clustered(Random(recipe.SEED))]  # noqa: S311
    off_km = np.array([recipe.off_plant_km(at) for at in places])
    assert (off_km <= 15).sum() == 45
    assert ((off_km > 15) & (off_km <= 30)).sum() == 20


def test_a_boiler_just_outside_the_circle_would_lie_inside_by_the_wrong_datum(frame, recipe):
    row = frame.set_index("锅炉编号").loc["YS-065"]
    assert row["坐标系"] == "GCJ-02"
    written = (row["中心经度"], row["中心纬度"])
    lon, lat = to_wgs84([written[0]], [written[1]], "gcj02")
    assert recipe.off_plant_km(written) < 15 < recipe.off_plant_km((lon[0], lat[0]))


def test_small_and_large_coal_boilers_stand_in_the_built_up_area(frame, recipe, layers):
    # The rows after the clusters are those of the city, without slips; the places as drawn.
    city = shapely.union_all(
        shapely.from_geojson([line.rstrip(",") for line in feature_lines(layers)])
    )
    places = recipe.at_sites(Random(0), layers)[: recipe.IN_CITY]  # noqa: S311
    assert shapely.intersects_xy(city, *zip(*(at for _, _, at in places), strict=True)).sum() >= 22
    first = sum(cluster.count for cluster in recipe.CLUSTERS)
    rows = frame.iloc[first : first + recipe.IN_CITY]
    coal = rows[rows["燃料种类"].str.contains("煤")]["额定蒸发量(蒸吨/时)"]
    assert (coal <= 10).sum() >= 10
    assert (coal > 10).sum() >= 2


def feature_lines(layers):
    return (layers / "built_up.geojson").read_text(encoding="utf-8").splitlines()[1:-1]


def test_every_slip_stands_in_the_ledger(frame):
    capacity = frame["额定蒸发量(蒸吨/时)"].astype(str)
    lon = frame["中心经度"]
    assert capacity.str.contains("MW").sum() == 1
    assert capacity.str.contains("t/h").sum() == 1
    assert capacity.str.contains("[０-９]").sum() == 1
    assert capacity.str.startswith("约").sum() == 1
    assert capacity.eq("四至六吨").sum() == 1
    assert lon.isna().sum() == 1
    assert sum(isinstance(value, float) and value < 60 for value in lon) == 1
    assert sum(isinstance(value, float) and value > 112 for value in lon) == 1
    assert frame["锅炉编号"].duplicated().sum() == 1


def test_fuels_statuses_and_notations_are_those_an_office_uses(frame):
    fuels = Counter(frame["燃料种类"])
    assert {
        "烟煤",
        "无烟煤",
        "型煤",
        "天然气",
        "生物质成型燃料",
        "甘蔗渣",
        "煤、生物质混烧",
        "柴油",
    } <= set(fuels)
    assert set(frame["锅炉状态"]) == {"在用", "停用", "报废"}
    assert set(frame["坐标系"].dropna()) == {"WGS84", "GCJ-02"}
    written = frame["中心经度"].dropna().astype(str)
    assert written.str.startswith("东经").any()
    assert written.str.match(r"\d+°").any()
    assert (frame["额定蒸发量(蒸吨/时)"] == 10).any()
    assert {"横县", "横州市"} <= set(frame["所在县（市、区）"])


def test_sugar_mill_boilers_are_large(frame):
    bagasse = frame[frame["燃料种类"] == "甘蔗渣"]["额定蒸发量(蒸吨/时)"]
    sizes = pd.to_numeric(bagasse, errors="coerce").dropna()
    assert len(sizes) >= 5
    assert sizes.between(35, 75).all()


def test_degree_signs_keep_an_angle_to_a_hundredth_of_a_second(sheet):
    assert sheet.degree_signs(22.999999999) == "23°00′00.00″"
    assert sheet.degree_signs(108.5) == "108°30′00.00″"
