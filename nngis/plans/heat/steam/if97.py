"""Water and steam by IAPWS-IF97: liquid (region 1), steam (region 2), saturation (region 4).

Pressures are absolute [MPa], temperatures [K], as in the release. Every function takes arrays that
broadcast and answers NaN where a state lies outside the range of its equation, so a missing value
stays missing.

References
----------
IAPWS R7-97(2012), Revised Release on the IAPWS Industrial Formulation 1997.
IAPWS R12-08, Release on the IAPWS Formulation 2008 for the Viscosity of Ordinary Water Substance.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.polynomial.polynomial import polyval, polyval2d

from nngis.arrays import Floats
from nngis.plans.heat.steam import tables

ZERO_C_K = 273.15
GAS_CONSTANT_KJ_KG_K = 0.461526  # eq. (1)
CRITICAL_T_K = 647.096  # eq. (2)
CRITICAL_P_MPA = 22.064  # eq. (3)
CRITICAL_DENSITY_KG_M3 = 322.0  # eq. (4)
TRIPLE_P_MPA = 611.213e-6  # saturation pressure of eq. (30) at 273.15 K
MOST_P_MPA = 100.0
MOST_LIQUID_T_K = 623.15
MOST_STEAM_T_K = 1073.15

# States handled at once: the terms of one block stay in the cache, and its matrix products are too
# small for a linear-algebra library to spread over threads, which costs more than it saves.
BLOCK = 1024
NEWTON_STEPS = 12


@dataclass(frozen=True)
class Fluid:
    """Properties of water or steam, each an array of the states' shape.

    Parameters
    ----------
    volume_m3_kg : ndarray
        Specific volume [m³/kg].
    enthalpy_kj_kg : ndarray
        Specific enthalpy [kJ/kg].
    cp_kj_kg_k : ndarray
        Heat capacity at constant pressure [kJ/(kg·K)].
    dh_dp_kj_kg_mpa : ndarray
        Change of enthalpy with pressure at constant temperature [kJ/(kg·MPa)].
    """

    volume_m3_kg: Floats
    enthalpy_kj_kg: Floats
    cp_kj_kg_k: Floats
    dh_dp_kj_kg_mpa: Floats


class _Series:
    """A sum of n a^I b^J with all the derivatives that the properties need.

    Every derivative is a weighted sum of the same terms, so the terms are made once from two
    tables of powers, and the weights are one small matrix.
    """

    def __init__(self, terms: tuple[tuple[int, int, float], ...]) -> None:
        self.i, self.j, n = (np.array(column) for column in zip(*terms, strict=True))
        i, j = self.i, self.j
        # a d/da, b d/db, b^2 d2/db2, a b d2/dadb
        self.weights = np.array([n * i, n * j, n * j * (j - 1), n * i * j])

    def __call__(self, a: Floats, b: Floats) -> Floats:
        """Return the four derivatives times their powers, as (4, n)."""
        terms = _powers(a, self.i)
        terms *= _powers(b, self.j)
        return np.asarray(self.weights @ terms)


def _powers(x: Floats, exponents: npt.NDArray[np.int64]) -> Floats:
    """Return each power of each x, as (exponents, n), by doubling the powers already at hand."""
    least = min(int(exponents.min()), 0)
    top = int(exponents.max()) - least
    table = np.empty((top + 1, x.size))
    table[0], table[1] = 1.0, x
    done = 1
    while done < top:
        more = min(done, top - done)
        np.multiply(table[1 : more + 1], table[done], out=table[done + 1 : done + more + 1])
        done += more
    chosen = table[exponents - least]
    if least < 0:
        chosen *= x ** float(least)
    return chosen


_LIQUID = _Series(tables.REGION_1)
_STEAM = _Series(tables.REGION_2_RESIDUAL)
_IDEAL_J = np.array([j for j, _ in tables.REGION_2_IDEAL])
_IDEAL_WEIGHTS = np.array([_IDEAL_J, _IDEAL_J * (_IDEAL_J - 1)]) * np.array(
    [n for _, n in tables.REGION_2_IDEAL]
)


def _liquid_block(p_mpa: Floats, t_k: Floats) -> Floats:
    pi, tau = p_mpa / 16.53, 1386.0 / t_k
    a, b = 7.1 - pi, tau - 1.222
    by_a, by_b, by_bb, by_ab = _LIQUID(a, b)  # eq. (7) and table 4
    gamma_pi, gamma_tau = -by_a / a, by_b / b
    return _properties(
        (p_mpa, t_k), tau, pi * gamma_pi, (gamma_tau, by_bb / b**2), -pi * by_ab / (a * b)
    )


def _steam_block(p_mpa: Floats, t_k: Floats) -> Floats:
    tau = 540.0 / t_k
    b = tau - 0.5
    by_a, by_b, by_bb, by_ab = _STEAM(p_mpa, b)  # eq. (17) and table 14; pi is p in MPa
    ideal, ideal_2 = _IDEAL_WEIGHTS @ _powers(tau, _IDEAL_J)  # eq. (16) and table 13
    gamma_tau = ideal / tau + by_b / b
    gamma_tautau = ideal_2 / tau**2 + by_bb / b**2
    return _properties((p_mpa, t_k), tau, 1.0 + by_a, (gamma_tau, gamma_tautau), by_ab / b)


def _properties(
    state: tuple[Floats, Floats],
    tau: Floats,
    pi_gamma_pi: Floats,
    by_tau: tuple[Floats, Floats],
    pi_gamma_pitau: Floats,
) -> Floats:
    """Turn the derivatives of the Gibbs energy into properties (tables 3 and 12)."""
    p_mpa, t_k = state
    gamma_tau, gamma_tautau = by_tau
    rt = GAS_CONSTANT_KJ_KG_K * t_k
    out = np.empty((4, t_k.size))
    out[0] = rt * pi_gamma_pi / (1000.0 * p_mpa)
    out[1] = rt * tau * gamma_tau
    out[2] = -GAS_CONSTANT_KJ_KG_K * tau**2 * gamma_tautau
    out[3] = rt * tau * pi_gamma_pitau / p_mpa  # dh/dp = RT tau gamma_pitau / p*
    return out


def liquid(p_mpa: npt.ArrayLike, t_k: npt.ArrayLike) -> Fluid:
    """Compute properties of liquid water (region 1).

    Examples
    --------
    Table 5 of the release, 3 MPa and 300 K:

    >>> water = liquid(3.0, 300.0)
    >>> round(float(water.enthalpy_kj_kg), 6), round(float(1000 * water.volume_m3_kg), 8)
    (115.331273, 1.00215168)
    """
    # IAPWS R7-97(2012), eq. (7), tables 2 to 4.
    return _evaluate(_liquid_block, p_mpa, t_k, MOST_LIQUID_T_K)


def steam(p_mpa: npt.ArrayLike, t_k: npt.ArrayLike) -> Fluid:
    """Compute properties of steam (region 2).

    Slightly below the saturation temperature the equation goes on smoothly; the march along a
    pipe uses that. Above 623.15 K the caller keeps below the boundary of region 3, which begins at
    16.5 MPa: no steam main comes near.

    Examples
    --------
    Table 15 of the release, 0.0035 MPa and 300 K:

    >>> thin = steam(0.0035, 300.0)
    >>> round(float(thin.enthalpy_kj_kg), 5), round(float(thin.volume_m3_kg), 7)
    (2549.91145, 39.4913866)
    """
    # IAPWS R7-97(2012), eqs. (15) to (17), tables 10 to 14.
    return _evaluate(_steam_block, p_mpa, t_k, MOST_STEAM_T_K)


def _evaluate(
    block: Callable[[Floats, Floats], Floats],
    p_mpa: npt.ArrayLike,
    t_k: npt.ArrayLike,
    most_t_k: float,
) -> Fluid:
    p, t = np.broadcast_arrays(np.asarray(p_mpa, float), np.asarray(t_k, float))
    good = (p > 0) & (p <= MOST_P_MPA) & (t >= ZERO_C_K) & (t <= most_t_k)
    if p.ndim == 1 and p.size <= BLOCK and good.all():
        return Fluid(*block(p, t))  # most are asked so; the rest does the same in pieces
    p_in, t_in = p[good], t[good]
    found = np.empty((4, p_in.size))
    for start in range(0, p_in.size, BLOCK):
        part = slice(start, start + BLOCK)
        found[:, part] = block(p_in[part], t_in[part])
    out = np.full((4, *p.shape), np.nan)
    out[:, good] = found
    return Fluid(*out)


def saturation_pressure_mpa(t_k: npt.ArrayLike) -> Floats:
    """Compute the pressure at which steam of a temperature condenses.

    Examples
    --------
    Table 35 of the release:

    >>> [float(f"{p:.9g}") for p in saturation_pressure_mpa([300.0, 500.0, 600.0])]
    [0.00353658941, 2.63889776, 12.3443146]
    """
    # IAPWS R7-97(2012), eq. (30), table 34.
    t = np.asarray(t_k, float)
    t = np.where((t >= ZERO_C_K) & (t <= CRITICAL_T_K), t, np.nan)
    n = tables.REGION_4
    theta = t + n[8] / (t - n[9])
    a = theta**2 + n[0] * theta + n[1]
    b = n[2] * theta**2 + n[3] * theta + n[4]
    c = n[5] * theta**2 + n[6] * theta + n[7]
    return np.asarray((2 * c / (-b + np.sqrt(b**2 - 4 * a * c))) ** 4)


def saturation_temperature_k(p_mpa: npt.ArrayLike) -> Floats:
    """Compute the temperature at which steam of a pressure condenses.

    Examples
    --------
    Table 36 of the release:

    >>> [float(f"{t:.9g}") for t in saturation_temperature_k([0.1, 1.0, 10.0])]
    [372.755919, 453.035632, 584.149488]
    """
    # IAPWS R7-97(2012), eq. (31), table 34.
    p = np.asarray(p_mpa, float)
    beta = np.where((p >= TRIPLE_P_MPA) & (p <= CRITICAL_P_MPA), p, np.nan) ** 0.25
    n = tables.REGION_4
    e = beta**2 + n[2] * beta + n[5]
    f = n[0] * beta**2 + n[3] * beta + n[6]
    g = n[1] * beta**2 + n[4] * beta + n[7]
    d = 2 * g / (-f - np.sqrt(f**2 - 4 * e * g))
    return np.asarray((n[9] + d - np.sqrt((n[9] + d) ** 2 - 4 * (n[8] + n[9] * d))) / 2)


def steam_temperature_k(p_mpa: npt.ArrayLike, enthalpy_kj_kg: npt.ArrayLike) -> Floats:
    """Find the temperature of steam from its pressure and enthalpy.

    Newton's method on the enthalpy of `steam`, whose slope is the heat capacity: it agrees with
    `steam` to rounding, where the release's backward equations (22) to (24) leave up to 25 mK.

    Examples
    --------
    The release's backward equation gives 575.373370 K (table 24):

    >>> round(float(steam_temperature_k(3.0, 3000.0)), 2)
    575.38
    """
    p, h = np.broadcast_arrays(np.asarray(p_mpa, float), np.asarray(enthalpy_kj_kg, float))
    least = saturation_temperature_k(p)
    least = np.where(least <= MOST_LIQUID_T_K, least, np.nan)
    wet = h < steam(p, least).enthalpy_kj_kg * (1 - 1e-12)
    hot = h > steam(p, MOST_STEAM_T_K).enthalpy_kj_kg
    t = least
    for _ in range(NEWTON_STEPS):
        now = steam(p, t)
        t = np.clip(t + (h - now.enthalpy_kj_kg) / now.cp_kj_kg_k, least, MOST_STEAM_T_K)
    return np.where(wet | hot, np.nan, t)


def viscosity_pa_s(t_k: npt.ArrayLike, density_kg_m3: npt.ArrayLike) -> Floats:
    """Compute the dynamic viscosity of water or steam, without the critical enhancement.

    The enhancement matters only within a few kelvin of the critical point.

    Examples
    --------
    Table 4 of that release, 873.15 K and 1 kg/m³, in µPa·s:

    >>> round(float(viscosity_pa_s(873.15, 1.0)) * 1e6, 6)
    32.619287
    """
    # IAPWS R12-08, eqs. (10) to (12), tables 1 and 2.
    inverse = CRITICAL_T_K / np.asarray(t_k, float)
    density = np.asarray(density_kg_m3, float) / CRITICAL_DENSITY_KG_M3
    dilute = 100.0 / (np.sqrt(inverse) * polyval(inverse, tables.VISCOSITY_DILUTE))
    x, y = np.broadcast_arrays(inverse - 1, density - 1)
    return np.asarray(1e-6 * dilute * np.exp(density * polyval2d(x, y, tables.VISCOSITY_DENSE)))
