"""Long sections of pipes: every figure stands on a sheet, to a usual scale, none on another."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Text as Lettering

from nngis.cartography.pipe_section import Surcharge, pipe_sheets
from nngis.cartography.section_band import LEAST_GAP_MM, spread
from nngis.cartography.section_frame import SectionFrame, draw_figures
from nngis.text import Text

TITLE = Text("污水管道纵断面图", "Sewer long section")


def route(gaps_m: list[float], name: str = "W01") -> pd.DataFrame:
    """Lay a route 2 m below level ground, 3 in 1000, with a lift of 1 m at its second manhole."""
    along = np.r_[0.0, np.cumsum(gaps_m)]
    out = 48.0 - 0.003 * along + np.where(np.arange(len(along)) > 0, 1.0, 0.0)
    into = np.r_[np.nan, (48.0 - 0.003 * along)[1:2], (49.0 - 0.003 * along)[2:]]
    out[-1] = np.nan
    return pd.DataFrame(
        {
            "route_id": name,
            "chainage_m": along,
            "manhole_id": [f"{name}-{k}" for k in range(len(along))],
            "ground_m": 50.0,
            "invert_in_m": into,
            "invert_out_m": out,
            "depth_m": 50.0 - np.fmin(into, out),
            "length_m": [*gaps_m, np.nan],
            "diameter_mm": [*([300] * len(gaps_m)), np.nan],
            "slope": [*([0.003] * len(gaps_m)), np.nan],
            "kind": [*(["gravity"] * len(gaps_m)), None],
            "governing": [*(["min_slope"] * len(gaps_m)), None],
            "lifted": np.arange(len(along)) == 1,
            "joined_by": ["", "W02", *([""] * (len(along) - 2))],
        }
    )


def words(figure: Figure) -> list[str]:
    return [one.get_text() for one in figure.findobj(Lettering) if one.get_text()]


def drawn(table: pd.DataFrame, surcharge: Surcharge | None = None) -> list[Figure]:
    frame = SectionFrame(TITLE, "zh", "synthetic", ("甲",))
    return draw_figures(pipe_sheets(table, frame=frame, surcharge=surcharge))


def test_a_sheet_tells_levels_sizes_and_chainages() -> None:
    (figure,) = drawn(route([60.0, 40.0, 50.0]))
    said = words(figure)
    for word in ("污水管道纵断面图 W01", "K0+100.00", "47.820", "48.820", "DN300", "3.00", "40.00"):
        assert word in said
    assert said.count("50.000") == 4
    assert "比例 横 1:500 纵 1:50" in said
    assert "提升泵站 · W02 接入" in said


def test_a_lift_is_a_triangle_below_the_foot_of_its_shaft() -> None:
    (figure,) = drawn(route([60.0, 40.0, 50.0]))
    areas = [
        path.vertices[:3]
        for many in figure.findobj(PolyCollection)
        for path in many.get_paths()
        if len(path.vertices) == 4  # three corners, and the first again
    ]
    assert len(areas) == 1
    (left, right, tip) = areas[0]
    assert left[1] == right[1] < tip[1]
    assert tip[0] == pytest.approx((left[0] + right[0]) / 2)
    assert right[0] - left[0] == pytest.approx(2.8)  # mm on the sheet
    assert tip[1] - left[1] == pytest.approx(2.4)
    # Its manhole: as long as the second of four, 60 m at 1:500, from the first's stem.
    feet = {round(x, 6) for x, _ in (tip,)}
    shafts = [
        path.vertices
        for many in figure.findobj(PolyCollection)
        for path in many.get_paths()
        if len(path.vertices) == 5
    ]
    assert any(shaft[:, 0].min() < x < shaft[:, 0].max() for x in feet for shaft in shafts)


def test_a_route_too_long_for_one_sheet_goes_on_over_the_same_manhole() -> None:
    table = route([50.0] * 150)
    figures = drawn(table)
    ids = [[w for w in words(f) if w.startswith("W01-")] for f in figures]
    assert len(figures) > 1
    assert all(a[-1] == b[0] for a, b in itertools.pairwise(ids))
    assert set().union(*ids) == set(table["manhole_id"])


def test_each_route_has_its_own_sheet() -> None:
    assert len(drawn(pd.concat([route([60.0]), route([30.0, 30.0], "W02")]))) == 2


def test_routes_that_no_longer_fit_stand_in_the_table_only() -> None:
    long = pd.concat([route([20.0] * 300), route([20.0] * 300, "W02"), route([60.0], "W03")])
    titles = [f.axes[0].texts[0].get_text() for f in drawn(long)]
    assert sum(" W01" in title for title in titles) > 4
    assert not any(" W02" in title for title in titles)
    assert (" W03" in titles[-1]) == (len(titles) <= 8)


def test_joints_of_rising_mains_are_points_of_a_course_and_no_manholes() -> None:
    table = route([60.0, 10.0, 10.0, 30.0, 60.0])
    table.loc[1:3, "kind"] = "rising_main"
    (figure,) = drawn(table)
    said = words(figure)
    assert [w for w in said if w.startswith("W01-")] == ["W01-0", "W01-1", "W01-4", "W01-5"]
    assert "50.00" in said  # the three pipes of the main together
    assert said.count("压力管") == 2  # its slope does not matter; and in the legend


def test_terrain_between_manholes_is_inside_the_frame() -> None:
    ground = pd.DataFrame(
        {"route_id": "W01", "chainage_m": [0.0, 30.0, 60.0], "ground_m": [50.0, 90.0, 50.0]}
    )
    frame = SectionFrame(TITLE, "en", "derived")
    (figure,) = draw_figures(pipe_sheets(route([60.0]), ground, frame=frame))
    assert "Scales: along 1:200, heights 1:500" in words(figure)


def test_water_under_load_and_what_breaks_first_stand_on_the_section() -> None:
    table = route([60.0, 40.0])
    invert = np.fmin(table["invert_in_m"], table["invert_out_m"])
    found = pd.DataFrame(
        {
            "level_once_m": invert + 0.2,
            "level_twice_m": invert + 0.9,
            "surcharge_once_m": 0.0,
            "surcharge_twice_m": [0.6, 0.6, 0.55],
        }
    ).set_axis(table["manhole_id"])
    (figure,) = drawn(table, Surcharge(found, "W01-1", 1.5))
    said = words(figure)
    assert "最先超载（1.5 倍设计流量） · 提升泵站 · W02 接入" in said
    assert "超载 1 倍 / 2 倍 (m)" in said
    assert said.count("0.00") >= 3  # at the design flow
    assert said.count("0.60") == 2
    assert said.count("0.55") == 1
    assert "2 倍设计流量水位" in said
    assert "2 倍设计流量水位" not in words(drawn(table)[0])


@given(st.lists(st.floats(0, 300), min_size=1, max_size=40))
def test_spread_places_keep_their_order_and_distance(places: list[float]) -> None:
    at = np.sort(places)
    moved = spread(at, 0.0, 300.0)
    assert (np.diff(moved) >= LEAST_GAP_MM - 1e-9).all()
    assert moved.min() >= -1e-9
    assert moved.max() <= 300.0 + 1e-9
    if (np.diff(at) >= LEAST_GAP_MM).all():
        assert moved == pytest.approx(at)
