"""Upstream tracing on a sewer network: which pipes lead to a plant or an outfall."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order

from nngis.register.data import Data, matches, numbers, placed
from nngis.register.finding import Finding, Part
from nngis.register.lists import tally
from nngis.register.nearness import nearest_of
from nngis.register.rules import Rule
from nngis.text import Text

JOIN_M = 1.0  # pipe ends this near are one manhole
REACH_M = 200.0  # a plant or outfall stands this near to its last pipe


def pipe_nodes(sewers: gpd.GeoDataFrame) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Give every end of a pipe its node; ends that lie together share one.

    Parameters
    ----------
    sewers : GeoDataFrame
        Lines in the work CRS, drawn in the direction of flow.

    Returns
    -------
    start, end : (n,) int array
        Upstream and downstream node of each pipe.
    """
    shape = sewers.geometry.to_numpy()
    ends = np.concatenate([shapely.get_point(shape, 0), shapely.get_point(shape, -1)])
    xy = shapely.get_coordinates(ends)
    cell = np.round(xy / JOIN_M).astype(np.int64)
    _, node = np.unique(cell, axis=0, return_inverse=True)
    node = node.ravel()
    return node[: len(shape)], node[len(shape) :]


def backwards(start: npt.NDArray[np.intp], end: npt.NDArray[np.intp]) -> csr_array:
    """Make the graph that leads against the flow.

    Parameters
    ----------
    start, end : (n,) int array
        Upstream and downstream node of each pipe.

    Returns
    -------
    csr_array
        From each pipe's end to its start.
    """
    size = int(max(start.max(initial=-1), end.max(initial=-1))) + 1
    return coo_array((np.ones(len(start)), (end, start)), shape=(size, size)).tocsr()


def upstream(graph: csr_array, node: int) -> npt.NDArray[np.intp]:
    """Find the nodes whose water comes by a node.

    Parameters
    ----------
    graph : csr_array
        As `backwards` makes it.
    node : int
        The node.

    Returns
    -------
    (n,) int array
        The node itself and all above it.

    Examples
    --------
    Two pipes meet in node 2, one leads on to 3, and one of another system ends in 4:

    >>> graph = backwards(np.array([0, 1, 2, 5]), np.array([2, 2, 3, 4]))
    >>> sorted(upstream(graph, 3).tolist())
    [0, 1, 2, 3]
    """
    found: npt.NDArray[np.intp] = breadth_first_order(graph, node, return_predecessors=False)
    return found


