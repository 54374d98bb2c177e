"""Headers as offices write them: each is the field it should be, alone and among others."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.ledger.headers import fields_of, find_header
from nngis.ledger.table import RawTable
from nngis.roles import role

FILE = Path(__file__).parents[1] / "data" / "headers" / "headers.toml"
HEADERS: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
NAMES = [
    (r, field, one) for r, found in HEADERS.items() for field, all_ in found.items() for one in all_
]


def test_there_are_more_than_three_hundred_of_them() -> None:
    assert len(NAMES) > 300
    assert len({one for _, _, one in NAMES}) > 300


@pytest.mark.parametrize("name", HEADERS)
def test_every_header_is_its_field(name: str) -> None:
    wrong = {
        header: found
        for field, headers in HEADERS[name].items()
        for header in headers
        if (found := fields_of([header], role(name)).get(header)) != field
    }
    assert not wrong


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    name = draw(st.sampled_from(list(HEADERS)))
    chosen = draw(st.sets(st.sampled_from(list(HEADERS[name])), min_size=3))
    return name, {field: draw(st.sampled_from(HEADERS[name][field])) for field in chosen}


@settings(max_examples=200, deadline=None)
@given(made=sheets(), title=st.booleans(), spaced=st.booleans())
def test_headers_are_found_side_by_side_under_a_title(
    made: tuple[str, dict[str, str]], title: bool, spaced: bool
) -> None:
    name, headers = made
    row = [f" {one} " if spaced else one for one in headers.values()]
    rows = [["某市台账（2024年）", *[None] * (len(row) - 1)], row] if title else [row]
    header = find_header(RawTable("a", "", [*rows, ["x"] * len(row)]), role(name))
    assert header is not None
    assert header.rows[0] == int(title)
    assert list(header.names) == [one.strip() for one in row]  # the title is glued to none
    found = {field: header.names[at] for field, at in header.columns.items()}
    assert found == {field: one.strip() for field, one in headers.items()}


@pytest.mark.parametrize(
    ("names", "name", "field", "wins"),
    [
        (["owner", "name", "capacity_mw", "fuel"], "heat_sources", "name_zh", "name"),
        (["company", "name", "capacity_mw", "fuel"], "heat_sources", "name_zh", "name"),
        (["id", "锅炉编号", "蒸吨", "燃料"], "boilers", "boiler_id", "锅炉编号"),
        (["编号", "使用登记证编号", "蒸吨", "燃料"], "boilers", "boiler_id", "使用登记证编号"),
        (["站点ID", "id", "桩数"], "charging_stations", "station_id", "站点ID"),
    ],
)
def test_of_two_columns_for_one_field_the_better_name_wins(
    names: list[str], name: str, field: str, wins: str
) -> None:
    header = find_header(RawTable("a", "", [names, ["1"] * len(names)]), role(name))
    assert header is not None
    assert header.names[header.columns[field]] == wins
    assert [header.names[at] for at in header.passed_over[field]] == [
        one for one in names if one != wins and fields_of([one], role(name)).get(one) == field
    ]


def test_degrees_in_the_header_are_a_unit_where_no_minutes_stand_beside_them() -> None:
    table = RawTable("a", "", [["编号", "蒸吨", "经度（度）", "纬度（度）"], ["1", 2, 108.9, 22.8]])
    header = find_header(table, role("boilers"))
    assert header is not None
    assert {"lon", "lat"} <= set(header.columns)


def test_columns_that_could_hold_a_position_are_no_matter_beside_one() -> None:
    names = ["编号", "geom", "GEOM", "Geometry", "经度", "纬度"]
    header = find_header(RawTable("a", "", [names, ["1"] * 6]), role("charging_stations"))
    assert header is not None
    assert (header.columns["lon"], header.columns["lat"]) == (4, 5)
    layer = RawTable("a", "", [names[:4], ["1"] * 4], first_row=0)
    header = find_header(layer, role("charging_stations"))
    assert header is not None
    assert header.columns["lonlat"] == 3
