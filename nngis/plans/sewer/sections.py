"""Long sections of sewers: routes from the farthest manholes down, manhole by manhole."""

from collections.abc import Iterable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Floats, Positions
from nngis.grid import Grid, heights_along

ROUTES = 4  # sections drawn; the shorter branches stand in the table of pipes only
OF_PIPE = ("length_m", "diameter_mm", "slope", "kind", "governing")
COLUMNS = (
    "route_id", "chainage_m", "manhole_id", "ground_m", "invert_in_m", "invert_out_m",
    "depth_m", "pipe_id", *OF_PIPE, "lifted", "joined_by",
)  # fmt: skip
GROUND_COLUMNS = ("route_id", "chainage_m", "ground_m")


class _Forest(NamedTuple):
    """Manholes as positions: where each flows to, through which pipe, how far; -1 at an end."""

    down: Positions
    pipe: Positions
    length_m: Floats
    hops: Positions
    above_m: Floats  # longest way that flows in


def long_sections(
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: Iterable[str] = (),
    *,
    most: int = ROUTES,
) -> pd.DataFrame:
    """List the manholes of each route, from its head down to a plant or to a longer route.

    The first route is the longest way to a plant; every branch is a route of its own and ends at
    the manhole where it joins.

    Parameters
    ----------
    pipes : GeoDataFrame
        A forest: `from_manhole`, `to_manhole`, `length_m`, `diameter_mm`, `slope`, `kind`,
        `governing`, `invert_up_m`, `invert_down_m`.
    manholes : GeoDataFrame
        Indexed by manhole: `ground_m`.
    stations : iterable of str
        Manholes at which a station lifts.
    most : int
        Routes listed, the longest first.

    Returns
    -------
    DataFrame
        By route and number: `route_id`, `chainage_m`, `manhole_id`, `ground_m`, `invert_in_m`,
        `invert_out_m`, `depth_m`, the pipe that leaves, `lifted`, `joined_by`.

    Examples
    --------
    >>> manholes = gpd.GeoDataFrame({"ground_m": [5.0, 5.0, 5.0, 5.0]}, index=list("ABCD"))
    >>> pipes = gpd.GeoDataFrame({
    ...     "from_manhole": list("ABC"), "to_manhole": list("CCD"), "length_m": [60.0, 40.0, 50.0],
    ...     "diameter_mm": 300, "slope": 0.01, "invert_up_m": [4.0, 4.0, 3.4],
    ...     "invert_down_m": [3.4, 3.6, 2.9], "kind": "gravity", "governing": "min_cover",
    ... }, index=["p", "q", "r"])
    >>> long_sections(pipes, manholes)[["route_id", "chainage_m", "manhole_id", "joined_by"]]
               route_id  chainage_m manhole_id joined_by
    way_id
    W01/000         W01         0.0          A
    W01/001         W01        60.0          C       W02
    W01/002         W01       110.0          D
    W02/000         W02         0.0          B
    W02/001         W02        40.0          C
    """
    ends = pd.concat([pipes["from_manhole"], pipes["to_manhole"]])
    ids = manholes.index[manholes.index.isin(ends)]
    if pipes.empty:
        return pd.DataFrame(columns=list(COLUMNS), index=pd.Index([], name="way_id"))
    forest = _forest(pipes, ids)
    route, bottoms = _routes(forest, ids, most)
    at = _rows(forest, route, bottoms)
    node, leaves = at["node"].to_numpy(), at["leaves"].to_numpy()
    leaving = np.where(leaves, forest.pipe[node], -1)
    arriving = np.where(at["arrives"], np.roll(leaving, 1), -1)
    down_m = pipes["invert_down_m"].astype(float).to_numpy()
    up_m = pipes["invert_up_m"].astype(float).to_numpy()
    into = np.where(arriving >= 0, down_m[arriving], np.nan)
    out = np.where(leaving >= 0, up_m[leaving], np.nan)
    ground = manholes["ground_m"].astype(float).reindex(ids).to_numpy()[node]
    width = max(2, len(str(len(bottoms))))
    name = np.array([f"W{k + 1:0{width}d}" for k in range(len(bottoms))], dtype=object)
    joins = ~leaves & (forest.down[bottoms] >= 0)[at["route"]]
    branches = pd.Series(name[at["route"]][joins]).groupby(node[joins]).agg("、".join)
    joined = np.full(len(ids), "", dtype=object)
    joined[branches.index] = branches
    of_pipe = pipes[list(OF_PIPE)].iloc[leaving].set_axis(at.index).where(pd.Series(leaves))
    table = pd.DataFrame(
        {
            "route_id": name[at["route"]],
            "chainage_m": at["chainage_m"].to_numpy(),
            "manhole_id": ids.to_numpy(object)[node],
            "ground_m": ground,
            "invert_in_m": into,
            "invert_out_m": out,
            "depth_m": ground - np.fmin(into, out),
            "pipe_id": np.where(leaves, pipes.index.to_numpy(object)[leaving], None),
            **{column: of_pipe[column] for column in OF_PIPE},
            "lifted": np.isin(ids.to_numpy(object)[node], list(stations)),
            # a branch says itself where it ends; the route it joins says who arrives
            "joined_by": np.where(joins, "", joined[node]),
        }
    )
    number = table.groupby("route_id").cumcount()
    labels = table["route_id"] + "/" + number.map("{:03d}".format)
    return table[list(COLUMNS)].set_index(pd.Index(labels, name="way_id", dtype=object))


