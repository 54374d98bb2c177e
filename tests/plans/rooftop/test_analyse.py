"""Rooftop decisions and sums: by hand, and by what must always hold."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, MultiPolygon, Point, Polygon, box, set_precision

from nngis.errors import LayerError
from nngis.plans.rooftop import analyse as module
from nngis.plans.rooftop.analyse import analyse
from nngis.plans.rooftop.classes import classify
from nngis.plans.rooftop.grid import host
from nngis.plans.rooftop.horizon import Sky
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.order import put_in_order
from nngis.plans.rooftop.outlines import take_outlines
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.sums import add_cubes, cube

CRS = "EPSG:4545"
EAST, NORTH = 500_000.0, 2_500_000.0
DEFAULT = RooftopParameters()


def rect(x, y, wide=20.0, deep=10.0):
    """Return a rectangle some metres off the middle."""
    return box(EAST + x, NORTH + y, EAST + x + wide, NORTH + y + deep)


def frame(rows, **columns):
    """Return roofs by id from geometries."""
    table = pd.DataFrame(columns, index=pd.Index(list(rows), name="roof_id"))
    shapes = gpd.GeoSeries(list(rows.values()), index=table.index, crs=CRS)
    return gpd.GeoDataFrame(table.assign(evidence="surveyed"), geometry=shapes, crs=CRS)


CLASSES = {
    # roof_class, area m2 -> class, usable share, density, decision
    "government": ("government", 0.60, 0.125, "pilot"),
    "public": ("public", 0.60, 0.125, "pilot"),
    "commercial": ("industrial_commercial", 0.70, 0.18, "pilot"),
    "rural": ("rural_residential", 0.60, 0.125, "pilot"),
    "urban": ("urban_residential", 0.0, 0.125, "unsuitable"),
}


@pytest.mark.parametrize("word", CLASSES)
def test_a_roof_of_each_class_is_what_hands_compute(run, word):
    kind, usable, density, decision = CLASSES[word]
    roof = run(frame({"a": rect(100, 0, 40, 25)}, roof_class=[word])).tables["roofs"].loc["a"]
    assert roof["area_m2"] == pytest.approx(1000.0, abs=0.01)  # on the central meridian
    assert (roof["class"], roof["decision"]) == (kind, decision)
    assert roof["usable_share"] == usable
    kwp = 1000.0 * usable * density
    assert roof["capacity_kwp"] == pytest.approx(kwp, abs=0.002)
    assert roof["energy_mwh_a"] == pytest.approx(kwp, abs=0.002)  # 1,000 kWh a kWp
    assert roof["rule"] == ("class" if word == "urban" else "A37")
    assert roof["reason_zh"]
    assert roof["reason_en"]


def test_low_and_high_are_the_ends_of_every_range(run):
    roof = run(frame({"a": rect(100, 0, 40, 25)}, roof_class=["public"])).tables["roofs"].loc["a"]
    assert roof["capacity_low_kwp"] == pytest.approx(1000 * 0.5 * 0.10, abs=0.002)
    assert roof["energy_low_mwh_a"] == pytest.approx(50.0 * 0.9, abs=0.002)
    assert roof["energy_high_mwh_a"] == pytest.approx(1000 * 0.7 * 0.15 * 1.2, abs=0.002)


def test_roofs_outside_the_pilots_come_second_and_outside_all_are_unknown(run):
    rows = {"in": rect(100, 0), "off": rect(-100, 0), "out": rect(20_000, 0)}
    roofs = run(frame(rows, roof_class=["rural"] * 3)).tables["roofs"]
    assert roofs["decision"].to_dict() == {"in": "pilot", "off": "phase_2", "out": "unknown"}
    assert "县" in roofs.loc["out", "reason_zh"]
    assert np.isnan(roofs.loc["out", "capacity_kwp"])


def test_a_roof_whose_class_nobody_knows_is_unknown_and_the_reason_says_so(run):
    roofs = run(frame({"a": rect(100, 0)}, roof_class=[None])).tables["roofs"]
    assert roofs.loc["a", ["class", "decision"]].tolist() == ["unknown", "unknown"]
    assert "class of building" in roofs.loc["a", "reason_en"]
    assert "county" not in roofs.loc["a", "reason_en"]


def test_protected_small_and_unfit_roofs_are_unsuitable_each_for_its_reason(run):
    rows = {"p": rect(100, 0), "s": rect(200, 0, 4, 4), "f": rect(300, 0)}
    roofs = run(
        frame(
            rows,
            roof_class=["public"] * 3,
            protected=[True, None, False],
            roof_form=["flat", None, "unfit"],
        )
    ).tables["roofs"]
    assert set(roofs["decision"]) == {"unsuitable"}
    assert roofs["rule"].to_dict() == {"p": "protected", "s": "too_small", "f": "form"}
    assert (roofs["capacity_kwp"] == 0).all()


def test_a_roof_of_five_square_kilometres_is_not_believed(run):
    roofs = run(frame({"a": rect(100, 0, 2500, 2000)}, roof_class=["public"])).tables["roofs"]
    assert roofs.loc["a", ["decision", "rule"]].tolist() == ["unknown", "too_large"]


def test_areas_are_those_of_the_ellipsoid():
    far = gpd.GeoSeries([rect(150_000, 0, 300, 200)], crs=CRS)
    roofs = gpd.GeoDataFrame(index=["a"], geometry=far.values, crs=CRS)
    lonlat = far.to_crs("EPSG:4490")[0]
    truth = abs(Geod(ellps="GRS80").geometry_area_perimeter(lonlat)[0])
    found = take_outlines(roofs, DEFAULT).roofs.loc["a", "area_m2"]
    assert found == pytest.approx(truth, rel=2e-5)
    assert far.area[0] / truth > 1.0003  # the plane alone is off by more


def test_bad_outlines_are_mended_or_named():
    hole = Polygon(rect(0, 0, 40, 40).exterior, [rect(10, 10, 20, 20).exterior])
    bow = Polygon([(EAST, NORTH + 100), (EAST + 20, NORTH + 120), (EAST + 20, NORTH + 100),
                   (EAST, NORTH + 120)])  # fmt: skip
    tall = Polygon([(EAST + x, NORTH + 200 + y, 30.0) for x, y in ((0, 0), (10, 0), (10, 10))])
    two = MultiPolygon([rect(0, 300), rect(30, 300)])
    rows = {"hole": hole, "bow": bow, "tall": tall, "two": two,
            "line": LineString([(0, 0), (1, 1)]),
            "empty": Polygon(), "none": None}  # fmt: skip
    found = take_outlines(frame(rows), DEFAULT)
    expected = {"hole": 1200.0, "bow": 200.0, "tall": 50.0, "two": 400.0}
    assert found.roofs["area_m2"].to_dict() == pytest.approx(expected, abs=0.01)
    assert found.roofs.index[found.roofs["mended"]].tolist() == ["bow"]
    assert not found.roofs.geometry.has_z.any()
    assert set(found.dropped.index) == {"line", "empty", "none"}
    assert set(found.dropped["problem"]) == {"no_outline"}


def test_doubles_count_once_and_overlaps_with_the_larger():
    rows = {
        "b": rect(0, 0), "a": rect(0.1, 0), "c": rect(100, 0, 20, 10), "d": rect(110, 0, 30, 10),
        "big": rect(200, 0, 50, 50), "in": rect(210, 10, 5, 5), "touch": rect(250, 0, 9, 9),
    }  # fmt: skip
    found = take_outlines(frame(rows), DEFAULT)
    assert found.dropped["kept_id"].to_dict() == {"b": "a", "in": "big"}
    assert found.dropped["problem"].to_dict() == {"b": "doubled", "in": "within"}
    expected = {"a": 200.0, "c": 100.0, "d": 300.0, "big": 2500.0, "touch": 81.0}
    assert found.roofs["area_m2"].to_dict() == pytest.approx(expected, abs=0.01)


def test_degrees_are_not_taken_for_metres():
    with pytest.raises(LayerError, match="4326"):
        take_outlines(frame({"a": rect(0, 0)}).to_crs("EPSG:4326"), DEFAULT)


def test_a_climate_elsewhere_is_refused(counties, climate):
    away = climate.assign(geometry=climate.translate(200_000))
    roofs = frame({"a": rect(0, 0)}, roof_class=["public"])
    with pytest.raises(LayerError, match="does not cover 1 roof,"):
        analyse(RooftopLayers(roofs, counties, away), DEFAULT)


def test_a_class_is_told_by_tag_then_name_then_point_then_land_then_size():
    rows = {name: rect(60 * at, 0, 30, 20) for at, name in enumerate("abcdefg")}
    rows |= {"g": rect(400, 0, 60, 40), "h": rect(500, 0, 30, 20)}
    roofs = frame(
        rows,
        roof_class=["public", *[None] * 7],
        name_zh=["某公司", "甲镇人民政府", *[None] * 6],
    ).assign(area_m2=lambda f: f.area)
    places = frame({"p": Point(EAST + 130, NORTH + 10)}).assign(place_class="school")
    land = frame({"l": rect(170, -10, 60, 60)}).assign(land_class="industrial")
    town = frame({"t": rect(490, -100, 100, 200)})
    found = classify(
        roofs, DEFAULT.model_copy(update={"house_max_m2": 600.0}), places=places, land_use=land,
        built_up=town,
    )  # fmt: skip
    assert found["class_basis"].to_dict() == {
        "a": "tag", "b": "name", "c": "point", "d": "land_use", "e": "size", "f": "size",
        "g": "size", "h": "none",
    }  # fmt: skip
    assert found["class"].tolist() == [
        "public", "government", "public", "industrial_commercial", "rural_residential",
        "rural_residential", "industrial_commercial", "unknown",
    ]  # fmt: skip


def test_housing_is_urban_in_town_and_rural_outside():
    roofs = frame({"a": rect(0, 0), "b": rect(500, 0)}, building=["house", "residential"])
    found = classify(
        roofs.assign(area_m2=200.0), DEFAULT, built_up=frame({"t": rect(-5, -5, 50, 50)})
    )
    assert found["class"].tolist() == ["urban_residential", "rural_residential"]


def test_shares_and_shortfalls_by_hand(run):
    rows = {"a": rect(100, 0), "b": rect(200, 0), "c": rect(300, 0), "d": rect(400, 0)}
    forms = ["unfit", "unfit", "unfit", "flat"]
    tables = run(frame(rows, roof_class=["government"] * 4, roof_form=forms)).tables
    row = tables["by_class"].loc["government"]
    assert (row["policy_min_share"], row["installed_share"]) == (0.5, 0.25)
    assert row["shortfall_m2"] == pytest.approx(200.0, abs=0.1)
    county = tables["by_county"]
    assert county.loc["横州市", "shortfall_government_m2"] == pytest.approx(200.0, abs=0.1)
    assert np.isnan(county.loc["横州市", "shortfall_public_m2"])
    # No roof is known there: none is not zero.
    assert county.loc["甲县", "roofs_count"] == 0
    assert np.isnan(county.loc["甲县", "capacity_kwp"])


def test_the_grid_takes_what_fits_and_names_the_rest(run):
    stations = gpd.GeoDataFrame(
        {"name_zh": ["站", "远"], "capacity_mva": [0.02, 50.0], "evidence": "surveyed"},
        index=pd.Index(["S", "T"], name="substation_id"),
        geometry=[Point(EAST, NORTH), Point(EAST + 15_000, NORTH)],
        crs=CRS,
    )
    rows = {"a": rect(100, 0), "b": rect(200, 0)}
    tables = run(frame(rows, roof_class=["public"] * 2), substations=stations).tables
    grid = tables["substations"]
    assert grid.loc["S", "hosting_capacity_mw"] == pytest.approx(0.016)  # 80 % of 20 kVA
    assert grid.loc["S", ["assigned_kwp", "hosted_kwp", "curtailed_kwp"]].tolist() == (
        pytest.approx([30.0, 16.0, 14.0], abs=0.01)
    )
    assert tables["roofs"]["hosted_kwp"].tolist() == pytest.approx([15.0, 1.0], abs=0.01)
    assert grid.loc["T", "roofs_count"] == 0


def test_a_stated_hosting_capacity_goes_before_the_rule():
    roofs = pd.DataFrame({"substation_id": ["S", None], "capacity_kwp": [5.0, 5.0]}, ["a", "b"])
    found = host(roofs, pd.Series([1, 2], ["a", "b"]), pd.Series({"S": 0.003}))
    assert found["a"] == 3.0
    assert np.isnan(found["b"])


def test_the_county_estimate_is_derived_and_a_range(run):
    people = pd.DataFrame(
        {"adcode": ["450181", "450123"], "year": 2020, "population": [100_000, 50_000]}
    )
    table = run(frame({"a": rect(0, 0)}, roof_class=["rural"]), population=people).tables[
        "county_estimate"
    ]
    rural = table.loc["横州市/rural_residential"]
    assert rural["roof_area_m2"] == pytest.approx(100_000 * 0.55 * 48 / 2.5)
    assert rural["capacity_kwp"] == pytest.approx(1_056_000 * 0.6 * 0.125)
    assert rural["policy_capacity_kwp"] == pytest.approx(79_200 * 0.2)
    assert (table["roof_area_low_m2"] < table["roof_area_m2"]).all()
    assert (table["roof_area_m2"] < table["roof_area_high_m2"]).all()
    assert set(table["evidence"]) == {"derived"}
    assert table.xs("横州市/urban_residential")["capacity_kwp"] == 0.0


@st.composite
def towns(draw):
    """Draw roofs of all classes and forms in both counties, one or two outside."""
    count = draw(st.integers(1, 25))
    kinds = st.sampled_from(["government", "public", "commercial", "rural", "urban", None])
    forms = st.sampled_from(["flat", "metal", "tile", "unfit", None])
    rows, classes, shapes = {}, [], []
    for at in range(count):
        x = draw(st.sampled_from([-5000.0, 100.0, 20_000.0])) + draw(st.integers(0, 20)) * 13.0
        size = draw(st.floats(2.0, 60.0))
        rows[f"r{at:02d}"] = set_precision(rect(x, 40.0 * at, size, 20.0), 0.01)
        classes.append(draw(kinds))
        shapes.append(draw(forms))
    return frame(rows, roof_class=classes, roof_form=shapes)


PROPERTY = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(roofs=towns())
@PROPERTY
def test_parts_add_up_at_every_level(run, roofs):
    tables = run(roofs).tables
    own = tables["roofs"]
    for name in ("by_county", "by_township", "by_class", "by_county_class"):
        table = tables[name]
        assert table["roofs_count"].sum() == len(own)
        for column in ("area_m2", "capacity_kwp", "energy_mwh_a", "energy_high_mwh_a"):
            assert round(table[column].sum(), 3) == round(own[column].sum(), 3), (name, column)
    on = own["decision"].isin(("pilot", "phase_2"))
    assert tables["by_phase"]["roofs_count"].sum() == on.sum()
    shares = tables["by_county_class"]["installed_share"].dropna()
    assert shares.between(0, 1).all()
    assert own["usable_share"].dropna().between(0, 1).all()
    assert sorted(own["rank"].dropna()) == list(range(1, int(on.sum()) + 1))


@given(roofs=towns(), low=st.floats(0, 1), more=st.floats(0, 1))
@PROPERTY
def test_a_larger_share_never_lowers_capacity(run, roofs, low, more):
    high = low + (1 - low) * more

    def least(share):
        set_to = {"policy_min_share_public": share, "policy_min_share_rural_residential": share}
        tables = run(roofs, DEFAULT.model_copy(update=set_to)).tables
        return tables["by_county"][["policy_capacity_kwp", "capacity_kwp"]].sum()

    before, after = least(low), least(high)
    assert after["policy_capacity_kwp"] >= before["policy_capacity_kwp"]
    assert after["capacity_kwp"] == before["capacity_kwp"]


@given(roofs=towns(), data=st.data())
@PROPERTY
def test_the_order_of_rows_changes_nothing(run, roofs, data):
    shuffled = roofs.loc[data.draw(st.permutations(list(roofs.index)))]
    one, two = run(roofs).tables, run(shuffled).tables
    pd.testing.assert_frame_equal(
        pd.DataFrame(one["roofs"]), pd.DataFrame(two["roofs"].loc[one["roofs"].index])
    )
    pd.testing.assert_frame_equal(one["by_class"], two["by_class"])


@given(roofs=towns(), cuts=st.lists(st.integers(0, 25), max_size=4))
@PROPERTY
def test_cubes_of_parts_are_the_cube_of_the_whole_in_any_order(run, roofs, cuts):
    table = run(roofs).tables["roofs"]
    ends = sorted({0, len(table), *(min(c, len(table)) for c in cuts)})
    parts = [cube(table.iloc[a:b]) for a, b in pairwise(ends)]
    for order in (parts, parts[::-1]):
        pd.testing.assert_frame_equal(add_cubes(order), cube(table))


def test_the_cheaper_energy_comes_first_and_ties_go_by_area_then_id():
    roofs = pd.DataFrame(
        {
            "county": "甲", "class": "public", "decision": ["pilot"] * 4 + ["phase_2"],
            "area_m2": [100.0, 100.0, 200.0, 100.0, 900.0],
            "energy_mwh_a": [1.0, 1.0, 1.0, 2.0, 9.0], "cost_10k_cny": 1.0,
        },
        index=["b", "a", "c", "d", "e"],
    )  # fmt: skip
    found = put_in_order(roofs, {"public": 0.0})
    assert found["rank"].to_dict() == {"d": 1, "c": 2, "a": 3, "b": 4, "e": 5}


def test_shade_is_off_unless_asked_for_and_then_counts_who_has_no_height(run, monkeypatch):
    sky = Sky(
        pd.MultiIndex.from_product([["c"], ["flat-180"]]),
        np.tile(np.r_[0.0, np.full(90, 0.05)], (1, 16, 1)),  # 5 % of the light from each sector
        np.array([0.2]),
    )
    monkeypatch.setattr(module, "sky_table", lambda *_: sky)
    rows = {"low": rect(100, 0), "high": rect(130, 4, 2, 2), "who": rect(900, 0)}
    roofs = frame(rows, roof_class=["public"] * 3, height_m=[3.0, 23.0, None])
    off = run(roofs).tables["roofs"]
    assert off["shading_share"].isna().all()
    found = run(roofs, RooftopParameters(shade_reach_m=50.0, min_roof_m2=0.0))
    on = found.tables["roofs"]
    assert on.loc["high", "shading_share"] == 0
    assert np.isnan(on.loc["who", "shading_share"])
    # The tower is 20 m away and 20 m higher: 45° in one sector of sixteen, of whose sky a
    # thirty-second is hidden.
    lost = 0.05 + 0.2 * 0.5 / 16
    assert on.loc["low", "shading_share"] == pytest.approx(lost, abs=0.001)
    assert on.loc["low", "energy_mwh_a"] == pytest.approx(
        off.loc["low", "energy_mwh_a"] * (1 - on.loc["low", "shading_share"]), abs=0.002
    )
    assert any("1 roof has neither height" in note.en for note in found.warnings)
