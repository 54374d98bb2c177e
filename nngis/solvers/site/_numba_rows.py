"""Compiled comparison of sparse rows: which are the same, which lie inside another."""

import numpy as np

from nngis.arrays import Array
from nngis.compiled import compiled, inner


@inner
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
def alike_columns(start: Array, item: Array, count: int) -> tuple[Array, Array, Array]:
    """Give columns that stand in the same rows one number, in the order of their first ones.

    Returns it, the first column of each number, and in how many rows that stands. All begin as
    one class, and each row splits those of which it holds a part: the rows are gone through once.
    """
    label = np.zeros(count, np.int32)
    size = np.zeros(count + 1, np.int32)
    held = np.zeros(count + 1, np.int32)
    part = np.full(count + 1, -1, np.int32)
    wide = np.zeros(count, np.int64)
    size[0], known = count, 1
    for r in range(start.size - 1):
        for a in range(start[r], start[r + 1]):
            wide[item[a]] += 1
            held[label[item[a]]] += 1
        for a in range(start[r], start[r + 1]):
            c = label[item[a]]
            if held[c] == size[c] and part[c] < 0:
                continue
            if part[c] < 0:
                part[c] = known
                known += 1
            label[item[a]] = part[c]
            size[part[c]] += 1
            held[c] -= 1
            if held[c] == 0:
                size[c] -= size[part[c]]
                part[c] = -1
        for a in range(start[r], start[r + 1]):
            held[label[item[a]]] = 0
    number = np.full(known, -1, np.int32)
    first = np.empty(known, np.int64)
    k = 0
    for i in range(count):
        c = label[i]
        if number[c] < 0:
            number[c] = k
            first[k] = i
            k += 1
        label[i] = number[c]
    return label, first[:k].copy(), wide[first[:k]]


@compiled
def numbered_columns(start: Array, item: Array, number: Array) -> tuple[Array, Array]:
    """Return sparse rows of the columns that have a number of 0 or more, under that number."""
    new_start = np.zeros(start.size, np.int64)
    for r in range(start.size - 1):
        new_start[r + 1] = new_start[r]
        for a in range(start[r], start[r + 1]):
            new_start[r + 1] += number[item[a]] >= 0
    new_item = np.empty(new_start[-1], np.int32)
    at = 0
    for a in range(item.size):
        if number[item[a]] >= 0:
            new_item[at] = number[item[a]]
            at += 1
    return new_start, new_item


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
    for j in range(m - 1, -1, -1):  # of two that are the same the first stays
        width = start[j + 1] - start[j]
        if extra[j] > 0.0 or width == 0:
            continue
        rare = item[start[j]]
        for a in range(start[j], start[j + 1]):
            i = item[a]
            if back_start[i + 1] - back_start[i] < back_start[rare + 1] - back_start[rare]:
                rare = i
        for b in range(back_start[rare], back_start[rare + 1]):
            k = back_item[b]
            if k == j or dominated[k] or cost[k] > cost[j] or start[k + 1] - start[k] < width:
                continue
            if _inside(start, item, j, k) and _inside(groups[0], groups[1], k, j):
                dominated[j] = True
                break
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
