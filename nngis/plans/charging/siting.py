"""Siting: which candidates to open, with the proof, the worth of each and what would replace it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.plans.charging.candidates import stations_with_room
from nngis.plans.charging.interchange import Exchange, grow, marginals, nearer, worths
from nngis.plans.charging.siting_aim import (
    CountyShares,
    county_limits,
    county_shares,
    fill_up,
)
from nngis.plans.charging.siting_parameters import SitingParameters
from nngis.solvers.site import (
    AtMost,
    Progress,
    SiteAnswer,
    SiteLinks,
    SiteRules,
    keep_apart,
    solve_mclp,
)


@dataclass(frozen=True, eq=False)
class SitingQuestion:
    """What is to be sited.

    Parameters
    ----------
    reach : SiteLinks
        Which demands each site covers, existing and possible.
    weights : Series
        Weight by `demand_id`.
    sites : GeoDataFrame
        Indexed by `site_id`: `role` (existing, mandatory, candidate), `excluded`, `cost_10k_cny`.
    rules : SiteRules
        What holds whatever is chosen.
    count : int
        New stations, the mandatory ones among them.
    budget_10k_cny : float or None
        What they may cost, in place of the count.
    usual_cost_10k_cny : float
        Cost of a site that states none.
    shares : CountyShares or None
        What new stations are shared out by among counties; None where coverage alone decides.
    """

    reach: SiteLinks
    weights: pd.Series
    sites: gpd.GeoDataFrame
    rules: SiteRules
    count: int
    budget_10k_cny: float | None
    usual_cost_10k_cny: float
    shares: CountyShares | None = None


@dataclass(frozen=True, eq=False)
class Choice:
    """What is opened, and what is proved of it.

    Parameters
    ----------
    selected : tuple of str
        Open sites, existing among them, in the order of the sites.
    covered : float
        Weight they cover.
    bound : float
        No other choice under the rules covers more.
    status : str
        As `SiteAnswer` has it.
    worth : DataFrame
        By `site_id`: `marginal` (covered weight that is lost without it), `runner_up` and
        `runner_up_covered` (the closed site that would replace it best, and what is covered then).
    mean_distance_m : float
        Mean distance of the covered weight to its nearest open site [m].
    answer : SiteAnswer or None
        What the solver said; None where there was nothing to choose.
    is_first : bool
        Whether it only keeps the rules, and nobody sought a better one yet.
    """

    selected: tuple[str, ...]
    covered: float
    bound: float
    status: str
    worth: pd.DataFrame
    mean_distance_m: float
    answer: SiteAnswer | None
    is_first: bool = False

    @property
    def gap(self) -> float:
        """Share by which another choice could cover more, at most."""
        room = max(0.0, self.bound - self.covered)
        return room / self.covered if self.covered else (np.inf if room else 0.0)


def make_question(
    reach: SiteLinks,
    points: pd.DataFrame,
    sites: gpd.GeoDataFrame,
    substations: gpd.GeoDataFrame | None,
    parameters: SitingParameters,
    *,
    count: int,
) -> SitingQuestion:
    """Put demand, sites and rules together."""
    role, barred = sites["role"], sites["excluded"].notna()
    mandatory = sites.index[role.eq("mandatory") & ~barred]
    free = sites[role.eq("candidate") & ~barred]
    groups: tuple[AtMost, ...] = ()
    if parameters.separation_m > 0 and len(free) > 1:
        xy = free.geometry.get_coordinates().to_numpy()
        groups = keep_apart(free.index, xy, parameters.separation_m)
    rules = SiteRules(
        existing=list(sites.index[role.eq("existing")]),
        mandatory=list(mandatory),
        forbidden=list(sites.index[barred & role.ne("existing")]),
        at_most=(*groups, *_grid_groups(sites[~barred], substations, parameters)),
    )
    by_vehicles = parameters.siting_aim == "vehicles" and parameters.budget_10k_cny is None
    return SitingQuestion(
        reach,
        points["weight"].fillna(0.0),
        sites,
        rules,
        max(count, len(mandatory)),
        parameters.budget_10k_cny,
        parameters.station_cost_10k_cny,
        county_shares(points, sites) if by_vehicles and "county" in points else None,
    )


def _limits(question: SitingQuestion) -> list[AtMost]:
    """Give the most new stations of each county, where they are shared out."""
    if question.shares is None:
        return []
    return county_limits(question.shares, question.count, _barred(question))


def _barred(question: SitingQuestion) -> Bools:
    return _open(question, [*question.rules.existing, *question.rules.forbidden])


def _grid_groups(
    sites: gpd.GeoDataFrame, substations: gpd.GeoDataFrame | None, parameters: SitingParameters
) -> list[AtMost]:
    """Let a substation feed no more new stations than it has room for."""
    if substations is None:
        return []
    room = stations_with_room(substations, parameters)
    fed = sites[sites["role"].ne("existing") & sites["grid_capacity_kw"].isna()]
    must = fed["role"].eq("mandatory").groupby(fed["substation_id"]).sum()
    return [
        # What must be built is built: the grid is widened there, and the rest has to wait.
        AtMost(tuple(ids), int(max(room[name], must[name])), f"substation {name}")
        for name, ids in fed.groupby("substation_id").groups.items()
        if room[name] < len(ids)
    ]


def choose(
    question: SitingQuestion,
    *,
    gap: float,
    time_limit_s: float,
    progress: Progress | None = None,
) -> Choice:
    """Choose the sites that cover most demand, and of those that do the nearer ones."""
    if question.count == 0 and question.budget_10k_cny is None:
        return evaluate(question, _open(question, question.rules.existing))
    answer = ask(question, question.rules, gap=gap, time_limit_s=time_limit_s, progress=progress)
    is_open = _open(question, answer.selected)
    if question.shares is not None:
        missing = question.count - int((is_open & ~_open(question, question.rules.existing)).sum())
        is_open = fill_up(
            question.reach,
            question.weights.to_numpy(float),
            is_open,
            _barred(question),
            [*question.rules.at_most, *_limits(question)],
            missing,
        )
    held = _open(question, [*question.rules.existing, *question.rules.mandatory])
    exchange = _exchange(question, held)
    is_open = nearer(exchange, is_open)
    return evaluate(question, is_open, answer, exchange)


def ask(
    question: SitingQuestion,
    rules: SiteRules,
    *,
    gap: float,
    time_limit_s: float,
    progress: Progress | None = None,
) -> SiteAnswer:
    """Ask the solver under some rules."""
    rules = replace(rules, at_most=(*rules.at_most, *_limits(question)))
    if question.budget_10k_cny is not None:
        return solve_mclp(
            question.reach,
            question.weights,
            cost=costs(question),
            budget=question.budget_10k_cny,
            rules=rules,
            gap=gap,
            time_limit_s=time_limit_s,
            progress=progress,
        )
    return solve_mclp(
        question.reach,
        question.weights,
        question.count,
        rules=rules,
        gap=gap,
        time_limit_s=time_limit_s,
        progress=progress,
    )


def evaluate(
    question: SitingQuestion,
    is_open: Bools,
    answer: SiteAnswer | None = None,
    exchange: Exchange | None = None,
) -> Choice:
    """Say what a set of open sites covers."""
    reach, weights = question.reach, question.weights.to_numpy(float)
    covered, mean_m = covered_weight(reach, weights, is_open)
    ids = reach.site_ids
    worth = (
        worths(exchange, is_open)
        if exchange is not None
        else pd.DataFrame(columns=["marginal", "runner_up", "runner_up_covered"])
    )
    return Choice(
        tuple(ids[is_open]),
        covered,
        max(covered, answer.bound) if answer else covered,
        answer.status if answer else "optimal",
        worth,
        mean_m,
        answer,
    )


def choose_at_once(question: SitingQuestion, before: Sequence[str]) -> Choice:
    """Make a choice that keeps the rules out of one made before, so that there is one to look at.

    Of what was open before all stays that may; then those sites are opened that add most.
    """
    reach, weights = question.reach, question.weights.to_numpy(float)
    existing = _open(question, question.rules.existing)
    held = existing | _open(question, question.rules.mandatory)
    exchange = _exchange(question, held)
    most = question.count if question.budget_10k_cny is None else len(held)
    is_open = grow(exchange, _open(question, before), most, existing=existing)
    covered, mean_m = covered_weight(reach, weights, is_open)
    everybody, _ = covered_weight(reach, weights, held | ~exchange.barred)
    worth = marginals(exchange, is_open).to_frame()
    worth["runner_up"], worth["runner_up_covered"] = None, np.nan
    ids = tuple(reach.site_ids[is_open])
    return Choice(ids, covered, max(covered, everybody), "gap", worth, mean_m, None, is_first=True)


def covered_weight(reach: SiteLinks, weights: Floats, is_open: Bools) -> tuple[float, float]:
    """Add up the weight that some open site covers, and its mean distance."""
    used = is_open[reach.site_at]
    nearest = np.full(len(weights), np.inf)
    np.minimum.at(nearest, reach.demand_at[used], reach.distance_m[used])
    there = np.isfinite(nearest)
    covered = float(weights[there].sum())
    mean_m = float((weights[there] * nearest[there]).sum() / covered) if covered else float("nan")
    return covered, mean_m


def costs(question: SitingQuestion) -> pd.Series:
    """Give what each site is taken to cost; what exists costs nothing."""
    sites = question.sites
    cost = sites["cost_10k_cny"].astype(float).fillna(question.usual_cost_10k_cny)
    return cost.where(sites["role"].ne("existing"), 0.0)


def _open(question: SitingQuestion, ids: Sequence[str]) -> Bools:
    return np.asarray(question.reach.site_ids.isin(list(ids)), bool)


def _exchange(question: SitingQuestion, held: Bools) -> Exchange:
    barred = _open(question, question.rules.forbidden)
    cost = costs(question).to_numpy(float)
    return Exchange(
        question.reach,
        question.weights.to_numpy(float),
        held,
        barred,
        (*question.rules.at_most, *_limits(question)),
        cost,
        question.budget_10k_cny,
    )
