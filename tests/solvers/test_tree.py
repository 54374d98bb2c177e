"""Directed Steiner trees against enumeration, an exact recursion, and two measured cases."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import InfeasibleError, LayerError, ParameterError
from nngis.solvers.tree import TreeAnswer, steiner_tree
from nngis.solvers.tree._ascent import ascend, needed_arcs
from nngis.solvers.tree._contract import contract
from nngis.solvers.tree._flow import violated_cuts
from nngis.solvers.tree._network import make_network
from nngis.solvers.tree._search import grow, improve

BENCH = Path(__file__).parents[3] / "shared" / "data" / "bench"


def csr(tail, head, cost, n):
    """Sort arcs by tail; give indptr, indices and costs."""
    tail, head = np.asarray(tail, int), np.asarray(head, int)
    order = np.lexsort((head, tail))
    indptr = np.searchsorted(tail[order], np.arange(n + 1))
    return indptr, head[order], np.asarray(cost, float)[order]


def tails(graph):
    return np.repeat(np.arange(len(graph[0]) - 1), np.diff(graph[0]))


def check(graph, answer: TreeAnswer, *, towards_root=False):
    """Follow every joined terminal to a root along open arcs in the right direction."""
    tail, head = tails(graph), graph[1]
    if towards_root:
        tail, head = head, tail
    assert len(set(answer.arcs)) == len(answer.arcs)
    parent = dict(zip(head[answer.arcs].tolist(), tail[answer.arcs].tolist(), strict=True))
    assert len(parent) == len(answer.arcs)
    for v in set(answer.terminals.tolist()) - set(answer.unreached.tolist()):
        here, steps = v, 0
        while here not in answer.roots:
            here, steps = parent[here], steps + 1
            assert steps <= len(parent)
    inside = np.flatnonzero(answer.parent >= 0)
    assert {int(v): int(answer.parent[v]) for v in inside} == parent
    assert answer.arc_cost.sum() == pytest.approx(answer.cost)
    assert answer.bound <= answer.cost
    assert (answer.status == "optimal") == (answer.bound >= answer.cost * (1 - 1e-9))


def by_enumeration(graph, terminals, roots):
    """Try every set of arcs; give the least cost that joins all terminals that can be."""
    tail, head, cost = tails(graph), graph[1], graph[2]
    m = len(head)
    sets = np.arange(2**m)
    reached = np.full(2**m, np.bitwise_or.reduce(1 << np.asarray(roots)))
    for _ in range(len(graph[0])):
        for a in range(m):
            if np.isfinite(cost[a]):
                step = (sets >> a) & (reached >> tail[a]) & 1
                reached |= step << head[a]
    wanted = np.bitwise_or.reduce(1 << np.asarray(terminals)) & reached[-1]
    price = np.where(np.isfinite(cost), cost, 0.0)
    total = ((sets[:, None] >> np.arange(m)) & 1) @ price
    return total[(reached & wanted) == wanted].min()


def by_recursion(graph, terminals, root):
    """Dreyfus and Wagner: cheapest arborescences over subsets of terminals."""
    n = len(graph[0]) - 1
    dist = np.full((n, n), np.inf)
    np.minimum.at(dist, (tails(graph), graph[1]), graph[2])
    np.fill_diagonal(dist, 0.0)
    for k in range(n):
        dist = np.minimum(dist, dist[:, [k]] + dist[[k], :])
    best = np.full((2 ** len(terminals), n), np.inf)
    for i, t in enumerate(terminals):
        best[1 << i] = dist[:, t]
    for group in range(1, len(best)):
        part = (group - 1) & group
        while part:
            best[group] = np.minimum(best[group], best[part] + best[group ^ part])
            part = (part - 1) & group
        best[group] = (dist + best[group]).min(axis=1)
    return best[-1, root]


def random_graph(seed, n, m):
    rng = np.random.default_rng(seed)
    tail, head = rng.integers(0, n, (2, m))
    return csr(tail, head, rng.choice([0.0, 1.0, 1.0, 2.0, 3.0, 5.0, 7.5, np.inf], m), n), rng


@pytest.mark.parametrize("towards_root", [False, True])
@pytest.mark.parametrize("block", range(10))
def test_tiny_graphs_are_solved_as_by_enumeration(block, towards_root):
    for seed in range(15 * block, 15 * block + 15):
        graph, rng = random_graph(seed, n=6, m=11)
        terminals, roots = rng.integers(0, 6, 3), rng.integers(0, 6, rng.integers(1, 3))
        turned = csr(graph[1], tails(graph), graph[2], 6) if towards_root else graph
        try:
            answer = steiner_tree(*turned, terminals, roots, towards_root=towards_root, gap=0)
        except InfeasibleError:
            assert by_enumeration(graph, terminals, roots) == 0.0
            continue
        check(turned, answer, towards_root=towards_root)
        assert answer.status == "optimal"
        assert answer.cost == pytest.approx(by_enumeration(graph, terminals, roots))


@pytest.mark.parametrize("seed", range(40))
def test_middling_graphs_are_solved_as_by_recursion(seed):
    rng = np.random.default_rng(seed)
    n, terminals = 30, np.arange(1, 8)
    tail, head = rng.integers(0, n, (2, 80))
    tail, head = np.append(tail, rng.integers(0, np.arange(1, n))), np.append(head, np.arange(1, n))
    graph = csr(tail, head, rng.uniform(1, 10, len(tail)).round(1), n)
    expected = by_recursion(graph, terminals, 0)
    answer = steiner_tree(*graph, terminals, [0], gap=0)
    check(graph, answer)
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(expected)


def grid(side, seed):
    """Square grid with random costs, dearer one way than the other."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    a = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    b = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    down = rng.uniform(50, 150, len(a))
    up = down * rng.uniform(1, 1.5, len(a))
    costs = np.concatenate([down, up])
    return csr(np.concatenate([a, b]), np.concatenate([b, a]), costs, side * side), rng


