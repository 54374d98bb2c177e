"""``nngis roofs``: options to a stream of GeoParquet partitions, and what they add up to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis import fields
from nngis.cli.options import Datum, LangOption, Layers, Out, Set, pairs
from nngis.cli.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from nngis.text import Lang

TELLING = ("townships", "places", "land_use", "built_up")
SHOWN = ("roofs_count", "capacity_kwp", "energy_mwh_a", "co2_avoided_t_a")


def roofs_command(
    source: Annotated[Path, typer.Argument(help="GeoParquet 文件或文件夹 a file or a folder")],
    out: Out = Path("maps/roofs"),
    key: Annotated[str, typer.Option("--key", help="编号列 column of the ids")] = "roof_id",
    rename: Annotated[
        list[str] | None,
        typer.Option("--rename", help="文件列=规划列 COLUMN=NAME, e.g. class=building"),
    ] = None,
    set_: Set = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            help="进程数，缺省为核数，至多 4 processes; one a core if absent, at most 4",
            min=1,
        ),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Dask 集群 a cluster, tcp://HOST:8786")
    ] = None,
    climate: Annotated[
        Path | None,
        typer.Option("--climate", help="EPW、TMY3、PVGIS 文件或辐照 GeoTIFF weather or a raster"),
    ] = None,
    datum: Datum = None,
    draw: Annotated[bool, typer.Option("--map", help="另绘离线地图 draw an offline map")] = False,
    layers: Layers = None,
    lang: LangOption = "zh",
) -> None:
    """成批判定屋顶：分区流式处理，可续跑。 Judge any number of roofs, partition by partition.

    例 Example:

      nngis roofs buildings/ --key id --rename class=building --workers 2 --out maps/roofs

      nngis roofs buildings/ --climate ghi.tif --datum gcj02 --map
    """
    from dataclasses import replace

    from nngis.catalog.load import shipped_layers
    from nngis.catalog.roof_partitions import list_partitions
    from nngis.crs import choose_work_crs
    from nngis.files import check_folder
    from nngis.inputs.choices import LayerChoice, read_choice
    from nngis.inputs.climate import ROLE as CLIMATE
    from nngis.inputs.climate import open_climate
    from nngis.inputs.roof_checks import check_roofs
    from nngis.inputs.store import has_role, open_role, open_store
    from nngis.ledger.datum_of_rows import option_datum
    from nngis.outputs.roof_map import write_roof_map
    from nngis.parameter_values import build
    from nngis.plans.rooftop.analyse import surroundings
    from nngis.plans.rooftop.parameters import RooftopParameters
    from nngis.replacing import locked_folder
    from nngis.run.analyse import values_of
    from nngis.run.parallel import choose_workers, workers_of
    from nngis.run.streams import Stream, add_up, judge_all, judged_roofs, sample_roofs

    check_folder(out)
    store = open_store(layers or shipped_layers())
    given = pairs(set_ or [], "--set")
    here = values_of(RooftopParameters, store)
    parameters, _ = build(RooftopParameters, {}, given, scenario_name="", case=here)
    named = open_role("counties", store, {})
    west, south, east, north = named.frame.total_bounds
    crs = f"EPSG:{choose_work_crs([(west + east) / 2], [(south + north) / 2]).to_epsg()}"
    counties = named.in_crs(crs)
    chosen = (
        {} if climate is None else {CLIMATE: LayerChoice.model_validate(read_choice(str(climate)))}
    )
    sun = open_climate(store, chosen)
    around = surroundings(counties, counties, sun.layer.in_crs(crs), parameters)
    more = {
        role: open_role(role, store, {}).in_crs(crs)
        for role in TELLING
        if has_role(role, store, {})
    }
    stream = Stream(
        replace(around, **more),
        parameters,
        crs,
        out,
        key,
        rename=pairs(rename or [], "--rename"),
        datum=option_datum(datum) or "wgs84",
        field=sun.field,
    )
    parts = list_partitions(source)
    sample = sample_roofs(parts, stream)
    doubts = check_roofs(sample, store.references, where=str(source), datum=datum)
    for note in (*(sun.layer.notes if climate else ()), *doubts):
        typer.echo(note.say(lang), err=True)
    count = workers or choose_workers(len(parts))
    with locked_folder(out), workers_of(count, scheduler) as each:
        names = judge_all(parts, stream, each=each)
        tables = add_up(names, stream, counties, each=each)
    _print_sums(tables, lang)
    if draw:
        write_roof_map(out, judged_roofs(parts, stream), tables, store, lang)
    typer.echo(str(out))


def _print_sums(tables: Mapping[str, pd.DataFrame], lang: Lang) -> None:
    import pandas as pd

    table = pd.DataFrame(tables["by_county"])
    titles = [fields.get(name).heading(lang) for name in ("county", *SHOWN)]
    shown = table[list(SHOWN)].map(lambda value: "—" if pd.isna(value) else f"{value:,.6g}")
    rows = [[str(at), *words] for at, words in zip(table.index, shown.to_numpy(), strict=True)]
    print_table(titles, rows, indent=0)
