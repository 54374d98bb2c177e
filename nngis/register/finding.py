"""A finding: where the city stands on one rule, by which numbers, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import Literal

import pandas as pd

from nngis.decide.indicators import Sense
from nngis.decide.trends import Forecast
from nngis.register.rules import PlanRule, Target
from nngis.text import Text

Status = Literal["met", "missed", "on_track", "unknown", "done", "illustration", "not_computable"]
# The worst of a rule's parts speaks for the rule.
WORST_FIRST: tuple[Status, ...] = (
    "missed",
    "unknown",
    "on_track",
    "met",
    "done",
    "illustration",
    "not_computable",
)
STATUS_TITLES: Mapping[Status, Text] = {
    "met": Text("达到", "met"),
    "missed": Text("未达到", "missed"),
    "on_track": Text("进度正常", "on track"),
    "unknown": Text("无法判定", "unknown"),
    "done": Text("已分析（方案未定数值）", "analysed (the plan names no number)"),
    "illustration": Text("示意（合成演示数据）", "illustration (synthetic data)"),
    "not_computable": Text("不可计算", "not computable"),
}


def status_title(status: str) -> Text:
    """Return what people call a status.

    Parameters
    ----------
    status : str
        One of `STATUS_TITLES`.

    Returns
    -------
    Text
        Its title.

    Examples
    --------
    >>> status_title("on_track").en
    'on track'
    """
    return {str(name): title for name, title in STATUS_TITLES.items()}[status]


class MissingDataError(Exception):
    """A layer or a column that a rule needs is not there; caught where the rule is asked.

    Parameters
    ----------
    missing : sequence of str
        ``"role"`` or ``"role.column"``.
    """

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(", ".join(missing))


@dataclass(frozen=True)
class Part:
    """One number of a rule.

    Parameters
    ----------
    name : str
        The rule's id, with the target's key where it has several.
    value : float or None
        What is known; None where nothing is.
    unit : str
        Unit of value and target.
    status : str
        Where it stands.
    target : float, optional
        What the plan asks for.
    sense : {"at_least", "at_most"}, optional
        Which side is good.
    title : Text, optional
        What the number is, where a rule has several.
    forecast : Forecast, optional
        Where the pace leads.
    year : int, optional
        Year of the value.
    """

    name: str
    value: float | None
    unit: str
    status: Status
    target: float | None = None
    sense: Sense | None = None
    title: Text | None = None
    forecast: Forecast | None = None
    year: int | None = None

    @property
    def share(self) -> float | None:
        """Share of the target that is reached."""
        if self.value is None or not self.target or self.sense != "at_least":
            return None
        return self.value / self.target


@dataclass(frozen=True)
class Finding:
    """Where the city stands on one rule.

    Parameters
    ----------
    status : str
        The status of the rule.
    note : Text
        One or two sentences: what the number says, or why there is none.
    parts : tuple of Part
        Its numbers.
    missing : tuple of str
        Tables and layers (``role``), or columns of them (``role.column``), without which it
        cannot be decided.
    objects : DataFrame or None
        What the rule is about, one row an object, with `state`.
    by_county : DataFrame or None
        Indexed by county: `value`, and where known `target`, `incentive`, `status`, `share`.
    county_unit : str
        Unit of the values by county, where it is not that of the parts.
    assumptions : tuple of Text
        What was taken as true without data.
    source : str
        Where a public figure comes from.
    evidence : str or None
        The weakest evidence it used.
    contributions : tuple
        Numbers of plans that bear on it: (plan, indicator, value, unit).
    """

    status: Status
    note: Text
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    objects: pd.DataFrame | None = None
    by_county: pd.DataFrame | None = None
    county_unit: str = ""
    assumptions: tuple[Text, ...] = ()
    source: str = ""
    evidence: str | None = None
    contributions: tuple[tuple[str, str, float | None, str], ...] = ()


def bounded(low: float, high: float, target: float | None, sense: Sense) -> Status:
    """Judge a number of which only the bounds are known.

    Examples
    --------
    >>> bounded(15, float("inf"), 36, "at_least")
    'unknown'
    >>> bounded(40, float("inf"), 36, "at_least"), bounded(1, 5, 0, "at_most")
    ('met', 'missed')
    >>> bounded(float("nan"), float("inf"), None, None)  # nothing is known
    'unknown'
    """
    if target is None:
        return "unknown" if isnan(low) else "done"
    if sense == "at_most":
        low, high, target = -high, -low, -target
    if low >= target:
        return "met"
    return "missed" if high < target else "unknown"


def worst(statuses: Sequence[Status]) -> Status:
    """Return the status that speaks for several.

    Examples
    --------
    >>> worst(["met", "unknown"])
    'unknown'
    """
    return min(statuses, key=WORST_FIRST.index)


def part(rule: PlanRule, target: Target, low: float, high: float = inf) -> Part:
    """Make the part of a number known by its bounds; its value is the lower one."""
    status = bounded(low, high, target.bound, target.sense)
    return Part(
        rule.indicator(target),
        low,
        target.unit,
        status,
        target.value,
        target.sense,
        target.title,
    )
