"""Allocation of demands to facilities: to the nearest, or by capacity."""

from dataclasses import replace

import numpy as np
import pandas as pd

from nngis.arrays import Floats
from nngis.solvers._effort import check_effort
from nngis.solvers.allocate._question import NOISE, Question, read_question
from nngis.solvers.allocate._relax import EQUAL, relax
from nngis.solvers.allocate._simplex import Ints
from nngis.solvers.allocate._tables import (
    Carried,
    assignment_table,
    capacity_tables,
    unserved_table,
)
from nngis.solvers.allocate._whole import assign_whole
from nngis.solvers.allocate.answer import AllocationAnswer, Status
from nngis.text import Text


def assign_nearest(links: pd.DataFrame, load: pd.Series) -> AllocationAnswer:
    """Give each demand its nearest facility, however much that is for the facility.

    Examples
    --------
    >>> links = pd.DataFrame({"demand_id": ["a", "a", "b"], "facility_id": ["x", "y", "y"],
    ...                       "distance_m": [50.0, 80.0, 70.0]})
    >>> answer = assign_nearest(links, pd.Series({"a": 3.0, "b": 2.0, "c": 1.0}))
    >>> answer.facilities["load"].to_dict(), answer.load_distance_m
    ({'x': 3.0, 'y': 2.0}, 290.0)
    >>> answer.unserved[["demand_id", "reason"]].values.tolist()
    [['c', 'no_link']]
    """
    named = pd.Index(links["facility_id"].unique(), dtype=object)
    question = read_question(links, load, pd.Series(np.inf, named))
    first = np.diff(question.demand_at, prepend=-1) != 0
    chosen = np.flatnonzero(first)
    carried = Carried(chosen, question.load[question.demand_at[chosen]], whole=True)
    prices = np.zeros((len(named), 2)), np.zeros((0, 2))
    served = float(carried.amount.sum())
    distance = float(carried.amount @ question.distance_m[chosen])
    return _answer(question, carried, prices, (served, distance), 0.0)


def assign_by_capacity(
    links: pd.DataFrame,
    load: pd.Series,
    capacity: pd.Series,
    *,
    split: bool = False,
    groups: pd.Series | None = None,
    group_capacity: pd.Series | None = None,
    gap: float = 1e-3,
    time_limit_s: float = 60.0,
) -> AllocationAnswer:
    """Serve as much load as capacities allow, and that at the least load times distance.

    With `split` the network simplex method finds the best flow. Without, its flow is rounded to
    whole demands and improved by local search, and where the bounds are not met a mixed-integer
    programme over the links that can still matter goes on: first for more load, then for less
    load times distance. With more than some 20,000 such links the local search stands, with its
    gap.

    Parameters
    ----------
    links : DataFrame
        A links table: only what it links can be served.
    load : Series
        Load of every demand, indexed by `demand_id`.
    capacity : Series
        Capacity of every facility in the unit of the loads, indexed by `facility_id`; may be inf.
    split : bool
        Whether several facilities may share a demand, or each is served by one or by none.
    groups : Series, optional
        `group_id` of facilities that share a further capacity, indexed by `facility_id`; a facility
        is in one group at most. So the pressure levels of one plant are facilities of their own,
        the plant is their group, and links say which level can serve whom.
    group_capacity : Series, optional
        Capacity of every group, indexed by `group_id`.
    gap : float
        Share by which load times distance may be from its bound; load served may not. Only whole
        demands leave a gap.
    time_limit_s : float
        Time after which whole demands are no longer improved [s]. Half of it at most is spent on
        load, the rest on distance.

    Returns
    -------
    AllocationAnswer
        The allocation. Prices of capacity are those of demands that can be split, on the side of
        more capacity, also where demands are whole.

    Raises
    ------
    LayerError
        If loads, capacities or distances are missing or negative, or ids do not fit together.
    ParameterError
        If gap or time limit is out of bounds.

    References
    ----------
    R. K. Ahuja, T. L. Magnanti, J. B. Orlin, *Network Flows*, 1993, chapter 11; for whole demands
    the generalised assignment problem, D. B. Shmoys and É. Tardos, Math. Programming 62 (1993).

    Examples
    --------
    Plant x has room for 5: b, who can go nowhere else, comes in, and a goes to y.

    >>> links = pd.DataFrame({"demand_id": ["a", "a", "b"], "facility_id": ["x", "y", "x"],
    ...                       "distance_m": [10.0, 90.0, 60.0]})
    >>> answer = assign_by_capacity(links, pd.Series({"a": 3.0, "b": 4.0}),
    ...                             pd.Series({"x": 5.0, "y": 9.0}))
    >>> answer.assignments[["demand_id", "facility_id", "load"]].values.tolist()
    [['a', 'y', 3.0], ['b', 'x', 4.0]]
    >>> answer.served, answer.load_distance_m, answer.status
    (7.0, 510.0, 'optimal')
    """
    check_effort(gap, time_limit_s)
    question = read_question(links, load, capacity, groups, group_capacity)
    relaxed = relax(question)
    notes: tuple[Text, ...] = ()
    if split:
        links_used = np.flatnonzero(relaxed.counted > NOISE)
        carried = _split_loads(question, links_used, relaxed.counted[links_used])
        bounds = relaxed.served, relaxed.load_distance_m
    else:
        whole = assign_whole(question, relaxed, gap, time_limit_s)
        amount = question.load[question.demand_at[whole.chosen]]
        carried = Carried(whole.chosen, amount, whole=True)
        bounds, notes = (whole.served, whole.load_distance_m), whole.doubts
    carried = _with_idle(question, carried)
    prices = relaxed.facility_price, relaxed.group_price
    return replace(_answer(question, carried, prices, bounds, gap), notes=notes)


def _split_loads(question: Question, links: Ints, counted: Ints) -> Carried:
    """Turn counted amounts into loads; a demand on one link has just its load there."""
    load = question.load[question.demand_at[links]]
    whole = counted == question.counted(load)
    return Carried(links, np.where(whole, load, counted * question.unit), whole=False)


def _with_idle(question: Question, carried: Carried) -> Carried:
    """Put demands of no load on their nearest links: they are linked, and need no room."""
    first = np.diff(question.demand_at, prepend=-1) != 0
    idle = np.flatnonzero(first & (question.load[question.demand_at] == 0.0))
    links = np.concatenate([carried.links, idle])
    amount = np.concatenate([carried.amount, np.zeros(len(idle))])
    order = np.argsort(links, kind="stable")
    return Carried(links[order], amount[order], whole=carried.whole)


def _answer(
    question: Question,
    carried: Carried,
    prices: tuple[Floats, Floats],
    bounds: tuple[float, float],
    gap: float,
) -> AllocationAnswer:
    served = float(carried.amount.sum())
    distance = float(carried.amount @ question.distance_m[carried.links])
    facilities, groups = capacity_tables(question, carried, prices)
    answer = AllocationAnswer(
        assignments=assignment_table(question, carried),
        unserved=unserved_table(question, carried),
        facilities=facilities,
        groups=groups,
        served=served,
        served_bound=max(bounds[0], served),
        load_distance_m=distance,
        load_distance_bound_m=min(bounds[1], distance),
        status="feasible",
    )
    status: Status = "feasible"
    if answer.served_gap <= EQUAL and answer.distance_gap <= gap + EQUAL:
        status = "optimal" if answer.distance_gap <= EQUAL else "within_gap"
    return replace(answer, status=status)