@pytest.mark.parametrize("seed", range(6))
def test_bounds_and_trees_agree_on_grids_whatever_the_effort(seed):
    graph, rng = grid(14, seed)
    terminals = rng.choice(196, 30, replace=False)
    proved = steiner_tree(*graph, terminals, [0], gap=0)
    rough = steiner_tree(*graph, terminals, [0], gap=0.5)
    check(graph, proved)
    check(graph, rough)
    assert proved.status == "optimal"
    assert rough.status in {"optimal", "within_gap"}
    assert rough.bound <= proved.cost * (1 + 1e-9)
    assert proved.cost <= rough.cost <= 1.05 * proved.cost


def odd_cover():
    """Three sets of two out of three elements: half of each set covers all, two whole sets must."""
    tail = [0, 0, 0, 1, 1, 2, 2, 3, 3]
    head = [1, 2, 3, 4, 5, 5, 6, 6, 4]
    return csr(tail, head, [1.0] * 3 + [0.0] * 6, 7)


def test_whole_arcs_close_the_gap_that_fractions_leave():
    answer = steiner_tree(*odd_cover(), [4, 5, 6], [0], gap=0)
    assert (answer.cost, answer.status) == (2.0, "optimal")
    assert answer.bound == pytest.approx(2.0)


def test_without_time_the_gap_is_told_and_nothing_is_called_optimal():
    answer = steiner_tree(*odd_cover(), [4, 5, 6], [0], gap=0, time_limit_s=0)
    assert answer.cost == 2.0
    assert answer.status == "feasible"
    assert 1.0 <= answer.bound < 2.0
    assert answer.gap == pytest.approx(1 - answer.bound / 2.0)


@st.composite
def questions(draw):
    seed, n = draw(st.integers(0, 10**6)), draw(st.integers(4, 16))
    graph, rng = random_graph(seed, n, 4 * n)
    return graph, rng.choice(n, min(n - 1, 5), replace=False), rng.integers(0, n, 1), rng


