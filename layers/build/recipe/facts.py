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


def treatment_plants(layers: Path) -> None:
    """Write treatment_plants.csv: sewage treatment plants, where and as far as they are known.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    columns = (
        *("wwtp_id", "name_zh", "capacity_m3_d", "treated_m3_d", "population_served", "status"),
        *("lon", "lat", "accuracy", "evidence", "source", "remark"),
    )
    rows = [
        row | {name: write.degrees(float(row[name])) for name in ("lon", "lat") if row[name]}
        for row in rows_of(FACTS / "treatment_plants.csv")
    ]
    write.table(layers / "treatment_plants.csv", columns, rows)


def population(layers: Path) -> None:
    """Write population.csv: people by county, each figure with how sure it is.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    columns = ("row_id", "adcode", "name_zh", "year", "population", "evidence", "basis", "source")
    write.table(layers / "population.csv", columns, rows_of(FACTS / "population.csv"))
