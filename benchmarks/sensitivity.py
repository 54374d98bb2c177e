"""Compute how much each unverified parameter moves a plan's headlines, for `nngis schema`.

    python benchmarks/sensitivity.py charging

writes ``nngis/plans/charging/sensitivity.csv``. Run it when a default changes; a test compares the
defaults in the table with those of the plan. What only shortens the computing, and moves no
headline by itself, is set as below.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nngis
from nngis.run.sensitivity import sensitivity

QUICK: dict[str, dict[str, Any]] = {
    "charging": {"curve_points_count": 0, "alternatives_count": 1, "time_limit_s": 5.0},
    "heat": {"network_proof_s": 0.5},
}
# Shares and rates whose default is empty, a fifth above the table's central value.
EMPTY: dict[str, dict[str, Any]] = {
    "heat": {
        "full_load_h_a": 4_800.0,
        "coal_t_t_steam": 0.21,
        "sulphur_share": 0.012,
        "ash_share": 0.24,
        "so2_removal_share": 0.84,
        "nox_removal_share": 0.2,
        "pm_removal_share": 0.98,
        "chp_efficiency_share": 0.95,
        "network_loss_share": 0.096,
        "assume_steam_t_h": 480.0,
    },
    "sewer": {"water_l_head_d": 240.0},
}


def main(plan: str) -> None:
    """Move every parameter of a plan and write the table."""

    def figures(values: Mapping[str, Any]) -> dict[str, float | None]:
        found = nngis.run(plan, **{**QUICK.get(plan, {}), **values})
        value = found.indicators["value"].astype(object)
        return value.where(value.notna(), None).to_dict()

    def tell(text: object) -> None:
        sys.stderr.write(f"{text}\n")

    table = sensitivity(plan, figures, empty=EMPTY.get(plan), progress=lambda text: tell(text.en))
    out = Path(__file__).parents[1] / "nngis" / "plans" / plan / "sensitivity.csv"
    table.to_csv(out, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(sys.argv[1])
