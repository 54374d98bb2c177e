"""``nngis site``: which sites to open, with a proof of how good the choice is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from nngis.budgets import PAIRS_ASKED
from nngis.catalog.layer import Layer
from nngis.crs.place import has_place
from nngis.errors import LayerError
from nngis.inputs.features import read_features, weights_of
from nngis.inputs.store import LayerStore
from nngis.network.geodesic_links import geodesic_links
from nngis.network.road_links import network
from nngis.parameter_values import ParameterRecord
from nngis.result.mapview import CardBlock, SiteCards
from nngis.result.result import Result
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.questions import MAX_SNAP_M, off_road, question_result, road_graph, work_crs
from nngis.run.results import Result as HeldResult
from nngis.run.results import held
from nngis.run.site_tables import site_analysis
from nngis.run.site_task import Problem, Progress, Solved, Task, read_ids, solve
from nngis.solvers.site.site_links import site_links
from nngis.text import Text, counted, listing

TITLES = {
    "mclp": Text("最大覆盖选址", "Maximal covering"),
    "lscp": Text("全覆盖最少站点", "Fewest sites that cover all"),
    "pmedian": Text("p-中位选址", "p-median"),
    "pcenter": Text("p-中心选址", "p-center"),
}


@dataclass(frozen=True, eq=False)
class SiteQuestion:
    """A task on layers.

    Parameters
    ----------
    task : Task
        What is to be solved.
    demand, candidates : Layer
        Who is to be served, and where a site could be.
    existing : Layer, optional
        Sites that are open already.
    roads : Layer, optional
        Roads; distances are straight without them.
    weights : Series
        What each demand weighs.
    limit_m : float
        Longest distance at which a site serves a demand [m].
    """

    task: Task
    demand: Layer
    candidates: Layer
    existing: Layer | None
    roads: Layer | None
    weights: pd.Series
    limit_m: float


def site(
    problem: Problem,
    demand: Any,  # noqa: ANN401 - a path, an id of a layer, a frame, a layer
    candidates: Any,  # noqa: ANN401 - likewise
    *,
    limit_m: float,
    p: int | None = None,
    existing: Any = None,  # noqa: ANN401 - likewise
    roads: Any = None,  # noqa: ANN401 - likewise
    weight: str | None = None,
    must: Sequence[str] | str = (),
    forbid: Sequence[str] | str = (),
    cost: str | None = None,
    budget: float | None = None,
    capacity: str | None = None,
    backup_share: float | None = None,
    beyond_m: float | None = None,
    alternatives: int = 0,
    phases: Sequence[int] = (),
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    datum: str | None = None,
    case: Case | None = None,
) -> HeldResult:
    """Choose which sites to open, with a proof of how good the choice is.

    Parameters
    ----------
    problem : {"mclp", "lscp", "pmedian", "pcenter"}
        Maximal covering, fewest sites that cover all, least weighted distance, least farthest
        distance.
    demand, candidates : path, layer id, GeoDataFrame or Layer
        Who is to be served, and where a site could be: points.
    limit_m : float
        Longest distance at which a site serves a demand [m].
    p : int, optional
        Sites to open besides those that exist; not asked for by ``"lscp"`` or with a budget.
    existing : path, layer id, GeoDataFrame or Layer, optional
        Sites that are open already.
    roads : path, layer id, GeoDataFrame, Layer or networkx graph, optional
        Roads; distances are straight without them.
    weight : str, optional
        Column of the demand's weights.
    must, forbid : sequence of str
        Candidates that must be opened, and that must not; a comma list will do.
    cost : str, optional
        Column of the candidates' costs; needed with a budget, minimised by ``"lscp"``.
    budget : float, optional
        What the new sites may cost, in place of `p`, in the unit of the costs.
    capacity : str, optional
        Column of the weight that each site can serve; ``"mclp"`` alone.
    backup_share : float, optional
        What a second cover is worth, as a share of the first, 0 to 1; ``"mclp"`` alone.
    beyond_m : float, optional
        Distance charged to a demand that nobody serves [m]; ``"pmedian"`` alone, ten times the
        longest link if absent.
    alternatives : int
        How many good plans to find, and what refusing each site of the best one loses; 0 for none.
    phases : sequence of int
        How many new sites are open after each phase, ending with `p`; what is built stays.
    gap, time_limit_s : float
        Relative gap to stop at, and time allowed for each solution [s].
    progress : callable, optional
        Is called with objective and bound as they improve; true ends the search.
    datum : str, optional
        Datum of tables of coordinates.
    case : Case, optional
        The place; the one that ships if absent.

    Returns
    -------
    Result
        Tables ``sites`` (decided ``build``, ``existing`` or ``not_chosen``) and ``demand``, and
        ``alternatives``, ``site_worth``, ``phases`` where they were asked for; indicators
        ``objective``, ``bound``, ``gap``, ``covered_share``.

    Raises
    ------
    LayerError, LedgerError, ParameterError, InfeasibleError
        If something cannot be read, a number is missing, or the question has no answer.

    Examples
    --------
    Of two candidates one covers two of three homes:

    >>> import geopandas as gpd, nngis
    >>> homes = gpd.GeoDataFrame(
    ...     geometry=gpd.points_from_xy([0, 500, 9000], [0, 0, 0]), crs="EPSG:4547")
    >>> found = nngis.site("mclp", homes, homes.iloc[[0, 2]], p=1, limit_m=1000)
    >>> float(found.indicators.loc["objective", "value"])
    2.0
    """
    place = case or open_case()
    task = Task(
        problem,
        p,
        must=read_ids(must),
        forbid=read_ids(forbid),
        budget=budget,
        backup_share=backup_share,
        beyond_m=beyond_m,
        others=alternatives,
        phases=tuple(phases),
        gap=gap,
        time_limit_s=time_limit_s,
    )
    question = read_question(
        task, demand, candidates, place.store, limit_m=limit_m, existing=existing, roads=roads,
        weight=weight, cost=cost, capacity=capacity, datum=datum,
    )  # fmt: skip
    return held(answer_site(question, progress)[1], place.on_roads(question.roads))


def read_question(
    task: Task,
    demand: Any,  # noqa: ANN401 - a path, an id of a layer, a frame, a layer
    candidates: Any,  # noqa: ANN401 - likewise
    store: LayerStore,
    *,
    limit_m: float,
    existing: Any = None,  # noqa: ANN401 - likewise
    roads: Any = None,  # noqa: ANN401 - likewise
    weight: str | None = None,
    cost: str | None = None,
    capacity: str | None = None,
    datum: str | None = None,
) -> SiteQuestion:
    """Read what a task is asked of.

    Parameters
    ----------
    task : Task
        What is to be solved, without costs and capacities.
    demand, candidates : path, layer id, GeoDataFrame or Layer
        Who is to be served, and where a site could be: points.
    store : LayerStore
        The case.
    limit_m : float
        Longest distance at which a site serves a demand [m].
    existing, roads : path, layer id, GeoDataFrame or Layer, optional
        Sites that are open already; roads, without which distances are straight.
    weight, cost, capacity : str, optional
        Columns: of the demand's weights, of the candidates' costs and capacities.
    datum : str, optional
        Datum of tables of coordinates.

    Returns
    -------
    SiteQuestion
        The task, with its columns, on layers.
    """
    asking = read_features(demand, "demand", store, datum=datum)
    offered = read_features(candidates, "candidates", store, datum=datum)
    open_now = None if existing is None else read_features(existing, "existing", store, datum=datum)
    return SiteQuestion(
        replace(
            task,
            cost=_site_numbers(offered, open_now, cost),
            capacity=_site_numbers(offered, open_now, capacity),
        ),
        asking,
        offered,
        open_now,
        None if roads is None else read_features(roads, "roads", store),
        weights_of(asking, weight),
        limit_m,
    )


def _site_numbers(offered: Layer, open_now: Layer | None, column: str | None) -> pd.Series | None:
    """Return a column of numbers of all sites; those that exist may lack it."""
    if column is None:
        return None
    layers = [offered] if open_now is None or column not in open_now.frame else [offered, open_now]
    return pd.concat([numbers_in(layer.frame, column, layer.id) for layer in layers])


def numbers_in(frame: pd.DataFrame, column: str, where: str) -> pd.Series:
    """Return a column as numbers.

    Parameters
    ----------
    frame : DataFrame
        A table.
    column : str
        Its column.
    where : str
        What messages call the table.

    Returns
    -------
    Series of float
        On the table's index; missing where a cell holds no number.

    Raises
    ------
    LayerError
        If there is no such column.
    """
    if column not in frame:
        known = listing(str(one) for one in frame.columns if one != "geometry")
        raise LayerError(
            f"没有列 {column!r}；现有的列：{known.zh}。",
            f"There is no column {column!r}; the columns are: {known.en}.",
            where=where,
        )
    return pd.to_numeric(frame[column], errors="coerce").astype(float)


def answer_site(question: SiteQuestion, progress: Progress | None = None) -> tuple[Solved, Result]:
    """Answer which sites to open.

    Parameters
    ----------
    question : SiteQuestion
        What is asked.
    progress : callable, optional
        Is called with objective and bound as they improve; true ends the search.

    Returns
    -------
    solved : Solved
        The choice and its proof, and what else was asked for.
    result : Result
        Tables ``sites`` (decided ``build``, ``existing`` or ``not_chosen``) and ``demand``.
    """
    layers = {"demand": question.demand, "candidates": question.candidates}
    for part in ("existing", "roads"):
        layer = getattr(question, part)
        if layer is not None:
            layers[part] = layer
    crs = work_crs(question.demand)
    frames = {part: layer.in_crs(crs) for part, layer in layers.items()}
    sites = frames["candidates"].assign(is_existing=False)
    if "existing" in frames:
        both = [frames["existing"].assign(is_existing=True), sites]
        sites = gpd.GeoDataFrame(pd.concat(both), crs=crs).rename_axis(sites.index.name)
        _no_common_ids(sites)
    links, lost, said = _links(frames, sites, question.limit_m)
    reach = site_links(links, frames["demand"].index, sites.index)
    existing = sites.index[sites["is_existing"]].tolist()
    task = question.task
    solved = solve(task, reach, question.weights, existing, progress)
    demand = frames["demand"].assign(weight=question.weights)
    name = None if question.weights.name is None else str(question.weights.name)
    analysis = site_analysis(task, solved, demand, sites, links, lost, name)
    analysis = replace(analysis, warnings=(*said, *analysis.warnings))
    records = _parameters(question)
    title = TITLES[task.problem]
    result = question_result("site", title, analysis, "sites", layers, crs, records)
    own = [str(one) for one in frames["candidates"].columns if one != sites.geometry.name]
    return solved, replace(result, view=replace(result.view, cards=_cards(own)))


def _cards(own: Sequence[str]) -> SiteCards:
    """Say what stands on the card of a chosen site: its own columns, and what the answer says."""
    return SiteCards(
        Text("入选站点", "Chosen site"),
        "sites",
        ("build",),
        (
            CardBlock(Text("基本情况", "Site"), "sites", tuple(own)),
            CardBlock(
                Text("选址结果", "Answer"),
                "sites",
                ("decision", "reason", "site_phase", "marginal", "runner_up"),
            ),
        ),
        (),
        demand="demand",
        served_by="facility_id",
        served_m="service_m",
    )


def _no_common_ids(sites: gpd.GeoDataFrame) -> None:
    twice = sites.index[sites.index.duplicated()]
    if len(twice):
        raise LayerError(
            f"候选点与已有设施有 {len(twice)} 个编号相同，例如 {twice[0]}；请改编号。",
            f"{counted(len(twice), 'id', 'stand')} in both candidates and existing sites, for "
            f"example {twice[0]}; rename them.",
            where="--existing",
        )


def _links(
    frames: Mapping[str, gpd.GeoDataFrame], sites: gpd.GeoDataFrame, limit_m: float
) -> tuple[pd.DataFrame, set[str], tuple[Text, ...]]:
    """Return the links, the ids that take no part, and what is to be said of them."""
    nowhere = set(frames["demand"].index[~has_place(frames["demand"])])
    if "roads" not in frames:
        return geodesic_links(frames["demand"], sites, limit_m, most=PAIRS_ASKED), nowhere, ()
    graph, said = road_graph(frames["roads"])
    found = network(graph, frames["demand"], sites, limit_m=limit_m, max_snap_m=MAX_SNAP_M)
    said = (*said, *off_road(found.left_out["id"], {"demand": frames["demand"], "sites": sites}))
    lost = nowhere | set(found.left_out["id"])
    return found.links, lost, said


def _parameters(question: SiteQuestion) -> tuple[ParameterRecord, ...]:
    task = question.task
    given: tuple[tuple[str, Text, object, str, str], ...] = (
        ("problem", Text("问题", "Problem"), task.problem, "", "command"),
        ("p", Text("新建站点数", "Sites to open"), task.p, "", "-p"),
        ("limit_m", Text("服务半径", "Limit"), question.limit_m, "m", "--limit-km"),
        ("must", Text("必选站点", "Must be opened"), "、".join(task.must), "", "--must"),
        ("forbid", Text("禁选站点", "Must not be opened"), "、".join(task.forbid), "", "--forbid"),
        ("budget", Text("预算", "Budget"), task.budget, "", "--budget"),
        ("backup_share", Text("第二重覆盖的价值", "Worth of a second cover"), task.backup_share,
         "", "--backup"),
        ("beyond_m", Text("未服务按此距离计", "Distance charged for the unserved"), task.beyond_m,
         "m", "--beyond-km"),
        ("gap", Text("允许差距", "Gap"), task.gap, "", "--gap"),
    )  # fmt: skip
    asked = ("problem", "p", "limit_m", "gap")
    return tuple(
        ParameterRecord(name, title, value, unit, "", origin)
        for name, title, value, unit, origin in given
        if name in asked or value not in (None, "")
    )
