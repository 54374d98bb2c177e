"""Who may ask the desk: its own page, and nobody else."""

import http.client
import json
import socket

import pytest


@pytest.fixture
def ask(served):
    """Send one request; host, origin and address as the page's own unless told otherwise."""
    port = served.desk.socket.getsockname()[1]
    token = served.desk.address.split("/")[3]
    home = f"http://127.0.0.1:{port}"

    def send(name="ask/state", body="{}", *, method="POST", token=token, **headers):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        kept = {"host": f"127.0.0.1:{port}", "origin": home, **headers}
        line.putrequest(method, f"/{token}/{name}", skip_host=True)
        for key, value in kept.items():
            if value is not None:
                line.putheader(key.replace("_", "-"), value)
        line.putheader("content-length", str(len(body.encode())))
        line.endheaders(body.encode())
        answer = line.getresponse()
        found = answer.status, answer.read().decode(), dict(answer.getheaders())
        line.close()
        return found

    return send


def test_the_page_itself_is_answered(ask):
    status, body, _ = ask()
    assert status == 200
    assert json.loads(body)["v"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "evil.example"},
        {"host": "evil.example:80", "origin": "http://evil.example:80"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": None},
        {"token": "x" * 22},
        {"token": ""},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_anybody_else_is_refused_and_told_nothing(ask, wrong):
    status, body, _ = ask(**wrong)
    assert (status, body) == (403, "")


def test_the_page_may_load_and_run_nothing_of_others(ask):
    _, page, headers = ask("", method="GET", origin=None)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in page
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["..%2F..%2Fpyproject.toml", "desk.html", "server.py", "x"])
def test_no_file_but_the_page_is_served(ask, name):
    assert ask(f"assets/{name}", method="GET", origin=None)[0] in (403, 404)


def test_it_listens_on_the_loopback_alone(served):
    assert served.desk.socket.getsockname()[0] == "127.0.0.1"
    assert served.desk.socket.family == socket.AF_INET


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "layer", "role": "boilers", "choice": {"path": "/etc/passwd"}},
        {"do": "layer", "role": "boilers", "choice": {"path": "../case/boilers.xlsx"}},
        {"do": "open", "id": "../../case/nanning"},
        {"do": "set", "plan": "heat", "values": {"no_such": 1}},
        {"do": "edit", "edit": {"role": "boilers", "id": "x", "action": "move"}},
        {"do": "no_such"},
    ],
)
def test_what_may_not_be_is_refused_in_both_languages_and_changes_nothing(ask, served, asked):
    before = served.scenario().read_text(encoding="utf-8")
    status, body, _ = ask("ask/do", json.dumps(asked))
    problems = json.loads(body)["problems"]
    assert status == 422
    assert all(one["zh"] and one["en"] for one in problems)
    assert "Traceback" not in body
    assert served.scenario().read_text(encoding="utf-8") == before


def test_a_message_too_large_is_refused(ask):
    status, body, _ = ask("ask/do", "{" + " " * 1_100_000 + "}")
    assert status == 422
    assert "MB" in body


def test_a_body_that_is_no_message_is_refused(ask):
    assert ask("ask/do", "not json")[0] == 422


def test_a_file_larger_than_the_limit_is_refused_with_the_limit(ask, served, monkeypatch):
    monkeypatch.setattr("nngis.desk.server.MOST_FILE", 1_000_000)
    before = served.desk.session.shelf.files()
    status, body, _ = ask("drop", "x" * 1_000_001, x_name="a.csv")
    assert status == 422
    assert "1 MB" in body
    assert served.desk.session.shelf.files() == before


@pytest.mark.parametrize("beside", ["../case/boilers.shp", "/etc/passwd", "f999.shp"])
def test_a_file_stands_beside_none_but_a_dropped_one(ask, served, beside):
    before = served.desk.session.shelf.files()
    assert ask("drop", "x", x_name="a.dbf", x_beside=beside)[0] == 422
    assert served.desk.session.shelf.files() == before


def test_the_scenario_and_what_was_written_come_as_files_to_keep(ask, served):
    served.begin_anew()
    out = served.folder / "out" / "s1" / "heat"
    out.mkdir(parents=True, exist_ok=True)
    (out / "tables.xlsx").write_bytes(b"PK")
    (out / "secret.txt").write_bytes(b"x")
    status, body, headers = ask("out/s1/scenario.toml", method="GET", origin=None)
    assert (status, body) == (200, served.scenario().read_text(encoding="utf-8"))
    assert headers["content-disposition"].startswith("attachment")
    listed = json.loads(ask("ask/written", '{"id": "s1"}')[1])["files"]
    assert [one["name"] for one in listed] == ["heat/tables.xlsx"]
    assert ask("out/s1/heat/tables.xlsx", method="GET", origin=None)[:2] == (200, "PK")
    for name in ("s1/heat/secret.txt", "s1/../../desk.json", "s1/%2e%2e/%2e%2e/desk.json", "s1/"):
        assert ask(f"out/{name}", method="GET", origin=None)[0] in (403, 404), name
    assert ask("out/s9/scenario.toml", method="GET", origin=None)[0] == 422


@pytest.mark.parametrize(
    ("given", "kept"),
    [("韦工", "韦工"), ("甲" * 80, "甲" * 80), ("甲" * 81, "甲" * 80), (7, "7"), ("", "")],
)
def test_who_signs_is_kept_by_a_name_of_eighty_letters_at_most(ask, served, given, kept):
    status, body, _ = ask("ask/do", json.dumps({"do": "who", "name": given}))
    assert status == 200, body
    assert served.desk.session.shelf.notes["who"] == kept
