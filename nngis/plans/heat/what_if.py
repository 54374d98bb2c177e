"""Heat, asked again and again: the decisions for another radius or threshold, from kept distances.

What hangs on no lever (place, built-up area, fuels, stacks, the distance of every boiler to every
unit) is gathered once. A lever then costs the judging of the units, a look at the distances and the
rules, the same that `nngis.plans.heat.analyse` asks, without their sentences.

The steam is not in it: who gets none is found by the whole analysis. So a boiler that closes by A63
is here one that closes if there is steam for it.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.crs import INCLUSION_TOLERANCE_M
from nngis.decide.rules import Rule
from nngis.network.geodesic_links import geodesic_links
from nngis.plans.heat.analyse import Rules, all_rules, decided
from nngis.plans.heat.facts import Zones, gather, parks_of, reach_of, uncertainty_m
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.sources import judge_units, supply_areas
from nngis.text import Text

# What may change without the kept facts changing with it.
LEVERS = ("supply_radius_m", "threshold_mw", "threshold_op", "threshold_per", "assume_chp")
FARTHEST_M = 50_000.0  # no lever asks for a larger radius
_REACH = ("in_radius", "distance_m", "distance_km", "plant_id", "plant_name")
_SILENT = Text("", "")


@dataclass(frozen=True, eq=False)
class Kept:
    """What hangs on no lever.

    Parameters
    ----------
    layers : HeatLayers
        What the plan is given.
    frame : DataFrame
        The facts that the rules look at, as `facts.gather` has them.
    links : DataFrame
        Every boiler and every unit within `FARTHEST_M`, and the uncertainty of its place.
    """

    layers: HeatLayers
    frame: pd.DataFrame
    links: pd.DataFrame

    @property
    def has_parks(self) -> bool:
        """Whether the rules may ask for parks."""
        return self.layers.parks is not None and len(self.layers.parks) > 0


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What becomes of each boiler, if there is steam.

    Parameters
    ----------
    boilers : DataFrame
        On the boilers' index: `decision`, `rule`, `capacity_t_h`, `distance_m`, `plant_name`.
    units : GeoDataFrame
        The judged units.
    areas : GeoDataFrame
        Supply areas by the radius of the law.
    """

    boilers: pd.DataFrame
    units: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame


@dataclass(frozen=True)
class Span:
    """Radii for which a boiler is decided alike.

    Parameters
    ----------
    from_m, to_m : float
        From this radius on, and up to that one, which is not included [m].
    decision, rule : str
        What is decided there, and by which rule.
    """

    from_m: float
    to_m: float
    decision: str
    rule: str


def keep_facts(layers: HeatLayers, parameters: HeatParameters) -> Kept:
    """Gather once what hangs on no lever.

    Parameters
    ----------
    layers : HeatLayers
        What the plan is given.
    parameters : HeatParameters
        All of them but `LEVERS` must be those of the questions to come.

    Returns
    -------
    Kept
        The facts.
    """
    zones = Zones(layers.built_up, layers.counties, layers.parks)
    units = judge_units(layers.heat_sources, parameters)
    frame = gather(layers.boilers, units, zones, parameters)
    off_m = float(uncertainty_m(layers.boilers).max() or 0.0)
    links = geodesic_links(layers.boilers, layers.heat_sources, FARTHEST_M + off_m)
    return Kept(layers, frame, links)


def what_if(kept: Kept, parameters: HeatParameters) -> WhatIf:
    """Decide every boiler as if there were steam for all.

    Parameters
    ----------
    kept : Kept
        What hangs on no lever.
    parameters : HeatParameters
        The plan's parameters.

    Returns
    -------
    WhatIf
        The decisions that `analyse` comes to, where nobody waits for steam.
    """
    units = _units(kept, parameters)
    frame = _asked(kept, units, parameters)
    found = decided(frame, _silent(frame, parameters, parks=kept.has_parks))
    shown = frame[["capacity_t_h", "distance_m", "plant_name"]]
    areas = supply_areas(units, parameters.supply_radius_m)
    return WhatIf(found[["decision", "rule"]].join(shown), units, areas)


