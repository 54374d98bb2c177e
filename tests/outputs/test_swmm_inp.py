"""SWMM input files: what is written is read back, names stay data, lifts become pumps."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.errors import LayerError, LedgerError
from nngis.ledger.swmm import parse_inp
from nngis.outputs.swmm_inp import write_inp


def network(
    rows: list[tuple[str, str, float, float, float, str]], ground_m: dict[str, float]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Lay manholes 60 m apart on a line; pipes from (from, to, up, down, flow, kind)."""
    place = {name: Point(60.0 * k, 0.0) for k, name in enumerate(ground_m)}
    manholes = gpd.GeoDataFrame({"ground_m": pd.Series(ground_m)}, geometry=list(place.values()))
    made = pd.DataFrame(
        rows,
        columns=["from_manhole", "to_manhole", "invert_up_m", "invert_down_m", "flow_l_s", "kind"],
        index=pd.Index([f"P{k}" for k in range(len(rows))], name="pipe_id"),
    ).assign(length_m=60.0, diameter_mm=300)
    ends = zip(made["from_manhole"], made["to_manhole"], strict=True)
    lines = [LineString([place[a], (place[a].x, 5), place[b]]) for a, b in ends]
    return gpd.GeoDataFrame(made, geometry=lines), manholes


CHAIN = network(
    [
        ("A", "B", 9.0, 8.8, 10.0, "gravity"),
        ("B", "C", 8.8, 8.6, 25.0, "gravity"),
        ("C", "D", 8.6, 8.4, 24.0, "gravity"),
    ],
    {"A": 11.0, "B": 11.0, "C": 11.0, "D": 10.5},
)


def section(text: str, name: str) -> list[str]:
    rows = text.split(f"[{name}]\n")[1].split("\n[", maxsplit=1)[0].splitlines()
    return [row for row in rows if row and not row.startswith(";")]


def test_what_is_written_is_read_back() -> None:
    pipes, manholes = CHAIN
    back = parse_inp(write_inp(pipes, manholes).text)
    columns = ["from_manhole", "to_manhole", "invert_up_m", "invert_down_m", "length_m"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(back.sewers[columns]),
        pd.DataFrame(pipes[columns]),
        check_names=False,
        check_index_type=False,
        check_dtype=False,
    )
    assert back.sewers["diameter_mm"].eq(300).all()
    assert back.sewers.geometry.geom_equals_exact(pipes.geometry, 1e-3, align=False).all()
    told = back.manholes["ground_m"].dropna()
    assert told.to_dict() == {"A": 11.0, "B": 11.0, "C": 11.0}
    assert back.manholes["kind"]["D"] == "outfall"


def test_a_junction_is_as_deep_as_the_ground_above_its_invert() -> None:
    # 0.6 m at A; at B the ground lies below the pipe, and a depth is never below nothing.
    pipes, _ = CHAIN
    _, shallow = network([], {"A": 9.6, "B": 8.7, "C": 11.0, "D": 10.5})
    assert section(write_inp(pipes, shallow).text, "JUNCTIONS") == [
        "A 9.0000 0.6000 0 0 0",
        "B 8.8000 0.0000 0 0 0",
        "C 8.6000 2.4000 0 0 0",
    ]


def test_inflows_are_the_increments_of_the_design_flow_and_a_fall_is_withdrawn() -> None:
    text = write_inp(*CHAIN).text
    assert section(text, "DWF") == ["A FLOW 10.000000", "B FLOW 15.000000"]
    assert section(text, "INFLOWS") == ['C FLOW "" FLOW 1.0 1.0 -1.000000']


def test_a_name_never_opens_a_section_or_a_line() -> None:
    evil = "井\n[OPTIONS]\nFLOW_UNITS CFS;"
    pipes, manholes = CHAIN
    pipes = pipes.replace({"A": evil}).rename(index={"P0": "[CONDUITS]\r\nX A B"})
    file = write_inp(pipes, manholes.rename(index={"A": evil}), title="[XSECTIONS]\nP1 RECT 9")
    assert file.nodes[evil] == "N1"
    lines = file.text.splitlines()
    assert sum(line.startswith("[OPTIONS") for line in lines) == 1
    assert sum(line.startswith("[CONDUITS") for line in lines) == 1
    assert sum(line.startswith("FLOW_UNITS") for line in lines) == 1
    assert parse_inp(file.text).sewers["from_manhole"].tolist() == ["N1", "B", "C"]


