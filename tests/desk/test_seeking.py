"""The search beside the page: the latest question counts, and whoever stops it ends it."""

import threading
import time

import pytest

from nngis.desk.seeking import Seeking
from nngis.desk.under_way import UnderWay
from nngis.errors import NngisError

SOON_S = 20.0


@pytest.fixture
def told():
    return []


@pytest.fixture
def at_work():
    return UnderWay()


@pytest.fixture
def seeking(told, at_work):
    return Seeking(told.append, at_work)


def until(holds):
    ends = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.005)


def kinds(told):
    return [one["kind"] for one in told]


def test_what_is_found_on_the_way_is_told_and_then_that_it_is_ready(seeking, told):
    def seek(tell):
        tell(0.5, 0.9)
        tell(0.6, 0.7)

    seeking.start("charging", "k", seek, lambda: None)
    until(lambda: "ready" in kinds(told))
    assert [(one["covered"], one["bound"]) for one in told[:2]] == [(0.5, 0.9), (0.6, 0.7)]
    assert {one["key"] for one in told[:2]} == {"k"}
    assert not seeking.is_at("charging")


def endless(began):
    def seek(tell):
        began.set()
        while True:
            tell(0.1, 1.0)
            time.sleep(0.002)

    return seek


def test_another_question_ends_the_one_before(seeking, told, at_work):
    began = threading.Event()
    seeking.start("charging", "old", endless(began), lambda: None)
    assert began.wait(SOON_S)
    seeking.start("charging", "new", lambda tell: tell(0.2, 0.2), lambda: None)
    assert at_work.wait(SOON_S)  # both
    assert kinds(told).count("ready") == 1
    assert kinds(told)[-1] == "ready"


def test_the_same_question_is_sought_once(seeking, told):
    began, count = threading.Event(), []

    def seek(tell):
        count.append(1)
        endless(began)(tell)

    for _ in range(3):
        seeking.start("charging", "k", seek, lambda: None)
    assert began.wait(SOON_S)
    assert seeking.stop() == [("charging", "k")]
    until(lambda: not seeking.is_at("charging"))
    assert len(count) == 1
    assert "ready" not in kinds(told)


def test_what_cannot_be_answered_is_left_to_the_whole_analysis(seeking, told):
    failed = threading.Event()

    def seek(_):
        raise NngisError("无解。", "Nothing fits.")

    seeking.start("charging", "k", seek, failed.set)
    assert failed.wait(SOON_S)
    assert told == []


def test_what_is_told_again_is_passed_on_once(seeking, told, at_work):
    def seek(tell):
        for now in ((0.5, 0.9), (0.5, 0.9), (0.5, 0.8), (0.5, 0.8)):
            tell(*now)

    seeking.start("charging", "k", seek, lambda: None)
    assert at_work.wait(SOON_S)
    found = [(one["covered"], one["bound"]) for one in told if one["kind"] == "closing"]
    assert found == [(0.5, 0.9), (0.5, 0.8)]


def test_what_is_closed_begins_no_search(seeking, told, at_work):
    began = threading.Event()
    seeking.start("charging", "k", endless(began), lambda: None)
    assert began.wait(SOON_S)
    seeking.close()
    assert at_work.wait(SOON_S)
    seeking.start("charging", "other", lambda tell: tell(0.2, 0.2), lambda: None)
    assert at_work.wait(0.0)
    assert {one["key"] for one in told} == {"k"}


def test_a_question_that_is_left_ends(seeking, told, at_work):
    began = threading.Event()
    seeking.start("charging", "old", endless(began), lambda: None)
    assert began.wait(SOON_S)
    seeking.leave("charging", "old")
    assert seeking.is_at("charging")
    seeking.leave("charging", "other")
    assert not seeking.is_at("charging")
    assert at_work.wait(SOON_S)
    assert "ready" not in kinds(told)
