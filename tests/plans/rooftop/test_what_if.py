"""The fast part against the whole analysis: the same decisions, sums and indicators, always."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, box

from nngis.plans.rooftop.analyse import analyse
from nngis.plans.rooftop.layers import RooftopLayers
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.what_if import LEVERS, keep_facts, roofs_of, what_if

CRS, EAST, NORTH = "EPSG:4545", 500_000.0, 2_500_000.0
SAME = (
    *("decision", "rule", "tranche", "rank", "usable_share", "capacity_kwp", "capacity_low_kwp"),
    *("energy_mwh_a", "energy_high_mwh_a", "cost_10k_cny"),
)


def town(seed, counties, count=60):
    """Roofs strewn over two counties and beyond, of every class, form and size."""
    rng = np.random.default_rng(seed)
    side = rng.choice([2.0, 5.0, 12.0, 30.0, 400.0, 600.0], count)
    x, y = EAST + rng.uniform(-9e3, 1.1e4, count), NORTH + rng.uniform(-8e3, 8e3, count)
    kinds = ["government", "public", "industrial_commercial", "rural", "urban", None]
    return gpd.GeoDataFrame(
        {
            "roof_class": rng.choice(np.array(kinds, dtype=object), count),
            "roof_form": rng.choice(np.array(["flat", "metal", "tile", "unfit", None]), count),
            "protected": rng.random(count) < 0.05,
            "evidence": "surveyed",
        },
        index=pd.Index([f"r{at:03d}" for at in rng.permutation(count)], name="roof_id"),
        geometry=[box(a, b, a + s, b + s) for a, b, s in zip(x, y, side, strict=True)],
        crs=CRS,
    )


def stations():
    return gpd.GeoDataFrame(
        {"capacity_mva": [0.5, 1.0, None], "name_zh": ["甲", "乙", "丙"], "evidence": "surveyed"},
        index=pd.Index(["S1", "S2", "S3"], name="substation_id"),
        geometry=[Point(EAST - 5e3, NORTH), Point(EAST, NORTH), Point(EAST + 5e3, NORTH)],
        crs=CRS,
    )


def built(roofs):
    return gpd.GeoDataFrame(
        {"capacity_kwp": [30.0, 12.0], "evidence": "surveyed"},
        index=pd.Index(["p1", "p2"], name="pv_id"),
        geometry=list(roofs.geometry.centroid[:2]),
        crs=CRS,
    )


share = st.floats(0.0, 1.0)
ranges = st.tuples(share, share, share).map(lambda three: tuple(sorted(three)))
moved = st.fixed_dictionaries(
    {},
    optional={
        "pilot_counties": st.sampled_from([(), ("甲县",), ("甲县", "横州市")]),
        "excluded_classes": st.sampled_from([(), ("urban_residential",), ("public", "government")]),
        "unfit_forms": st.sampled_from([("unfit",), ("unfit", "tile")]),
        "min_roof_m2": st.floats(0.0, 200.0),
        "max_roof_m2": st.floats(1000.0, 4e5),
        **{f"policy_min_share_{kind}": share for kind in ("government", "public",
           "industrial_commercial", "rural_residential")},
        **{f"{form}_usable_share": ranges for form in ("flat", "metal", "tile")},
        "flat_density_kwp_m2": st.just((0.1, 0.2, 0.3)),
        "tile_cost_cny_w": st.floats(0.5, 20.0),
        "reverse_flow_share": share,
        "grid_factor_kg_kwh": st.floats(0.0, 1.5),
        "city_energy_tce_a": st.floats(1.0, 1e6),
    },
)  # fmt: skip


def same(kept, layers, parameters):
    """Hold the fast part against the whole analysis."""
    found, whole = what_if(kept, parameters), analyse(layers, parameters)
    roofs = roofs_of(found, kept)
    pd.testing.assert_frame_equal(
        pd.DataFrame(roofs[list(SAME)]), pd.DataFrame(whole.tables["roofs"][list(SAME)])
    )
    assert found.indicators == whole.indicators
    for name, table in found.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(whole.tables[name]))


# The fixtures are the same for every case, and nothing changes them.
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 99), values=moved, grid=st.booleans(), register=st.booleans())
def test_a_moved_lever_comes_to_what_the_whole_analysis_finds(
    counties, climate, seed, values, grid, register
):
    roofs = town(seed, counties)
    layers = RooftopLayers(
        roofs,
        counties,
        climate,
        substations=stations() if grid else None,
        pv_registered=built(roofs) if register else None,
    )
    assert set(values) <= set(LEVERS)
    kept = keep_facts(layers, RooftopParameters())
    same(kept, layers, RooftopParameters(**values))


def test_facts_of_one_question_serve_the_next(counties, climate):
    layers = RooftopLayers(town(1, counties), counties, climate, substations=stations())
    kept = keep_facts(layers, RooftopParameters())
    before = what_if(kept, RooftopParameters()).indicators
    what_if(kept, RooftopParameters(pilot_counties=("甲县",), reverse_flow_share=0.0))
    assert what_if(kept, RooftopParameters()).indicators == before


def test_room_of_substations_by_hand(counties, climate):
    roofs = gpd.GeoDataFrame(
        {"roof_class": "public", "roof_form": "flat", "evidence": "surveyed"},
        index=pd.Index(["a", "b"], name="roof_id"),
        geometry=[box(EAST + at, NORTH, EAST + at + 100, NORTH + 100) for at in (0, 200)],
        crs=CRS,
    )
    layers = RooftopLayers(roofs, counties, climate, substations=stations().loc[["S2"]])
    kept = keep_facts(layers, RooftopParameters())
    # 10,000 m² × 0.6 × 0.125 kWp/m² = 750 kWp a roof; the station takes 1 MVA × the share.
    for share_, hosted in ((1.0, 1.0), (0.5, 0.5), (0.0, 0.0)):
        found = what_if(kept, RooftopParameters(reverse_flow_share=share_))
        value = {one.name: one.value for one in found.indicators}["hosted_capacity_mw"]
        assert value == pytest.approx(hosted)
    assert (
        what_if(
            keep_facts(RooftopLayers(roofs, counties, climate), RooftopParameters()),
            RooftopParameters(),
        )
        .indicators[-1]
        .value
        is None
    )