def test_ids_that_differ_in_case_alone_are_told_apart() -> None:
    pipes, manholes = CHAIN
    change = {"A": "n1", "B": "N1", "C": "井"}
    file = write_inp(pipes.replace(change), manholes.rename(index=change))
    assert file.nodes.tolist() == ["n1", "N2", "N3", "D"]


def test_a_lift_station_is_an_ideal_pump_between_two_levels() -> None:
    pipes, manholes = network(
        [("A", "B", 9.0, 5.0, 10.0, "gravity"), ("B", "C", 9.4, 9.0, 10.0, "gravity")],
        {"A": 11.0, "B": 11.0, "C": 11.0},
    )
    text = write_inp(pipes, manholes, ["B"]).text
    assert section(text, "PUMPS") == ["B+pump B B+lifted * ON 0 0"]
    assert section(text, "JUNCTIONS")[1:] == [
        "B 5.0000 6.0000 0 0 0",
        "B+lifted 9.4000 1.6000 0 0 0",
    ]
    assert section(write_inp(pipes, manholes).text, "PUMPS") == []


def test_a_rising_main_is_the_link_of_a_pump() -> None:
    pipes, manholes = network(
        [("A", "B", 9.0, 5.0, 10.0, "gravity"), ("B", "C", 5.0, 9.4, 10.0, "rising_main")],
        {"A": 11.0, "B": 11.0, "C": 11.0},
    )
    text = write_inp(pipes, manholes, ["B"]).text
    assert section(text, "PUMPS") == ["P1 B C * ON 0 0"]
    assert section(text, "OUTFALLS") == ["C 9.4000 FREE"]
    assert len(section(text, "CONDUITS")) == 1


def test_a_rising_main_of_several_pipes_is_one_pump() -> None:
    pipes, manholes = network(
        [
            ("A", "B", 9.0, 5.0, 10.0, "gravity"),
            ("B", "C", 5.0, 9.0, 10.0, "rising_main"),
            ("C", "D", 9.0, 9.5, 10.0, "rising_main"),
            ("D", "E", 9.4, 9.2, 10.0, "gravity"),
        ],
        dict.fromkeys("ABCDE", 11.0),
    )
    text = write_inp(pipes, manholes, ["B"]).text
    assert section(text, "PUMPS") == ["P1 B D * ON 0 0"]
    assert "C 9" not in text
    assert section(text, "VERTICES").count("P1 120.000 0.000") == 1  # where C was


def test_two_stations_may_share_a_rising_main() -> None:
    pipes, manholes = network(
        [
            ("A", "C", 9.0, 9.5, 10.0, "rising_main"),
            ("B", "C", 9.0, 9.5, 5.0, "rising_main"),
            ("C", "D", 9.5, 9.8, 15.0, "rising_main"),
        ],
        dict.fromkeys("ABCD", 11.0),
    )
    text = write_inp(pipes, manholes, ["A", "B"]).text
    assert section(text, "PUMPS")[:2] == ["P0 A D * ON 0 0", "P1 B D * ON 0 0"]
    assert section(text, "DWF") == ["A FLOW 10.000000", "B FLOW 5.000000"]


def test_a_plant_that_two_pipes_reach_gets_an_outfall_of_its_own() -> None:
    pipes, manholes = network(
        [("A", "C", 9.0, 8.0, 10.0, "gravity"), ("B", "C", 9.0, 8.5, 10.0, "gravity")],
        {"A": 11.0, "B": 11.0, "C": 11.0},
    )
    text = write_inp(pipes, manholes).text
    assert section(text, "OUTFALLS") == ["C+outlet 8.0000 FREE"]
    assert section(text, "PUMPS") == ["C+pump C C+outlet * ON 0 0"]


def test_all_that_is_missing_is_said_at_once() -> None:
    pipes, manholes = CHAIN
    broken = pipes.assign(
        flow_l_s=[np.nan, 1.0, 1.0], diameter_mm=np.nan, from_manhole=["A", "A", "X"]
    )
    with pytest.raises(LayerError) as caught:
        write_inp(broken, manholes)
    assert len(caught.value.problems) == 4


def test_everything_wrong_with_a_file_is_said_at_once() -> None:
    with pytest.raises(LedgerError) as caught:
        parse_inp("[JUNCTIONS]\nA x 1\nA 2 1\n[CONDUITS]\nP A Q long 0.013\nP A A 3 0.01")
    assert len(caught.value.problems) == 5
