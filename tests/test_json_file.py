"""A JSON file that was damaged or changed is refused in words."""

import os

import pytest

from nngis.budgets import VARIABLE
from nngis.errors import LayerError
from nngis.json_file import read_json


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "5", "null", '{"a": }', "[" * 200_000, '{"a":' * 100_000]
)
def test_what_is_no_object_is_refused(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text, "utf-8")
    with pytest.raises(LayerError, match="no whole JSON file"):
        read_json(path, LayerError)


def test_what_is_not_there_or_no_text_is_refused(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xff\xfe{}")
    for name, word in (("a.json", "no whole JSON file"), ("b.json", "no such"), (".", "no plain")):
        with pytest.raises(LayerError, match=word):
            read_json(tmp_path / name, LayerError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_or_a_device_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to("/dev/zero")
    for name in ("a.json", "b.json"):
        with pytest.raises(LayerError, match="no plain one"):
            read_json(tmp_path / name, LayerError)


def test_its_bytes_are_counted(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text('{"a": 1}', "utf-8")
    monkeypatch.setenv(VARIABLE, "bytes=7")
    with pytest.raises(LayerError, match="It has 8 bytes"):
        read_json(path, LayerError)
    monkeypatch.setenv(VARIABLE, "bytes=8")
    assert read_json(path, LayerError) == {"a": 1}
