"""Steam, pipes and what arrives: the data that pipe calculations pass on."""

from dataclasses import dataclass

import numpy as np

from nngis.arrays import Floats

CONDENSATE_ROW = 4
END_ROWS = 8  # of a `PipeEnd`, stacked


@dataclass(frozen=True)
class Steam:
    """Steam at one end of each pipe.

    Parameters
    ----------
    p_mpa : ndarray
        Absolute pressure [MPa].
    t_c : ndarray
        Temperature [°C], not below saturation.
    flow_t_h : ndarray
        Mass flow [t/h].
    """

    p_mpa: Floats
    t_c: Floats
    flow_t_h: Floats


@dataclass(frozen=True)
class Pipes:
    """Pipes, one an element.

    Parameters
    ----------
    length_m : ndarray
        Length along the route [m].
    inner_mm : ndarray
        Inner diameter [mm].
    loss_w_m_k : ndarray
        Heat lost per metre and per kelvin above the ambient [W/(m·K)], without supports.
    """

    length_m: Floats
    inner_mm: Floats
    loss_w_m_k: Floats


@dataclass(frozen=True)
class PipeConditions:
    """What all pipes have in common.

    Parameters
    ----------
    roughness_mm : float
        Equivalent roughness of the wall [mm].
    local_share : float
        Losses in bends, compensators and valves as a share of friction.
    bridge_share : float
        Heat lost at supports and fittings as a share of that through the insulation.
    ambient_c : float
        Temperature around the pipe [°C].
    """

    roughness_mm: float
    local_share: float
    bridge_share: float
    ambient_c: float


@dataclass(frozen=True)
class PipeEnd:
    """What arrives at the end of each pipe; NaN where pressure or steam are gone before.

    Parameters
    ----------
    steam : Steam
        Pressure, temperature and flow that arrive.
    superheat_k : ndarray
        Temperature above saturation [K].
    condensate_t_h : ndarray
        Condensate drained on the way [t/h]; the whole flow where all of it condenses.
    heat_loss_kw : ndarray
        Heat lost on the way [kW].
    velocity_m_s : ndarray
        Velocity at the end [m/s].
    reached_m : ndarray
        Length at which the pressure falls to the floor, or a step short of where all steam has
        condensed [m]; the whole length where neither happens.
    """

    steam: Steam
    superheat_k: Floats
    condensate_t_h: Floats
    heat_loss_kw: Floats
    velocity_m_s: Floats
    reached_m: Floats


def rows_of(end: PipeEnd) -> Floats:
    """Stack what arrives into one array."""
    return np.array(
        [
            end.steam.p_mpa,
            end.steam.t_c,
            end.steam.flow_t_h,
            end.superheat_k,
            end.condensate_t_h,
            end.heat_loss_kw,
            end.velocity_m_s,
            end.reached_m,
        ]
    )


def end_of(rows: Floats) -> PipeEnd:
    """Take apart what `rows_of` stacks."""
    return PipeEnd(Steam(*rows[:3]), *rows[3:])
