"""A street of 200 m laid out twice, worked out by hand: where it falls and where it rises.

1,200 people give 202 L a day, of which 90 % come back: 1,200 x 0.1818 / 86.4 = 2.525 L/s, and the
first house's 300 a quarter of it. Below 5 L/s the peak is 2.7 times that, and a tenth of the mean
seeps in: 2.8 times. Manholes stand each 200 / 3 m. A pipe is DN300 with a wall of 30 mm and has
0.7 m above it at least, so that its invert lies 1.03 m below the ground at least, on steps of 2 cm.

The terrain is 100 m where it begins, in the middle of a cell of 100 m, and the street begins 950 m
from there: at 90.5 m where 1 m is lost in 100, at 138 m where 4 m are won.
"""

from math import acos, cos, pi, sin

import numpy as np
import pytest
from shapely import LineString, Point

from nngis.grid import Grid
from nngis.plans.sewer.analyse import analyse
from nngis.plans.sewer.layers import SewerLayers
from nngis.plans.sewer.parameters import SewerParameters

X, Y = 500_000.0, 2_500_000.0
SPAN_M = 200 / 3
CODE = {
    # rule: limit of it
    "min_diameter_mm": 300, "min_slope": 0.003, "max_fill": 0.55, "min_velocity_m_s": 0.6,
    "min_cover_m": 0.7,
}  # fmt: skip


def laid(frame, rise_m: float):
    """Lay the street out on ground that rises so much in 100 m."""
    ground = np.tile(100.0 + np.arange(40) * rise_m, (30, 1))
    layers = SewerLayers(
        demand=frame(
            {
                "a": {"population": 900.0, "geometry": Point(X + 100, Y + 20)},
                "b": {"population": 300.0, "geometry": Point(X, Y + 20)},
            },
            "demand_id",
        ),
        roads=frame({"r": {"geometry": LineString([(X, Y), (X + 200, Y)])}}, "road_id"),
        elevation=Grid(ground, west=X - 1_000, north=Y + 2_000, cell_m=100.0),
        treatment_plants=frame(
            {"w": {"name_zh": "甲厂", "geometry": Point(X + 200, Y)}}, "wwtp_id"
        ),
    )
    return analyse(layers, SewerParameters()).tables


def check(table, order: str, worked: dict[str, tuple[float, ...]]) -> None:
    """Hold rows, in the order of a column, against what was worked out."""
    rows = table.sort_values(order)
    for name, values in worked.items():
        assert rows[name].astype(float).tolist() == pytest.approx(values, abs=1e-4), name


def manning(pipe) -> tuple[float, float]:
    """Return speed and flow [m/s, L/s] at a pipe's fill, of concrete (0.013)."""
    d = pipe.diameter_mm / 1_000
    half = acos(1 - 2 * pipe.fill_ratio)  # of the angle that the water's width is seen under
    area = d * d / 4 * (half - sin(half) * cos(half))
    radius = area / (d * half)
    speed = radius ** (2 / 3) * pipe.slope**0.5 / 0.013
    return speed, 1_000 * speed * area


