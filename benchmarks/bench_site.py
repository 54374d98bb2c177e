"""Siting solvers against their peers, in one run: covering, p-median, p-center, capacities.

    python benchmarks/bench_site.py [--spopt PYTHON] [--zebra SRC] [--only WORD]
                                     [--highs SECONDS] [--runs N] [--seconds SECONDS]

Published cases are read from ../shared/data/bench (`mclp_cities`, `mclp`, `pmed`); cases made here
have a fixed seed. Ours is the whole call, from the sparse matrix to the checked answer with its
table of sites; it is the best of N runs after a first one that loads the compiled code. Peers run
once: the same question written for HiGHS as a sparse matrix with equal demands merged ("sparse
HiGHS", stopped after --highs seconds, its building counted), and spopt with HiGHS from a dense cost
matrix, its building counted, in the interpreter PYTHON that has spopt and pulp. p-median-zebra is
the package of that name in the folder SRC (https://github.com/paulafernalia/p-median-zebra), with
its own building counted; it prints HiGHS's log. Each line shows wall time and, in brackets,
processor time, which other programs on the machine disturb less.
"""

import argparse
import csv
import time
from collections.abc import Callable, Iterator
from resource import RUSAGE_SELF, getrusage

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from site_cases import (
    BENCH,
    city_case,
    covered,
    covering_case,
    dense,
    dense_case,
    full_case,
    links_within,
    made_case,
    made_graph,
    published_graph,
    spread_points,
    town_points,
)
from site_peers import Options, Timed, cost_matrix, highs, spopt, zebra

from nngis.solvers.site.alternatives import alternatives
from nngis.solvers.site.answer import SiteAnswer
from nngis.solvers.site.capacity import solve_capacitated_mclp
from nngis.solvers.site.lscp import solve_lscp
from nngis.solvers.site.mclp import solve_backup_cover, solve_mclp
from nngis.solvers.site.p_center import solve_p_center
from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.rules import SiteRules

LIKE_PUBLISHED = [
    *((500, p) for p in (5, 10, 50, 100, 167)),
    *((600, p) for p in (5, 10, 60, 120, 200)),
    *((700, p) for p in (5, 10, 70, 140)),
    *((800, p) for p in (5, 10, 80)),
    *((900, p) for p in (5, 10, 90)),
]
"""Vertices and p of pmed21 to pmed40."""


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


def cities(options: Options) -> None:
    """Maximal covering on the published cities, the value of the record beside ours."""
    with (BENCH / "mclp_cities" / "published.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    print(
        "city      p   published  said    ours       bound      gap     s (cpu)  status"
        f"   | HiGHS, {options.seconds:g} s: value    bound      gap"
    )
    for row in rows:
        links, weights = city_case(row["city"], float(row["radius_m"]))
        p, record = int(row["p"]), float(row["published_covered"])
        cpu = time.process_time()
        answer = solve_mclp(links, weights, p, gap=0.0, time_limit_s=options.seconds)
        cpu = time.process_time() - cpu
        ours = covered(links, weights, answer.selected)
        peer = highs(links, weights[:, None], p, options.seconds)
        print(
            f"{row['city']:8}{p:>4}{record:12,.0f}  {row['said_optimal']:3} {ours - record:+8,.0f}"
            f"{answer.bound:12,.0f}  {answer.gap:.1e} {answer.seconds:6.1f} ({cpu:.1f})"
            f"  {answer.status:8}"
            f" | {peer.value - record:+12,.0f}{peer.bound:12,.0f}"
            f"  {(peer.bound - peer.value) / max(peer.value, 1.0):.1e}",
            flush=True,
        )


