"""Write a catalog: the entry of a layer as catalog.toml holds it."""

import json
from collections.abc import Iterable
from pathlib import Path

from nngis.catalog.spec import LayerSpec
from nngis.text import Text

CATALOG = "catalog.toml"


def entry(spec: LayerSpec) -> str:
    """Write a layer's entry as it stands in catalog.toml.

    Parameters
    ----------
    spec : LayerSpec
        The layer.

    Returns
    -------
    str
        A TOML table.
    """
    lines = [f"[layers.{spec.id}]"]
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        if name == "id" or value is None or value is False or value == ():
            continue
        lines.append(f"{name} = {toml_value(value)}")
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """Write a value as TOML; a JSON string is a TOML string.

    Parameters
    ----------
    value : object
        Text, a tuple, or what JSON knows.

    Returns
    -------
    str
        The value as it stands in a file.
    """
    if isinstance(value, Text):
        return f"{{ zh = {toml_value(value.zh)}, en = {toml_value(value.en)} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_catalog(folder: Path, head: str, specs: Iterable[LayerSpec]) -> None:
    """Write a folder's catalog beside its place, and move it there.

    Parameters
    ----------
    folder : Path
        The layers folder.
    head : str
        What stands before the first entry.
    specs : iterable of LayerSpec
        The layers.
    """
    text = head + "".join(f"\n{entry(spec)}" for spec in specs)
    part = folder / (CATALOG + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(folder / CATALOG)
