"""Reach by road against its peers, in one run: nearest facility, cover links, areas, files.

    python benchmarks/bench_reach.py [--pandana PYTHON] [--only WORD] [--cpu]

The city is a jittered lattice of 338 x 338 crossroads 120 m apart with two thirds of its streets:
114,244 nodes and some 303,800 arcs. Every time is the best of several runs after a first one; peers
are timed in the same run on the same arrays. On a machine that others use, --cpu tells processor
time (of all threads) instead of time on the wall, for ours and for peers alike. PYTHON is an
interpreter that has pandana (it needs a virtual environment of its own, being AGPL).
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from nngis.catalog.graph_file import load_graph, save_graph
from nngis.network.graph import Graph, graph_from_arrays, snap
from nngis.network.road_links import nearest_facility, nearest_of_nodes, network
from nngis.network.service_area import reached_roads, service_areas

CRS = "EPSG:4545"
CLOCK = time.process_time if "--cpu" in sys.argv else time.perf_counter
PANDANA = """
import json, sys, time
import numpy as np, pandas as pd, pandana
city = np.load(sys.argv[1])
clock = getattr(time, sys.argv[2])
begin = clock()
net = pandana.Network(pd.Series(city["x"]), pd.Series(city["y"]), pd.Series(city["tail"]),
                      pd.Series(city["head"]), pd.DataFrame({"m": city["length"]}), twoway=True)
net.precompute(5000)
setup = clock() - begin
at = city["stops"]
net.set_pois("stop", 5000, 1, pd.Series(city["x"][at]), pd.Series(city["y"][at]))
best = 9e9
for _ in range(5):
    begin = clock()
    found = net.nearest_pois(5000, "stop", num_pois=1)
    best = min(best, clock() - begin)
