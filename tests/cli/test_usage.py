"""What is typed wrongly is said in the language of the command, and no library's English leaks."""

import re
import subprocess
import sys

import pytest

LATIN = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z']+){2,}")  # three words in a row: an English sentence
WRONG = (
    ("run", "heat", "--nosuch"),
    ("run", "heat", "--lang", "fr"),
    ("run", "heat", "--set"),
    ("reach", "--demand", "x"),
    ("reach", "--demand", "x", "--facilities", "y", "--limit-km", "abc"),
    ("explain",),
    ("explain", "a", "b", "c"),
    ("nosuch",),
    ("fetch",),
    ("it's",),
    ("run", "heat", "--set", "supply_radius_m=abc"),
    ("run", "heat", "--set", "supply_radius_m=30kg"),
    ("run", "heat", "--set", "assume_chp=perhaps"),
    ("run", "heat", "--set", "pipe_or=coal"),
    ("run", "heat", "--set", "saturated_speeds_m_s=1,2"),
    ("run", "rooftop", "--set", "pilot_counties="),
    ("run", "charging", "--set", "wait_share=inf"),
)


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_chinese_error_holds_no_english_sentence(nngis, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = nngis(*words)
    assert ran.code == 2
    assert ran.err.strip().startswith("错误: ")
    own = re.sub(r"nngis [a-z]+ [a-z|]+", "", ran.err)  # a command to type is no sentence
    assert not LATIN.search(own), ran.err
    assert not ran.out


@pytest.mark.parametrize("words", WRONG[:10], ids=" ".join)
def test_an_english_error_holds_no_chinese(nngis, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = nngis(*words[:1], *("--lang", "en"), *words[1:])
    assert ran.code == 2
    if "--lang" not in words:
        assert not re.search("[\u4e00-\u9fff]", ran.err), ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rrun",), "There is no command rrun. Did you mean run?"),
        (("fetch",), "There is no command fetch. Did you mean layers fetch?"),
        (("layers", "chekc"), "There is no command chekc. Did you mean check?"),
        (("it's",), "There is no command it's; nngis --help lists them all."),
    ],
)
def test_a_command_that_is_none_offers_the_nearest(nngis, words, said):
    assert said in nngis(*words, "--lang", "en").err


def test_a_wrong_name_offers_the_nearest_once_for_all_plans(nngis, tmp_path):
    ran = nngis("run", "--set", "suply_radius=30km", "--out", tmp_path / "out", "--lang", "en")
    assert ran.code == 2
    assert ran.err.count("supply_radius_m (") == 1
    assert len(ran.err.strip().splitlines()) == 1
    assert "供热半径" in nngis("run", "heat", "--set", "供热半径=30km").err
    assert "supply_radius_m" in nngis("run", "heat", "--set", "供热半径=30km").err


def test_the_command_runs_where_no_path_leads_to_it():
    asked = [sys.executable, "-m", "nngis", "--help"]
    ran = subprocess.run(asked, capture_output=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert b"nngis run" in ran.stdout


@pytest.mark.parametrize("words", [(), ("layers",), ("case",), ("qgis",)], ids=" ".join)
def test_help_that_nobody_asked_for_is_an_error(nngis, words):
    """What reads a pipe gets nothing where a command is missing."""
    ran = nngis(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "nngis" in ran.err
