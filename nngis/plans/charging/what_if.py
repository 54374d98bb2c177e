"""Charging, asked again and again: what hangs on a change alone is computed anew.

The questions are put by the analysis's own functions (`ground.prepare`, `siting.choose`,
`phases.phase_years`, `nearest.nearest_stations`), as steps whose results are kept; so an answer is
the one that `nngis.plans.charging.analyse` comes to. What is not asked here comes from the whole
analysis: sizes, costs, the curve, other plans, corridors, what is drawn of reach.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.network.graph import Graph
from nngis.plans.charging.corridors import Corridors
from nngis.plans.charging.gaps import gap_areas
from nngis.plans.charging.ground import Frames, Ground, prepare, road_graph
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.nearest import cover_links, nearest_stations, straight
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.phases import phase_years
from nngis.plans.charging.rules import UNCOVERED
from nngis.plans.charging.siting import Choice, SitingQuestion, choose, choose_at_once
from nngis.plans.charging.station_tables import candidates_table, stations_table
from nngis.plans.charging.study import Study
from nngis.plans.charging.tables import county_table, demand_table
from nngis.result.plan import given_layers
from nngis.solvers.links import make_links, nearest, positions
from nngis.solvers.site import Progress
from nngis.steps import Steps

MOST_CHOICES = 40
NOTHING = pd.DataFrame()
Tables = dict[str, pd.DataFrame]


class _Links:
    """Links of the sites that were asked about last; of one that is new only its own are sought."""

    def __init__(self) -> None:
        self._held: tuple[tuple[object, ...], gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]
        self._is_empty = True

    def cover_links(
        self,
        graph: Graph | None,
        points: gpd.GeoDataFrame,
        sites: gpd.GeoDataFrame,
        parameters: ChargingParameters,
    ) -> pd.DataFrame:
        """Do as `nearest.cover_links` does."""
        asked = (graph, parameters.max_snap_m, parameters.detour_ratio)
        links = None if self._is_empty else self._more(asked, points, sites, parameters)
        if links is None:
            links = cover_links(graph, points, sites, parameters)
        self._held, self._is_empty = (asked, points, sites, links), False
        return links

    def _more(
        self,
        asked: tuple[object, ...],
        points: gpd.GeoDataFrame,
        sites: gpd.GeoDataFrame,
        parameters: ChargingParameters,
    ) -> pd.DataFrame | None:
        was, old_points, old_sites, old_links = self._held
        # With fewer points than sites the searches start at the points, and all are made anew.
        if was != asked or not _same_points(old_points, points) or len(points) < len(sites):
            return None
        there = old_sites.geometry.reindex(sites.index)
        kept = there.geom_equals(sites.geometry, align=False).to_numpy(bool)
        if kept.all() and old_sites.index.equals(sites.index):
            return old_links
        graph = asked[0] if isinstance(asked[0], Graph) else None
        new = cover_links(graph, points, sites[~kept], parameters)
        held = old_links[old_links["facility_id"].isin(sites.index[kept])]
        both = pd.concat([held, new])
        demand_at, site_at = positions(both, points.index, sites.index)
        return make_links(
            points.index, sites.index, demand_at, site_at, both["distance_m"].to_numpy(float)
        )


def _same_points(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> bool:
    return a is b or (
        a.index.equals(b.index)
        and a["own_radius_m"].equals(b["own_radius_m"])
        and bool(a.geometry.geom_equals(b.geometry, align=False).all())
    )


@dataclass(frozen=True, eq=False)
class Kept:
    """What a session keeps of the charging plan.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        Layers by role.
    steps : Steps
        What was found, and what it was found from.
    links : _Links
        Who reaches what.
    choices : list of (SitingQuestion, tuple, Choice)
        Questions that were solved, with gap and time limit, the latest first.
    drawn : list
        The last study with its tables, and what they hang on.
    """

    frames: Frames
    steps: Steps = field(default_factory=Steps)
    links: _Links = field(default_factory=_Links)
    choices: list[tuple[SitingQuestion, tuple[float, float], Choice]] = field(default_factory=list)
    drawn: list[tuple[tuple[Any, ...], tuple[Study, Tables]]] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question with all that it stands on.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        Layers by role.
    graph : Graph or None
        The roads.
    ground : Ground
        What is found before anything is chosen.
    parameters : ChargingParameters
        The plan's parameters.
    """

    frames: Frames
    graph: Graph | None
    ground: Ground
    parameters: ChargingParameters


def keep_layers(layers: ChargingLayers) -> Kept:
    """Begin to keep what is found on some layers.

    Parameters
    ----------
    layers : ChargingLayers
        What the plan is given.

    Returns
    -------
    Kept
        Nothing is found yet.
    """
    return Kept(given_layers(layers))


def put(
    kept: Kept, parameters: ChargingParameters, more: Mapping[str, gpd.GeoDataFrame] | None = None
) -> Asked:
    """Put the question of siting, from what is kept where that still holds.

    Parameters
    ----------
    kept : Kept
        The session's.
    parameters : ChargingParameters
        The plan's parameters.
    more : mapping of str to GeoDataFrame, optional
        Layers in place of those that are kept.

    Returns
    -------
    Asked
        The question.
    """
    frames = {**kept.frames, **(more or {})}
    graph, _ = kept.steps(road_graph, frames.get("roads"), parameters)
    ground = prepare(graph, frames, parameters, kept.steps, kept.links.cover_links)
    return Asked(frames, graph, ground, parameters)


