"""``nngis layers template | import | check FILE``: ledgers in, clean layers out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nngis.cli.layer_commands import check_layers
from nngis.cli.options import Datum, Json, LangOption, Layers, ShowRows
from nngis.cli.tables import print_problems
from nngis.evidence import Evidence
from nngis.ledger.choices import Hidden
from nngis.text import Lang, Text, counted, listing

if TYPE_CHECKING:
    from nngis.ledger.read import Reading


FileOrTable = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="文件、文件夹或 postgresql://…#表 a file, a folder, or postgresql://…#table",
    ),
]
As = Annotated[str, typer.Option("--as", help="作为哪个角色 as which role")]
Merge = Annotated[
    float | None,
    typer.Option(
        "--merge", min=0.0, max=1.0, help="合并相似度不低于此值的记录对 merge pairs from this score"
    ),
]
HiddenOf = Annotated[
    Hidden,
    typer.Option(
        "--hidden",
        help="隐藏的内容：rows 只读隐藏行，read 连隐藏的工作表，skip 都不读 "
        "what a workbook hides: read rows, sheets too, or nothing",
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="列名=字段", help="哪一列是哪个字段 which column is which field"),
]
MapFile = Annotated[
    Path | None,
    typer.Option("--map-file", help="记住 --map 的文件 a TOML file that remembers --map"),
]
SHOWN_PAIRS = 20
SHOWN_REJECTS = 100


def layers_template(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="角色 a role, e.g. boilers")],
    out: Annotated[Path | None, typer.Option("--out", help="输出的 .xlsx file to write")] = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 replace the file")] = False,
    layers: Layers = None,
) -> None:
    """写出一个角色的填报模板。 Write a role's template to fill in.

    例 Example:

      nngis layers template boilers --out 锅炉台账模板.xlsx
    """
    from nngis.catalog.load import shipped_layers
    from nngis.inputs.store import open_store
    from nngis.ledger.template import template_fields, write_template
    from nngis.roles import role as role_named

    known = role_named(role)
    path = out or Path(f"{known.title.zh}_模板.xlsx")
    store = open_store(layers or shipped_layers())
    write_template(path, known, divisions=store.divisions(), force=force)
    if as_json:
        content = {
            "out": str(path),
            "role": role,
            "columns": [field.heading(lang) for field in template_fields(known)],
        }
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    typer.echo(Text(f"已写出模板：{path}", f"Template written: {path}").say(lang))


def layers_import(
    file: FileOrTable,
    role: As,
    out: Annotated[Path, typer.Option("--out", help="输出的 .gpkg file to write")],
    datum: Datum = None,
    merge: Merge = None,
    hidden: HiddenOf = "rows",
    columns: Map = None,
    columns_file: MapFile = None,
    evidence: Annotated[
        Evidence, typer.Option("--evidence", help="数据等级 how sure the file is")
    ] = "surveyed",
    layers: Layers = None,
    lang: LangOption = "zh",
    as_json: Json = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 replace the files")] = False,
    show_rows: ShowRows = False,
) -> None:
    """把台账读成干净的图层，逐行说明去向。 Read a ledger into a clean layer, row by row.

    例 Examples:

      nngis layers import 锅炉台账.xlsx --as boilers --out 锅炉.gpkg

      nngis layers import 三局台账/ --as boilers --merge 0.9 --out 锅炉.gpkg
    """
    from nngis.ledger.write import check_target, checklist_of, write_reading
    from nngis.roles import role as role_named

    known = role_named(role)
    check_target(out, force=force)
    reading = _survey(
        file,
        role,
        layers,
        datum=datum,
        merge=merge,
        evidence=evidence,
        hidden=hidden,
        names=_names(role, columns, columns_file),
    )
    write_reading(out, reading, known, lang)
    written = [str(out), str(checklist_of(out))]
    if as_json:
        typer.echo(_json(reading, role, {"out": written}))
        return
    _print(reading, lang, rows=show_rows)
    typer.echo(Text("已写出：", "Written: ").say(lang) + listing(written).say(lang))


def layers_check(
    file: Annotated[str | None, typer.Argument(help="要检查的文件 a file of your own")] = None,
    role: As = "boilers",
    datum: Datum = None,
    merge: Merge = None,
    hidden: HiddenOf = "rows",
    columns: Map = None,
    columns_file: MapFile = None,
    layers: Layers = None,
    rows: Annotated[
        bool, typer.Option("--rows", help="逐行列出未采用与存疑的行 rejects and doubts, row by row")
    ] = False,
    lang: LangOption = "zh",
    as_json: Json = False,
    show_rows: ShowRows = False,
) -> None:
    """检查图层是否完好，或检查自己的文件。 Check the catalog's layers, or a file of your own.

    例 Examples:

      nngis layers check

      nngis layers check 锅炉台账.xlsx --as boilers --rows
    """
    if file is None:
        check_layers(layers, lang, as_json=as_json)
        return
    names = _names(role, columns, columns_file)
    reading = _survey(file, role, layers, datum=datum, merge=merge, hidden=hidden, names=names)
    if as_json:
        typer.echo(_json(reading, role, {}))
        return
    _print(reading, lang, rows=show_rows)
    if rows:
        _print_rows(reading, lang)


def _names(role: str, pairs: list[str] | None, file: Path | None) -> dict[str, str]:
    """Read which columns are which fields, and remember what was said now."""
    from nngis.ledger.column_names import read_names_file, read_pairs_told, write_names_file
    from nngis.roles import role as role_named

    known = role_named(role)
    told = read_pairs_told(pairs or (), known)
    if file is None:
        return told
    names = read_names_file(file, known) | told
    if told:
        write_names_file(file, known, names)
    return names


def _survey(  # the rest are fields of Options
    source: str,
    role: str,
    layers: Path | None,
    **told: Any,  # noqa: ANN401
) -> Reading:
    """Read what somebody sent."""
    from nngis.catalog.load import shipped_layers
    from nngis.inputs.store import open_store
    from nngis.ledger.read import survey_ledger
    from nngis.roles import role as role_named

    store = open_store(layers or shipped_layers())
    options = replace(store.options(), **told)
    return survey_ledger(source, role_named(role), options)


def _json(reading: Reading, role: str, more: dict[str, Any]) -> str:
    from nngis.ledger.write import provenance
    from nngis.roles import role as role_named

    pairs = reading.duplicates.astype(object)
    content = {
        **provenance(reading, role_named(role)),
        "rows": reading.layer.rows,
        "rejects": reading.layer.rejects.to_dict("records"),
        "doubts": reading.doubts.to_dict("records"),
        "problems": reading.layer.problems.to_dict("records"),
        "duplicates": pairs.where(pairs.notna(), None).to_dict("records"),
        **more,
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)


def _print(reading: Reading, lang: Lang, *, rows: bool) -> None:
    typer.echo(reading.counts.say().say(lang))
    for note in reading.layer.notes:
        typer.echo(f"  {note.say(lang)}")
    if rows:
        from nngis.result.problems import titles_of

        print_problems(reading.layer.problems, titles_of(()), lang)
    files = reading.layer.rejects[["file", "sheet"]].drop_duplicates()
    for row in reading.layer.rejects.head(SHOWN_REJECTS).itertuples():
        where = f"{row.file} {row.sheet} ".replace("  ", " ") if len(files) > 1 else ""
        reason = row.reason_zh if lang == "zh" else row.reason_en
        typer.echo(
            Text(f"  {where}第 {row.row} 行：", f"  {where}row {row.row}: ").say(lang) + reason
        )
    if len(reading.layer.rejects) > SHOWN_REJECTS:
        left = len(reading.layer.rejects) - SHOWN_REJECTS
        more = f"  另有 {left} 行未采用。", f"  and {left} rows more that are not used."
        typer.echo(Text(*more).say(lang))
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
        typer.echo(Text(f"  另有 {left} 对。", f"  and {counted(left, 'pair')} more.").say(lang))


def _print_rows(reading: Reading, lang: Lang) -> None:
    """List every rejected and every doubtful row with its raw text, a line each."""
    titles = {"rejects": Text("未采用", "rejected"), "doubts": Text("存疑", "doubtful")}
    tables = {"rejects": reading.layer.rejects, "doubts": reading.doubts}
    for name, table in tables.items():
        for row in table.itertuples():
            place = f"{row.file}{'#' if row.sheet else ''}{row.sheet}:{row.row}"
            reason = row.reason_zh if lang == "zh" else row.reason_en
            typer.echo(f"{titles[name].say(lang)}\t{place}\t{row.column}\t{reason}\t{row.raw}")
