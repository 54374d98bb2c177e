"""Whatever a TOML file is, it is read or refused in words."""

import os

import pytest

from nngis.errors import ScenarioError
from nngis.toml_file import read_toml


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a = ", "Not valid TOML"),
        ("a = " + "[" * 5_000, "Not valid TOML"),
        (".".join("a" * 20_000) + " = 1", "nested deeper"),
        ("[" + " . ".join("a" * 300) + "]", "nested deeper"),
        ("a = " + "{a=" * 20 + "1" + "}" * 20, "nested deeper"),
        ("a = '" + "x" * 2_000_000 + "'", "larger than 2 MB"),
        ("\ud800", "Not valid TOML"),
    ],
)
def test_what_is_no_plain_toml_is_refused(tmp_path, text, word):
    path = tmp_path / "a.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ScenarioError, match=word):
        read_toml(path, ScenarioError)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ScenarioError, match="no such file"):
        read_toml(tmp_path / "a.toml", ScenarioError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_or_a_device_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.toml")
    (tmp_path / "b.toml").symlink_to("/dev/zero")
    for name in ("a.toml", "b.toml"):
        with pytest.raises(ScenarioError, match="no plain one"):
            read_toml(tmp_path / name, ScenarioError)


def test_a_word_of_a_million_letters_is_read_once(tmp_path):
    path = tmp_path / "a.toml"  # looked at from each of its letters, it would take hours
    path.write_text(f"a = '{'x' * 1_200_000}'\nb.c.d = 1\n", encoding="utf-8")
    assert read_toml(path, ScenarioError)["b"] == {"c": {"d": 1}}


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it(tmp_path):
    path = tmp_path / "a.toml"  # as Notepad writes it
    path.write_bytes("\ufefftitle = '甲'\r\n".encode())
    assert read_toml(path, ScenarioError) == {"title": "甲"}
