"""What a plan's fast part is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class QuickPart:
    """A plan's fast part.

    Parameters
    ----------
    levers : tuple of str
        Parameters that may change without the facts changing.
    keep : callable
        From the plan's layers, its parameters and, with `of_result`, a whole result to the facts.
    draw : callable
        From facts, parameters, the keys of shapes that the page has, and the scenario's edits to
        the parts of a picture that are known at once: as `picture.draw_result`, or fewer.
    why : callable, optional
        From facts, parameters, a table and an id to what more is known of that row.
    beside : callable, optional
        From facts, parameters and edits to what a whole result's picture shows besides.
    edited : tuple of str
        Roles whose edits `draw` itself follows; the layers have none of them.
    actions : tuple of str
        Which edits of those roles; the layers have the others.
    of_result : bool
        Whether the facts are taken from a whole result.
    aside : bool
        Whether gathering takes so long that it is done beside, while the page waits.
    """

    levers: tuple[str, ...]
    keep: Callable[..., Any]
    draw: Callable[..., dict[str, Any]]
    why: Callable[..., dict[str, Any]] | None = None
    beside: Callable[..., dict[str, Any]] | None = None
    edited: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("off", "move", "add", "set")
    of_result: bool = False
    aside: bool = False
