"""An indicator: a value against the plan's target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from nngis.evidence import Evidence, weakest
from nngis.text import Lang, Text

Sense = Literal["at_least", "at_most"]
Status = Literal["met", "missed", "unknown", "no_target", "illustration"]
Basis = Literal["achieved", "planned", "potential"]
BASES: Mapping[Basis, Text] = {
    "achieved": Text("已实现", "achieved"),
    "planned": Text("规划", "planned"),
    "potential": Text("潜力", "potential"),
}
NOT_JUDGED: Mapping[Basis, Text] = {
    "planned": Text(
        "规划值，不作为完成情况；建成后才能判定。",
        "Planned: it says nothing of what is reached, and is judged once it is built.",
    ),
    "potential": Text(
        "潜力值，不作为完成情况；建成后才能判定。",
        "A potential: it says nothing of what is reached, and is judged once it is built.",
    ),
}


@dataclass(frozen=True)
class Indicator:
    """One number and where it stands.

    Parameters
    ----------
    name : str
        Machine name, ending in the unit.
    title : Text
        What people call it.
    value : float or None
        The value; None means unknown, which is not zero.
    unit : str
        Unit of value and target.
    source : str
        Clause or document the target or the definition comes from.
    target : float, optional
        What the plan asks for.
    sense : {"at_least", "at_most"}, optional
        Which side of the target is good; needed with a target.
    note : Text, optional
        Why the value is unknown, or what it leaves out.
    rule : str
        The rule of the register whose target it is held against or bears on.
    rests_on : tuple of str
        Roles of the layers that it is computed from.
    assumptions : tuple of Text
        What was taken as true to come to the value.
    evidence : str, optional
        The weakest evidence of what it rests on, see `with_evidence`.
    is_least : bool
        Whether the value is the least that is known: there may be more.
    basis : {"achieved", "planned", "potential"}
        What the value is of: what stands, what is to be built, or what could be; it has no default,
        since nothing is achieved unless somebody says so. A target asks
        for what stands, so the other two are never judged.
    """

    name: str
    title: Text
    value: float | None
    unit: str
    source: str
    target: float | None = None
    sense: Sense | None = None
    note: Text | None = None
    basis: Basis = field(kw_only=True)
    rule: str = ""
    rests_on: tuple[str, ...] = ()
    assumptions: tuple[Text, ...] = ()
    evidence: Evidence | None = None
    is_least: bool = False

    @property
    def for_readers(self) -> "Indicator":
        """The same as people read it: a share in per cent.

        Examples
        --------
        >>> one = Indicator("covered_share", Text("覆盖", "Covered"), 0.85, "", "", 0.9, "at_least",
        ...                 basis="planned")
        >>> one.for_readers.value, one.for_readers.target, one.for_readers.unit
        (85.0, 90.0, '%')
        """
        if not self.name.endswith("_share"):
            return self
        value, target = (
            None if one is None else round(100.0 * one, 10) for one in (self.value, self.target)
        )
        return replace(self, value=value, target=target, unit="%")

    @property
    def status(self) -> Status:
        """Where the value stands against its target.

        Examples
        --------
        >>> one = Indicator("sewer_km", Text("管网", "Sewers"), 592.0, "km", "三（十）", 280.0,
        ...                 "at_least", basis="achieved")
        >>> one.status, replace(one, basis="planned").status
        ('met', 'unknown')
        >>> replace(one, evidence="synthetic").status
        'illustration'
        """
        if self.target is None:
            return "no_target"
        if self.value is None:
            return "unknown"
        if self.evidence == "synthetic":
            return "illustration"
        if self.basis != "achieved":
            return "unknown"
        good = self.value >= self.target if self.sense == "at_least" else self.value <= self.target
        if self.is_least and good != (self.sense == "at_least"):
            return "unknown"  # more than this may lie on the other side
        return "met" if good else "missed"

    @property
    def remark(self) -> Text | None:
        """The note, and why a value with a target is not judged."""
        more = (
            NOT_JUDGED.get(self.basis)
            if self.target is not None and self.value is not None
            else None
        )
        said = [one for one in (self.note, more) if one]
        if not said:
            return None
        return Text("".join(one.zh for one in said), " ".join(one.en for one in said))


STATUS_TITLES: Mapping[Status, Text] = {
    "met": Text("达到", "met"),
    "missed": Text("未达到", "missed"),
    "unknown": Text("无法判定", "unknown"),
    "no_target": Text("无目标", "no target"),
    "illustration": Text("示意（合成数据）", "illustration (synthetic)"),
}


def number(value: float | None, lang: Lang) -> str:
    """Write a number with six significant digits; a missing one in words, never as zero.

    Parameters
    ----------
    value : float or None
        The number.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        The number as it is read, the same on every page.

    Examples
    --------
    >>> number(1234567.8, "en"), number(None, "en")
    ('1,234,570', 'unknown')
    """
    if value is None:
        return Text("未知", "unknown").say(lang)
    return f"{float(f'{value:.6g}'):,.10g}"


def with_evidence(
    indicators: Sequence[Indicator], frames: Mapping[str, pd.DataFrame]
) -> tuple[Indicator, ...]:
    """Give each indicator the weakest evidence of the layers that it rests on.

    Parameters
    ----------
    indicators : sequence of Indicator
        As a plan computed them.
    frames : mapping of str to DataFrame
        Layers by role; those with a column `evidence` count.

    Returns
    -------
    tuple of Indicator
        The same; one that names no layer, or none that is there, keeps its own.

    Examples
    --------
    >>> one = Indicator("x", Text("", ""), 1.0, "", "", 2.0, "at_least", basis="achieved",
    ...                 rests_on=("boilers",))
    >>> made_up = pd.DataFrame({"evidence": ["surveyed", "synthetic"]})
    >>> with_evidence([one], {"boilers": made_up})[0].status
    'illustration'
    """
    found = []
    asked = {role for one in indicators for role in one.rests_on if role in frames}
    held = {
        role: frames[role]["evidence"].dropna().unique()
        for role in asked
        if "evidence" in frames[role]
    }
    for one in indicators:
        words = [word for role in one.rests_on for word in held.get(role, ())]
        found.append(replace(one, evidence=weakest(words)) if words else one)
    return tuple(found)