def solve(graph, terminals, roots, **options):
    """Solve to the proof; a graph that falls apart is no example here."""
    try:
        return steiner_tree(*graph, terminals, roots, gap=0, **options)
    except InfeasibleError:
        return None


@settings(max_examples=60, deadline=None)
@given(questions())
def test_free_arcs_never_raise_the_cost(question):
    graph, terminals, roots, rng = question
    free = rng.random(len(graph[1])) < 0.3
    free[np.isinf(graph[2])] = False
    plain, eased = solve(graph, terminals, roots), solve(graph, terminals, roots, free_arcs=free)
    if plain is not None:
        assert eased.cost <= plain.cost + 1e-9
        assert not eased.arc_cost[free[eased.arcs]].any()
        check(graph, eased)


@settings(max_examples=60, deadline=None)
@given(questions())
def test_more_terminals_are_never_cheaper_and_more_roots_never_dearer(question):
    graph, terminals, roots, rng = question
    answer = solve(graph, terminals, roots)
    fewer = solve(graph, terminals[:-1], roots)
    if answer is None or fewer is None:
        return
    assert fewer.cost <= answer.cost + 1e-9
    more = solve(graph, terminals, np.append(roots, rng.integers(0, len(graph[0]) - 1)))
    if len(more.unreached) == len(answer.unreached):
        assert more.cost <= answer.cost + 1e-9


@settings(max_examples=40, deadline=None)
@given(questions())
def test_the_order_of_terminals_and_repetitions_do_not_matter(question):
    graph, terminals, roots, _ = question
    answer = solve(graph, terminals, roots)
    again = solve(graph, np.concatenate([terminals[::-1], terminals]), np.repeat(roots, 2))
    if answer is not None:
        np.testing.assert_array_equal(answer.arcs, again.arcs)
        assert answer.cost == again.cost


def test_reversing_the_graph_and_the_direction_gives_the_same_tree():
    graph, rng = grid(8, 5)
    terminals = rng.choice(64, 10, replace=False)
    away = steiner_tree(*graph, terminals, [0], gap=0)
    turned = csr(graph[1], tails(graph), graph[2], 64)
    towards = steiner_tree(*turned, terminals, [0], towards_root=True, gap=0)
    np.testing.assert_array_equal(away.parent, towards.parent)


def test_uphill_is_avoided_when_it_is_dearer():
    # 0 and 1 lie level, 2 higher: to drain 1 into 0 the way over 2 is shorter but climbs.
    graph = csr([1, 1, 2, 0, 2, 0], [0, 2, 0, 1, 1, 2], [10.0, 3.0 + 20.0, 3.0, 10.0, 3.0, 23.0], 3)
    assert steiner_tree(*graph, [1], [0], towards_root=True).cost == 10.0


def test_edges_are_named_and_parallel_and_looping_arcs_do_no_harm():
    tail, head = [0, 0, 0, 1, 1], [0, 1, 1, 1, 2]
    graph = csr(tail, head, [0.0, 5.0, 4.0, 1.0, 0.0], 3)
    answer = steiner_tree(*graph, [2], [0], edge_id=[70, 71, 72, 73, 74])
    assert answer.edges.tolist() == [72, 74]
    assert answer.cost == 4.0
    assert answer.parent.tolist() == [-1, 0, 1]


def test_existing_arcs_are_used_free_and_written_down_back_to_the_root():
    # root 0 - 1 - 2 exists; users 3 at 2 and 4 at 0.
    graph = csr([0, 1, 2, 0, 0], [1, 2, 3, 3, 4], [9.0, 9.0, 2.0, 6.0, 1.0], 5)
    built = steiner_tree(*graph, [3, 4], [0], free_arcs=[0, 3])
    assert built.cost == 3.0
    assert built.parent.tolist() == [-1, 0, 1, 2, 0]
    np.testing.assert_array_equal(built.arc_cost, [0.0, 1.0, 0.0, 2.0])


def test_a_terminal_that_is_a_root_costs_nothing():
    graph = csr([0], [1], [3.0], 2)
    answer = steiner_tree(*graph, [0], [0])
    assert (answer.cost, answer.bound, answer.gap, answer.status) == (0.0, 0.0, 0.0, "optimal")
    assert not answer.arcs.size


