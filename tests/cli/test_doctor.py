"""``nngis doctor`` finds this machine in order, and finds what is not."""

import json
import sys

import pytest

from nngis.cli import doctor_command as doctor
from nngis.errors import OutputError


def test_this_machine_is_in_order(nngis):
    ran = nngis("doctor", "--json")
    found = {one["check"]: one for one in json.loads(ran.out)}
    assert ran.code == 0
    assert list(found) == list(doctor.CHECKS) == list(doctor.TITLES)
    assert {one["state"] for one in found.values()} == {"ok"}
    assert found["run"]["found"].startswith("c 6000 m")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_fails_is_named_with_how_to_mend_it(nngis, monkeypatch, lang):
    def broken():
        raise OutputError("字体没有。", "No font.", where="zhplot")

    monkeypatch.setitem(doctor.CHECKS, "font", broken)
    monkeypatch.setitem(doctor.CHECKS, "run", lambda: 1 / 0)
    ran = nngis("doctor", "--lang", lang)
    assert ran.code == 1
    assert {"zh": "字体没有。", "en": "No font."}[lang] in ran.out
    assert "ZeroDivisionError" in ran.out
    assert doctor.REINSTALL.say(lang) in ran.out


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch):
    wanted = ["numpy>=999", "nothing-like-it>=1", 'other>=1; extra == "dev"']
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: wanted)
    found = doctor.check_packages()
    assert found.state == "fail"
    assert "needs >=999" in found.found
    assert "nothing-like-it is missing" in found.found
    assert "other" not in found.found


def test_a_folder_that_cannot_be_written_is_a_note(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.Path, "cwd", lambda: tmp_path / "not there")
    assert doctor.check_writing().state == "warn"


@pytest.mark.parametrize(
    ("page", "state"), [("utf-8", "ok"), ("cp936", "warn"), ("cp1252", "warn")]
)
def test_a_code_page_that_lacks_signs_is_a_note(monkeypatch, page, state):
    class Console:
        encoding = page

    monkeypatch.setattr(doctor.sys, "stdout", Console())
    assert doctor.check_code_page().state == state


def test_a_format_that_gdal_lacks_fails(monkeypatch):
    monkeypatch.setitem(doctor.DRIVERS, "NoSuchFormat", "r")
    found = doctor.check_drivers()
    assert (found.state, "NoSuchFormat" in found.found) == ("fail", True)


def test_python_says_its_version():
    assert sys.version.split()[0] in doctor.check_python().found
