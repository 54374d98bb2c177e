"""Nothing in nngis but its fetch room opens a connection."""

import ast
import json
import re
import socket
from functools import cache
from pathlib import Path

import pytest

import nngis

ROOT = Path(nngis.__file__).parent
NETWORK = {
    "socket", "ssl", "http", "urllib", "ftplib", "smtplib", "socketserver", "requests", "urllib3",
    "httpx", "aiohttp", "fsspec", "osmnx", "pooch",
}  # fmt: skip
#: Parsing an address opens nothing. (A database or a cluster is reached only if a user names it.)
HARMLESS = {"urllib.parse"}
#: Where osmnx works on graphs in memory; what of it asks a server is called nowhere.
GRAPHS = "network/graph/"
ASKING = re.compile(
    r"(graph|features)_from_(place|address|bbox|point|polygon)|geocod|elevations_google"
)
PLACE = ("--lon", "108.3", "--lat", "22.8", "--capacity-t-h", "20")


@cache
def imported():
    """Every import of the package, as (path, module)."""
    return {
        (path.relative_to(ROOT).as_posix(), name)
        for path in sorted(ROOT.rglob("*.py"))
        for name in names_in(ast.parse(path.read_text(encoding="utf-8")))
    }


def names_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


#: Listens on the loopback; it connects to nothing (`tests/desk/test_server.py`).
LISTENS = {("desk/start.py", "socket")}


def test_only_the_fetch_room_imports_what_reaches_the_network():
    found = {
        (path, name)
        for path, name in imported()
        if name.split(".")[0] in NETWORK and name not in HARMLESS
        if not (name.split(".")[0] == "osmnx" and path.startswith(GRAPHS))
    }
    assert {(path, name) for path, name in found if not path.startswith("fetch/")} == LISTENS
    assert ("fetch/http.py", "requests") in found  # the scan sees what it should


def test_of_osmnx_only_what_works_in_memory_is_called():
    users = {path for path, name in imported() if name.split(".")[0] == "osmnx"}
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in users}
    assert {path: ASKING.findall(text) for path, text in texts.items() if ASKING.search(text)} == {}
    for name in ("ox.graph_from_place(", "features_from_bbox", "geocode_to_gdf", "geocoder"):
        assert ASKING.search(name)


def test_only_the_command_line_knows_the_fetch_room():
    users = {path for path, name in imported() if name.startswith("nngis.fetch")}
    assert {path for path in users if not path.startswith("fetch/")} == {"cli/fetch_command.py"}


@pytest.fixture
def no_sockets(monkeypatch):
    """Every attempt to connect or to look a name up fails the test, whoever swallows the error."""
    tried = []

    def refuse(*arguments, **_):
        tried.append(arguments)
        raise AssertionError(f"the network was touched: {arguments}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    return tried


@pytest.mark.parametrize("words", [["layers", "check"], ["permit", *PLACE]])
def test_commands_open_no_connection(no_sockets, nngis, words):
    assert nngis(*words).code == 0
    assert no_sockets == []


def test_the_four_plans_run_on_a_fetched_folder_and_open_no_connection(
    request, nngis, loopback, osm_say, tmp_path
):
    pytest.importorskip("osmium")
    corners = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1)}
    ways = {
        7: ([1, 2, 3, 4, 1], {"building": "school", "name": "甲小学"}),
        8: ([1, 3], {"highway": "primary", "name": "民族大道"}),
    }
    loopback.files["/made.osm"] = osm_say(corners, ways).encode()
    out, url = tmp_path / "layers", loopback.url("/made.osm")
    where = ("--area", "108.2,22.7,108.4,22.9", "--out", out, "--cache", tmp_path / "cache")
    assert nngis("layers", "fetch", "roofs", "roads", "--osm", url, "--quiet", *where).code == 0
    tried = request.getfixturevalue("no_sockets")
    ran = nngis("run", "--layers", out, "--out", tmp_path / "run", "--json", "--quiet")
    assert ran.code == 0, ran.err
    results = json.loads(ran.out)["results"]
    assert set(results) == {"heat", "sewer", "rooftop", "charging"}
    roofs = next(used for used in results["rooftop"]["inputs"] if used["role"] == "roofs")
    assert (roofs["rows"], roofs["attribution"]) == (1, "© OpenStreetMap contributors")
    for plan in results:
        page = (tmp_path / "run" / plan / "map.html").read_text(encoding="utf-8")
        assert "OpenStreetMap contributors" in page
    assert tried == []
