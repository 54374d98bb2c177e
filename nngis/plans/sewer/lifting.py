"""Lift stations and rising mains: what they lift, what they need, what they cost."""

from dataclasses import dataclass

import numpy as np

from nngis.arrays import Floats
from nngis.plans.sewer.code import limit
from nngis.plans.sewer.prices import Prices

KN_M3 = 9.81
"""Weight of water [kN/m3]."""
HOURS_A = 8760.0


@dataclass(frozen=True, eq=False)
class RisingMains:
    """The rising main that each pipe would be.

    Parameters
    ----------
    diameter_mm : (n,) ndarray
        Its diameter [mm].
    pump_flow_l_s : (n,) ndarray
        What its pumps deliver: the design flow, or what keeps the pipe clean [L/s].
    velocity_m_s : (n,) ndarray
        Velocity while they run [m/s].
    friction : (n,) ndarray
        Head lost to friction over length.
    laid_yuan_m : (n,) ndarray
        Cost of the pipe, laid [yuan/m].
    """

    diameter_mm: Floats
    pump_flow_l_s: Floats
    velocity_m_s: Floats
    friction: Floats
    laid_yuan_m: Floats


def rising_mains(flow_l_s: Floats, table: Prices) -> RisingMains:
    """Size rising mains: the smallest that the flow does not pass faster than designed for.

    Examples
    --------
    11.78 L/s runs at 1.5 m/s through 100 mm; 1 L/s is pumped at 0.7 m/s through 80 mm:

    >>> from nngis.plans.sewer.prices import prices
    >>> mains = rising_mains(np.array([11.78, 1.0]), prices())
    >>> mains.diameter_mm.tolist(), mains.velocity_m_s.round(3).tolist()
    ([100.0, 80.0], [1.5, 0.7])
    """
    # Hazen and Williams, h/L = 10.67 Q^1.852 / (C^1.852 D^4.87).
    sizes = table.rising_main["diameter_mm"]
    area_m2 = np.pi / 4.0 * (sizes / 1000.0) ** 2
    most_l_s = 1000.0 * area_m2 * table.rising_main["design_velocity_m_s"]
    at = np.searchsorted(most_l_s, flow_l_s).clip(max=len(sizes) - 1)
    pump = np.maximum(flow_l_s, 1000.0 * area_m2[at] * limit("rising_min_velocity_m_s"))
    roughness = float(table.rising_main["hazen_williams"])
    friction = 10.67 * (pump / 1000.0) ** 1.852 / (roughness**1.852 * (sizes[at] / 1000.0) ** 4.87)
    return RisingMains(
        sizes[at],
        pump,
        pump / 1000.0 / area_m2[at],
        friction,
        table.rising_main["laid_yuan_m"][at],
    )


def power_kw(flow_l_s: Floats, head_m: Floats, table: Prices) -> Floats:
    """Compute the power that pumps draw.

    Examples
    --------
    9.81 x 0.1 x 6 / 0.6:

    >>> from nngis.plans.sewer.prices import prices
    >>> power_kw(np.array([100.0]), np.array([6.0]), prices()).round(2).tolist()
    [9.81]
    """
    power: Floats = KN_M3 * flow_l_s / 1000.0 * head_m / table.lift_station["efficiency"]
    return power


def station_costs(
    pump_flow_l_s: Floats, mean_flow_l_s: Floats, table: Prices
) -> tuple[Floats, Floats]:
    """Price lift stations."""
    one = np.ones_like(pump_flow_l_s)
    group = table.lift_station
    pumps = power_kw(pump_flow_l_s, one, table) * group["standby"] * group["yuan_kw"]
    energy = power_kw(mean_flow_l_s, one, table) * HOURS_A * group["yuan_kwh"]
    per_m = pumps + energy * group["years_factor"]
    return group["fixed_yuan"] + per_m * group["station_loss_m"], per_m
