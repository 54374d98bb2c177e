"""What a desk opens: a scenario file of a colleague, or what a run was asked."""

from pathlib import Path

from nngis.errors import NngisError, Problem, ScenarioError, require
from nngis.files import require_file
from nngis.json_file import read_json
from nngis.result.explain import read_results
from nngis.run.cases import Case
from nngis.run.plans import PLAN_IDS
from nngis.run.scenario import Scenario, read_scenario
from nngis.text import Text


def read_asked(path: Path, case: Scenario) -> Scenario:
    """Read the scenario of a file, or of a folder that a run left.

    Parameters
    ----------
    path : Path
        A scenario's TOML file, or a run's output folder.
    case : Scenario
        What the case sets; of a run's folder only what differs from the defaults is known.

    Returns
    -------
    Scenario
        What was asked. A run's folder does not hold its ledgers: the layers are the case's own.

    Raises
    ------
    NngisError
        If it is neither.
    """
    if not path.exists():
        raise ScenarioError(
            "没有这个文件或文件夹；请给出情景文件（.toml），或 nngis run 的输出文件夹。",
            "There is no such file or folder; give a scenario's file (.toml), or the output folder "
            "of nngis run.",
            where=str(path),
        )
    if path.is_file():
        found = read_scenario(path)
        return found.model_copy(update={"plans": PLAN_IDS})
    if not path.is_dir():
        require_file(path, ScenarioError)
    values = {}
    for _, result in read_results(path):
        if result["plan"] in PLAN_IDS:
            asked = result["parameters"].items()
            values[result["plan"]] = {
                name: one["value"] for name, one in asked if one["origin"] != "default"
            }
    title = path.name
    record = path / "run.json"
    if record.is_file():
        title = str(read_json(record, NngisError).get("scenario") or title)
    kept = {**case.parameters, **values}
    return case.model_copy(
        update={"plans": PLAN_IDS, "title": Text(title, title), "parameters": kept}
    )


def read_dropped(path: Path, case: Case) -> Scenario:
    """Read a scenario that was dropped on the page.

    Parameters
    ----------
    path : Path
        Its file.
    case : Case
        The case that is open.

    Returns
    -------
    Scenario
        What was asked.

    Raises
    ------
    ScenarioError
        If it is none, or names files: a page opens no file by its path.
    """
    asked = read_asked(path, case.scenario)
    known = case.store.specs
    named = {role: one.path for role, one in asked.layers.items() if one.path not in known}
    require(
        [
            Problem(
                "这个情景还用到一份图层文件；请先取下，在页面上把那份文件拖进来，"
                "或用 nngis desk --open 打开。",
                "The scenario names a file for this layer: take it out and drop that file on the "
                "page, or open the scenario with nngis desk --open.",
                where=f"layers.{role}",
            )
            for role in named
        ],
        ScenarioError,
    )
    return asked
