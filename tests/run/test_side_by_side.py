"""Commands at the same time, in processes of their own: each is right, none spoils another's."""

import subprocess
import sys
from pathlib import Path

import pytest

from nngis.run.example_town import new_example

HOW_MANY = 3
ASKED = ("--demand", "places", "--facilities", "charging_stations", "--limit-km", "3")


def started(town: Path, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nngis", "reach", *ASKED, "--case", town, "--out", out, "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow  # it takes both cores
def test_runs_at_the_same_time_write_what_one_alone_writes(tmp_path: Path) -> None:
    town, home = tmp_path / "town", tmp_path / "runs"
    new_example(town)
    home.mkdir()
    apart = [started(town, home / f"{at}") for at in range(HOW_MANY)]
    together = [started(town, home / "all") for _ in range(HOW_MANY)]
    said = [one.communicate(timeout=600)[0] for one in (*apart, *together)]
    assert [one.returncode for one in (*apart, *together)] == [0] * (2 * HOW_MANY), said
    first = content(home / "0")
    assert len(first) > 1
    assert all(content(home / f"{at}") == first for at in range(1, HOW_MANY))
    assert content(home / "all") == first
    assert sorted(path.name for path in home.iterdir()) == [*map(str, range(HOW_MANY)), "all"]
