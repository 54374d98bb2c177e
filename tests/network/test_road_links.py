"""Reach by road, against networkx on a graph into which the points are cut, and by its laws."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nngis.errors import LayerError, ParameterError
from nngis.network.geodesic_links import geodesic_links
from nngis.network.graph import graph_from_arrays, graph_from_lines, snap
from nngis.network.paths import paths
from nngis.network.road_links import nearest_facility, nearest_of_nodes, network
from nngis.solvers.links import nearest

CRS = "EPSG:4545"
X, Y = 500_000, 2_500_000


def layer(places, prefix, crs=CRS):
    """Points given by coordinates counted from (X, Y)."""
    x, y = np.array(places, float).reshape(-1, 2).T
    return gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(X + x, Y + y),
        index=pd.Index([f"{prefix}{at}" for at in range(len(places))], dtype=str),
        crs=crs,
    )


def street(oneway=0, **times):
    """A street of 1 km eastwards from (X, Y)."""
    return graph_from_arrays(
        [X, X + 1000], [Y, Y], [0], [1], [1000], crs=CRS, oneway=[oneway], **times
    ).graph


def pairs(links, column="distance_m"):
    """Links as a dict."""
    ids = zip(links["demand_id"], links["facility_id"], strict=True)
    return dict(zip(ids, links[column], strict=True))


# -- by hand ------------------------------------------------------------------------------------


def test_a_distance_is_leg_and_way_and_leg():
    found = network(
        street(), layer([(200, 30)], "d"), layer([(900, -20)], "f"), limit_m=5000, max_snap_m=50
    )
    assert pairs(found.links) == {("d0", "f0"): pytest.approx(30 + 700 + 20)}
    assert found.links.columns.tolist() == ["demand_id", "facility_id", "distance_m"]
    assert found.left_out.empty


@pytest.mark.parametrize(
    ("oneway", "direction", "linked"),
    [
        (1, "to_facility", True),
        (1, "from_facility", False),
        (-1, "to_facility", False),
        (-1, "from_facility", True),
    ],
)
def test_on_one_road_piece_the_one_way_sign_decides(oneway, direction, linked):
    found = network(
        street(oneway),
        layer([(200, 0)], "d"),
        layer([(900, 0)], "f"),
        limit_m=5000,
        max_snap_m=1,
        direction=direction,
    )
    assert len(found.links) == linked
    assert found.left_out.empty


def test_behind_a_one_way_point_one_drives_around_the_block():
    corner = [(0, 0), (100, 0), (100, 100), (0, 100)]
    x, y = np.array(corner).T
    graph, _ = graph_from_arrays(
        X + x, Y + y, [0, 1, 2, 3], [1, 2, 3, 0], [100] * 4, crs=CRS, oneway=[1] * 4
    )
    found = network(graph, layer([(60, 0)], "d"), layer([(20, 0)], "f"), limit_m=999, max_snap_m=1)
    assert pairs(found.links) == {("d0", "f0"): pytest.approx(360)}


def test_at_one_place_the_distance_is_nought_whatever_the_sign():
    found = network(
        street(1), layer([(300, 0)], "d"), layer([(300, 0)], "f"), limit_m=0, max_snap_m=1
    )
    assert pairs(found.links) == {("d0", "f0"): 0.0}


def test_the_limit_is_included_and_counts_the_legs():
    graph, demand, stop = street(), layer([(200, 30)], "d"), layer([(900, 20)], "f")
    assert len(network(graph, demand, stop, limit_m=750, max_snap_m=50).links) == 1
    assert len(network(graph, demand, stop, limit_m=749.9, max_snap_m=50).links) == 0


def test_times_count_both_directions_and_the_legs():
    graph = street(time_s=[100], back_time_s=[200])
    demand, stop = layer([(200, 30)], "d"), layer([(900, 0)], "f")
    there = network(graph, demand, stop, limit_s=500, max_snap_m=50, access_km_h=3.6)
    back = network(
        graph, demand, stop, limit_s=500, max_snap_m=50, access_km_h=3.6, direction="from_facility"
    )
    assert pairs(there.links, "time_s") == {("d0", "f0"): pytest.approx(30 + 70)}
    assert pairs(back.links, "time_s") == {("d0", "f0"): pytest.approx(30 + 140)}
    assert pairs(there.links) == pairs(back.links) == {("d0", "f0"): pytest.approx(730)}


def test_the_quickest_way_tells_its_own_length():
    """A short slow street, and a long fast road around it."""
    graph, _ = graph_from_arrays(
        [X, X + 1000, X + 500],
        [Y, Y, Y + 900],
        [0, 0, 2],
        [1, 2, 1],
        [1000, 1100, 1100],
        crs=CRS,
        time_s=[300, 50, 50],
    )
    demand, stop = layer([(0, 0)], "d"), layer([(1000, 0)], "f")
    quick = network(graph, demand, stop, limit_s=999, max_snap_m=1)
    assert (pairs(quick.links, "time_s"), pairs(quick.links)) == (
        {("d0", "f0"): 100.0},
        {("d0", "f0"): 2200.0},
    )
    assert pairs(network(graph, demand, stop, limit_m=9999, max_snap_m=1).links) == {
        ("d0", "f0"): 1000.0
    }
    near = nearest_facility(graph, demand, stop, limit_s=999, max_snap_m=1)
    assert near.links[["distance_m", "time_s"]].to_numpy().tolist() == [[2200.0, 100.0]]


def test_of_facilities_equally_near_the_first_is_nearest():
    stops = layer([(900, 0), (100, 0)], "f")
    found = nearest_facility(street(), layer([(500, 0)], "d"), stops, limit_m=999, max_snap_m=1)
    assert found.links["facility_id"].tolist() == ["f0"]
    other = nearest_facility(
        street(), layer([(500, 0)], "d"), stops.iloc[::-1], limit_m=999, max_snap_m=1
    )
    assert other.links["facility_id"].tolist() == ["f1"]


# -- what is left out ---------------------------------------------------------------------------


def two_streets():
    """Two streets of 100 m that no road joins."""
    return graph_from_arrays(
        [X, X + 100, X + 500, X + 600], [Y] * 4, [0, 2], [1, 3], [100, 100], crs=CRS
    ).graph


def test_points_that_cannot_take_part_are_listed_with_a_reason():
    demand = layer([(10, 0), (510, 0), (50, 400), (0, 0)], "d")
    demand.loc["d3", "geometry"] = None
    stops = layer([(90, 0), (300, 250)], "f")
    found = network(two_streets(), demand, stops, limit_m=999, max_snap_m=100)
    assert list(pairs(found.links)) == [("d0", "f0")]
    told = found.left_out.set_index("id")
    assert told["why"].to_dict() == {
        "d3": "no_point",
        "d2": "far",
        "d1": "cut_off",
        "f1": "far",
    }
    assert told["role"].to_dict() == {
        "d3": "demand",
        "d2": "demand",
        "d1": "demand",
        "f1": "facility",
    }
    assert told.loc["d2", "distance_m"] == pytest.approx(400)
    assert told.loc["d2", "reason_en"] == (
        "The nearest road is 400 m away, more than the 100 m allowed."
    )
    assert told.loc["d2", "reason_zh"] == "距最近道路 400 m，超过接入上限 100 m。"
    assert told.loc["d1", "reason_en"] == "The roads it stands on are joined with no facility."
    assert told["reason_zh"].str.len().gt(5).all()


def test_where_no_facility_stands_on_a_road_every_demand_is_told_so():
    demand, stops = layer([(10, 0)], "d"), layer([(300, 900)], "f")
    found = nearest_facility(two_streets(), demand, stops, limit_m=999, max_snap_m=100)
    assert found.links.empty
    assert found.left_out["reason_en"].tolist()[0] == "Not one facility stands on a road."


def test_what_is_beyond_the_limit_is_not_left_out():
    found = network(
        street(), layer([(0, 0)], "d"), layer([(900, 0)], "f"), limit_m=100, max_snap_m=1
    )
    assert found.links.empty
    assert found.left_out.empty


def test_no_link_is_infinite_when_there_is_no_limit():
    demand, stops = layer([(10, 0), (510, 0)], "d"), layer([(90, 0)], "f")
    for ask in (network, nearest_facility):
        found = ask(two_streets(), demand, stops, limit_m=np.inf, max_snap_m=100)
        assert pairs(found.links) == {("d0", "f0"): pytest.approx(80)}


def test_empty_layers_have_no_links():
    some, none = layer([(10, 0)], "d"), layer([], "f")
    for ask in (network, nearest_facility):
        assert ask(street(), some, none, limit_m=99, max_snap_m=9).links.empty
        assert ask(street(), none, some, limit_m=99, max_snap_m=9).links.empty


# -- bad input ----------------------------------------------------------------------------------


def test_layers_that_do_not_suit_are_refused_all_at_once():
    demand = layer([(10, 0), (20, 0)], "d").to_crs("EPSG:4326")
    stops = layer([(10, 0), (20, 0), (30, 0)], "f").rename({"f1": "f0"})
    stops.loc["f2", "geometry"] = stops.loc["f2", "geometry"].buffer(5)
    with pytest.raises(LayerError) as caught:
        network(street(), demand, stops, limit_m=99, max_snap_m=9)
    told = caught.value.say("en").splitlines()
    assert told[0].startswith("demand: the 2 rows of this layer are in EPSG:4326")
    assert told[1].startswith("facility: 1 of 3 rows repeat an id, for example 'f0'")
    assert told[2].startswith("facility: 1 of 3 rows are not points")
    assert "The other 2 can be used" in told[2]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"limit_m": 5, "limit_s": 5},
        {"limit_m": -1},
        {"limit_m": np.nan},
        {"limit_m": 5, "access_km_h": 0},
        {"limit_m": 5, "max_snap_m": -1},
    ],
)
def test_options_out_of_bounds_are_refused(options):
    some = layer([(10, 0)], "d")
    with pytest.raises(ParameterError):
        network(street(), some, some, **{"max_snap_m": 9, **options})


def test_a_time_limit_needs_times():
    some = layer([(10, 0)], "d")
    with pytest.raises(LayerError, match="no driving times"):
        network(street(), some, some, limit_s=9, max_snap_m=9)


def test_a_graph_without_roads_is_refused():
    graph, _ = graph_from_arrays([], [], [], [], [], crs=CRS)
    some = layer([(10, 0)], "d")
    with pytest.raises(LayerError, match="no roads"):
        network(graph, some, some, limit_m=9, max_snap_m=9)


def test_layers_are_left_as_they_were():
    demand, stops = layer([(10, 0), (50, 400)], "d"), layer([(90, 0)], "f")
    before = demand.copy(), stops.copy()
    network(street(), demand, stops, limit_m=999, max_snap_m=100)
    assert before[0].equals(demand)
    assert before[1].equals(stops)


# -- against networkx ---------------------------------------------------------------------------

spot = st.tuples(st.integers(-3, 12), st.integers(-3, 12)).map(lambda at: (50 * at[0], 50 * at[1]))
corner = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (100 * at[0], 100 * at[1]))


@st.composite
def towns(draw, signs=(-1, 0, 1)):
    """A few crossroads, streets between some of them, and points about."""
    corners = draw(st.lists(corner, min_size=2, max_size=7, unique=True))
    n = len(corners)
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] != e[1])
    edges = draw(st.lists(st.tuples(ends, st.sampled_from(signs)), min_size=1, max_size=10))
    x, y = np.array(corners, float).T
    tail, head = (np.array([edge[0][at] for edge in edges]) for at in (0, 1))
    length = np.hypot(x[tail] - x[head], y[tail] - y[head])
    pace = np.array(draw(st.lists(st.integers(1, 9), min_size=len(edges), max_size=len(edges))))
    graph, _ = graph_from_arrays(
        X + x,
        Y + y,
        tail,
        head,
        length,
        crs=CRS,
        oneway=[edge[1] for edge in edges],
        time_s=length * pace,
        back_time_s=length * pace[::-1],
    )
    demand = layer(draw(st.lists(spot, min_size=1, max_size=5)), "d")
    stops = layer(draw(st.lists(spot, min_size=1, max_size=5)), "f")
    return graph, demand, stops


def cut_in(graph, layers, weight):
    """The graph as networkx sees it, with the points of the layers as nodes of their own."""
    nx = pytest.importorskip("networkx")
    town = nx.DiGraph()
    town.add_nodes_from(range(graph.n_nodes))

    def join(a, b, cost):
        if not town.has_edge(a, b) or town[a][b]["cost"] > cost:
            town.add_edge(a, b, cost=cost)

    on_edge = {edge: [] for edge in range(graph.n_edges)}
    legs = {}
    for points in layers:
        places = snap(graph, points.geometry.x, points.geometry.y, max_snap_m=1e9)
        for at, name in enumerate(points.index):
            on_edge[int(places.edge[at])].append((float(places.share[at]), name))
            legs[name] = float(places.distance_m[at])
    for edge, names in on_edge.items():
        stops = [(0.0, int(graph.edge_from[edge])), *sorted(names), (1.0, int(graph.edge_to[edge]))]
        for (low, a), (high, b) in pairwise(stops):
            for arc, (u, v) in (
                (graph.forward_arc[edge], (a, b)),
                (graph.backward_arc[edge], (b, a)),
            ):
                if arc >= 0 or high == low:
                    join(u, v, (high - low) * float(weight[arc]) if high > low else 0.0)
    return town, legs


def expected(town, legs, demand, stops, direction, per_metre):
    nx = pytest.importorskip("networkx")
    found = {}
    for person in demand.index:
        for stop in stops.index:
            start, end = (person, stop) if direction == "to_facility" else (stop, person)
            if nx.has_path(town, start, end):
                way = nx.dijkstra_path_length(town, start, end, weight="cost")
                found[person, stop] = way + per_metre * (legs[person] + legs[stop])
    return found


directions = st.sampled_from(["to_facility", "from_facility"])


@settings(deadline=None, max_examples=80)
@given(towns(), directions, st.sampled_from([0, 150, 400, 1000, np.inf]), st.booleans())
def test_links_are_those_of_networkx(town, direction, limit, timed):
    graph, demand, stops = town
    weight, per_metre = (graph.time_s, 3.6 / 15) if timed else (graph.length_m, 1.0)
    truth = expected(*cut_in(graph, (demand, stops), weight), demand, stops, direction, per_metre)
    truth = {pair: cost for pair, cost in truth.items() if cost <= limit + 1e-6}
    name = "limit_s" if timed else "limit_m"
    column = "time_s" if timed else "distance_m"
    options = {name: limit, "max_snap_m": 1e9, "direction": direction}
    links = network(graph, demand, stops, **options).links
    assert pairs(links, column) == pytest.approx(truth, abs=1e-6)
    near = nearest_facility(graph, demand, stops, **options)
    best = pd.Series(truth, dtype=float).groupby(level=0).min() if truth else {}
    found = dict(zip(near.links["demand_id"], near.links[column], strict=True))
    assert found == pytest.approx(dict(best), abs=1e-6)
    for _, row in near.links.iterrows():
        assert truth[row["demand_id"], row["facility_id"]] == pytest.approx(row[column], abs=1e-6)
    check_ways(graph, near, direction)


def check_ways(graph, near, direction):
    """Ways are as long as they say, begin and end at the roadside, and go with the traffic."""
    ways = paths(graph, near)
    assert ways["demand_id"].tolist() == near.links["demand_id"].tolist()
    at = near.demand.ids[near.demand.position].get_indexer(ways["demand_id"])
    own = near.demand.places.take(at)
    there = near.facilities.places.take(near.facility[at])
    legs = own.distance_m + there.distance_m
    assert (ways.length + legs).to_numpy() == pytest.approx(ways["distance_m"].to_numpy(), abs=1e-6)
    first, last = (own, there) if direction == "to_facility" else (there, own)
    for way, edges, x0, y0, x1, y1 in zip(
        ways.geometry, ways["edges"], first.x, first.y, last.x, last.y, strict=True
    ):
        assert way.coords[0] == pytest.approx((x0, y0), abs=1e-6)
        assert way.coords[-1] == pytest.approx((x1, y1), abs=1e-6)
        reach = graph.geometry[edges]
        assert way.difference(gpd.GeoSeries(reach).union_all().buffer(1e-3)).is_empty
    assert ways.crs == graph.crs


@settings(deadline=None, max_examples=25)
@given(towns(), directions, st.booleans())
def test_nodes_are_as_far_as_a_person_standing_on_them(town, direction, timed):
    graph, _, stops = town
    used = np.unique(np.concatenate([graph.edge_from, graph.edge_to]))
    # A node on the course of a street that it is no part of is two places: below and on a bridge.
    spots = shapely.points(graph.x[used], graph.y[used])[:, None]
    own = (graph.edge_from == used[:, None]) | (graph.edge_to == used[:, None])
    apart_m = shapely.distance(spots, np.asarray(graph.geometry)[None, :])
    assume((apart_m[~own] > 1e-6).all())
    people = layer(np.stack([graph.x[used] - X, graph.y[used] - Y], axis=1), "d")
    limit = {"limit_s": 900} if timed else {"limit_m": 400}
    options = {**limit, "max_snap_m": 300, "direction": direction}
    nodes, left_out = nearest_of_nodes(graph, stops, **options)
    found = nearest_facility(graph, people, stops, **options)
    truth = found.links.set_index("demand_id").reindex(people.index).reset_index(drop=True)
    column = "time_s" if timed else "distance_m"
    assert nodes[column].to_numpy()[used] == pytest.approx(
        truth[column].to_numpy(), abs=1e-9, nan_ok=True
    )
    assert nodes["facility_id"].notna().equals(nodes["distance_m"].notna())
    assert set(left_out["id"]) <= set(stops.index)


# -- laws ---------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(towns(signs=(0,)))
def test_by_road_is_never_nearer_than_straight(town):
    graph, demand, stops = town
    links = pairs(network(graph, demand, stops, limit_m=2000, max_snap_m=500).links)
    straight = pairs(geodesic_links(demand, stops, 1e4))
    assert all(straight[pair] <= distance + 1e-6 for pair, distance in links.items())


@settings(deadline=None, max_examples=25)
@given(towns(), spot, directions)
def test_one_facility_more_never_lengthens_a_way(town, place, direction):
    graph, demand, stops = town
    more = pd.concat([stops, layer([place], "new")])
    options = {"limit_m": 1000, "max_snap_m": 500, "direction": direction}
    few = nearest(network(graph, demand, stops, **options).links)["distance_m"]
    many = nearest(network(graph, demand, more, **options).links)["distance_m"]
    assert set(few.index) <= set(many.index)
    assert (many[few.index] <= few + 1e-9).all()


@settings(deadline=None, max_examples=25)
@given(towns(), st.data())
def test_one_road_more_never_lengthens_a_way(town, data):
    """People and stations stand at crossroads, so that the new road moves nobody's access."""
    graph, *_ = town
    used = np.unique(np.concatenate([graph.edge_from, graph.edge_to]))
    a, b = (data.draw(st.sampled_from(used.tolist())) for _ in range(2))
    stand = st.lists(st.sampled_from(used.tolist()), min_size=1, max_size=4)
    demand, stops = (
        layer(np.stack([graph.x[at] - X, graph.y[at] - Y], axis=1), prefix)
        for at, prefix in ((data.draw(stand), "d"), (data.draw(stand), "f"))
    )
    signs = (graph.forward_arc >= 0).astype(int) - (graph.backward_arc >= 0)
    length = float(np.hypot(graph.x[a] - graph.x[b], graph.y[a] - graph.y[b]))
    wider, _ = graph_from_arrays(
        graph.x,
        graph.y,
        np.append(graph.edge_from, a),
        np.append(graph.edge_to, b),
        np.append(graph.edge_length_m, length),
        crs=CRS,
        oneway=np.append(signs, 1),
    )
    before = pairs(network(graph, demand, stops, limit_m=900, max_snap_m=1).links)
    after = pairs(network(wider, demand, stops, limit_m=900, max_snap_m=1).links)
    assert all(after[pair] <= distance + 1e-9 for pair, distance in before.items())