def test_nothing_to_join_is_an_empty_tree():
    answer = steiner_tree(*csr([0], [1], [3.0], 2), [], [0])
    assert not answer.arcs.size
    assert answer.status == "optimal"


def test_what_can_be_joined_is_joined_and_the_rest_is_named():
    graph = csr([0, 2, 1], [1, 3, 4], [1.0, 1.0, np.inf], 5)
    answer = steiner_tree(*graph, [1, 3, 4], [0])
    assert answer.unreached.tolist() == [3, 4]
    assert (answer.cost, answer.status) == (1.0, "optimal")


def test_if_nothing_can_be_joined_the_direction_is_suspected():
    with pytest.raises(InfeasibleError, match=r"2 terminals .* direction"):
        steiner_tree(*csr([0, 1], [1, 2], [1.0, 1.0], 3), [1, 2], [0], towards_root=True)


def test_no_root_is_an_error():
    with pytest.raises(InfeasibleError, match="no root"):
        steiner_tree(*csr([0], [1], [1.0], 2), [1], [])


def test_all_faults_of_the_arrays_are_told_at_once():
    graph = csr([0, 0, 1], [1, 2, 2], [-1.0, -2.0, np.nan], 3)
    with pytest.raises(LayerError) as caught:
        steiner_tree(*graph, [2, 7], [-1], free_arcs=[9], edge_id=[1])
    text = caught.value.say("en")
    for part in ("2 of 3 arcs", "negative", "1 of 3 arcs", "missing", "is 7", "is -1", "is 9"):
        assert part in text
    assert "edge_id has 1 value for 3 arcs" in text
    assert len(caught.value.say("zh").splitlines()) == 6


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        (([0, 2, 1], [1], [1.0]), "indptr must rise"),
        (([0, 1], [5], [1.0]), "number 0 is 5"),
        (([0, 1, 1], [1], [1.0, 2.0]), "cost has 2 values for 1 arc"),
        (([0.0, 1.5], [0], [1.0]), "whole numbers"),
    ],
)
def test_arrays_that_are_no_graph_are_refused(graph, said):
    with pytest.raises(LayerError, match=said):
        steiner_tree(*graph, [0], [0])


def test_options_out_of_bounds_are_refused_together():
    with pytest.raises(ParameterError) as caught:
        steiner_tree(*csr([0], [1], [1.0], 2), [1], [0], gap=1.0, time_limit_s=-1)
    assert len(caught.value.problems) == 2


def network(graph, terminals):
    mask = np.zeros(len(graph[0]) - 1, bool)
    mask[terminals] = True
    mask[0] = False
    return make_network(tails(graph), np.asarray(graph[1], np.int64), graph[2], mask)[0]


@pytest.mark.parametrize("seed", range(5))
def test_contraction_keeps_the_cheapest_cost_and_expands_to_a_tree(seed):
    graph, rng = grid(7, seed)
    keep = (rng.random(len(graph[1])) < 0.7) | (tails(graph) < graph[1])
    graph = csr(tails(graph)[keep], graph[1][keep], graph[2][keep], 49)
    terminals = rng.choice(np.arange(1, 49), 6, replace=False)
    net = network(graph, terminals)
    small = contract(net)
    via = grow(small.network, small.network.cost)
    arcs = small.expand(via[via >= 0])
    assert len(set(net.head[arcs])) == len(arcs)
    cost = small.cost + small.network.cost[via[via >= 0]].sum()
    assert net.cost[arcs].sum() == pytest.approx(cost)
    assert cost >= by_recursion(graph, terminals, 0) - 1e-9
    assert len(small.network.terminal) < len(net.terminal)


