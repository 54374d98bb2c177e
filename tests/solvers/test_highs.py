"""An engine that lies in every way is not believed; one that works keeps silent."""

import ast
import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import highspy
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import nngis
from nngis.solvers import highs
from nngis.solvers.allocate import assign_by_capacity
from nngis.solvers.highs import (
    BAD_BOUND,
    BAD_POINT,
    NOT_EMPTY,
    NOT_OPTIMAL,
    REFUSED,
    Relaxation,
    solve_whole,
)
from nngis.solvers.links import make_links
from nngis.solvers.program import Program, safe_bound
from nngis.solvers.tree import steiner_tree

PACKAGE = Path(nngis.__file__).parent
INF = math.inf


def knapsack(*, whole=True):
    """Take some of three things, worth 3, 2, 2 and of weight 3, 2, 2, up to weight 4: at most 4."""
    return Program(
        np.array([3.0, 2.0, 2.0]),
        sparse.csr_matrix([[3.0, 2.0, 2.0]]),
        np.array([-np.inf]),
        np.array([4.0]),
        np.zeros(3),
        np.ones(3),
        np.full(3, whole),
    )


@pytest.fixture
def lie(monkeypatch):
    """Let the engine claim what a test wants it to claim."""

    def begin(point=None, *, bound=None, objective=None, status=None, ran=None, valid=None):
        class Liar(highs._Engine):
            def run(self):
                result = super().run()
                return result if ran is None else ran

            def getModelStatus(self):  # noqa: N802
                return super().getModelStatus() if status is None else status

            def getSolution(self):  # noqa: N802
                true = super().getSolution()
                if point is None:
                    return true
                return SimpleNamespace(
                    value_valid=True, col_value=point, row_dual=[np.nan] * len(true.row_dual)
                )

            def getInfo(self):  # noqa: N802
                true = super().getInfo()
                return SimpleNamespace(
                    valid=true.valid if valid is None else valid,
                    primal_solution_status=highspy.SolutionStatus.kSolutionStatusFeasible,
                    mip_dual_bound=true.mip_dual_bound if bound is None else -bound,
                    objective_function_value=(
                        true.objective_function_value if objective is None else -objective
                    ),
                )

        monkeypatch.setattr(highs, "_Engine", Liar)

    return begin


def ask(known=None):
    return solve_whole(knapsack(), known=known, gap=0.0, seconds=10.0)


def test_an_engine_that_tells_the_truth_is_believed():
    whole = ask(np.array([1.0, 0.0, 0.0]))
    assert whole.x.tolist() == [0.0, 1.0, 1.0]
    assert whole.bound == pytest.approx(4.0)
    assert whole.doubts == ()


@pytest.mark.parametrize(
    "point",
    [
        [1.0, 1.0, 0.0],  # weighs 5
        [0.5, 1.0, 0.0],  # not whole
        [2.0, 0.0, -1.0],  # outside its bounds
        [np.nan, 1.0, 1.0],
        [np.inf, 0.0, 0.0],
        [0.0, 1.0],  # too short
    ],
)
def test_a_point_that_breaks_the_question_is_dropped_with_its_bound(lie, point):
    lie(point)
    whole = ask()
    assert whole.x is None
    assert whole.bound == INF
    assert whole.doubts == (BAD_POINT,)


@pytest.mark.parametrize("bound", [3.5, -INF, np.nan])
def test_a_bound_below_its_own_point_or_no_number_is_dropped(lie, bound):
    lie(bound=bound)
    whole = ask()
    assert whole.x.tolist() == [0.0, 1.0, 1.0]
    assert whole.bound == INF
    assert whole.doubts == (BAD_BOUND,)


def test_a_bound_below_a_known_point_is_dropped(lie):
    lie([0.0, 1.0, 0.0], bound=2.0, objective=2.0)
    whole = ask(np.array([1.0, 0.0, 0.0]))
    assert whole.bound == INF
    assert whole.doubts == (BAD_BOUND,)


def test_an_optimum_worse_than_a_known_point_is_dropped(lie):
    lie([0.0, 1.0, 0.0], bound=4.0, objective=2.0)
    whole = ask(np.array([1.0, 0.0, 0.0]))
    assert whole.bound == INF
    assert whole.doubts == (NOT_OPTIMAL,)


def test_a_time_out_called_optimal_is_no_proof(lie):
    lie([1.0, 0.0, 0.0], bound=7.0, objective=3.0, status=highspy.HighsModelStatus.kOptimal)
    whole = ask()
    assert whole.x.tolist() == [1.0, 0.0, 0.0]
    assert whole.bound == INF
    assert whole.doubts == (NOT_OPTIMAL,)


def test_an_objective_that_is_not_the_points_costs_the_bound(lie):
    lie(objective=3.6, bound=4.0)
    whole = ask()
    assert whole.x.tolist() == [0.0, 1.0, 1.0]
    assert whole.bound == INF
    assert whole.doubts == (NOT_OPTIMAL,)


def test_no_solution_is_not_believed_where_one_is_known(lie):
    lie(status=highspy.HighsModelStatus.kInfeasible)
    assert ask(np.zeros(3)).doubts == (NOT_EMPTY,)
    assert ask(np.zeros(3)).bound == INF


