"""The register as data: a plan document's rules and targets, checked, and how each is computed.

The document stands in the case; what computes a rule stands in form.toml, by the rule's id.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from inspect import signature
from math import inf, nextafter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from nngis.decide.indicators import Sense
from nngis.errors import NngisError, Problem, require
from nngis.law import Document, LawNumber, plan_document
from nngis.text import Text

RuleType = Literal["spatial", "quantity", "list", "policy"]


class Target(BaseModel):
    """One number that the plan asks for, or the direction in which it wants a number to move."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = ""
    title: Text | None = None
    value: float | None = None
    unit: str
    sense: Sense
    year: int = 2025
    base_year: int = 2020
    strict: bool = False
    extensive: bool = False
    where: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("title", mode="before")
    @classmethod
    def _texts(cls, given: object) -> object:
        return Text(**given) if isinstance(given, dict) else given

    @property
    def bound(self) -> float | None:
        """The value that must be reached: just beyond the target where it must be exceeded."""
        if self.value is None or not self.strict:
            return self.value
        return nextafter(self.value, inf if self.sense == "at_least" else -inf)


class Link(BaseModel):
    """An indicator of another plan that adds to a rule's value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: str
    indicator: str | None = None


class Clause(BaseModel):
    """A clause of the plan and the offices it names at its end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    departments: str


class PlanRule(BaseModel):
    """One entry of the register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    clause: str
    clauses: tuple[str, ...]
    quote_zh: str
    meaning: Text
    type: RuleType
    geography: str
    departments: tuple[str, ...]
    roles: tuple[str, ...] = ()
    optional_roles: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    compute: str
    options: Mapping[str, Any] = Field(default_factory=dict)
    links: tuple[Link, ...] = ()
    borrowed: tuple[str, ...] = ()

    @field_validator("meaning", mode="before")
    @classmethod
    def _texts(cls, given: object) -> object:
        return Text(**given) if isinstance(given, dict) else given

    @property
    def uses(self) -> tuple[str, ...]:
        """Every layer and table that the rule may be computed from."""
        return (*self.roles, *self.optional_roles, *self.tables)

    def indicator(self, target: Target) -> str:
        """Return the name that a table gives one of the rule's numbers."""
        return f"{self.id}.{target.key}" if target.key else self.id


@cache
def register() -> Mapping[str, PlanRule]:
    """Read every entry of the register of the case that ships.

    Returns
    -------
    mapping of str to PlanRule
        The rules by id, in order.

    Raises
    ------
    NngisError
        If an entry is not what it must be; all entries at once.

    Examples
    --------
    >>> len(register()), register()["A63"].clause
    (90, '三（八）')
    """
    return read_register(plan_document())


def rules_of(document: Document) -> Mapping[str, PlanRule]:
    """Return the register of a case's plan document; that of the case that ships is read once.

    Parameters
    ----------
    document : Document
        The document; without entries it asks for nothing.

    Returns
    -------
    mapping of str to PlanRule
        The rules by id, in order.
    """
    return register() if document is plan_document() else read_register(document)


@cache
def form() -> Mapping[str, Mapping[str, Any]]:
    """Read how each rule that a document may hold is computed."""
    return tomllib.loads(files("nngis.register").joinpath("form.toml").read_text(encoding="utf-8"))


def read_register(document: Document) -> dict[str, PlanRule]:
    """Read the register of a plan document.

    Parameters
    ----------
    document : Document
        Its clauses, and an entry a rule; a rule that form.toml does not know brings its own
        ``compute`` and what belongs to it.

    Returns
    -------
    dict of str to PlanRule
        The rules by id.

    Raises
    ------
    NngisError
        If an entry is not what it must be; all entries at once.
    """
    found: dict[str, PlanRule] = {}
    problems: list[Problem] = []
    for name, entry in document.entries.items():
        where = f"{document.name} [{name}]"
        try:
            rule = PlanRule(id=name, **_given(name, entry, document))
        except (ValidationError, NngisError) as error:
            problems += _problems(error, where)
            continue
        problems += _wrong_function(rule, where)
        found[name] = rule
    require(problems, NngisError)
    return found


def _given(name: str, entry: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """Put together what the document says of a rule and how the package computes it."""
    whole = {**form().get(name, {}), **entry}
    own = tuple(whole.get("clauses", (whole.get("clause", ""),)))
    lacking = [c for c in own if c not in document.clauses]
    require(
        [
            Problem(
                f'没有条款 {c!r} 的表；请补上 [clause."{c}"]。',
                f'There is no table of clause {c!r}; add [clause."{c}"].',
            )
            for c in lacking
        ],
        NngisError,
    )
    offices = [o for c in own for o in split_offices(Clause(**document.clauses[c]).departments)]
    numbers = document.numbers
    mine = (one for key, one in numbers.items() if key.startswith(f"{name}.") and one.origin)
    return {key: value for key, value in whole.items() if key != "law"} | {
        "options": _with_law(name, whole.get("options", {}), numbers),
        "clauses": own,
        "departments": tuple(dict.fromkeys(offices)),
        "borrowed": tuple(dict.fromkeys(one.source for one in mine)),
    }


def _with_law(
    id_: str, options: Mapping[str, Any], numbers: Mapping[str, LawNumber]
) -> dict[str, Any]:
    """Put the document's numbers where options name them."""
    asked = {
        key: f"{id_}.{one['law']}"
        for key, one in options.items()
        if isinstance(one, Mapping) and set(one) == {"law"}
    }
    require(
        [
            Problem(
                f"缺少判定所用的数 {name}；请在该条目的 law 中给出。",
                f"The number {name}, by which it is decided, is missing; give it in its law.",
            )
            for name in asked.values()
            if name not in numbers
        ],
        NngisError,
    )
    return {**options, **{key: numbers[name].value for key, name in asked.items()}}


def _problems(error: ValidationError | NngisError, where: str) -> list[Problem]:
    if isinstance(error, NngisError):
        return [Problem(one.zh, one.en, where) for one in error.problems]
    return [
        Problem(
            f"条目有误：{e['msg']}。",
            f"The entry is wrong: {e['msg']}.",
            where=f"{where} {'.'.join(map(str, e['loc']))}",
        )
        for e in error.errors()
    ]


def function_of(rule: PlanRule) -> Any:  # noqa: ANN401 -- every function takes its own options
    """Find the function that computes a rule."""
    module, _, name = rule.compute.partition(".")
    return getattr(import_module(f"nngis.register.{module}"), name)


def columns_of(where: Mapping[str, Any]) -> list[str]:
    """Return the columns without which a condition cannot hold.

    Examples
    --------
    >>> columns_of({"fuel": "coal", "any": [{"a": True}, {"b": True}]})
    ['fuel']
    """
    return [column for column in where if column not in ("any", "of")]


def split_offices(text: str) -> list[str]:
    """Split the offices that a clause names.

    Examples
    --------
    >>> split_offices("市生态环境局、水利局牵头，市住建局，某某海事局等按职责分工负责")
    ['市生态环境局', '水利局', '市住建局', '某某海事局']
    """
    plain = text.removesuffix("等按职责分工负责").replace("牵头", "").replace("，", "、")
    return [name for name in plain.split("、") if name]


def _wrong_function(rule: PlanRule, entry: str) -> list[Problem]:
    try:
        signature(function_of(rule)).bind(rule, None, **rule.options)
    except (ImportError, AttributeError, TypeError) as error:
        where = f"{entry} compute = {rule.compute}"
        return [Problem(f"函数不符：{error}。", f"The function does not fit: {error}.", where)]
    return []
