"""``nngis site``: which sites to open, with a proof of how good the choice is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.catalog.layer import Layer
from nngis.datasets.parquet import read_parquet
from nngis.decide.indicators import Indicator
from nngis.decide.rules import UNKNOWN, Rule, decide, holds
from nngis.errors import LayerError, ParameterError, boundary
from nngis.inputs.features import read_features, weights_of
from nngis.ledger.delimited import read_delimited
from nngis.network.geodesic_links import geodesic_links
from nngis.network.road_links import network
from nngis.parameters import ParameterRecord
from nngis.result.result import Analysis, Result
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.questions import (
    MAX_SNAP_M,
    by_points,
    question_result,
    road_graph,
    weighted_by,
    work_crs,
)
from nngis.run.results import Result as HeldResult
from nngis.run.results import held
from nngis.solvers.site.answer import SiteAnswer
from nngis.solvers.site.lscp import solve_lscp
from nngis.solvers.site.mclp import solve_mclp
from nngis.solvers.site.p_center import solve_p_center
from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks, site_links
from nngis.text import Text

TITLES = {
    "mclp": Text("最大覆盖选址", "Maximal covering"),
    "lscp": Text("全覆盖最少站点", "Fewest sites that cover all"),
    "pmedian": Text("p-中位选址", "p-median"),
    "pcenter": Text("p-中心选址", "p-center"),
}
Problem = Literal["mclp", "lscp", "pmedian", "pcenter"]
UNITS = {"mclp": "", "lscp": "", "pmedian": "m", "pcenter": "m"}


@dataclass(frozen=True)
class Task:
    """What is to be solved, and how hard.

    Parameters
    ----------
    problem : str
        A key of `TITLES`.
    p : int, optional
        Sites to open; not asked for by ``lscp``.
    gap, time_limit_s : float
        Gap to stop at, and time allowed [s].
    """

    problem: str
    p: int | None
    gap: float
    time_limit_s: float


@dataclass(frozen=True)
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
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
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
        Sites to open besides those that exist; not asked for by ``"lscp"``.
    existing : path, layer id, GeoDataFrame or Layer, optional
        Sites that are open already.
    roads : path, layer id, GeoDataFrame, Layer or networkx graph, optional
        Roads; distances are straight without them.
    weight : str, optional
        Column of the demand's weights.
    gap, time_limit_s : float
        Relative gap to stop at, and time allowed [s].
    datum : str, optional
        Datum of tables of coordinates.
    case : Case, optional
        The place; the one that ships if absent.

    Returns
    -------
    Result
        Tables ``sites`` (decided ``build``, ``existing`` or ``not_chosen``) and ``demand``;
        indicators ``objective``, ``bound``, ``gap``, ``covered_share``.

    Raises
    ------
    LayerError, LedgerError, ParameterError, InfeasibleError
        If something cannot be read, a number is missing, or the question has no answer.

    Examples
    --------
    Of two candidates one covers two of three homes:

    >>> import geopandas as gpd, nngis
    >>> homes = gpd.GeoDataFrame(
    ...     geometry=gpd.points_from_xy([0, 500, 9000], [0, 0, 0]), crs="EPSG:4545")
    >>> found = nngis.site("mclp", homes, homes.iloc[[0, 2]], p=1, limit_m=1000)
    >>> float(found.indicators.loc["objective", "value"])
    2.0
    """
    place = case or open_case()
    asking = read_features(demand, "demand", place.store, datum=datum)
    question = SiteQuestion(
        Task(problem, p, gap, time_limit_s),
        asking,
        read_features(candidates, "candidates", place.store, datum=datum),
        None if existing is None else read_features(existing, "existing", place.store, datum=datum),
        None if roads is None else read_features(roads, "roads", place.store),
        weights_of(asking, weight),
        limit_m,
    )
    return held(answer_site(question)[1], place)


def solve(task: Task, links: SiteLinks, weights: pd.Series, existing: list[str]) -> SiteAnswer:
    """Solve a task on links.

    Parameters
    ----------
    task : Task
        What is to be solved.
    links : SiteLinks
        Who can be served from where.
    weights : Series
        Weight of each demand.
    existing : list of str
        Sites that are open already.

    Returns
    -------
    SiteAnswer
        The choice and its proof.

    Raises
    ------
    ParameterError
        If the number of sites is missing.
    """
    rules = SiteRules(existing=existing)
    gap, seconds = task.gap, task.time_limit_s
    if task.problem == "lscp":
        return solve_lscp(links, rules=rules, gap=gap, time_limit_s=seconds)
    if task.p is None:
        raise ParameterError(
            "请用 -p 给出要开设的站点数。", "Give the number of sites with -p.", where="-p"
        )
    if task.problem == "pcenter":
        return solve_p_center(links, task.p, rules=rules, gap=gap, time_limit_s=seconds)
    solver: Callable[..., SiteAnswer] = solve_mclp if task.problem == "mclp" else solve_p_median
    return solver(links, weights, task.p, rules=rules, gap=gap, time_limit_s=seconds)


