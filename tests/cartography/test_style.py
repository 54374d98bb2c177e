import itertools
import re

import numpy as np
import pytest

from nngis import fields
from nngis.cartography import style
from nngis.evidence import ORDER

FAMILIES = {
    "heat": (
        "retire",
        "close_integrate",
        "relocate",
        "close_pending_capacity",
        "keep",
        "already_closed",
        "unknown",
        "absent",
        "retrofit",
    ),
    "places": ("existing", "missing", "unknown"),
    "candidates": ("build", "not_chosen", "excluded"),
    "register": ("met", "on_track", "missed", "done", "not_computable", "unknown"),
    "permit": ("banned", "not_banned", "unknown"),
    "heat sources": ("source", "not_a_source", "unknown"),
    "evidence": ORDER,
    "sewer": ("build", "renovate", "defer", "unknown"),
    "rooftop": ("pilot", "phase_2", "unsuitable", "unknown"),
    "charging": ("build", "existing", "covered", "gap", "defer", "unknown"),
}
# Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color
# vision deficiency, severity 1.0; applied to linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
)
WHITE = np.array([0.9505, 1.0, 1.089])


def linear(colour):
    share = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(colour, deficiency):
    seen = np.clip(np.asarray(DEFICIENCIES[deficiency]) @ linear(colour), 0, 1)
    x, y, z = np.cbrt(TO_XYZ @ seen / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_decisions_of_one_plan_keep_apart_for_every_eye(family, deficiency):
    """CIE76 distances above 10 read as different colours side by side; 2.3 is just noticeable."""
    marks = [style.marks()[value] for value in FAMILIES[family]]
    for a, b in itertools.combinations(marks, 2):
        apart = np.linalg.norm(lab(a.colour, deficiency) - lab(b.colour, deficiency))
        assert apart > 10, (a.value, b.value, apart)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_two_decisions_of_one_plan_share_a_shape(family):
    found = [style.marks()[value].shape for value in FAMILIES[family]]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("family", ["sewer", "charging", "rooftop"])
def test_lines_of_different_decisions_differ_in_dash_or_are_not_drawn_as_lines(family):
    drawn = [
        style.marks()[one].dash for one in FAMILIES[family] if one not in {"existing", "covered"}
    ]
    assert len(set(drawn)) == len(drawn)


def test_every_decision_of_the_glossary_has_a_mark():
    assert set(fields.get("decision").values) <= set(style.marks())
    for value, title in fields.get("decision").values.items():
        assert style.marks()[value].title == title


def test_every_decision_has_a_title_in_both_languages():
    for mark in style.marks().values():
        assert mark.title.zh
        assert mark.title.zh != mark.value


def test_every_symbol_names_a_shape_and_a_colour():
    hexadecimal = re.compile(r"#[0-9A-F]{6}")
    for one in [*style.marks().values(), *style.symbols().values()]:
        assert one.shape in style.shapes()
        assert hexadecimal.fullmatch(one.colour)
    for colour in (*style.ramp(), style.missing_colour(), style.blank_colour()):
        assert hexadecimal.fullmatch(colour)


def test_every_degree_of_evidence_has_a_legible_badge():
    assert tuple(style.badges()) == ORDER
    for badge in style.badges().values():
        dark, light = sorted(
            float(TO_XYZ[1] @ linear(colour)) for colour in (badge.colour, badge.ink)
        )
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def test_only_synthetic_evidence_is_hatched():
    assert [badge.evidence for badge in style.badges().values() if badge.hatched] == ["synthetic"]


def test_an_unknown_degree_of_evidence_is_refused():
    with pytest.raises(ValueError, match="rumour"):
        style.badge("rumour")


def test_the_ramp_gets_darker():
    lightness = [lab(colour, "none")[0] for colour in style.ramp()]
    assert lightness == sorted(lightness, reverse=True)


def test_values_without_a_mark_take_colours_in_the_order_of_the_alphabet():
    marks = style.marks_of("whatever", ["c", "a", "b"])
    assert [mark.value for mark in marks] == ["a", "b", "c"]
    assert len({(mark.colour, mark.shape) for mark in marks}) == 3
    assert marks == style.marks_of("whatever", ["b", "c", "a"])
