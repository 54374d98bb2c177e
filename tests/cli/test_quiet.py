"""``--quiet``: nothing but errors, alike in every command."""

import json

import pytest
import typer

from nngis.cli.app import app


def commands(one, name=()):
    within = getattr(one, "commands", None)
    if within is None:
        yield name, one
        return
    for word, command in within.items():
        yield from commands(command, (*name, word))


COMMANDS = {" ".join(name): one for name, one in commands(typer.main.get_command(app))}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_quiet(name):
    options = [option for one in COMMANDS[name].params for option in one.opts]
    assert options.count("--quiet") == 1, name
    assert options.count("-q") == 1, name


def test_a_quiet_command_does_its_work_and_prints_nothing(nngis, tmp_path):
    town = tmp_path / "town"
    assert nngis("case", "new", town, "--example", "-q") == (0, "", "")
    assert (town / "case.toml").is_file()
    assert nngis("case", "check", town, "--quiet") == (0, "", "")
    asked = ("--demand", "places", "--facilities", "charging_stations", "--limit-km", "3")
    assert nngis("--case", town, "reach", *asked, "--quiet") == (0, "", "")
    packed = tmp_path / "town.zip"
    assert nngis("layers", "pack", town, "--out", packed, "-q") == (0, "", "")
    assert nngis("layers", "unpack", packed, "--out", tmp_path / "back", "-q") == (0, "", "")
    assert (tmp_path / "back" / "case.toml").is_file()


def test_quiet_json_is_printed_and_nothing_beside_it(nngis):
    ran = nngis("schema", "heat", "--json", "--quiet")
    assert json.loads(ran.out)
    assert ran.err == ""


def test_a_quiet_command_prints_its_error_and_keeps_its_exit_code(nngis, tmp_path):
    ran = nngis("case", "check", tmp_path / "none", "--quiet", "--lang", "en")
    assert (ran.code, ran.out) == (nngis("case", "check", tmp_path / "none").code, "")
    assert ran.code != 0
    assert ran.err.startswith("error: ")
    assert "none" in ran.err