def read_matrix(links: Path, weights: Path | None) -> tuple[SiteLinks, pd.Series]:
    """Read a ready matrix of distances.

    Parameters
    ----------
    links : Path
        csv or parquet: `demand_id`, `facility_id`, `distance_m`.
    weights : Path, optional
        csv or parquet: `demand_id` and `weight`; each demand weighs 1 without it.

    Returns
    -------
    links : SiteLinks
        The links; demands that only the weights name are there too, without links.
    weights : Series
        Weight by demand.

    Raises
    ------
    LayerError
        If a file is missing or lacks a column.
    """
    table = _read_table(links, ("demand_id", "facility_id", "distance_m"))
    table = table.astype({"demand_id": str, "facility_id": str})
    distance_m = pd.to_numeric(table["distance_m"], errors="coerce").astype(float)
    wrong = np.flatnonzero(table["distance_m"].notna() & ~np.isfinite(distance_m))
    if len(wrong):
        raise LayerError(
            f"{len(wrong)} 行的 distance_m 不是数，首个在第 {wrong[0] + 1} 条数据。",
            f"In {len(wrong)} rows distance_m is no number, first in data row {wrong[0] + 1}.",
            where=str(links),
        )
    table["distance_m"] = distance_m
    demands = pd.Index(table["demand_id"].unique())
    if weights is None:
        weight = pd.Series(1.0, index=demands)
    else:
        given = _read_table(weights, ("demand_id", "weight"))
        weight = pd.Series(
            pd.to_numeric(given["weight"], errors="coerce").to_numpy(float),
            index=given["demand_id"].astype(str),
        )
        demands = weight.index.unique().append(demands.difference(weight.index))
    return site_links(table, demands, pd.Index(table["facility_id"].unique())), weight


