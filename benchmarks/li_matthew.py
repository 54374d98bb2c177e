"""The sewer network of Li and Matthew (1990): limits and costs as published, and its own check.

Facts from Haghighi and Bakhshipour (2012), doi 10.1007/s11269-012-0084-3, Tables 1 to 3. Depth is
read as that of the invert, in the mean of a pipe's two ends, the dearest reading of "buried depth";
the outlet's manhole is paid for. The check knows nothing of the engine: it finds the depth of the
water by halving, and goes through the design pipe by pipe.
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd

from nngis.plans.sewer.given_steps import CostFunctions, Limits

DATA = Path(__file__).parents[2] / "shared" / "data" / "bench" / "li_matthew" / "pipes.csv"
PUBLISHED = {"with pumps": 1.69e6, "without pumps": 1.84e6}
DIAMETER_M = np.array([
    0.20, 0.25, 0.30, 0.35, 0.38, 0.40, 0.45, 0.50, 0.53, 0.60, 0.70, 0.80, 0.90, 1.00, 1.05, 1.20,
    1.35, 1.40, 1.50, 1.60, 1.80, 2.00, 2.20, 2.40,
])  # fmt: skip
ROUGHNESS_N = 0.014
DEEPEST_M = 12.0
MISPRINTED = (27, 33)
"""Pipes whose lower ground is printed 2.20 m, where the others at these manholes have 2.00 m."""
OFF = 1e-6


def read_pipes():
    """Read the 79 pipes."""
    table = pd.read_csv(DATA, index_col="pipe", dtype={"downstream_pipe": "Int64"})
    table.loc[list(MISPRINTED), "ground_down_m"] = 2.00
    return table.rename(columns={"downstream_pipe": "downstream"})


def most_fill(d):
    return 0.60 if d <= 0.30 else 0.70 if d <= 0.45 else 0.75 if d <= 0.90 else 0.80


def least_velocity(d):
    return 0.7 if d <= 0.5 else 0.8


def limits(largest_m=2.40):
    """Give the limits to the engine, with pipes up to a size."""
    d = DIAMETER_M[largest_m >= DIAMETER_M]
    each = [np.array([f(one) for one in d]) for f in (most_fill, least_velocity)]
    return Limits(d, *each, 5.0, 15.0, 0.003, 1.0, DEEPEST_M, ROUGHNESS_N)


def pipe_yuan_m(d, h):
    small = np.where(
        h <= 3,
        4.27 + 93.59 * d**2 + 2.86 * d * h + 2.39 * h**2,
        36.47 + 88.96 * d**2 + 8.70 * d * h + 1.78 * h**2,
    )
    large = np.where(
        h <= 4,
        20.50 + 149.27 * d**2 - 58.96 * d * h + 17.75 * h**2,
        78.44 + 29.25 * d**2 + 31.80 * d * h - 2.32 * h**2,
    )
    return np.where(d <= 1, small, large)


def manhole_yuan(d, h):
    small = np.where(
        h <= 3,
        136.67 + 166.19 * d**2 + 3.50 * d * h + 16.22 * h**2,
        132.67 + 790.94 * d**2 - 280.23 * d * h + 34.97 * h**2,
    )
    large = np.where(
        h <= 4,
        209.04 + 57.53 * d**2 + 10.93 * d * h + 19.88 * h**2,
        210.66 - 113.04 * d**2 + 126.43 * d * h - 0.60 * h**2,
    )
    return np.where(d <= 1, small, large)


def lift_yuan(flow_l_s, head_m):
    return 270_021 + 316.42 * flow_l_s - 0.1663 * flow_l_s**2 + 0.0 * head_m


def costs(*, pumps=True):
    return CostFunctions(pipe_yuan_m, manhole_yuan, lift_yuan if pumps else None)


def water(flow_l_s, d, slope):
    """Find fill and velocity of the uniform flow by halving the angle of the water surface."""

    def flow(angle):
        area, wet = d * d / 8 * (angle - math.sin(angle)), d * angle / 2
        return area, area * (area / wet) ** (2 / 3) * math.sqrt(slope) / ROUGHNESS_N

    low, high = 1e-6, 5.2781  # most is carried at 302.4 degrees
    if flow(high)[1] < flow_l_s / 1000:
        return math.inf, math.nan
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if flow(middle)[1] > flow_l_s / 1000 else (middle, high)
    return (1 - math.cos(high / 2)) / 2, flow_l_s / 1000 / flow(high)[0]


def check_design(given, design):
    """Go through a design pipe by pipe; list what it breaks, and what it costs."""
    wrong, total = [], 0.0
    for name, pipe in given.iterrows():
        made = design.loc[name]
        d, slope = (
            made["diameter_m"],
            (made["invert_up_m"] - made["invert_down_m"]) / pipe["length_m"],
        )
        up, low = (made[f"invert_{end}_m"] for end in ("up", "down"))
        depth = [pipe["ground_up_m"] - up, pipe["ground_down_m"] - low]
        fill, velocity = water(pipe["flow_l_s"], d, slope) if slope > 0 else (math.inf, math.nan)
        rules = {
            "size": bool(np.isclose(DIAMETER_M, d).any()),
            "fill": fill <= most_fill(d) + OFF,
            "velocity": velocity <= 5 + OFF,
            "cover": min(depth) - d >= 1 - OFF,
        }
        if pipe["flow_l_s"] > 15:
            rules["slow"] = velocity >= least_velocity(d) - OFF
        else:
            rules["slope"] = slope >= 0.003 - OFF / pipe["length_m"]
        for above in given.index[given["downstream"].eq(name)]:
            other = design.loc[above]
            rules[f"shrinks after {above}"] = d >= other["diameter_m"] - OFF
            crown = other["invert_down_m"] + other["diameter_m"]
            rules[f"crown over {above}"] = bool(made["lifted"]) or up + d <= crown + OFF
        wrong += [f"{name}: {rule}" for rule, holds in rules.items() if not holds]
        mean = round(sum(depth) / 2, 9)
        total += pipe["length_m"] * float(pipe_yuan_m(d, mean)) + float(
            manhole_yuan(d, round(depth[0], 9))
        )
        total += float(lift_yuan(pipe["flow_l_s"], 0.0)) if made["lifted"] else 0.0
        if pd.isna(pipe["downstream"]):
            total += float(manhole_yuan(d, round(depth[1], 9)))
    return wrong, total
