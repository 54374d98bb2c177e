"""The p-median on boards whose relaxation is far off: the optimum is reckoned band by band."""

import numpy as np
import pytest

from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.site_links import site_links_from_csr

K = 4
SIDE = 3 * K
UNREACHED = 3000.0
"""Charged where no king stands beside: in the published boards the cost of such a pair."""


def _board(seed: int) -> np.ndarray:
    """Draw what it costs, 0 to 4, that a king on one cell serves a cell beside it, or its own.

    The boards of Y. Kochetov and D. Ivanenko, "Computationally difficult instances for the
    uncapacitated facility location problem" (2003): a torus of 3k by 3k cells and k x k kings. The
    first two axes are the king's cell, the others the step to the cell it serves.
    """
    return np.random.default_rng(seed).integers(0, 5, (SIDE, SIDE, 3, 3))


def _optimum(board: np.ndarray) -> int:
    """Cost of the best cover: k x k kings cover all cells only in bands of three rows or columns.

    Within a band the kings stand three cells apart; each band begins where it costs least.
    """
    king = board.sum(axis=(2, 3))
    return int(
        min(
            sum(min(line[at::3].sum() for at in range(3)) for line in side[first::3])
            for side in (king, king.T)
            for first in range(3)
        )
    )


def _links(board: np.ndarray):
    cell = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    served = np.stack(
        [np.roll(cell, (-dy, -dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)], axis=-1
    ).reshape(-1, 9)
    return site_links_from_csr(
        np.arange(SIDE * SIDE + 1) * 9,
        served.ravel(),
        board.reshape(-1).astype(float),
        demand_ids=[f"d{one}" for one in cell.ravel()],
        site_ids=[f"s{one}" for one in cell.ravel()],
    )


@pytest.mark.parametrize("seed", range(2))
def test_a_chess_board_is_covered_at_the_least_cost(seed: int) -> None:
    board = _board(seed)
    answer = solve_p_median(
        _links(board), np.ones(SIDE * SIDE), K * K, beyond_m=UNREACHED, gap=1e-6, time_limit_s=120.0
    )
    assert answer.objective == _optimum(board)
    assert not answer.unserved
    assert answer.status == "optimal"
