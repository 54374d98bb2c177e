"""Boilers to outlets: as many t/h as possible, then the least pipe, within what there is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

SLACK_T_H = 1e-6  # a capacity that equals the load holds it
GAP = 1e-4  # share of the best by which an answer may be off
SECONDS = 10.0


@dataclass(frozen=True)
class Assigned:
    """Who goes where.

    Parameters
    ----------
    chosen : (k,) int array
        Positions of the links used, sorted; one a boiler at most.
    dual : Series of float
        By outlet: t/h more that could close for a t/h more of steam, if boilers could be closed
        in part; 0 where steam is left.
    """

    chosen: npt.NDArray[np.intp]
    dual: pd.Series


def assign(
    links: pd.DataFrame, load_t_h: pd.Series, size_t_h: pd.Series, available_t_h: pd.Series
) -> Assigned:
    """Assign boilers to outlets.

    First the capacity that closes is made as large as possible, then, of all ways to close that
    much, the pipe as short as possible.

    Parameters
    ----------
    links : DataFrame
        `boiler_id`, `outlet_id`, `pipe_m`: who can be served from where.
    load_t_h : Series
        Steam each boiler asks for [t/h].
    size_t_h : Series
        Capacity that closes with it [t/h].
    available_t_h : Series
        Steam of each outlet [t/h]; missing counts as none.

    Returns
    -------
    Assigned
        Links used, and what more steam would be worth.

    Examples
    --------
    Ten t/h for boilers of 6, 5 and 4: the 6 and the 4 close.

    >>> links = pd.DataFrame({"boiler_id": ["a", "b", "c"], "outlet_id": "P", "pipe_m": 1.0})
    >>> size = pd.Series([6.0, 5.0, 4.0], index=["a", "b", "c"])
    >>> answer = assign(links, size, size, pd.Series({"P": 10.0}))
    >>> answer.chosen.tolist(), answer.dual.tolist()
    ([0, 2], [1.0])
    """
    none = pd.Series(0.0, index=available_t_h.index)
    if links.empty:
        return Assigned(np.array([], dtype=np.intp), none)
    boiler, boilers = pd.factorize(links["boiler_id"])
    load = load_t_h.reindex(links["boiler_id"]).to_numpy(float)
    size = size_t_h.reindex(links["boiler_id"]).to_numpy(float)
    outlet = available_t_h.index.get_indexer(links["outlet_id"])
    each = np.arange(len(links))
    once = csr_array((np.ones(len(links)), (boiler, each)), shape=(len(boilers), len(links)))
    used = csr_array((load, (outlet, each)), shape=(len(available_t_h), len(links)))
    steam = available_t_h.fillna(0.0).to_numpy(float)
    limits = np.concatenate([np.ones(len(boilers)), steam])
    matrix = vstack([once, used]).tocsr()

    relaxed = linprog(-size, A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
    dual = pd.Series(-relaxed.ineqlin.marginals[len(boilers) :], index=available_t_h.index)
    most = _solved(-size, [LinearConstraint(matrix, ub=limits + SLACK_T_H)])
    enough = float(size @ most) - SLACK_T_H
    closes = LinearConstraint(csr_array(size[None, :]), lb=enough)
    pipe = links["pipe_m"].to_numpy(float)
    # A thousandth of a metre a link breaks ties by the links' order.
    tie = np.linspace(0.0, 1e-3, len(links))
    both = [LinearConstraint(matrix, ub=limits + SLACK_T_H), closes]
    least = _solved(pipe + tie, both, otherwise=most)
    return Assigned(np.flatnonzero(least > 0.5), dual)  # noqa: PLR2004


def _solved(
    cost: npt.NDArray[np.float64],
    constraints: list[LinearConstraint],
    *,
    otherwise: npt.NDArray[np.float64] | None = None,
) -> npt.NDArray[np.float64]:
    found = milp(
        cost,
        integrality=np.ones(cost.size),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"time_limit": SECONDS, "mip_rel_gap": GAP},
    )
    if found.x is not None:
        return np.asarray(np.rint(found.x))
    # Nobody served is always possible.
    return np.zeros(cost.size) if otherwise is None else otherwise
