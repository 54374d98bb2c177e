"""How much a server was asked today, so that whoever asks can keep within what it welcomes."""

import json
from datetime import UTC, datetime
from pathlib import Path

from nngis.fetch.place import place_of

TALLY = "asked.json"


def add(folder: Path, url: str, size: int) -> None:
    """Count one question."""
    questions, total = asked_today(folder, url)
    counts = _read(folder) | {place_of(url): [questions + 1, total + size]}
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{TALLY}.part"
    part.write_text(json.dumps({"day": _today(), "asked": counts}), encoding="utf-8")
    part.replace(folder / TALLY)


def asked_today(folder: Path, url: str) -> tuple[int, int]:
    """Count what a server was asked today (UTC)."""
    questions, size = _read(folder).get(place_of(url), [0, 0])
    return questions, size


def _read(folder: Path) -> dict[str, list[int]]:
    """Read today's counts; none where the file is of another day or no such file."""
    try:
        said = json.loads((folder / TALLY).read_text(encoding="utf-8"))
        if said["day"] != _today():
            return {}
        return {str(place): [int(one), int(other)] for place, (one, other) in said["asked"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
