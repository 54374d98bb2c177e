"""The dynamic programme against all possible profiles of small trees."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nngis.errors import InfeasibleError
from nngis.solvers.profile import Costs, Lifting, Pipes, best_profile, solve
from nngis.solvers.profile._sizes import without_useless_sizes

STEP_M = 0.5


def line_at(knots, values, depth):
    """A broken line, straight on beyond its ends."""
    j = int(np.clip(np.searchsorted(knots, depth), 1, len(knots) - 1))
    slope = (values[j] - values[j - 1]) / (knots[j] - knots[j - 1])
    return values[j - 1] + slope * (depth - knots[j - 1])


def random_case(seed):
    """A small tree on rough ground, with everything that can occur."""
    rng = np.random.default_rng(seed)
    n, sizes = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    levels = int(rng.integers(4, 6 if n < 4 else 5))
    if n == 1:
        sizes = 2
    down = np.array([-1, *(rng.integers(-1 if rng.random() < 0.1 else 0, i) for i in range(1, n))])
    node_top, outlet = rng.integers(0, 5, n), int(rng.integers(0, 5))
    top_down = np.where(down < 0, outlet, node_top[down])
    depth = rng.uniform(0.5, 1.0, n)
    count = rng.integers(1, sizes + 1, n)
    first = rng.integers(0, sizes - count + 1)
    least = rng.integers(0, 3, (n, sizes)) - (rng.random((n, sizes)) < 0.2)
    from_up, from_down = rng.integers(0, 2, (2, n, sizes))
    to_up, to_down = levels - 1 - rng.integers(0, 2, (2, n, sizes))
    fixed = rng.random(n) < 0.15
    length = rng.uniform(5.0, 20.0, n)
    pipes = Pipes(
        down,
        node_top,
        top_down,
        depth,
        np.where(down < 0, 0.7, depth[down]),
        length,
        np.where(fixed, 0.0, length),
        rng.uniform(-0.3, 0.3, n),
        first,
        count,
        least,
        least + rng.integers(0, 5, (n, sizes)),
        from_up,
        to_up,
        from_down,
        to_down,
        fixed,
        rng.choice([0, 0, 1, 2], n),
    )
    lifting = Lifting(
        rng.uniform(5.0, 60.0, n),
        rng.uniform(0.5, 5.0, n),
        rng.uniform(0.0, 5.0, n),
        np.where(fixed, np.inf, rng.uniform(1.0, 100.0, n)),
        top_down + rng.integers(0, 2, n),
        rng.integers(0, 3, n),
        rng.random(n) < 0.5,
    )
    knots = np.sort(rng.uniform(0.0, 4.0, (sizes, 3)), axis=1) + np.array([0.0, 0.1, 0.2])
    per_m = np.cumsum(rng.uniform(0.1, 3.0, (sizes, 3)), axis=1)
    node = np.cumsum(rng.uniform(0.1, 5.0, (sizes, 3)), axis=1)
    drop = int(rng.integers(0, 3)), rng.uniform(0.0, 10.0)
    costs = Costs(knots, per_m, node, *drop, STEP_M, at_mean_depth=bool(seed % 2))
    return pipes, lifting, costs, levels


def states(pipes, levels, i):
    """All that a pipe can be: a rising main, or a size, a level above and one below."""
    found = [None]
    shift = pipes.top_down[i] - pipes.top_up[i]
    for size in range(pipes.first[i], pipes.first[i] + pipes.choices[i]):
        for up, low in product(range(levels), repeat=2):
            inside = pipes.from_up[i, size] <= up <= pipes.to_up[i, size]
            inside &= pipes.from_down[i, size] <= low <= pipes.to_down[i, size]
            if inside and pipes.least_fall[i, size] <= low + shift - up <= pipes.most_fall[i, size]:
                found.append((size, up, low))
    return found


def ways_of(case, chosen, i):
    """Cost at the upper end of pipe i by the level of the well there; -1 where there is none."""
    pipes, lifting, costs, levels = case
    children = np.flatnonzero(pipes.down == i)
    arriving = [chosen[c] for c in children]

    def taken(level, limit):
        """Cost of drops when all that arrives is taken at a level; inf if it cannot be."""
        total = 0.0
        for c, state in zip(children, arriving, strict=True):
            if state is not None:
                size, _, low = state
                if size > limit or low + pipes.least_drop[c] > level:
                    return np.inf
                total += costs.drop if level - low > costs.drop_steps else 0.0
        return total

    def well(level, lift):
        depth = pipes.depth_up_m[i] + level * STEP_M
        return lifting.station[i] + lifting.per_depth_m[i] * depth + lifting.per_step[i] * lift

    if chosen[i] is None:
        ways = {
            k: taken(k, 99) + well(k, max(0, pipes.top_up[i] + k - lifting.rising_level[i]))
            for k in range(levels)
        }
        if lifting.may_carry_on[i] and arriving == [None]:
            ways[-1] = lifting.per_step[i] * lifting.rising_steps[i]
        return ways
    size, up, _ = chosen[i]
    limit = 99 if pipes.fixed[i] else size
    deeper = {k: taken(k, limit) + well(k, k - up) for k in range(up + 1, levels)}
    return {-1: taken(up, limit), **deeper}


def node_cost(case, chosen, i):
    """Least cost at the upper end of pipe i, over all ways to lift there."""
    pipes, lifting, costs, _ = case
    least = min(ways_of(case, chosen, i).values())
    if chosen[i] is None:
        return least + lifting.rising_main[i]
    size, up, _ = chosen[i]
    depth = pipes.depth_up_m[i] + up * STEP_M
    return least + (
        0.0 if pipes.fixed[i] else line_at(costs.knots_m[size], costs.node[size], depth)
    )


def pipe_cost(case, state, i):
    """Cost of the pipe alone."""
    pipes, _, costs, _ = case
    if state is None:
        return 0.0
    size, up, low = state
    depths = [pipes.depth_up_m[i] + up * STEP_M, pipes.depth_down_m[i] + low * STEP_M]
    if costs.at_mean_depth:
        depths = [sum(depths) / 2]
    ends = [
        line_at(costs.knots_m[size], costs.per_m[size], depth + pipes.excess_m[i])
        for depth in depths
    ]
    return pipes.cost_length_m[i] * sum(ends) / len(ends)


def cheapest(case):
    """Try everything."""
    pipes, _, _, levels = case
    n = len(pipes.down)
    return min(
        sum(node_cost(case, chosen, i) + pipe_cost(case, chosen[i], i) for i in range(n))
        for chosen in product(*(states(pipes, levels, i) for i in range(n)))
    )


def traced(case, found):
    """What each pipe became, as `states` has it."""
    pipes = case[0]
    return [
        None
        if found.rising[i]
        else (
            int(found.size[i]),
            int(found.up[i] - pipes.top_up[i]),
            int(found.down[i] - pipes.top_down[i]),
        )
        for i in range(len(pipes.down))
    ]


def check_wells(case, found):
    """Hold every well, or that there is none, against each other way to lift there."""
    chosen = traced(case, found)
    for i, well in enumerate(found.well):
        ways = ways_of(case, chosen, i)
        level = int(well - case[0].top_up[i]) if well >= 0 else -1
        assert_allclose(ways[level], min(ways.values()), err_msg=f"well {i}")


def test_where_only_depth_costs_no_well_is_deeper_than_it_must_be():
    wells = 0
    for seed in range(120):
        pipes, lifting, costs, levels = random_case(seed)
        dear = lifting._replace(per_step=lifting.per_step * 0.0, per_depth_m=lifting.station * 20)
        try:
            found = best_profile(pipes, dear, costs, levels=levels)
        except InfeasibleError:
            continue
        check_wells((pipes, dear, costs, levels), found)
        wells += int(((found.well >= 0) & ~found.rising).sum())
    assert wells


@pytest.mark.parametrize("decade", range(20))
def test_the_programme_finds_the_cheapest_of_all_profiles(decade):
    for seed in range(10 * decade, 10 * decade + 10):
        case = random_case(seed)
        expected = cheapest(case)
        if not np.isfinite(expected):
            with pytest.raises(InfeasibleError):
                best_profile(*case[:3], levels=case[3])
            continue
        found = best_profile(*case[:3], levels=case[3])
        assert_allclose(found.cost, expected, rtol=1e-12, err_msg=f"seed {seed}")
        chosen = traced(case, found)
        total = sum(
            node_cost(case, chosen, i) + pipe_cost(case, chosen[i], i) for i in range(len(chosen))
        )
        assert_allclose(total, expected, rtol=1e-12, err_msg=f"what was traced, seed {seed}")
        check_wells(case, found)


def test_the_random_cases_hold_lifts_rising_mains_drops_and_some_without_any_way():
    seen = {"lift": 0, "rising": 0, "carried": 0, "gravity": 0, "none": 0}
    for seed in range(200):
        case = random_case(seed)
        try:
            found = best_profile(*case[:3], levels=case[3])
        except InfeasibleError:
            seen["none"] += 1
            continue
        seen["lift"] += int(((found.well >= 0) & ~found.rising).any())
        seen["rising"] += int((found.rising & (found.well >= 0)).any())
        seen["carried"] += int((found.rising & (found.well < 0)).any())
        seen["gravity"] += int((~found.rising).all())
    assert min(seen.values()) > 0, seen


def test_more_levels_never_cost_more():
    for seed in range(50):
        pipes, lifting, costs, levels = random_case(seed)
        try:
            shallow = best_profile(pipes, lifting, costs, levels=levels).cost
        except InfeasibleError:
            continue
        deeper = pipes._replace(to_up=pipes.to_up + 4, to_down=pipes.to_down + 4)
        assert best_profile(deeper, lifting, costs, levels=levels + 4).cost <= shallow + 1e-9


def test_leaving_useless_sizes_out_changes_no_cost(monkeypatch):
    left_out = 0
    for seed in range(150):
        pipes, lifting, costs, levels = random_case(seed)
        # Larger sizes cost more at every depth, as in a price list; some fall more freely.
        sizes = np.arange(len(costs.knots_m))[:, None]
        costs = costs._replace(
            knots_m=np.repeat(costs.knots_m[:1], len(sizes), axis=0),
            per_m=costs.per_m[:1] + sizes,
            node=costs.node[:1] + 0.5 * sizes,
        )
        few = without_useless_sizes(pipes, costs, leaves_up(pipes.down), levels)
        left_out += int(pipes.choices.sum() - few.choices.sum())
        costs_found = []
        for keep in (False, True):
            with monkeypatch.context() as patch:
                if keep:
                    patch.setattr(solve, "without_useless_sizes", lambda pipes, *_: pipes)
                try:
                    costs_found.append(best_profile(pipes, lifting, costs, levels=levels).cost)
                except InfeasibleError:
                    costs_found.append(np.inf)
        assert costs_found[0] == pytest.approx(costs_found[1], rel=1e-12), seed
    assert left_out > 0


def leaves_up(down):
    """Pipes, each after those that flow to it: in these cases they flow to lower numbers."""
    return np.arange(len(down))[::-1]


def test_trees_side_by_side_are_each_laid_as_they_are_alone():
    for seed in range(40):
        pipes, lifting, costs, levels = random_case(seed)
        n = len(pipes.down)
        twice = Pipes(*(np.concatenate([one, one]) for one in pipes))
        twice = twice._replace(
            down=np.concatenate([pipes.down, np.where(pipes.down < 0, -1, pipes.down + n)])
        )
        lifts = Lifting(*(np.concatenate([one, one]) for one in lifting))
        try:
            alone = best_profile(pipes, lifting, costs, levels=levels)
        except InfeasibleError:
            with pytest.raises(InfeasibleError):
                best_profile(twice, lifts, costs, levels=levels)
            continue
        both = best_profile(twice, lifts, costs, levels=levels)
        assert_allclose(both.cost, 2 * alone.cost)
        for name in ("size", "up", "down", "well", "rising"):
            halves = np.split(getattr(both, name), 2)
            assert all(np.array_equal(half, getattr(alone, name)) for half in halves), name
