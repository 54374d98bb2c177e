"""Steam along a pipe: by hand, against an independent integration, and what must always hold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from nngis.plans.heat.steam import if97
from nngis.plans.heat.steam.flow import PipeConditions, Pipes, Steam
from nngis.plans.heat.steam.pipe import capacity_t_h, friction_factor, march

CONDITIONS = PipeConditions(roughness_mm=0.2, local_share=0.3, bridge_share=0.2, ambient_c=20.0)
INLET = Steam(1.6, 300.0, 60.0)
PIPE = Pipes(5_000.0, 404.0, 0.7)
KG_S = 1 / 3.6


def colebrook(reynolds: float, relative: float) -> float:
    """Solve Colebrook's equation for the Darcy factor."""

    def error(root: float) -> float:
        return root + 2 * np.log10(relative / 3.7 + 2.51 * root / reynolds)

    return brentq(error, 1.0, 20.0) ** -2


def enthalpy(end: Steam) -> np.ndarray:
    """Return the enthalpy of steam [kJ/kg]."""
    return if97.steam(end.p_mpa, end.t_c + if97.ZERO_C_K).enthalpy_kj_kg


def test_dn200_at_1_mpa_and_25_m_s_carries_14_5_t_h_and_8141_kw() -> None:
    saturated = float(if97.saturation_temperature_k(1.0))
    flow = float(capacity_t_h(1.0, saturated - if97.ZERO_C_K, 200.0, 25.0))
    assert flow == pytest.approx(14.55, abs=0.01)
    heat = if97.steam(1.0, saturated).enthalpy_kj_kg - if97.liquid(1.0, saturated).enthalpy_kj_kg
    assert flow * KG_S * heat == pytest.approx(8141, abs=1)


@pytest.mark.parametrize("relative", [1e-5, 1e-4, 5e-4, 1e-3, 4e-3])
def test_friction_lies_within_three_per_cent_of_colebrook(relative) -> None:
    for reynolds in np.geomspace(1e5, 1e7, 9):
        exact = colebrook(reynolds, relative)
        assert friction_factor(reynolds, relative) == pytest.approx(exact, rel=0.03)


def test_a_pipe_of_no_length_changes_nothing() -> None:
    end = march(INLET, replace(PIPE, length_m=0.0), CONDITIONS)
    assert end.steam.p_mpa == pytest.approx(1.6)
    assert end.steam.t_c == pytest.approx(300.0)
    assert end.steam.flow_t_h == pytest.approx(60.0)
    assert end.condensate_t_h == 0.0
    assert end.velocity_m_s == pytest.approx(
        60 * KG_S * if97.steam(1.6, 573.15).volume_m3_kg / (np.pi / 4 * 0.404**2)
    )


def test_without_heat_loss_steam_is_throttled() -> None:
    end = march(INLET, replace(PIPE, loss_w_m_k=0.0), CONDITIONS)
    assert end.heat_loss_kw == 0.0
    assert end.steam.p_mpa < 1.55
    assert enthalpy(end.steam) == pytest.approx(enthalpy(INLET), rel=1e-12)


def test_heat_lost_is_heat_missing() -> None:
    flows = np.array([1.5, 4.0, 20.0, 60.0])
    start = replace(INLET, flow_t_h=flows)
    end = march(start, replace(PIPE, inner_mm=np.array([150.0, 207.0, 309.0, 404.0])), CONDITIONS)
    assert (end.condensate_t_h > 0).tolist() == [True, True, False, False]
    drained = (flows * enthalpy(start) - end.steam.flow_t_h * enthalpy(end.steam)) * KG_S
    left_as_water = drained - end.heat_loss_kw
    # The condensate left at saturation, somewhere between the two ends' pressures.
    water = [
        if97.liquid(p, if97.saturation_temperature_k(p)).enthalpy_kj_kg
        for p in (end.steam.p_mpa, 1.6)
    ]
    wet = end.condensate_t_h > 0
    mean = left_as_water[wet] / (end.condensate_t_h[wet] * KG_S)
    assert (mean >= water[0][wet] - 1e-6).all()
    assert (mean <= water[1]).all()
    assert left_as_water[~wet] == pytest.approx(0.0, abs=1e-6)


