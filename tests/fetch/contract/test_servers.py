"""How servers behave: no ranges, redirects, gzip, waits, agents, what is new since."""

import gzip
import json
from dataclasses import replace

import numpy as np
import pytest

from nngis.errors import FetchError, ScenarioError
from nngis.fetch.archive import take_members
from nngis.fetch.cache import Cache
from nngis.fetch.download import download
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.http import Request
from nngis.fetch.order import Order
from nngis.fetch.single import obtain

DATA = bytes(range(256)) * 400


@pytest.fixture
def file(loopback):
    loopback.files["/a.bin"] = DATA
    return Request(loopback.url("/a.bin"))


def test_an_overloaded_server_that_says_529_is_waited_for(file, loopback, patient, waits, tmp_path):
    loopback.moods["/a.bin"] = [("status", 529, {})]
    download(file, tmp_path / "a", network=patient)
    assert (tmp_path / "a").read_bytes() == DATA
    assert waits == [2.0]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_followed(file, loopback, patient, tmp_path, status):
    loopback.moods["/latest"] = [("status", status, {"Location": file.url})]
    download(Request(loopback.url("/latest")), tmp_path / "a", network=patient)
    assert (tmp_path / "a").read_bytes() == DATA


def test_what_a_server_packs_on_the_way_is_unpacked(file, loopback, patient, tmp_path):
    loopback.packed.add("/a.bin")
    arrived = download(file, tmp_path / "a", network=patient)
    assert (tmp_path / "a").read_bytes() == DATA
    assert arrived.size == len(DATA)


def test_a_packed_answer_that_was_cut_is_asked_for_again(file, loopback, patient, tmp_path):
    loopback.packed.add("/a.bin")
    loopback.moods["/a.bin"] = [("cut", 200)]
    download(file, tmp_path / "a", network=patient)
    assert (tmp_path / "a").read_bytes() == DATA
    assert len(loopback.asked) == 2


def test_plain_bytes_are_not_added_to_packed_ones(file, loopback, patient, tmp_path):
    (tmp_path / "a.part").write_bytes(gzip.compress(DATA)[:500])
    about = {"url": file.url, "etag": '"v1"', "total": str(len(DATA)), "packed": "gzip"}
    (tmp_path / "a.part.json").write_text(json.dumps(about))
    download(file, tmp_path / "a", network=patient)
    assert (tmp_path / "a").read_bytes() == DATA


def test_an_answer_packed_in_a_way_nobody_asked_for_is_named(file, loopback, patient, tmp_path):
    loopback.moods["/a.bin"] = [("status", 200, {"Content-Encoding": "br"}, b"\x0b\x02")]
    with pytest.raises(FetchError, match="packed its answer with br"):
        download(file, tmp_path / "a", network=patient)


def test_a_server_that_packs_files_is_asked_for_the_whole(archive, loopback):
    loopback.packed.add("/big.zip")
    found = take_members(archive, archive.endpoint.url, ["a/GHI.tif"])
    assert found["a/GHI.tif"].read_bytes() == DATA


def test_a_packed_web_page_is_no_data(loopback, patient, tmp_path):
    loopback.files["/a.tif"] = b"<!DOCTYPE html><title>login</title>"
    loopback.packed.add("/a.tif")
    with pytest.raises(FetchError, match="web page"):
        download(Request(loopback.url("/a.tif")), tmp_path / "a", network=patient)


def test_a_file_that_is_itself_packed_is_left_as_it_is(loopback, patient, tmp_path):
    loopback.files["/a.gz"] = gzip.compress(DATA)
    download(Request(loopback.url("/a.gz")), tmp_path / "a.gz", network=patient)
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == DATA


def test_a_server_without_ranges_is_read_again_from_the_start(file, loopback, patient, tmp_path):
    loopback.without_ranges.add("/a.bin")
    loopback.moods["/a.bin"] = [("cut", 5000)]
    download(file, tmp_path / "a", network=patient)
    assert (tmp_path / "a").read_bytes() == DATA


# Geofabrik: few downloads, please; -latest is redirected to the file of a day.


@pytest.fixture
def extract(loopback, patient, tmp_path):
    """An order for an extract that is good for no day at all, so that each run asks."""
    path = "/asia/china/guangxi-latest.osm.pbf"
    loopback.files[path] = DATA
    loopback.modified[path] = "Sat, 28 Nov 2026 21:21:00 GMT"
    endpoint = read_endpoints()["osm_file"]
    assert endpoint.fresh_days == 7
    endpoint = endpoint.model_copy(update={"url": loopback.url(path), "fresh_days": -1})
    return Order((), None, endpoint, patient, Cache(tmp_path / "cache"))


