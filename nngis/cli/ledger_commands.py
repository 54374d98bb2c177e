"""``nngis layers template | import | check FILE``: ledgers in, clean layers out."""

import json
from pathlib import Path
from typing import Any

import typer

from nngis.catalog.load import shipped_layers
from nngis.evidence import Evidence
from nngis.inputs.store import open_store
from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.ledger.template import template_fields, write_template
from nngis.ledger.write import check_target, checklist_of, provenance, write_reading
from nngis.roles import role as role_named
from nngis.text import Lang, Text

SHOWN_PAIRS = 20


def make_template(role: str, out: Path | None, *, lang: Lang, force: bool, as_json: bool) -> None:
    """Write a role's template."""
    known = role_named(role)
    path = out or Path(f"{known.title.zh}_模板.xlsx")
    write_template(path, known, force=force)
    if as_json:
        content = {
            "out": str(path),
            "role": role,
            "columns": [field.heading(lang) for field in template_fields(known)],
        }
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    typer.echo(Text(f"已写出模板：{path}", f"Template written: {path}").say(lang))


def import_ledger(
    source: str,
    role: str,
    out: Path,
    *,
    datum: str | None,
    merge: float | None,
    evidence: Evidence,
    layers: Path | None,
    lang: Lang,
    as_json: bool,
    force: bool,
) -> None:
    """Read what somebody sent for a role and write the clean layer."""
    known = role_named(role)
    check_target(out, force=force)
    reading = _survey(source, role, datum, merge, evidence, layers)
    write_reading(out, reading, known, lang)
    written = [str(out), str(checklist_of(out))]
    if as_json:
        typer.echo(_json(reading, role, {"out": written}))
        return
    _print(reading, lang)
    typer.echo(Text("已写出：", "Written: ").say(lang) + "、".join(written))


def check_ledger(
    source: str,
    role: str,
    *,
    datum: str | None,
    merge: float | None,
    layers: Path | None,
    lang: Lang,
    as_json: bool,
    rows: bool,
) -> None:
    """Read what somebody sent for a role and report, writing nothing."""
    reading = _survey(source, role, datum, merge, "surveyed", layers)
    if as_json:
        typer.echo(_json(reading, role, {}))
        return
    _print(reading, lang)
    if rows:
        _print_rows(reading, lang)


def _survey(
    source: str,
    role: str,
    datum: str | None,
    merge: float | None,
    evidence: Evidence,
    layers: Path | None,
) -> Reading:
    store = open_store(layers or shipped_layers())
    options = Options(datum, store.home_crs, evidence, store.references, merge)
    return survey_ledger(source, role_named(role), options)


def _json(reading: Reading, role: str, more: dict[str, Any]) -> str:
    pairs = reading.duplicates.astype(object)
    content = {
        **provenance(reading, role_named(role)),
        "rows": reading.layer.rows,
        "rejects": reading.layer.rejects.to_dict("records"),
        "doubts": reading.doubts.to_dict("records"),
        "duplicates": pairs.where(pairs.notna(), None).to_dict("records"),
        **more,
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)


def _print(reading: Reading, lang: Lang) -> None:
    typer.echo(reading.counts.say().say(lang))
    for note in reading.layer.notes:
        typer.echo(f"  {note.say(lang)}")
    files = reading.layer.rejects[["file", "sheet"]].drop_duplicates()
    for row in reading.layer.rejects.itertuples():
        where = f"{row.file} {row.sheet} ".replace("  ", " ") if len(files) > 1 else ""
        reason = row.reason_zh if lang == "zh" else row.reason_en
        typer.echo(
            Text(f"  {where}第 {row.row} 行：", f"  {where}row {row.row}: ").say(lang) + reason
        )
    for pair in reading.duplicates.head(SHOWN_PAIRS).itertuples():
        typer.echo(
            Text(
                f"  疑似重复（{pair.score:g}）：{pair.kept_name}（{pair.kept_at}）与 "
                f"{pair.other_name}（{pair.other_at}）",
                f"  may be one ({pair.score:g}): {pair.kept_name} ({pair.kept_at}) and "
                f"{pair.other_name} ({pair.other_at})",
            ).say(lang)
        )
    if len(reading.duplicates) > SHOWN_PAIRS:
        left = len(reading.duplicates) - SHOWN_PAIRS
        typer.echo(Text(f"  另有 {left} 对。", f"  and {left} pairs more.").say(lang))


def _print_rows(reading: Reading, lang: Lang) -> None:
    """List every rejected and every doubtful row with its raw text, a line each."""
    titles = {"rejects": Text("未采用", "rejected"), "doubts": Text("存疑", "doubtful")}
    tables = {"rejects": reading.layer.rejects, "doubts": reading.doubts}
    for name, table in tables.items():
        for row in table.itertuples():
            place = f"{row.file}{'#' if row.sheet else ''}{row.sheet}:{row.row}"
            reason = row.reason_zh if lang == "zh" else row.reason_en
            typer.echo(f"{titles[name].say(lang)}\t{place}\t{row.column}\t{reason}\t{row.raw}")
