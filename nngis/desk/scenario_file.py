"""A scenario written as the TOML file that ``nngis run`` takes."""

import json
from collections.abc import Mapping
from pathlib import Path

from nngis.inputs.edits import Edit
from nngis.run.scenario import Scenario


def scenario_toml(scenario: Scenario, *, folder: Path | None = None) -> str:
    """Write a scenario as TOML.

    Parameters
    ----------
    scenario : Scenario
        What is asked.
    folder : Path, optional
        Where the file will stand; files beneath it are named from there.

    Returns
    -------
    str
        The file's text; `nngis.run.scenario.read_scenario` reads the same scenario from it.

    Examples
    --------
    >>> from nngis.text import Text
    >>> print(scenario_toml(Scenario(name="a", title=Text("甲", "A"), plans=("heat",),
    ...                              parameters={"heat": {"supply_radius_m": 3e4}})))
    title = { zh = "甲", en = "A" }
    plans = ["heat"]
    <BLANKLINE>
    [heat]
    supply_radius_m = 30000.0
    <BLANKLINE>
    """
    title = {"zh": scenario.title.zh, "en": scenario.title.en}
    lines = [f"title = {_value(title)}", f"plans = {_value(scenario.plans)}", ""]
    if scenario.layers:
        lines.append("[layers]")
        for role, choice in scenario.layers.items():
            kept = {"path": _near(choice.path, folder)}
            kept |= {"datum": choice.datum} if choice.datum else {}
            lines.append(f"{_key(role)} = {_value({**kept, 'evidence': choice.evidence})}")
        lines.append("")
    for plan, values in scenario.parameters.items():
        # TOML has no word for "nothing": a value of none is the default of all that may lack one.
        lines.append(f"[{_key(plan)}]")
        lines += [f"{_key(k)} = {_value(v)}" for k, v in values.items() if v is not None]
        lines.append("")
    for edit in scenario.edits:
        lines += ["[[edits]]", *_edit(edit), ""]
    return "\n".join(lines)


def _edit(edit: Edit) -> list[str]:
    kept = edit.model_dump(exclude_defaults=True)
    return [f"{_key(name)} = {_value(value)}" for name, value in kept.items()]


def _near(path: str, folder: Path | None) -> str:
    if folder is not None and Path(path).is_absolute() and Path(path).is_relative_to(folder):
        return Path(path).relative_to(folder).as_posix()
    return path


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("_", "a").replace("-", "a").isalnum()
    return name if plain else _value(name)


def _value(value: object) -> str:
    """Write one value; a JSON string is a TOML string, but for one sign."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
