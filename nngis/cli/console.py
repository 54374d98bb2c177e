"""What a console or a pipe cannot write in its code page is escaped, never a traceback."""

import codecs
import sys
from io import TextIOWrapper

HANDLER = "nngis-escape"


def escape_unwritable() -> None:
    r"""Have stdout and stderr write ``\u2074`` for a sign that their code page lacks.

    A Chinese Windows pipes in cp936, which has no ``⁴``, a western one in cp1252, which has no
    Chinese. The escape is JSON's own, so that what is piped from ``--json`` stays JSON.
    """
    codecs.register_error(HANDLER, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=HANDLER)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    raw = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    units = (raw[at : at + 2].hex() for at in range(0, len(raw), 2))
    return "".join(f"\\u{unit}" for unit in units), error.end
