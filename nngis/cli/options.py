"""What several commands take: a scenario, layers by role, parameters."""

from collections.abc import Sequence
from pathlib import Path

from nngis.errors import Problem, ScenarioError, require
from nngis.inputs.choices import LayerChoice
from nngis.inputs.store import LayerStore
from nngis.run.scenario import Scenario, check_plans, read_scenario
from nngis.text import Text

DEMONSTRATION = "nanning.toml"


def choose_scenario(
    what: Sequence[str], store: LayerStore, layer: Sequence[str], datum: str | None
) -> Scenario:
    """Take the scenario named, or the store's demonstration, and put the given layers in it."""
    base = _scenario(what, store.folder / DEMONSTRATION)
    choices = {
        role: LayerChoice(path=path, datum=datum) for role, path in pairs(layer, "--layer").items()
    }
    return base.model_copy(update={"layers": {**base.layers, **choices}})


def _scenario(what: Sequence[str], demonstration: Path) -> Scenario:
    files = [name for name in what if name.endswith(".toml")]
    if len(files) > 1 or (files and len(what) > 1):
        raise ScenarioError(
            "一次只能给一个情景文件，且不与规划名同用。",
            "Give one scenario file and no plan beside it.",
            where=" ".join(what),
        )
    if files:
        return read_scenario(Path(files[0]))
    base = (
        read_scenario(demonstration)
        if demonstration.is_file()
        else Scenario(name="default", title=Text("缺省", "Default"))
    )
    if not what:
        return base
    check_plans(what, where="nngis run")
    return base.model_copy(update={"plans": tuple(dict.fromkeys(what))})


def pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Read NAME=VALUE words."""
    split = [(word, *word.partition("=")) for word in words]
    require(
        [
            Problem("应写成 名称=值。", "Write it as NAME=VALUE.", where=f"{option} {word}")
            for word, name, sign, value in split
            if not (name.strip() and sign and value.strip())
        ],
        ScenarioError,
    )
    return {name.strip(): value.strip() for _, name, _, value in split}