@pytest.mark.parametrize(
    "claim", [{"ran": highspy.HighsStatus.kError}, {"valid": False, "bound": 0.0}]
)
def test_the_zeros_of_an_engine_that_did_not_run_are_no_answer(lie, claim):
    lie(**claim)
    whole = ask()
    assert whole.x is None
    assert whole.bound == INF
    assert whole.doubts == (REFUSED,)


def test_a_relaxation_that_stays_inside_bounds_as_well_and_can_go_to_a_corner_after():
    program = knapsack(whole=False)
    relaxation = Relaxation(program, is_inside=True)
    prices = [relaxation.solve(10.0)]
    relaxation.set_bounds(np.zeros(3), np.array([1.0, 1.0, 0.5]))
    prices.append(relaxation.solve(10.0))
    relaxation.is_inside = False
    prices.append(relaxation.solve(10.0))
    half = program.within(np.zeros(3), np.array([1.0, 1.0, 0.5]))
    bounds = [
        safe_bound(asked, relaxed.price)[0]
        for asked, relaxed in zip((program, half, half), prices, strict=True)
    ]
    assert bounds == pytest.approx([4.0, 4.0, 4.0], abs=1e-5)
    assert relaxation.doubts == ()


def test_a_relaxation_is_not_believed_to_be_empty_without_a_proof(lie):
    lie(status=highspy.HighsModelStatus.kInfeasible)
    relaxation = Relaxation(knapsack(whole=False))
    assert relaxation.solve(10.0) is None
    assert not relaxation.is_empty
    assert relaxation.has_failed
    assert relaxation.doubts == (NOT_EMPTY,)


def test_a_relaxation_without_a_point_is_proved_to_be_empty():
    relaxation = Relaxation(knapsack(whole=False))
    assert relaxation.solve(10.0) is not None
    relaxation.add_rows(sparse.csr_matrix([[-1.0, -1.0, 0.0]]), np.array([-1.9]))
    assert relaxation.solve(10.0) is None
    assert relaxation.is_empty
    assert not relaxation.has_failed
    assert relaxation.doubts == ()


@pytest.mark.parametrize("point", [[np.nan] * 3, [0.0] * 2])
def test_a_relaxed_point_that_is_no_number_is_dropped(lie, point):
    lie(point)
    relaxation = Relaxation(knapsack(whole=False))
    assert relaxation.solve(10.0) is None
    assert relaxation.doubts == (BAD_POINT,)


def test_an_engine_that_will_not_run_leaves_a_relaxation_unanswered(lie):
    lie(ran=highspy.HighsStatus.kError)
    relaxation = Relaxation(knapsack(whole=False))
    assert relaxation.solve(10.0) is None
    assert relaxation.has_failed
    assert relaxation.doubts == (REFUSED,)


@pytest.mark.parametrize(("bound", "note"), [(0.0, NOT_OPTIMAL), (-99.0, BAD_BOUND)])
def test_an_allocation_says_what_it_did_not_believe_and_claims_no_proof(lie, bound, note):
    links = make_links(
        pd.Index(["a", "b"]),
        pd.Index(["x", "y"]),
        np.array([0, 0, 1]),
        np.array([0, 1, 0]),
        np.array([10.0, 90.0, 60.0]),
    )
    asked = links, pd.Series({"a": 3.0, "b": 4.0}), pd.Series({"x": 5.0, "y": 9.0})
    assert assign_by_capacity(*asked).status == "optimal"
    lie(bound=bound)
    answer = assign_by_capacity(*asked)
    assert (answer.served, answer.load_distance_m) == (7.0, 510.0)
    assert answer.status == "feasible"
    assert answer.notes == (note,)


def test_a_tree_says_what_it_did_not_believe_and_claims_no_proof(lie):
    tail, head = [0, 0, 0, 1, 1, 2, 2, 3, 3], [1, 2, 3, 4, 5, 5, 6, 6, 4]
    graph = np.searchsorted(tail, np.arange(8)), head, [1.0] * 3 + [0.0] * 6
    assert steiner_tree(*graph, [4, 5, 6], [0], gap=0).status == "optimal"
    lie(ran=highspy.HighsStatus.kError)
    answer = steiner_tree(*graph, [4, 5, 6], [0], gap=0)
    assert (answer.cost, answer.status, answer.notes) == (2.0, "feasible", (REFUSED,))


def test_another_number_of_threads_in_the_process_does_not_stop_the_engine():
    code = (
        "import highspy; from test_highs import ask; other = highspy.Highs();"
        "other.setOptionValue('output_flag', False); other.setOptionValue('threads', {});"
        "other.addVar(0.0, 1.0); other.run(); print(ask().bound)"
    )
    for threads in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", code.format(threads)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent,
        )
        assert float(done.stdout.split()[-1]) == pytest.approx(4.0)


def test_the_engine_says_nothing_on_stdout():
    code = "from test_highs import ask, knapsack; from nngis.solvers.highs import Relaxation;"
    code += "ask(); Relaxation(knapsack(whole=False)).solve(1.0)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parent
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_one_module_imports_the_engine():
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        names = []
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names += [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
        if any(name.split(".")[0] == "highspy" for name in names):
            found.append(path.relative_to(PACKAGE).as_posix())
    assert found == ["solvers/highs.py"]
