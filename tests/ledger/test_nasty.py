"""Nasty ledgers made by hand: what becomes of every row stands in the json beside each."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyproj import CRS

from nngis.errors import LedgerError
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role
from tests.ledger.counties import HOME

FOLDER = Path(__file__).parents[1] / "data" / "ledgers"
EXPECTED = sorted(FOLDER.glob("*.json"))


def test_there_are_at_least_twenty_five_of_them() -> None:
    assert len(EXPECTED) >= 25
    assert all(path.with_suffix("").is_file() for path in EXPECTED)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_every_row_ends_where_it_should(path: Path) -> None:
    expected: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    options = Options(work_crs=CRS(4545), divisions=HOME, **expected["options"])
    if "refused" in expected:
        with pytest.raises(LedgerError) as caught:
            survey_ledger(path.with_suffix(""), role(expected["role"]), options)
        assert expected["refused"] in caught.value.say("zh")
        assert path.stem in caught.value.say("en")
        return
    reading = survey_ledger(path.with_suffix(""), role(expected["role"]), options)
    layer, counts = reading.layer, reading.counts
    # Where the json names a row by its number, the file gives it no id.
    numbered = reading.origin["ledger_row"].map("R{:05d}".format)
    ids = pd.Series(layer.frame.index, layer.frame.index)
    named = ids.where(ids.isin(list(expected["accepted"])), numbered)
    assert set(named) == set(expected["accepted"])
    layer = replace(layer, frame=layer.frame.set_index(pd.Index(named)))
    rejects = dict(zip(layer.rejects["row"].astype(str), layer.rejects["reason_zh"], strict=True))
    assert set(rejects) == set(expected["rejected"])
    for row, word in expected["rejected"].items():
        assert word in rejects[row]
    assert (counts.totals, counts.blank, counts.header) == tuple(
        expected[name] for name in ("totals", "blank", "header")
    )
    notes = " ".join(note.zh for note in layer.notes)
    assert all(word in notes for word in expected["notes"])
    for id_, fields in expected["accepted"].items():
        for name, value in fields.items():
            check(layer.frame.loc[id_], name, value)


def check(row: pd.Series, name: str, value: object) -> None:
    if name in ("lon", "lat"):
        if value is None:
            assert row.geometry is None
        else:
            got = row.geometry.x if name == "lon" else row.geometry.y
            assert got == pytest.approx(value, abs=1e-6)  # 0.1 m
    elif value is None:
        assert pd.isna(row[name]), name
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        assert row[name] == pytest.approx(value), name
    else:
        assert row[name] == value, name


UNSEEN = [
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u00ad",
    "\u2060",
    "\U000e0041",
    "\x1b",
    "\u2028",  # separators of lines and paragraphs, drawn as nothing
    "\u2029",
    "\x85",
    "\x0b",
    "\ufe0f",
]


@pytest.mark.parametrize("sign", UNSEEN)
def test_ids_that_differ_in_what_cannot_be_seen_are_one_id(tmp_path, sign):
    path = tmp_path / "a.geojson"
    rows = [
        {"锅炉编号": "G1", "额定蒸发量": 10},
        {"锅炉编号": f"G{sign}1", "额定蒸发量": 20},
        {"锅炉编号": f"{sign}G2{sign}", "额定蒸发量": 20},
    ]
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": {"type": "Point", "coordinates": [108.9, 22.8]},
        }
        for row in rows
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    reading = survey_ledger(path, role("boilers"), Options("wgs84"))
    assert sorted(reading.layer.frame.index) == ["G1", "G2"]
    assert reading.layer.frame.loc["G1", "capacity_t_h"] == 10
    assert reading.layer.rejects["reason_en"].str.contains("repeats that of row 1").all()
    assert len(reading.layer.rejects) == 1
    assert any("cannot be seen" in note.en for note in reading.layer.notes)
    # Whichever of the two is taken, the other one's reason tells why they are one.
    assert reading.layer.rejects["reason_en"].str.contains("cannot be seen").all()


def test_ids_that_differ_in_their_white_space_alone_are_one_id(tmp_path):
    path = tmp_path / "a.csv"
    ids = ["G 1", "G\u00a01", "G  1", "G\u30001", " G\u2003 1\u00a0"]
    rows = "".join(f'"{one}",{at + 1},108.9,22.8\n' for at, one in enumerate(ids))
    path.write_text(f"锅炉编号,额定蒸发量,经度,纬度\n{rows}", encoding="utf-8")
    reading = survey_ledger(path, role("boilers"), Options("wgs84"))
    assert list(reading.layer.frame.index) == ["G 1"]
    assert reading.layer.frame.loc["G 1", "capacity_t_h"] == 1
    assert len(reading.layer.rejects) == 4


def test_an_id_of_another_layer_is_read_as_that_layer_reads_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "机组编号,电厂编号,装机容量,燃料,经度,纬度\nU1,P\u20281,300,煤,108.9,22.8\n", "utf-8"
    )
    reading = survey_ledger(path, role("heat_sources"), Options("wgs84"))
    assert list(reading.layer.frame["plant_id"]) == ["P1"]
