"""p-center: p sites that bring the farthest demand as near as can be."""

import numpy as np
import pandas as pd
from scipy import sparse

from nngis.errors import InfeasibleError
from nngis.kernel.site._choice import FORBIDDEN, Choice, read_choice
from nngis.kernel.site._effort import Effort, start_effort
from nngis.kernel.site._table import site_table
from nngis.kernel.site.answer import SiteAnswer, relative_gap, status_of
from nngis.kernel.site.lscp import solve_lscp
from nngis.kernel.site.rules import SiteRules
from nngis.kernel.site.site_links import Flags, Floats, Ints, SiteLinks

NO_RULES = SiteRules()
UNDECIDED: Flags = np.zeros(0, bool)
WHOLE = 1e-6  # a bound on a count of sites that is this far above p excludes p
SHIFT_M = 1.0  # keeps links of no length in a sparse matrix


def solve_p_center(
    links: SiteLinks,
    p: int,
    *,
    rules: SiteRules = NO_RULES,
    gap: float = 1e-4,
    time_limit_s: float = 60.0,
) -> SiteAnswer:
    """Choose p sites so that the largest distance from a demand to a site is least.

    The answer is the length of some link. The lengths are halved again and again: where the
    fewest sites that cover every demand within a length are no more than p, the answer is no
    longer; where they are proved to be more, it is longer.

    Parameters
    ----------
    links : SiteLinks
        Who can be served from where.
    p : int
        Largest number of sites to open; those that exist are not counted.
    rules : SiteRules
        Sites that exist, must, or must not be opened; groups of which only some may be.
    gap : float
        Relative gap to stop at.
    time_limit_s : float
        Time allowed [s]; then the best selection is given with the gap that is proved.

    Returns
    -------
    SiteAnswer
        The objective is the largest distance of a reachable demand to an open site [m];
        `unreached` names the demands without a link to any allowed site. In the table,
        `marginal` is how much longer the largest distance is without a site; it is infinite
        where a demand would have no link left.

    Raises
    ------
    LayerError
        If rules name unknown sites.
    ParameterError
        If an option is out of bounds.
    InfeasibleError
        If p is larger than the candidates, the rules contradict each other, or p sites cannot
        reach every reachable demand.

    References
    ----------
    E. Minieka, "The m-center problem", SIAM Review 12 (1970).

    Examples
    --------
    >>> from nngis.kernel.site.site_links import site_links_from_csr
    >>> row = site_links_from_csr([0, 3, 6, 9], [0, 1, 2] * 3,
    ...                           [0.0, 10.0, 20.0, 10.0, 0.0, 10.0, 20.0, 10.0, 0.0],
    ...                           demand_ids=["a", "b", "c"], site_ids=["x", "y", "z"])
    >>> found = solve_p_center(row, 1)
    >>> found.selected, found.objective, found.status
    (('y',), 10.0, 'optimal')
    """
    effort = start_effort(gap, time_limit_s)
    choice = read_choice(rules, links.site_ids, p)
    allowed = (choice.role != FORBIDDEN)[links.site_at]
    n = len(links.demand_ids)
    least = np.full(n, np.inf)
    np.minimum.at(least, links.demand_at[allowed], links.distance_m[allowed])
    reached = np.isfinite(least)
    if not reached.any():
        raise InfeasibleError(
            "没有任何可用站点能到达需求；请检查半径、坐标或候选点。",
            "No allowed site reaches any demand; check the radius, the coordinates or the sites.",
            where="links",
        )
    lengths = np.unique(links.distance_m[allowed & reached[links.demand_at]])
    lengths = lengths[lengths >= least[reached].max()]
    opened, low = _halve(links, lengths, p, rules, reached, effort)
    objective = float(_nearest(links, opened)[reached].max())
    bound = min(objective, float(lengths[low]))
    left = relative_gap(-objective, -bound)
    return SiteAnswer(
        problem="p_center",
        sense="min",
        selected=tuple(links.site_ids[opened]),
        objective=objective,
        bound=bound,
        status=status_of(left, gap, timed_out=effort.is_over),
        seconds=effort.spent_s,
        sites=_describe(links, choice, opened, reached, objective),
        unreached=tuple(links.demand_ids[~reached]),
    )


