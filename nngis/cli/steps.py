"""Steps of long work on stderr: a spinner in a terminal, a line each where something else reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from nngis.text import Lang, Text


@contextmanager
def told_steps(lang: Lang) -> Iterator[Callable[[Text], None]]:
    """Give a function that tells of each step as it begins.

    Parameters
    ----------
    lang : {"zh", "en"}
        Language.

    Yields
    ------
    callable
        To be told of each step.
    """
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:

        def write(text: Text) -> None:
            typer.echo(text.say(lang), err=True)

        yield write
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=None)

        def show(text: Text) -> None:
            progress.update(task, description=text.say(lang))

        yield show
