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

from nngis.decide.rules import UNKNOWN
from nngis.network.graph import Graph
from nngis.plans.charging.corridors import Corridors
from nngis.plans.charging.coverage import is_covered
from nngis.plans.charging.gaps import gap_areas
from nngis.plans.charging.ground import Frames, Ground, prepare, road_graph
from nngis.plans.charging.kept_links import KeptLinks
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.nearest import nearest_stations, straight
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.phases import phase_years
from nngis.plans.charging.rules import CHOSEN, COVERED, EXISTS, UNCOVERED
from nngis.plans.charging.siting import Choice, SitingQuestion, choose, choose_at_once
from nngis.plans.charging.station_tables import candidates_table, stations_table
from nngis.plans.charging.study import Study
from nngis.plans.charging.tables import county_table, demand_table
from nngis.result.plan import given_layers
from nngis.solvers.site import Progress
from nngis.steps import Steps

MOST_CHOICES = 40
MOST_DRAWN = 4  # studies whose tables are kept: back and forth costs nothing
NOTHING = pd.DataFrame()
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Kept:
    """What a session keeps of the charging plan.

    Parameters
    ----------
    frames : mapping of str to GeoDataFrame
        Layers by role.
    steps : Steps
        What was found, and what it was found from.
    links : KeptLinks
        Who reaches what.
    choices : list of (SitingQuestion, tuple, Choice)
        Questions that were solved, with gap and time limit, the latest first.
    drawn : list
        The latest studies with their tables, and what they hang on.
    """

    frames: Frames
    steps: Steps = field(default_factory=Steps)
    links: KeptLinks = field(default_factory=KeptLinks)
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
        Told covered weight and bound whenever one improves, and again from time to time; ends
        the search if it says so or raises.

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


def _sketch(kept: Kept, asked: Asked) -> Study:
    """Study the question as far as it goes at once: without phases, curve, other plans, corridors.

    Where it was solved that is the choice of the analysis with its years and distances. Else it
    is a choice that keeps the rules, made from the last one that was solved: coverage then comes
    from the links, and years are not known.
    """
    ground, parameters = asked.ground, asked.parameters
    choice = _choice(kept, asked)
    if choice.is_first:
        role = ground.sites["role"].loc[list(choice.selected)]
        new = role.index[role.ne("existing")]
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
    """Take how near each point's open station is from the links: whom one covers, it has one to."""
    points, reach = ground.points, ground.question.reach
    used = reach.site_ids.isin(list(choice.selected))[reach.site_at]
    road_m = np.full(len(points), np.inf)
    np.minimum.at(road_m, reach.demand_at[used], reach.distance_m[used])
    away, _ = straight(points, ground.sites.loc[list(choice.selected)])
    return pd.DataFrame({"straight_m": away, "road_m": np.where(road_m < np.inf, road_m, np.nan)})


def people_near(asked: Asked, choice: Choice) -> float:
    """Count the residents whom an open station covers.

    Parameters
    ----------
    asked : Asked
        A question.
    choice : Choice
        What is opened.

    Returns
    -------
    float
        Residents; who is unknown counts for none.
    """
    reach = asked.ground.question.reach
    is_open = reach.site_ids.isin(list(choice.selected))
    near = np.zeros(len(reach.demand_ids), bool)
    near[reach.demand_at[is_open[reach.site_at]]] = True
    return float(asked.ground.points["population"].fillna(0.0)[near].sum())


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
        The choice of the analysis with its years and distances, where the question was solved;
        else a choice that keeps the rules, covered as the links say, without years.
    dict of str to DataFrame
        `stations`, `demand`, `gaps`, `candidates` and `by_county`, as the analysis has them; costs
        are those that ledgers state. Of a choice that nobody sought yet, what shows whom it covers:
        `stations` with their decision, `demand` with coverage before and after, and `gaps`.
    """
    held = (asked.parameters, _choice(kept, asked), *asked.frames.values())
    for at, (known, _) in enumerate(kept.drawn):
        if known[0] == held[0] and all(a is b for a, b in zip(known[1:], held[1:], strict=False)):
            kept.drawn.insert(0, kept.drawn.pop(at))
            return kept.drawn[0][1]
    study = _sketch(kept, asked)
    kept.drawn.insert(0, (held, (study, _tables(study, asked))))
    del kept.drawn[MOST_DRAWN:]
    return kept.drawn[0][1]


def _tables(study: Study, asked: Asked) -> Tables:
    parameters = asked.parameters
    if study.choice.is_first:
        stations, demand = _stations_at_once(study), _demand_at_once(study)
    else:
        stations, demand = stations_table(study, parameters), demand_table(study)
    gaps = gap_areas(
        study.points,
        demand["decision"].ne(COVERED.decision),
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


def _stations_at_once(study: Study) -> gpd.GeoDataFrame:
    """List the open stations, with what is decided and what would be lost without each."""
    shown = study.sites[["name_zh", "county", "role", "geometry"]]
    sites = shown.loc[list(study.choice.selected)]
    old = sites["role"].eq("existing")
    return sites.drop(columns="role").assign(
        decision=np.where(old, EXISTS.decision, CHOSEN.decision),
        marginal=study.choice.worth["marginal"].reindex(sites.index),
    )


def _demand_at_once(study: Study) -> gpd.GeoDataFrame:
    """Say whom a station covers, before and after, without the sentences."""
    points = study.points
    after, before = (
        np.where(is_covered(one, points["own_radius_m"]), COVERED.decision, UNCOVERED.decision)
        for one in (study.after, study.before)
    )
    before = before if study.stations_known else np.full(len(points), UNKNOWN, object)
    return points.assign(decision_before=before, decision=after)
