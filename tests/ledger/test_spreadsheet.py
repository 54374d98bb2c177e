"""Workbooks are read, or refused in words alone."""

import os
from pathlib import Path

import pytest

from nngis.errors import LedgerError
from nngis.ledger.sources import open_parts
from nngis.roles import role

CASES = Path(__file__).parents[1] / "fuzz" / "cases"


def test_a_panic_of_the_reader_becomes_an_error_and_shows_nothing_else(capfd):
    path = CASES / "xlsb_for_reach.cut_within_a_record.xlsb"
    with pytest.raises(LedgerError, match="cannot be read"):
        open_parts(str(path), role("boilers"))
    os.write(2, b"after it")
    assert capfd.readouterr().err == "after it"