print(json.dumps({"setup": setup, "query": best, "sum": float(found[1][found[1] < 5000].sum())}))
"""

Row = tuple[str, str, str, str]


def best_of(ask: Callable[[], Any], runs: int = 5) -> tuple[float, Any]:
    """Shortest time of several runs [s], and the last answer."""
    answer = ask()
    taken = []
    for _ in range(runs):
        begin = CLOCK()
        answer = ask()
        taken.append(CLOCK() - begin)
    return min(taken), answer


def city(side: int, share: float) -> tuple[np.ndarray, ...]:
    """Nodes and streets of a synthetic city."""
    rng = np.random.default_rng(1)
    at = np.arange(side * side).reshape(side, side)
    x = 480_000.0 + (120 * (at % side) + rng.normal(0, 15, at.shape)).ravel()
    y = 2_500_000.0 + (120 * (at // side) + rng.normal(0, 15, at.shape)).ravel()
    tail = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    head = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    there = rng.random(tail.size) < share
    tail, head = tail[there], head[there]
    return x, y, tail, head, np.hypot(x[tail] - x[head], y[tail] - y[head])


def points(graph: Graph, at: np.ndarray, spread_m: float = 0.0) -> gpd.GeoDataFrame:
    """Points at nodes, or about them."""
    rng = np.random.default_rng(2)
    x, y = (values[at] + rng.normal(0, spread_m, at.size) for values in (graph.x, graph.y))
    index = pd.Index([f"p{number}" for number in range(at.size)], dtype=str)
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), index=index, crs=CRS)


def crossroads(graph: Graph, n: int, seed: int) -> np.ndarray:
    """Different nodes at which a street begins or ends."""
    used = np.unique(np.concatenate([graph.edge_from, graph.edge_to]))
    return np.random.default_rng(seed).choice(used, n, replace=False)


def same(ours: Any, theirs: Any, rtol: float = 1e-9) -> None:
    """Stop if two answers differ."""
    if not np.allclose(ours, theirs, rtol=rtol):
        raise SystemExit("the answers differ: no time is worth telling")


def matrix_of(graph: Graph) -> csr_matrix:
    """The graph as scipy takes it."""
    return csr_matrix(
        (graph.length_m, graph.indices, graph.indptr), shape=(graph.n_nodes, graph.n_nodes)
    )


def row(case: str, ours: float, peer: str, theirs: float) -> Row:
    """One line of the table."""
    return case, f"{ours:.3f} s", f"{peer} {theirs:.3f} s", f"{ours / theirs:.2f}"


def nearest(graph: Graph, pandana: str | None) -> Iterator[Row]:
    """Nearest of 500 facilities for every node, within 5 km."""
    stops = crossroads(graph, 500, 3)
    frame, matrix = points(graph, stops), matrix_of(graph)
    ours, (nodes, _) = best_of(
        lambda: nearest_of_nodes(graph, frame, limit_m=5000, max_snap_m=10), 15
    )
    scipy_s, distance = best_of(
        lambda: dijkstra(matrix, indices=stops, min_only=True, limit=5000), 15
    )
    same(nodes["distance_m"].fillna(np.inf), distance)
    case = "nearest of 500 for 114,244 nodes, 5 km"
    yield row(case, ours, "scipy min_only", scipy_s)
    yield from _networkx_nearest(graph, stops, ours, case)
    if pandana:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "city.npz"
            ends = {"tail": graph.edge_from, "head": graph.edge_to, "length": graph.edge_length_m}
            np.savez(path, x=graph.x, y=graph.y, stops=stops, **ends)
            told = subprocess.run(
                [pandana, "-c", PANDANA, str(path), CLOCK.__name__],
                capture_output=True,
                text=True,
                check=True,
            )
        found = json.loads(told.stdout.splitlines()[-1])
        near = nodes["distance_m"]
        # Pandana keeps lengths as whole thousandths.
        same(near[near < 5000].sum(), found["sum"], rtol=1e-4)
        peer = f"pandana (set-up {found['setup']:.1f} s, not counted)"
        yield row(case, ours, peer, found["query"])


def _networkx_nearest(graph: Graph, stops: np.ndarray, ours: float, case: str) -> Iterator[Row]:
    import networkx as nx  # noqa: PLC0415

    town = nx.Graph()
    ends = zip(graph.edge_from.tolist(), graph.edge_to.tolist(), graph.edge_length_m, strict=True)
    town.add_weighted_edges_from(ends)
    taken, _ = best_of(
        lambda: nx.multi_source_dijkstra_path_length(town, set(stops.tolist()), cutoff=5000), 1
    )
    yield row(case, ours, "networkx multi-source", taken)


def cover(graph: Graph, n_stops: int, n_demand: int, limit_m: int) -> Iterator[Row]:
    """All links within a limit, points snapped to edges included."""
    stops_at, demand_at = (crossroads(graph, n, 4) for n in (n_stops, n_demand))
    case = f"cover links {n_stops:,} x {n_demand:,}, {limit_m // 1000} km"
    frames = points(graph, demand_at, 40), points(graph, stops_at, 40)
    ours, found = best_of(lambda: network(graph, *frames, limit_m=limit_m, max_snap_m=500))
    matrix = matrix_of(graph)

    def chunked() -> int:
        count = 0
        for first in range(0, n_stops, 50):
            some = dijkstra(matrix, indices=stops_at[first : first + 50], limit=limit_m)
            count += int(np.isfinite(some[:, demand_at]).sum())
        return count

    taken, _ = best_of(chunked, 1)
    yield row(
        f"{case} ({len(found.links):,} links)", ours, "scipy, 50 at a time, nodes only", taken
    )
    if n_stops <= 500:
        yield from _networkx_cover(graph, stops_at, demand_at, ours, (case, limit_m))


def _networkx_cover(
    graph: Graph, stops: np.ndarray, demand: np.ndarray, ours: float, about: tuple[str, int]
) -> Iterator[Row]:
    import networkx as nx  # noqa: PLC0415

    town = nx.Graph()
    ends = zip(graph.edge_from.tolist(), graph.edge_to.tolist(), graph.edge_length_m, strict=True)
    town.add_weighted_edges_from(ends)
    asked = set(demand.tolist())
    begin = CLOCK()
    for stop in stops.tolist():
        if stop in town:
            reached = nx.single_source_dijkstra_path_length(town, stop, cutoff=about[1])
            asked.intersection(reached)
    yield row(about[0], ours, "networkx loop, nodes only", CLOCK() - begin)


def snapping(graph: Graph) -> Iterator[Row]:
    """50,000 points to the nearest of 152,000 edges."""
    rng = np.random.default_rng(5)
    x, y = (rng.uniform(v.min(), v.max(), 50_000) for v in (graph.x, graph.y))
    ours, places = best_of(lambda: snap(graph, x, y, max_snap_m=1000))
    tree, spots = shapely.STRtree(graph.geometry), shapely.points(x, y)
    taken, (_, distance) = best_of(
        lambda: tree.query_nearest(spots, return_distance=True, all_matches=False), 2
    )
    # Ours are true on the ground, shapely's in the plane.
    same(places.distance_m, distance, rtol=1e-4)
    yield row("snap 50,000 points to edges", ours, "shapely STRtree", taken)


def areas(graph: Graph) -> Iterator[Row]:
    """Service areas of 500 facilities at three breaks, and their error."""
    stops = points(graph, crossroads(graph, 500, 6), 40)
    options: dict[str, Any] = {"breaks_m": [1000, 3000, 5000], "max_snap_m": 500}
    ours, found = best_of(lambda: service_areas(graph, stops, **options), 2)
    some = stops.iloc[:12]
    roads = reached_roads(graph, some, **options).areas
    begin = CLOCK()
    truth = [
        shapely.union_all(shapely.buffer(shapely.get_parts(road), 100, quad_segs=32)).area
        for road in roads.geometry
    ]
    taken = (CLOCK() - begin) / len(truth) * len(found.areas)
    for width, cell in ((100, 50), (100, 25), (50, 25)):
        drawn = service_areas(graph, some, width_m=width, cell_m=cell, **options).areas
        if width != 100:
            truth = [
                shapely.union_all(shapely.buffer(shapely.get_parts(road), width, quad_segs=32)).area
                for road in roads.geometry
            ]
        error = drawn.area.to_numpy() / np.array(truth) - 1
        print(
            f"area error, width {width} m, cell {cell} m: mean {error.mean():+.2%}, "
            f"from {error.min():+.2%} to {error.max():+.2%} ({len(error)} areas)"
        )
    yield row("service areas, 500 x 3 breaks (5 km)", ours, "union of buffers, from 36", taken)


def large() -> Iterator[Row]:
    """A graph of a million nodes, in a process of its own so that its memory can be told."""
    told = subprocess.run(
        [sys.executable, __file__, "--large", *set(sys.argv) & {"--cpu"}],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(told.stdout.splitlines()[-1])
    about = f"{found['nodes']:,} nodes, {found['arcs']:,} arcs"
    yield f"build from arrays: {about}", f"{found['build']:.2f} s", "–", "–"
    yield row(f"nearest of 500: {about}", found["nearest"], "scipy min_only", found["scipy"])
    demand = f"nearest of 500 for 50,000 snapped points: {about}"
    yield demand, f"{found['demand']:.2f} s", "–", "–"
    yield f"peak memory: {about}", f"{found['mb']:,.0f} MB", "–", "–"
    edges = f"{found['edges']:,} edges"
    yield f"save {edges}", f"{found['save']:.2f} s", "–", "–"
    yield f"load {edges}", f"{found['load']:.2f} s", "–", "–"


def large_alone() -> None:
    """Measure the large graph and print what was found as json."""
    x, y, tail, head, length = city(1000, 0.63)
    build, (graph, _) = best_of(lambda: graph_from_arrays(x, y, tail, head, length, crs=CRS), 1)
    stops = crossroads(graph, 500, 3)
    frame = points(graph, stops)
    ours, (nodes, _) = best_of(
        lambda: nearest_of_nodes(graph, frame, limit_m=np.inf, max_snap_m=10), 3
    )
    people = points(graph, crossroads(graph, 50_000, 5), 40)
    demand, _ = best_of(
        lambda: nearest_facility(graph, people, frame, limit_m=np.inf, max_snap_m=500), 3
    )
    with tempfile.TemporaryDirectory() as folder:
        save, _ = best_of(lambda: save_graph(graph, folder), 2)
        load, _ = best_of(lambda: load_graph(folder), 2)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    matrix = matrix_of(graph)
    scipy_s, distance = best_of(lambda: dijkstra(matrix, indices=stops, min_only=True), 3)
    same(nodes["distance_m"].fillna(np.inf), distance)
    sizes = {"nodes": graph.n_nodes, "arcs": graph.n_arcs, "edges": graph.n_edges}
    times = {"build": build, "nearest": ours, "demand": demand, "scipy": scipy_s}
    print(json.dumps({**sizes, **times, "save": save, "load": load, "mb": megabytes}))


def main() -> None:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pandana", help="interpreter that has pandana")
    parser.add_argument("--only", default="", help="nearest, cover, snap, areas or large")
    parser.add_argument("--cpu", action="store_true", help="tell processor time")
    parser.add_argument("--large", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.large:
        large_alone()
        return
    graph, _ = graph_from_arrays(*city(338, 0.667), crs=CRS)
    print(f"{graph.n_nodes:,} nodes, {graph.n_arcs:,} arcs")
    cases: dict[str, Callable[[], Iterator[Row]]] = {
        "nearest": lambda: nearest(graph, options.pandana),
        "cover": lambda: cover(graph, 500, 5000, 5000),
        "cover large": lambda: cover(graph, 2000, 50_000, 2000),
        "snap": lambda: snapping(graph),
        "areas": lambda: areas(graph),
        "large": large,
    }
    found = [line for name, ask in cases.items() if options.only in name for line in ask()]
    print("| case | ours | peer | ratio |\n|---|---|---|---|")
    for line in found:
        print("| " + " | ".join(line) + " |")


if __name__ == "__main__":
    main()
