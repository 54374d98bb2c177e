"""Fetched folders: complete, readable by every plan, carried as one file and verified."""

import hashlib
import json
import zipfile

import geopandas as gpd
import pytest
import shapely

from nngis.catalog.load import load_layer, sha256_of, shipped_layers
from nngis.catalog.spec import read_catalog
from nngis.errors import LayerError, OutputError
from nngis.fetch.folder import check_folder, entry, write_folder
from nngis.fetch.order import Fetched
from nngis.fetch.pack import LIST, pack, unpack
from nngis.text import Text


def layer(name="roads", **changes):
    rows = gpd.GeoDataFrame(
        {"road_id": ["w1", "w2"], "name_zh": ["民族大道", None], "oneway": [0, -1]},
        geometry=[shapely.LineString([(108.3, 22.8), (108.4, 22.8)])] * 2,
        crs="EPSG:4326",
    )
    usual = {
        "id": name, "title": Text("道路", "Roads"), "geometry": "line", "content": rows,
        "key": "road_id", "roles": ("roads",), "vintage": "2025-03-04", "licence": "ODbL-1.0",
        "attribution": "© OpenStreetMap contributors", "evidence": "derived",
        "sources": ("OpenStreetMap",), "query": 'way["highway"];\n(._;>;);',
        "note": Text("“引号”\\反斜线", 'a "quote"'),
    }  # fmt: skip
    return Fetched(**(usual | changes))


def test_a_layer_comes_back_as_it_was_written(tmp_path):
    specs = write_folder(tmp_path / "out", [layer()])
    assert read_catalog(tmp_path / "out") == specs
    spec = specs["roads"]
    assert (spec.rows, spec.vintage, spec.query) == (2, "2025-03-04", 'way["highway"];\n(._;>;);')
    assert spec.note == Text("“引号”\\反斜线", 'a "quote"')
    read = load_layer(spec, tmp_path / "out")
    assert read.frame.index.tolist() == ["w1", "w2"]
    assert read.frame["oneway"].tolist() == [0, -1]
    assert read.attribution == "© OpenStreetMap contributors"
    assert not list((tmp_path / "out").glob("*.part*"))


def test_the_same_layers_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_folder(tmp_path / name, [layer()])
    for file in ("roads.fgb", "catalog.toml"):
        assert sha256_of(tmp_path / "a" / file) == sha256_of(tmp_path / "b" / file)


def test_a_second_fetch_stands_beside_the_first(tmp_path):
    write_folder(tmp_path, [layer()])
    write_folder(tmp_path, [layer("railways", roles=("railways",))])
    assert list(read_catalog(tmp_path)) == ["railways", "roads"]


def test_a_layer_on_request_stands_behind_the_others_whenever_it_came(tmp_path):
    write_folder(tmp_path, [layer("footprints")], last={"footprints_gba"})
    write_folder(tmp_path, [layer("footprints_gba")], last={"footprints_gba"})
    assert list(read_catalog(tmp_path)) == ["footprints", "footprints_gba"]
    specs = write_folder(tmp_path, [layer("roofs")], home=shipped_layers(), last={"footprints_gba"})
    assert list(specs)[:3] == ["roofs", "footprints", "footprints_gba"]


def test_a_layer_on_request_stands_before_those_that_were_taken_along(tmp_path):
    for name in ("footprints_gba", "railways"):
        specs = write_folder(
            tmp_path, [layer(name)], home=shipped_layers(), last={"footprints_gba"}
        )
    order = list(specs)
    assert order[:2] == ["railways", "footprints_gba"]
    assert order.index("footprints_gba") < order.index("roofs")


def test_the_shipped_layers_are_taken_along_and_the_fetched_one_wins(tmp_path):
    specs = write_folder(tmp_path, [layer()], home=shipped_layers())
    assert next(iter(specs)) == "roads"
    assert set(specs) == set(read_catalog(shipped_layers()))
    assert specs["roads"].file == "roads.fgb"
    assert (tmp_path / "heat_sources.csv").is_file()
    assert (tmp_path / "licences").is_dir()


def test_a_point_on_a_map_does_not_push_a_curated_layer_aside(tmp_path):
    plants = layer("wastewater_sites", roles=("treatment_plants",), yields_to="treatment_plants")
    for _ in range(2):  # the second time the curated layer is in the folder already
        specs = write_folder(tmp_path / "home", [plants], home=shipped_layers())
        assert specs["wastewater_sites"].roles == ()
    assert write_folder(tmp_path / "away", [plants])["wastewater_sites"].roles == (
        "treatment_plants",
    )


def test_a_layer_of_no_rows_says_so_in_the_catalog(tmp_path):
    spec = write_folder(tmp_path, [layer(content=layer().content.iloc[:0])])["roads"]
    assert "rows = 0" in entry(spec)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "letter.docx").write_bytes(b"x")
    with pytest.raises(OutputError, match="holds other files"):
        check_folder(tmp_path, force=False)
    check_folder(tmp_path, force=True)
    with pytest.raises(OutputError, match="is a file"):
        check_folder(tmp_path / "letter.docx", force=True)


@pytest.fixture
def packed(tmp_path):
    write_folder(tmp_path / "out", [layer()])
    pack(tmp_path / "out", tmp_path / "out.zip")
    return tmp_path / "out.zip"


def test_a_pack_unpacks_to_the_same_folder(packed, tmp_path):
    assert unpack(packed, tmp_path / "there") == 3
    assert read_catalog(tmp_path / "there") == read_catalog(tmp_path / "out")
    assert sha256_of(tmp_path / "there/roads.fgb") == sha256_of(tmp_path / "out/roads.fgb")


