"""Build the shipped layers: ``python layers/build/build.py [ID ...]``, all of them without an ID.

Run it in an environment with nngis and ``layers/build/requirements.txt``. Packages are fetched
once into ``.layers-download/`` and checked against their pinned hashes.
"""

import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from recipe import (
    boilers,
    built_up,
    elevation,
    facts,
    osm_lines,
    osm_points,
    rivers,
    roofs,
    sewer_projects,
    solar_climate,
    towns,
    townships,
    write,
)

LAYERS = Path(__file__).parents[1]
# In this order: built_up is made from the places, roads and towns, boilers from built_up,
# sewer_projects from the roads.
RECIPES: Mapping[str, Callable[[Path], None]] = {
    "heat_sources": facts.heat_sources,
    "roads": osm_lines.roads,
    "railways": osm_lines.railways,
    "places": osm_points.places,
    "industrial_sites": osm_points.industrial_sites,
    "power_sites": osm_points.power_sites,
    "rail_stations": osm_points.rail_stations,
    "towns": towns.towns,
    "built_up": built_up.built_up,
    "boilers": boilers.boilers,
    "townships": townships.townships,
    "population": facts.population,
    "treatment_plants": facts.treatment_plants,
    "rivers": rivers.rivers,
    "elevation": elevation.elevation,
    "solar_climate": solar_climate.solar_climate,
    "roofs": roofs.roofs,
    "sewer_projects": sewer_projects.sewer_projects,
}


def main(wanted: list[str]) -> None:
    """Build layers and put their hashes and numbers of rows into the catalog.

    Parameters
    ----------
    wanted : list of str
        Ids of layers; empty for all of them.
    """
    unknown = sorted(set(wanted) - set(RECIPES))
    if unknown:
        raise SystemExit(f"no recipe for {', '.join(unknown)}; there are: {', '.join(RECIPES)}")
    catalog = LAYERS / "catalog.toml"
    for layer, make in RECIPES.items():
        if wanted and layer not in wanted:
            continue
        make(LAYERS)
        text = catalog.read_text(encoding="utf-8")
        path = LAYERS / tomllib.loads(text)["layers"][layer]["file"]
        stamped = write.stamp(text, layer, path.read_bytes(), write.count_rows(path))
        catalog.write_text(stamped, encoding="utf-8", newline="")
        print(f"{layer}: {path.name}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
