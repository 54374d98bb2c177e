"""Downloads that are cut, busy, wrong or whole."""

import hashlib
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest

from nngis.errors import FetchError
from nngis.fetch.cache import Cache
from nngis.fetch.download import download
from nngis.fetch.http import Network, Request

DATA = bytes(range(256)) * 4096  # 1 MiB that tells its own order
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def big(loopback):
    loopback.files["/big.bin"] = DATA
    return Request(loopback.url("/big.bin"))


def test_a_file_comes_whole_with_its_hash_and_version(big, patient, tmp_path):
    seen = []
    arrived = download(
        big, tmp_path / "a.bin", network=patient, progress=lambda *step: seen.append(step)
    )
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert (arrived.sha256, arrived.size, arrived.etag) == (DIGEST, len(DATA), '"v1"')
    assert seen[-1] == ("big.bin", len(DATA), len(DATA))
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]


def test_a_cut_download_goes_on_within_the_same_call(big, loopback, patient, tmp_path):
    loopback.moods["/big.bin"] = [("cut", 300_000), ("cut", 200_000)]
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert loopback.ranges() == ["", "bytes=300000-", "bytes=500000-"]
    assert loopback.bytes_served == len(DATA)


def test_a_killed_download_goes_on_in_the_next_run(big, loopback, tmp_path):
    once = Network(timeout_s=2.0, attempts=1)
    loopback.moods["/big.bin"] = [("cut", 700_000)]
    with pytest.raises(FetchError, match="was cut"):
        download(big, tmp_path / "a.bin", network=once)
    assert not (tmp_path / "a.bin").exists()
    download(big, tmp_path / "a.bin", network=once)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert loopback.bytes_served == len(DATA)


def test_a_killed_process_goes_on_in_the_next_run(big, loopback, patient, tmp_path):
    def stop(_title, done, _total):
        if done > 400_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(big, tmp_path / "a.bin", network=patient, progress=stop)
    have = (tmp_path / "a.bin.part").stat().st_size
    assert 0 < have < len(DATA)
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert loopback.ranges()[-1] == f"bytes={have}-"


def test_a_process_that_the_system_kills_goes_on_where_it_was(big, loopback, patient, tmp_path):
    loopback.moods["/big.bin"] = [("slow", 0.2)]
    code = (
        "from pathlib import Path; from nngis.fetch.download import download;"
        "from nngis.fetch.http import Network, Request;"
        f"download(Request({big.url!r}), Path({str(tmp_path / 'a.bin')!r}), network=Network())"
    )
    part = tmp_path / "a.bin.part"
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        while not (part.is_file() and part.stat().st_size > 100_000):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    have = part.stat().st_size
    assert have < len(DATA)
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert loopback.ranges()[-1] == f"bytes={have}-"


