"""Print small tables to stdout, columns aligned for Chinese and Latin text alike."""

from collections.abc import Sequence

import typer
from rich.cells import cell_len


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, indent: int = 2) -> None:
    """Print rows in aligned columns."""
    widths = [max(cell_len(row[at]) for row in (header, *rows)) for at in range(len(header))]
    for row in (header, *rows):
        cells = [
            text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)
        ]
        typer.echo((" " * indent + "  ".join(cells)).rstrip())