def small(options: Options) -> None:
    """S5: 5,000 demands, 500 sites, p = 30, 5 km."""
    links, weights, p = covering_case("S5")
    ours = best_of(lambda: solve_mclp(links, weights, p), options.runs)
    case = "S5: maximal covering 5,000 x 500, p 30, 5 km, gap 1e-4"
    line(case, ours, "sparse HiGHS", highs(links, weights[:, None], p, options.highs_s))
    cost = cost_matrix(links, 1e9)
    theirs = spopt(options, "mclp", cost=cost, w=weights, p=p, radius=5000.0)
    line(case, ours, "spopt + HiGHS", theirs)
    value = np.column_stack([weights, 0.5 * weights])
    ours = best_of(lambda: solve_backup_cover(links, weights, p), options.runs)
    line(
        "S5: backup cover, a second cover worth half",
        ours,
        "sparse HiGHS",
        highs(links, value, p, options.highs_s),
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
    line(
        f"{case}, gap 1e-4",
        ours,
        "sparse HiGHS",
        highs(links, weights[:, None], p, options.highs_s),
    )


def stalled(options: Options) -> None:
    """A made case on which HiGHS gets nowhere: towns, 5 km."""
    links, weights, p = made_case()
    case = "towns: maximal covering 50,000 x 2,000, p 100, 5 km"
    ours = best_of(lambda: solve_mclp(links, weights, p, gap=0.02, time_limit_s=10), options.runs)
    line(
        f"{case}, gap 2e-2",
        ours,
        "sparse HiGHS",
        highs(links, weights[:, None], p, options.highs_s),
    )


def fewest(options: Options) -> None:
    """Full cover of S5 and L2."""
    for name, radius in (("S5", 5000.0), ("L2", 2000.0)):
        links, weights, _ = covering_case(name)
        reached = np.unique(links.demand_at)
        ours = best_of(lambda links=links: solve_lscp(links), options.runs)
        case = f"{name}: fewest sites that cover all that can be covered"
        line(case, ours, "sparse HiGHS", highs(links, weights[:, None], None, options.highs_s))
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


def zebra_beside(options: Options) -> None:
    """p-median on a graph of 100 vertices beside p-median-zebra, where its source was given."""
    distance, p = made_graph(100, 10, 0)
    links, ones = dense(distance), np.ones(len(distance))
    ours = best_of(lambda: solve_p_median(links, ones, p, gap=0.0), options.runs)
    line("made graph, 100 vertices, p 10", ours, "p-median-zebra", zebra(options, distance, p))


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


def size(_: Options) -> None:
    """Many demands: built from points, answered, and checked against the points."""
    million = 1_000_000
    asked = (
        ("30 x 30, 10 M x 100", spread_points, (10 * million, 100, 30, 1), 5.5, 10, 0.0),
        ("30 x 30, 10 M x 100", spread_points, (10 * million, 100, 30, 2), 4.25, 15, 0.0),
        ("30 x 30, 10 M x 100", spread_points, (10 * million, 100, 30, 3), 3.25, 20, 0.0),
        ("spread, 1 M x 5,000", spread_points, (million, 5000, 200_000, 7), 11_800, 50, 0.01),
        ("towns, 1 M x 5,000", town_points, (million, 5000, 200_000, 300, 7), 9500, 100, 0.01),
    )
    for case, points, how, radius, p, gap in asked:
        demand, site, weights = points(*how)
        wall, cpu = time.perf_counter(), time.process_time()
        links = links_within(demand, site, radius)
        built = time.perf_counter() - wall
        answer = solve_mclp(links, weights, p, gap=gap, time_limit_s=110.0 - built)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        is_open = links.site_ids.isin(list(answer.selected))
        near = KDTree(site[is_open]).query(demand, distance_upper_bound=radius * 1.01)[0] <= radius
        says = (
            f"{links.demand_at.size:,} links in {built:.1f} s, {answer.objective:,.0f} (by the "
            f"points {weights[near].sum():,.0f}), gap {answer.gap:.1e}, {answer.status}"
        )
        line(f"{case}, p {p}, radius {radius:,g}", Timed(wall, cpu, says))


def anytime(_: Options) -> None:
    """Fifty dense cases, 1, 2, 4 and 8 s each: what more time gives, and how limits hold."""
    worse, over, proved, better = [], 0.0, 0, 0
    wall, cpu = time.perf_counter(), time.process_time()
    solve_mclp(*dense_case(50), gap=0.0, time_limit_s=8.0)  # compiles
    for seed in range(50):
        links, weights, p = dense_case(seed)
        reached, bounds = [], []
        for limit_s in (1.0, 2.0, 4.0, 8.0):
            began = time.perf_counter()
            answer = solve_mclp(links, weights, p, gap=0.0, time_limit_s=limit_s)
            over = max(over, time.perf_counter() - began - limit_s)
            reached.append(covered(links, weights, answer.selected))
            bounds.append(answer.bound)
        if reached != sorted(reached) or bounds != sorted(bounds, reverse=True):
            worse.append((seed, reached, bounds))
        proved += answer.gap == 0.0
        better += reached[-1] > reached[0]
    says = (
        f"worse with more time: {worse or 'none'}; better after 8 s than after 1 s: {better}; "
        f"proved in 8 s: {proved} of 50; longest beyond its limit {over:.2f} s"
    )
    line("fifty dense cases", Timed(time.perf_counter() - wall, time.process_time() - cpu, says))


def graphs(_: Options) -> None:
    """p-median on graphs made as pmed21 to pmed40 are, each with its number of vertices and p."""
    total = total_cpu = worst = 0.0
    open_still = []
    for number in range(21, 41):
        vertices, p = LIKE_PUBLISHED[number - 21]
        distance, p = made_graph(vertices, p, number)
        wall, cpu = time.perf_counter(), time.process_time()
        answer = solve_p_median(dense(distance), np.ones(vertices), p, gap=0.0)
        total += time.perf_counter() - wall
        total_cpu += time.process_time() - cpu
        worst = max(worst, answer.gap)
        is_open = [int(one[1:]) for one in answer.selected]
        if distance[is_open].min(axis=0).sum() != answer.objective or answer.gap > 0:
            open_still.append(number)
    says = f"not proved or not confirmed: {open_still or 'none'}, largest gap {worst:.2e}"
    line("graphs like pmed21-40, p-median", Timed(total, total_cpu, says))


CASES: dict[str, Callable[[Options], None]] = {
    "cities": cities,
    "size": size,
    "anytime": anytime,
    "graphs": graphs,
    "zebra": zebra_beside,
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
    parser.add_argument("--zebra", metavar="SRC", help="folder of p-median-zebra's package")
    parser.add_argument("--only", choices=sorted(CASES))
    parser.add_argument("--highs", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="time allowed for each city")
    asked = parser.parse_args()
    if not BENCH.is_dir():
        raise SystemExit("the published cases are looked for in ../shared/data/bench")
    for case in chosen(asked.only):
        case(Options(asked.spopt, asked.highs, asked.runs, asked.seconds, asked.zebra))


if __name__ == "__main__":
    main()
