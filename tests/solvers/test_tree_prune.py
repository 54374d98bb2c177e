"""Flows on trees and branches that do not pay, against enumeration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LayerError
from nngis.solvers.tree import accumulate, prune_unprofitable, steiner_tree


def random_tree(seed, n, *, towards_root=False):
    """A tree of n nodes on root 0 in which every node is a terminal, and its costs."""
    rng = np.random.default_rng(seed)
    parent = rng.integers(0, np.arange(1, n))
    child = np.arange(1, n)
    cost = rng.integers(0, 6, n - 1).astype(float)
    tail, head = (child, parent) if towards_root else (parent, child)
    order = np.lexsort((head, tail))
    indptr = np.searchsorted(tail[order], np.arange(n + 1))
    graph = indptr, head[order], cost[order]
    return steiner_tree(*graph, np.arange(1, n), [0], towards_root=towards_root), rng


def most_profit(tree, prizes):
    """Try every set of nodes that holds each node's parent with it."""
    n = len(tree.parent)
    cost = np.zeros(n)
    for arc, price in zip(tree.arcs, tree.arc_cost, strict=True):
        cost[tree.parent_arc == arc] = price
    worth = -cost
    np.add.at(worth, tree.terminals, prizes)
    sets = np.arange(2**n)
    sets = sets[sets & 1 == 1]
    for v in range(1, n):
        sets = sets[((sets >> v) & ~(sets >> tree.parent[v]) & 1) == 0]
    return (((sets[:, None] >> np.arange(n)) & 1) @ worth).max()


@pytest.mark.parametrize("towards_root", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_pruning_earns_as_much_as_the_best_of_all_parts(seed, towards_root):
    tree, rng = random_tree(seed, 9, towards_root=towards_root)
    prizes = rng.integers(-1, 8, len(tree.terminals)).astype(float)
    pruned = prune_unprofitable(tree, prizes)
    assert pruned.profit == most_profit(tree, prizes)
    joined = set(tree.terminals.tolist()) - set(pruned.unreached.tolist())
    assert pruned.prize == prizes[[t in joined for t in tree.terminals.tolist()]].sum()
    assert pruned.cost == pruned.arc_cost.sum()
    stays = np.flatnonzero(pruned.parent >= 0)
    assert set(pruned.parent_arc[stays].tolist()) == set(pruned.arcs.tolist())
    assert set(pruned.parent[stays].tolist()) <= {0, *stays.tolist()}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40))
def test_larger_prizes_never_drop_a_terminal(seed, n):
    tree, rng = random_tree(seed, n)
    prizes = rng.uniform(0, 5, n - 1)
    some, more = prune_unprofitable(tree, prizes), prune_unprofitable(tree, prizes + 1.0)
    assert set(more.dropped) <= set(some.dropped)
    assert more.profit >= some.profit


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40))
def test_pruning_twice_changes_nothing(seed, n):
    tree, rng = random_tree(seed, n)
    prizes = rng.uniform(0, 5, n - 1)
    once = prune_unprofitable(tree, prizes)
    twice = prune_unprofitable(once, prizes)
    np.testing.assert_array_equal(once.arcs, twice.arcs)
    assert not twice.dropped.size
    assert twice.profit == once.profit


def test_a_branch_that_only_breaks_even_is_cut():
    tree = steiner_tree([0, 1, 1], [1], [4.0], [1], [0])
    assert prune_unprofitable(tree, [4.0]).dropped.tolist() == [1]
    assert prune_unprofitable(tree, [4.1]).arcs.tolist() == [0]


def test_users_at_one_node_pay_together_and_users_at_the_root_always_stay():
    tree = steiner_tree([0, 1, 1], [1], [4.0], [1, 1, 0], [0])
    pruned = prune_unprofitable(tree, [3.0, 2.0, 1.0])
    assert (pruned.prize, pruned.cost, pruned.profit) == (6.0, 4.0, 2.0)
    assert prune_unprofitable(tree, [1.0, 2.0, 1.0]).prize == 1.0


def test_prizes_of_terminals_never_joined_do_not_count():
    tree = steiner_tree([0, 1, 1, 1], [1], [4.0], [1, 2], [0])
    pruned = prune_unprofitable(tree, [5.0, 100.0])
    assert (pruned.prize, pruned.unreached.tolist()) == (5.0, [2])
    assert not pruned.dropped.size


def test_missing_or_too_few_prizes_are_refused():
    tree = steiner_tree([0, 1, 1], [1], [4.0], [1], [0])
    with pytest.raises(LayerError, match="1 prize is missing"):
        prune_unprofitable(tree, [np.nan])
    with pytest.raises(LayerError, match="Needed: 1 prize"):
        prune_unprofitable(tree, [1.0, 2.0])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 60))
def test_what_passes_an_arc_is_what_lies_behind_it(seed, n):
    tree, rng = random_tree(seed, n)
    amount = rng.integers(0, 9, n).astype(float)
    total = np.zeros(n)
    for v in range(n):
        here = v
        while here >= 0:
            total[here] += amount[v]
            here = tree.parent[here]
    np.testing.assert_array_equal(accumulate(tree, amount), total)
