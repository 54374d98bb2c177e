"""Counts: rows that do not add up are an error, not a shrug."""

import pytest

from nngis.errors import LedgerError
from nngis.ledger.counts import Counts, add_counts


def test_rows_that_do_not_add_up_are_an_error() -> None:
    good = Counts(in_file=9, header=2, accepted=3, rejected=1, totals=1, blank=2)
    assert good.read == 7
    with pytest.raises(LedgerError, match="do not add up"):
        Counts(in_file=9, header=2, accepted=3, rejected=1, totals=1, blank=1)


def test_counts_of_sheets_add_up() -> None:
    one = Counts(in_file=5, header=1, accepted=3, rejected=1, totals=0, blank=0)
    assert add_counts([one, one]) == Counts(10, 2, 6, 2, 0, 0)
