"""Read a TOML file that somebody wrote: size and depth bounded, what is wrong said."""

import re
import tomllib
from pathlib import Path
from typing import Any

from nngis.errors import NngisError, boundary
from nngis.files import require_file

MOST_BYTES = 2_000_000
DEEPEST = 12  # tables within tables
# From the beginning of a word only, and never back: a long word costs no more than its length.
_WORD = r"[^\s.=\[\]{},#]"
_DOTS = re.compile(rf"(?<!{_WORD})(?:{_WORD}++[ \t]*+\.[ \t]*+){{50}}")


def read_toml(path: Path, error: type[NngisError]) -> dict[str, Any]:
    """Read a TOML file.

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
        Of the class asked for: if it cannot be read, is too large, no TOML in UTF-8, or nested
        deeper than anything that nngis reads.
    """
    with boundary(
        str(path),
        "读不到文件（{}）；请检查路径。",
        "The file cannot be read ({}); check the path.",
        error=error,
    ):
        require_file(path, error)
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise error(
            f"文件超过 {MOST_BYTES // 1_000_000} MB，不像是写给 nngis 的；请检查路径。",
            f"The file is larger than {MOST_BYTES // 1_000_000} MB; check the path.",
            where=str(path),
        )
    with boundary(
        str(path),
        "不是有效的 TOML（{}）；文件须为 UTF-8 编码。",
        "Not valid TOML ({}); it must be in UTF-8.",
        error=error,
    ):
        text = raw.decode("utf-8-sig")
        # Its parser keeps every beginning of a dotted key.
        content = {} if _DOTS.search(text) else tomllib.loads(text)
    if not content and _DOTS.search(text):
        raise _too_deep(path, error)
    level: list[Any] = [content]
    for _ in range(DEEPEST):
        level = [
            value
            for one in level
            for value in (one.values() if isinstance(one, dict) else one)
            if isinstance(value, dict | list)
        ]
    if level:
        raise _too_deep(path, error)
    return content


def _too_deep(path: Path, error: type[NngisError]) -> NngisError:
    return error(
        f"表的嵌套超过 {DEEPEST} 层；请检查键名中的点。",
        f"Tables are nested deeper than {DEEPEST}; look for dots in keys.",
        where=str(path),
    )
