"""Scored: where the city stands on the whole plan document, with its provenance."""

from dataclasses import dataclass
from typing import Any

from nngis.register.scorecard import Scorecard, as_records
from nngis.result.result import Result

FOLDER = "register"
SNAPSHOT = "scorecard.json"


@dataclass(frozen=True)
class Scored:
    """The register's result.

    Parameters
    ----------
    card : Scorecard
        Where the city stands.
    result : Result
        The same with its provenance, ready to save.
    """

    card: Scorecard
    result: Result

    def snapshot(self) -> dict[str, Any]:
        """Return what a later run compares itself with."""
        date = next(p.value for p in self.result.parameters if p.name == "date")
        return {
            "date": date,
            "rules": as_records(self.card),
            "inputs": {one.role: one.sha256 for one in self.result.inputs},
        }