def trace_from(
    points: gpd.GeoDataFrame, sewers: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """Trace the pipes upstream of each point.

    Parameters
    ----------
    points : GeoDataFrame
        Plants or outfalls in the work CRS.
    sewers : GeoDataFrame
        Lines drawn in the direction of flow.

    Returns
    -------
    found : DataFrame
        On the points' index: `upstream_km`, `pipes_count`; missing where no pipe ends near.
    belongs : Series
        On the sewers' index: id of the point it leads to, the first where it leads to several.
    """
    pipes = placed(sewers)
    start, end = pipe_nodes(pipes)
    graph = backwards(start, end)
    # A pipe belongs to the node it ends in, so a node's pipes and their length are known at once.
    length = np.bincount(end, weights=pipes.length.to_numpy() / 1000, minlength=graph.shape[0])
    count = np.bincount(end, minlength=graph.shape[0])
    last = gpd.GeoDataFrame(
        index=pd.RangeIndex(len(pipes)),
        geometry=shapely.get_point(pipes.geometry.to_numpy(), -1),
        crs=sewers.crs,
    )
    near = nearest_of(points, last)
    near = near[near["distance_m"] <= REACH_M]
    owner = np.full(graph.shape[0], -1, dtype=np.intp)
    km, pipes_count = [], []
    for at, pipe in enumerate(near["facility_id"]):
        nodes = upstream(graph, int(end[int(pipe)]))
        km.append(float(length[nodes].sum()))
        pipes_count.append(float(count[nodes].sum()))
        owner[nodes[owner[nodes] < 0]] = at
    found = pd.DataFrame({"upstream_km": km, "pipes_count": pipes_count}, index=near.index)
    found = found.reindex(points.index)
    names = np.array([*near.index, None], dtype=object)
    belongs = pd.Series(names[owner[end]], index=pipes.index, dtype="object")
    return found, belongs


def sewersheds(rule: Rule, data: Data, *, plants: str, column: str, below: float) -> Finding:
    """Trace the sewers of treatment plants whose influent is too thin.

    Parameters
    ----------
    rule : Rule
        Without a number of its own.
    data : Data
        Plants and sewers.
    plants : str
        Layer of the plants.
    column : str
        Influent strength [mg/L].
    below : float
        Less than this is abnormal; the plan gives no figure, so it is an assumption.

    Returns
    -------
    Finding
        Value: kilometres of sewers upstream of abnormal plants. Objects: the pipes with `wwtp_id`
        and `state` open where their plant is abnormal.
    """
    works, sewers = data.need(plants, column), data.need("sewers")
    strength = numbers(works[column])
    flagged = works[(strength < below).to_numpy(bool)]
    found, belongs = trace_from(flagged, sewers)
    pipes = sewers.loc[belongs.index]
    length = pipes.length / 1000
    hit = belongs.notna()
    value = float(length[hit].sum())
    county = data.county_of(pipes)
    by = length[hit].groupby(county[hit]).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    lost = int(found["pipes_count"].isna().sum())
    state = pd.Series("done", pipes.index).mask(hit, "open")
    kept = [c for c in ("sewer_kind", "diameter_mm") if c in pipes]
    return Finding(
        "done",
        Text(
            f"{len(flagged)} 座厂进水低于 {below:g} mg/L，其上游管网 {value:.2f} km 应系统整治；"
            f"{int(strength.isna().sum())} 座厂没有进水浓度，{lost} 座厂旁没有管段。",
            f"{len(flagged)} plants take in less than {below:g} mg/L; {value:.2f} km of sewers "
            f"upstream of them are to be mended. {int(strength.isna().sum())} plants give no "
            f"strength, {lost} have no sewer beside them.",
        ),
        (Part(rule.id, value, "km", "done"),),
        objects=pipes[[*kept, "geometry"]].assign(
            wwtp_id=belongs, length_km=length, state=state, county=county
        ),
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        assumptions=(
            Text(
                f"{rule.id}：方案未定“异常”的数值，按 BOD < {below:g} mg/L 计。",
                f"{rule.id}: the plan does not say what is abnormal; BOD < {below:g} mg/L is used.",
            ),
        ),
    )


def outfalls(rule: Rule, data: Data, *, stages: Mapping[str, Any]) -> Finding:
    """Tell how far each outfall has come, and trace its sewers to their sources.

    Parameters
    ----------
    rule : Rule
        Its target is the share of outfalls that have passed every stage.
    data : Data
        `outfalls`; with `sewers` the pipes and the enterprises upstream are found too.
    stages : mapping
        What makes an outfall done.

    Returns
    -------
    Finding
        Objects: outfalls with `upstream_km`, `pipes_count`, and the enterprises on those pipes.
    """
    points = data.need("outfalls", *stages)
    kept, columns = points, list(stages)
    if "sewers" in data.frames:
        found, belongs = trace_from(points, data.frames["sewers"])
        kept = points.join(found)
        columns += ["upstream_km", "pipes_count"]
        if "enterprises" in data.frames:
            firms = data.frames["enterprises"]
            near = nearest_of(firms, data.frames["sewers"], within_m=REACH_M)
            own = near["facility_id"].map(belongs)
            kept["sources_count"] = own.value_counts().reindex(points.index, fill_value=0)
            columns.append("sources_count")
    every = pd.Series(data=True, index=points.index, dtype="boolean")
    return tally(rule, data, kept, every, matches(points, stages), columns=columns)


def defects(rule: Rule, data: Data, *, columns: Mapping[str, Any], mended: str) -> Finding:
    """Add up the sewers that are misconnected, damaged or old, and those of them that are mended.

    Parameters
    ----------
    rule : Rule
        Its target is the share of their length that is mended.
    data : Data
        `sewers`.
    columns : mapping
        Column to the value that flags a pipe; one flag is enough, and one column is enough.
    mended : str
        Column that says whether it has been mended.

    Returns
    -------
    Finding
        Value: kilometres still to mend, which count towards A74 when they are.
    """
    sewers = data.need("sewers", mended)
    known = [c for c in columns if c in sewers]
    if not known:
        data.need("sewers", *columns)
    flags = pd.concat([matches(sewers, {c: columns[c]}) for c in known], axis=1)
    scope = flags.any(axis=1, skipna=False)
    length = sewers.length / 1000
    done = matches(sewers, {mended: True})
    kept = sewers.assign(length_km=length)
    base = tally(rule, data, kept, scope, done, columns=[*known, mended, "length_km"])
    bad = scope.fillna(value=False).astype(bool)
    fixed = float(length[bad & done.fillna(value=False).astype(bool)].sum())
    left = float(length[bad].sum()) - fixed
    county = data.county_of(sewers)
    by = length[bad].groupby(county[bad]).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    text = Text(
        f"{base.note.zh}问题管网 {fixed + left:.2f} km，已修复 {fixed:.2f} km（计入 A74）。",
        f"{base.note.en} {fixed + left:.2f} km are faulty, {fixed:.2f} km are mended (and count "
        "towards A74).",
    )
    return Finding(
        base.status,
        text,
        base.parts,
        objects=base.objects,
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        county_unit="km",
    )