def test_the_same_folder_packs_to_the_same_bytes(packed, tmp_path):
    pack(tmp_path / "out", tmp_path / "again.zip")
    assert sha256_of(packed) == sha256_of(tmp_path / "again.zip")


def test_the_bundle_and_a_case_travel_with_the_layers(packed, tmp_path):
    folder = packed.with_suffix("")
    bundle = tmp_path / "nngis-0.1.0-win_amd64-cp312.zip"
    bundle.write_bytes(b"PK of the bundle")
    case = tmp_path / "柳州"
    (case / "layers").mkdir(parents=True)
    (case / "case.toml").write_text("x", encoding="utf-8")
    (case / "layers" / "a.csv").write_text("y", encoding="utf-8")
    alone = pack(folder, tmp_path / "alone.zip")
    assert pack(folder, tmp_path / "stick.zip", [bundle, case]) == alone + 3
    unpack(tmp_path / "stick.zip", tmp_path / "there")
    carried = tmp_path / "there" / "carried"
    assert (carried / bundle.name).read_bytes() == b"PK of the bundle"
    assert (carried / "柳州" / "layers" / "a.csv").read_text("utf-8") == "y"
    assert read_catalog(tmp_path / "there") == read_catalog(folder)


def test_what_is_to_be_carried_must_be_there(packed, tmp_path):
    with pytest.raises(OutputError, match="no such file") as caught:
        pack(packed.with_suffix(""), tmp_path / "b.zip", [tmp_path / "x", tmp_path / "y"])
    assert len(caught.value.problems) == 2
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(
    "name", ["aux.csv", "COM1", "a:b", "a?.csv", "end.", "space ", "q*", "nul"]
)
def test_a_name_that_windows_cannot_have_is_not_packed(packed, tmp_path, name):
    (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="on Windows"):
        pack(packed.with_suffix(""), tmp_path / "b.zip", [tmp_path / name])


def test_a_changed_layer_is_not_packed(packed, tmp_path):
    (tmp_path / "out/roads.fgb").write_bytes(b"x")
    with pytest.raises(LayerError, match="missing or changed"):
        pack(tmp_path / "out", tmp_path / "x.zip")


def test_a_pack_does_not_swallow_itself(packed, tmp_path):
    with pytest.raises(OutputError, match="cannot lie in"):
        pack(tmp_path / "out", tmp_path / "out" / "x.zip")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("at", [0.3, 0.6, 0.95])
def test_a_pack_that_was_cut_is_refused_and_leaves_nothing(packed, tmp_path, at):
    whole = packed.read_bytes()
    packed.write_bytes(whole[: int(at * len(whole))])
    with pytest.raises(LayerError):
        unpack(packed, tmp_path / "there")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out.zip"]


def test_a_changed_byte_is_refused_unless_it_changes_no_file(packed, tmp_path):
    whole = packed.read_bytes()
    refused = 0
    for spot in range(0, len(whole), 37):
        packed.write_bytes(whole[:spot] + bytes([whole[spot] ^ 255]) + whole[spot + 1 :])
        there = tmp_path / f"there{spot}"
        try:
            unpack(packed, there)
        except LayerError:
            refused += 1
            assert not there.exists()
        else:  # a byte that says nothing, as the time of a file
            assert contents(there) == contents(tmp_path / "out")
    assert refused > 0.7 * len(range(0, len(whole), 37))


@pytest.mark.parametrize("name", ["../evil", "/evil", "C:/evil", "a\\..\\evil", "a/../../evil"])
def test_a_name_that_leads_out_of_the_folder_is_refused(packed, tmp_path, name):
    with zipfile.ZipFile(packed, "a") as hostile:
        hostile.writestr(zipfile.ZipInfo(name), b"x")
    with pytest.raises(LayerError, match=r"not safe|not those of its list"):
        unpack(packed, tmp_path / "there")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out.zip"]


def test_a_pack_whose_list_names_an_unsafe_file_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr(LIST, json.dumps({"format": "nngis layers pack 1", "files": {"../a": "0"}}))
        made.writestr("../a", b"")
    with pytest.raises(LayerError, match="not safe"):
        unpack(tmp_path / "x.zip", tmp_path / "there")


def test_any_other_zip_is_no_pack(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr("a.txt", b"")
    with pytest.raises(LayerError, match="no file that nngis layers pack made"):
        unpack(tmp_path / "x.zip", tmp_path / "there")
    with pytest.raises(LayerError, match="no such file"):
        unpack(tmp_path / "y.zip", tmp_path / "there")


def test_a_bomb_is_not_let_off(tmp_path, monkeypatch):
    monkeypatch.setattr("nngis.fetch.pack.SWELLING_FROM_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(LIST, json.dumps({"format": "nngis layers pack 1", "files": {"a": "0"}}))
        made.writestr("a", b"\0" * 3_000_000)
    monkeypatch.setattr("nngis.fetch.pack.MOST_SWELLING", 100)
    with pytest.raises(LayerError, match="absurd size"):
        unpack(tmp_path / "x.zip", tmp_path / "there")


def test_a_pack_with_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    files = {"a": hashlib.sha256(b"").hexdigest(), "a/b": "0"}
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr(LIST, json.dumps({"format": "nngis layers pack 1", "files": files}))
        for name in files:
            made.writestr(name, b"")
    with pytest.raises(OutputError, match="cannot be read or written"):
        unpack(tmp_path / "x.zip", tmp_path / "there")
    assert not (tmp_path / "there").exists()
