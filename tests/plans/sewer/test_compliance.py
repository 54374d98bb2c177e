import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.plans.sewer.compliance import check_pipes

SOUND = {
    "from_manhole": ["A", "B"],
    "to_manhole": ["B", "C"],
    "length_m": [50.0, 50.0],
    "diameter_mm": [400.0, 400.0],
    "wall_mm": [40.0, 40.0],
    "slope": [0.004, 0.004],
    "invert_up_m": [98.0, 97.8],
    "invert_down_m": [97.8, 97.6],
    "cover_up_m": [1.5, 1.6],
    "cover_down_m": [1.6, 1.7],
    "flow_l_s": [50.0, 50.0],
    "fill_ratio": [0.4272, 0.4272],
    "velocity_m_s": [0.9762, 0.9762],
    "kind": ["gravity", "gravity"],
    "lifted": [False, False],
}
STRAIGHT = ([(0, 0), (50, 0)], [(50, 0), (100, 0)])
SHARP = ([(0, 0), (50, 0)], [(50, 0), (10, 30)])


def checked(courses=STRAIGHT, accuracy_m=0.0, **changed):
    """Results by rule of the second pipe, with the first as it is."""
    columns = {name: list(values) for name, values in SOUND.items()}
    for name, value in changed.items():
        columns[name][1] = value
    lines = [shapely.LineString(course) for course in courses]
    pipes = gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4545", index=["p", "q"])
    rows = check_pipes(pipes, roughness_n=0.013, accuracy_m=accuracy_m)
    return rows[rows["pipe_id"] == "q"].set_index("rule")


def test_sound_pipes_pass_every_clause():
    assert checked()["result"].unique().tolist() == ["pass"]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("min_diameter_mm", {"diameter_mm": 250.0}),
        ("min_slope", {"diameter_mm": 300.0, "slope": 0.0029}),
        ("laying_slope", {"slope": 0.0014}),
        ("laying_slope", {"slope": -0.001}),
        ("max_fill", {"fill_ratio": 0.651}),
        ("max_fill", {"fill_ratio": np.nan}),
        ("min_velocity_m_s", {"velocity_m_s": 0.59}),
        ("max_velocity_m_s", {"velocity_m_s": 5.1}),
        ("min_cover_m", {"cover_down_m": 0.69}),
        ("max_depth_m", {"cover_up_m": 6.6}),
        ("level_matching_m", {"invert_up_m": 97.81}),
        ("size_reduction", {"diameter_mm": 300.0}),
        ("manhole_spacing_m", {"length_m": 75.1}),
        ("rising_max_velocity_m_s", {"kind": "rising_main", "velocity_m_s": 2.1}),
        ("rising_min_velocity_m_s", {"kind": "rising_main", "velocity_m_s": 0.6}),
    ],
)
def test_each_clause_fails_when_it_is_broken(rule, change):
    assert checked(**change).loc[rule, "result"] == "fail"


def test_a_sharp_turn_fails_unless_a_small_pipe_drops():
    assert checked(SHARP).loc["turn_angle_deg", "result"] == "fail"
    assert checked(SHARP).loc["turn_angle_deg", "value"] == pytest.approx(36.87, abs=0.01)
    # 97.8 + 0.4 comes in, 97.5 + 0.3 leaves: 0.4 m of drop.
    drops = checked(SHARP, diameter_mm=300.0, invert_up_m=97.5)
    assert drops.loc["turn_angle_deg", "result"] == "exempt"


def test_little_flow_in_the_least_diameter_need_not_be_fast_but_in_a_larger_one_it_must():
    slow = {"velocity_m_s": 0.4, "flow_l_s": 5.0}
    assert checked(diameter_mm=300.0, **slow).loc["min_velocity_m_s", "result"] == "exempt"
    assert checked(**slow).loc["min_velocity_m_s", "result"] == "fail"


def test_levels_need_not_match_where_the_flow_is_lifted():
    assert "level_matching_m" not in checked(invert_up_m=99.0, lifted=True).index


def test_limits_from_memory_are_marked_on_every_row():
    rows = checked()
    assert rows.loc["manhole_spacing_m", "verified"]
    assert not rows.loc["max_fill", "verified"]


def bend(angle_deg):
    """Two pipes of 50 m whose directions leave such an angle between them."""
    turn = np.radians(180.0 - angle_deg)
    return ([(0, 0), (50, 0)], [(50, 0), (50 + 50 * np.cos(turn), 50 * np.sin(turn))])


@pytest.mark.parametrize(
    ("angle", "accuracy", "result"),
    [
        (89.996, 0.0, "fail"),
        # An end that may lie off by 1 m turns a pipe of 50 m by atan(1/50) = 1.15 degrees, two
        # pipes by 2.29: 87.71 is what the data can tell from 90.
        (89.996, 1.0, "pass"),
        (87.72, 1.0, "pass"),
        (87.70, 1.0, "fail"),
        (45.0, 1.0, "fail"),
        # Lines good to 100 m do not tell a bend at all.
        (10.0, 100.0, "pass"),
    ],
)
def test_a_turn_is_judged_no_finer_than_its_lines_are_placed(angle, accuracy, result):
    row = checked(bend(angle), accuracy_m=accuracy).loc["turn_angle_deg"]
    assert row["result"] == result
    assert row["value"] == pytest.approx(angle, abs=1e-6)
    doubt = 2 * np.degrees(np.arctan2(accuracy, 50.0))
    assert row["limit"] == pytest.approx(max(90.0 - doubt, 0.0))
