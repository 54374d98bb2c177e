"""SWMM input files as ledgers of sewers."""

from pathlib import Path

import numpy as np
import pytest

from nngis.errors import LedgerError
from nngis.ledger.read import read_ledger
from nngis.ledger.swmm import parse_inp
from nngis.roles import role

BELLINGE = Path(__file__).parents[3] / "shared/data/bench/bellinge/bellinge_small.inp"
TINY = """[JUNCTIONS]
A 100 10
B 98 0 ; no depth: up to the crown
[OUTFALLS]
C 90 FREE
[CONDUITS]
P1 A B 100 0.013 1 *
P2 B C 100 0.013 0 0
[PUMPS]
W A C * ON
[XSECTIONS]
P1 CIRCULAR 2 0 0 0 3
P2 RECT_CLOSED 2 3
[COORDINATES]
A 500000 2520000
B 500100 2520000
C 500200 2520000
[VERTICES]
P1 500050 2520010
"""


def test_feet_become_metres_and_what_is_not_round_keeps_its_words() -> None:
    read = parse_inp(TINY)  # no units stated: CFS, so feet
    first, second = read.sewers.loc["P1"], read.sewers.loc["P2"]
    assert np.isclose(first["length_m"], 30.48)
    assert np.isclose(first["diameter_mm"], 609.6)
    assert np.isclose(first["invert_up_m"], 101 * 0.3048)
    assert np.isclose(first["invert_down_m"], 98 * 0.3048)
    assert first["remark"] == "3 barrels"
    assert np.isnan(second["diameter_mm"])
    assert second["remark"] == "RECT_CLOSED 2"
    assert list(first.geometry.coords)[1] == (500050.0, 2520010.0)
    assert read.manholes["ground_m"].isna().to_dict() == {"A": False, "B": True, "C": True}
    assert any("W" in note.en and "pumps" in note.en for note in read.notes)


def test_offsets_may_be_levels() -> None:
    levels = "[OPTIONS]\nFLOW_UNITS LPS\nLINK_OFFSETS ELEVATION\n"
    read = parse_inp(levels + TINY.replace("0.013 1 *", "0.013 104 *"))
    assert read.sewers["invert_up_m"]["P1"] == 104.0
    assert read.sewers["invert_down_m"]["P1"] == 98.0


def test_a_swmm_file_plays_the_role_of_sewers(tmp_path: Path) -> None:
    path = tmp_path / "现状.INP"
    path.write_bytes(TINY.replace("P1", "管一").encode("gb18030"))
    layer = read_ledger(path, role("sewers"), datum="EPSG:4545")
    assert sorted(layer.frame.index) == ["P2", "管一"]
    assert np.isclose(layer.frame["invert_up_m"]["管一"], 101 * 0.3048)
    assert abs(layer.frame.geometry["P2"].centroid.x - 108.0) < 0.01


def test_a_node_without_a_place_leaves_its_conduit_to_the_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.inp"
    path.write_text(TINY.replace("C 500200 2520000\n", ""))
    layer = read_ledger(path, role("sewers"), datum="EPSG:4545")
    assert list(layer.frame.index) == ["P1"]
    assert len(layer.rejects) == 1


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.inp"
    path.write_text("*HEADING\nabaqus\n")
    with pytest.raises(LedgerError, match="CONDUITS"):
        read_ledger(path, role("sewers"))


def test_the_network_of_bellinge_is_read_whole() -> None:
    if not BELLINGE.exists():
        pytest.skip("the Bellinge network is not here")
    layer = read_ledger(BELLINGE, role("sewers"), datum="EPSG:25832")
    assert len(layer.frame) == 15
    sewers = parse_inp(BELLINGE.read_text()).sewers
    assert (sewers["invert_up_m"] > sewers["invert_down_m"]).all()
    assert sewers["diameter_mm"].median() == 250.0
    assert np.isclose(sewers["invert_up_m"]["G72F820_G72F810_l1"], 23.3691)
    west, south, *_ = layer.frame.total_bounds
    assert 10.2 < west < 10.4
    assert 55.3 < south < 55.4