def ground_along(
    sections: pd.DataFrame, pipes: gpd.GeoDataFrame, terrain: Grid, *, step_m: float
) -> pd.DataFrame:
    """Sample the terrain along the routes.

    Parameters
    ----------
    sections : DataFrame
        See `long_sections`.
    pipes : GeoDataFrame
        The pipes, in the work CRS.
    terrain : Grid
        The heights.
    step_m : float
        Between two samples [m].

    Returns
    -------
    DataFrame
        Heights along each route [m].
    """
    starts = sections[sections["pipe_id"].notna()]
    lines = pipes.geometry.reindex(starts["pipe_id"]).to_numpy()
    samples = heights_along(terrain, lines, step_m=step_m)
    # lines may be a little longer or shorter than the pipe's stated length
    drawn = shapely.length(lines)
    scale = starts["length_m"].to_numpy(float) / np.where(drawn > 0, drawn, 1.0)
    along = starts["chainage_m"].to_numpy()[samples.line] + samples.along_m * scale[samples.line]
    table = pd.DataFrame(
        {
            "route_id": starts["route_id"].to_numpy(object)[samples.line],
            "chainage_m": along,
            "ground_m": samples.height,
        }
    ).dropna(ignore_index=True)
    return table.set_index(pd.Index(table.index.map(str), name="way_id", dtype=object))


def _forest(pipes: gpd.GeoDataFrame, ids: pd.Index) -> _Forest:
    start, end = (ids.get_indexer(pipes[c]) for c in ("from_manhole", "to_manhole"))
    down, pipe = np.full(len(ids), -1), np.full(len(ids), -1)
    length = np.zeros(len(ids))
    down[start], pipe[start] = end, np.arange(len(pipes))
    length[start] = pipes["length_m"].to_numpy(float)
    hops, on = np.zeros(len(ids), np.intp), down.copy()
    for _ in range(len(ids)):
        if not (on >= 0).any():
            break
        hops += on >= 0
        on = np.where(on >= 0, down[on], -1)
    above = np.zeros(len(ids))
    order = np.argsort(-hops, kind="stable")
    cuts = np.flatnonzero(np.diff(hops[order])) + 1
    for level in np.split(order, cuts):
        inner = level[down[level] >= 0]
        np.maximum.at(above, down[inner], above[inner] + length[inner])
    return _Forest(down, pipe, length, hops, above)


def _routes(forest: _Forest, ids: pd.Index, most: int) -> tuple[Positions, Positions]:
    """Give each manhole its route (-1 beyond the longest), and each route its last manhole.

    The last manhole of a branch is the last of its own, above the one it joins at.
    """
    down, reach = forest.down, forest.above_m + forest.length_m
    rank = np.argsort(np.argsort(ids.to_numpy(object), kind="stable"), kind="stable")
    order = np.lexsort((rank, -reach, down))
    order = order[down[order] >= 0]
    first = np.r_[True, np.diff(down[order]) > 0] if len(order) else np.zeros(0, np.bool_)
    is_main = np.zeros(len(ids), np.bool_)
    is_main[order[first]] = True
    bottom = np.arange(len(ids))
    from_end = np.argsort(forest.hops, kind="stable")
    for level in np.split(from_end, np.flatnonzero(np.diff(forest.hops[from_end])) + 1):
        inner = level[is_main[level]]
        bottom[inner] = bottom[down[inner]]
    last = np.flatnonzero(~is_main & (reach > 0))
    chosen = last[np.lexsort((rank[last], -reach[last]))][:most]
    number = np.full(len(ids), -1)
    number[chosen] = np.arange(len(chosen))
    return number[bottom], chosen


def _rows(forest: _Forest, route: Positions, bottoms: Positions) -> pd.DataFrame:
    """Put the manholes in order along their routes; a branch ends with the manhole it joins at."""
    mine = np.flatnonzero(route >= 0)
    join = forest.down[bottoms]
    joins = np.flatnonzero(join >= 0)
    table = pd.DataFrame(
        {
            "node": np.r_[mine, join[joins]],
            "route": np.r_[route[mine], joins],
            "hops": np.r_[forest.hops[mine], forest.hops[join[joins]]],
            "length_m": np.r_[forest.length_m[mine], np.zeros(len(joins))],
            "leaves": np.r_[forest.down[mine] >= 0, np.zeros(len(joins), np.bool_)],
        }
    ).sort_values(["route", "hops"], ascending=[True, False], kind="stable", ignore_index=True)
    run = table.groupby("route")["length_m"]
    table["chainage_m"] = run.cumsum() - table["length_m"]
    table["arrives"] = table["route"].duplicated()
    return table
