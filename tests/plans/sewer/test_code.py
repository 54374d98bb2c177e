import numpy as np
import pytest

from nngis.plans.sewer.code import design_flow_l_s, limit, peak_factor, rule, rules


def test_values_change_where_the_table_says_and_are_missing_where_the_diameter_is():
    spacing = rule("manhole_spacing_m").at([300, 600, 700, 1000, 1100, 1600, np.nan])
    np.testing.assert_array_equal(spacing, [75, 75, 100, 100, 150, 200, np.nan])
    assert rule("max_fill").at([200, 300, 350, 450, 500, 900, 1000]).tolist() == [
        0.55,
        0.55,
        0.65,
        0.65,
        0.70,
        0.70,
        0.75,
    ]


def test_values_read_with_their_clause_are_told_from_those_from_memory():
    sure = {name for name, one in rules().items() if one.verified}
    assert {"min_diameter_mm", "min_velocity_m_s", "min_cover_m", "manhole_spacing_m"} <= sure
    assert {"peak_factor", "infiltration_share", "max_fill", "drop_manhole_m"}.isdisjoint(sure)
    assert all(one.clause and one.title.zh and one.title.en for one in rules().values())


def test_limits_are_those_of_the_clauses():
    assert (limit("min_velocity_m_s"), limit("max_velocity_m_s")) == (0.6, 5.0)
    assert (limit("min_cover_m"), limit("min_diameter_mm")) == (0.7, 300.0)


def test_more_sewage_never_means_a_smaller_design_flow():
    mean = np.geomspace(0.01, 5_000, 2_000)
    flow = design_flow_l_s(mean, infiltration_share=0.1)
    assert (np.diff(flow) > 0).all()
    assert (np.diff(peak_factor(mean)) <= 0).all()


def test_the_design_flow_is_peak_plus_infiltration():
    assert design_flow_l_s(100.0, infiltration_share=0.1) == pytest.approx(1.9 * 100 + 10)
