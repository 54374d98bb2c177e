"""Basins: from an elevation grid or given as polygons, and what lies in them.

Water leaves a cell by its steepest way down; a hollow fills and spills over its lowest rim. Both
follow from one minimum spanning tree: an edge between neighbours costs the height of its higher
cell, and among equals the steepest comes first, so that the tree's path from any cell to the
border is the one whose highest point is lowest (Barnes, Lehman and Mulla 2014 fill the same way).
"""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from nngis.arrays import Bools, Floats
from nngis.crs.place import with_place
from nngis.grid import Grid
from nngis.network.geodesic_links import inside
from nngis.register.data import Data, numbers
from nngis.register.finding import Finding, MissingDataError, Part
from nngis.register.rules import PlanRule
from nngis.solvers.links import nearest
from nngis.text import Text

SIDEWAYS = ((0, 1), (1, 0), (1, 1), (1, -1))


def drainage(elevation_m: Floats) -> npt.NDArray[np.intp]:
    """Say into which cell each cell drains.

    Examples
    --------
    A valley that falls to the right; the hollow (0) in the middle spills over its rim:

    >>> drainage(np.array([[9., 9., 9., 9.], [5., 0., 3., 2.], [9., 9., 9., 9.]]))[4:8].tolist()
    [5, 6, 7, -1]
    """
    n, m = elevation_m.shape
    z = elevation_m.ravel()
    number = np.arange(n * m).reshape(n, m)
    pairs = []
    for down, right in SIDEWAYS:
        a = number[: n - down, max(0, -right) : m - max(0, right)]
        b = number[down:, max(0, right) : m + min(0, right)]
        run = np.hypot(down, right)
        pairs.append((a.ravel(), b.ravel(), np.full(a.size, run)))
    i, j, run = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    solid = np.isfinite(z)
    keep = solid[i] & solid[j]
    i, j, run = i[keep], j[keep], run[keep]
    border = _border(solid.reshape(n, m))
    root = n * m
    i = np.concatenate([i, border])
    j = np.concatenate([j, np.full(len(border), root)])
    top = np.concatenate([np.maximum(z[i[: len(run)]], z[j[: len(run)]]), z[border]])
    fall = np.concatenate(
        [np.abs(z[i[: len(run)]] - z[j[: len(run)]]) / run, np.full(len(border), -1.0)]
    )
    # Whole numbers as weights: no two edges are equal, so the tree is the only one.
    weight = np.empty(len(i))
    weight[np.lexsort((j, i, -fall, top))] = np.arange(1, len(i) + 1)
    graph = coo_array((weight, (i, j)), shape=(root + 1, root + 1)).tocsr()
    tree = minimum_spanning_tree(graph)
    _, before = breadth_first_order(tree, root, directed=False)
    below: npt.NDArray[np.intp] = before[:root].astype(np.intp)
    below[(below == root) | (below < 0)] = -1
    return below


def upstream_cells(below: npt.NDArray[np.intp], outlets: Sequence[int]) -> npt.NDArray[np.intp]:
    """Say by which outlet the water of each cell comes first."""
    size = len(below)
    # A cell below an outlet is cut off, so that each outlet roots a tree of its own.
    owner = np.full(size + 1, -1, dtype=np.intp)
    cut = below.copy()
    cut[list(outlets)] = size
    cut[cut < 0] = size
    jump = np.append(cut, size)
    jump[list(outlets)] = list(outlets)
    # Doubling: after k rounds every cell has jumped 2^k steps down.
    for _ in range(_rounds(size)):
        jump = jump[jump]
    for at, cell in enumerate(outlets):
        owner[jump == cell] = at
    return owner[:size]


