"""Public figures: numbers from the press and from official pages, each with its source."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import inf
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from nngis.case_file import shipped_case, shipped_layers
from nngis.errors import LayerError, Problem, require
from nngis.evidence import Evidence
from nngis.register.finding import Finding, Part, bounded
from nngis.register.rules import PlanRule
from nngis.text import Text
from nngis.toml_file import read_toml

# city: the number the rule asks for; part: it covers a part, so the city has at least as much;
# related: it bears on the rule but is another number, and decides nothing.
Covers = Literal["city", "part", "related"]


class Figure(BaseModel):
    """One public figure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    value: float
    unit: str
    year: int
    covers: Covers
    note: Text
    source: str
    evidence: Evidence

    @field_validator("note", mode="before")
    @classmethod
    def _texts(cls, given: object) -> object:
        return Text(**given) if isinstance(given, dict) else given


@cache
def public_figures() -> Mapping[str, tuple[Figure, ...]]:
    """Read every public figure of the case that ships.

    Returns
    -------
    mapping of str to tuple of Figure
        Figures by rule.
    """
    return read_figures(shipped_layers() / str(shipped_case().figures))


def read_figures(path: Path) -> dict[str, tuple[Figure, ...]]:
    """Read the public figures of a case.

    Parameters
    ----------
    path : Path
        TOML with a ``[[figure]]`` each.

    Returns
    -------
    dict of str to tuple of Figure
        Figures by rule.

    Raises
    ------
    LayerError
        If one is not what it must be; all at once.
    """
    figures: list[Figure] = []
    problems: list[Problem] = []
    entries: list[Any] = read_toml(path, LayerError).get("figure", [])
    for at, entry in enumerate(entries, 1):
        try:
            figures.append(Figure.model_validate(entry))
        except ValidationError as error:
            problems += [
                Problem(
                    f"有误：{e['msg']}。",
                    f"Wrong: {e['msg']}.",
                    f"{path.name} figure {at} {'.'.join(map(str, e['loc']))}",
                )
                for e in error.errors()
            ]
    require(problems, LayerError)
    return {
        rule: tuple(f for f in figures if f.rule == rule)
        for rule in dict.fromkeys(f.rule for f in figures)
    }


def from_figures(rule: PlanRule, figures: Sequence[Figure]) -> Finding | None:
    """Say what public figures tell of a rule, where no layer or table was given."""
    if not figures:
        return None
    note = Text("".join(f.note.zh for f in figures), " ".join(f.note.en for f in figures))
    source = "；".join(dict.fromkeys(f.source for f in figures))
    best = min(figures, key=lambda f: ("city", "part", "related").index(f.covers))
    bare = Finding("unknown", note, source=source, evidence=best.evidence)
    if best.covers == "related" or not rule.targets:
        return bare
    target = rule.targets[0]
    high = best.value if best.covers == "city" else inf
    status = bounded(best.value, high, target.value, target.sense)
    one = Part(
        rule.id,
        best.value,
        target.unit,
        status,
        target.value,
        target.sense,
        year=best.year,
    )
    return replace(bare, status=status, parts=(one,))
