"""Public figures: what they decide, and what they must not."""

import pytest

from nngis.register.public import public_figures
from nngis.register.rules import register


def test_every_figure_names_its_source_and_a_rule():
    for rule, figures in public_figures().items():
        assert rule in register()
        for figure in figures:
            assert figure.source
            assert figure.note.en
            assert figure.evidence in ("derived", "approximate")


@pytest.mark.parametrize(
    ("rule", "status", "value"),
    [
        ("A74", "met", 592.0),
        ("A75", "unknown", 15.0),
        ("A77", "unknown", 0.35),
        ("A78", "unknown", None),
        ("A32", "unknown", None),
    ],
)
def test_a_figure_of_a_part_is_a_lower_bound_and_a_related_one_decides_nothing(
    asked, rule, status, value
):
    found = asked(rule, data={"figures": public_figures()})
    assert found.status == status
    assert (found.parts[0].value if found.parts else None) == value
    assert found.source
    assert bool(found.missing) == (status == "unknown")


def test_a75_says_the_counties_are_not_known(asked):
    found = asked("A75", data={"figures": public_figures()})
    assert "各县" in found.note.zh
    assert "short of 360,000" in found.note.en


def test_own_data_go_before_public_figures(asked, layer):
    own = layer({"a": {"sewer_length_km": 100.0, "completed": True, "county": "兴宁区"}})
    found = asked("A74", data={"figures": public_figures()}, sewer_projects=own)
    assert (found.status, found.parts[0].value, found.source) == ("missed", 100.0, "")


def test_a_made_up_ledger_does_not_outvote_a_published_figure(asked, layer):
    shown = layer({"a": {"sewer_length_km": 100.0, "completed": True}}, "synthetic")
    found = asked("A74", data={"figures": public_figures()}, sewer_projects=shown)
    assert (found.status, found.parts[0].value) == ("met", 592.0)
