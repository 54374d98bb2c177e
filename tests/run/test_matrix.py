"""Matrices of links in any encoding that offices use, their ids as they are written."""

from pathlib import Path

import pytest

from nngis.errors import LayerError
from nngis.run.site import read_matrix


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le"])
def test_a_matrix_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = "demand_id,facility_id,distance_m\n小区一,站甲,5\n小区二,站乙,7\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    _, weight = read_matrix(tmp_path / "a.csv", None)
    assert list(weight.index) == ["小区一", "小区二"]


def test_zeros_before_an_id_stay_and_weights_find_it(tmp_path: Path) -> None:
    text = "demand_id;facility_id;distance_m\n01;f1;5\n1;f2;7\n1;f1;50\n01;f2;50\n"
    (tmp_path / "a.csv").write_text(text)
    (tmp_path / "w.csv").write_text("demand_id,weight\n01,1\n1,2\n")
    _, weight = read_matrix(tmp_path / "a.csv", tmp_path / "w.csv")
    assert weight.to_dict() == {"01": 1.0, "1": 2.0}


def test_a_distance_that_is_no_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("demand_id,facility_id,distance_m\na,f,far\n")
    with pytest.raises(LayerError, match="distance_m"):
        read_matrix(tmp_path / "a.csv", None)
