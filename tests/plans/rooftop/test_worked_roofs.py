"""What a roof looks to, and what a county's classes lack, worked out by hand."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from nngis.plans.rooftop import analyse as module
from nngis.plans.rooftop.parameters import RooftopParameters

CRS = "EPSG:4545"
EAST, NORTH = 500_000.0, 2_500_000.0
NAN = float("nan")
SET = {
    "metal_usable_share": (0.6, 0.7, 0.8),
    "metal_density_kwp_m2": (0.16, 0.18, 0.20),
    "policy_min_share_government": 0.5,
    "policy_min_share_public": 0.4,
    "policy_min_share_industrial_commercial": 0.3,
    "policy_min_share_rural_residential": 0.2,
}
WINDS = {
    # degrees from north: the kWh a kWp of a metal roof that looks that way gives
    0.0: 800, 22.4: 800, 22.6: 850, 67.4: 850, 67.6: 900, 90.0: 900, 180.0: 1_000, 337.4: 750,
    337.6: 800, 360.0: 800, 405.0: 850, -90.0: 950, NAN: 700,
}  # fmt: skip


def test_a_roof_gives_what_the_wind_it_looks_to_gives(run, monkeypatch):
    yields_of = {"000": 800, "045": 850, "090": 900, "180": 1_000, "270": 950, "315": 750,
                 "any": 700, "135": 1, "225": 1}  # fmt: skip

    def table(climate, parameters):
        names = ["flat-180", *(f"metal-{wind}" for wind in yields_of)]
        keys = pd.MultiIndex.from_product([climate.index, names], names=["cell_id", "facing"])
        kwh = [1_100.0, *map(float, yields_of.values())]
        return pd.DataFrame({"low": kwh, "central": kwh, "high": kwh}, index=keys)

    monkeypatch.setattr(module, "yield_table", table)
    flat = [*([False] * len(WINDS)), True]
    roofs = gpd.GeoDataFrame(
        {
            "roof_class": "commercial",
            "roof_form": ["flat" if one else "metal" for one in flat],
            "roof_azimuth_deg": [*WINDS, 45.0],
            "evidence": "surveyed",
        },
        index=pd.Index([f"r{at}" for at in range(len(flat))], name="roof_id"),
        geometry=[box(EAST + 50 * at, NORTH, EAST + 50 * at + 20, NORTH + 20)
                  for at in range(len(flat))],
        crs=CRS,
    )  # fmt: skip
    found = run(roofs, RooftopParameters(**SET)).tables["roofs"]
    # A flat roof's modules stand on racks, whichever way the house looks.
    assert found["specific_yield_kwh_kwp"].tolist() == [*WINDS.values(), 1_100]
    # 400 m² of metal carry 400 x 0.7 x 0.18 = 50.4 kWp.
    assert found.loc["r6", "energy_mwh_a"] == pytest.approx(50.4, rel=1e-4)
    assert found["roof_azimuth_deg"].tolist() == pytest.approx([*WINDS, 45.0], nan_ok=True)


def test_every_shortfall_of_a_county_is_as_worked_out(run):
    # Each 1,000 m². Of a county's class half, 0.4, 0.3 or 0.2 is asked for, each panel covers 0.5
    # to 0.7 of a roof that is fit: what an unfit roof would have had to carry is short.
    rows = {
        # metres east: class, form
        100: ("government", "unfit"), 200: ("public", "unfit"), 300: ("commercial", "unfit"),
        400: ("rural", "unfit"), 500: ("rural", "flat"),
        -100: ("commercial", "unfit"), -200: ("commercial", "unfit"), -300: ("rural", "flat"),
    }  # fmt: skip
    roofs = gpd.GeoDataFrame(
        {
            "roof_class": [kind for kind, _ in rows.values()],
            "roof_form": [form for _, form in rows.values()],
            "evidence": "surveyed",
        },
        index=pd.Index([f"r{east}" for east in rows], name="roof_id"),
        geometry=[box(EAST + x, NORTH, EAST + x + 40, NORTH + 25) for x in rows],
        crs=CRS,
    )
    table = run(roofs, RooftopParameters(**SET)).tables["by_county"]
    worked = {
        "shortfall_government_m2": (500, NAN),
        "shortfall_public_m2": (400, NAN),
        "shortfall_industrial_commercial_m2": (300, 600),
        "shortfall_rural_residential_m2": (0, 0),
    }
    for name, (east, west) in worked.items():
        assert table.loc[["横州市", "甲县"], name].tolist() == pytest.approx(
            [east, west], rel=1e-4, nan_ok=True
        ), name
