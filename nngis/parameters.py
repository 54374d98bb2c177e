"""How a plan declares its parameters: default, bounds, unit and source in one place."""

from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from nngis.case_file import local_number
from nngis.law import LawNumber, law
from nngis.text import Text

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
