"""Binary workbooks (.xlsb): read as .xlsx are, with what they hide, compute and format."""

import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LedgerError
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role
from tests.ledger.xlsb import cell, record, sheet, write

HEAD = ["锅炉编号", "使用单位", "额定功率", "燃料种类", "经度", "纬度"]
BOILERS = role("boilers")


def row(at: int, power: float = 4.0) -> list[object]:
    return [f"G{at}", f"第{at}厂", power, "烟煤", 108.3 + at / 100, 22.8]


@settings(max_examples=25, deadline=None)
@given(
    powers=st.lists(st.floats(0.5, 60).map(lambda v: round(v, 2)), min_size=1, max_size=6),
    hidden=st.sets(st.integers(0, 5)),
    megawatts=st.booleans(),
    computed=st.booleans(),
)
def test_a_binary_workbook_says_what_a_plain_one_does(
    tmp_path_factory, powers, hidden, megawatts, computed
) -> None:
    rows = [HEAD, *(row(at, power) for at, power in enumerate(powers))]
    places = [(at + 1, 2) for at in range(len(powers))]
    hidden = {at for at in hidden if at < len(powers)}
    data = sheet(
        rows,
        hidden_rows=[at + 1 for at in hidden],
        formulas=places if computed else (),
        styles=dict.fromkeys(places, 1) if megawatts else None,
    )
    path: Path = write(tmp_path_factory.mktemp("b") / "a.xlsb", {"台账": data}, ['0.0"MW"'])
    reading = survey_ledger(path, BOILERS, Options("wgs84"))
    tonnes = [power / 0.7 if megawatts else power for power in powers]
    assert reading.layer.frame["capacity_t_h"].tolist() == pytest.approx(tonnes)
    assert reading.layer.frame.index.tolist() == [f"G{at}" for at in range(len(powers))]
    said = reading.doubts.set_index("row")["reason_en"]
    for at in range(len(powers)):
        text = str(said.get(at + 2, ""))
        assert ("hidden or filtered" in text) == (at in hidden)
        assert ("holds a formula" in text) == computed


def test_hidden_columns_are_said_and_other_sheets_left_aside(tmp_path: Path) -> None:
    notes = sheet([["说明"], ["填表须知"]])
    data = sheet([HEAD, row(1)], hidden_columns=[3])
    path = write(tmp_path / "a.xlsb", {"说明": notes, "锅炉": data})
    layer = survey_ledger(path, BOILERS, Options("wgs84")).layer
    assert layer.frame["fuel"].tolist() == ["coal"]
    said = " ".join(note.en for note in layer.notes)
    assert "Columns that the sheet hides were read too: Fuel" in said
    assert "not read" in said


def test_a_sheet_of_two_far_cells_is_refused_before_it_is_unfolded(tmp_path: Path) -> None:
    far = record(129) + record(145) + record(0, struct.pack("<IIHBBBI", 0, 0, 300, 0, 0, 0, 0))
    far += cell(0, "a", 0, formula=False)
    far += record(0, struct.pack("<IIHBBBI", 1_048_575, 0, 300, 0, 0, 0, 0))
    far += cell(900, "b", 0, formula=False) + record(146) + record(130)
    path = write(tmp_path / "a.xlsb", {"a": far})
    with pytest.raises(LedgerError, match="too large for a ledger"):
        survey_ledger(path, BOILERS, Options("wgs84"))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 4_000), byte=st.integers(0, 255), part=st.sampled_from(["a", "b", "c"]))
def test_a_damaged_binary_workbook_is_read_or_refused_in_words(
    tmp_path_factory, at, byte, part
) -> None:
    folder: Path = tmp_path_factory.mktemp("b")
    path = write(folder / "a.xlsb", {"锅炉": sheet([HEAD, row(1), row(2)])}, ['0.0"MW"'])
    names = {"a": "xl/workbook.bin", "b": "xl/styles.bin", "c": "xl/worksheets/sheet1.bin"}
    broken = folder / "b.xlsb"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            data = bytearray(old.read(name))
            if name == names[part]:
                data[at % len(data)] = byte
            new.writestr(name, bytes(data))
    with suppress(LedgerError):  # whatever else is raised is a fault
        survey_ledger(broken, BOILERS, Options("wgs84"))
