"""Which layers of a drawing are frozen or switched off, by its table of layers."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_LOOK_AT = 400_000  # lines; tables stand before the objects
_NAME, _FLAGS, _COLOUR = "2", "70", "62"
_FROZEN = 1


def unseen_layers(path: Path) -> frozenset[str]:
    """Find the layers that a drawing does not show."""
    unseen = set()
    for layer in _layers(_pairs(path)):
        flags, colour = layer.get(_FLAGS, "0"), layer.get(_COLOUR, "7")
        frozen = flags.isdecimal() and int(flags) & _FROZEN
        if frozen or colour.startswith("-"):
            unseen.add(layer.get(_NAME, ""))
    return frozenset(unseen)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", errors="replace") as stream:
        lines = (line.strip() for line in islice(stream, _LOOK_AT))
        yield from zip(lines, lines, strict=False)


def _layers(pairs: Iterator[tuple[str, str]]) -> Iterator[dict[str, str]]:
    """Give the entries of the table of layers: code -> value, the first of each."""
    entry: dict[str, str] | None = None
    for code, value in pairs:
        if code == "0":
            if entry is not None:
                yield entry
            if value == "ENDTAB" and entry is not None:
                return
            entry = {} if value == "LAYER" else None
        elif entry is not None:
            entry.setdefault(code, value)
