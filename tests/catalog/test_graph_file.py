"""Graphs saved and loaded again."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nngis.catalog.graph_file import load_graph, save_graph
from nngis.errors import LayerError
from nngis.network.graph import graph_from_arrays

X, Y = 500_000.0, 2_500_000.0
FIELDS = (
    "x", "y", "indptr", "indices", "length_m", "edge_id", "edge_from", "edge_to", "forward_arc",
    "backward_arc", "row",
)  # fmt: skip


def small(*, bent=False, timed=False):
    """Three edges, one of them one-way."""
    x, y = X + np.array([0, 100, 200]), Y + np.array([0, 0, 50.5])
    tail, head = [0, 1, 2], [1, 2, 0]
    lines = shapely.linestrings(
        [[(x[a], y[a]), (x[a], Y + 70), (x[b], y[b])] for a, b in zip(tail, head, strict=True)]
    )
    return graph_from_arrays(
        x,
        y,
        tail,
        head,
        [100, 112, 207],
        crs="EPSG:4545",
        oneway=[0, 1, -1],
        time_s=[10, 20, 30] if timed else None,
        back_time_s=[15, 25, 35] if timed else None,
        geometry=lines if bent else None,
        row=[7, 8, 9],
    ).graph


@pytest.mark.parametrize("bent", [False, True])
@pytest.mark.parametrize("timed", [False, True])
def test_a_graph_comes_back_as_it_was(tmp_path, bent, timed):
    graph = small(bent=bent, timed=timed)
    save_graph(graph, tmp_path / "deep" / "roads")
    again = load_graph(tmp_path / "deep" / "roads")
    for name in FIELDS:
        assert np.array_equal(getattr(graph, name), getattr(again, name)), name
        assert getattr(graph, name).dtype == getattr(again, name).dtype, name
    assert (again.time_s is not None) == timed
    if timed:
        assert np.array_equal(graph.time_s, again.time_s)
    assert (again.course is None) == (not bent)
    assert shapely.equals_exact(graph.geometry, again.geometry).all()
    assert again.crs == graph.crs


def test_gis_programs_can_open_the_files(tmp_path):
    graph = small(bent=True)
    save_graph(graph, tmp_path)
    edges = gpd.read_parquet(tmp_path / "edges.parquet")
    nodes = gpd.read_parquet(tmp_path / "nodes.parquet")
    assert edges.crs == nodes.crs == graph.crs
    assert shapely.equals_exact(edges.geometry.to_numpy(), graph.geometry).all()
    assert nodes.geometry.x.tolist() == graph.x.tolist()
    assert edges["oneway"].tolist() == [0, 1, -1]


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        save_graph(small(bent=True, timed=True), tmp_path / name)
    for file in ("graph.json", "nodes.parquet", "edges.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_an_empty_graph_can_be_kept(tmp_path):
    save_graph(graph_from_arrays([], [], [], [], [], crs="EPSG:4545").graph, tmp_path)
    assert load_graph(tmp_path).n_edges == 0


def test_nothing_is_left_beside_the_files(tmp_path):
    save_graph(small(), tmp_path)
    save_graph(small(), tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["edges.parquet", "graph.json", "nodes.parquet"]


@pytest.mark.parametrize("file", ["graph.json", "nodes.parquet", "edges.parquet"])
def test_a_missing_or_damaged_file_is_refused(tmp_path, file):
    save_graph(small(), tmp_path)
    (tmp_path / file).write_bytes(b"{")
    with pytest.raises(LayerError, match="missing, damaged or of another format") as caught:
        load_graph(tmp_path)
    assert file in caught.value.say("zh")
    (tmp_path / file).unlink()
    with pytest.raises(LayerError, match="missing, damaged"):
        load_graph(tmp_path)


def test_another_format_is_refused(tmp_path):
    save_graph(small(), tmp_path)
    path = tmp_path / "graph.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**told, "format": "roads 9"}), encoding="utf-8")
    with pytest.raises(LayerError, match="another format"):
        load_graph(tmp_path)


def test_files_of_two_graphs_are_not_mixed(tmp_path):
    save_graph(small(), tmp_path / "a")
    shorter = graph_from_arrays([X, X + 9], [Y, Y], [0], [1], [9], crs="EPSG:4545").graph
    save_graph(shorter, tmp_path / "b")
    (tmp_path / "a" / "edges.parquet").replace(tmp_path / "b" / "edges.parquet")
    with pytest.raises(LayerError):
        load_graph(tmp_path / "b")