def _halve(
    links: SiteLinks,
    lengths: Floats,
    p: int,
    rules: SiteRules,
    reached: Flags,
    effort: Effort,
) -> tuple[Flags, int]:
    """Return a selection and the position of the least length that is not excluded."""
    low, high = 0, lengths.size - 1
    opened = _cover_within(links, float(lengths[high]), p, rules, reached, effort, first=True)
    if opened is None or opened is UNDECIDED:
        raise InfeasibleError(
            f"{p} 个站点无法到达全部 {int(reached.sum())} 个可达需求；请增加站点数或放宽链接距离。",
            f"{p} sites cannot reach all of the {int(reached.sum())} reachable demands; allow more "
            "sites or longer links.",
            where="p",
        )
    while low < high:
        high = int(np.searchsorted(lengths, _nearest(links, opened)[reached].max()))
        if low >= high or lengths[low] >= lengths[high] * (1 - effort.gap):
            break
        middle = (low + high) // 2
        found = _cover_within(links, float(lengths[middle]), p, rules, reached, effort)
        if found is UNDECIDED:
            break
        if found is None:
            low = middle + 1
        else:
            opened = found
    return opened, low


def _cover_within(
    links: SiteLinks,
    radius_m: float,
    p: int,
    rules: SiteRules,
    reached: Flags,
    effort: Effort,
    *,
    first: bool = False,
) -> Flags | None:
    """Cover every reachable demand within a radius by at most p sites.

    None says that it cannot be done, `UNDECIDED` that neither was shown in the time left.
    """
    try:
        answer = solve_lscp(
            links,
            radius_m=radius_m,
            rules=rules,
            gap=0.0,
            # The first cover is needed whatever the time limit is.
            time_limit_s=max(effort.left_s, 1.0 if first else 1e-3),
        )
    except InfeasibleError:
        return None
    if len(answer.unreached) > int((~reached).sum()) or answer.bound > p + WHOLE:
        return None
    if answer.objective > p:
        return UNDECIDED
    opened: Flags = links.site_ids.isin(answer.selected)
    return opened


def _nearest(links: SiteLinks, opened: Flags) -> Floats:
    nearest = np.full(len(links.demand_ids), np.inf)
    mine = opened[links.site_at]
    np.minimum.at(nearest, links.demand_at[mine], links.distance_m[mine])
    return nearest


def _describe(
    links: SiteLinks, choice: Choice, opened: Flags, reached: Flags, objective: float
) -> pd.DataFrame:
    """Say how much each open site matters, and which closed one would take its place best."""
    m = opened.size
    matrix = sparse.csr_matrix(
        (links.distance_m + SHIFT_M, links.demand_at, links.start), shape=(m, reached.size)
    )
    marginal, runner = np.zeros(m), np.full(m, -1)
    after = np.full(m, np.nan)
    closed = np.flatnonzero(~opened & choice.free)
    for j in np.flatnonzero(opened):
        rest = opened.copy()
        rest[j] = False
        base = np.where(reached, _nearest(links, rest), 0.0)
        marginal[j] = base.max(initial=0.0) - objective
        runner[j], after[j] = _replacement(matrix, closed, base, choice, rest)
    return site_table(
        links.site_ids, choice, opened, marginal=marginal, runner=runner, runner_objective=after
    )


def _replacement(
    matrix: sparse.csr_matrix, closed: Ints, base: Floats, choice: Choice, rest: Flags
) -> tuple[int, float]:
    """Find the closed site that keeps the largest distance least, of those the rules admit."""
    room = choice.packing.after(rest).may_open()
    closed = closed[room[closed]]
    if closed.size == 0:
        return -1, np.nan
    order = np.argsort(-base, kind="stable")
    order = order[base[order] > 0]
    if order.size == 0:
        return int(closed[0]), 0.0
    # Only demands that a closed site could bring nearer matter; the farthest decide.
    far = matrix[closed][:, order].toarray()
    reach = np.where(far > 0, far - SHIFT_M, np.inf)
    worst = np.minimum(reach, base[order]).max(axis=1)
    best = int(np.argmin(worst))
    return int(closed[best]), float(worst[best])
