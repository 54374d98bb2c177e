"""Directed Steiner trees: two measured cases and two made ones, beside networkx.

    python benchmarks/bench_tree.py [CASE ...]

Every measurement runs in a process of its own, so that its memory is its own. Ours is timed after
one small call that loads the compiled code; how long that takes, with code on disk and without, is
printed first. Peers get an undirected graph (the mean of both directions) because they know no
other; what they find is turned towards the root and costed in the directions given. Costs recorded
by others are in ../shared/data/bench; their times are theirs, from other runs.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

BENCH = Path(__file__).parents[2] / "shared" / "data" / "bench"
REPEATS = 5


class Case(NamedTuple):
    """A graph as arcs by tail, and what to join."""

    indptr: Any
    indices: Any
    cost: Any
    terminals: Any
    roots: Any
    towards_root: bool


def case_of(tail: Any, head: Any, cost: Any, ends: tuple[Any, Any], *, towards_root: bool) -> Case:
    """Sort arcs by their tails."""
    order = np.lexsort((head, tail))
    n = int(max(tail.max(), head.max())) + 1
    indptr = np.searchsorted(tail[order], np.arange(n + 1))
    return Case(indptr, head[order], cost[order], *map(np.asarray, ends), towards_root)


def sewer() -> Case:
    """800 buildings on the connection graph of pysewer's example; lifting is dear."""
    arcs = pd.read_csv(BENCH / "pysewer_graph" / "example_edges.csv")
    asked = json.loads((BENCH / "pysewer_graph" / "example.json").read_text())
    u, v, weight = (arcs[name].to_numpy() for name in ("u", "v", "weight"))
    return case_of(u, v, weight, (asked["terminals"], [asked["sink"]]), towards_root=True)


def heat() -> Case:
    """200 consumers, lengths of topotherm's example."""
    edges = pd.read_csv(BENCH / "topotherm_gdf" / "gdf_graph.csv")
    asked = json.loads((BENCH / "topotherm_gdf" / "gdf_meta.json").read_text())
    u, v, length = (edges[name].to_numpy() for name in ("u", "v", "length"))
    return case_of(
        np.concatenate([u, v]),
        np.concatenate([v, u]),
        np.concatenate([length, length]),
        (asked["consumers"], asked["sources"]),
        towards_root=False,
    )


def roads(n: int, terminals: int) -> Case:
    """Make streets: a spanning tree and a part of the other Delaunay edges; climbing is dearer."""
    rng = np.random.default_rng(1)
    xy = rng.uniform(0.0, 100.0 * np.sqrt(n), (n, 2))
    corners = Delaunay(xy).simplices.astype(np.int64)
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    a, b = np.unique(np.sort(sides, axis=1), axis=0).T
    length = np.hypot(*(xy[a] - xy[b]).T)
    tree = minimum_spanning_tree(coo_array((length, (a, b)), shape=(n, n)).tocsr()).tocoo()
    keep = np.isin(a * n + b, tree.row.astype(np.int64) * n + tree.col)
    keep |= (rng.random(len(a)) < 0.15) & (length < np.quantile(length, 0.9))
    a, b, length = a[keep], b[keep], length[keep]
    height = 30.0 * np.sin(xy[:, 0] / 4000.0) * np.cos(xy[:, 1] / 3000.0)
    rise = height[b] - height[a]
    chosen = rng.choice(n, terminals + 1, replace=False)
    return case_of(
        np.concatenate([a, b]),
        np.concatenate([b, a]),
        np.concatenate([length + 20.0 * rise.clip(0), length + 20.0 * (-rise).clip(0)]),
        (chosen[1:], chosen[:1]),
        towards_root=True,
    )


CASES = {
    "sewer": (sewer, {}),
    "heat": (heat, {"gap": 0.0}),
    "roads10k": (lambda: roads(10_000, 500), {}),
    "proof10k": (lambda: roads(10_000, 500), {"gap": 0.0}),
    "roads100k": (lambda: roads(100_000, 5_000), {}),
}
SLOW_FOR_KOU = {"roads10k", "proof10k", "roads100k"}
RECORDED = {
    "sewer": "pysewer 0.3.1 recorded: 153.22 s, 2,658,297.66 (rsph); 4.28 s, 2,659,127.56 (fast); "
    "its exact 18.75 s, 2,658,256.80",
    "heat": "topotherm 0.6 recorded: 5.5 s, 8,155.17 m built; plain tree 8,131.96 m",
}


