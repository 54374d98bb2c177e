"""Columns that somebody names are what they say, and a file remembers it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.errors import ScenarioError
from nngis.ledger.column_names import read_names_file, read_pairs_told, write_names_file
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role

BOILERS = role("boilers")
headers = st.text("甲乙丙abc =\"'[].#\\", min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and not text.endswith("=")
)


@given(
    st.dictionaries(headers, st.sampled_from(["capacity_t_h", "fuel", "lon", "status"]), max_size=5)
)
def test_the_file_gives_back_what_was_said(
    tmp_path_factory: pytest.TempPathFactory, names: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("n") / "映射.toml"
    assert read_names_file(path, BOILERS) == {}
    write_names_file(path, role("sewers"), {"口": "diameter_mm"})
    write_names_file(path, BOILERS, names)
    assert read_names_file(path, BOILERS) == names
    assert read_names_file(path, role("sewers")) == {"口": "diameter_mm"}
    assert read_pairs_told([f"{h}={f}" for h, f in names.items()], BOILERS) == names


def test_a_told_column_goes_before_known_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "编号,蒸吨,实际吨,烧什么,经度,纬度\n1,10,20,煤,108.9,22.8\n", encoding="utf-8"
    )
    names = read_pairs_told(["实际吨=额定蒸发量", "烧什么=fuel"], BOILERS)
    layer = survey_ledger(tmp_path / "a.csv", BOILERS, Options("wgs84", names=names)).layer
    assert layer.frame["capacity_t_h"].tolist() == [20.0]
    assert layer.frame["fuel"].tolist() == ["coal"]
    assert layer.frame["蒸吨"].tolist() == ["10"]
    assert any("蒸吨" in note.en for note in layer.notes)


@pytest.mark.parametrize("pair", ["吨", "=fuel", "吨=", "吨=diameter_mm"])
def test_what_is_no_pair_is_refused_with_the_fields(pair: str) -> None:
    with pytest.raises(ScenarioError, match="capacity_t_h"):
        read_pairs_told([pair], BOILERS)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("= =", encoding="utf-8")
    with pytest.raises(ScenarioError, match="TOML"):
        read_names_file(tmp_path / "a.toml", BOILERS)