def test_every_amount_of_a_street_that_falls_is_as_worked_out(frame) -> None:
    found = laid(frame, -1.0)
    pipes = found["pipes"]
    check(
        pipes,
        "invert_down_m",
        {  # to the plant, to the last manhole, to the one before it
            "length_m": (SPAN_M,) * 3,
            "diameter_mm": (300,) * 3,
            "wall_mm": (30,) * 3,
            "ground_up_m": (90.5 - 2 * SPAN_M / 100, 90.5 - SPAN_M / 100, 90.5),
            "ground_down_m": (88.5, 90.5 - 2 * SPAN_M / 100, 90.5 - SPAN_M / 100),
            "invert_up_m": (88.12, 88.80, 89.46),
            "invert_down_m": (87.46, 88.12, 88.80),
            "slope": (0.66 / SPAN_M, 0.68 / SPAN_M, 0.66 / SPAN_M),
            "cover_up_m": (0.7167, 0.7033, 0.71),
            "cover_down_m": (0.71, 0.7167, 0.7033),
            "mean_flow_l_s": (2.525, 2.525, 0.63125),
            "flow_l_s": (7.07, 7.07, 1.7675),
        },
    )
    for pipe in pipes.itertuples():
        assert manning(pipe) == pytest.approx((pipe.velocity_m_s, pipe.flow_l_s), rel=1e-3)
    check(
        found["manholes"],
        "ground_m",
        {
            "ground_m": (88.5, 89.1667, 89.8333, 90.5),
            "invert_m": (87.46, 88.12, 88.80, 89.46),
            "depth_m": (1.04, 1.0467, 1.0333, 1.04),
            "drop_m": (0, 0, 0, 0),
        },
    )
    nan = float("nan")
    section = found["sections"].sort_values("chainage_m")
    at_manholes = section[section["manhole_id"].notna()]
    for name, worked in {
        "chainage_m": (0, SPAN_M, 2 * SPAN_M, 200),
        "invert_in_m": (nan, 88.80, 88.12, 87.46),
        "invert_out_m": (89.46, 88.80, 88.12, nan),
    }.items():
        got = at_manholes[name].astype(float).tolist()
        assert got == pytest.approx(list(worked), abs=1e-4, nan_ok=True), name
    # Each house is 20 m away from the street. Only the first pipe runs too slowly, and may: it
    # is the beginning of the sewer.
    check(
        found["connections"],
        "people",
        {"people": (300, 900), "length_m": (20, 20), "mean_flow_l_s": (0.63125, 1.89375)},
    )
    rules = found["compliance_summary"]
    assert rules.loc["min_velocity_m_s", ["pass_count", "exempt_count", "fail_count"]].tolist() == [
        2, 1, 0,
    ]  # fmt: skip
    assert rules.loc["min_slope", ["pass_count", "exempt_count", "fail_count"]].tolist() == [
        3,
        0,
        0,
    ]
    checks = found["compliance"]
    for rule, limit in CODE.items():
        of_rule = checks[checks["code_rule"].eq(rule)]
        assert of_rule["code_limit"].astype(float).tolist() == [limit] * 3, rule
    by_pipe = checks[checks["code_rule"].eq("min_slope")].set_index("pipe_id")["code_value"]
    assert by_pipe.astype(float).to_dict() == pytest.approx(pipes["slope"].to_dict(), abs=1e-6)


def test_every_amount_of_a_street_that_rises_is_as_worked_out(frame) -> None:
    # Pumped from the first manhole to the second, then 0.003 down under ground that rises: the
    # least slope is just kept. 80 mm at the least speed of 0.7 m/s are 3.5186 L/s.
    found = laid(frame, 4.0)
    pipes = found["pipes"]
    check(
        pipes[pipes["kind"].eq("gravity")],
        "invert_down_m",
        {
            "invert_up_m": (139.42, 139.62),
            "invert_down_m": (139.22, 139.42),
            "slope": (0.003, 0.003),
            "cover_up_m": (3.5833, 0.7167),
            "cover_down_m": (6.45, 3.5833),
        },
    )
    (main,) = pipes[pipes["kind"].eq("rising_main")].itertuples()
    assert (main.diameter_mm, main.cover_up_m, main.cover_down_m) == pytest.approx((80, 1.0, 1.0))
    (pump,) = found["lift_stations"].itertuples()
    flow = 0.7 * pi / 4 * 0.08**2
    assert (pump.rising_main_mm, pump.flow_l_s) == pytest.approx((80, 1_000 * flow))
    assert pump.rising_main_m == pytest.approx(SPAN_M)
    assert pump.well_depth_m == pytest.approx(138 - pump.well_level_m)
    # By Hazen and Williams (130), and 2 m lost in the station.
    lost = 10.67 * flow**1.852 / (130**1.852 * 0.08**4.87) * SPAN_M + 2.0
    assert pump.head_m == pytest.approx(pump.lift_m + lost, rel=1e-4)
    assert pump.pump_kw == pytest.approx(9.81 * flow * pump.head_m / 0.6, rel=1e-4)
    # The second manhole is as deep as the rising main that ends in it.
    check(
        found["manholes"],
        "ground_m",
        {
            "ground_m": (138, 140.6667, 143.3333, 146),
            "depth_m": (1.08, 1.08, 3.9133, 6.78),
        },
    )
    rules = found["compliance_summary"][["pass_count", "exempt_count", "fail_count"]]
    assert rules.loc["min_slope"].tolist() == [2, 0, 0]  # just the limit
    assert rules.loc["min_cover_m"].tolist() == [3, 0, 0]
