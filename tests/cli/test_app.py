"""What the command line loads before it does anything: little, so that help comes at once."""

import json
import subprocess
import sys

import pytest

# Each takes longer to import than help may take.
HEAVY = {
    "branca", "docx", "ezdxf", "folium", "fontTools", "geopandas", "highspy", "jinja2",
    "llvmlite", "matplotlib", "networkx", "numba", "numpy", "openpyxl", "osmnx", "pandas",
    "pyarrow", "pyogrio", "pyproj", "rasterio", "scipy", "shapely", "starlette", "xlsxwriter",
}  # fmt: skip
MOST_OF_OURS = 45
LOADED = """
import contextlib, io, json, sys
from nngis.cli.app import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(*words: str) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True
    )
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"]])
def test_help_loads_few_modules_and_no_library_of_maps_or_tables(words: list[str]) -> None:
    loaded = loaded_by(*words)
    assert "nngis.cli.run_command" in loaded
    assert not HEAVY & {name.partition(".")[0] for name in loaded}
    ours = [name for name in loaded if name.partition(".")[0] == "nngis"]
    assert len(ours) <= MOST_OF_OURS, sorted(ours)


def test_what_a_command_needs_is_loaded_when_it_is_run() -> None:
    assert "pandas" in loaded_by("layers", "list")
