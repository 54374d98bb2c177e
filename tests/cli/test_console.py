"""What a code page lacks is written as JSON's escapes, and never ends a command."""

import io
import json
import sys

import pytest

from nngis.cli.console import escape_unwritable

TEXT = "供热 36×10⁴ t/d 𠮷"


@pytest.mark.parametrize("page", ["cp936", "cp1252", "ascii", "utf-8"])
def test_json_stays_json_in_any_code_page(monkeypatch, page):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=page))
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # no stream of a code page: left alone
    escape_unwritable()
    sys.stdout.write(json.dumps({"名": TEXT}, ensure_ascii=False))
    sys.stdout.flush()
    assert json.loads(raw.getvalue().decode(page)) == {"名": TEXT}


def test_signs_that_the_code_page_has_are_written_as_they_are(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp936"))
    escape_unwritable()
    sys.stdout.write("供热⁴")
    sys.stdout.flush()
    assert raw.getvalue() == "供热".encode("cp936") + rb"\u2074"
