"""The questions that the siting benchmark asks: published cases read, others made from a seed."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree, cKDTree

from nngis.solvers.site.site_links import SiteLinks, site_links_from_csr

BENCH = Path(__file__).parents[2] / "shared" / "data" / "bench"


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


def links_within(demand: np.ndarray, site: np.ndarray, radius: float) -> SiteLinks:
    """Link points no farther apart than a radius, 200,000 demands at a time."""
    tree = KDTree(site)
    parts = []
    for start in range(0, len(demand), 200_000):
        some = demand[start : start + 200_000]
        pairs = KDTree(some).sparse_distance_matrix(tree, radius, output_type="ndarray")
        at = pairs["j"].astype(np.int32), pairs["i"].astype(np.int32)
        part = sparse.csr_matrix((pairs["v"], at), shape=(len(site), len(some)))
        part.sort_indices()
        parts.append(part)
    found = sparse.hstack(parts, format="csr")
    return site_links_from_csr(
        found.indptr,
        found.indices,
        found.data,
        demand_ids=pd.RangeIndex(len(demand)),
        site_ids=pd.RangeIndex(len(site)),
    )


def spread_points(
    demands: int, sites: int, side: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw demands and sites on a square, and weights of 1 to 100.

    With 100 sites on a square of 30 this is the generator of J.-F. Cordeau, F. Furini and I.
    Ljubic, "Benders decomposition for very large scale partial set covering and maximal covering
    location problems", Eur. J. Oper. Res. 275 (2019).
    """
    rng = np.random.default_rng(seed)
    site, demand = rng.uniform(0, side, (sites, 2)), rng.uniform(0, side, (demands, 2))
    return demand, site, rng.integers(1, 101, demands).astype(float)


def dense_case(seed: int) -> tuple[SiteLinks, np.ndarray, int]:
    """Draw a case whose covers overlap much: sites, demands, radius and number by chance."""
    rng = np.random.default_rng(seed)
    demand, site, weights = spread_points(
        int(rng.integers(500, 2000)), int(rng.integers(100, 400)), 1.0, seed
    )
    return links_within(demand, site, rng.uniform(0.08, 0.2)), weights, int(rng.integers(8, 25))


def town_points(
    demands: int, sites: int, side: float, towns: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw demands and sites in towns and, one in four, between them; weights lognormal."""
    rng = np.random.default_rng(seed)
    centre, spread = rng.uniform(0, side, (towns, 2)), rng.uniform(1500, 8000, towns)
    share = rng.dirichlet(np.full(towns, 0.7))

    def points(count: int) -> np.ndarray:
        town = rng.choice(towns, count, p=share)
        at = centre[town] + rng.normal(size=(count, 2)) * spread[town, None]
        apart = rng.random(count) < 0.25
        at[apart] = rng.uniform(0, side, (int(apart.sum()), 2))
        return at

    return points(demands), points(sites), rng.lognormal(0, 1, demands)


def made_graph(size: int, p: int, seed: int) -> tuple[np.ndarray, int]:
    """Make a graph like those of the OR-Library: a random tree, then size^2 / 50 edges in all.

    Lengths are whole numbers from 1 to 100, every vertex is a demand and a site (J. E. Beasley,
    "A note on solving large p-median problems", Eur. J. Oper. Res. 21 (1985)).
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(size)
    tree = np.column_stack(
        [order[1:], order[(rng.random(size - 1) * np.arange(1, size)).astype(int)]]
    )
    edges = size * size // 50
    more = rng.integers(0, size, (edges - len(tree), 2))
    ends = np.vstack([tree, more[more[:, 0] != more[:, 1]]])
    long = rng.integers(1, 101, len(ends))
    last = {(min(a, b), max(a, b)): c for (a, b), c in zip(ends, long, strict=True)}
    at = np.array(list(last)).T
    graph = sparse.coo_matrix((np.array(list(last.values()), float), at), shape=(size, size))
    return dijkstra(graph.tocsr(), directed=False), p


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
