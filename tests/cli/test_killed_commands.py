"""Commands that are killed on the way leave the old result or the new one, whole, and no more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.killed_commands import COMMANDS

ROOT = Path(__file__).parents[2]
STEPS = 6  # of each command; by hand all of them


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_the_old_or_the_new_and_the_next_one_ends_well(
    name: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.killed_commands", tmp_path, f"{STEPS}", name],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert len(found) >= STEPS
    assert any(one["killed"] for one in found)
    assert all(one["lying"] in ("old", "new") for one in found), found
    assert all(one["after"] == "new" and not one["left"] for one in found), found
