"""Limits of the stacks: by size, year and furnace, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from nngis.plans.heat.emission_limits import limits_of, local_limits, shipped_limits


def limits(size, built, furnace, note1=None):
    boilers = pd.DataFrame({"capacity_t_h": [size], "commissioned": [built]})
    found = limits_of(boilers, pd.Series([furnace]), local_limits(note1))
    return [float(found[name][0]) for name in ("pm", "so2", "nox")]


@pytest.mark.parametrize(
    ("size", "built", "furnace", "expected"),
    [
        (10.0, "2005", "grate_automatic", [80, 400, 400]),
        (10.0, "2016", "grate_automatic", [50, 300, 300]),
        (65.0, "2005", "fluidised_bed", [80, 400, 400]),  # 65 t/h is not above 65
        # GB 13223 speaks at 6 % oxygen: x 12/15.
        (75.0, "2005", "fluidised_bed", [24, 160, 160]),
        (75.0, "2016", "unknown", [24, 160, 160]),
        (75.0, "2005", "grate_automatic", [80, 400, 400]),  # grates of every size are GB 13271's
        (np.nan, None, "grate_automatic", [80, 400, 400]),
    ],
)
def test_the_limit_of_each_boiler_is_that_of_its_standard(size, built, furnace, expected):
    assert limits(size, built, furnace) == pytest.approx(expected)


def test_the_note_of_the_standard_counts_for_boilers_in_use_alone():
    assert limits(10.0, "2005", "grate_automatic", 550.0) == pytest.approx([80, 550, 400])
    assert limits(10.0, "2016", "grate_automatic", 550.0) == pytest.approx([50, 300, 300])


def test_every_limit_has_a_source_and_says_whether_it_was_read():
    assert all(one.source and one.verified in ("yes", "no") for one in shipped_limits())
