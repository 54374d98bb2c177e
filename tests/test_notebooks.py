"""Every notebook stands on the facade, shows maps, and runs from its first cell to its last."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@each
def test_a_notebook_needs_nothing_but_the_facade(path):
    code = "\n".join("".join(one["source"]) for one in cells(path) if one["cell_type"] == "code")
    assert "import nngis" in code
    assert "nngis." in code
    assert "from nngis" not in code


@each
def test_a_notebook_keeps_two_maps_and_a_plot(path):
    kept = [output.get("data", {}) for one in cells(path) for output in one.get("outputs", [])]
    assert sum("nngis-legend" in "".join(one.get("text/html", "")) for one in kept) >= 2
    assert sum("image/png" in one for one in kept) >= 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of jupyter's own making
@each
def test_a_notebook_runs_to_its_end(path):
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
