"""Hidden rows, columns and sheets are read or not, and it is said."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LedgerError
from nngis.ledger.choices import Hidden
from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

HEADER = ["锅炉编号", "额定蒸发量(t/h)", "燃料", "经度", "纬度"]


def book(path: Path, count: int, hidden: set[int], *, old: str | None = None) -> Path:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    for at in range(count):
        made.active.append([f"G{at}", 10, "煤", 108.9, 22.7 + at / 100])
    for at in hidden:
        made.active.row_dimensions[at + 2].hidden = True
    if old is not None:
        sheet = made.create_sheet("旧")
        sheet.append(HEADER)
        sheet.append(["旧1", 10, "煤", 109.1, 22.9])
        sheet.sheet_state = old
    made.save(path)
    return path


def read(path: Path, hidden: Hidden = "rows") -> Reading:
    return survey_ledger(path, role("boilers"), Options("wgs84", hidden=hidden))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_hidden_rows_are_doubted_or_skipped_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[int, set[int]]
) -> None:
    count, hidden = made
    path = book(tmp_path_factory.mktemp("h") / "a.xlsx", count, hidden)
    reading = read(path)
    assert len(reading.layer.frame) == count
    assert set(reading.doubts["row"]) == {at + 2 for at in hidden}
    if len(hidden) == count:
        with pytest.raises(LedgerError, match="hidden"):
            read(path, "skip")
        return
    skipped = read(path, "skip")
    assert set(skipped.layer.rejects["row"]) == {at + 2 for at in hidden}
    assert len(skipped.layer.frame) == count - len(hidden)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_aside_unless_asked_for(tmp_path: Path, state: str) -> None:
    path = book(tmp_path / "a.xlsx", 2, set(), old=state)
    reading = read(path)
    assert list(reading.layer.frame.index) == ["G0", "G1"]
    assert any("--hidden read" in note.en for note in reading.layer.notes)
    both = read(path, "read")
    assert list(both.layer.frame.index) == ["G0", "G1", "旧1"]
    assert any("旧" in note.zh for note in both.layer.notes)


def test_a_hidden_sheet_that_is_the_only_one_is_read_and_said(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["随便", "什么"])
    sheet = made.create_sheet("台账")
    sheet.append(HEADER)
    sheet.append(["G0", 10, "煤", 108.9, 22.7])
    sheet.sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    assert any("台账" in note.zh for note in read(tmp_path / "a.xlsx").layer.notes)
    with pytest.raises(LedgerError, match="--hidden read"):
        read(tmp_path / "a.xlsx", "skip")


def test_a_hidden_column_is_said(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", 1, set())
    made = openpyxl.load_workbook(path)
    made.active.column_dimensions["B"].hidden = True
    made.save(path)
    assert any("额定蒸发量" in note.zh and "隐藏" in note.zh for note in read(path).layer.notes)
