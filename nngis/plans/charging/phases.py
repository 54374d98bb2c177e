"""Phases: which of the chosen stations are built in which year, so that what is built stays."""

from dataclasses import replace

import numpy as np
import pandas as pd

from nngis.errors import InfeasibleError
from nngis.plans.charging.siting import Choice, SitingQuestion, ask, covered_weight
from nngis.plans.charging.siting_parameters import SitingParameters
from nngis.solvers.site import SiteAnswer, SiteRules

PROVED = 1e-4


def phase_years(
    question: SitingQuestion, choice: Choice, parameters: SitingParameters
) -> pd.Series:
    """Give each new station its year.

    The stations of all years are the choice for the end state, which is the one that is proved.
    Backwards from there, the stations of each earlier year are those of the later one that cover
    most; so the years are nested, and ids stay. Mandatory places come before chosen ones.
    """
    role = question.sites["role"]
    new = [one for one in choice.selected if role[one] != "existing"]
    years = list(range(parameters.first_year, max(parameters.first_year, parameters.last_year) + 1))
    ends = np.round(len(new) * np.arange(1, len(years) + 1) / len(years)).astype(int)
    out = pd.Series(str(years[-1]), index=pd.Index(new, name="site_id"), dtype=object)
    kept = new
    for year, count in zip(reversed(years[:-1]), reversed(ends[:-1]), strict=True):
        kept = _best_of(question, kept, int(count))
        out[kept] = str(year)
    return out


def _best_of(question: SitingQuestion, sites: list[str], count: int) -> list[str]:
    """Choose the part of some sites that covers most, mandatory ones first."""
    role = question.sites["role"]
    must = [one for one in sites if role[one] == "mandatory"]
    pool = sites if len(must) <= count else must
    if count == 0 or count >= len(pool):
        return pool[:count] if count < len(pool) else pool
    others = question.reach.site_ids.difference([*pool, *question.rules.existing])
    rules = SiteRules(
        existing=question.rules.existing,
        mandatory=must if len(must) <= count else [],
        forbidden=list(others),
    )
    part = replace(question, count=count, budget_10k_cny=None, shares=None)
    try:
        answer = ask(part, rules, gap=PROVED, time_limit_s=10.0)
    except InfeasibleError:
        return pool[:count]  # none of them reaches anybody: any are as good
    chosen = set(answer.selected)
    first = [one for one in pool if one in chosen]
    # The solver leaves out what adds nothing; a year still builds its number.
    return [*first, *(one for one in pool if one not in chosen)][:count]


def phase_table(question: SitingQuestion, years: pd.Series) -> pd.DataFrame:
    """Say what is covered at the end of each year."""
    reach, weights = question.reach, question.weights.to_numpy(float)
    whole = weights.sum()
    is_open = np.asarray(reach.site_ids.isin(list(question.rules.existing)), bool)
    rows = []
    for year in ["now", *sorted(years.unique())]:
        built = years.index[years.eq(year)]
        is_open = is_open | np.asarray(reach.site_ids.isin(built), bool)
        covered, mean_m = covered_weight(reach, weights, is_open)
        rows.append(
            {
                "phase_id": year,
                "built_count": len(built),
                "stations_count": int(is_open.sum()),
                "covered_weight": covered,
                "covered_share": covered / whole if whole else np.nan,
                "mean_m": mean_m,
            }
        )
    return pd.DataFrame(rows).set_index("phase_id")


def curve_table(
    question: SitingQuestion, choice: Choice, years: pd.Series, parameters: SitingParameters
) -> pd.DataFrame:
    """Trade stations off against coverage, each count solved for itself."""
    columns = ["new_count", "covered_share", "bound_share", "gap_share", "added_vehicles", "proof"]
    empty = pd.DataFrame(columns=columns, index=pd.Index([], name="curve_id"))
    whole = float(question.weights.sum())
    if not parameters.curve_points_count or question.budget_10k_cny is not None or not whole:
        return empty
    held = np.asarray(question.reach.site_ids.isin(list(question.rules.existing)), bool)
    least, asked = len(question.rules.mandatory), question.count
    free = len(question.reach.site_ids) - len(question.rules.existing)
    free -= len(question.rules.forbidden)
    most = min(free, max(asked + asked // 2, least + 1))
    spread = np.linspace(max(least, 1), most, parameters.curve_points_count).round().astype(int)
    ends = years.value_counts().sort_index().cumsum().to_numpy()
    counts = sorted({*spread.tolist(), *(int(n) for n in ends if n >= max(least, 1))} - {asked})
    seconds = parameters.time_limit_s / max(1, len(counts))
    found: list[tuple[int, float, float, str]] = []
    for count in counts:
        answer = _solved(replace(question, count=count), parameters.gap_allowed, seconds)
        if answer is not None:
            found.append((count, answer.objective, answer.bound, answer.status))
    if asked:
        found.append((asked, choice.covered, choice.bound, choice.status))
    rows = []
    last_n, last_got = 0, covered_weight(question.reach, question.weights.to_numpy(float), held)[0]
    for n, got, bound, status in sorted(found):
        gap = (bound - got) / got if got else np.nan
        rows.append((n, got / whole, bound / whole, gap, (got - last_got) / (n - last_n), status))
        last_n, last_got = n, got
    index = pd.Index([f"N{one[0]:04d}" for one in rows], name="curve_id")
    return pd.DataFrame(rows, columns=columns, index=index) if rows else empty


def _solved(question: SitingQuestion, gap: float, seconds: float) -> SiteAnswer | None:
    try:
        return ask(question, question.rules, gap=gap, time_limit_s=seconds)
    except InfeasibleError:
        return None