def basins_from(grid: Grid, outlets: gpd.GeoDataFrame, *, search_m: float) -> gpd.GeoDataFrame:
    """Delineate the basin above each outlet."""
    below = drainage(grid.values)
    area = _catchment(below)
    n, m = grid.values.shape
    xy = outlets.get_coordinates().to_numpy()
    column = ((xy[:, 0] - grid.west) // grid.cell_m).astype(int)
    row = ((grid.north - xy[:, 1]) // grid.cell_m).astype(int)
    reach = int(search_m // grid.cell_m)
    step = np.arange(-reach, reach + 1)
    rows = np.clip(row[:, None, None] + step[:, None], 0, n - 1)
    columns = np.clip(column[:, None, None] + step[None, :], 0, m - 1)
    around = (rows * m + columns).reshape(len(outlets), -1)
    mouth = around[np.arange(len(outlets)), area[around].argmax(axis=1)]
    owner = upstream_cells(below, [int(cell) for cell in mouth])
    at_row, at_column = np.divmod(np.arange(n * m), m)
    west = grid.west + at_column * grid.cell_m
    north = grid.north - at_row * grid.cell_m
    boxes = shapely.box(west, north - grid.cell_m, west + grid.cell_m, north)
    shapes = [shapely.union_all(boxes[owner == at]) for at in range(len(outlets))]
    return outlets.set_geometry(gpd.GeoSeries(shapes, outlets.index, crs=outlets.crs))


def basin_loads(
    rule: PlanRule,
    data: Data,
    *,
    names: Sequence[str],
    layers: Mapping[str, str],
) -> Finding:
    """Clip projects, outfalls, plants and farms to the basins the plan names, and add up loads."""
    zones = _given_basins(data)
    label = zones["name_zh"].astype("string")
    mine = zones[label.str.contains("|".join(names)).fillna(value=False).to_numpy(bool)]
    lost = [name for name in names if not label.str.contains(name).any()]
    given = [role for role in layers if role in data.frames]
    if not given:
        raise MissingDataError([next(iter(layers))])
    table = mine[["name_zh", "geometry"]].assign(load_t_a=0.0)
    for role in given:
        frame = data.frames[role]
        lies = nearest(inside(with_place(frame), mine))["facility_id"]
        count = lies.value_counts()
        table[f"{role}_count"] = count.reindex(table.index, fill_value=0)
        column = layers[role]
        if column and column in frame:
            load = numbers(frame[column]).reindex(lies.index).groupby(lies).sum()
            table["load_t_a"] += load.reindex(table.index, fill_value=0.0)
    value = float(table["load_t_a"].sum())
    said = [f"{name} {load:g} t/a" for name, load in table[["name_zh", "load_t_a"]].to_numpy()]
    absent = [role for role in layers if role not in data.frames]
    return Finding(
        "unknown" if lost else "done",
        Text(
            "；".join([*said, *(f"没有{name}的流域边界" for name in lost)]) + "。",
            "; ".join([*said, *(f"no polygon of {name}" for name in lost)]) + ".",
        ),
        (Part(rule.id, value, "t/a", "unknown" if lost else "done"),),
        missing=(*(f"basins.{name}" for name in lost), *absent),
        objects=table.assign(state="done"),
    )


def _given_basins(data: Data) -> gpd.GeoDataFrame:
    if "basins" in data.frames:
        return data.need("basins", "name_zh")
    if "basin_outlets" in data.frames and "elevation" in data.grids:
        outlets = with_place(data.need("basin_outlets", "name_zh"))
        grid = data.grids["elevation"]
        return basins_from(grid, outlets, search_m=2 * grid.cell_m)
    raise MissingDataError(["basins"])


def _catchment(below: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Count the cells above each cell, itself included: by levels from the springs down."""
    size = len(below)
    target = np.append(np.where(below < 0, size, below), size)
    jump, depth = target, np.append(np.ones(size, dtype=np.int64), 0)
    for _ in range(_rounds(size)):
        depth, jump = depth + depth[jump], jump[jump]
    order = np.argsort(-depth, kind="stable")
    levels = np.split(order, np.flatnonzero(np.diff(depth[order])) + 1)
    count = np.ones(size + 1, dtype=np.int64)
    for level in levels[:-1]:  # the last one is the root
        np.add.at(count, target[level], count[level])
    return count[:size]


def _rounds(size: int) -> int:
    """Return how many doublings reach the end of the longest way."""
    return int(np.ceil(np.log2(max(size, 2)))) + 1


def _border(solid: Bools) -> npt.NDArray[np.intp]:
    """Return the cells at the edge of the grid or beside a cell without a height."""
    framed = np.pad(solid, 1, constant_values=False)
    n, m = solid.shape
    around = [framed[1 + a : n + 1 + a, 1 + b : m + 1 + b] for a in (-1, 0, 1) for b in (-1, 0, 1)]
    return np.flatnonzero((solid & ~np.logical_and.reduce(around)).ravel())
