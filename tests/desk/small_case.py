"""A small case: the shipped counties, boilers and units, without roads, quick to analyse."""

import shutil
import tomllib
from pathlib import Path

from nngis.catalog.load import shipped_layers

SMALL = ("counties", "heat_sources", "boilers", "built_up", "towns")
SETTINGS = """title = { zh = "小例", en = "Small case" }
plans = ["heat", "sewer", "rooftop", "charging"]

[heat]
assume_chp = true
"""


def make_case(folder: Path, layers: tuple[str, ...] = SMALL, settings: str = SETTINGS) -> Path:
    """Copy some layers of the shipped case, with settings of its own."""
    home = shipped_layers()
    text = (home / "catalog.toml").read_text(encoding="utf-8")
    head, *blocks = text.split("\n[layers.")
    kept = [block for block in blocks if block.split("]", 1)[0] in layers]
    folder.mkdir(parents=True, exist_ok=True)
    whole = "\n[layers.".join([head, *kept])
    (folder / "catalog.toml").write_text(whole, encoding="utf-8")
    for spec in tomllib.loads(whole)["layers"].values():
        if "file" in spec:
            shutil.copy(home / spec["file"], folder / spec["file"])
    for name in ("case.toml", "register.toml", "public_figures.toml"):
        shutil.copy(home / name, folder / name)
    (folder / "nanning.toml").write_text(settings, encoding="utf-8")
    return folder
