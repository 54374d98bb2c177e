"""``nngis layers``: the layers there are, their state, and what people send made into layers."""

import typer

from nngis.cli import fetch_command, layer_commands, ledger_commands, streets_command

layers_app = typer.Typer(
    help="图层：有哪些、多可靠、是否完好。 The layers: which, how sure, whether intact.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for name, command in (
    ("list", layer_commands.layers_list),
    ("show", layer_commands.layers_show),
    ("check", ledger_commands.layers_check),
    ("streets", streets_command.layers_streets),
    ("template", ledger_commands.layers_template),
    ("import", ledger_commands.layers_import),
    ("fetch", fetch_command.layers_fetch),
    ("pack", fetch_command.layers_pack),
    ("unpack", fetch_command.layers_unpack),
):
    layers_app.command(name)(command)
