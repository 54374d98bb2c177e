"""What the siting benchmark holds ours against: HiGHS with a sparse matrix, and spopt."""

import importlib
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import highspy
import networkx as nx
import numpy as np
from scipy import sparse

from nngis.solvers.site.site_links import SiteLinks

SPOPT = """
import json, sys, time
import numpy as np, pulp
from spopt.locate import LSCP, MCLP, PCenter, PMedian
case = np.load(sys.argv[2])
solver = pulp.HiGHS(msg=False)
wall, cpu = time.perf_counter(), time.process_time()
cost = case["cost"]
if sys.argv[1] == "mclp":
    radius, p = float(case["radius"]), int(case["p"])
    model = MCLP.from_cost_matrix(cost, case["w"], radius, p_facilities=p)
elif sys.argv[1] == "lscp":
    model = LSCP.from_cost_matrix(cost, float(case["radius"]))
elif sys.argv[1] == "pmedian":
    model = PMedian.from_cost_matrix(cost, case["w"], p_facilities=int(case["p"]))
else:
    model = PCenter.from_cost_matrix(cost, p_facilities=int(case["p"]))
built = time.perf_counter() - wall
model = model.solve(solver, results=False)
print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
                  "built": built, "objective": float(pulp.value(model.problem.objective))}))
"""


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    spopt: str | None
    highs_s: float
    runs: int
    seconds: float
    zebra: str | None = None


@dataclass(frozen=True)
class Timed:
    """An answer and how long it took."""

    wall_s: float
    cpu_s: float
    says: str
    value: float = float("nan")
    bound: float = float("nan")

    def __str__(self) -> str:
        return f"{self.wall_s:8.3f} s ({self.cpu_s:.3f} s) {self.says}"


def spopt(options: Options, kind: str, **case: np.ndarray | float) -> Timed | None:
    """Ask spopt the same in its own interpreter."""
    if options.spopt is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.npz"
        np.savez(path, **case)
        told = subprocess.run(
            [options.spopt, "-W", "ignore", "-c", SPOPT, kind, str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(told.stdout.splitlines()[-1])
    says = f"{found['objective']:,.3f}, {found['built']:.1f} s of it building"
    return Timed(found["wall"], found["cpu"], says)


def zebra(options: Options, distance: np.ndarray, p: int) -> Timed | None:
    """Ask p-median-zebra the same: a complete graph, its threshold model in HiGHS."""
    if options.zebra is None:
        return None
    sys.path.insert(0, options.zebra)
    solver = importlib.import_module("p_median_zebra.solver")
    graph = nx.complete_graph(len(distance))
    nx.set_edge_attributes(graph, {(i, j): float(distance[i, j]) for i, j in graph.edges}, "d")
    wall, cpu = time.perf_counter(), time.process_time()
    depots = solver.solve_p_median(graph, p)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Timed(wall, cpu, f"{distance[depots].min(axis=0).sum():,.3f}")


def cost_matrix(links: SiteLinks, far: float) -> np.ndarray:
    """Dense distances of demands to sites, far where there is no link."""
    cost = np.full((len(links.demand_ids), len(links.site_ids)), far)
    cost[links.demand_at, links.site_at] = links.distance_m
    return cost


def highs(links: SiteLinks, value: np.ndarray, p: int | None, seconds: float) -> Timed:
    """Write a covering question for HiGHS as a sparse matrix, equal demands merged."""
    wall, cpu = time.perf_counter(), time.process_time()
    covers = sparse.csr_matrix(
        (np.ones(links.demand_at.size), links.demand_at, links.start),
        shape=(len(links.site_ids), len(links.demand_ids)),
    ).T.tocsr()
    mix = np.random.default_rng(0).random(covers.shape[1])
    some = np.diff(covers.indptr) > 0
    _, first, label = np.unique((covers @ mix)[some], return_index=True, return_inverse=True)
    rows = covers[some][first]
    n, m = rows.shape
    levels = value.shape[1]
    gain = np.column_stack([np.bincount(label, one[some]) for one in value.T]).ravel()
    model = highspy.HighsLp()
    if p is None:
        matrix, low = rows, np.ones(n)
        high = np.full(n, highspy.kHighsInf)
        cost, kinds = np.ones(m), [highspy.HighsVarType.kInteger] * m
    else:
        wins = sparse.kron(sparse.eye_array(n), -np.ones((1, levels)))
        count = sparse.csr_matrix(np.r_[np.ones(m), np.zeros(n * levels)])
        matrix = sparse.vstack([sparse.hstack([rows, wins]), count]).tocsr()
        low = np.r_[np.zeros(n), -highspy.kHighsInf]
        high = np.r_[np.full(n, highspy.kHighsInf), float(p)]
        cost = np.r_[np.zeros(m), -gain]
        kinds = [highspy.HighsVarType.kInteger] * m
        kinds += [highspy.HighsVarType.kContinuous] * (n * levels)
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = cost
    model.col_lower_, model.col_upper_ = np.zeros(cost.size), np.ones(cost.size)
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    model.integrality_ = kinds
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    found, bound = abs(info.objective_function_value), abs(info.mip_dual_bound)
    status = solver.modelStatusToString(solver.getModelStatus())
    says = f"{found:,.3f}, bound {bound:,.3f}, gap {info.mip_gap:.2e}, {status}"
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Timed(wall, cpu, says, found, bound)
