"""Write the tested set of every dependency: ``constraints.txt``, which the README's commands name.

Needs ``pip install uv``. Versions already locked are kept where they still fit; ``--upgrade``
takes the newest of all. One version serves every Python from 3.11 on and every platform;
``held.txt`` holds some back.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEAD = """\
# The set of versions that the tests passed on; `pip install -c constraints.txt .` installs it.
# Written by `python packaging/lock.py`; any newer release may be taken by leaving `-c` out.
"""


def lock_versions(path: Path, *options: str) -> None:
    """Have uv choose one version of each package, for every Python and platform."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest"]
    command += ["--all-extras", "--constraints", str(HERE / "held.txt")]
    command += ["--no-header", "--no-annotate", "--output-file", str(path), *options]
    done = subprocess.run(command, cwd=HERE.parent, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    path.write_text(HEAD + path.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    lock_versions(HERE.parent / "constraints.txt", *sys.argv[1:])
