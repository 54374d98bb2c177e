"""Print small tables to stdout, columns aligned for Chinese and Latin text alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from rich.cells import cell_len

from nngis.text import Lang, Text

if TYPE_CHECKING:
    import pandas as pd

    from nngis.result.result import Result


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, indent: int = 2) -> None:
    """Print rows in aligned columns."""
    widths = [max(cell_len(row[at]) for row in (header, *rows)) for at in range(len(header))]
    for row in (header, *rows):
        cells = [
            text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)
        ]
        typer.echo((" " * indent + "  ".join(cells)).rstrip())


def print_rows(result: Result, lang: Lang) -> None:
    """Print the rows behind all that a result assumes and warns of: the sheet and the ids."""
    from nngis.result.problems import titles_of

    print_problems(result.analysis.tables["problems"], titles_of(result.sheets), lang)


def print_problems(problems: pd.DataFrame, titles: Mapping[str, Text], lang: Lang) -> None:
    """Print a table of problems: a sentence, and under it where its rows are and which."""
    for (said, table), rows in problems.groupby([f"reason_{lang}", "problem_table"], sort=False):
        typer.echo(f"  {said}")
        title = titles.get(table, Text(table, table)).say(lang)
        typer.echo(f"    {title}: {' '.join(rows['problem_row'])}")
