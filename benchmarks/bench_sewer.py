"""Sewer design: Manning's formula, published networks, pysewer's own example, a made town.

    python benchmarks/bench_sewer.py [manning | li_matthew | example | tree | layout | pysewer |
                                      programme | town [HOUSES]]

Several words run one after another, and without a word all do, each in a process of its own, so
that its memory is its own, after a small design that loads the compiled code. pysewer's times are
those recorded in an earlier run of pysewer 0.3.1. Its layout, taken from the same record, is
designed and priced by our own engine, for pysewer prices nothing.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import geopandas as gpd
import li_matthew
import numpy as np
import pandas as pd
import rasterio
import shapely

from nngis.grid import Grid
from nngis.plans.sewer.design import SewerDesign, design
from nngis.plans.sewer.design_parameters import DesignParameters
from nngis.plans.sewer.given_tree import lay_given_tree
from nngis.plans.sewer.joint import search_layouts
from nngis.plans.sewer.manning import capacity_l_s, flowing
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.prices import prices
from nngis.plans.sewer.priority import put_in_order
from nngis.plans.sewer.programme import plan_years
from nngis.plans.sewer.rounds import Case, Round, best_round, one_round
from nngis.solvers.tree import steiner_tree

BENCH = Path(__file__).parents[2] / "shared" / "data" / "bench"
EXAMPLE, GRAPH = BENCH / "pysewer_example", BENCH / "pysewer_graph"
CRS = "EPSG:32640"
REPEATS = 3
PROGRAMME_FIGURES = ("programme_people_years", "order_people_years", "bound_people_years")
RECORDED = "pysewer 0.3.1 recorded: 57.9 s (fast) and 209.8 s (better), 1.7 GB"


def best_of(work: Callable[[], object]) -> tuple[float, object]:
    seconds, answer = [], None
    for _ in range(REPEATS):
        start = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_example() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Grid, gpd.GeoDataFrame]:
    """Buildings, roads, ground and the plant of pysewer's notebook, from their files."""
    with rasterio.open(EXAMPLE / "dem_10m1.tif") as file:
        heights = file.read(1, masked=True).astype(float).filled(np.nan)
        grid = Grid(heights, file.transform.c, file.transform.f, file.transform.a)
    houses, roads = (
        gpd.read_file(EXAMPLE / f"{name}_projected.shp").set_crs(CRS, allow_override=True)
        for name in ("buildings", "roads")
    )
    houses.index = houses.index.astype(str)
    plant = gpd.GeoDataFrame(geometry=gpd.points_from_xy([690_500], [2_557_000]), crs=CRS)
    return houses, roads, grid, plant.set_index(pd.Index(["plant"]))


def town(houses: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Grid, gpd.GeoDataFrame]:
    """Make a town: crooked blocks of 120 m on rolling ground, houses on both sides of streets."""
    rng = np.random.default_rng(1)
    blocks, side, cell = int(np.sqrt(houses / 6)), 120.0, 30.0
    west, south, wide = 500_000.0, 2_500_000.0, int(np.sqrt(houses / 6)) * 120.0
    corner = np.stack(np.meshgrid(*[side * np.arange(blocks + 1)] * 2, indexing="ij"), axis=-1)
    corner += np.array([west, south]) + rng.uniform(-25, 25, corner.shape)
    start = np.concatenate([corner[:-1].reshape(-1, 2), corner[:, :-1].reshape(-1, 2)])
    end = np.concatenate([corner[1:].reshape(-1, 2), corner[:, 1:].reshape(-1, 2)])
    kept = rng.random(len(start)) < 0.85
    start, end = start[kept], end[kept]
    at, share = rng.integers(0, len(start), houses), rng.random(houses)[:, None]
    along = (end - start)[at]
    off = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.hypot(*along.T)[:, None]
    off *= (rng.uniform(8, 25, houses) * rng.choice([-1, 1], houses))[:, None]
    places = start[at] + share * along + off
    cells = int(wide / cell) + 20
    x = west - 200 + cell * (np.arange(cells) + 0.5)
    y = south + wide + 300 - cell * (np.arange(cells) + 0.5)
    x, y = np.meshgrid(x, y)
    height = 80 + 0.004 * (x - west) + 8 * np.sin(x / 900) * np.cos(y / 700)
    height += 2 * np.sin(x / 210 + 1) * np.sin(y / 260)
    crs = "EPSG:4545"
    plant = gpd.points_from_xy([west - 60], [south + wide / 2])
    return (
        gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T), crs=crs).rename(index=str),
        gpd.GeoDataFrame(geometry=shapely.linestrings(np.stack([start, end], axis=1)), crs=crs),
        Grid(height, west - 200, south + wide + 300, cell),
        gpd.GeoDataFrame(geometry=plant, crs=crs, index=["plant"]),
    )