@pytest.mark.parametrize("seed", range(5))
def test_reduced_costs_price_every_tree_and_spare_the_best(seed):
    graph, rng = grid(9, seed)
    net = network(graph, rng.choice(np.arange(1, 81), 12, replace=False))
    ascent = ascend(net, 10 * len(net.tail))
    assert (ascent.left >= 0.0).all()
    assert (ascent.left <= net.cost).all()
    via = improve(net, grow(net, net.cost), 81, 1e-6, 0.0)
    arcs = via[via >= 0]
    cost = net.cost[arcs].sum()
    assert ascent.bound + ascent.left[arcs].sum() <= cost + 1e-6
    taken = np.zeros(len(net.tail))
    taken[arcs] = 1
    in_cut = np.add.reduceat(taken[ascent.arcs], ascent.start[:-1])
    assert (in_cut >= 1).all()
    assert needed_arcs(net, ascent.left, cost - ascent.bound + 1e-6)[arcs].all()


def test_cuts_are_violated_and_hold_for_every_tree():
    graph, rng = grid(9, 3)
    net = network(graph, rng.choice(np.arange(1, 81), 12, replace=False))
    value = rng.choice([0.0, 0.3, 0.5, 1.0], len(net.tail))
    start, arcs = violated_cuts(net, value, 1e-4, 10**6)
    assert len(start) > 1
    assert (np.add.reduceat(value[arcs], start[:-1]) < 1 - 1e-4).all()
    via = grow(net, net.cost)
    taken = np.isin(np.arange(len(net.tail)), via).astype(float)
    assert (np.add.reduceat(taken[arcs], start[:-1]) >= 1).all()
    assert len(violated_cuts(net, taken, 1e-4, 10**6)[0]) == 1


def test_exchange_turns_a_part_round_at_the_cost_of_its_arcs():
    # 0 -10-> 1 -1-> 2, and 0 -3-> 2; turning 1 -> 2 round costs 2 -> 1, 4.
    graph = csr([0, 1, 0, 2], [1, 2, 2, 1], [10.0, 1.0, 3.0, 4.0], 3)
    net = network(graph, [1, 2])
    chain = np.array([-1, 0, 2])
    assert net.head[0] == 1
    assert (net.tail[2], net.head[2]) == (1, 2)
    better = improve(net, chain, 3, 1e-9, 0.0)
    assert net.cost[better[1:]].sum() == 7.0
    dear = network(csr([0, 1, 0, 2], [1, 2, 2, 1], [10.0, 1.0, 3.0, 9.0], 3), [1, 2])
    np.testing.assert_array_equal(improve(dear, chain, 3, 1e-9, 0.0), chain)


def bench(*parts):
    path = BENCH.joinpath(*parts)
    if not path.exists():
        pytest.skip("no ../shared/data to compare with")
    return path


@pytest.mark.parametrize("case", ["small", "example"])
def test_sewer_graphs_reach_their_proven_optimum(case):
    folder = bench("pysewer_graph")
    arcs = pd.read_csv(folder / f"{case}_edges.csv")
    given_ = json.loads((folder / f"{case}.json").read_text())
    optimum = json.loads((folder / f"exact_{case}.json").read_text())["objective"]
    n = int(arcs[["u", "v"]].to_numpy().max()) + 1
    graph = csr(arcs["u"], arcs["v"], arcs["weight"], n)
    answer = steiner_tree(*graph, given_["terminals"], [given_["sink"]], towards_root=True)
    check(graph, answer, towards_root=True)
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(optimum, rel=1e-9)


def test_heat_case_is_no_longer_than_the_tree_known_to_be_feasible():
    folder = bench("topotherm_gdf")
    edges = pd.read_csv(folder / "gdf_graph.csv")
    meta = json.loads((folder / "gdf_meta.json").read_text())
    u, v, length = (edges[name].to_numpy() for name in ("u", "v", "length"))
    n = int(max(u.max(), v.max())) + 1
    two_ways = np.concatenate([u, v]), np.concatenate([v, u]), np.concatenate([length, length])
    graph = csr(*two_ways, n)
    answer = steiner_tree(*graph, meta["consumers"], meta["sources"], gap=0)
    check(graph, answer)
    assert answer.status == "optimal"
    assert answer.cost <= 8131.96