def answer_site(question: SiteQuestion) -> tuple[SiteAnswer, Result]:
    """Answer which sites to open.

    Parameters
    ----------
    question : SiteQuestion
        What is asked.

    Returns
    -------
    answer : SiteAnswer
        The choice and its proof.
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
    table, lost, said = _links(frames, sites, question.limit_m)
    reach = site_links(table, frames["demand"].index, sites.index)
    existing = sites.index[sites["is_existing"]].tolist()
    answer = solve(question.task, reach, question.weights, existing)
    analysis = _analysis(question, answer, frames["demand"], sites, (table, lost), said)
    title = TITLES[question.task.problem]
    records = _parameters(question)
    return answer, question_result("site", title, analysis, "sites", layers, crs, records)


def summary(answer: SiteAnswer) -> dict[str, object]:
    """Return what an answer says, as json.

    Parameters
    ----------
    answer : SiteAnswer
        The answer.

    Returns
    -------
    dict
        `problem, objective, bound, gap, status, seconds, selected, unreached`.
    """
    return {
        "problem": answer.problem,
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": answer.gap,
        "status": answer.status,
        "seconds": round(answer.seconds, 3),
        "selected": [str(one) for one in answer.selected],
        "unreached": len(answer.unreached),
    }


def _read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise LayerError(
            "文件不存在；请检查路径。", "There is no such file; check the path.", where=str(path)
        )
    with boundary(
        str(path),
        "不是有效的 csv（{}）；请另存为 UTF-8 编码的 csv。",
        "Not a valid csv ({}); save it as csv in UTF-8.",
        error=LayerError,
    ):
        table = read_parquet(path) if path.suffix == ".parquet" else _read_text(path)
    missing = [name for name in columns if name not in table]
    if missing:
        raise LayerError(
            f"缺少列：{'、'.join(missing)}。",
            f"Columns missing: {', '.join(missing)}.",
            where=str(path),
        )
    return table


def _read_text(path: Path) -> pd.DataFrame:
    """Read a csv in any encoding that offices use, every cell as text: 01 is not 1."""
    header, *rows = [list(row) for row in read_delimited(path).rows if any(row)] or [[]]
    width = len(header)
    cells = [[*row, *[""] * (width - len(row))][:width] for row in rows]
    names = [str(name).strip() for name in header]
    table = pd.DataFrame(cells, columns=names, dtype=object)
    table = table.map(str.strip)
    return table.mask(table.eq(""))


def _no_common_ids(sites: gpd.GeoDataFrame) -> None:
    twice = sites.index[sites.index.duplicated()]
    if len(twice):
        raise LayerError(
            f"候选点与已有设施有 {len(twice)} 个编号相同，例如 {twice[0]}；请改编号。",
            f"{len(twice)} ids stand in both candidates and existing sites, for example "
            f"{twice[0]}; rename them.",
            where="--existing",
        )


def _links(
    frames: Mapping[str, gpd.GeoDataFrame], sites: gpd.GeoDataFrame, limit_m: float
) -> tuple[pd.DataFrame, set[str], tuple[Text, ...]]:
    """Return the links, the ids that take no part, and what is to be said of them."""
    shape = frames["demand"].geometry
    nowhere = set(shape.index[shape.isna() | shape.is_empty])
    if "roads" not in frames:
        return geodesic_links(frames["demand"], sites, limit_m), nowhere, ()
    graph, said = road_graph(frames["roads"])
    found = network(graph, frames["demand"], sites, limit_m=limit_m, max_snap_m=MAX_SNAP_M)
    off = int(found.left_out["id"].nunique())
    left_out = Text(
        f"{off} 个点没有接入道路网，未参与计算。",
        f"{off} points are not on the road network and took no part.",
    )
    lost = nowhere | set(found.left_out["id"])
    return found.links, lost, (*said, left_out) if off else said


def _analysis(
    question: SiteQuestion,
    answer: SiteAnswer,
    demand: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    found: tuple[pd.DataFrame, set[str]],
    said: tuple[Text, ...],
) -> Analysis:
    table, lost = found
    facts = sites[["is_existing"]].assign(chosen=sites.index.isin(answer.selected))
    out = sites.drop(columns="is_existing").join(decide(facts, *_site_rules(question.task.problem)))
    out = out.join(answer.sites[["marginal", "runner_up"]])
    open_links = table[table["facility_id"].isin(answer.selected)]
    nearest = open_links.drop_duplicates("demand_id").set_index("demand_id")
    people = pd.DataFrame(index=demand.index)
    people["weight"] = question.weights
    people["facility_id"] = nearest["facility_id"]
    people["distance_m"] = nearest["distance_m"]
    people["off"] = people.index.isin(lost)
    people = people.join(decide(people, REACHED, BEYOND)).drop(columns="off")
    covered = people.loc[people["decision"].eq("covered"), "weight"].sum()
    share = float(covered / people["weight"].sum()) if people["weight"].sum() else None
    unit = UNITS[question.task.problem]
    name = question.weights.name
    by = weighted_by(None if name is None else str(name))
    points = None if name is None else by_points(people["decision"].eq("covered"))
    return Analysis(
        {
            "sites": out,
            "demand": gpd.GeoDataFrame(people, geometry=demand.geometry, crs=demand.crs),
        },
        (
            Indicator("objective", Text("目标值", "Objective"), answer.objective, unit, ""),
            Indicator("bound", Text("界", "Bound"), answer.bound, unit, ""),
            Indicator("gap", Text("差距", "Gap"), answer.gap, "", "", None, None, _status(answer)),
            Indicator(
                "covered_share",
                Text(f"覆盖率（{by.zh}）", f"Share covered ({by.en})"),
                share,
                "",
                "",
                note=points,
            ),
        ),
        (),
        said,
    )


def _site_rules(problem: str) -> tuple[list[Rule], Rule]:
    rules = [
        Rule("exists", "", "existing", holds("is_existing"), Text("已有设施。", "It exists.")),
        Rule(
            problem,
            "",
            "build",
            holds("chosen"),
            Text("入选；关闭它的损失见“边际”。", "Chosen; see the marginal for its worth."),
        ),
    ]
    rest = Rule(problem, "", "not_chosen", holds("chosen"), Text("未入选。", "Not chosen."))
    return rules, rest


REACHED = (
    Rule(
        "reach", "", "covered", lambda f: f["facility_id"].notna(),
        Text("由 {facility_id} 服务，距离 {distance_m:.0f} m。",
             "Served by {facility_id}, {distance_m:.0f} m away."),
    ),
    Rule(
        "reach", "", UNKNOWN, holds("off"),
        Text("没有坐标或没有接入道路网，不知道能否到达。",
             "It has no coordinates or is not on the roads; whether it is reached is not known."),
    ),
)  # fmt: skip
BEYOND = Rule(
    "reach", "", "gap", holds("off"), Text("范围内没有设施。", "No facility is within reach.")
)


def _status(answer: SiteAnswer) -> Text:
    return {
        "optimal": Text("已证明最优。", "Proved optimal."),
        "within_gap": Text("已达到要求的差距。", "Proved to within the gap asked for."),
        "time_limit": Text("时间用完，未证明最优。", "The time was up; not proved optimal."),
        "gap": Text("未证明最优。", "Not proved optimal."),
    }[answer.status]


def _parameters(question: SiteQuestion) -> tuple[ParameterRecord, ...]:
    task = question.task
    return (
        ParameterRecord("problem", Text("问题", "Problem"), task.problem, "", "", "command"),
        ParameterRecord("p", Text("新建站点数", "Sites to open"), task.p, "", "", "-p"),
        ParameterRecord(
            "limit_m", Text("服务半径", "Limit"), question.limit_m, "m", "", "--limit-km"
        ),
        ParameterRecord("gap", Text("允许差距", "Gap"), task.gap, "", "nngis", "--gap"),
    )
