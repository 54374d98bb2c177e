"""Long tables of text: coded while they come, they say what the same rows say as lists."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.ledger import delimited, packed
from nngis.ledger.coded import code_cells
from nngis.ledger.packed import pack_rows
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.ledger.table import is_blank
from nngis.roles import role

cells = st.sampled_from(["", " ", "a", "b", "煤", "10", "x y"]) | st.text(max_size=3)
tables = st.lists(st.lists(cells, max_size=5), max_size=30)


@settings(max_examples=150, deadline=None)
@given(table=tables, size=st.integers(1, 7), first=st.integers(0, 3))
def test_packed_rows_are_the_rows(table: list[list[str]], size: int, first: int) -> None:
    rows = pack_rows(table[at : at + size] for at in range(0, len(table), size))
    width = max(map(len, table), default=0)
    plain = [[*row, *[None] * (width - len(row))] for row in table]
    plain = [[None if is_blank(cell) else cell for cell in row] for row in plain]
    assert len(rows) == len(table)
    assert list(rows) == plain
    assert rows[:2] == plain[:2]
    first = min(first, len(table))
    columns = rows.below(first, width + 1)
    assert len(columns) == width + 1
    for at, column in enumerate(columns):
        whole = [row[at] if at < width else None for row in plain[first:]]
        assert column.cells().tolist() == whole
        assert set(column.distinct) == set(code_cells(whole).distinct)


def test_a_column_in_which_nearly_all_differ_is_kept_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packed, "_LOOKED_AT", 4)
    rows = [[f"G{at}", "煤", f"G{at % 3}"] for at in range(20)]
    found = pack_rows(rows[at : at + 5] for at in range(0, 20, 5))
    assert list(found) == rows
    assert [len(column.distinct) for column in found.columns] == [20, 1, 3]


BAD = ["G7,十,煤,108.3,22.8,", "G8,4,煤,,,", "合计,40,,,,", ",,,,,", "G9,4,煤,108.3,22.8,x,y"]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations([*BAD, *(f"G1{at},{at + 1},煤,108.{at}1,22.8,甲" for at in range(6))]))
def test_a_long_table_is_read_as_a_short_one_is(
    tmp_path_factory: pytest.TempPathFactory, order: list[str]
) -> None:
    path: Path = tmp_path_factory.mktemp("t") / "a.csv"
    head = "锅炉编号,额定蒸发量,燃料种类,经度,纬度,备注"
    path.write_text("\r\n".join([head, *order]) + "\r\n", encoding="utf-8")
    short = survey_ledger(path, role("boilers"), Options("wgs84"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "STRETCH", 2)
        long = survey_ledger(path, role("boilers"), Options("wgs84"))
    assert long.counts == short.counts
    assert long.layer.frame.equals(short.layer.frame)
    assert long.layer.rejects.equals(short.layer.rejects)
    assert long.doubts.equals(short.doubts)
    assert long.layer.notes == short.layer.notes
    assert long.origin.equals(short.origin)
