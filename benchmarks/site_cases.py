"""The questions that the siting benchmark asks: published cases read, others made from a seed."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

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
