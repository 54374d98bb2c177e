"""Twenty runs at once, into folders of their own and then into one; what one alone writes counts.

python benchmarks/bench_side_by_side.py 20 run heat
"""

import hashlib
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from nngis.run.example_town import new_example


def start(home: Path, words: list[str], name: str) -> subprocess.Popen[str]:
    """Start a run on the example town."""
    where = ["--case", str(home / "town"), "--out", str(home / name)]
    return subprocess.Popen(
        [sys.executable, "-m", "nngis", *words, *where, "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def content(folder: Path) -> dict[str, str]:
    """Hash every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main() -> None:
    """Run and print."""
    count, words = int(sys.argv[1]), sys.argv[2:]
    with TemporaryDirectory() as folder:
        home = Path(folder)
        new_example(home / "town")
        start(home, words, "alone").wait()
        wanted = content(home / "alone")
        for names in ([f"{at}" for at in range(count)], ["all"] * count):
            began = time.monotonic()
            runs = [start(home, words, name) for name in names]
            said = [run.communicate()[0] for run in runs]
            right = sum(content(home / name) == wanted for name in dict.fromkeys(names))
            left = [path.name for path in home.iterdir() if path.name.startswith(".")]
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(
                f"{count} times {' '.join(words)} into {len(set(names))}: exit codes "
                f"{dict(Counter(run.returncode for run in runs))}, {right} folders as one alone "
                f"writes it, left over {left}, {time.monotonic() - began:.0f} s, "
                f"{used.ru_utime + used.ru_stime:.0f} s of processor so far, largest "
                f"{used.ru_maxrss / 1e3:.0f} MB"
            )
            print("\n".join(dict.fromkeys(one[-300:] for one in said if one)))


if __name__ == "__main__":
    main()
