"""What a saved result must hold before anybody reads on in it."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from nngis.errors import NngisError, boundary
from nngis.json_file import read_json
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
    parameters: dict[str, _Parameter]
    indicators: list[_Indicator]
    assumptions: list[Text]


class _Entry(_Open):
    id: str
    status: str
    value: float | str | None
    target: float | str | None
    uses: list[str]


class _Scorecard(_Open):
    rules: list[_Entry]
    inputs: dict[str, str]


def read_result(path: Path) -> dict[str, Any]:
    """Read a result.json and see that it is one."""
    return _read(path, _Saved)


def read_scorecard(path: Path) -> dict[str, Any]:
    """Read a scorecard.json and see that it is one.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        `date`, `rules` and `inputs`.

    Raises
    ------
    NngisError
        If it is none.
    """
    return _read(path, _Scorecard)


def _read(path: Path, shape: type[_Open]) -> dict[str, Any]:
    content = read_json(path, NngisError)
    with boundary(
        str(path),
        "不是完整的运行结果（{}）；文件可能已损坏或被改动，请重新运行。",
        "This is no whole result ({}); it may be damaged or changed: run again.",
        error=NngisError,
    ):
        shape.model_validate(content)
    return content
