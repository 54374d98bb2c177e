"""Siting solvers against their peers, in one run: covering, p-median, p-center, capacities.

    python benchmarks/bench_site.py [--spopt PYTHON] [--only WORD] [--highs SECONDS] [--runs N]
                                     [--seconds SECONDS]

Published cases are read from ../shared/data/bench (`mclp_cities`, `mclp`, `pmed`); cases made here
have a fixed seed. Ours is the whole call, from the sparse matrix to the checked answer with its
table of sites; it is the best of N runs after a first one that loads the compiled code. Peers run
once: the same question written for HiGHS as a sparse matrix with equal demands merged ("sparse
HiGHS", stopped after --highs seconds, its building counted), and spopt with HiGHS from a dense cost
matrix, its building counted, in the interpreter PYTHON that has spopt and pulp. Each line shows
wall time and, in brackets, processor time, which other programs on the machine disturb less.
"""

import argparse
import csv
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import highspy
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from nngis.solvers.site.alternatives import alternatives
from nngis.solvers.site.answer import SiteAnswer
from nngis.solvers.site.capacity import solve_capacitated_mclp
from nngis.solvers.site.lscp import solve_lscp
from nngis.solvers.site.mclp import solve_backup_cover, solve_mclp
from nngis.solvers.site.p_center import solve_p_center
from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.rules import SiteRules
from nngis.solvers.site.site_links import SiteLinks, site_links_from_csr

BENCH = Path(__file__).parents[2] / "shared" / "data" / "bench"
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


@dataclass(frozen=True)
class Timed:
    """An answer and how long it took."""

    wall_s: float
    cpu_s: float
    says: str

    def __str__(self) -> str:
        return f"{self.wall_s:8.3f} s ({self.cpu_s:.3f} s) {self.says}"


def line(case: str, ours: Timed, peer: str = "", theirs: Timed | None = None) -> None:
    """Print one comparison."""
    print(f"{case}\n  ours           {ours}")
    if theirs is not None:
        ratio, cpu = theirs.wall_s / ours.wall_s, theirs.cpu_s / max(ours.cpu_s, 1e-9)
        print(f"  {peer:14} {theirs}\n  peer / ours    {ratio:.1f} (processor {cpu:.1f})")
    print(f"  peak memory so far {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", flush=True)


def best_of(ask: Callable[[], SiteAnswer], runs: int) -> Timed:
    """Best time of several runs after a first one."""
    answer = ask()
    taken = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = ask()
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    says = (
        f"{answer.objective:,.3f}, bound {answer.bound:,.3f}, gap {answer.gap:.2e}, {answer.status}"
    )
    return Timed(min(taken)[0], min(one[1] for one in taken), says)


def ids(count: int, letter: str) -> pd.Index:
    """Text ids."""
    return pd.Index(np.char.add(letter, np.arange(count).astype(str)))


def covering_case(name: str) -> tuple[SiteLinks, np.ndarray, int]:
    """Read a published covering case."""
    case = np.load(BENCH / "mclp" / f"mclp_{name}.npz")
    links = site_links_from_csr(
        case["op"],
        case["oi"],
        case["od"],
        demand_ids=ids(int(case["nd"]), "d"),
        site_ids=ids(int(case["nc"]), "s"),
    )
    return links, case["w"], int(case["p"])


def made_case() -> tuple[SiteLinks, np.ndarray, int]:
    """50,000 demands and 2,000 sites in and about 60 towns, as dense as the published case is."""
    rng = np.random.default_rng(7)
    centre, spread = rng.normal(0, 22_000, (60, 2)), rng.uniform(2500, 9000, 60)
    share = rng.dirichlet(np.full(60, 0.7))

    def points(count: int) -> np.ndarray:
        town = rng.choice(60, count, p=share)
        at = centre[town] + rng.normal(size=(count, 2)) * spread[town, None]
        apart = rng.random(count) < 0.25
        at[apart] = rng.uniform(-60_000, 60_000, (int(apart.sum()), 2))
        return at

    demand = points(50_000)
    site = np.vstack([points(1500) * 1.2, rng.uniform(-60_000, 60_000, (500, 2))])
    weight = rng.lognormal(0, 1.5, 50_000)
    # Roads are a quarter longer than straight lines here.
    found = cKDTree(site).sparse_distance_matrix(cKDTree(demand), 4000.0).tocsr()
    links = site_links_from_csr(
        found.indptr,
        found.indices,
        found.data * 1.25,
        demand_ids=ids(50_000, "d"),
        site_ids=ids(2000, "s"),
    )
    return links, weight * 8.9e6 / weight.sum(), 100


