"""Steam along a pipe: pressure, temperature, condensate and velocity at the far end.

Steady flow in a level pipe, one step after another. Friction by Darcy-Weisbach with the factor of
Swamee and Jain, local losses as a share of it; heat is lost through the insulation; steam that
reaches saturation stays saturated and its condensate is drained where it forms. The square of the
pressure is marched, not the pressure: it falls almost evenly along a pipe, so few steps are exact.
"""

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats
from nngis.plans.heat.steam import if97
from nngis.plans.heat.steam.flow import (
    CONDENSATE_ROW,
    END_ROWS,
    PipeConditions,
    PipeEnd,
    Pipes,
    Steam,
    end_of,
)
from nngis.plans.heat.steam.if97 import ZERO_C_K

KG_S_PER_T_H = 1000.0 / 3600.0
PA_PER_MPA = 1e6
J_PER_KJ = 1000.0
ATMOSPHERE_MPA = 0.101325
SATURATION_SLACK_K = 1e-6
NEAR_SATURATION_K = 1.0  # beyond the error of one Newton step; nearer, the enthalpies decide
LEAST_FLOW_SHARE = 1e-3  # less of the steam than this left after a step: it has all condensed
MOST_MACH = 0.3  # of the isothermal speed of sound; mains run below 0.2


def friction_factor(reynolds: npt.ArrayLike, relative_roughness: npt.ArrayLike) -> Floats:
    """Compute the Darcy friction factor of turbulent flow.

    Swamee and Jain's explicit form lies within 3 % of Colebrook's for a relative roughness of 1e-6
    to 0.01 and Reynolds numbers of 5e3 to 1e8; steam mains run at 1e5 to 1e7.

    Examples
    --------
    Colebrook's equation gives 0.01984 here:

    >>> round(float(friction_factor(1e6, 0.001)), 4)
    0.02
    """
    # Swamee, P. K. and Jain, A. K. (1976), Explicit equations for pipe-flow problems, Journal of
    # the Hydraulics Division ASCE 102(5), 657-664.
    rough = np.asarray(relative_roughness, float) / 3.7
    return np.asarray(0.25 / np.log10(rough + 5.74 / np.asarray(reynolds, float) ** 0.9) ** 2)


def is_dry(p_mpa: npt.ArrayLike, t_c: npt.ArrayLike) -> Bools:
    """Say whether steam is saturated or superheated.

    Examples
    --------
    >>> is_dry(1.0, [170.0, 190.0]).tolist()
    [False, True]
    """
    # At exactly saturation a rounding may leave the temperature a hair below.
    least_k = if97.saturation_temperature_k(p_mpa) - SATURATION_SLACK_K
    return np.asarray(np.asarray(t_c, float) + ZERO_C_K >= least_k)


def capacity_t_h(
    p_mpa: npt.ArrayLike, t_c: npt.ArrayLike, inner_mm: npt.ArrayLike, velocity_m_s: npt.ArrayLike
) -> Floats:
    """Compute the steam that a pipe carries at a velocity.

    Examples
    --------
    An area of pi/4 x 0.2² m², 25 m/s and 0.1944 m³/kg are 4.04 kg/s:

    >>> round(float(capacity_t_h(1.0, 179.886, 200.0, 25.0)), 1)
    14.5
    """
    volume = if97.steam(p_mpa, np.asarray(t_c, float) + ZERO_C_K).volume_m3_kg
    flow_kg_s = _area_m2(inner_mm) * np.asarray(velocity_m_s, float) / volume
    return np.asarray(flow_kg_s / KG_S_PER_T_H)


