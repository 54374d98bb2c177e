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
        From facts, parameters, the scenario's edits, a table and an id to what more is known of
        that row.
    seek : callable, optional
        From facts, parameters, the scenario's edits and a lock to what finds that which `draw` can
        only sketch; None where it was found. It is called in a thread of its own with a function
        that is told covered and bound as shares, and holds the lock where it reads the facts.
    edited : tuple of str
        Roles whose edits `draw` itself follows; the layers have none of them.
    actions : tuple of str
        Which edits of those roles; the layers have the others.
    of_result : bool
        Whether the facts are taken from a whole result.
    aside : bool
        Whether gathering takes so long that it is done beside, while the page waits.
    beside : callable, optional
        From facts, parameters and edits to what a whole result's picture shows besides.
    """

    levers: tuple[str, ...]
    keep: Callable[..., Any]
    draw: Callable[..., dict[str, Any]]
    why: Callable[..., dict[str, Any]] | None = None
    seek: Callable[..., Callable[..., None] | None] | None = None
    edited: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("off", "move", "add", "set")
    of_result: bool = False
    aside: bool = False
    beside: Callable[..., dict[str, Any]] | None = None