def test_saturated_steam_condenses_by_its_heat_of_evaporation() -> None:
    saturated = float(if97.saturation_temperature_k(1.0)) - if97.ZERO_C_K
    # 100 m of a wide pipe: no pressure is lost, 0.5 x 1.2 x 159.9 K x 100 m = 9.593 kW.
    end = march(Steam(1.0, saturated, 10.0), Pipes(100.0, 500.0, 0.5), CONDITIONS)
    assert end.heat_loss_kw == pytest.approx(9.593, rel=1e-3)
    assert end.condensate_t_h == pytest.approx(9.593 / 2014.6 * 3.6, rel=1e-3)
    assert end.superheat_k == 0.0


def test_the_march_agrees_with_an_independent_integration() -> None:
    """Real acceleration and kinetic energy, CoolProp's IAPWS-95, Colebrook's friction."""
    properties = pytest.importorskip("CoolProp.CoolProp")
    flux = 60 * KG_S / (np.pi / 4 * 0.309**2)
    total = properties.PropsSI("H", "T", 573.15, "P", 1.6e6, "HEOS::Water")
    total += (flux / properties.PropsSI("D", "T", 573.15, "P", 1.6e6, "HEOS::Water")) ** 2 / 2

    def state(p: float, energy: float) -> tuple[float, float, float, float]:
        h = energy
        for _ in range(6):
            density = properties.PropsSI("D", "P", p, "H", h, "HEOS::Water")
            h = energy - (flux / density) ** 2 / 2
        t, viscosity = (properties.PropsSI(n, "P", p, "H", h, "HEOS::Water") for n in "TV")
        return density, t, viscosity, h

    def slopes(_x: float, y: np.ndarray) -> list[float]:
        p, energy = y
        density, t, viscosity, h = state(p, energy)
        factor = colebrook(flux * 0.309 / viscosity, 0.2 / 309)
        drag = 1.3 * factor * flux**2 / density / (2 * 0.309)
        above = properties.PropsSI("D", "P", p + 100, "H", h, "HEOS::Water")
        dv_dp = (1 / above - 1 / density) / 100
        lost = 0.6 * 1.2 * (t - 293.15)
        return [-drag / (1 + flux**2 * dv_dp), -lost / (60 * KG_S)]

    fine = solve_ivp(slopes, (0, 2_000.0), [1.6e6, total], rtol=1e-6, atol=1e-3, max_step=250.0)
    p = fine.y[0, -1]
    end = march(INLET, Pipes(2_000.0, 309.0, 0.6), CONDITIONS)
    assert end.steam.p_mpa == pytest.approx(p / 1e6, rel=5e-3)
    assert 0.5 < end.steam.p_mpa < 1.1  # the pipe is put to work: 67 m/s at its end
    assert end.steam.t_c == pytest.approx(state(p, fine.y[1, -1])[1] - 273.15, abs=1.0)


def test_sixteen_steps_are_as_close_to_a_fine_march_as_is_stated() -> None:
    random = np.random.default_rng(1)
    count = 300
    p = random.uniform(0.8, 2.5, count)
    t = np.maximum(random.uniform(170, 330, count), if97.saturation_temperature_k(p) - 273.149)
    inner = random.choice([100.0, 207.0, 309.0, 510.0, 800.0], count)
    flow = capacity_t_h(p, t, inner, random.uniform(8, 45, count))
    pipes = Pipes(random.uniform(100, 15_000, count), inner, 0.25 + inner / 700)
    coarse = march(Steam(p, t, flow), pipes, CONDITIONS)
    fine = march(Steam(p, t, flow), pipes, CONDITIONS, steps=640)
    easy = (fine.steam.p_mpa > p / 2) & (fine.condensate_t_h < 0.1 * flow)
    hard = (fine.steam.p_mpa > 0.3 * p) & (fine.condensate_t_h < 0.3 * flow)
    assert easy.sum() > 50
    assert (hard & ~easy).sum() > 5
    assert (fine.condensate_t_h[easy] > 0).sum() > 5
    for which, share, kelvin in ((easy, 3e-4, 0.06), (hard, 2e-3, 0.1)):
        np.testing.assert_allclose(
            coarse.steam.p_mpa[which], fine.steam.p_mpa[which], rtol=share, atol=0
        )
        np.testing.assert_allclose(
            coarse.steam.t_c[which], fine.steam.t_c[which], rtol=0, atol=kelvin
        )


