"""What must be told apart on a map is told apart by colour-blind eyes too, by simulation.

Linear RGB is seen through the matrices of Machado, Oliveira and Fernandes (2009), severity 1.0,
and colours are held against each other in CIELAB (CIE76); 10 is clearly seen side by side.
"""

from itertools import combinations

import numpy as np
import pytest

from nngis.cartography.style import marks, symbol

MACHADO = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = TO_XYZ @ np.ones(3)
LEAST = 15.0


def lab(colour, eye):
    srgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(MACHADO[eye]) @ linear, 0.0, 1.0)
    scaled = TO_XYZ @ seen / WHITE
    f = np.where(scaled > 216 / 24389, np.cbrt(scaled), (24389 / 27 * scaled + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one, other, eye):
    return float(np.linalg.norm(lab(one, eye) - lab(other, eye)))


def test_the_measure_knows_black_white_and_red_green():
    assert apart("#000000", "#FFFFFF", "normal") == pytest.approx(100.0, abs=0.1)
    # A red and a green that deuteranopes confuse: far apart for others.
    red, green = "#C04040", "#6F7A30"
    assert apart(red, green, "normal") > 2.0 * apart(red, green, "deutan")


@pytest.mark.parametrize("eye", list(MACHADO))
def test_new_under_way_planned_and_rivers_differ_to_every_eye(eye):
    colours = {name: marks()[name].colour for name in ("build", "under_way", "planned", "done")}
    colours["river"] = symbol("river").colour
    for one, other in combinations(colours, 2):
        assert apart(colours[one], colours[other], eye) > LEAST, (one, other)


@pytest.mark.parametrize("eye", list(MACHADO))
def test_decisions_of_one_plan_differ_to_every_eye(eye):
    plans = (
        ("retire", "close_integrate", "close_pending_capacity", "keep", "already_closed"),
        ("build", "renovate", "existing", "covered", "gap"),
    )
    for names in plans:
        for one, other in combinations(names, 2):
            looks = marks()[one], marks()[other]
            distance = apart(looks[0].colour, looks[1].colour, eye)
            # Where colour alone is weak the shape tells them apart.
            assert distance > LEAST or looks[0].shape != looks[1].shape, (one, other)
