"""Limits of velocity: by size and state, and kept by every pipe that is laid."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from nngis.errors import ParameterError
from nngis.parameter_values import build
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.steam.feasible import least_size
from nngis.plans.heat.steam.flow import Steam
from nngis.plans.heat.steam.parameters import pipe_conditions, steam_needs
from nngis.plans.heat.steam.pipe import capacity_t_h
from nngis.plans.heat.steam.sizes import pipe_sizes
from nngis.plans.heat.steam.velocity import VelocityLimits, superheat_k

X, Y = 500_000.0, 2_500_000.0
SIZES = pipe_sizes()
DEFAULT = HeatParameters()
LIMITS = steam_needs(DEFAULT).by_size


@pytest.mark.parametrize(
    ("dn", "superheated", "saturated"),
    [(50, 40, 30), (80, 40, 30), (100, 50, 35), (150, 50, 35), (200, 50, 35), (250, 60, 40),
     (500, 60, 40), (1000, 60, 40)],
)  # fmt: skip
def test_the_limits_are_the_upper_ends_of_the_handbook_by_nominal_size(dn, superheated, saturated):
    inner = SIZES.inner_mm[SIZES.dn_mm.tolist().index(dn)]
    assert LIMITS.at(inner, [30.0, 0.0]).tolist() == [superheated, saturated]
    assert LIMITS.at(inner, np.nan) == saturated  # what is not known is taken as saturated


def test_superheat_is_that_of_the_steam_table():
    # 0.8 MPa condenses at 170.4 °C, 1.6 MPa at 201.4.
    assert superheat_k([0.8, 1.6], [175.0, 300.0]) == pytest.approx([4.6, 98.6], abs=0.05)


def test_ten_tonnes_of_saturated_steam_take_the_size_that_a_pencil_gives():
    # At 1.0 MPa saturated steam has 0.1944 m³/kg: 10 t/h are 0.540 m³/s. In DN150 (inner 150 mm,
    # 0.0177 m²) that is 30.6 m/s, under 35; in DN125 (some 125 mm) 44, over it. With 25 m/s in
    # pipes from DN100 to DN200 it takes DN200 (207 mm, 16 m/s).
    needs = steam_needs(HeatParameters(steam_user_p_min_mpa=0.6, steam_user_t_min_c=120.0))
    steam = Steam(1.0, 179.89, 10.0)
    found = least_size(steam, [50.0], SIZES, needs, pipe_conditions(DEFAULT))
    assert SIZES.dn_mm[found.size_at[0]] == 150
    slow = HeatParameters(
        steam_user_p_min_mpa=0.6, steam_user_t_min_c=120.0,
        steam_velocity_saturated_m_s=(40.0, 25.0, 20.0),
    )  # fmt: skip
    found = least_size(steam, [50.0], SIZES, steam_needs(slow), pipe_conditions(DEFAULT))
    assert SIZES.dn_mm[found.size_at[0]] == 200


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 300.0), st.floats(20.0, 8_000.0), st.floats(185.0, 320.0))
def test_no_pipe_that_serves_runs_faster_than_its_size_and_state_allow(flow, length, t_c):
    needs, conditions = steam_needs(DEFAULT), pipe_conditions(DEFAULT)
    found = least_size(Steam(1.0, t_c, flow), [length], SIZES, needs, conditions)
    at = int(found.size_at[0])
    if at < 0:
        return
    inner = SIZES.inner_mm[at]
    end = found.end
    assert end.velocity_m_s[0] <= LIMITS.at(inner, end.superheat_k[0]) + 1e-9
    leaving = LIMITS.at(inner, superheat_k(1.0, t_c))
    assert flow <= capacity_t_h(1.0, t_c, inner, leaving) * (1 + 1e-9)


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.floats(2.0, 80.0), min_size=1, max_size=4), st.floats(205.0, 300.0))
def test_no_main_of_a_network_runs_faster_either(toy, sizes, t_c):
    boilers = {
        f"b{k}": {"geometry": Point(X + 1_500.0 * (k + 1), Y + 20), "capacity_t_h": size}
        for k, size in enumerate(sizes)
    }
    street = {"R": {"geometry": LineString([(X, Y), (X + 40_000, Y)])}}
    found = toy(boilers, {"U": {"steam_capacity_t_h": 600.0, "steam_t_c": t_c}}, roads=street)
    pipes = found.tables["steam_network"]
    pipes = pipes[pipes["steam_dn_mm"].notna()]
    inner = [SIZES.inner_mm[SIZES.dn_mm.tolist().index(dn)] for dn in pipes["steam_dn_mm"]]
    warmer = superheat_k(pipes["p_end_mpa"].to_numpy(float), pipes["t_end_c"].to_numpy(float))
    fastest = LIMITS.at(inner, warmer + 0.5) if len(pipes) else []
    assert (pipes["steam_velocity_m_s"].to_numpy(float) <= np.asarray(fastest) + 1e-9).all()


def test_velocities_are_read_as_typed_and_refused_where_they_cannot_be():
    values, _ = build(
        HeatParameters, {}, {"steam_velocity_saturated_m_s": "35,30，20"}, scenario_name="x"
    )
    assert values.steam_velocity_saturated_m_s == (35.0, 30.0, 20.0)
    assert VelocityLimits((60.0, 50.0, 40.0), (40.0, 35.0, 30.0)).fastest_m_s == 60.0
    for bad in ("35,30", "35,30,500"):
        with pytest.raises(ParameterError, match="steam_velocity_saturated_m_s"):
            build(HeatParameters, {}, {"steam_velocity_saturated_m_s": bad}, scenario_name="x")
