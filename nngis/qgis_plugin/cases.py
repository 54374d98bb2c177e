"""A case's folder as the panel shows it: its scenarios, without reading what nngis reads."""

import re
from pathlib import Path

NAMED = re.compile(r'^(document|figures)\s*=\s*"([^"]+)"', re.MULTILINE)
#: What a case holds that is no scenario.
OTHERS = {"case.toml", "catalog.toml"}


def scenarios_of(folder):
    """Return the scenario files of a case, by path; its plan document and figures are none."""
    if not folder:
        return []
    base = Path(folder)
    own = base / "case.toml"
    text = own.read_text(encoding="utf-8", errors="replace") if own.is_file() else ""
    others = OTHERS | {name for _, name in NAMED.findall(text)}
    found = [*base.glob("*.toml"), *base.glob("scenarios/*.toml")]
    return sorted(one for one in found if one.name not in others)


def run_folder_of(folder, scenario, home):
    """Name the folder of a run: beside the project where it is saved, else in the user's own."""
    base = Path(home) if home else Path.home()
    case = Path(folder).name if folder else "case"
    stem = f"_{Path(scenario).stem}" if scenario else ""
    return base / f"nngis_{case}{stem}"
