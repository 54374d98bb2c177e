"""``nngis roofs``: options to a stream of GeoParquet partitions, and what they add up to."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import typer

from nngis import fields
from nngis.catalog.load import shipped_layers
from nngis.catalog.roof_partitions import list_partitions
from nngis.cli.options import pairs
from nngis.cli.tables import print_table
from nngis.crs import choose_work_crs
from nngis.plans.rooftop.analyse import surroundings
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.result.parameters import build
from nngis.run.inputs import has_role, open_role, open_shelf
from nngis.run.roof_stream import Stream, add_up, judge_all, judge_on_cluster
from nngis.text import Lang

TELLING = ("townships", "places", "land_use", "built_up")
SHOWN = ("roofs_count", "capacity_kwp", "energy_mwh_a", "co2_avoided_t_a")


def stream_roofs(
    source: Path,
    out: Path,
    set_: list[str],
    *,
    key: str,
    rename: list[str],
    workers: int,
    scheduler: str | None,
    layers: Path | None,
    lang: Lang,
) -> None:
    """Judge the partitions that lack, add all up, and print the sums by county."""
    shelf = open_shelf(layers or shipped_layers())
    given = pairs(set_, "--set")
    parameters, _ = build(RooftopParameters, {}, given, scenario_name="")
    named = open_role("counties", shelf, {})
    west, south, east, north = named.frame.total_bounds
    crs = f"EPSG:{choose_work_crs([(west + east) / 2], [(south + north) / 2]).to_epsg()}"
    counties = named.in_crs(crs)
    climate = open_role("solar_climate", shelf, {}).in_crs(crs)
    around = surroundings(counties, counties, climate, parameters)
    more = {
        role: open_role(role, shelf, {}).in_crs(crs)
        for role in TELLING
        if has_role(role, shelf, {})
    }
    stream = Stream(
        replace(around, **more), parameters, crs, out, key, rename=pairs(rename, "--rename")
    )
    parts = list_partitions(source)
    if scheduler:
        names = judge_on_cluster(parts, stream, scheduler)
    else:
        names = judge_all(parts, stream, workers=workers)
    table = pd.DataFrame(add_up(names, stream, counties)["by_county"])
    titles = [fields.get(name).heading(lang) for name in ("county", *SHOWN)]
    rows = [[str(at), *(f"{row[n]:,.6g}" for n in SHOWN)] for at, row in table.iterrows()]
    print_table(titles, rows, indent=0)
    typer.echo(str(out))
