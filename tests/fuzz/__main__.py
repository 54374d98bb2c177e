"""Fuzz every reader for some time: ``python -m tests.fuzz --seconds 600 --seed 1``.

Prints a table of what was tried and what came of it, keeps each file that did harm in
``tests/fuzz/cases``, and exits 1 if there was one.
"""

import argparse
import contextlib
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.fuzz import Fuzz

CASES = Path(__file__).with_name("cases")


def main() -> int:
    """Parse, fuzz, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--files", type=int, default=None, help="end after so many files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", action="store_true", help="files by kind, not by mutation")
    parser.add_argument("--only", default="", help="seeds whose name holds this word")
    parser.add_argument("--keep", type=Path, default=CASES, help="where harmful files are kept")
    parser.add_argument("--replay", action="store_true", help="the cases that are kept, no others")
    parser.add_argument("--good", action="store_true", help="the good files, no others")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="nngis-fuzz-") as folder:
        fuzz = Fuzz(Path(folder), asked.seed, only=asked.only)
        if asked.good:
            fuzz.unspoiled()
        if asked.replay:
            fuzz.replay(CASES)
        once = asked.good or asked.replay
        until = time.monotonic() + (0 if once else asked.seconds)
        step = fuzz.by_kind if asked.kinds else fuzz.step
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was tried is told
        with contextlib.suppress(KeyboardInterrupt):
            while time.monotonic() < until and len(fuzz.tried) < (asked.files or sys.maxsize):
                step(asked.keep)
    rows = Counter((name, verdict.kind) for name, verdict in fuzz.tried)
    kinds = sorted({kind for _, kind in rows})
    print(f"{'':28s}" + "".join(f"{kind:>10s}" for kind in kinds))
    for name in sorted({name for name, _ in rows}):
        print(f"{name:28s}" + "".join(f"{rows[name, kind]:10d}" for kind in kinds))
    for name, verdict in fuzz.tried:
        if verdict.is_fault:
            print(f"{name}: {verdict.kind}\n{verdict.said[-1500:]}")
    faults = [verdict for _, verdict in fuzz.tried if verdict.is_fault]
    slowest = max((verdict.seconds for _, verdict in fuzz.tried), default=0)
    largest = max((verdict.megabytes for _, verdict in fuzz.tried), default=0)
    print(
        f"seed {asked.seed}: {len(fuzz.tried)} files, {len(fuzz.answers)} different answers, "
        f"{len(faults)} faults; slowest {slowest:.1f} s, largest {largest:.0f} MB"
    )
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