def full_case(demands: int, sites: int) -> tuple[SiteLinks, np.ndarray, np.ndarray]:
    """All distances between demands and sites in 25 towns on a square of 40 km."""
    rng = np.random.default_rng(20)
    centre, spread = rng.uniform(0, 40_000, (25, 2)), rng.uniform(800, 4000, 25)

    def points(count: int) -> np.ndarray:
        town = rng.integers(0, 25, count)
        at = centre[town] + rng.normal(size=(count, 2)) * spread[town, None]
        apart = rng.random(count) < 0.3
        at[apart] = rng.uniform(0, 40_000, (int(apart.sum()), 2))
        return at

    of, at = points(demands), points(sites)
    distance = np.hypot(*(at[:, None] - of[None]).transpose(2, 0, 1))
    return dense(distance), rng.lognormal(0, 1, demands), distance


def dense(distance: np.ndarray) -> SiteLinks:
    """Links of a whole matrix, a row for each site."""
    sites, demands = distance.shape
    return site_links_from_csr(
        np.arange(sites + 1) * demands,
        np.tile(np.arange(demands), sites),
        distance.ravel(),
        demand_ids=ids(demands, "d"),
        site_ids=ids(sites, "s"),
    )


def published_graph(number: int) -> tuple[np.ndarray, int]:
    """Distances and p of an OR-Library case; where an edge is listed twice the last line counts."""
    text = (BENCH / "pmed" / f"pmed{number}.txt").read_text()
    rows = [list(map(int, one.split())) for one in text.splitlines() if one.strip()]
    size, _, p = rows[0]
    last = {(min(a, b) - 1, max(a, b) - 1): float(c) for a, b, c in rows[1:]}
    ends = np.array(list(last))
    graph = sparse.coo_matrix((list(last.values()), ends.T), shape=(size, size)).tocsr()
    return dijkstra(graph, directed=False), p


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


def cost_matrix(links: SiteLinks, far: float) -> np.ndarray:
    """Dense distances of demands to sites, far where there is no link."""
    cost = np.full((len(links.demand_ids), len(links.site_ids)), far)
    cost[links.demand_at, links.site_at] = links.distance_m
    return cost


def highs(links: SiteLinks, value: np.ndarray, p: int | None, options: Options) -> Timed:
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
    solver.setOptionValue("time_limit", options.highs_s)
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    says = (
        f"{abs(info.objective_function_value):,.3f}, bound {abs(info.mip_dual_bound):,.3f}, "
        f"gap {info.mip_gap:.2e}, {solver.modelStatusToString(solver.getModelStatus())}"
    )
    return Timed(time.perf_counter() - wall, time.process_time() - cpu, says)


def city_case(name: str, radius_m: float) -> tuple[SiteLinks, np.ndarray]:
    """Read a city: every point is a demand and a site; distances as the authors round them."""
    table = pd.read_csv(BENCH / "mclp_cities" / f"{name}.csv")
    lat, lon = np.radians(table["lat"].to_numpy()), np.radians(table["lon"].to_numpy())
    cosine = np.sin(lat) * np.sin(lat[:, None])
    cosine += np.cos(lat) * np.cos(lat[:, None]) * np.cos(lon - lon[:, None])
    angle = np.arccos(np.clip(cosine, -1.0, 1.0)).astype(np.float32)
    distance = angle.astype(np.float64) * 6_378_100.0
    np.fill_diagonal(distance, 0.0)
    site, demand = np.nonzero(distance <= radius_m)
    links = site_links_from_csr(
        np.r_[0, np.cumsum(np.bincount(site, minlength=len(table)))],
        demand,
        distance[site, demand],
        demand_ids=ids(len(table), "d"),
        site_ids=ids(len(table), "s"),
    )
    return links, table["demand"].to_numpy(np.float64)


