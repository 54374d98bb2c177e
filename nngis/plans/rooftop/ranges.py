"""Ranges: low, central and high value of one parameter, as a scenario or ``--set`` gives them."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from nngis.parameters import read_list

FROM_MEMORY = "凭记忆，未核实 / from memory, unverified"
Triple = tuple[float, float, float]


def read_range(value: object) -> object:
    """Take a range as typed: ``0.5,0.6,0.7``, or one number for all three.

    Examples
    --------
    >>> read_range("0.5,0.6,0.7")
    ('0.5', '0.6', '0.7')
    >>> read_range(0.6)
    (0.6, 0.6, 0.6)
    """
    words = read_list(value)
    if isinstance(value, str) and isinstance(words, tuple):
        return words * 3 if len(words) == 1 else words
    if isinstance(value, int | float):
        return (value, value, value)
    return value


def _ascending(value: Triple) -> Triple:
    if not 0.0 <= value[0] <= value[1] <= value[2]:
        raise ValueError("low <= central <= high, none below 0 (应由低到高，且不小于 0)")
    return value


def _shares(value: Triple) -> Triple:
    if value[2] > 1.0:
        raise ValueError("a share is at most 1 (比例不得大于 1)")
    return value


Range = Annotated[Triple, BeforeValidator(read_range), AfterValidator(_ascending)]
ShareRange = Annotated[Range, AfterValidator(_shares)]