def march(
    inlet: Steam,
    pipes: Pipes,
    conditions: PipeConditions,
    *,
    floor_mpa: npt.ArrayLike = ATMOSPHERE_MPA,
    steps: int = 16,
) -> PipeEnd:
    """Follow steam along many pipes at once.

    Twelve steps agree with 3,000 to 1e-4 of the pressure and 0.02 K wherever at least a third of
    the pressure arrives; see ``docs/heat_physics.md``.

    Examples
    --------
    A kilometre of DN300, 30 t/h at 1.3 MPa and 280 °C. 21 m/s and 5.3 kg/m³ have a dynamic
    pressure of 1,170 Pa; times 0.018 x 1.3 / 0.309 m that is 88 Pa/m. 0.19 kW/m over 8.3 kg/s
    take 23 kJ/kg, or 10 K; the falling pressure takes another 1.

    >>> end = march(Steam(1.3, 280.0, 30.0), Pipes(1000.0, 309.0, 0.61),
    ...             PipeConditions(0.2, 0.3, 0.2, 20.0))
    >>> round(float(end.steam.p_mpa), 2), round(float(end.steam.t_c))
    (1.21, 269)
    """
    # Neglected: kinetic energy in the heat balance (0.6 K at 50 m/s) and height (4 kPa on 100 m at
    # 1 MPa). The acceleration of the steam is counted as that of an ideal gas at constant
    # temperature; above 0.3 of the isothermal speed of sound (some 140 m/s) the pipe is given up.
    arrays = np.broadcast_arrays(
        *(np.asarray(x, float) for x in (inlet.p_mpa, inlet.t_c, inlet.flow_t_h)),
        *(np.asarray(x, float) for x in (pipes.length_m, pipes.inner_mm, pipes.loss_w_m_k)),
        np.asarray(floor_mpa, float),
    )
    p, t_c, flow, length, inner, loss, floor = (x.ravel() for x in arrays)
    start = if97.steam(p, t_c + ZERO_C_K)
    given = is_dry(p, t_c) & (flow > 0) & (length >= 0) & (inner > 0) & (loss >= 0) & (floor > 0)
    given &= np.isfinite(length * start.enthalpy_kj_kg)
    least = np.maximum(floor**2, _fastest_p2(p, start.volume_m3_kg, flow, inner))
    at = np.flatnonzero(given & (p**2 > least))
    line = _Line(length[at] / steps, inner[at], loss[at], least[at])
    now = _state_of(
        (p[at] ** 2, start.enthalpy_kj_kg[at], flow[at] * KG_S_PER_T_H, np.zeros(at.size)),
        t_c[at] + ZERO_C_K,
        line,
    )
    out = np.full((END_ROWS, p.size), np.nan)
    out[-1, given] = 0.0
    for step in range(steps if at.size else 0):
        ahead = _step(now, line, conditions)
        gone = ahead.flow_kg_s <= LEAST_FLOW_SHARE * now.flow_kg_s
        lost = gone | (ahead.p2_mpa2 <= line.floor_mpa2)
        if not lost.any():
            now = ahead
            continue
        spare, fell = now.p2_mpa2 - line.floor_mpa2, now.p2_mpa2 - ahead.p2_mpa2
        part = np.where(gone, 0.0, spare / np.maximum(fell, spare))
        out[CONDENSATE_ROW, at[gone]] = flow[at[gone]]
        out[-1, at[lost]] = ((step + part) * line.step_m)[lost]
        at, now, line = at[~lost], _take(ahead, ~lost), _take(line, ~lost)
    out[:-1, at] = _arrival(now, line, flow[at])
    out[-1, at] = length[at]
    return end_of(out.reshape(END_ROWS, *arrays[0].shape))


@dataclass(frozen=True)
class _Line:
    """What stays the same from step to step."""

    step_m: Floats
    inner_mm: Floats
    loss_w_m_k: Floats
    floor_mpa2: Floats


@dataclass(frozen=True)
class _State:
    """Steam at one place of each pipe; the temperature is a guess that Newton's method mends."""

    p2_mpa2: Floats
    enthalpy_kj_kg: Floats
    flow_kg_s: Floats
    heat_kw: Floats
    guess_k: Floats
    p_mpa: Floats  # not below the floor
    saturated_k: Floats
    guess_h_kj_kg: Floats
    guess_cp_kj_kg_k: Floats

    def newton_k(self) -> Floats:
        """Take one step of Newton's method from the guess."""
        return self.guess_k + (self.enthalpy_kj_kg - self.guess_h_kj_kg) / self.guess_cp_kj_kg_k


Arrays = TypeVar("Arrays", _Line, _State)


def _take(arrays: Arrays, which: Bools) -> Arrays:
    return type(arrays)(*(getattr(arrays, f.name)[which] for f in fields(arrays)))


def _fastest_p2(p: Floats, volume: Floats, flow_t_h: Floats, inner_mm: Floats) -> Floats:
    """Return the squared pressure at which the steam becomes as fast as is allowed [MPa²]."""
    flux = flow_t_h * KG_S_PER_T_H / np.where(inner_mm > 0, _area_m2(inner_mm), np.nan)
    return np.asarray(flux**2 * volume * p / PA_PER_MPA / MOST_MACH**2)


