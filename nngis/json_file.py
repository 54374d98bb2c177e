"""Read a JSON file that may have been changed: size bounded, what is wrong said."""

import json
from pathlib import Path
from typing import Any

from nngis.budgets import budget, over_budget
from nngis.errors import NngisError, boundary
from nngis.files import require_file

MOST_BYTES = 50_000_000  # a result.json of a large city has some 2 MB


def read_json(path: Path, error: type[NngisError]) -> dict[str, Any]:
    """Read a JSON file that holds one object.

    Parameters
    ----------
    path : Path
        The file.
    error : type of NngisError
        What to raise.

    Returns
    -------
    dict
        What it says.

    Raises
    ------
    NngisError
        Of the class asked for: if it cannot be read, is too large, nested too deep, or holds
        anything but an object.
    """
    with boundary(
        str(path),
        "不是完整的 JSON 文件（{}）；可能已损坏或被改动，请重新生成。",
        "This is no whole JSON file ({}); it may be damaged or changed: make it again.",
        error=error,
    ):
        require_file(path, error)
        over_budget("bytes", path.stat().st_size, budget("bytes", MOST_BYTES), str(path), error)
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise TypeError(type(content).__name__)
    return content
