"""Inputs of the plugin's algorithms, out of roles, parameters' schemas and commands' options."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from nngis import fields
from nngis.parameters import VERIFIED, Parameters
from nngis.roles import role as role_named
from nngis.text import Text, listing

Record = dict[str, Any]
BOOLEAN = ("true", "false")
#: Options that belong in sight; the others are folded away.
PLAIN = {"demand", "facilities", "candidates", "existing", "roads", "limit_km", "p", "weight"}
PLAIN |= {"file", "role", "datum", "capacity_t_h", "fuel", "captive", "date", "layers"}


def both(text: Text) -> Record:
    """Return a text as json holds it.

    Parameters
    ----------
    text : Text
        The text.

    Returns
    -------
    dict
        `zh, en`.
    """
    return {"zh": text.zh, "en": text.en}


def layer_input(name: str, title: Record, shape: str) -> Record:
    """Describe an input that is a layer.

    Parameters
    ----------
    name, title, shape : str, dict, str
        Its name, title, and geometry: point, line, polygon, none, raster.

    Returns
    -------
    dict
        The input.
    """
    return {
        "name": name,
        "kind": "raster" if shape == "raster" else "layer",
        "title": title,
        "shape": shape,
        "help": both(Text("", "")),
        "args": [],
        "needed": False,
        "advanced": False,
    }


def role_input(name: str, *, needed: bool) -> Record:
    """Describe the layer of a role, with the columns that it must and may have.

    Parameters
    ----------
    name : str
        The role.
    needed : bool
        Whether the plan needs it, from the case where it is not given.

    Returns
    -------
    dict
        The input.
    """
    known = role_named(name)
    must = Text(
        "、".join(fields.get(one).heading("zh") for one in known.required),
        ", ".join(fields.get(one).heading("en") for one in known.required),
    )
    columns = listing((known.key, *known.required, *known.optional))
    zh, en = f"列：{columns.zh}。", f"Columns: {columns.en}."
    if known.required:
        zh, en = f"必需的列：{must.zh}。{zh}", f"Needed columns: {must.en}. {en}"
    if needed:
        zh = f"{zh}不给出时用案例的图层。"
        en = f"{en} The case's own layer is used where none is given."
    made = layer_input(name, both(known.title), known.shape)
    return {**made, "help": both(Text(zh, en)), "args": ["--layer", f"{name}={{}}"]}


def parameter_inputs(model: type[Parameters], *, law_only: bool = False) -> list[Record]:
    """Describe a plan's parameters by their schema: bounds, unit, clause.

    Parameters
    ----------
    model : type of Parameters
        The parameters.
    law_only : bool
        Whether those alone that the plan document sets.

    Returns
    -------
    list of dict
        The inputs; an empty one leaves the value to the case and to nngis.
    """
    schema = model.model_json_schema()["properties"]
    return [_parameter(name, one) for name, one in schema.items() if "law" in one or not law_only]


def _parameter(name: str, schema: Record) -> Record:
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    typed = kinds[0]
    unit = schema["unit"]
    title = Text(
        schema["title_zh"] + (f"（{unit}）" if unit else ""),
        schema["title_en"] + (f" [{unit}]" if unit else ""),
    )
    default, verified = _default(schema["default"]), VERIFIED[schema["verified"]]
    found: Record = {
        "name": name,
        "kind": "text",
        "title": both(title),
        "help": both(
            Text(
                f"缺省 {default.zh}。{schema['source']}。{verified.zh}。"
                f"{schema.get('note_zh', '')}",
                f"Default {default.en}. {schema['source']}. Verified: {verified.en}. "
                f"{schema.get('note_en', '')}".strip(),
            )
        ),
        "args": ["--set", f"{name}={{}}"],
        "needed": False,
        "advanced": "law" not in schema,
    }
    if "enum" in typed:
        return {**found, "kind": "choice", "choices": typed["enum"]}
    if typed.get("type") == "boolean":
        return {**found, "kind": "choice", "choices": list(BOOLEAN)}
    if typed.get("type") in {"number", "integer"}:
        bounds = {"least": typed.get("minimum"), "most": typed.get("maximum")}
        return {**found, "kind": typed["type"], **bounds}
    return found


def _default(value: object) -> Text:
    if value is None:
        return Text("空", "empty")
    if isinstance(value, list):
        text = ",".join(map(str, value))
        return Text(text, text)
    text = f"{value:.12g}" if isinstance(value, float) else str(value).lower()
    return Text(text, text)


def option_inputs(command: Callable[..., Any], names: Sequence[str]) -> list[Record]:
    """Describe options of a command as it declares them.

    Parameters
    ----------
    command : callable
        The command's function.
    names : sequence of str
        Its parameters, in the order in which they are to be shown.

    Returns
    -------
    list of dict
        The inputs.
    """
    hints = get_type_hints(command, include_extras=True)
    defaults = inspect.signature(command).parameters
    return [_option(name, hints[name], defaults[name].default) for name in names]


def _option(name: str, hint: Any, default: Any) -> Record:  # noqa: ANN401 - of any command
    typed, declared = _declared(hint)
    # Inside Annotated, typer takes the first name for a default.
    names = (declared.default, *(declared.param_decls or ()))
    named = [one for one in names if isinstance(one, str) and one.startswith("-")]
    options = named[:1] or ([] if _is_argument(declared) else [f"--{name.replace('_', '-')}"])
    help_ = _spoken(declared.help or name)
    given = None if default is inspect.Parameter.empty or default == "" else default
    found: Record = {
        "name": name,
        "kind": "text",
        "title": help_,
        "help": both(Text("", "")),
        "args": [*options, "{}"],
        "needed": False,
        "advanced": name not in PLAIN,
    }
    if given is not None and given is not False:
        found["help"] = both(Text(f"缺省 {given}。", f"Default {given}."))
    if typed is bool:
        return {**found, "kind": "flag", "args": options}
    if get_origin(typed) is Literal:
        return {**found, "kind": "choice", "choices": list(get_args(typed))}
    if typed in {int, float}:
        kind = "integer" if typed is int else "number"
        return {**found, "kind": kind, "least": declared.min, "most": declared.max}
    if typed is Path:
        return {**found, "kind": "folder"}
    return found


def _declared(hint: Any) -> tuple[Any, Any]:  # noqa: ANN401 - any annotation
    """Take an annotation apart: the type without None or list, and what typer is told."""
    typed, declared = get_args(hint)[0], get_args(hint)[1]
    while get_origin(typed) in {Union, types.UnionType, list}:
        typed = next(one for one in get_args(typed) if one is not type(None))
        if hasattr(typed, "__metadata__"):  # an annotation of its own inside
            return _declared(typed)
    return typed, declared


def _is_argument(declared: Any) -> bool:  # noqa: ANN401 - of typer
    return type(declared).__name__ == "ArgumentInfo"


def _spoken(help_: str) -> Record:
    """Take a command's bilingual help apart; Chinese readers see all of it.

    The English begins at the first Latin word after Chinese and a space.
    """
    found = re.search(r"[\u3400-\u9fff”）。] (?=[A-Za-z])", help_)
    return both(Text(help_, help_[found.end() :] if found else help_))
