"""The same object in two files: proposed as a pair, merged only when asked."""

from pathlib import Path

import openpyxl
import pytest

from nngis.errors import LedgerError
from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

HEADER = ["编号", "单位名称", "蒸吨", "燃料", "锅炉型号", "经度", "纬度"]
FIRST = [
    ["H1", "广西南宁甲糖业有限公司", 35, "煤", None, 108.9400, 22.7900],
    ["H2", "广西南宁甲糖业有限公司", 35, "煤", None, 108.9400, 22.7900],
    ["H3", "乙造纸厂", 10, "煤", None, 108.3000, 22.8000],
    ["H4", "丙水泥厂", 4, "煤", None, None, None],
]
SECOND = [
    ["T1", "甲糖业有限责任公司", 35, "煤", "SHX35", 108.9410, 22.7905],
    ["T2", "乙造纸厂", 10, "煤", "DZL10", 108.3002, 22.8001],
    ["T3", "丁医院", 2, "天然气", "WNS2", 108.3002, 22.8001],
    ["T4", "丙水泥厂", 4, "煤", "SZL4", 108.2, 22.7],
    ["T5", "乙造纸厂", 10, "煤", "远处的同名厂", 108.6, 23.3],
]


def write(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "a环保局.xlsx", FIRST)
    write(tmp_path / "b质监局.xlsx", SECOND)
    (tmp_path / "说明.docx").write_bytes(b"x")
    return tmp_path


def survey(folder: Path, merge: float | None = None) -> Reading:
    return survey_ledger(folder, role("boilers"), Options(datum="wgs84", merge=merge))


def test_pairs_are_proposed_with_a_score_and_nothing_is_merged(folder: Path) -> None:
    reading = survey(folder)
    pairs = reading.duplicates
    found = set(zip(pairs["kept_id"], pairs["other_id"], strict=True))
    assert found == {("H1", "T1"), ("H3", "T2"), ("H4", "T4")}
    assert pairs["score"].between(0.75, 1).all()
    assert pairs["score"].is_monotonic_decreasing
    assert not pairs["merged"].any()
    assert len(reading.layer.frame) == reading.layer.rows == 9
    exact = pairs.set_index("kept_id").loc["H3"]
    # Names and sizes alike, 23 m apart: 0.5 + 0.2 + 0.3 / (1 + (23 / 400)²).
    assert exact["score"] == pytest.approx(0.999, abs=1e-3)
    assert exact["apart_m"] == pytest.approx(23.3, abs=0.5)
    assert exact["other_at"] == "b质监局.xlsx Sheet:3"


def test_a_crowd_in_one_sheet_does_not_hide_its_double_in_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H1 and H2 stand at one place, beside them T1: of sheets that differ there are few pairs."""
    whole = survey(folder).duplicates
    monkeypatch.setattr("nngis.ledger.duplicates.MOST_COMPARED", 12)
    assert survey(folder).duplicates.equals(whole)
    monkeypatch.setattr("nngis.ledger.duplicates.MOST_COMPARED", 3)
    with pytest.raises(LedgerError, match="pairs of things near each other"):
        survey(folder)


def test_boilers_of_one_file_are_never_a_pair(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", FIRST)
    assert survey(tmp_path / "a.xlsx").duplicates.empty


def test_merge_takes_the_pairs_from_its_score_on_and_fills_gaps(folder: Path) -> None:
    reading = survey(folder, 0.99)
    frame = reading.layer.frame
    merged = reading.duplicates[reading.duplicates["merged"]]
    assert set(merged["kept_id"]) == {"H3", "H4"}
    assert "T2" not in frame.index
    assert frame.loc["H3", "boiler_model"] == "DZL10"
    assert frame.loc["H3"].geometry.x == 108.3
    assert frame.loc["H4"].geometry.x == 108.2
    assert "T1" in frame.index
    gone = reading.layer.rejects
    assert gone["row"].tolist() == [3, 5]
    assert gone["reason_zh"].str.contains("合并").all()
    counts = reading.counts
    assert counts.accepted + counts.rejected + counts.totals + counts.blank == counts.read == 9


def test_a_pair_of_just_the_score_is_merged_and_one_of_a_hair_less_is_not(folder: Path) -> None:
    pairs = survey(folder).duplicates.set_index("kept_id")["score"]
    for kept, score in pairs.items():
        found = survey(folder, float(score)).duplicates.set_index("kept_id")["merged"]
        assert found.to_dict() == {one: pairs[one] >= score for one in pairs.index}
        assert found[kept]


def test_ids_that_two_files_share_are_told_apart(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, [["1", f"{name}厂", 10, "煤", None, 108.9, 22.8]])
    reading = survey(tmp_path)
    assert reading.layer.frame.index.tolist() == ["1", "1@b.xlsx#Sheet"]
    assert any("与另一文件" in note.zh for note in reading.layer.notes)


def test_a_folder_says_which_files_it_did_not_read(folder: Path) -> None:
    notes = " ".join(note.zh for note in survey(folder).layer.notes)
    assert "说明.docx" in notes
