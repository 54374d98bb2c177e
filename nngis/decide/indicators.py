"""An indicator: a value against the plan's target."""

from dataclasses import dataclass, replace
from typing import Literal

from nngis.text import Text

Sense = Literal["at_least", "at_most"]
Status = Literal["met", "missed", "unknown", "no_target"]


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
    """

    name: str
    title: Text
    value: float | None
    unit: str
    source: str
    target: float | None = None
    sense: Sense | None = None
    note: Text | None = None

    @property
    def for_readers(self) -> "Indicator":
        """The same as people read it: a share in per cent.

        Returns
        -------
        Indicator
            Itself, where its name does not end in ``_share``.

        Examples
        --------
        >>> one = Indicator("covered_share", Text("覆盖", "Covered"), 0.85, "", "", 0.9, "at_least")
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

        Returns
        -------
        {"met", "missed", "unknown", "no_target"}
            A value that equals its target has met it.

        Examples
        --------
        >>> Indicator("sewer_km", Text("管网", "Sewers"), 592.0, "km", "三（十）", 280.0,
        ...           "at_least").status
        'met'
        """
        if self.target is None:
            return "no_target"
        if self.value is None:
            return "unknown"
        good = self.value >= self.target if self.sense == "at_least" else self.value <= self.target
        return "met" if good else "missed"
