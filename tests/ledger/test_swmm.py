"""SWMM input files as ledgers of sewers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    assert any(note.en.startswith("1 pump was read") and "W" in note.en for note in read.notes)


def test_offsets_may_be_levels() -> None:
    levels = "[OPTIONS]\nFLOW_UNITS LPS\nLINK_OFFSETS ELEVATION\n"
    read = parse_inp(levels + TINY.replace("0.013 1 *", "0.013 104 *"))
    assert read.sewers["invert_up_m"]["P1"] == 104.0
    assert read.sewers["invert_down_m"]["P1"] == 98.0


def test_a_swmm_file_plays_the_role_of_sewers(tmp_path: Path) -> None:
    path = tmp_path / "现状.INP"
    path.write_bytes(TINY.replace("P1", "管一").encode("gb18030"))
    layer = read_ledger(path, role("sewers"), datum="EPSG:4545")
    assert sorted(layer.frame.index) == ["P2", "W", "管一"]
    assert np.isclose(layer.frame["invert_up_m"]["管一"], 101 * 0.3048)
    assert abs(layer.frame.geometry["P2"].centroid.x - 108.0) < 0.01


def test_a_node_without_a_place_leaves_its_conduit_to_the_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.inp"
    path.write_text(TINY.replace("C 500200 2520000\n", ""))
    layer = read_ledger(path, role("sewers"), datum="EPSG:4545")
    assert list(layer.frame.index) == ["P1"]
    assert len(layer.rejects) == 2  # the conduit P2 and the pump W end there


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


def network(ids: list[str], named: list[str], offsets: str, value: str) -> str:
    """Write three nodes and two conduits, ids spelled anew where they are named."""
    a, b, c, p, q = ids
    x, y, z, r, s = named
    return f"""[OPTIONS]
FLOW_UNITS LPS
LINK_OFFSETS {offsets}
[JUNCTIONS]
{a} 100 3
{b} 99 3
[OUTFALLS]
{c} 98 FREE
[CONDUITS]
{p} {x} {y} 100 0.013 {value} *
{q} {y} {z} 100 0.013 * *
[XSECTIONS]
{r} CIRCULAR 0.5
{s} CIRCULAR 0.6
[COORDINATES]
{x} 0 0
{y} 100 0
{z} 200 0
"""


IDS = ["Ja", "jB", "oUt", "c1x", "C2y"]
spelled = st.lists(
    st.sampled_from([str.upper, str.lower, str.swapcase, str]), min_size=5, max_size=5
)


@settings(deadline=None)
@given(spelled)
def test_ids_that_differ_in_case_alone_are_one(how: list[Callable[[str], str]]) -> None:
    named = [f(one) for f, one in zip(how, IDS, strict=True)]
    read = parse_inp(network(IDS, named, "DEPTH", "0"))
    assert list(read.sewers.index) == ["c1x", "C2y"]
    assert read.sewers["to_manhole"].tolist() == ["jB", "oUt"]
    assert read.sewers["diameter_mm"].tolist() == [500.0, 600.0]
    assert read.sewers.geometry.notna().all()


@settings(deadline=None)
@given(offset=st.floats(-120, 120), absolute=st.booleans())
def test_an_offset_below_the_nodes_invert_counts_as_none(offset: float, absolute: bool) -> None:
    """Warning 03 of the engine: a negative offset is ignored."""
    text = network(IDS, IDS, "ELEVATION" if absolute else "DEPTH", f"{offset:.6f}")
    read = parse_inp(text)
    stated = round(offset, 6) if absolute else 100 + round(offset, 6)
    assert np.isclose(read.sewers["invert_up_m"]["c1x"], max(100.0, stated))
    assert any("c1x" in note.en for note in read.notes) == (stated < 100.0)


@pytest.mark.parametrize(
    ("section", "row"),
    [
        ("PUMPS", "X jB oUt * ON"),
        ("ORIFICES", "X jB oUt SIDE 0.5 0.65 NO"),
        ("WEIRS", "X jB oUt TRANSVERSE 0.5 3.3 NO"),
        ("OUTLETS", "X jB oUt 0 TABULAR/DEPTH * NO"),
        ("PUMP", "x JB OUT * ON"),
    ],
)
def test_what_joins_nodes_joins_the_network(section: str, row: str) -> None:
    text = network(IDS, IDS, "DEPTH", "0") + f"[{section}]\n{row}\n"
    sewers = parse_inp(text).sewers
    joining = sewers.iloc[-1]
    assert (joining["from_manhole"], joining["to_manhole"]) == ("jB", "oUt")
    assert np.isnan(joining["diameter_mm"])
    assert np.isnan(joining["length_m"])
    assert joining.geometry.length == 100.0
    assert section.lower().rstrip("s") in joining["remark"]


@pytest.mark.parametrize(
    "shape", ["IRREGULAR T1", "STREET Main", "CUSTOM 0.5 Curve1", "DUMMY", "RECT_CLOSED 1 2"]
)
def test_a_section_of_another_kind_is_read_without_diameter(shape: str) -> None:
    text = network(IDS, IDS, "DEPTH", "0").replace("CIRCULAR 0.5", shape)
    sewers = parse_inp(text).sewers
    assert np.isnan(sewers["diameter_mm"]["c1x"])
    assert sewers["diameter_mm"]["C2y"] == 600.0
    assert shape.split(maxsplit=1)[0] in sewers["remark"]["c1x"]