def report(found: SewerDesign) -> str:
    figures, pipes = found.figures, found.pipes
    gravity = pipes[pipes["kind"] == "gravity"]
    onward = gravity.set_index("from_manhole")["diameter_mm"].reindex(gravity["to_manhole"])
    shrinking = int((onward.to_numpy() < gravity["diameter_mm"].to_numpy()).sum())
    houses_yuan = figures["connections_km"] * 1000 * float(prices().connection["laid_yuan_m"])
    return (
        f"{figures['gravity_km']:.1f} km gravity, {figures['rising_main_km']:.1f} km rising, "
        f"{figures['connections_km']:.1f} km to houses, {figures['lift_stations']:.0f} stations, "
        f"{figures['total_yuan'] / 1e6:.2f} M yuan, with connections "
        f"{(figures['total_yuan'] + houses_yuan) / 1e6:.2f} M; {len(gravity)} gravity pipes, "
        f"{int((gravity['slope'] <= 0).sum())} adverse, {shrinking} shrinking, "
        f"{figures['clauses_failed']:.0f} clauses failed, {figures['clauses_exempt']:.0f} exempt"
    )


def bench_manning() -> None:
    rng = np.random.default_rng(0)
    n = 1_000_000
    fill, slope = rng.uniform(0.01, 0.93, n), rng.uniform(0.0005, 0.1, n)
    diameter = rng.choice([300.0, 500.0, 1000.0], n)
    flow = capacity_l_s(diameter, slope, fill, 0.013)
    seconds, water = best_of(lambda: flowing(flow, diameter, slope, 0.013))
    off = float(np.abs(water.fill_ratio - fill).max())  # type: ignore[attr-defined]
    print(f"manning: 1 M part-full pipes {seconds:.2f} s, fill off by {off:.0e} at most")


def bench_li_matthew() -> None:
    given = li_matthew.read_pipes()
    for largest_m, words in ((1.0, "pipes to 1.00 m"), (2.4, "the whole series, to 12 m deep")):
        for case, published in li_matthew.PUBLISHED.items():
            limits = li_matthew.limits(largest_m)
            costs = li_matthew.costs(pumps=case == "with pumps")
            seconds, found = best_of(lambda: lay_given_tree(given, limits, costs))  # noqa: B023
            wrong, total = li_matthew.check_design(given, found.pipes)
            print(
                f"li_matthew, {words}, {case}: {total / 1e6:.4f} M yuan, published "
                f"{published / 1e6:.2f}, ratio {total / published:.3f}; bound "
                f"{found.bound_yuan / 1e6:.4f}, a finer grid gains "
                f"{1 - found.bound_yuan / total:.2%} at most; {int(found.pipes['lifted'].sum())} "
                f"pumps, {len(wrong)} limits broken in 79 pipes; {seconds:.2f} s with the bound"
            )


def bench_example() -> None:
    def files_to_tables() -> SewerDesign:
        return design(*read_example(), DesignParameters())

    start = time.perf_counter()
    files_to_tables()
    first = time.perf_counter() - start
    seconds, found = best_of(files_to_tables)
    print(
        f"example: files to tables {seconds:.2f} s ({first:.2f} s the first), {megabytes():.0f} MB"
    )
    print(f"  {report(found)}")  # type: ignore[arg-type]
    print(f"  {RECORDED}")


def bench_tree() -> None:
    arcs = pd.read_csv(GRAPH / "example_edges.csv").sort_values(["u", "v"], kind="stable")
    asked = json.loads((GRAPH / "example.json").read_text())
    nodes = int(arcs[["u", "v"]].to_numpy().max()) + 1
    indptr = np.searchsorted(arcs["u"], np.arange(nodes + 1))
    seconds, answer = best_of(
        lambda: steiner_tree(
            indptr,
            arcs["v"].to_numpy(),
            arcs["weight"].to_numpy(),
            asked["terminals"],
            [asked["sink"]],
            towards_root=True,
        )
    )
    print(f"tree: weight {answer.cost:,.2f} in {seconds:.3f} s; recorded ", end="")  # type: ignore[attr-defined]
    print(f"{asked['rsph']['weight']:,.2f} in {asked['rsph']['seconds']} s")


