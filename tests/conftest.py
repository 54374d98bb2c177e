"""Run the command line inside the test's process."""

import os
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import settings

from nngis.cli.app import main

# A check that lets a change pass asks the same questions each time; by hand they are new ones.
settings.register_profile("check", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("check")


class Ran(NamedTuple):
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@pytest.fixture
def nngis(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Return a function that runs ``nngis`` with arguments."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["nngis", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Ran(code, *capsys.readouterr())

    return run
