"""``--quiet``, alike in every command: nothing but errors, and what ``--json`` asks for."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="安静：只打印错误 quiet: nothing but errors")
]


def every_command_can_be_quiet(app: typer.Typer) -> None:
    """Give each command of an app, and of the apps within, the option."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _quietly(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            every_command_can_be_quiet(group.typer_instance)


def _quietly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Take ``--quiet`` off a command's hands; errors are printed once it has ended."""

    @wraps(command)
    def run(*arguments: object, quiet: bool, **options: object) -> object:
        with ExitStack() as stack:
            if quiet:
                nowhere = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
                stack.enter_context(redirect_stderr(nowhere))
                if not options.get("as_json"):
                    stack.enter_context(redirect_stdout(nowhere))
            return command(*arguments, **options)

    asked = inspect.signature(command, eval_str=True)
    option = inspect.Parameter(
        "quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Quiet
    )
    signature = asked.replace(parameters=[*asked.parameters.values(), option])
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    return run
