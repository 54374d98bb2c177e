"""The line that every file carries: version, date of the data, evidence."""

from types import SimpleNamespace

import pytest

from nngis.case_file import shipped_layers
from nngis.inputs.store import open_store
from nngis.result.imprint import data_dates, imprint, made_with
from nngis.result.result import InputRecord
from nngis.text import Text


def record(layer, vintage, evidence="derived"):
    return InputRecord(layer, layer, Text("", ""), "", "", evidence, 1, 0, vintage=vintage)


@pytest.mark.parametrize(
    ("vintages", "zh"),
    [
        (["2019", "2024"], "2019–2024"),
        (["2024-07/2025-04"], "2024–2025"),
        (["2021", "2021"], "2021"),
        (["2010/2018/2020", ""], "2010–2020（另有 1 个图层未注明）"),
        (["", ""], "未注明"),
        ([], "未注明"),
        (["build 12345, 2023"], "2023"),
    ],
)
def test_dates_go_from_the_first_year_to_the_last_and_say_who_is_silent(vintages, zh):
    records = [record(f"layer {at}", one) for at, one in enumerate(vintages)]
    assert data_dates(records).zh == zh


def test_a_layer_that_plays_two_roles_is_silent_once():
    assert data_dates([record("a", "2020"), record("b", ""), record("b", "")]).en.endswith(
        "by 1 layer"
    )


def test_the_line_names_version_dates_and_the_weakest_evidence_of_all():
    first = SimpleNamespace(
        versions={"nngis": "9.8.7"}, inputs=(record("a", "2001"),), evidence="official"
    )
    other = SimpleNamespace(versions={}, inputs=(record("b", "2004"),), evidence="approximate")
    assert made_with([first, other]).en == "nngis 9.8.7, date of data 2001–2004"
    assert imprint([first, other], "zh") == "nngis 9.8.7，数据时间 2001–2004，数据等级 近似"


def test_a_layer_whose_catalog_says_unknown_or_that_is_in_none_has_no_date():
    store = open_store(shipped_layers())
    stated = {name: store.vintage(name) for name in store.specs}
    assert "unknown" in {spec.vintage for spec in store.specs.values()}
    assert "unknown" not in stated.values()
    assert stated["counties"] == store.specs["counties"].vintage != ""
    assert store.vintage("boilers of mine.xlsx") == ""
