"""Build the wheel and the sdist from a folder; the same sources give the same bytes.

python packaging/build.py --out dist
"""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def source_time(root: Path = ROOT) -> int:
    """Find when the sources were last changed: SOURCE_DATE_EPOCH, else the last commit's time."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    start = int(datetime(2020, 2, 2, tzinfo=UTC).timestamp())  # hatchling's own
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else start


def build(out: Path, *kinds: str, root: Path = ROOT) -> list[Path]:
    """Build a wheel, an sdist or both with the pinned hatchling of this environment."""
    out.mkdir(parents=True, exist_ok=True)
    before = set(out.iterdir())
    wanted = [part for kind in kinds or ("wheel", "sdist") for part in ("-t", kind)]
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out.resolve()), *wanted]
    env = os.environ | {"SOURCE_DATE_EPOCH": str(source_time(root))}
    done = subprocess.run(
        command, cwd=root, env=env, check=False, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    return sorted(set(out.iterdir()) - before)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    for built in build(parser.parse_args().out):
        print(built)
