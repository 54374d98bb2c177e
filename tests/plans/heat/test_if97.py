"""IAPWS-IF97: the release's own verification tables, CoolProp, and the equations' derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.plans.heat.steam import if97

# R7-97(2012) table 5: T, p, v, h, cp.
TABLE_5 = (
    (300.0, 3.0, 0.100215168e-2, 0.115331273e3, 0.417301218e1),
    (300.0, 80.0, 0.971180894e-3, 0.184142828e3, 0.401008987e1),
    (500.0, 3.0, 0.120241800e-2, 0.975542239e3, 0.465580682e1),
)
# R7-97(2012) table 15: T, p, v, h, cp.
TABLE_15 = (
    (300.0, 0.0035, 0.394913866e2, 0.254991145e4, 0.191300162e1),
    (700.0, 0.0035, 0.923015898e2, 0.333568375e4, 0.208141274e1),
    (700.0, 30.0, 0.542946619e-2, 0.263149474e4, 0.103505092e2),
)
# R7-97(2012) table 24, region 2: p, h, T by the backward equations.
TABLE_24 = (
    (0.001, 3000.0, 0.534433241e3),
    (3.0, 3000.0, 0.575373370e3),
    (5.0, 3500.0, 0.801299102e3),
)
# R12-08 table 4: T, density, viscosity without the critical enhancement [µPa·s].
VISCOSITY_TABLE_4 = (
    (298.15, 998.0, 889.735100),
    (298.15, 1200.0, 1437.649467),
    (373.15, 1000.0, 307.883622),
    (433.15, 1.0, 14.538324),
    (433.15, 1000.0, 217.685358),
    (873.15, 1.0, 32.619287),
    (873.15, 100.0, 35.802262),
    (873.15, 600.0, 77.430195),
    (1173.15, 1.0, 44.217245),
    (1173.15, 100.0, 47.640433),
    (1173.15, 400.0, 64.154608),
)


@pytest.mark.parametrize(("region", "rows"), [(if97.liquid, TABLE_5), (if97.steam, TABLE_15)])
def test_regions_give_the_verification_tables_to_nine_digits(region, rows) -> None:
    t, p, volume, enthalpy, cp = np.array(rows).T
    found = region(p, t)
    np.testing.assert_allclose(found.volume_m3_kg, volume, rtol=5e-9)
    np.testing.assert_allclose(found.enthalpy_kj_kg, enthalpy, rtol=5e-9)
    np.testing.assert_allclose(found.cp_kj_kg_k, cp, rtol=5e-9)


def test_saturation_gives_tables_35_and_36() -> None:
    p = if97.saturation_pressure_mpa([300.0, 500.0, 600.0])
    np.testing.assert_allclose(p, [0.353658941e-2, 0.263889776e1, 0.123443146e2], rtol=5e-9)
    t = if97.saturation_temperature_k([0.1, 1.0, 10.0])
    np.testing.assert_allclose(t, [372.755919, 453.035632, 584.149488], rtol=5e-9)


def test_viscosity_gives_table_4() -> None:
    t, density, micro = np.array(VISCOSITY_TABLE_4).T
    np.testing.assert_allclose(if97.viscosity_pa_s(t, density) * 1e6, micro, rtol=0, atol=5.1e-7)


def test_temperature_from_enthalpy_lies_within_the_release_of_its_backward_equations() -> None:
    p, h, t = np.array(TABLE_24).T
    np.testing.assert_allclose(if97.steam_temperature_k(p, h), t, rtol=0, atol=0.025)


@pytest.fixture
def superheated() -> tuple[np.ndarray, np.ndarray]:
    """Return 500 states between saturation and 1,073 K, 1 kPa to 10 MPa."""
    random = np.random.default_rng(97)
    p = 10 ** random.uniform(-3, 1, 500)
    t = if97.saturation_temperature_k(p)
    return p, t + random.uniform(0.01, 1, 500) * (1073.15 - t)


def coolprop(names: str, p: np.ndarray, t: np.ndarray, fluid: str) -> list[np.ndarray]:
    """Ask CoolProp in its units."""
    properties = pytest.importorskip("CoolProp.CoolProp")
    return [properties.PropsSI(name, "T", t, "P", p * 1e6, fluid) for name in names]


def test_steam_agrees_with_coolprop(superheated) -> None:
    p, t = superheated
    density, h, cp = coolprop("DHC", p, t, "IF97::Water")
    found = if97.steam(p, t)
    np.testing.assert_allclose(found.volume_m3_kg, 1 / density, rtol=1e-9)
    np.testing.assert_allclose(found.enthalpy_kj_kg, h / 1000, rtol=1e-9)
    np.testing.assert_allclose(found.cp_kj_kg_k, cp / 1000, rtol=1e-9)


def test_steam_agrees_with_the_scientific_formulation(superheated) -> None:
    p, t = superheated
    density, h, viscosity = coolprop("DHV", p, t, "HEOS::Water")
    found = if97.steam(p, t)
    np.testing.assert_allclose(found.volume_m3_kg, 1 / density, rtol=1e-3)
    np.testing.assert_allclose(found.enthalpy_kj_kg, h / 1000, rtol=2e-4)
    np.testing.assert_allclose(if97.viscosity_pa_s(t, density), viscosity, rtol=1e-6)


def test_liquid_agrees_with_coolprop() -> None:
    random = np.random.default_rng(1)
    t = random.uniform(274, 623, 500)
    p = if97.saturation_pressure_mpa(t) + random.uniform(1e-6, 80, 500)
    density, h, cp = coolprop("DHC", p, t, "IF97::Water")
    found = if97.liquid(p, t)
    np.testing.assert_allclose(found.volume_m3_kg, 1 / density, rtol=1e-9)
    np.testing.assert_allclose(found.enthalpy_kj_kg, h / 1000, rtol=1e-9)
    np.testing.assert_allclose(found.cp_kj_kg_k, cp / 1000, rtol=1e-9)


def test_saturation_agrees_with_coolprop() -> None:
    properties = pytest.importorskip("CoolProp.CoolProp")
    t = np.linspace(274, 647, 300)
    p = properties.PropsSI("P", "T", t, "Q", 0.0, "IF97::Water")
    np.testing.assert_allclose(if97.saturation_pressure_mpa(t), p / 1e6, rtol=1e-9)
    np.testing.assert_allclose(if97.saturation_temperature_k(p / 1e6), t, rtol=1e-9)


@pytest.mark.parametrize(("region", "t"), [(if97.steam, 560.0), (if97.liquid, 430.0)])
def test_derivatives_are_those_of_the_enthalpy(region, t) -> None:
    p, step = 1.5, 1e-3
    by_t = region(p, t + step).enthalpy_kj_kg - region(p, t - step).enthalpy_kj_kg
    by_p = region(p + step, t).enthalpy_kj_kg - region(p - step, t).enthalpy_kj_kg
    found = region(p, t)
    assert found.cp_kj_kg_k == pytest.approx(by_t / (2 * step), rel=1e-6)
    assert found.dh_dp_kj_kg_mpa == pytest.approx(by_p / (2 * step), rel=1e-5)


def test_temperature_from_enthalpy_undoes_the_enthalpy(superheated) -> None:
    p, t = superheated
    back = if97.steam_temperature_k(p, if97.steam(p, t).enthalpy_kj_kg)
    np.testing.assert_allclose(back, t, rtol=1e-12)


def test_wet_and_overheated_enthalpies_have_no_temperature() -> None:
    assert np.isnan(if97.steam_temperature_k(1.0, [2000.0, 6000.0])).all()


@given(st.floats(0.00062, 22.06))
def test_saturation_pressure_undoes_saturation_temperature(p) -> None:
    back = if97.saturation_pressure_mpa(if97.saturation_temperature_k(p))
    assert back == pytest.approx(p, rel=1e-9)


def test_what_is_missing_or_out_of_range_stays_missing() -> None:
    for region in (if97.steam, if97.liquid):
        found = region([np.nan, 1.0, 1.0, 0.0, 101.0], [500.0, np.nan, 2000.0, 500.0, 500.0])
        assert np.isnan(found.volume_m3_kg).all()
        assert np.isnan(found.enthalpy_kj_kg).all()
    assert np.isnan(if97.saturation_pressure_mpa([270.0, 650.0, np.nan])).all()
    assert np.isnan(if97.saturation_temperature_k([1e-5, 23.0, np.nan])).all()


def test_many_states_are_what_each_is_alone() -> None:
    count = 2 * if97.BLOCK + 3
    p, t = np.linspace(0.1, 2, count), np.linspace(500, 700, count)
    many = if97.steam(p.reshape(1, -1), t.reshape(1, -1)).enthalpy_kj_kg
    assert many.shape == (1, count)
    for at in (0, if97.BLOCK - 1, if97.BLOCK, count - 1):
        assert many[0, at] == pytest.approx(if97.steam(p[at], t[at]).enthalpy_kj_kg, rel=1e-14)
