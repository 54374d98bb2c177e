"""What is taken out of texts, and what of ids."""

import pytest

from nngis.text import as_id

INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u180e\u202a\u202e\u2066\u2069\ufe0f\u3164"
)
LINE_ENDS = "\u2028\u2029\x85\x0b\x0c"
SPACES = " \t\n\r\u00a0\u1680\u2000\u2003\u2007\u2009\u202f\u205f\u3000\u2800"


@pytest.mark.parametrize("sign", [*INVISIBLE, *LINE_ENDS, "\U000e0041", "\U000e0101"])
def test_what_is_drawn_as_nothing_makes_no_second_id(sign: str) -> None:
    assert as_id(f"{sign}G{sign}1{sign}") == as_id("G1") == "G1"


@pytest.mark.parametrize("sign", SPACES)
def test_white_space_of_any_kind_is_one_space_within_and_none_at_the_ends(sign: str) -> None:
    assert as_id(f"{sign}G{sign}{sign}1{sign}") == as_id("G 1") == "G 1"


def test_a_letter_and_its_mark_are_one_however_written() -> None:
    assert as_id("Nu\u0308") == as_id("N\u00fc")


@pytest.mark.parametrize("name", ["G1", "G-1", "甲1号", "g1", "G1.", "０１", "قم", "a_b/c"])
def test_what_is_seen_is_kept(name: str) -> None:
    assert as_id(name) == name
