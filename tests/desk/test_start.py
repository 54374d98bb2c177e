"""A desk makes nothing before it knows that it can be opened."""

import socket

import pytest
from small_case import make_case

from nngis.desk.start import make_desk
from nngis.errors import NngisError


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return make_case(tmp_path_factory.mktemp("desk") / "case", ("counties",))


@pytest.mark.parametrize("what", ["nowhere", "nowhere.toml", "no_toml.toml", "empty"])
def test_what_cannot_be_opened_leaves_no_folder(tmp_path, case, what):
    (tmp_path / "no_toml.toml").write_text("=", "utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NngisError, match=what) as error:
        make_desk(case, tmp_path / "desk", open_=tmp_path / what)
    if what.startswith("nowhere"):
        assert "no such file or folder" in error.value.problems[0].en
    assert not (tmp_path / "desk").exists()


def test_a_case_that_is_none_and_a_port_that_is_taken_leave_no_folder(tmp_path, case):
    with pytest.raises(NngisError, match=r"catalog\.toml"):
        make_desk(tmp_path / "nowhere", tmp_path / "desk")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken.listen()
        with pytest.raises(NngisError, match="cannot be used"):
            make_desk(case, tmp_path / "desk", port=taken.getsockname()[1])
    assert not (tmp_path / "desk").exists()


def test_a_folder_that_cannot_be_one_is_refused_in_words(tmp_path, case):
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    for name in ("file", "file/in it", "link", "x" * 300):
        with pytest.raises(NngisError):
            make_desk(case, tmp_path / name)
    assert not (tmp_path / "nothing").exists()


def test_answers_are_sent_at_once_and_wait_for_no_acknowledgement(tmp_path, case):
    """asyncio turns Nagle's algorithm off on sockets that are named TCP, and on no others."""
    desk = make_desk(case, tmp_path / "desk")
    try:
        with socket.create_connection(desk.socket.getsockname()):
            accepted, _ = desk.socket.accept()
            with accepted:
                assert accepted.proto == socket.IPPROTO_TCP
    finally:
        desk.socket.close()
        desk.session.close()
