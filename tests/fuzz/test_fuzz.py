"""Hostile files do no harm: those that once did, and some that chance makes; more by hand.

``python -m tests.fuzz --seconds 1800 --seed 3`` tries for half an hour.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="cases are forked")
@pytest.mark.parametrize(
    "words",
    [
        ("--replay", "--only", "of a scenario"),
        ("--files", "6", "--seed", "7", "--only", "boilers"),
        ("--good", "--only", "the desk"),  # the harness still knows the doors
    ],
)
def test_hostile_files_are_answered_in_words(words: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.fuzz", *words, "--keep", tmp_path],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " 0 faults" in done.stdout
