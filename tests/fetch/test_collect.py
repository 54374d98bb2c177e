"""``nngis layers fetch`` as people use it, from the loopback."""

import json
import socket
import sys

import pandas as pd
import pytest

from nngis.catalog.spec import read_catalog

pytest.importorskip("osmium")

AREA = "108.29,22.79,108.42,22.92"
NODES = {
    **{i * 10 + j: (i * 10, j * 10) for i in range(1, 6) for j in range(1, 6)},
    100: (12, 12, {"amenity": "charging_station", "name": "甲充电站", "capacity": "8"}),
    101: (13, 14, {"amenity": "school", "name": "甲小学"}),
    201: (20, 21), 202: (21, 21), 203: (21, 22), 204: (20, 22),
}  # fmt: skip
WAYS = {
    **{i: ([i * 10 + j for j in range(1, 6)], {"highway": "primary"}) for i in range(1, 6)},
    **{
        j + 10: ([i * 10 + j for i in range(1, 6)], {"highway": "residential"}) for j in range(1, 6)
    },
    20: ([201, 202, 203, 204, 201], {"building": "school"}),
}


@pytest.fixture
def world(loopback, osm_say):
    loopback.files["/guangxi.osm"] = osm_say(NODES, WAYS).encode()
    return loopback.url("/guangxi.osm")


@pytest.fixture
def fetch(nngis, tmp_path):
    def run(*arguments, out="out"):
        where = ("--out", tmp_path / out, "--cache", tmp_path / "cache", "--area", AREA)
        return nngis("layers", "fetch", *arguments, *where, "--lang", "en")

    return run


def test_a_folder_is_fetched_checked_and_listed(fetch, nngis, world, tmp_path):
    ran = fetch("--osm", world, "roads", "roofs", "charging_stations", "hospitals")
    assert ran.code == 0, ran.err
    assert "Not drawn does not mean not there" in ran.out
    assert f"nngis run --layers {tmp_path / 'out'}" in ran.out
    specs = read_catalog(tmp_path / "out")
    assert list(specs)[:3] == ["roads", "roofs", "charging_stations"]
    assert specs["roads"].rows == 10
    assert "hospitals" not in specs
    assert specs["heat_sources"].attribution == "Global Energy Monitor"
    licences = (tmp_path / "out/LICENSES-fetched.md").read_text(encoding="utf-8")
    assert "| roads | ODbL-1.0 | © OpenStreetMap contributors |" in licences
    assert "heat_sources" not in licences
    assert nngis("layers", "check", "--layers", tmp_path / "out", "--lang", "en").code == 0


