"""Steps: an analysis asked again and again computes anew only what hangs on a change.

An analysis names its costly parts as steps: ``step(function, argument, ...)``. `at_once` simply
calls the function. `Steps` keeps what came out, with what the function looked at: of parameters and
of layers by role only those that it read. A step is asked anew when one of these is another; as
functions are pure, what is kept is what would come out again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, Protocol, TypeVar

import pandas as pd
from pydantic import BaseModel

P = ParamSpec("P")
R = TypeVar("R")
MOST_KEPT = 6
PLAIN = (str, bool, int, float, tuple, type(None))


class Step(Protocol):
    """Calls a function, or knows what it would return."""

    def __call__(self, function: Callable[P, R], /, *given: P.args, **named: P.kwargs) -> R:
        """Return what the function returns."""


def at_once(function: Callable[P, R], /, *given: P.args, **named: P.kwargs) -> R:
    """Call a function: the step of an analysis that is made once.

    Parameters
    ----------
    function : callable
        What to call.
    *given, **named : object
        Its arguments.

    Returns
    -------
    object
        What it returns.
    """
    return function(*given, **named)


class Steps:
    """Keeps what steps returned, the latest few of each function.

    Functions must be pure and their results left as they are.

    Examples
    --------
    >>> class Asked(BaseModel):
    ...     radius_m: float = 1.0
    ...     title: str = ""
    >>> def double(asked): print("asked"); return 2 * asked.radius_m
    >>> steps = Steps()
    >>> steps(double, Asked(radius_m=3.0)), steps(double, Asked(radius_m=3.0, title="another"))
    asked
    (6.0, 6.0)
    >>> sorted(steps.read["double"])
    ['radius_m']
    """

    def __init__(self) -> None:
        self._kept: dict[Callable[..., Any], list[_Kept]] = {}
        self.read: dict[str, set[str]] = {}

    def __call__(self, function: Callable[P, R], /, *given: P.args, **named: P.kwargs) -> R:
        """Return what the function returns, from memory where all that it read is the same."""
        asked = (*given, *named.values())
        known = self._kept.setdefault(function, [])
        for at, one in enumerate(known):
            if one.names == tuple(named) and one.holds(asked):
                known.insert(0, known.pop(at))
                found: R = one.result
                return found
        watched = [_watch(one) for one in asked]
        rest = dict(zip(named, watched[len(given) :], strict=True))
        result: R = function(*watched[: len(given)], **rest)
        known.insert(0, _Kept(asked, tuple(named), tuple(map(_read_of, watched)), result))
        del known[MOST_KEPT:]
        for one in watched:
            self.read.setdefault(function.__name__, set()).update(map(str, _read_of(one) or ()))
        return result


@dataclass(frozen=True, eq=False)
class _Kept:
    """One call: its arguments, what was read of those that are watched, and what came out."""

    asked: tuple[Any, ...]
    names: tuple[str, ...]
    read: tuple[Mapping[str, Any] | None, ...]
    result: Any

    def holds(self, asked: tuple[Any, ...]) -> bool:
        """Whether the function would find all that it read as it was."""
        return len(asked) == len(self.asked) and all(
            _same(was, now) if read is None else _reads(now, read)
            for was, now, read in zip(self.asked, asked, self.read, strict=True)
        )


def _same(was: object, now: object) -> bool:
    if was is now:
        return True
    if isinstance(was, pd.Index) and isinstance(now, pd.Index):
        return bool(was.equals(now) and was.name == now.name)
    plain = isinstance(was, PLAIN) and type(was) is type(now)
    return plain and (was == now or (was != was and now != now))  # noqa: PLR0124 - not a number


def _reads(now: object, read: Mapping[str, Any]) -> bool:
    if isinstance(now, BaseModel):
        return all(_same(value, getattr(now, name, None)) for name, value in read.items())
    return isinstance(now, Mapping) and all(now.get(name) is one for name, one in read.items())


class _Model:
    """Parameters that remember which of them were read."""

    def __init__(self, held: BaseModel) -> None:
        self._held, self.read_of = held, dict[str, Any]()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any parameter's
        held = self._held
        # Whoever takes the model as a whole has read all of it.
        names = (name,) if name in type(held).model_fields else tuple(type(held).model_fields)
        self.read_of |= {one: getattr(held, one) for one in names}
        return getattr(held, name)


class _Layers(Mapping[str, Any]):
    """Layers by role that remember which of them were asked for, there or not."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self._held, self.read_of = held, dict[str, Any]()

    def __getitem__(self, role: str) -> Any:  # noqa: ANN401 - any layer
        self.read_of[role] = self._held.get(role)
        return self._held[role]

    def __iter__(self) -> Iterator[str]:
        self.read_of[""] = object()  # whoever lists the roles hangs on all of them: never the same
        return iter(self._held)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _watch(one: Any) -> Any:  # noqa: ANN401 - any argument
    if isinstance(one, BaseModel):
        return _Model(one)
    return _Layers(one) if isinstance(one, Mapping) else one


def _read_of(watched: object) -> Mapping[str, Any] | None:
    return watched.read_of if isinstance(watched, _Model | _Layers) else None