@settings(deadline=None, max_examples=25)
@given(towns(signs=(0,)))
def test_without_one_way_streets_both_directions_are_alike(town):
    graph, demand, stops = town
    options = {"limit_m": 1000, "max_snap_m": 500}
    there = network(graph, demand, stops, **options, direction="to_facility").links
    back = network(graph, demand, stops, **options, direction="from_facility").links
    assert pairs(there) == pytest.approx(pairs(back), abs=1e-9)


@settings(deadline=None, max_examples=25)
@given(towns(), directions)
def test_a_wider_limit_only_adds_links(town, direction):
    graph, demand, stops = town
    near, far = (
        pairs(network(graph, demand, stops, limit_m=m, max_snap_m=500, direction=direction).links)
        for m in (300, 900)
    )
    assert near == {pair: distance for pair, distance in far.items() if distance <= 300.001}


@settings(deadline=None, max_examples=15)
@given(towns())
def test_the_same_question_has_the_same_answer_to_the_byte(town):
    graph, demand, stops = town
    options = {"limit_m": 900, "max_snap_m": 500}
    first, second = (network(graph, demand, stops, **options) for _ in range(2))
    assert first.links.equals(second.links)
    assert first.left_out.equals(second.left_out)


# -- the roads of Nanning -----------------------------------------------------------------------


def test_from_the_plant_at_liujing_the_road_reaches_a_quarter_of_the_circle(nanning_roads):
    """Of places on a 500 m lattice within 15 km straight, by main roads (figures in the docs)."""
    graph, _ = graph_from_lines(nanning_roads, tolerance_m=0)
    plant = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy([108.940044], [22.788541]), index=["plant"], crs="EPSG:4326"
    ).to_crs(CRS)
    centre = plant.geometry.iloc[0]
    step = np.arange(-31, 32) * 500.0
    x, y = (values.ravel() for values in np.meshgrid(centre.x + step, centre.y + step))
    lattice = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(x, y), index=[str(at) for at in range(x.size)], crs=CRS
    )
    straight = geodesic_links(lattice, plant, 15_000)
    found = network(graph, lattice, plant, limit_m=15_000, max_snap_m=5_000)
    assert 0.2 < len(found.links) / len(straight) < 0.3
    both = found.links.merge(straight, on="demand_id", suffixes=("", "_straight"))
    assert len(both) == len(found.links)
    assert (both["distance_m"] >= both["distance_m_straight"]).all()
