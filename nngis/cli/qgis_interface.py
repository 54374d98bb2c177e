"""What the QGIS plugin offers, as plain values: every algorithm, its inputs, help and outputs.

Nothing is typed here that stands elsewhere: parameters of a plan come from its schema, options of
a command from its own declaration, layers from the roles, outputs from what a plan wants drawn.
The values are packed into the plugin, so that QGIS lists its algorithms without starting nngis;
`digest_of` tells whether an nngis on the machine still means the same.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import nngis
from nngis import fields
from nngis.catalog.load import shipped_layers
from nngis.cli import permit_command, reach_command, register_command, run_command, site_command
from nngis.cli.ledger_commands import layers_import
from nngis.cli.qgis_inputs import (
    Record,
    both,
    layer_input,
    option_inputs,
    parameter_inputs,
)
from nngis.cli.qgis_inputs import role_input as role
from nngis.decide.indicators import STATUS_TITLES as VERDICTS
from nngis.evidence import ORDER
from nngis.inputs.features import TITLES as PARTS
from nngis.inputs.store import open_store
from nngis.plans.heat.parameters import HeatParameters
from nngis.register.finding import STATUS_TITLES as STANDINGS
from nngis.register.view import TITLE as REGISTER
from nngis.roles import roles
from nngis.run.permit import OPTIONAL as PERMIT_OPTIONAL
from nngis.run.permit import ROLES as PERMIT_ROLES
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.run.questions import SHAPES, TABLES
from nngis.run.reach import TITLE as REACH
from nngis.run.score import register_roles
from nngis.run.site import TITLES as SITES
from nngis.text import Text

FORMAT = 1  # of these values; a plugin that reads another format does not fit
PLANS = Text("规划", "Plans")
QUESTIONS = Text("可达与选址", "Reach and siting")
DATA = Text("台账与许可", "Ledgers and permits")
PERMIT = Text("某点可否新建锅炉", "Permit at a point")
LEDGER = Text("导入台账", "Import a ledger")
PLACE = Text("位置", "Place")
DEMAND = ("demand", "facilities", "candidates", "existing")


def interface() -> Record:
    """Gather all that the plugin offers.

    Returns
    -------
    dict
        `format, nngis, algorithms, words, digest`; plain values, as json takes them.
    """
    found: Record = {
        "format": FORMAT,
        "nngis": nngis.__version__,
        "algorithms": [
            *(_plan(name) for name in PLAN_IDS),
            _reach(),
            *(_site(problem) for problem in SITES),
            _permit(),
            _ledger(),
            _register(),
        ],
        "words": _words(),
    }
    return {**found, "digest": digest_of(found)}


def digest_of(found: Record) -> str:
    """Return a short digest of what an interface offers, whatever the version that says it.

    Parameters
    ----------
    found : dict
        The interface.

    Returns
    -------
    str
        Sixteen hexadecimal digits.

    Examples
    --------
    >>> digest_of({"nngis": "1", "format": 1}) == digest_of({"nngis": "2", "format": 1})
    True
    """
    said = {name: value for name, value in found.items() if name not in {"nngis", "digest"}}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plan(name: str) -> Record:
    plan = load_plan(name)
    options = option_inputs(run_command.run_command, ("layers", "datum"))
    needed = [role(one, needed=True) for one in plan.roles]
    others = [role(one, needed=False) for one in plan.optional_roles]
    rasters = [layer_input(one, both(Text(one, one)), "raster") for one in plan.raster_roles]
    for one in rasters:
        one["args"] = ["--layer", f"{one['name']}={{}}"]
    parameters = parameter_inputs(plan.parameters)
    return {
        "id": name,
        "title": both(plan.title),
        "group": ["plans", both(PLANS)],
        "help": _help(run_command.run_command),
        "command": ["run", name],
        "kind": "folder",
        "inputs": [*needed, *others, *rasters, *options, *parameters],
        "folder": name,
        "layers": [
            {"table": one.table, "title": both(one.title), "shown": one.shown}
            for one in plan.view.layers
        ],
    }


def _reach() -> Record:
    names = ("demand", "facilities", "roads", "limit_km", "weight", "datum", "layers")
    drawn = [name for name in SHAPES if name != "sites"]
    return _question("reach", REACH, ["reach"], reach_command.reach_command, names, drawn)


def _site(problem: str) -> Record:
    # Fewest sites finds the number itself.
    number = () if problem == "lscp" else ("p",)
    names = ("demand", "candidates", "existing", "roads", *number, "limit_km", "weight", "gap")
    names = (*names, "time_limit_s", "datum", "layers")
    title, command = SITES[problem], ["site", problem]
    drawn = ["demand", "sites"]
    return _question(f"site_{problem}", title, command, site_command.site_command, names, drawn)


def _question(  # the parts of one record
    id_: str,
    title: Text,
    command: list[str],
    of: Any,  # noqa: ANN401 - a command's function
    names: tuple[str, ...],
    drawn: list[str],
) -> Record:
    inputs = option_inputs(of, names)
    for one in inputs:
        name = one["name"]
        if name in {*DEMAND, "roads"}:
            one |= {"kind": "layer", "shape": "line" if name == "roads" else "point"}
            one["title"] = both(PARTS[name])
        elif name == "weight":
            one |= {"kind": "field", "of": "demand"}
        one["needed"] = name in {"demand", "facilities", "candidates", "limit_km", "p"}
    return {
        "id": id_,
        "title": both(title),
        "group": ["questions", both(QUESTIONS)],
        "help": _help(of),
        "command": command,
        "kind": "folder",
        "inputs": inputs,
        "folder": command[0],
        "layers": [{"table": one, "title": both(TABLES[one]), "shown": True} for one in drawn],
    }


def _permit() -> Record:
    of = permit_command.permit_command
    names = ("capacity_t_h", "fuel", "captive", "datum", "layers")
    place = {
        "name": "place",
        "kind": "point",
        "title": both(PLACE),
        "help": both(Text("在地图上点选。", "Click on the map.")),
        "args": ["--lon", "{x}", "--lat", "{y}"],
        "needed": True,
        "advanced": False,
    }
    inputs = option_inputs(of, names)
    for one in inputs:
        one["needed"] = one["name"] == "capacity_t_h"
    given = [role(one, needed=False) for one in (*PERMIT_ROLES, *PERMIT_OPTIONAL)]
    return {
        "id": "permit",
        "title": both(PERMIT),
        "group": ["data", both(DATA)],
        "help": _help(of),
        "command": ["permit"],
        "kind": "rows",
        "inputs": [place, *inputs, *given, *parameter_inputs(HeatParameters, law_only=True)],
    }


def _ledger() -> Record:
    names = ("file", "role", "datum", "merge", "hidden", "columns", "evidence", "layers")
    inputs = option_inputs(layers_import, names)
    for one in inputs:
        if one["name"] == "file":
            one["kind"] = "file"
        elif one["name"] == "role":
            one |= {"kind": "choice", "choices": list(roles())}
        one["needed"] = one["name"] in {"file", "role"}
    return {
        "id": "import_ledger",
        "title": both(LEDGER),
        "group": ["data", both(DATA)],
        "help": _help(layers_import),
        "command": ["layers", "import"],
        "kind": "ledger",
        "inputs": inputs,
    }


def _register() -> Record:
    of = register_command.register_command
    known = register_roles(open_store(shipped_layers()))
    given = [role(one, needed=False) for one in roles() if one in known]
    return {
        "id": "register",
        "title": both(REGISTER),
        "group": ["data", both(DATA)],
        "help": _help(of),
        "command": ["register"],
        "kind": "register",
        "inputs": [
            *option_inputs(of, ("date", "split", "since", "datum", "layers")),
            *({**one, "advanced": True} for one in given),
        ],
    }


def _help(command: Any) -> Record:  # noqa: ANN401 - a command's function
    """Take a command's own first line, Chinese and English."""
    line = (command.__doc__ or "").strip().splitlines()[0]
    zh, _, en = line.partition("。 ")
    return both(Text(f"{zh}。", en))


def _words() -> Record:
    """Gather titles of the coded values that results hold."""
    evidence = fields.get("evidence")
    return {
        "evidence": {
            one: {"zh": evidence.value_title(one, "zh"), "en": evidence.value_title(one, "en")}
            for one in ORDER
        },
        "status": {
            str(name): both(title) for name, title in [*STANDINGS.items(), *VERDICTS.items()]
        },
        "decision": {
            str(name): both(title) for name, title in fields.get("decision").values.items()
        },
    }
