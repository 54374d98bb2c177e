"""Layers typed in as facts: every row names its source."""

from pathlib import Path

from recipe import write
from recipe.built_up import rows_of

FACTS = Path(__file__).parents[1] / "facts"


def heat_sources(layers: Path) -> None:
    """Write heat_sources.csv: the generating units of Nanning.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.

    Notes
    -----
    No source tells the steam that a unit can extract: the column is there and empty.
    """
    columns = (
        *("unit_id", "plant_id", "name_zh", "name_en", "unit", "fuel", "capacity_mw", "status"),
        *("start_year", "is_chp", "steam_capacity_t_h", "captive", "lon", "lat", "accuracy"),
        *("source", "remark"),
    )
    rows = [
        row | {name: write.degrees(float(row[name])) for name in ("lon", "lat")}
        for row in rows_of(FACTS / "power_units.csv")
    ]
    write.table(layers / "heat_sources.csv", columns, rows)