def covered(links: SiteLinks, weights: np.ndarray, selected: tuple[str, ...]) -> float:
    """Add up the demand within reach of a selection, from the links alone."""
    reached = {
        int(i)
        for j in selected
        for i in links.demand_at[
            links.start[links.site_ids.get_loc(j)] : links.start[links.site_ids.get_loc(j) + 1]
        ]
    }
    return float(sum(weights[i] for i in reached))


def cities(options: Options) -> None:
    """Maximal covering on the published cities, the value of the record beside ours."""
    with (BENCH / "mclp_cities" / "published.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    print("city      p   published  said       ours       bound      gap     s (cpu)  status")
    for row in rows:
        links, weights = city_case(row["city"], float(row["radius_m"]))
        wall, cpu = time.perf_counter(), time.process_time()
        answer = solve_mclp(links, weights, int(row["p"]), gap=0.0, time_limit_s=options.seconds)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        ours, record = covered(links, weights, answer.selected), float(row["published_covered"])
        print(
            f"{row['city']:8}{row['p']:>4}{record:12,.0f}  {row['said_optimal']:3}{ours:12,.0f}"
            f" {ours - record:+7,.0f}{answer.bound:12,.0f}  {answer.gap:.1e} {wall:6.1f}"
            f" ({cpu:.1f})  {answer.status}",
            flush=True,
        )


def small(options: Options) -> None:
    """S5: 5,000 demands, 500 sites, p = 30, 5 km."""
    links, weights, p = covering_case("S5")
    ours = best_of(lambda: solve_mclp(links, weights, p), options.runs)
    case = "S5: maximal covering 5,000 x 500, p 30, 5 km, gap 1e-4"
    line(case, ours, "sparse HiGHS", highs(links, weights[:, None], p, options))
    cost = cost_matrix(links, 1e9)
    theirs = spopt(options, "mclp", cost=cost, w=weights, p=p, radius=5000.0)
    line(case, ours, "spopt + HiGHS", theirs)
    value = np.column_stack([weights, 0.5 * weights])
    ours = best_of(lambda: solve_backup_cover(links, weights, p), options.runs)
    line(
        "S5: backup cover, a second cover worth half",
        ours,
        "sparse HiGHS",
        highs(links, value, p, options),
    )
    cost_of = pd.Series(np.random.default_rng(3).uniform(1, 3, 500), links.site_ids)
    ours = best_of(lambda: solve_mclp(links, weights, cost=cost_of, budget=50.0), options.runs)
    line("S5: budget 50, sites cost 1 to 3", ours)


def large(options: Options) -> None:
    """L2: 50,000 demands, 2,000 sites, p = 100, 2 km."""
    links, weights, p = covering_case("L2")
    case = "L2: maximal covering 50,000 x 2,000, p 100, 2 km"
    ours = best_of(lambda: solve_mclp(links, weights, p, gap=5e-3), options.runs)
    line(f"{case}, gap 5e-3", ours)
    ours = best_of(lambda: solve_mclp(links, weights, p), options.runs)
    line(f"{case}, gap 1e-4", ours, "sparse HiGHS", highs(links, weights[:, None], p, options))


def stalled(options: Options) -> None:
    """A made case on which HiGHS gets nowhere: towns, 5 km."""
    links, weights, p = made_case()
    case = "towns: maximal covering 50,000 x 2,000, p 100, 5 km"
    ours = best_of(lambda: solve_mclp(links, weights, p, gap=0.02, time_limit_s=10), options.runs)
    line(f"{case}, gap 2e-2", ours, "sparse HiGHS", highs(links, weights[:, None], p, options))


def fewest(options: Options) -> None:
    """Full cover of S5 and L2."""
    for name, radius in (("S5", 5000.0), ("L2", 2000.0)):
        links, weights, _ = covering_case(name)
        reached = np.unique(links.demand_at)
        ours = best_of(lambda links=links: solve_lscp(links), options.runs)
        case = f"{name}: fewest sites that cover all that can be covered"
        line(case, ours, "sparse HiGHS", highs(links, weights[:, None], None, options))
        if name == "S5":
            cost = cost_matrix(links, 1e9)[reached]
            line(case, ours, "spopt + HiGHS", spopt(options, "lscp", cost=cost, radius=radius))


def median(options: Options) -> None:
    """p-median with all distances."""
    links, weights, _ = full_case(5000, 500)
    ours = best_of(
        lambda: solve_p_median(links, weights, 30, gap=2e-3, time_limit_s=15), options.runs
    )
    line("p-median 5,000 x 500, p 30, all distances, gap 2e-3", ours)
    ours = best_of(lambda: solve_p_median(links, weights, 30, time_limit_s=15), 1)
    line("the same, gap 1e-4 asked", ours)
    links, weights, distance = full_case(1000, 100)
    ours = best_of(lambda: solve_p_median(links, weights, 10), options.runs)
    line(
        "p-median 1,000 x 100, p 10, gap 1e-4",
        ours,
        "spopt + HiGHS",
        spopt(options, "pmedian", cost=distance.T, w=weights, p=10),
    )


def published(options: Options) -> None:
    """OR-Library pmed 1 to 20, p-median and p-center."""
    with (BENCH / "pmed" / "optima.csv").open(encoding="utf-8") as file:
        known = {row["instance"]: row for row in csv.DictReader(file)}
    for name, column in (("p-median", "p_median_optimum"), ("p-center", "p_center_optimum")):
        total = total_cpu = worst = 0.0
        missed = []
        for number in range(1, 21):
            distance, p = published_graph(number)
            links = dense(distance)
            wall, cpu = time.perf_counter(), time.process_time()
            if name == "p-median":
                answer = solve_p_median(links, np.ones(len(distance)), p)
            else:
                answer = solve_p_center(links, p)
            total += time.perf_counter() - wall
            total_cpu += time.process_time() - cpu
            worst = max(worst, answer.gap)
            if answer.objective != float(known[f"pmed{number}"][column]):
                missed.append(number)
        says = f"optimum missed on {missed or 'none'}, largest gap {worst:.2e}"
        line(f"OR-Library pmed1-20, {name}", Timed(total, total_cpu, says))
    distance, p = published_graph(5)
    links, ones = dense(distance), np.ones(len(distance))
    ours = best_of(lambda: solve_p_median(links, ones, p), options.runs)
    line(
        "pmed5, p-median",
        ours,
        "spopt + HiGHS",
        spopt(options, "pmedian", cost=distance, w=ones, p=p),
    )
    ours = best_of(lambda: solve_p_center(links, p), options.runs)
    line("pmed5, p-center", ours, "spopt + HiGHS", spopt(options, "pcenter", cost=distance, p=p))


def capacities(_: Options) -> None:
    """S5 with capacities, and the alternatives of S5."""
    links, weights, p = covering_case("S5")
    room = pd.Series(np.random.default_rng(5).uniform(5e4, 4e5, 500), links.site_ids)
    ours = best_of(lambda: solve_capacitated_mclp(links, weights, room, p, time_limit_s=30), 1)
    line("S5: covering with capacities, 30 s allowed", ours)

    def ask(rules: SiteRules) -> SiteAnswer:
        return solve_mclp(links, weights, p, rules=rules, gap=1e-3)

    wall, cpu = time.perf_counter(), time.process_time()
    found = alternatives(ask(SiteRules()), ask, 5, new_sites=3)
    says = f"{len(found.plans)} plans, {int(found.sites['is_core'].sum())} core sites"
    took = Timed(time.perf_counter() - wall, time.process_time() - cpu, says)
    line("S5: five plans and thirty refusals, gap 1e-3", took)


CASES: dict[str, Callable[[Options], None]] = {
    "cities": cities,
    "small": small,
    "large": large,
    "stalled": stalled,
    "fewest": fewest,
    "median": median,
    "published": published,
    "capacities": capacities,
}


def chosen(word: str | None) -> Iterator[Callable[[Options], None]]:
    """The cases asked for."""
    for name, case in CASES.items():
        if word in (None, name):
            yield case


def main() -> None:
    """Run the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spopt", metavar="PYTHON", help="interpreter with spopt and pulp")
    parser.add_argument("--only", choices=sorted(CASES))
    parser.add_argument("--highs", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="time allowed for each city")
    asked = parser.parse_args()
    if not BENCH.is_dir():
        raise SystemExit("the published cases are looked for in ../shared/data/bench")
    for case in chosen(asked.only):
        case(Options(asked.spopt, asked.highs, asked.runs, asked.seconds))


if __name__ == "__main__":
    main()