def _area_m2(inner_mm: npt.ArrayLike) -> Floats:
    return np.asarray(np.pi / 4 * (np.asarray(inner_mm, float) / 1000.0) ** 2)


def _step(now: _State, line: _Line, conditions: PipeConditions) -> _State:
    """Go one step on by the midpoint rule, then drain what condensed."""
    half = _drained(_moved(now, line, 0.5, _slopes(now, line, conditions)))
    return _drained(_moved(now, line, 1.0, _slopes(half, line, conditions)))


def _moved(now: _State, line: _Line, share: float, slopes: tuple[Floats, Floats, Floats]) -> _State:
    p2_slope, loss_kw_m, t = slopes
    by_m = line.step_m * share
    moved = (
        now.p2_mpa2 + p2_slope * by_m,
        now.enthalpy_kj_kg - loss_kw_m * by_m / now.flow_kg_s,
        now.flow_kg_s,
        now.heat_kw + loss_kw_m * by_m,
    )
    return _state_of(moved, t, line)


def _state_of(
    values: tuple[Floats, Floats, Floats, Floats], guess_k: Floats, line: _Line
) -> _State:
    # Below the floor the pipe is given up after this step, so the state there no longer matters.
    p = np.sqrt(np.maximum(values[0], line.floor_mpa2))
    guess = if97.steam(p, guess_k)
    saturated = if97.saturation_temperature_k(p)
    return _State(*values, guess_k, p, saturated, guess.enthalpy_kj_kg, guess.cp_kj_kg_k)


def _slopes(now: _State, line: _Line, conditions: PipeConditions) -> tuple[Floats, Floats, Floats]:
    """Return the slope of the squared pressure [MPa²/m], the heat lost [kW/m], the temperature."""
    p = now.p_mpa
    t = np.maximum(now.newton_k(), now.saturated_k)
    volume = if97.steam(p, t).volume_m3_kg
    flux = now.flow_kg_s / _area_m2(line.inner_mm)
    inner_m = line.inner_mm / 1000.0
    reynolds = flux * inner_m / if97.viscosity_pa_s(t, 1 / volume)
    factor = friction_factor(reynolds, conditions.roughness_mm / line.inner_mm)
    drag_pa_m = (1 + conditions.local_share) * factor * flux**2 * volume / (2 * inner_m)
    # dp = -drag dx - G² dv, with dv = -v dp / p along an isotherm of an ideal gas.
    mach2 = flux**2 * volume / (p * PA_PER_MPA)
    pressure_slope = -drag_pa_m / PA_PER_MPA / (1 - mach2)
    warmer = t - ZERO_C_K - conditions.ambient_c
    loss_kw_m = line.loss_w_m_k * (1 + conditions.bridge_share) * warmer / J_PER_KJ
    return 2 * p * pressure_slope, loss_kw_m, t


def _drained(now: _State) -> _State:
    """Take away the condensate: what stays is saturated steam."""
    near = np.flatnonzero(now.newton_k() < now.saturated_k + NEAR_SATURATION_K)
    if not near.size:
        return now
    p, saturated = now.p_mpa[near], now.saturated_k[near]
    steam = if97.steam(p, saturated).enthalpy_kj_kg
    water = if97.liquid(p, saturated).enthalpy_kj_kg
    dryness = np.minimum((now.enthalpy_kj_kg[near] - water) / (steam - water), 1.0)
    flow, enthalpy = now.flow_kg_s.copy(), now.enthalpy_kj_kg.copy()
    flow[near] *= np.maximum(dryness, LEAST_FLOW_SHARE)
    enthalpy[near] = np.maximum(enthalpy[near], steam)
    return replace(now, flow_kg_s=flow, enthalpy_kj_kg=enthalpy)


def _arrival(now: _State, line: _Line, flow_t_h: Floats) -> Floats:
    p, saturated = now.p_mpa, now.saturated_k
    t = if97.steam_temperature_k(p, now.enthalpy_kj_kg)
    t = np.where(np.isnan(t), saturated, t)
    arriving = now.flow_kg_s / KG_S_PER_T_H
    velocity = now.flow_kg_s * if97.steam(p, t).volume_m3_kg / _area_m2(line.inner_mm)
    superheat = np.maximum(t - saturated, 0.0)
    return np.array(
        [p, t - ZERO_C_K, arriving, superheat, flow_t_h - arriving, now.heat_kw, velocity]
    )
