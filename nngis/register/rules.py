"""The register as data: 90 rules and targets of the plan, read from register.toml and checked."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from inspect import signature
from math import inf, nextafter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from nngis.decide.indicators import Sense
from nngis.errors import NngisError, Problem, require
from nngis.law import Document, plan_document
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
    """Read every entry of the register.

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


def read_register(document: Document) -> dict[str, PlanRule]:
    """Read the register of a plan document."""
    clauses = {name: Clause(**entry) for name, entry in document.clauses.items()}
    found: dict[str, PlanRule] = {}
    problems: list[Problem] = []
    for name, entry in document.entries.items():
        own = tuple(entry.get("clauses", (entry.get("clause", ""),)))
        offices = [o for c in own for o in split_offices(clauses[c].departments)]
        kept = {key: value for key, value in entry.items() if key != "law"}
        options = _with_law(name, entry.get("options", {}), document)
        given = kept | {
            "options": options,
            "clauses": own,
            "departments": tuple(dict.fromkeys(offices)),
        }
        try:
            rule = PlanRule(id=name, **given)
        except ValidationError as error:
            problems += [
                Problem(
                    f"条目有误：{e['msg']}。",
                    f"The entry is wrong: {e['msg']}.",
                    where=f"register.toml [{name}] {'.'.join(map(str, e['loc']))}",
                )
                for e in error.errors()
            ]
            continue
        problems += _wrong_function(rule)
        found[name] = rule
    require(problems, NngisError)
    return found


def _with_law(id_: str, options: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """Put the document's numbers where options name them."""
    numbers = document.numbers
    return {
        key: numbers[f"{id_}.{one['law']}"].value
        if isinstance(one, Mapping) and set(one) == {"law"}
        else one
        for key, one in options.items()
    }


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
    >>> split_offices("市生态环境局、水利局牵头，市住建局，南宁海事局等按职责分工负责")
    ['市生态环境局', '水利局', '市住建局', '南宁海事局']
    """
    plain = text.removesuffix("等按职责分工负责").replace("牵头", "").replace("，", "、")
    return [name for name in plain.split("、") if name]


def _wrong_function(rule: PlanRule) -> list[Problem]:
    try:
        signature(function_of(rule)).bind(rule, None, **rule.options)
    except (ImportError, AttributeError, TypeError) as error:
        where = f"register.toml [{rule.id}] compute = {rule.compute}"
        return [Problem(f"函数不符：{error}。", f"The function does not fit: {error}.", where)]
    return []
