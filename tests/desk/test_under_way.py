"""What is at work in threads ends before the program does."""

import subprocess
import sys
import threading
import time

import pytest
from small_case import SMALL, make_case

from nngis.desk.under_way import UnderWay

SOON_S = 60.0
SETTINGS = """title = { zh = "小例", en = "Small case" }
plans = ["charging"]

[charging]
new_stations = 25
gap_allowed = 0.0
"""
# A desk that is told to end (Ctrl+C) while it searches for the best stations.
ENDING = """
import http.client, os, signal, sys, threading, time
from pathlib import Path
from nngis.desk.start import make_desk

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for its background
desk = make_desk(Path(sys.argv[1]), Path(sys.argv[2]))
session = desk.session

def end():
    page = http.client.HTTPConnection(*desk.socket.getsockname())
    page.request("GET", "/" + desk.address.split("/")[3] + "/events")
    page.getresponse().readline()  # it is told what happens, until the end
    while not session.seeking.is_at("charging"):
        session.picture("charging", {})
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=end, daemon=True).start()
try:
    desk.serve()
except KeyboardInterrupt:
    print("ended", session.under_way.wait(0.0), session.seeking.is_at("charging"))
"""


@pytest.fixture
def at_work():
    return UnderWay()


def test_work_counts_from_when_it_is_asked_for_until_it_ends(at_work):
    go, did = threading.Event(), []
    at_work.start(lambda what: go.wait(SOON_S) and did.append(what), "one")
    assert not at_work.wait(0.0)
    go.set()
    assert at_work.wait(SOON_S)
    assert did == ["one"]


def test_work_that_fails_has_ended(at_work, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    at_work.start(lambda: 1 / 0)
    assert at_work.wait(SOON_S)
    with pytest.raises(ZeroDivisionError):
        at_work.run(lambda: 1 / 0)
    assert at_work.wait(0.0)


def test_waiting_gives_up_in_time(at_work):
    go = threading.Event()
    at_work.start(go.wait, SOON_S)
    began = time.monotonic()
    assert not at_work.wait(0.05)
    assert time.monotonic() - began < SOON_S
    go.set()


def test_a_desk_that_ends_while_it_searches_ends_the_search_first(tmp_path):
    case = make_case(tmp_path / "case", (*SMALL, "townships", "population"), SETTINGS)
    asked = [sys.executable, "-c", ENDING, str(case), str(tmp_path / "desk")]
    ran = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=600)
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, "", "ended True False\n")
