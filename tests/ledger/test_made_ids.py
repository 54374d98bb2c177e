"""A ledger that is imported gives the same bytes, and ids that do not hang on the rows' order."""

import time

import pandas as pd

from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.ledger.write import write_reading
from nngis.roles import role


def test_the_same_ledger_gives_the_same_bytes_whenever(tmp_path, monkeypatch):
    source = tmp_path / "a.csv"
    source.write_text(
        "使用单位,额定蒸发量,燃料,经度,纬度\n甲厂,10,煤,108.9,22.8\n乙厂,x,煤,108.8,22.7\n",
        encoding="utf-8",
    )
    reading = survey_ledger(source, role("boilers"), Options("wgs84"))
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_reading(tmp_path / name / "a.gpkg", reading, role("boilers"), "zh")
        found.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
        time.sleep(1.1)  # both formats hold times to the second
    assert len(found[0]) == 2
    assert found[0] == found[1]


def test_made_ids_do_not_hang_on_the_order_of_rows_or_columns(tmp_path):
    head = ["序号", "使用单位", "额定蒸发量", "燃料", "经度", "纬度"]
    rows = [
        ["甲厂", 10, "煤", 108.9, 22.8],
        ["乙厂", 20, "煤", 108.8, 22.7],
        ["甲厂", 10, "煤", 108.9, 22.8],
    ]
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        table = pd.DataFrame([[at + 1, *rows[row]] for at, row in enumerate(order)], columns=head)
        path = tmp_path / "a.csv"
        table[head if order[0] else head[::-1]].to_csv(path, index=False)
        frame = survey_ledger(path, role("boilers"), Options("wgs84")).layer.frame
        found.append(dict(zip(frame.index, frame["capacity_t_h"], strict=True)))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 3


def test_of_rows_with_one_id_both_are_shown_and_the_choice_is_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "锅炉编号,额定蒸发量,经度,纬度\nG1,10,108.9,22.8\nG1,35,108.9,22.8\nG2,4,108.9,22.9\n",
        encoding="utf-8",
    )
    reading = survey_ledger(path, role("boilers"), Options("wgs84"))
    layer = reading.layer
    assert layer.frame.loc["G1", "capacity_t_h"] == 10
    assert layer.rejects["row"].tolist() == [3]
    doubts = reading.doubts[reading.doubts["reason_en"].str.contains("the first, was taken")]
    assert doubts["row"].tolist() == [2]
