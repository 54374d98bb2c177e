"""What parameters are in a run: defaults, case, scenario, --set, and each value's origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from nngis.errors import ParameterError, Problem, require
from nngis.parameter_problems import unknown_name, wrong_value
from nngis.parameters import Parameters, Verified
from nngis.quantity import read_quantity
from nngis.text import Lang, Text

DEFAULT = Text("缺省", "default")


@dataclass(frozen=True)
class CaseValue:
    """What a parameter is in a case.

    Parameters
    ----------
    value : object
        The value.
    source : str
        Where it comes from.
    origin : str
        ``default``, or the file of the case.
    verified : {"yes", "no", "disputed"}
        As a parameter's.
    """

    value: object
    source: str
    origin: str
    verified: Verified = "no"

    @property
    def is_assumed(self) -> bool:
        """Whether the case is silent and a value is used all the same."""
        return self.origin == "default" and self.value not in (None, ())


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True)
class ParameterRecord:
    """One parameter as a result keeps it.

    Parameters
    ----------
    name : str
        Name of the parameter.
    title : Text
        What people call it.
    value : object
        Value used.
    unit : str
        Unit, or ``""``.
    source : str
        Clause or document of the default.
    origin : str
        ``default``, the scenario's name, or ``--set``.
    verified : {"yes", "no", "disputed"}
        Whether the default was read in the source that it names (or is this tool's own to set);
        ``disputed`` where sources differ. A value that a user gives is the user's to answer for.
    """

    name: str
    title: Text
    value: object
    unit: str
    source: str
    origin: str
    verified: Verified = "no"


def origin_words(origin: str, lang: Lang) -> str:
    """Say where a value comes from as a reader wants it.

    Parameters
    ----------
    origin : str
        ``default``, a scenario's name, or ``--set``.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        The word for a default; anything else as it is.

    Examples
    --------
    >>> origin_words("default", "zh"), origin_words("scenario.toml", "zh")
    ('缺省', 'scenario.toml')
    """
    return DEFAULT.say(lang) if origin == "default" else origin


def build(
    model: type[P],
    scenario: Mapping[str, Any],
    overrides: Mapping[str, Any],
    *,
    scenario_name: str,
    case: Mapping[str, CaseValue] | None = None,
) -> tuple[P, list[ParameterRecord]]:
    """Build a plan's parameters: defaults, then the case, then the scenario, then ``--set``.

    Parameters
    ----------
    model : type of Parameters
        The plan's parameters.
    scenario : mapping of str to object
        Values of the scenario file.
    overrides : mapping of str to object
        Values of ``--set``, as typed, or of a Python call.
    scenario_name : str
        What to call the scenario in the records.
    case : mapping of str to CaseValue, optional
        What the case says, where it is not the one that ships.

    Returns
    -------
    values : Parameters
        The values.
    records : list of ParameterRecord
        Each value with its unit, source and origin.

    Raises
    ------
    ParameterError
        If a name is unknown, a value has the wrong type or lies outside its bounds; all at once.
    """
    here = case or {}
    given = {**{name: one.value for name, one in here.items()}, **scenario, **overrides}
    given = {name: _with_its_unit(model, name, value) for name, value in given.items()}
    origins = {name: one.origin for name, one in here.items()}
    origins |= dict.fromkeys(scenario, scenario_name) | dict.fromkeys(overrides, "--set")
    try:
        values = model(**given)
    except ValidationError as error:
        problems = [_problem(model, e, origins) for e in error.errors()]
        require(problems, ParameterError)
        raise
    records = []
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        meta: dict[str, Any] = extra if isinstance(extra, dict) else {}
        records.append(
            ParameterRecord(
                name,
                Text(str(meta["title_zh"]), str(meta["title_en"])),
                getattr(values, name),
                str(meta["unit"]),
                here[name].source if name in here else meta["source"],
                origins.get(name, "default"),
                here[name].verified if name in here else meta["verified"],
            )
        )
    return values, records


def _with_its_unit(model: type[Parameters], name: str, value: object) -> object:
    """Take a number that was typed with a unit into the parameter's own; anything else as it is."""
    if not isinstance(value, str) or name not in model.model_fields:
        return value
    share = name.endswith("_share")
    found = read_quantity(value, "share" if share else _unit(model, name))
    return value if found is None else found


def _unit(model: type[Parameters], name: str) -> str:
    extra = model.model_fields[name].json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) else ""


def titles_of(model: type[Parameters]) -> dict[str, Text]:
    """Return the titles of a plan's parameters by name.

    Parameters
    ----------
    model : type of Parameters
        A plan's parameters.

    Returns
    -------
    dict of str to Text
        Title by name.
    """
    found = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict):
            found[name] = Text(str(extra["title_zh"]), str(extra["title_en"]))
    return found


def _problem(
    model: type[Parameters], error: Mapping[str, Any], origins: Mapping[str, str]
) -> Problem:
    name = ".".join(map(str, error["loc"])) or model.plan
    where = f"{origins.get(name, '')} {model.plan}.{name}".strip()
    if error["type"] == "extra_forbidden":
        return unknown_name(name, titles_of(model), where, model.plan)
    first = str(error["loc"][0]) if error["loc"] else ""
    unit = _unit(model, first) if first in model.model_fields else ""
    return wrong_value(error, unit, where)
