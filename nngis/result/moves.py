"""How much a parameter that nobody verified moves the figures that a reader looks at first."""

from collections.abc import Iterable
from dataclasses import dataclass

from nngis.parameter_values import ParameterRecord


@dataclass(frozen=True)
class Move:
    """One parameter moved alone.

    Parameters
    ----------
    name : str
        Name of the parameter.
    moved_to : str
        What it was moved to.
    headline : str
        Name of the indicator that this moves most; empty where it moves none.
    moved_share : float
        By what share of it.
    """

    name: str
    moved_to: str
    headline: str
    moved_share: float


def to_confirm(
    records: Iterable[ParameterRecord], moves: Iterable[Move]
) -> list[tuple[ParameterRecord, Move | None]]:
    """List what a planner must confirm, what moves the headlines most first.

    Parameters
    ----------
    records : iterable of ParameterRecord
        A plan's parameters.
    moves : iterable of Move
        Those that were moved.

    Returns
    -------
    list of (ParameterRecord, Move or None)
        Every parameter that is not verified; those of which nothing was computed come last.

    Examples
    --------
    >>> from nngis.text import Text
    >>> plain = [ParameterRecord(name, Text("", ""), 1, "", "", "default", "no") for name in "abc"]
    >>> moves = [Move("a", "2", "cost", 0.1), Move("c", "2", "cost", 0.4)]
    >>> [record.name for record, _ in to_confirm(plain, moves)]
    ['c', 'a', 'b']
    """
    known = {one.name: one for one in moves}
    pairs = [(one, known.get(one.name)) for one in records if one.verified != "yes"]
    return sorted(pairs, key=lambda pair: -pair[1].moved_share if pair[1] else 1.0)
