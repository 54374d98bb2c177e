"""Elements of WordprocessingML that python-docx has no name for."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from nngis.text import writable


def child(parent: Any, tag: str, **attributes: str) -> Any:  # noqa: ANN401
    """Append an element."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    parent.append(made)
    return made


def plain(text: str) -> str:
    """Remove what XML cannot hold."""
    return writable(text)
