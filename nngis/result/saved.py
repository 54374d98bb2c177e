"""What a saved result must hold before anybody reads on in it."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from nngis.errors import NngisError, boundary
from nngis.text import Text


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Parameter(_Open):
    value: Any
    unit: str
    source: str
    origin: str


class _Indicator(_Open):
    name: str
    value: float | str | None
    unit: str


class _Saved(_Open):
    plan: str
    subject: str
    parameters: dict[str, _Parameter] = {}
    indicators: list[_Indicator] = []
    assumptions: list[Text] = []


def read_result(path: Path) -> dict[str, Any]:
    """Read a result.json and see that it is one."""
    with boundary(
        str(path),
        "不是完整的运行结果（{}）；文件可能已损坏或被改动，请重新运行。",
        "This is no whole result ({}); it may be damaged or changed: run again.",
        error=NngisError,
    ):
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _Saved.model_validate(content)
    return content
