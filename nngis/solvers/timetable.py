"""When to build each of many works: most gain over all turns, within budgets and rooms.

Works i, turns t = 0 .. T-1. y[i, t] = 1 if work i is done by the end of turn t:

    maximise   sum over i, t of gain[i] y[i, t]
    subject to y[i, t] <= y[i, t + 1]                     what is done stays
               y[i, t] <= y[j, t]                         j before i, in the same turn at the latest
               sum of cost[i] y[i, t] <= budget (t + 1)   what one turn leaves, the next may spend
               sum of load[i] y[i, T - 1] <= room[k]      over the works i that load place k

The rows of the middle two kinds are those of a closure, so the relaxation is whole but for the
budgets and rooms, and its bound is close.
"""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nngis.arrays import Floats, Positions
from nngis.errors import LayerError, ParameterError, Problem, require
from nngis.solvers._effort import check_effort
from nngis.solvers.highs import Relaxation, solve_whole
from nngis.solvers.program import Program, safe_bound
from nngis.text import Text

MOST_WORKS = 500
CLOSE = 1e-6
"""Share of a budget or room by which rounding may pass it."""


@dataclass(frozen=True, eq=False)
class Works:
    """What may be built; n works.

    Parameters
    ----------
    cost, gain, load : (n,) float array
        What each costs, what it gains in every turn from its own on, what it brings its place.
    place : (n,) int array
        The place that each loads.
    room : (k,) float array
        What places can take; inf where unknown.
    before, after : (m,) int array
        Work ``before[j]`` is built before ``after[j]``, or in the same turn.
    """

    cost: Floats
    gain: Floats
    load: Floats
    place: Positions
    room: Floats
    before: Positions
    after: Positions


@dataclass(frozen=True, eq=False)
class Timetable:
    """When each work is built, what that gains, and what none can pass.

    Parameters
    ----------
    turn : (n,) int array
        Turn of each work, from 0; the number of turns where it is not built.
    gain : float
        Sum of the gains over all turns, reckoned from `turn`.
    bound : float
        No timetable gains more.
    doubts : tuple of Text
        What the solver claimed and cannot be.
    """

    turn: Positions
    gain: float
    bound: float
    doubts: tuple[Text, ...] = ()


def gain_of(works: Works, turn: npt.ArrayLike, turns: int) -> float:
    """Add up what a timetable gains over all turns.

    Parameters
    ----------
    works : Works
        What is to be done.
    turn : (n,) int array
        The turn of each; `turns` where it is left.
    turns : int
        Number of turns.

    Returns
    -------
    float
        The gain.
    """
    return float((works.gain * (turns - np.asarray(turn))).sum())


def keeps(works: Works, turn: npt.ArrayLike, budget: float, turns: int) -> bool:
    """Tell whether a timetable keeps order, budgets and rooms."""
    at = np.asarray(turn)
    spent = np.bincount(at, weights=works.cost, minlength=turns + 1)[:turns].cumsum()
    done = at < turns
    brought = np.bincount(works.place[done], weights=works.load[done], minlength=len(works.room))
    return bool(
        (spent <= budget * np.arange(1, turns + 1) * (1 + CLOSE)).all()
        and (brought <= works.room * (1 + CLOSE)).all()
        and (at[works.before] <= at[works.after]).all()
    )


def in_order(works: Works, order: npt.ArrayLike, budget: float, turns: int) -> Positions:
    """Build works one after another as an order says, and skip what does not fit.

    Parameters
    ----------
    works : Works
        The works.
    order : (n,) int array
        The first to build first; each after those that come before it.
    budget : float
        What may be spent in a turn.
    turns : int
        Number of turns.

    Returns
    -------
    (n,) int array
        Turn of each work; `turns` where it is not built.

    Examples
    --------
    Three works of 3 in two turns of 4: the second waits for what the first left, the third is out.

    >>> none = np.zeros(0, int)
    >>> works = Works(np.full(3, 3.0), np.ones(3), np.zeros(3), np.zeros(3, int),
    ...               np.array([np.inf]), none, none)
    >>> in_order(works, [0, 1, 2], 4.0, 2).tolist()
    [0, 1, 2]
    """
    left = works.room.copy()
    turn = np.full(len(works.cost), turns)
    needs: list[list[int]] = [[] for _ in turn]
    for before, after in zip(works.before, works.after, strict=True):
        needs[after].append(int(before))
    spent = 0.0
    for work in np.asarray(order):
        at = max(0, int(np.ceil((spent + works.cost[work]) / budget - CLOSE)) - 1)
        at = max([at, *(int(turn[other]) for other in needs[work])])
        place = works.place[work]
        if at >= turns or works.load[work] > left[place] * (1 + CLOSE):
            continue
        turn[work], spent = at, spent + works.cost[work]
        left[place] -= works.load[work]
    return turn


