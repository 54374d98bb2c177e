"""The catalog: hashes, keys, counties, what is refused."""

import shutil
from pathlib import Path

import pytest

from nngis.catalog.counties import read_counties
from nngis.catalog.layer import Layer
from nngis.catalog.load import load_layer, sha256_of, shipped_layers
from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.errors import LayerError
from nngis.text import Text


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the shipped layers that a test may damage."""
    target = tmp_path / "layers"
    shutil.copytree(shipped_layers(), target, ignore=shutil.ignore_patterns("build"))
    return target


def test_there_are_twelve_counties_with_their_codes_of_today() -> None:
    frame, digest = read_counties()
    assert len(frame) == 12
    assert frame.loc["450181", ["name_zh", "name_en"]].tolist() == ["横州市", "Hengzhou"]
    assert frame.is_valid.all()
    # 22,099 km2 in the city's own figures; the boundaries come from a map, not from a survey.
    area_km2 = frame.to_crs("EPSG:4545").area.sum() / 1e6
    assert area_km2 == pytest.approx(22_099, rel=0.005)
    assert digest == read_counties()[1]


def test_ids_of_a_layer_that_differ_in_what_cannot_be_seen_repeat(tmp_path: Path) -> None:
    def spots(text: str) -> Layer:
        path = tmp_path / "spots.csv"
        path.write_text(f"spot_id,lon,lat\n{text}", encoding="utf-8")
        spec = LayerSpec(
            id="spots", title=Text("点", "Spots"), file=path.name, sha256=sha256_of(path),
            key="spot_id", geometry="point", vintage="", licence="", attribution="",
            sources=("x",), evidence="synthetic",
        )  # fmt: skip
        return load_layer(spec, tmp_path)

    assert list(spots("a\u200e,108.3,22.8\nb,108.4,22.8\n").frame.index) == ["a", "b"]
    with pytest.raises(LayerError, match="1 repeated id, for example a "):
        spots("a\u200e,108.3,22.8\na,108.4,22.8\n")


def test_every_shipped_vector_layer_opens_with_its_key_and_rows() -> None:
    folder = shipped_layers()
    for spec in read_catalog(folder).values():
        if spec.geometry == "raster" or spec.ledger:
            continue
        layer = load_layer(spec, folder)
        assert layer.rows == spec.rows, spec.id
        assert layer.frame.index.is_unique, spec.id
        assert layer.frame.crs == "EPSG:4326", spec.id


def test_a_missing_position_is_no_point() -> None:
    folder = shipped_layers()
    frame = load_layer(read_catalog(folder)["townships"], folder).frame
    placed = frame.geometry.notna()
    assert (len(frame), int(placed.sum())) == (138, 98)
    assert frame.geometry[placed].is_valid.all()


def test_an_altered_file_is_refused_by_its_hash(copy: Path) -> None:
    spec = read_catalog(copy)["towns"]
    path = copy / str(spec.file)
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(LayerError, match="sha256"):
        load_layer(spec, copy)
    path.unlink()
    with pytest.raises(LayerError, match="missing"):
        load_layer(spec, copy)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('geometry = "point"', 'geometry = "dot"', "geometry"),
        ('evidence = "derived"', 'evidence = "certain"', "evidence"),
        ("rows = 13", "rwos = 13", "rwos"),
        ('file = "towns.csv"', "", "file"),
    ],
)
def test_a_wrong_entry_of_the_catalog_is_named(copy: Path, old: str, new: str, word: str) -> None:
    path = copy / "catalog.toml"
    text = path.read_text(encoding="utf-8")
    head, mark, tail = text.partition("[layers.towns]")
    path.write_text(head + mark + tail.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LayerError, match=word) as caught:
        read_catalog(copy)
    assert "layers.towns" in str(caught.value)


def test_a_folder_without_a_catalog_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"catalog\.toml"):
        read_catalog(tmp_path)
    (tmp_path / "catalog.toml").write_text("[layers", encoding="utf-8")
    with pytest.raises(LayerError, match="TOML"):
        read_catalog(tmp_path)