def load_compiled() -> float:
    """Call once what will be timed; return the seconds."""
    from nngis.solvers.tree import steiner_tree  # noqa: PLC0415

    start = time.perf_counter()
    # Half sets of an odd cover: heuristic, ascent, cuts and whole arcs all run.
    heads, costs = [1, 2, 3, 4, 5, 5, 6, 4, 6], [1.0] * 3 + [0.0] * 6
    steiner_tree([0, 3, 5, 7, 9, 9, 9, 9], heads, costs, [4, 5, 6], [0], gap=0.0)
    return time.perf_counter() - start


def ours(case: Case, options: dict[str, float], repeats: int) -> dict[str, Any]:
    """Time steiner_tree."""
    from nngis.solvers.tree import steiner_tree  # noqa: PLC0415

    load_compiled()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = steiner_tree(*case[:5], towards_root=case.towards_root, **options)
        seconds.append(time.perf_counter() - start)
    return {"s": min(seconds), "cost": answer.cost, "gap": answer.gap, "status": answer.status}


def theirs(case: Case, method: str, repeats: int) -> dict[str, Any]:
    """Time networkx; the graph is built beforehand and not counted."""
    tail = np.repeat(np.arange(len(case.indptr) - 1), np.diff(case.indptr))
    arcs = dict(zip(zip(tail.tolist(), case.indices.tolist(), strict=True), case.cost, strict=True))
    graph = nx.Graph()
    for (u, v), cost in arcs.items():
        graph.add_edge(u, v, weight=(cost + arcs.get((v, u), cost)) / 2)
    root, ends = int(case.roots[0]), [*case.terminals.tolist(), *case.roots.tolist()]
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        tree = nx.algorithms.approximation.steiner_tree(graph, ends, method=method)
        seconds.append(time.perf_counter() - start)
    pairs = nx.bfs_edges(tree, root)
    turned = ((v, u) if case.towards_root else (u, v) for u, v in pairs)
    cost = sum(float(arcs.get(pair, np.inf)) for pair in turned)
    return {"s": min(seconds), "cost": cost, "gap": None, "status": "no bound"}


def measure(name: str, system: str) -> None:
    """Run one measurement in this process and print it as JSON."""
    make, options = CASES[name]
    case = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    repeats = REPEATS if name in {"sewer", "heat"} and system != "kou" else 2
    if system == "nngis":
        found = ours(case, options, repeats)
    else:
        found = theirs(case, system, 1 if system == "kou" else repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "mb": peak, "added_mb": peak - before}))


def child(*arguments: str, **environment: str) -> str:
    """Run this file again and return what it prints."""
    command = [sys.executable, __file__, *arguments]
    environ = {**os.environ, **environment}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout


def main() -> None:
    """Measure the cases named, or all, and print the table."""
    with tempfile.TemporaryDirectory() as empty:
        cold = float(child("--load", NUMBA_CACHE_DIR=empty))
        warm = float(child("--load", NUMBA_CACHE_DIR=empty))
    print(f"first call: {cold:.1f} s with nothing compiled, {warm:.2f} s with code on disk")
    header = ("case", "system", "cost", "gap", "s", "MB", "s: theirs / ours", "cost: theirs / ours")
    print("{:10} {:9} {:>14} {:>11} {:>9} {:>6} {:>17} {:>20}".format(*header))
    for name in sys.argv[1:] or CASES:
        our = json.loads(child("--one", name, "nngis"))
        methods = ("mehlhorn",) if name in SLOW_FOR_KOU else ("mehlhorn", "kou")
        peers = [(method, json.loads(child("--one", name, method))) for method in methods]
        for system, row in [("nngis", our), *peers]:
            gap = f"{row['gap']:.4%}" if row["gap"] is not None else row["status"]
            ratios = (
                (f"{row['s'] / our['s']:.1f}", f"{row['cost'] / our['cost']:.6f}")
                if row is not our
                else ("", row["status"])
            )
            print(
                f"{name:10} {system:9} {row['cost']:>14,.2f} {gap:>11} {row['s']:>9.4f} "
                f"{row['mb']:>6.0f} {ratios[0]:>17} {ratios[1]:>20}",
                flush=True,
            )
        if name in RECORDED:
            print(f"{'':10} {RECORDED[name]}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        print(load_compiled())
    elif sys.argv[1:2] == ["--one"]:
        measure(*sys.argv[2:4])
    else:
        main()
