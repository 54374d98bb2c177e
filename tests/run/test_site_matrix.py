"""Matrices of links in any encoding that offices use, their ids as they are written."""

from pathlib import Path

import pytest

from nngis.errors import LayerError
from nngis.run.site_matrix import read_matrix


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le"])
def test_a_matrix_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = "demand_id,facility_id,distance_m\n小区一,站甲,5\n小区二,站乙,7\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    weight = read_matrix(tmp_path / "a.csv", None).weights
    assert list(weight.index) == ["小区一", "小区二"]


def test_zeros_before_an_id_stay_and_weights_find_it(tmp_path: Path) -> None:
    text = "demand_id;facility_id;distance_m\n01;f1;5\n1;f2;7\n1;f1;50\n01;f2;50\n"
    (tmp_path / "a.csv").write_text(text)
    (tmp_path / "w.csv").write_text("demand_id,weight\n01,1\n1,2\n")
    weight = read_matrix(tmp_path / "a.csv", tmp_path / "w.csv").weights
    assert weight.to_dict() == {"01": 1.0, "1": 2.0}


def test_a_distance_that_is_no_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("demand_id,facility_id,distance_m\na,f,far\n")
    with pytest.raises(LayerError, match="distance_m"):
        read_matrix(tmp_path / "a.csv", None)


def test_an_empty_id_is_an_error_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("demand_id,facility_id,distance_m\na,f,1\n ,f,2\n")
    with pytest.raises(LayerError, match="demand_id, first data row 2"):
        read_matrix(tmp_path / "a.csv")


def test_a_limit_leaves_out_longer_links_and_keeps_who_has_none(tmp_path: Path) -> None:
    text = "demand_id,facility_id,distance_m\na,f,10\na,g,10.1\nb,g,30\n"
    (tmp_path / "a.csv").write_text(text)
    links = read_matrix(tmp_path / "a.csv", limit_m=10.0).links
    assert list(links.demand_ids) == ["a", "b"]
    assert list(links.site_ids) == ["f", "g"]
    assert links.distance_m.tolist() == [10.0]


def test_sites_without_a_link_are_candidates_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("demand_id,facility_id,distance_m\na,007,10\n")
    (tmp_path / "s.csv").write_text("facility_id,造价\n007,3\n008,4\n")
    matrix = read_matrix(tmp_path / "a.csv", sites=tmp_path / "s.csv")
    assert list(matrix.links.site_ids) == ["007", "008"]
    assert matrix.sites["造价"].tolist() == ["3", "4"]


def test_ids_that_differ_in_what_cannot_be_seen_are_one_and_it_is_said(tmp_path: Path) -> None:
    text = "demand_id,facility_id,distance_m\na\u200b,f,1\nb,\u202af\u202c\u2028,2\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    (tmp_path / "w.csv").write_text("demand_id,weight\na,3\n\u2060b,2\n", encoding="utf-8")
    found = read_matrix(tmp_path / "a.csv", tmp_path / "w.csv")
    assert found.weights.to_dict() == {"a": 3.0, "b": 2.0}
    assert list(found.links.site_ids) == ["f"]
    assert [note.en.split(" held")[0] for note in found.notes] == [
        "a.csv: in 1 row demand_id",
        "a.csv: in 1 row facility_id",
        "w.csv: in 1 row demand_id",
    ]