def test_a_name_and_password_in_an_address_are_neither_kept_nor_told(loopback, patient, tmp_path):
    url = loopback.url("/x.bin").replace("http://", "http://li:geheim@")
    with pytest.raises(FetchError) as raised:
        download(Request(url), tmp_path / "x", network=patient)
    assert "geheim" not in raised.value.say("zh")
    loopback.files["/x.bin"] = b"data"
    Cache(tmp_path / "cache").fetch(Request(url), network=patient)
    kept = [path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert all(b"geheim" not in content for content in kept)


def test_a_key_does_not_follow_a_redirection(loopback, patient, tmp_path):
    loopback.moods["/poi"] = [("status", 302, {"Location": loopback.url("/elsewhere")})]
    request = Request(loopback.url("/poi"), secret=(("X-API-Key", "geheim"),))
    with pytest.raises(FetchError, match="HTTP 302"):
        download(request, tmp_path / "x", network=patient)
    assert [path for _, path, _ in loopback.asked] == ["/poi"]


def test_a_file_that_changed_meanwhile_is_fetched_anew(big, loopback, tmp_path):
    once = Network(timeout_s=2.0, attempts=1)
    loopback.moods["/big.bin"] = [("cut", 700_000)]
    with pytest.raises(FetchError):
        download(big, tmp_path / "a.bin", network=once)
    loopback.files["/big.bin"], loopback.etags["/big.bin"] = DATA[::-1], '"v2"'
    assert download(big, tmp_path / "a.bin", network=once).etag == '"v2"'
    assert (tmp_path / "a.bin").read_bytes() == DATA[::-1]


def test_a_server_that_gives_a_range_of_another_version_is_not_believed(
    big, loopback, patient, tmp_path
):
    loopback.moods["/big.bin"] = [("cut", 700_000), ("careless",)]
    once = Network(timeout_s=2.0, attempts=1)
    with pytest.raises(FetchError):
        download(big, tmp_path / "a.bin", network=once)
    loopback.files["/big.bin"], loopback.etags["/big.bin"] = DATA[::-1], '"v2"'
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA[::-1]


def test_a_server_without_ranges_is_asked_for_the_whole_again(big, loopback, patient, tmp_path):
    loopback.moods["/big.bin"] = [("cut", 700_000), ("no range",)]
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA


def test_a_weak_tag_is_not_resumed_by(big, loopback, patient, tmp_path):
    loopback.etags["/big.bin"] = 'W/"v1"'
    loopback.moods["/big.bin"] = [("cut", 700_000)]
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert loopback.ranges() == ["", ""]


def test_a_part_longer_than_the_file_starts_over(big, patient, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(DATA + b"more")
    about = json.dumps({"url": big.url, "etag": '"v1"', "total": "1"})
    (tmp_path / "a.bin.part.json").write_text(about)
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA


def test_a_whole_part_that_was_not_yet_moved_is_taken(big, loopback, patient, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(DATA)
    about = json.dumps({"url": big.url, "etag": '"v1"', "total": str(len(DATA))})
    (tmp_path / "a.bin.part.json").write_text(about)
    assert download(big, tmp_path / "a.bin", network=patient).sha256 == DIGEST
    assert loopback.bytes_served == 0


def test_a_wrong_hash_throws_the_file_away_and_keeps_the_old_one(big, patient, tmp_path):
    (tmp_path / "a.bin").write_bytes(b"old")
    with pytest.raises(FetchError, match="wrong sha256"):
        download(big, tmp_path / "a.bin", network=patient, sha256="0" * 64)
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]
    assert (tmp_path / "a.bin").read_bytes() == b"old"


def test_a_busy_server_is_given_the_time_it_asks_for(big, loopback, patient, waits, tmp_path):
    loopback.moods["/big.bin"] = [("status", 429, {"Retry-After": "7"}), ("status", 504, {})]
    download(big, tmp_path / "a.bin", network=patient)
    assert waits == [7.0, 4.0]


@pytest.mark.parametrize(("status", "word"), [(429, "too many requests"), (504, "busy")])
def test_a_server_that_stays_busy_is_left_with_words(
    big, loopback, patient, waits, tmp_path, status, word
):
    loopback.moods["/big.bin"] = [("status", status, {})] * 9
    with pytest.raises(FetchError, match=word) as raised:
        download(big, tmp_path / "a.bin", network=patient)
    assert len(loopback.asked) == patient.attempts
    assert waits == [2.0, 4.0]
    assert "镜像" in raised.value.say("zh")


def test_a_server_that_asks_for_hours_is_not_waited_for(big, loopback, patient, waits, tmp_path):
    loopback.moods["/big.bin"] = [("status", 429, {"Retry-After": "7200"})]
    with pytest.raises(FetchError, match="too many requests"):
        download(big, tmp_path / "a.bin", network=patient)
    assert waits == []


@pytest.mark.parametrize(
    ("status", "word"), [(407, "proxy wants a login"), (403, "refuses"), (404, "no such file")]
)
def test_a_refusal_is_not_repeated(big, loopback, patient, tmp_path, status, word):
    loopback.moods["/big.bin"] = [("status", status, {})]
    with pytest.raises(FetchError, match=word):
        download(big, tmp_path / "a.bin", network=patient)
    assert len(loopback.asked) == 1


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>login", b"\n <HTML><body>"])
def test_a_web_page_is_no_data(loopback, patient, tmp_path, page):
    loopback.files["/a.tif"] = page
    with pytest.raises(FetchError, match="web page") as raised:
        download(Request(loopback.url("/a.tif")), tmp_path / "a.tif", network=patient)
    assert "网页" in raised.value.say("zh")
    assert not list(tmp_path.glob("a.tif*")) or not (tmp_path / "a.tif.part").exists()


def test_a_connection_that_is_hung_up_is_tried_again(big, loopback, patient, tmp_path):
    loopback.moods["/big.bin"] = [("hang up",)]
    download(big, tmp_path / "a.bin", network=patient)
    assert len(loopback.asked) == 2


def test_nobody_at_the_address_is_said_with_the_way_around(patient, tmp_path):
    with pytest.raises(FetchError, match="cannot be reached") as raised:
        download(Request("http://127.0.0.1:9/x"), tmp_path / "x", network=patient)
    assert "layers pack" in raised.value.say("zh")


def test_a_name_that_no_server_has_means_no_network(patient, tmp_path, monkeypatch):
    def nothing(*_, **__):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    with pytest.raises(FetchError, match="No network"):
        download(Request("http://overpass.test/x"), tmp_path / "x", network=patient)


def test_a_proxy_that_cannot_be_reached_is_named(patient, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(FetchError, match="proxy refuses"):
        download(Request("http://overpass.test/x"), tmp_path / "x", network=patient)


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to make a certificate with")
def test_a_certificate_that_nobody_knows_is_refused_with_words(patient, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
         "-out", certificate, "-subj", "/CN=localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet():
            connection, _ = listening.accept()
            with connection, pytest.raises(ssl.SSLError):
                context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=greet)
        thread.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/x"
        with pytest.raises(FetchError, match="certificate cannot be verified") as raised:
            download(Request(url), tmp_path / "x", network=patient)
        thread.join()
    assert "REQUESTS_CA_BUNDLE" in raised.value.say("zh")


def test_something_that_is_no_address_is_said(patient, tmp_path):
    with pytest.raises(FetchError, match="Not a valid address"):
        download(Request("gopher:nothing"), tmp_path / "x", network=patient)


def test_the_cache_asks_once(big, loopback, patient, tmp_path):
    first = Cache(tmp_path).fetch(big, network=patient)
    second = Cache(tmp_path).fetch(big, network=patient)
    assert (first.fresh, second.fresh, len(loopback.asked)) == (True, False, 1)
    assert first.path == second.path
    assert Cache(tmp_path, refresh=True).fetch(big, network=patient).fresh


def test_the_cache_notices_bytes_that_have_changed(big, loopback, patient, tmp_path):
    kept = Cache(tmp_path).fetch(big, network=patient)
    kept.path.write_bytes(b"rot")
    assert Cache(tmp_path).fetch(big, network=patient).path.read_bytes() == DATA
    assert len(loopback.asked) == 2


def test_a_key_is_neither_kept_nor_shown(loopback, patient, tmp_path):
    loopback.files["/poi"] = b"[]"
    request = Request(loopback.url("/poi"), secret=(("X-API-Key", "geheim"),))
    Cache(tmp_path).fetch(request, network=patient)
    assert loopback.asked[0][2]["X-API-Key"] == "geheim"
    assert "geheim" not in repr(request)
    kept = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
    assert len(kept) == 2
    assert all(b"geheim" not in content for content in kept)


def test_an_answer_made_for_a_question_is_never_gone_on_with(loopback, patient, tmp_path):
    request = Request(loopback.url("/api"), body="data=new")
    loopback.speakers["/api"] = lambda _asked: DATA
    (tmp_path / "a.bin.part").write_bytes(DATA[::-1][:300_000])
    about = {"url": request.url, "etag": '"v1"', "total": str(len(DATA))}
    (tmp_path / "a.bin.part.json").write_text(json.dumps(about))
    loopback.moods["/api"] = [("cut", 500_000)]
    download(request, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert [(verb, headers.get("Range")) for verb, _, headers in loopback.asked] == [
        ("POST", None), ("POST", None),
    ]  # fmt: skip


def test_what_fails_its_check_or_is_a_page_leaves_no_part_behind(loopback, patient, tmp_path):
    def refuse(_path):
        raise FetchError("坏", "rotten")

    loopback.files["/good"], loopback.files["/page"] = DATA, b"<html>login"
    with pytest.raises(FetchError, match="rotten"):
        download(Request(loopback.url("/good")), tmp_path / "a", network=patient, check=refuse)
    with pytest.raises(FetchError, match="web page"):
        download(Request(loopback.url("/page")), tmp_path / "b", network=patient)
    assert not list(tmp_path.glob("*.part"))


def test_a_part_of_another_address_is_not_gone_on_with(big, loopback, patient, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(b"x" * 1_000)
    about = {"url": loopback.url("/other"), "etag": '"v1"', "total": str(len(DATA))}
    (tmp_path / "a.bin.part.json").write_text(json.dumps(about))
    download(big, tmp_path / "a.bin", network=patient)
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert loopback.ranges() == [""]
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]
