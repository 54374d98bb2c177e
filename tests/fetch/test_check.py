"""``nngis layers fetch --check``: what answers today, from a few bytes of each source."""

import json

import pytest

from nngis.fetch.endpoints import read_endpoints

DATE = "Sat, 28 Nov 2026 21:21:00 GMT"


@pytest.fixture
def own(loopback, tmp_path):
    """An endpoints file that sends every source to the loopback."""
    root = loopback.url("").rstrip("/")
    lines = []
    for name, endpoint in read_endpoints().items():
        blanks = endpoint.url.partition("{")[1:]
        url = f"{root}/{name}/" + ("".join(blanks) if any(blanks) else "file")
        lines += [f"[{name}]", f"url = {json.dumps(url)}"]
    path = tmp_path / "own.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def check(nngis, tmp_path, own, monkeypatch):
    monkeypatch.delenv("OPENCHARGEMAP_KEY", raising=False)

    def run(*arguments):
        where = ("--endpoints", own, "--cache", tmp_path / "cache", "--lang", "en")
        return nngis("layers", "fetch", "--check", *where, *arguments)

    return run


def test_a_source_that_answers_says_its_size_and_date(check, loopback, tmp_path):
    loopback.files["/airports/file"] = b"id,ident" * 100_000
    loopback.modified["/airports/file"] = DATE
    ran = check("--json")
    assert ran.code == 0, ran.err
    said = {one["source"]: one for one in json.loads(ran.out)}
    assert set(said) == set(read_endpoints())
    airports = said["airports"]
    assert (airports["reachable"], airports["ranges"]) == (True, True)
    assert (airports["size"], airports["date"]) == (800_000, "2026-11-28")
    assert airports["licence"] == "LicenseRef-public-domain"
    assert loopback.bytes_served == 64
    assert not (tmp_path / "cache").exists()


def test_a_source_that_does_not_answer_says_why(check, loopback):
    said = {one["source"]: one for one in json.loads(check("--json").out)}
    assert not said["worldpop"]["reachable"]
    assert "no such file (404)" in said["worldpop"]["problem"]
    assert "OPENCHARGEMAP_KEY" in said["open_charge_map"]["problem"]
    assert not [path for _, path, _ in loopback.asked if "open_charge_map" in path]


def test_each_source_is_asked_once_and_for_a_few_bytes(check, loopback):
    check()
    assert set(loopback.ranges()) == {"bytes=0-63"}
    paths = [path for _, path, _ in loopback.asked]
    assert len(paths) == len(set(paths)) == len(read_endpoints()) - 1  # one lacks its key


def test_the_table_names_sources_licences_and_what_is_out_of_reach_once(check, loopback):
    loopback.files["/airports/file"] = b"x" * 2_500_000
    loopback.modified["/airports/file"] = DATE
    loopback.files["/cbra/file"] = b"<html>login</html>"
    ran = check()
    lines = {line.split("  ")[0]: line.split() for line in ran.out.splitlines()}
    assert lines["OurAirports"][1:7] == [
        "yes", "2.5", "MB", "2026-11-28", "yes", "LicenseRef-public-domain",
    ]  # fmt: skip
    assert lines["WorldPop population"][2] == "no"
    assert "cbra: The answer is a web page" in ran.out
    assert ran.out.count("no such file (404)") == 1


def test_a_server_without_ranges_is_reachable_and_named_so(check, loopback):
    loopback.files["/worldpop/file"] = b"II*\0" + bytes(1000)
    loopback.without_ranges.add("/worldpop/file")
    said = {one["source"]: one for one in json.loads(check("--json").out)}
    assert (said["worldpop"]["reachable"], said["worldpop"]["ranges"]) == (True, False)
    assert said["worldpop"]["size"] == 1004


def test_a_file_at_hand_is_there_or_not(nngis, tmp_path):
    (tmp_path / "GHI.tif").write_bytes(b"II*\0")
    own = tmp_path / "own.toml"
    names = {"solar_atlas_ghi": tmp_path / "GHI.tif", "solar_atlas_pvout": tmp_path / "no.tif"}
    rest = [name for name in read_endpoints() if name not in names]
    lines = [f'[{name}]\nurl = "{tmp_path / "none"}"' for name in rest]
    lines += [f'[{name}]\nurl = "{path}"' for name, path in names.items()]
    own.write_text("\n".join(lines), encoding="utf-8")
    ran = nngis("layers", "fetch", "--check", "--json", "--endpoints", own)
    said = {one["source"]: one for one in json.loads(ran.out)}
    assert (said["solar_atlas_ghi"]["reachable"], said["solar_atlas_ghi"]["size"]) == (True, 4)
    assert said["solar_atlas_pvout"]["reachable"] is False
    assert str(tmp_path) not in said["solar_atlas_ghi"]["url"]


def test_a_fetch_without_area_and_folder_asks_for_both(nngis):
    ran = nngis("layers", "fetch", "roads", "--lang", "en")
    assert ran.code == 2
    assert "--area" in ran.err
    assert "--out" in ran.err