def bench_layout() -> None:
    """Design the tree of least length, the rounds of `design`, and a search around the best."""
    for name, given, moves in (
        ("pysewer's example", read_example(), 200),
        ("a town of 2,000 houses", town(2_000), 60),
    ):

        def compare(case: Case, moves: int = moves, name: str = name) -> tuple[Round, object]:
            start = time.perf_counter()
            least = one_round(case, np.stack([case.streets.length_m] * 2))
            after = [time.perf_counter()]
            rounds, prices_found = best_round(case)
            after.append(time.perf_counter())
            joint = search_layouts(case, rounds, prices_found, moves)
            after.append(time.perf_counter())
            seconds = np.diff([start, *after])
            least_m, rounds_m, joint_m = (one.cost_yuan / 1e6 for one in (least, rounds, joint))
            print(
                f"layout, {name}: tree of least length {least_m:.3f} M yuan ({seconds[0]:.1f} s), "
                f"rounds {rounds_m:.3f} M ({seconds[1]:.1f} s), {moves} moves more {joint_m:.3f} M "
                f"({seconds[2]:.1f} s): ratio {joint_m / least_m:.3f} to the tree of least length, "
                f"{joint_m / rounds_m:.3f} to the rounds"
            )
            return joint, prices_found

        with mock.patch("nngis.plans.sewer.design.best_round", compare):
            design(*given, DesignParameters())


def bench_pysewer() -> None:
    houses, _, grid, plant = read_example()
    edges = pd.read_csv(GRAPH / "example_edges.csv")
    tree = {
        frozenset(edge) for edge in json.loads((GRAPH / "example.json").read_text())["rsph"]["tree"]
    }
    used = [frozenset(edge) in tree for edge in zip(edges["u"], edges["v"], strict=True)]
    edges = edges[used].drop_duplicates("wkt")
    edges = edges[~edges[["u", "v"]].apply(frozenset, axis=1).duplicated()]
    public = edges[~edges["private_sewer"]]
    roads = gpd.GeoDataFrame(geometry=gpd.GeoSeries.from_wkt(public["wkt"]), crs=CRS)
    found = design(houses, roads, grid, plant, DesignParameters())
    print(f"pysewer's layout, our profile and prices: {report(found)}")


def bench_programme() -> None:
    found = design(*town(6_000), SewerParameters(layout_rounds=1))
    for km, spare in ((20.0, np.inf), (20.0, 3_000.0), (10.0, 3_000.0), (10.0, 1_000.0)):
        parameters = SewerParameters(build_km_per_year=km)
        room = pd.Series({"plant": spare})
        order = put_in_order(found.pipes, found.connections, room, parameters)
        given = (found.pipes, found.connections, room, order, parameters)
        seconds, made = best_of(lambda: plan_years(*given))  # noqa: B023
        ours, by_order, bound = (made.figures[name] for name in PROGRAMME_FIGURES)  # type: ignore[attr-defined]
        print(
            f"programme: {len(made.lots)} lots, {found.pipes['length_m'].sum() / 1000:.0f} km at "  # type: ignore[attr-defined]
            f"{km:.0f} km a year, {spare:,.0f} m3/d left: {ours:,.0f} people-years, street by "
            f"street {by_order:,.0f}, ratio {ours / by_order:.4f}, bound {bound:,.0f}, gap "
            f"{1 - ours / bound:.3%}; {seconds:.1f} s"
        )


def bench_town(houses: int) -> None:
    case = town(houses)
    start = time.perf_counter()
    found = design(*case, DesignParameters())
    print(f"town of {houses:,}: {time.perf_counter() - start:.1f} s, {megabytes():.0f} MB")
    print(f"  {report(found)}")


def main(words: list[str]) -> None:
    runs = {
        "manning": bench_manning,
        "li_matthew": bench_li_matthew,
        "example": bench_example,
        "tree": bench_tree,
        "layout": bench_layout,
        "pysewer": bench_pysewer,
    }
    several = len(words) > 1 and not words[1].isdigit()
    if several or not words:
        for word in words or (*runs, "programme", "town"):
            subprocess.run([sys.executable, __file__, word], check=True)
        return
    if words[0] == "programme":
        bench_programme()
        return
    if words[0] == "town":
        design(*town(60), DesignParameters(layout_rounds=1))
        bench_town(int(words[1]) if len(words) > 1 else 20_000)
        return
    needed = {"li_matthew": li_matthew.DATA, "manning": Path(__file__)}.get(words[0], EXAMPLE)
    if needed.exists():
        runs[words[0]]()
    else:
        print(f"{words[0]}: left out, {needed} is not there")


if __name__ == "__main__":
    main(sys.argv[1:])