def best_timetable(
    works: Works,
    *,
    budget: float,
    turns: int,
    known: npt.ArrayLike | None = None,
    gap: float = 1e-4,
    time_limit_s: float = 30.0,
) -> Timetable:
    """Find the timetable that gains most.

    Parameters
    ----------
    works : Works
        At most 500 works.
    budget : float
        What may be spent in a turn; what is left may be spent later.
    turns : int
        Number of turns.
    known : (n,) int array, optional
        A timetable that keeps all; the answer is no worse.
    gap : float
        Relative gap at which to stop.
    time_limit_s : float
        Time allowed for the search [s].

    Returns
    -------
    Timetable
        The best found, with a bound.

    Raises
    ------
    LayerError
        If there are more works than can be looked at.
    """
    check_effort(gap, time_limit_s)
    _check(budget, turns)
    n = len(works.cost)
    if n > MOST_WORKS:
        raise LayerError(
            f"工程包超过 {MOST_WORKS} 个；请合并后再求最优时序。",
            f"There are more than {MOST_WORKS} works; join some of them first.",
            where="works",
        )
    program = _program(works, budget, turns)
    best = np.full(n, turns) if known is None else np.asarray(known)
    relaxed = Relaxation(program).solve(time_limit_s)
    bound = np.inf
    if relaxed is not None:
        bound = safe_bound(program, relaxed.price)[0]
        # The more of a work the relaxation does early, the earlier it comes.
        late = -relaxed.x.reshape(n, turns).sum(axis=1)
        tried = in_order(works, _after_their_needs(works, late), budget, turns)
        if gain_of(works, tried, turns) > gain_of(works, best, turns):
            best = tried
    point = (np.arange(turns) >= best[:, None]).astype(float).ravel()
    whole = solve_whole(program, known=point, gap=gap, seconds=time_limit_s)
    if whole.x is not None:
        found = turns - np.round(whole.x).reshape(n, turns).sum(axis=1).astype(np.intp)
        if keeps(works, found, budget, turns) and gain_of(works, found, turns) > gain_of(
            works, best, turns
        ):
            best = found
    gain = gain_of(works, best, turns)
    return Timetable(best, gain, max(min(bound, whole.careful_bound), gain), whole.doubts)


def _check(budget: float, turns: int) -> None:
    problems = [
        Problem(f"{zh}须大于零。", f"The {en} must be above zero.", where=en)
        for value, zh, en in ((budget, "预算", "budget"), (turns, "年数", "turns"))
        if not value > 0
    ]
    require(problems, ParameterError)


def _after_their_needs(works: Works, late: Floats) -> Positions:
    """Order works, the least late first, each after those that come before it."""
    waiting = np.bincount(works.after, minlength=len(late))
    onward: list[list[int]] = [[] for _ in late]
    for before, after in zip(works.before, works.after, strict=True):
        onward[before].append(int(after))
    ready = [(float(late[work]), int(work)) for work in np.flatnonzero(waiting == 0)]
    heapify(ready)
    order = []
    while ready:
        _, work = heappop(ready)
        order.append(work)
        for other in onward[work]:
            waiting[other] -= 1
            if waiting[other] == 0:
                heappush(ready, (float(late[other]), other))
    return np.array(order, np.intp)


def _program(works: Works, budget: float, turns: int) -> Program:
    """Write the programme; columns go work by work, turn by turn."""
    n, eye = len(works.cost), sparse.eye_array(turns, format="csr")
    stays = sparse.diags_array(
        [np.ones(turns - 1), -np.ones(turns - 1)], offsets=[0, 1], shape=(turns - 1, turns)
    )
    m = len(works.before)
    pairs = sparse.coo_array(
        (np.repeat([1.0, -1.0], m), (np.tile(np.arange(m), 2), np.r_[works.after, works.before])),
        shape=(m, n),
    )
    last = np.zeros((1, turns))
    last[0, -1] = 1.0
    bounded = np.flatnonzero(np.isfinite(works.room))
    # Rows in shares of a budget or a room, so that the solver's tolerance is one of both.
    whole = np.where(works.room > 0, works.room, 1.0)[bounded]
    share = np.where(works.place == bounded[:, None], works.load, 0.0) / whole[:, None]
    blocks = [
        sparse.kron(sparse.eye_array(n), stays),
        sparse.kron(pairs, eye),
        sparse.kron(sparse.coo_array(works.cost[None] / budget), eye),
        sparse.kron(sparse.coo_array(share), last),
    ]
    rows = sparse.csr_matrix(sparse.vstack([one for one in blocks if one.shape[0]], format="csr"))
    high = np.concatenate([
        np.zeros(n * (turns - 1) + m * turns), np.arange(1.0, turns + 1),
        works.room[bounded] / whole,
    ])  # fmt: skip
    columns = n * turns
    return Program(
        np.repeat(works.gain, turns), rows, np.full(len(high), -np.inf), high,
        np.zeros(columns), np.ones(columns), np.ones(columns, bool),
    )  # fmt: skip