def decision_by_radius(
    kept: Kept, boiler_id: str, parameters: HeatParameters, *, from_m: float, to_m: float
) -> tuple[Span, ...]:
    """Find every radius at which the decision on a boiler changes.

    A decision hangs on the radius by comparisons with distances alone: of the boiler to units, and
    of parks to units. Between two neighbouring ones of them nothing changes, so one question
    between each pair finds all changes exactly.

    Parameters
    ----------
    kept : Kept
        What hangs on no lever.
    boiler_id : str
        The boiler.
    parameters : HeatParameters
        The plan's parameters; the radius is of no account.
    from_m, to_m : float
        Radii asked for [m].

    Returns
    -------
    tuple of Span
        From the least radius to the largest; neighbours differ in decision or rule.
    """
    units = _units(kept, parameters)
    one = _only(kept, boiler_id)
    edges = _edges(one, units)
    inside = edges[(edges > from_m) & (edges < to_m)]
    stops = [from_m, *inside.tolist(), to_m]
    spans: list[Span] = []
    for low, high in pairwise(stops):
        asked = parameters.model_copy(update={"supply_radius_m": (low + high) / 2})
        frame = _asked(one, units, asked)
        row = decided(frame, _silent(frame, asked, parks=kept.has_parks)).iloc[0]
        last = spans[-1] if spans else None
        if last and (last.decision, last.rule) == (row["decision"], row["rule"]):
            spans[-1] = replace(last, to_m=high)
        else:
            spans.append(Span(low, high, str(row["decision"]), str(row["rule"])))
    return tuple(spans)


def _units(kept: Kept, parameters: HeatParameters) -> gpd.GeoDataFrame:
    """Judge the units; that does not hang on the radius, and is done once for all of them."""
    return _judged(kept, parameters.model_copy(update={"supply_radius_m": FARTHEST_M}))


@lru_cache(maxsize=4)
def _judged(kept: Kept, parameters: HeatParameters) -> gpd.GeoDataFrame:
    return judge_units(kept.layers.heat_sources, parameters)


def _asked(kept: Kept, units: gpd.GeoDataFrame, parameters: HeatParameters) -> pd.DataFrame:
    """Put the facts that hang on the levers in the place of the kept ones."""
    boilers = kept.layers.boilers
    reach = reach_of(boilers, units, parameters, kept.links)
    frame = kept.frame.assign(**{name: reach[name] for name in _REACH})
    if kept.has_parks:
        parks = parks_of(boilers, units, kept.layers.parks, parameters)
        frame = frame.assign(**{str(name): parks[name] for name in parks})
    return frame


def _silent(frame: pd.DataFrame, parameters: HeatParameters, *, parks: bool) -> Rules:
    """Return the rules without their sentences, which take most of the time."""

    def mute(rules: list[Rule]) -> list[Rule]:
        return [replace(one, reason=_SILENT) for one in rules]

    there, asked = all_rules(frame, parameters, parks=parks)
    return mute(there), mute(asked)


def _only(kept: Kept, boiler_id: str) -> Kept:
    layers = replace(kept.layers, boilers=kept.layers.boilers.loc[[boiler_id]])
    links = kept.links[kept.links["demand_id"].eq(boiler_id)]
    return Kept(layers, kept.frame.loc[[boiler_id]], links)


def _edges(one: Kept, units: gpd.GeoDataFrame) -> np.ndarray:
    """Return the radii at which a comparison turns [m], each once, sorted."""
    counts = units["qualifies"].ne("not_a_source")
    links = one.links[one.links["facility_id"].isin(units.index[counts])]
    apart = links["distance_m"].to_numpy(float)
    off = float(uncertainty_m(one.layers.boilers).iloc[0])
    found = [apart, apart - off, apart + off]
    sources = units[units["qualifies"].eq("source")]
    if one.has_parks and one.layers.parks is not None and len(sources):
        to_parks = one.layers.parks.geometry.distance(sources.geometry.union_all())
        found.append(to_parks.to_numpy(float) + INCLUSION_TOLERANCE_M)  # they know no tolerance
    return np.unique(np.concatenate(found) - INCLUSION_TOLERANCE_M)
