"""Odd cuts: no whole choice breaks one, the fractional point does, and the worthiest are kept."""

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from nngis.solvers.site._cover import CoverProblem
from nngis.solvers.site._cuts import FEW, MANY, odd_cuts

TRIANGLE = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1]])  # each site covers two of three classes


def problem_of(covers: np.ndarray, value: list[float]) -> CoverProblem:
    rows = sparse.csr_matrix(covers)
    worth = np.column_stack([value, np.zeros(len(value))])
    sites = np.arange(len(covers))
    none = np.zeros(0, np.int64)
    # Cuts hang on no limit: there is none to give.
    return CoverProblem(sites, none, rows, worth, sites * 0.0, 0.0, None)  # type: ignore[arg-type]


def point_of(covers: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    """Return how far sites are open, and how far that wins each class."""
    return np.concatenate([is_open, np.minimum(covers.T @ is_open, 1.0)])


def blocks(*parts: np.ndarray) -> np.ndarray:
    return np.asarray(sparse.block_diag(parts).toarray())


def test_three_classes_of_half_open_sites_give_the_cut_of_the_book() -> None:
    # Half of each site wins all three classes; of whole ones, one wins two and two win three:
    # won[a] + won[b] + won[c] <= 1 + open[1] + open[2] + open[3], and here 3 > 2.5.
    found = odd_cuts(problem_of(TRIANGLE, [1.0, 1.0, 1.0]), point_of(TRIANGLE, np.full(3, 0.5)))
    assert found is not None
    rows, high = found
    assert rows.toarray().tolist() == [[-1, -1, -1, 1, 1, 1]]
    assert high.tolist() == [1.0]


def test_a_whole_choice_gives_no_cut() -> None:
    for is_open in product((0.0, 1.0), repeat=3):
        point = point_of(TRIANGLE, np.array(is_open))
        assert odd_cuts(problem_of(TRIANGLE, [1.0] * 3), point) is None


@pytest.mark.parametrize("most", [FEW, MANY, (2, 1)])
def test_no_whole_choice_breaks_a_cut_and_the_point_breaks_each(most: tuple[int, int]) -> None:
    chance = np.random.default_rng(20)
    seen = 0
    for _ in range(300):
        covers = (chance.random((6, 6)) < 0.4).astype(int)
        value = chance.integers(1, 9, 6).astype(float).tolist()
        point = point_of(covers, chance.choice([0.0, 0.2, 0.4, 0.5, 0.6, 0.8], 6))
        found = odd_cuts(problem_of(covers, value), point, most)
        if found is None:
            continue
        rows, high = found
        seen += len(high)
        assert len(high) <= most[0]
        assert (rows @ point > high + 0.02).all()
        for is_open in product((0.0, 1.0), repeat=6):
            assert (rows @ point_of(covers, np.array(is_open)) <= high + 1e-9).all()
    assert seen > 10


@pytest.mark.parametrize("first_is_worth", [2.0, 50.0])
def test_of_two_places_the_cut_of_the_worthier_is_kept(first_is_worth: float) -> None:
    covers = blocks(TRIANGLE, TRIANGLE)
    value = [first_is_worth] * 3 + [10.0] * 3
    found = odd_cuts(problem_of(covers, value), point_of(covers, np.full(6, 0.5)), (1, 3))
    assert found is not None
    (row,) = found[0].toarray()
    in_first = row[6:9].sum()
    assert (in_first, row[9:].sum()) == ((3, 0) if first_is_worth > 10 else (0, 3))


@pytest.mark.parametrize("turned", [False, True])
def test_of_classes_covered_alike_the_worthiest_stand_in_the_cut(*, turned: bool) -> None:
    # Six classes lie where the first of the triangle does: of 1 to 6, the one of 6 is cut first,
    # and then each of the four worthiest once.
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0][:: -1 if turned else 1]
    covers = np.column_stack([*[TRIANGLE[:, 0]] * 6, TRIANGLE[:, 1], TRIANGLE[:, 2]])
    problem = problem_of(covers, [*values, 9.0, 9.0])
    point = point_of(covers, np.full(3, 0.5))
    for cuts, worth in ((1, [6.0]), (9, [3.0, 4.0, 5.0, 6.0])):
        found = odd_cuts(problem, point, (cuts, 9))
        assert found is not None
        cut_rows = found[0].toarray()[:, 3:]
        assert sorted(values[row[:6].argmax()] for row in cut_rows) == worth
        assert (cut_rows[:, 6:] == 1).all()


def test_of_classes_covered_alike_the_tightest_stand_in_the_cut() -> None:
    # Six as worthy lie where the first does; the point wins the first two of them by 0.85 only.
    covers = np.column_stack([*[TRIANGLE[:, 0]] * 6, TRIANGLE[:, 1], TRIANGLE[:, 2]])
    point = point_of(covers, np.full(3, 0.5))
    point[3:5] = 0.85
    found = odd_cuts(problem_of(covers, [5.0] * 8), point, (9, 9))
    assert found is not None
    assert sorted(row[:6].argmax() for row in found[0].toarray()[:, 3:]) == [2, 3, 4, 5]


def test_a_class_takes_part_in_no_more_cuts_than_it_may() -> None:
    # Three classes lie where the first does: each stands in a cut of its own, with the same two.
    covers = np.column_stack([*[TRIANGLE[:, 0]] * 3, TRIANGLE[:, 1], TRIANGLE[:, 2]])
    problem, point = problem_of(covers, [5.0] * 5), point_of(covers, np.full(3, 0.5))
    for most in (1, 2, 3):
        found = odd_cuts(problem, point, (9, most))
        assert found is not None
        assert found[0].toarray()[:, 3:].sum(axis=0)[3:].tolist() == [most, most]
