"""A tree that is given: limits kept, costs by hand, a bound that no finer grid passes."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nngis.errors import InfeasibleError, LayerError
from nngis.plans.sewer.given_steps import CostFunctions, Limits
from nngis.plans.sewer.given_tree import costs_of, lay_given_tree
from nngis.plans.sewer.prices import prices

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "li_matthew.py"


def tree(rows):
    columns = ["pipe", "downstream", "length_m", "flow_l_s", "ground_up_m", "ground_down_m"]
    return pd.DataFrame(rows, columns=columns).set_index("pipe")


def limits(**other):
    given = {
        "diameter_m": np.array([0.3, 0.4]),
        "max_fill": np.array([0.6, 0.7]),
        "min_velocity_m_s": np.array([0.7, 0.7]),
        "max_velocity_m_s": 5.0,
        "slow_below_l_s": 15.0,
        "slow_slope": 0.003,
        "min_cover_m": 1.0,
        "max_depth_m": 6.0,
        "roughness_n": 0.014,
    }
    return Limits(**(given | other))


LINE = CostFunctions(lambda d, h: 100.0 * d + 10.0 * h, lambda d, h: 500.0 + 0.0 * d * h)


def test_one_small_flow_costs_what_a_hand_reckons():
    given = tree([("a", None, 100.0, 5.0, 10.0, 10.0)])
    found = lay_given_tree(given, limits(), LINE)
    pipe = found.pipes.loc["a"]
    # DN300 at 0.003: from a crown 1.00 m deep to one 1.30 m deep; its invert is 0.30 m lower.
    assert pipe[["diameter_m", "slope"]].tolist() == pytest.approx([0.3, 0.003])
    assert pipe[["invert_up_m", "invert_down_m"]].tolist() == pytest.approx([8.7, 8.4])
    assert found.cost_yuan == pytest.approx(100 * (30 + 10 * 1.45) + 2 * 500)
    assert found.bound_yuan <= found.cost_yuan


def test_the_deepest_that_is_allowed_is_reached_and_not_passed():
    # The invert of the hand's pipe ends 1.60 m below the ground, and nothing is lifted.
    given = tree([("a", None, 100.0, 5.0, 10.0, 10.0)])
    just = lay_given_tree(given, limits(max_depth_m=1.6), LINE)
    assert just.pipes["invert_down_m"].tolist() == pytest.approx([8.4])
    for depth in (1.599, 1.595, 1.55):
        with pytest.raises(InfeasibleError):
            lay_given_tree(given, limits(max_depth_m=depth, diameter_m=np.array([0.3, 0.4])), LINE)


def test_where_even_the_full_pipe_is_fast_enough_its_fill_governs():
    # 60 L/s fill DN300 whole at 0.85 m/s. At 0.6 of its height a pipe of n 0.014 has 0.0443 m2
    # and a hydraulic radius of 0.0833 m, so 0.603 m3/s times the root of the slope: 0.0099.
    given = tree([("a", None, 100.0, 60.0, 10.0, 10.0)])
    one = limits(
        diameter_m=np.array([0.3]), max_fill=np.array([0.6]), min_velocity_m_s=np.array([0.7])
    )
    found = lay_given_tree(given, one, LINE).pipes.loc["a"]
    fall = found["invert_up_m"] - found["invert_down_m"]
    assert fall == pytest.approx(0.99, abs=0.02)


def test_a_jump_in_the_price_is_kept_away_from():
    def pipe(d, h):
        return 100.0 * d + np.where(h <= 3.0, 10.0, 1000.0) + 0.0 * h

    given = tree([("a", "b", 300.0, 5.0, 10.0, 10.0), ("b", None, 300.0, 5.0, 10.0, 10.0)])
    # Crowns at 1.0, 1.9, 2.8 m: the inverts of the second pipe lie 2.2 and 3.1 m deep, 2.65 in
    # the mean. Asked for 0.2 m more cover, the mean is 2.85; for 0.4 m more, 3.05.
    for cover, line in ((1.0, 10.0), (1.2, 10.0), (1.4, 1000.0)):
        found = lay_given_tree(
            given, limits(min_cover_m=cover), CostFunctions(pipe, LINE.manhole_yuan)
        )
        expected = 300 * (30 + 10.0) + 300 * (30 + line) + 3 * 500
        assert found.cost_yuan == pytest.approx(expected)


def test_a_lift_is_built_where_depth_costs_more_and_not_without_its_price():
    rows = [("a", "b", 500.0, 5.0, 10.0, 10.0), ("b", None, 500.0, 5.0, 10.0, 10.0)]
    dear = CostFunctions(
        lambda d, h: 100.0 * d + 100.0 * h,
        LINE.manhole_yuan,
        lambda q, head: 1000.0 + 10.0 * q + 20.0 * head,
    )
    found = lay_given_tree(tree(rows), limits(), dear)
    assert found.pipes["lifted"].tolist() == [False, True]
    # Lifted by what the first pipe fell, 1.5 m.
    assert found.pipes["lift_yuan"].tolist() == pytest.approx([0.0, 1000 + 50 + 30])
    plain = CostFunctions(dear.pipe_yuan_m, dear.manhole_yuan)
    assert not lay_given_tree(tree(rows), limits(), plain).pipes["lifted"].any()
    with pytest.raises(InfeasibleError):
        lay_given_tree(tree(rows), limits(max_depth_m=4.2), plain)


@pytest.mark.parametrize("seed", range(6))
def test_no_finer_grid_passes_the_bound_and_every_grid_keeps_the_limits(seed):
    rng = np.random.default_rng(seed)
    ground = rng.uniform(8.0, 12.0, 7)
    down = [None, *(f"p{rng.integers(0, k)}" for k in range(1, 6))]
    rows = []
    for k, below in enumerate(down):
        end = ground[6] if below is None else ground[int(below[1:])]
        row = f"p{k}", below, rng.uniform(40, 200), rng.uniform(4, 60), ground[k], end
        rows.append(row)
    given = tree(rows)
    costs = CostFunctions(
        lambda d, h: 50.0 + 200.0 * d**2 + 9.0 * d * h + 6.0 * h**2,
        lambda d, h: 200.0 + 100.0 * d + 15.0 * h**2,
        lambda q, head: 3000.0 + q + 40.0 * head,
    )
    found = {
        step: lay_given_tree(given, limits(max_depth_m=8.0), costs, step_m=step)
        for step in (0.1, 0.05, 0.01, 0.002)
    }
    best = min(one.cost_yuan for one in found.values())
    for step, one in found.items():
        assert one.bound_yuan <= best + 1e-6, step
        crown = one.pipes[["invert_up_m", "invert_down_m"]].add(one.pipes["diameter_m"], axis=0)
        cover = given[["ground_up_m", "ground_down_m"]].to_numpy() - crown.to_numpy()
        assert cover.min() >= 1.0 - 1e-9
        fill = one.pipes["fill_ratio"] <= np.where(one.pipes["diameter_m"] < 0.35, 0.6, 0.7) + 1e-6
        assert fill.all()
    gaps = [one.cost_yuan - one.bound_yuan for one in found.values()]
    assert gaps[0] > gaps[-1]


def test_bad_trees_are_refused_with_all_that_is_wrong():
    lost = tree([("a", "x", 9.0, 5.0, 10.0, 10.0), ("b", "y", 9.0, 5.0, 10.0, 10.0)])
    with pytest.raises(LayerError) as caught:
        lay_given_tree(lost, limits(), LINE)
    assert [problem.zh[:4] for problem in caught.value.problems] == ["管段 a", "管段 b"]
    circle = tree([("a", "b", 9.0, 5.0, 10.0, 10.0), ("b", "a", 9.0, 5.0, 10.0, 10.0)])
    with pytest.raises(LayerError, match="circle"):
        lay_given_tree(circle, limits(), LINE)
    uneven = tree([("a", "b", 9.0, 5.0, 10.0, 10.0), ("b", None, 9.0, 5.0, 10.2, 10.0)])
    with pytest.raises(LayerError, match="ground at the lower end of a"):
        lay_given_tree(uneven, limits(), LINE)
    bent = CostFunctions(LINE.pipe_yuan_m, LINE.manhole_yuan, lambda q, head: q + head**2)
    one = tree([("a", None, 9.0, 5.0, 10.0, 10.0)])
    with pytest.raises(LayerError, match="in line with its head"):
        lay_given_tree(one, limits(), bent)


def test_the_plans_own_prices_are_functions_too():
    given = tree([("a", None, 100.0, 5.0, 10.0, 10.0)])
    found = lay_given_tree(given, limits(), costs_of(prices()))
    # 1.45 m deep in the mean: a trench 1.16 m wide and 1.58 m deep, see `pipe_yuan_m`.
    assert found.pipes["pipe_yuan"].sum() == pytest.approx(
        100 * (1.16 * 1.58 * 55 + 1.66 * 180 + 260)
    )
    assert found.pipes["manhole_yuan"].sum() == pytest.approx(2 * 2800 + 1100 * (1.3 + 1.6))


case = SimpleNamespace(**runpy.run_path(str(SCRIPT))) if SCRIPT.exists() else None
published = pytest.mark.skipif(
    case is None or not case.DATA.exists(), reason="the published network is not there"
)


@published
@pytest.mark.parametrize("largest_m", [1.0, 2.4])
@pytest.mark.parametrize("pumps", [True, False])
def test_li_and_matthews_network_costs_less_than_published(pumps, largest_m):
    given = case.read_pipes()
    found = lay_given_tree(given, case.limits(largest_m), case.costs(pumps=pumps))
    wrong, total = case.check_design(given, found.pipes)
    assert wrong == []
    assert total == pytest.approx(found.cost_yuan, rel=1e-9)
    record = case.PUBLISHED["with pumps" if pumps else "without pumps"]
    assert found.bound_yuan <= found.cost_yuan <= record
    # Levels to the centimetre lose no more than 1.5 %.
    assert found.cost_yuan / found.bound_yuan < 1.015


@published
def test_the_check_of_its_own_finds_what_is_broken():
    given = case.read_pipes()
    made = lay_given_tree(given, case.limits(1.0), case.costs()).pipes
    shallow = made.assign(invert_up_m=made["invert_up_m"] + 0.5)
    assert any("cover" in one for one in case.check_design(given, shallow)[0])
    assert any("crown" in one for one in case.check_design(given, shallow)[0])
    narrow = made.assign(diameter_m=made["diameter_m"].where(made.index != 59, 0.5))
    wrong = case.check_design(given, narrow)[0]
    assert any("59: fill" in one for one in wrong)
    assert any("59: shrinks" in one for one in wrong)
    flat = made.assign(invert_down_m=made["invert_up_m"] - 0.0005)
    assert any("slope" in one for one in case.check_design(given, flat)[0])
