"""What a case sets of a plan's parameters, and what it leaves to be assumed."""

from collections.abc import Collection, Mapping
from typing import Any

from nngis.case_file import LocalNumber
from nngis.law import Document
from nngis.parameter_values import CaseValue
from nngis.parameters import UNSTATED, Parameters, plain_words, scaled
from nngis.text import Text


def case_values(
    model: type["Parameters"], document: Document, numbers: Mapping[str, LocalNumber]
) -> dict[str, CaseValue]:
    """Return what holds in a case for every parameter that is a place's own.

    Parameters
    ----------
    model : type of Parameters
        The plan's parameters.
    document : Document
        The plan document of the case; it may be silent.
    numbers : mapping of str to LocalNumber
        The case's local numbers for the plan.

    Returns
    -------
    dict of str to CaseValue
        By parameter: the document's, the case's, or what is known or assumed without either. A
        number of the case goes before the document's.
    """
    law_numbers = document.numbers
    found = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if not isinstance(extra, dict) or not ("law" in extra or "local" in extra):
            continue
        one = law_numbers.get(str(extra.get("law")))
        if name in numbers:
            mine = numbers[name]
            found[name] = CaseValue(mine.value, mine.source, "case.toml", mine.verified)
        elif one is not None:
            value = scaled(one, float(str(extra["law_per"])))
            found[name] = CaseValue(value, one.source, document.name, "no" if one.origin else "yes")
        elif "elsewhere" in extra:
            there: Any = extra["elsewhere"]
            found[name] = CaseValue(plain_words(there[0]), str(there[1]), "default")
        else:
            source = f"{UNSTATED}；沿用本工具的缺省值（假定）"
            found[name] = CaseValue(info.default, source, "default")
    return found


def assumed_values(
    model: type["Parameters"], values: Mapping[str, CaseValue], given: Collection[str]
) -> tuple[Text, ...]:
    """Say which values of a case nobody stated.

    Parameters
    ----------
    model : type of Parameters
        The plan's parameters.
    values : mapping of str to CaseValue
        As `case_values` found them.
    given : collection of str
        Parameters that a scenario or ``--set`` gives.

    Returns
    -------
    tuple of Text
        One sentence, or none.
    """
    names = [name for name, one in values.items() if one.is_assumed and name not in given]
    if not names:
        return ()
    extras: list[Any] = [model.model_fields[name].json_schema_extra for name in names]
    zh = "、".join(f"{e['title_zh']} {name}" for e, name in zip(extras, names, strict=True))
    en = ", ".join(f"{e['title_en']} ({name})" for e, name in zip(extras, names, strict=True))
    return (
        Text(
            f"本案例没有给出下列各项，取缺省值：{zh}。",
            f"The case does not state these; defaults were taken: {en}.",
        ),
    )


def document_values(model: type["Parameters"], document: Document) -> dict[str, Any]:
    """Return what a plan document says of a plan's parameters."""
    numbers = document.numbers
    found = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and extra.get("law") in numbers:
            found[name] = scaled(numbers[str(extra["law"])], float(str(extra["law_per"])))
    return found
