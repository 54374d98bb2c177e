"""Compiled comparison of sparse rows: which are the same, which lie inside another."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled


@compiled
def same_rows(start: Array, item: Array) -> tuple[Array, Array]:
    """Give equal rows the same number, in the order in which they first occur."""
    n = start.size - 1
    key = np.zeros(n, np.uint64)
    for r in range(n):
        h = np.uint64(start[r + 1] - start[r])
        for a in range(start[r], start[r + 1]):
            h = (h ^ np.uint64(item[a])) * np.uint64(0x100000001B3)
            h ^= h >> np.uint64(29)
        key[r] = h
    order = np.argsort(key, kind="mergesort")
    leader = np.empty(n, np.int64)
    lead = -1
    for at in range(n):
        r = order[at]
        same = lead >= 0 and key[lead] == key[r]
        if same:
            width = start[r + 1] - start[r]
            same = start[lead + 1] - start[lead] == width
            for a in range(width if same else 0):
                if item[start[r] + a] != item[start[lead] + a]:
                    same = False
                    break
        if not same:
            lead = r
        leader[r] = lead
    label = np.empty(n, np.int64)
    first = np.empty(n, np.int64)
    k = 0
    for r in range(n):
        if leader[r] == r:
            label[r] = k
            first[k] = r
            k += 1
        else:
            label[r] = label[leader[r]]
    return label, first[:k].copy()


@compiled
def _inside(start: Array, item: Array, inner: int, outer: int) -> bool:
    """Whether one rising row holds nothing that another does not hold."""
    b = start[outer]
    for a in range(start[inner], start[inner + 1]):
        while b < start[outer + 1] and item[b] < item[a]:
            b += 1
        if b == start[outer + 1] or item[b] != item[a]:
            return False
    return True


@compiled
def dominated_sites(
    rows: tuple[Array, Array, Array, Array],
    cost: Array,
    extra: Array,
    groups: tuple[Array, Array],
) -> Array:
    """Find sites that another one can always stand in for."""
    start, item, back_start, back_item = rows
    m = start.size - 1
    dominated = np.zeros(m, np.bool_)
    hits = np.zeros(m, np.int64)
    for j in range(m - 1, -1, -1):  # of two that are the same the first stays
        if extra[j] > 0.0:
            continue
        width = start[j + 1] - start[j]
        for a in range(start[j], start[j + 1]):
            for b in range(back_start[item[a]], back_start[item[a] + 1]):
                hits[back_item[b]] += 1
        for a in range(start[j], start[j + 1]):
            for b in range(back_start[item[a]], back_start[item[a] + 1]):
                k = back_item[b]
                full = hits[k] == width
                hits[k] = 0
                if not full or k == j or dominated[k] or cost[k] > cost[j]:
                    continue
                if _inside(groups[0], groups[1], k, j):
                    dominated[j] = True
    return dominated


@compiled
def implied_rows(start: Array, item: Array, back_start: Array, back_item: Array) -> Array:
    """Find classes that are covered whenever another class is."""
    n = start.size - 1
    implied = np.zeros(n, np.bool_)
    order = np.argsort(start[1:] - start[:-1], kind="mergesort")
    for at in range(n):
        i = order[at]
        if implied[i] or start[i + 1] == start[i]:
            continue
        rare = item[start[i]]
        for a in range(start[i], start[i + 1]):
            j = item[a]
            if back_start[j + 1] - back_start[j] < back_start[rare + 1] - back_start[rare]:
                rare = j
        for b in range(back_start[rare], back_start[rare + 1]):
            k = back_item[b]
            if k != i and not implied[k] and _inside(start, item, i, k):
                implied[k] = True
    return implied
