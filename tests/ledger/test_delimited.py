"""Tables of text: the mark that parts them, quoted and full-width commas, UTF-16 without a mark."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LedgerError
from nngis.ledger.delimited import read_delimited

words = st.text("煤气改造年，,;；|\t 加装2018abc\"'()", min_size=0, max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(words, min_size=4, max_size=4), min_size=1, max_size=8),
    mark=st.sampled_from([",", ";", "\t", "|"]),
    title=st.booleans(),
)
def test_a_table_that_quotes_is_read_back_whatever_stands_in_its_cells(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], mark: str, title: bool
) -> None:
    stream = io.StringIO()
    # Every mark is quoted, as programs do that take them for marks.
    writer = csv.writer(stream, delimiter=mark, quoting=csv.QUOTE_ALL, lineterminator="\n")
    table = [["编号", "名称", "蒸吨", "备注"], *rows]
    writer.writerows(table)
    path = tmp_path_factory.mktemp("t") / "a.csv"
    path.write_text(("某市，某局\n" if title else "") + stream.getvalue(), encoding="utf-8")
    assert [list(row) for row in read_delimited(path).rows][int(title) :] == table


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_wkt_with_commas_does_not_part_a_table(tmp_path: Path, mark: str) -> None:
    lines = ["id", "a", "b"]
    shapes = ["wkt", "LINESTRING (108.1 22.1, 108.2 22.2, 108.3 22.3)", "LINESTRING (1 2, 3 4)"]
    text = "\n".join(mark.join(pair) for pair in zip(lines, shapes, strict=True))
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    rows = read_delimited(tmp_path / "a.csv").rows
    assert [list(row) for row in rows] == [list(pair) for pair in zip(lines, shapes, strict=True)]


def test_full_width_commas_of_a_remark_part_nothing(tmp_path: Path) -> None:
    text = "编号,蒸吨,备注\n001,10,改造，除尘，脱硫，脱硝，引风机，水泵，炉排，烟囱\n002,20,无\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert [len(row) for row in read_delimited(tmp_path / "a.csv").rows] == [3, 3, 3]


def test_a_decimal_comma_does_not_part_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "编号;经度;纬度\n1;108,9;22,8\n2;108,8;22,7\n", encoding="utf-8"
    )
    assert [len(row) for row in read_delimited(tmp_path / "a.csv").rows] == [3, 3, 3]


@pytest.mark.parametrize(
    "encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "gbk", "utf-8"]
)
def test_encodings_are_found_with_and_without_a_mark(tmp_path: Path, encoding: str) -> None:
    text = "编号,蒸吨,备注\n001,10,燃煤锅炉改造\n002,20,天然气锅炉\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert [list(row) for row in read_delimited(tmp_path / "a.csv").rows][1] == [
        "001",
        "10",
        "燃煤锅炉改造",
    ]


def test_a_row_of_a_million_columns_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("锅炉编号,额定蒸发量\n" + "," * 1_000_000, encoding="utf-8")
    with pytest.raises(LedgerError, match="1,000,001 columns"):
        read_delimited(path)