def test_an_extract_is_fetched_again_only_if_it_is_newer(extract, loopback):
    request = Request(extract.endpoint.url)
    first = obtain(extract, request)
    second = obtain(extract, request)
    assert second.path == first.path
    assert loopback.bytes_served == len(DATA)
    path = "/asia/china/guangxi-latest.osm.pbf"
    assert loopback.asked[1][2]["If-Modified-Since"] == loopback.modified[path]
    loopback.files[path], loopback.modified[path] = DATA[::-1], "Sun, 29 Nov 2026 21:21:00 GMT"
    loopback.etags[path] = '"v2"'
    assert obtain(extract, request).path.read_bytes() == DATA[::-1]


def test_an_extract_of_this_week_is_not_asked_for(extract, loopback):
    week = replace(extract, endpoint=extract.endpoint.model_copy(update={"fresh_days": 7}))
    obtain(week, Request(week.endpoint.url))
    obtain(week, Request(week.endpoint.url))
    assert len(loopback.asked) == 1


def test_an_old_extract_serves_where_no_server_can_be_reached(extract, loopback):
    request = Request(extract.endpoint.url)
    first = obtain(extract, request)
    loopback.moods["/asia/china/guangxi-latest.osm.pbf"] = [("status", 503, {})] * 9
    assert obtain(extract, request).path == first.path
    again = replace(extract, cache=Cache(extract.cache.folder, refresh=True))
    with pytest.raises(FetchError, match="busy"):
        obtain(again, request)


# Zip archives behind an address.


@pytest.fixture
def archive(loopback, documented, patient, tmp_path):
    noise = np.random.default_rng(1).bytes(6_000_000)
    loopback.files["/big.zip"] = documented.zipped({"a/big.bin": noise, "a/GHI.tif": DATA})
    endpoint = read_endpoints()["solar_atlas_ghi"].model_copy(
        update={"url": loopback.url("/big.zip")}
    )
    return Order(("ghi",), None, endpoint, patient, Cache(tmp_path / "cache"))


def test_of_a_zip_only_the_member_moves(archive, loopback):
    found = take_members(archive, archive.endpoint.url, ["*ghi.tif"])
    assert [path.read_bytes() for path in found.values()] == [DATA]
    assert list(found) == ["a/GHI.tif"]
    assert loopback.bytes_served < 0.6 * len(loopback.files["/big.zip"])


def test_a_zip_behind_a_server_without_ranges_comes_whole_once(archive, loopback):
    loopback.without_ranges.add("/big.zip")
    for _ in range(2):
        found = take_members(archive, archive.endpoint.url, ["a/GHI.tif"])
        assert found["a/GHI.tif"].read_bytes() == DATA
    whole = [headers for _, _, headers in loopback.asked if "Range" not in headers]
    assert len(whole) == 1


def test_a_zip_behind_a_redirection_is_read_in_pieces(archive, loopback):
    moved = [("status", 302, {"Location": archive.endpoint.url})] * 50
    loopback.moods["/files/1"] = moved
    url = loopback.url("/files/1")
    found = take_members(archive, url, ["a/GHI.tif"])
    assert found["a/GHI.tif"].read_bytes() == DATA


@pytest.mark.parametrize(
    ("content", "words"), [(b"<html>login", "web page"), (b"PK no zip at all", "No zip archive")]
)
def test_what_is_no_zip_is_named(archive, loopback, content, words):
    loopback.files["/x.zip"] = content
    with pytest.raises(FetchError, match=words):
        take_members(archive, loopback.url("/x.zip"), ["*"])


def test_a_damaged_member_is_named_and_not_kept(archive, loopback, documented):
    made = bytearray(documented.zipped({"GHI.tif": DATA}))
    made[60] ^= 0xFF
    loopback.files["/x.zip"] = bytes(made)
    with pytest.raises(FetchError, match="damaged"):
        take_members(archive, loopback.url("/x.zip"), ["GHI.tif"])
    assert not list(archive.cache.folder.glob("objects/*"))


# Who asks.


def test_a_server_that_wants_a_contact_gets_it(file, loopback, patient, tmp_path, monkeypatch):
    loopback.gates["/a.bin"] = lambda headers: None if "@" in headers["User-Agent"] else 406
    with pytest.raises(FetchError, match="NNGIS_CONTACT"):
        download(file, tmp_path / "a", network=patient)
    monkeypatch.setenv("NNGIS_CONTACT", "gis@example.org")
    download(file, tmp_path / "a", network=patient)
    agent = loopback.asked[-1][2]["User-Agent"]
    assert agent.startswith("nngis/")
    assert "gis@example.org" in agent


def test_a_contact_that_no_header_can_hold_is_refused(file, patient, tmp_path, monkeypatch):
    for word in ("市规划院", "a@b\r\nX-Evil: 1"):
        monkeypatch.setenv("NNGIS_CONTACT", word)
        with pytest.raises(ScenarioError, match="ASCII"):
            download(file, tmp_path / "a", network=patient)
