"""``nngis swmm`` as people use it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Nngis = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [(("--routing", "FAST"), 2, "STEADY"), (("--lang", "en"), 1, "no designed network")],
)
def test_what_is_wrong_is_said(
    nngis: Nngis, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    ran = nngis("swmm", tmp_path, *words)
    assert ran.code == code
    assert says in ran.err