def test_two_pipes_in_a_row_are_one() -> None:
    half = replace(PIPE, length_m=2_500.0)
    end = march(march(INLET, half, CONDITIONS).steam, half, CONDITIONS)
    whole = march(INLET, PIPE, CONDITIONS)
    assert end.steam.p_mpa == pytest.approx(whole.steam.p_mpa, rel=1e-5)
    assert end.steam.t_c == pytest.approx(whole.steam.t_c, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0.5, 3.0),
    st.floats(0.0, 120.0),
    st.floats(2.0, 40.0),
    st.floats(50.0, 20_000.0),
    st.sampled_from([100.0, 207.0, 404.0, 800.0]),
)
@example(1.0, 0.0, 23.0, 4577.0, 800.0)
def test_what_arrives_is_less_and_the_farther_the_less(p, superheat, velocity, length, inner):
    t = float(if97.saturation_temperature_k(p)) - if97.ZERO_C_K + superheat + 1e-5
    inlet = Steam(p, t, float(capacity_t_h(p, t, inner, velocity)))
    near, far = (march(inlet, Pipes(x, inner, 0.6), CONDITIONS) for x in (length, 1.5 * length))
    if np.isfinite(near.steam.p_mpa):
        assert near.steam.p_mpa < p
        assert near.steam.t_c < t
        assert near.steam.flow_t_h <= inlet.flow_t_h * (1 + 1e-12)
        assert near.superheat_k >= 0
        assert near.reached_m == length
    else:
        assert near.reached_m < length
    if np.isfinite(far.steam.p_mpa):
        assert far.steam.p_mpa < near.steam.p_mpa
        # Summed in steps of their own, so alike only to the error of the steps.
        assert far.condensate_t_h >= near.condensate_t_h * (1 - 1e-4) - 1e-9
        assert far.heat_loss_kw > near.heat_loss_kw


def test_a_wider_pipe_keeps_more_pressure_and_more_flow_leaves_less() -> None:
    wider = march(INLET, replace(PIPE, inner_mm=np.array([380.0, 404.0, 510.0])), CONDITIONS)
    assert (np.diff(wider.steam.p_mpa) > 0).all()
    more = march(replace(INLET, flow_t_h=np.array([30.0, 60.0, 75.0])), PIPE, CONDITIONS)
    assert (np.diff(more.steam.p_mpa) < 0).all()


def test_where_the_pressure_is_gone_the_pipe_says_how_far_it_came() -> None:
    long = replace(PIPE, length_m=60_000.0)
    end = march(INLET, long, CONDITIONS, floor_mpa=0.8)
    assert np.isnan(end.steam.p_mpa)
    assert np.isnan(end.velocity_m_s)
    just = march(INLET, replace(PIPE, length_m=end.reached_m), CONDITIONS)
    assert just.steam.p_mpa == pytest.approx(0.8, rel=0.02)


def test_where_all_steam_condenses_nothing_arrives() -> None:
    end = march(replace(INLET, flow_t_h=0.3), PIPE, CONDITIONS)
    assert np.isnan(end.steam.p_mpa)
    assert end.condensate_t_h == 0.3
    assert 0 < end.reached_m < 5_000


def test_missing_wet_and_impossible_inlets_stay_missing() -> None:
    end = march(
        Steam(
            np.array([np.nan, 1.6, 1.6, 1.6, 1.6]),
            [300.0, 150.0, 300, 300, 300],
            [60, 60, 0, 60, 60],
        ),
        Pipes(np.array([1e3, 1e3, 1e3, np.nan, 1e3]), [404, 404, 404, 404, 0.0], 0.7),
        CONDITIONS,
    )
    for column in (end.steam.p_mpa, end.steam.t_c, end.condensate_t_h, end.reached_m):
        assert np.isnan(column).all()


def test_a_source_at_the_floor_reaches_nothing() -> None:
    end = march(INLET, PIPE, CONDITIONS, floor_mpa=1.6)
    assert end.reached_m == 0.0
    assert np.isnan(end.steam.p_mpa)