def solved(kept: Kept, asked: Asked) -> Choice | None:
    """Return the choice of a question that was solved.

    Parameters
    ----------
    kept : Kept
        The session's.
    asked : Asked
        The question.

    Returns
    -------
    Choice or None
        The choice of the analysis; None where the question was not solved yet.
    """
    effort = (asked.parameters.gap_allowed, asked.parameters.time_limit_s)
    for question, tried, choice in kept.choices:
        if question is asked.ground.question and tried == effort:
            return choice
    return None


def solve(kept: Kept, asked: Asked, progress: Progress) -> Choice:
    """Choose as the analysis does, and keep the choice.

    Parameters
    ----------
    kept : Kept
        The session's.
    asked : Asked
        The question.
    progress : callable
        Told covered weight and bound whenever one improves; ends the search if it says so or
        raises.

    Returns
    -------
    Choice
        The choice; one that was ended early is not kept.
    """
    effort = (asked.parameters.gap_allowed, asked.parameters.time_limit_s)
    ended = []

    def told(covered: float, bound: float) -> object:
        stop = progress(covered, bound)
        if stop:
            ended.append(stop)
        return stop

    question = asked.ground.question
    choice = choose(question, gap=effort[0], time_limit_s=effort[1], progress=told)
    if not ended:
        kept.choices.insert(0, (question, effort, choice))
        del kept.choices[MOST_CHOICES:]
    return choice


def sketch(kept: Kept, asked: Asked) -> Study:
    """Study the question as far as it goes at once.

    Where it was solved that is the choice of the analysis with its years and distances. Else it
    is a choice that keeps the rules, made from the last one that was solved: coverage then comes
    from the links, and years are not known.

    Parameters
    ----------
    kept : Kept
        The session's.
    asked : Asked
        The question.

    Returns
    -------
    Study
        Without phases, curve, other plans and corridors.
    """
    ground, parameters = asked.ground, asked.parameters
    choice = _choice(kept, asked)
    if choice.is_first:
        new = [one for one in choice.selected if ground.sites["role"][one] != "existing"]
        years = pd.Series(None, index=pd.Index(new, name="site_id"), dtype=object)
        after = _by_links(ground, choice)
    else:
        years = kept.steps(phase_years, ground.question, choice, parameters)
        after = kept.steps(_after, ground.points, ground.sites, choice, asked.graph, parameters)
    none = gpd.GeoDataFrame(geometry=[], crs=ground.points.crs)
    return Study(
        **vars(ground),
        choice=choice,
        years=years,
        after=after,
        phases=NOTHING,
        curve=NOTHING,
        alternatives=NOTHING,
        corridors=Corridors(none, none),
    )


def _choice(kept: Kept, asked: Asked) -> Choice:
    choice = solved(kept, asked)
    if choice is not None:
        return choice
    before = kept.choices[0][2].selected if kept.choices else ()
    return kept.steps(choose_at_once, asked.ground.question, before)


def _after(
    points: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    choice: Choice,
    graph: Graph | None,
    parameters: ChargingParameters,
) -> pd.DataFrame:
    """Find each point's nearest open station, as the analysis does."""
    return nearest_stations(points, sites.loc[list(choice.selected)], graph, parameters)


def _by_links(ground: Ground, choice: Choice) -> pd.DataFrame:
    """Take each point's nearest open station from the links: whom one covers, it has a link to."""
    points, links = ground.points, ground.links
    best = nearest(links[links["facility_id"].isin(choice.selected)])
    away, _ = straight(points, ground.sites.loc[list(choice.selected)])
    out = pd.DataFrame({"straight_m": away, "road_m": np.nan}, index=points.index)
    out["road_m"] = best["distance_m"].reindex(points.index)
    out["station_id"] = best["facility_id"].reindex(points.index).astype(object)
    out["off_road"] = ground.before["off_road"]
    return out


def sketched(kept: Kept, asked: Asked) -> tuple[Study, Tables]:
    """Study the question as far as it goes at once, and write the tables that hang on it.

    Parameters
    ----------
    kept : Kept
        The session's.
    asked : Asked
        The question.

    Returns
    -------
    Study
        As `sketch` has it.
    dict of str to DataFrame
        `stations`, `demand`, `gaps` and, of a choice that was sought, `candidates` and
        `by_county`, as the analysis has them; costs are those that ledgers state.
    """
    held = (asked.parameters, _choice(kept, asked), *asked.frames.values())
    for known, found in kept.drawn:
        if known[0] == held[0] and all(a is b for a, b in zip(known[1:], held[1:], strict=False)):
            return found
    study = sketch(kept, asked)
    kept.drawn[:] = [(held, (study, _tables(study, asked)))]
    return kept.drawn[0][1]


def _tables(study: Study, asked: Asked) -> Tables:
    parameters = asked.parameters
    stations, demand = stations_table(study, parameters), demand_table(study)
    gaps = gap_areas(
        study.points,
        demand["decision"].ne("covered"),
        study.after["straight_m"],
        parameters.gap_cell_m,
    )
    found = {
        "stations": stations,
        "demand": demand,
        "gaps": gaps.assign(decision=UNCOVERED.decision),
    }
    if study.choice.is_first:
        return found
    counties = asked.frames["counties"]
    return found | {
        "candidates": candidates_table(study),
        "by_county": county_table(study, demand, stations, counties),
    }
