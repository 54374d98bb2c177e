"""A plan's parameters: default, bounds, unit and source in one place, and each value's origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nngis.case_file import local_number
from nngis.errors import ParameterError, Problem, require
from nngis.law import LawNumber, law
from nngis.parameter_problems import unknown_name, wrong_value
from nngis.quantity import read_quantity
from nngis.text import Lang, Text

DEFAULT = Text("缺省", "default")
Verified = Literal["yes", "no", "disputed"]
VERIFIED = {
    "yes": Text("已核实", "yes"),
    "no": Text("未核实", "no"),
    "disputed": Text("有出入", "disputed"),
}


def read_list(value: object) -> object:
    """Take a list as typed on the command line: words parted by commas, Chinese or not.

    Parameters
    ----------
    value : object
        What was given.

    Returns
    -------
    object
        A tuple of words, none of them empty, where it was text; anything else as it is.

    Examples
    --------
    >>> read_list("coal， biomass,"), read_list((1.0, 2.0))
    (('coal', 'biomass'), (1.0, 2.0))
    """
    if isinstance(value, str):
        return tuple(word.strip() for word in value.replace("，", ",").split(",") if word.strip())
    return value


def law_parameter(
    number: str,
    title: Text,
    *,
    ge: float | None = None,
    le: float | None = None,
    note: Text | None = None,
    per: float = 1.0,
    elsewhere: "Elsewhere | None" = None,
) -> Any:  # noqa: ANN401 -- as pydantic types its own Field
    """Declare one parameter whose default is a number of the plan document.

    Parameters
    ----------
    number : str
        Its name there: ``"A63.supply_radius_m"``.
    title : Text
        What people call it.
    ge, le : float, optional
        Bounds, both included.
    note : Text, optional
        What else to know of it.
    per : float
        The document's number is divided by it: 100 makes a share of per cent.
    elsewhere : Elsewhere, optional
        What holds in a case whose document has no such number; the default as an assumption, if
        absent.

    Returns
    -------
    FieldInfo
        A pydantic field; its source is clause and quote.
    """
    one = law(number)
    unit = "" if one.unit == "%" else one.unit
    made = parameter(
        scaled(one, per), title, unit=unit, source=one.source, ge=ge, le=le, note=note,
        # What the document itself says was read there; what it takes from elsewhere was not.
        verified="no" if one.origin else "yes",
    )  # fmt: skip
    made.json_schema_extra |= {"law": number, "law_per": per}
    if elsewhere is not None:
        made.json_schema_extra |= {"elsewhere": list(elsewhere)}
    return made


class Elsewhere(NamedTuple):
    """What a parameter is where a case does not state it.

    Parameters
    ----------
    value : object
        The value; None for what is then unknown.
    source : str
        Where it comes from, or why it is not known.
    """

    value: object
    source: str


UNSTATED = "本案例没有给出"
NO_TARGET = Elsewhere(None, "本案例的方案文件没有这个目标")
UNKNOWN_HERE = Elsewhere(None, UNSTATED)


def local_parameter(
    plan: str,
    name: str,
    title: Text,
    *,
    elsewhere: Elsewhere,
    ge: float | None = None,
    le: float | None = None,
    note: Text | None = None,
) -> Any:  # noqa: ANN401 -- as pydantic types its own Field
    """Declare one parameter that is a number of the place; the case that ships gives the default.

    Parameters
    ----------
    plan, name : str
        Where it stands in a ``case.toml``.
    title : Text
        What people call it.
    elsewhere : Elsewhere
        What holds in a case that does not state it.
    ge, le : float, optional
        Bounds, both included.
    note : Text, optional
        What else to know of it.

    Returns
    -------
    FieldInfo
        A pydantic field.
    """
    one = local_number(plan, name)
    made = parameter(
        one.value, title, unit=one.unit, source=one.source, ge=ge, le=le, note=note,
        verified=one.verified,
    )  # fmt: skip
    made.json_schema_extra |= {"local": True, "elsewhere": list(elsewhere)}
    return made


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


def plain_words(value: object) -> object:
    """Return a value as it stands in a sentence.

    Parameters
    ----------
    value : object
        A value.

    Returns
    -------
    object
        A tuple where it was a list, else the same.
    """
    return tuple(value) if isinstance(value, list) else value


def scaled(one: LawNumber, per: float) -> object:
    """Return a number of the law in the unit of a parameter.

    Parameters
    ----------
    one : LawNumber
        The number.
    per : float
        How much of its unit one of the parameter's is.

    Returns
    -------
    object
        The number; words and lists as they are.
    """
    return one.value if isinstance(one.value, str | tuple) else one.number / per


class Parameters(BaseModel):
    """Base of every plan's parameters: frozen, and closed to names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    plan: ClassVar[str]


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
    >>> origin_words("default", "zh"), origin_words("nanning.toml", "zh")
    ('缺省', 'nanning.toml')
    """
    return DEFAULT.say(lang) if origin == "default" else origin


def parameter(
    default: object,
    title: Text,
    *,
    unit: str = "",
    source: str,
    verified: Verified = "no",
    ge: float | None = None,
    le: float | None = None,
    note: Text | None = None,
) -> Any:  # noqa: ANN401 -- as pydantic types its own Field
    """Declare one parameter.

    Parameters
    ----------
    default : object
        Value if nobody says otherwise.
    title : Text
        What people call it.
    unit : str
        Unit of the value.
    source : str
        Clause or document that the default comes from.
    verified : {"yes", "no", "disputed"}
        ``yes`` only where somebody read the value in that source, or where it is not a fact but
        this tool's own setting; ``disputed`` where sources differ, which `source` then names.
    ge, le : float, optional
        Bounds, both included.
    note : Text, optional
        What else to know of it.

    Returns
    -------
    FieldInfo
        A pydantic field.
    """
    extra: dict[str, Any] = {
        "title_zh": title.zh,
        "title_en": title.en,
        "unit": unit,
        "source": source,
        "verified": verified,
    }
    if note:
        extra |= {"note_zh": note.zh, "note_en": note.en}
    return Field(default, ge=ge, le=le, title=title.en, json_schema_extra=extra)


def source_of(model: type[Parameters], name: str) -> str:
    """Return the source that a parameter's default names.

    Parameters
    ----------
    model : type of Parameters
        The parameters.
    name : str
        Name of the parameter.

    Returns
    -------
    str
        The source; a case that states the parameter has another (`nngis.run.citing.cited`).
    """
    extra: Any = model.model_fields[name].json_schema_extra
    source: str = extra["source"]
    return source


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
