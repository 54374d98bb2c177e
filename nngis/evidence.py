"""How sure a datum is; the weakest one used marks the result."""

from collections.abc import Iterable
from typing import Literal

Evidence = Literal["official", "surveyed", "derived", "approximate", "synthetic"]

ORDER: tuple[Evidence, ...] = ("official", "surveyed", "derived", "approximate", "synthetic")


def weakest(found: Iterable[str]) -> Evidence:
    """Return the weakest evidence of those given.

    Parameters
    ----------
    found : iterable of str
        Evidence words; at least one.

    Returns
    -------
    str
        The one that comes last in `ORDER`.

    Raises
    ------
    ValueError
        If a word is not in `ORDER`, or none is given.

    Examples
    --------
    >>> weakest(["official", "synthetic", "derived"])
    'synthetic'
    """
    return ORDER[max(ORDER.index(word) for word in found)]
