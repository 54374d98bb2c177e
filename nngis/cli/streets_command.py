"""``nngis layers streets``: the quality of a road layer, and the layer made simpler."""

import json
import tempfile
from pathlib import Path

import pyogrio
import typer

from nngis.catalog.load import shipped_layers
from nngis.inputs.roads import count_streets, roads_from
from nngis.inputs.store import open_store
from nngis.ledger.write import check_target
from nngis.network.graph import StreetFigure
from nngis.text import Lang, Text


def report_streets(
    source: str,
    out: Path | None,
    *,
    datum: str | None,
    merge_junctions_m: float,
    layers: Path | None,
    lang: Lang,
    as_json: bool,
    force: bool,
) -> None:
    """Count the streets of a road layer; with `out`, write it simplified by osmnx."""
    if out is not None:
        check_target(out, force=force)
    store = open_store(layers or shipped_layers())
    given = store.open(source).frame if source in store.specs else source
    roads, notes = roads_from(given, datum=datum)
    figures, more = count_streets(roads)
    notes = (*notes, *more)
    after: tuple[StreetFigure, ...] = ()
    if out is not None:
        simple, said = roads_from(roads, simplify=True, merge_junctions_m=merge_junctions_m)
        after, _ = count_streets(simple)
        notes = (*notes, *said)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".nngis-") as folder:
            part = Path(folder) / out.name
            pyogrio.write_dataframe(simple.reset_index(), part, layer="roads", driver="GPKG")
            part.replace(out)
    if as_json:
        content = {
            "streets": {one.name: one.value for one in figures},
            "simplified": {one.name: one.value for one in after} or None,
            "out": None if out is None else str(out),
            "notes": [note.say(lang) for note in notes],
        }
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    for note in notes:
        typer.echo(note.say(lang))
    then = {one.name: one for one in after}
    for one in figures:
        line = f"{one.title.say(lang)}: {_shown(one)}"
        typer.echo(line + (f" → {_shown(then[one.name])}" if one.name in then else ""))
    if out is not None:
        typer.echo(Text(f"已写出：{out}", f"Written: {out}").say(lang))


def _shown(figure: StreetFigure) -> str:
    if figure.value is None:
        return "—"
    if figure.name.endswith("_count"):
        return f"{figure.value:,.0f}"
    if figure.name.endswith("_share"):
        return f"{figure.value:.1%}".replace("%", " %")
    return f"{figure.value:,.4g} {figure.unit}".strip()