def test_a_fetch_that_was_cut_goes_on_where_it_stopped(fetch, loopback, world, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    size = len(loopback.files["/guangxi.osm"])
    loopback.moods["/guangxi.osm"] = [("cut", size // 2), *[("status", 503, {})] * 5]
    ran = fetch("--osm", world, "roads")
    assert (ran.code, "busy" in ran.err) == (1, True)
    assert fetch("--osm", world, "roads").code == 0
    assert loopback.bytes_served == size


def test_a_second_fetch_asks_the_network_for_nothing(fetch, loopback, world):
    fetch("--osm", world, "roads")
    asked = len(loopback.asked)
    assert fetch("--osm", world, "roofs").code == 0
    assert len(loopback.asked) == asked


def test_the_quality_of_all_layers_stands_in_one_table(fetch, world, tmp_path):
    for name in ("roads", "roofs", "roads"):
        assert fetch("--osm", world, name).code == 0
    table = pd.read_csv(tmp_path / "out/quality.csv", dtype={"adcode": str})
    assert table["layer"].drop_duplicates().tolist() == ["roads", "roofs"]
    assert not table.duplicated(["layer", "adcode"]).any()
    assert table.loc[table["layer"] == "roads", "objects"].sum() == 10


def test_a_dry_run_lists_where_from_and_how_large_and_writes_nothing(fetch, world, tmp_path):
    ran = fetch("--osm", world, "--dry-run", "roads", "--json")
    (parcel,) = json.loads(ran.out)
    assert parcel["url"] == world
    assert parcel["size"] > 1000
    assert not (tmp_path / "out").exists()


def test_a_file_at_hand_needs_no_network_and_leaves_no_path(fetch, osm, tmp_path, loopback):
    path = osm(NODES, WAYS)
    assert fetch("--osm", path, "roads").code == 0
    assert loopback.asked == []
    assert str(tmp_path) not in (tmp_path / "out/catalog.toml").read_text(encoding="utf-8")


def test_an_unknown_layer_is_refused_with_the_list(fetch, world):
    ran = fetch("--osm", world, "rodas")
    assert ran.code == 2
    assert "roads, railways" in ran.err


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("999900", "No division has the code"),
        ("nowhere.shp", "Neither a division code"),
        ("109,22,108,23", "west below east"),
    ],
)
def test_an_area_that_is_none_is_refused(nngis, tmp_path, area, words):
    out = ("--out", tmp_path / "out", "--cache", tmp_path / "c")
    ran = nngis("layers", "fetch", "--area", area, *out, "--lang", "en")
    assert ran.code == 2
    assert words in ran.err


def test_an_endpoints_file_may_only_say_what_endpoints_have(fetch, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[overpass]\nadress = "x"\nevidence = "sure"\nurl = "http://x/{z}"\n')
    ran = fetch("roads", "--endpoints", own)
    assert ran.code == 2
    assert "[overpass] adress" in ran.err
    assert "[overpass] evidence" in ran.err
    assert "may hold east, ew, lat" in ran.err


def test_no_network_is_said_with_the_way_around(fetch, monkeypatch):
    def nothing(*_, **__):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    ran = fetch("roads", "airports")
    assert ran.code == 1
    assert ran.err.count("No network") == 1
    assert "[overpass]" in ran.err
    assert "[airports]" in ran.err
    assert "--osm FILE" in ran.err
    assert "layers pack" in ran.err


def test_a_folder_packed_here_opens_there(fetch, nngis, world, tmp_path):
    fetch("--osm", world, "roads")
    packed = nngis("layers", "pack", tmp_path / "out", "--out", tmp_path / "x.zip")
    assert packed.code == 0
    assert nngis("layers", "unpack", tmp_path / "x.zip", "--out", tmp_path / "there").code == 0
    assert nngis("layers", "check", "--layers", tmp_path / "there").code == 0


def test_a_dry_run_prints_a_line_a_source(fetch, world):
    ran = fetch("--osm", world, "--dry-run", "roads", "elevation")
    lines = ran.out.splitlines()
    assert lines[1].split("  ")[0] == "OpenStreetMap by file"
    assert "1 × the whole file" in lines[1]
    assert "LicenseRef-Copernicus-DEM" in lines[2]


def test_one_source_that_fails_does_not_take_the_others_with_it(
    fetch, loopback, world, tmp_path, monkeypatch
):
    loopback.files["/airports.csv"] = b"<html>login</html>"
    own = tmp_path / "own.toml"
    own.write_text(f'[airports]\nurl = "{loopback.url("/airports.csv")}"\n')
    ran = fetch("--osm", world, "roads", "airports", "--endpoints", own)
    assert ran.code == 1
    assert "[airports]" in ran.err
    assert "web page" in ran.err
    assert "run the same command again" in ran.err
    assert read_catalog(tmp_path / "out")["roads"].rows == 10


def test_a_cache_that_cannot_be_written_is_said(nngis, world, tmp_path):
    (tmp_path / "cache").write_bytes(b"a file, not a folder")
    where = ("--out", tmp_path / "out", "--cache", tmp_path / "cache", "--area", AREA)
    ran = nngis("layers", "fetch", "roads", "--osm", world, *where, "--lang", "en", "--quiet")
    assert ran.code == 1
    assert "name another folder with --cache" in ran.err


def test_a_package_that_is_missing_is_named_before_anything_is_fetched(
    fetch, world, loopback, monkeypatch
):
    monkeypatch.setitem(sys.modules, "osmium", None)
    ran = fetch("--osm", world, "roads")
    assert ran.code == 1
    assert "pip install 'nngis[fetch]'" in ran.err
    assert loopback.asked == []
