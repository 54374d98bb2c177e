"""Heat decisions, by hand and against geodesics."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point, box

from nngis.plans.heat.analyse import analyse
from nngis.plans.heat.layers import HeatLayers
from nngis.plans.heat.parameters import HeatParameters
from nngis.result.result import Analysis

CRS = "EPSG:4545"
PLANT = (108.940044, 22.788541)
GEOD = Geod(ellps="GRS80")


def away(distance_m: float, azimuth: float = 90.0) -> Point:
    """Return the point at a true distance from the plant."""
    return Point(*GEOD.fwd(*PLANT, azimuth, distance_m)[:2])


def frame(rows: dict[str, dict[str, object]], crs: str = "EPSG:4490") -> gpd.GeoDataFrame:
    """Return a layer in the work CRS from rows by id."""
    table = gpd.GeoDataFrame.from_dict(rows, orient="index", geometry="geometry", crs=crs)
    return table.assign(evidence=table.get("evidence", "surveyed")).to_crs(CRS)


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    """Return one plant of two units, said to be CHP."""
    unit = {
        "plant_id": "P",
        "name_zh": "甲电厂",
        "fuel": "coal",
        "capacity_mw": 660.0,
        "status": "operating",
        "is_chp": True,
        "geometry": Point(*PLANT),
    }
    out = frame({"P-1": unit, "P-2": unit})
    return out.rename_axis("unit_id")


@pytest.fixture
def zones() -> dict[str, gpd.GeoDataFrame]:
    """Return a built-up square 30 km west of the plant, and two counties side by side."""
    west = away(30_000.0, 270.0)
    square = box(west.x - 0.02, west.y - 0.02, west.x + 0.02, west.y + 0.02)
    return {
        "built_up": frame({"B": {"name_zh": "城区", "evidence": "derived", "geometry": square}}),
        "counties": frame(
            {
                "1": {"name_zh": "东县", "geometry": box(108.8, 22, 110, 24)},
                "2": {"name_zh": "西县", "geometry": box(107, 22, 108.8, 24)},
            }
        ),
    }


@pytest.fixture
def decide_on(
    units: gpd.GeoDataFrame, zones: dict[str, gpd.GeoDataFrame]
) -> Callable[..., Analysis]:
    """Return a function that analyses boilers given by id."""

    def run(
        rows: dict[str, dict[str, object]],
        *,
        sources: gpd.GeoDataFrame | None = None,
        built_up: gpd.GeoDataFrame | None = None,
        **parameters: object,
    ) -> Analysis:
        default = {"name_zh": "某厂", "capacity_t_h": 20.0, "fuel": "coal", "status": "in_use"}
        boilers = frame({key: default | row for key, row in rows.items()}).rename_axis("boiler_id")
        layers = HeatLayers(
            boilers,
            units if sources is None else sources,
            zones["built_up"] if built_up is None else built_up,
            zones["counties"],
        )
        return analyse(layers, HeatParameters(**parameters))  # type: ignore[arg-type]

    return run


Decide = Callable[..., Analysis]
CITY = away(30_000.0, 270.0)


def decided(analysis: Analysis, column: str = "decision") -> dict[str, object]:
    return analysis.tables["boilers"][column].to_dict()


def test_coal_within_the_radius_closes_and_beyond_it_stays(decide_on: Decide) -> None:
    found = decide_on(
        {
            "near": {"geometry": away(14_999.0)},
            "at": {"geometry": away(15_000.0)},
            "far": {"geometry": away(15_000.5)},
        }
    )
    assert decided(found) == {"near": "close_integrate", "at": "close_integrate", "far": "keep"}
    assert decided(found, "rule") == {"near": "A63", "at": "A63", "far": "none"}
    table = found.tables["boilers"]
    assert table.loc["at", "distance_m"] == pytest.approx(15_000.0, abs=0.01)
    assert pd.isna(table.loc["far", "distance_m"])
    assert table.loc["at", "plant_id"] == "P"


def test_ten_tonnes_in_the_built_up_area_retire_and_eleven_stay(decide_on: Decide) -> None:
    found = decide_on(
        {
            "small": {"geometry": CITY, "capacity_t_h": 10.0},
            "large": {"geometry": CITY, "capacity_t_h": 10.01},
            "country": {"geometry": away(40_000.0), "capacity_t_h": 2.0},
        }
    )
    assert decided(found) == {"small": "retire", "large": "keep", "country": "keep"}


def test_gas_biomass_and_oil_are_kept_wherever_they_stand(decide_on: Decide) -> None:
    rows = {f: {"fuel": f, "geometry": away(1_000.0)} for f in ("gas", "biomass", "oil")}
    assert set(decided(decide_on(rows)).values()) == {"keep"}


def test_a_stopped_boiler_still_closes_and_a_dismantled_one_is_closed(decide_on: Decide) -> None:
    found = decide_on(
        {
            "stopped": {"status": "stopped", "geometry": away(1_000.0)},
            "gone": {"status": "dismantled", "geometry": away(1_000.0)},
            "unsaid": {"status": None, "geometry": away(1_000.0)},
        }
    )
    assert decided(found) == {
        "stopped": "close_integrate",
        "gone": "already_closed",
        "unsaid": "close_integrate",
    }


def test_what_is_missing_makes_unknown_only_where_it_matters(decide_on: Decide) -> None:
    found = decide_on(
        {
            "nowhere": {"geometry": None},
            "nowhere_gas": {"geometry": None, "fuel": "gas"},
            "no_fuel_near": {"geometry": away(1_000.0), "fuel": None},
            "no_fuel_far": {"geometry": away(40_000.0), "fuel": None},
            "no_size_city": {"geometry": CITY, "capacity_t_h": np.nan},
            "no_size_near": {"geometry": away(1_000.0), "capacity_t_h": np.nan},
        }
    )
    assert decided(found) == {
        "nowhere": "unknown",
        "nowhere_gas": "keep",
        "no_fuel_near": "unknown",
        "no_fuel_far": "unknown",
        "no_size_city": "unknown",
        "no_size_near": "close_integrate",
    }
    reasons = decided(found, "reason_en")
    assert "rated capacity" in str(reasons["no_size_city"])
    assert "fuel" in str(reasons["no_fuel_near"])
    assert pd.isna(found.tables["boilers"].loc["nowhere", "in_built_up"])


def test_the_ledgers_own_word_on_the_built_up_area_goes_first(decide_on: Decide) -> None:
    found = decide_on(
        {
            "said_in": {"geometry": away(40_000.0), "in_built_up": True, "capacity_t_h": 4.0},
            "said_out": {"geometry": CITY, "in_built_up": False, "capacity_t_h": 4.0},
            "unsaid": {"geometry": CITY, "in_built_up": None, "capacity_t_h": 4.0},
        }
    )
    assert decided(found) == {"said_in": "retire", "said_out": "keep", "unsaid": "retire"}


def test_no_built_up_layer_leaves_small_coal_boilers_unknown(
    decide_on: Decide, zones: dict[str, gpd.GeoDataFrame]
) -> None:
    none = zones["built_up"].iloc[:0]
    rows = {
        "small": {"geometry": away(40_000.0), "capacity_t_h": 4.0},
        "large": {"geometry": away(40_000.0), "capacity_t_h": 20.0},
    }
    assert decided(decide_on(rows, built_up=none)) == {"small": "unknown", "large": "keep"}


def test_the_nearest_of_two_plants_is_named(decide_on: Decide, units: gpd.GeoDataFrame) -> None:
    other = units.iloc[[0]].assign(plant_id="Q", name_zh="乙电厂").rename(index={"P-1": "Q-1"})
    other = other.set_geometry(gpd.GeoSeries([away(10_000.0)], crs="EPSG:4490").to_crs(CRS).values)
    found = decide_on({"b": {"geometry": away(8_000.0)}}, sources=pd.concat([units, other]))
    assert decided(found, "plant_id") == {"b": "Q"}
    assert len(found.tables["supply_areas"]) == 2


@pytest.mark.parametrize(
    ("changes", "parameters", "expected"),
    [
        ({}, {}, "close_integrate"),
        ({"status": "construction"}, {}, "keep"),
        ({"capacity_mw": 300.0}, {}, "keep"),
        ({"capacity_mw": 300.0}, {"threshold_op": ">="}, "close_integrate"),
        ({"capacity_mw": 200.0}, {"threshold_per": "plant"}, "close_integrate"),
        ({"capacity_mw": 150.0}, {"threshold_per": "plant"}, "keep"),
        ({"is_chp": False}, {"assume_chp": True}, "keep"),
        ({"is_chp": None}, {}, "unknown"),
        ({"is_chp": None}, {"assume_chp": True}, "close_integrate"),
        ({"capacity_mw": np.nan}, {}, "unknown"),
        ({"fuel": "hydro"}, {}, "keep"),
    ],
)
def test_which_units_count_follows_status_threshold_and_chp(
    decide_on: Decide,
    units: gpd.GeoDataFrame,
    changes: dict[str, object],
    parameters: dict[str, object],
    expected: str,
) -> None:
    sources = units.assign(**changes)
    found = decide_on({"b": {"geometry": away(1_000.0)}}, sources=sources, **parameters)
    assert decided(found) == {"b": expected}


def test_an_assumption_that_decides_is_said_and_one_that_does_not_is_not(
    decide_on: Decide, units: gpd.GeoDataFrame
) -> None:
    rows = {"b": {"geometry": away(1_000.0)}}
    unsaid = units.assign(is_chp=None)
    assert len(decide_on(rows, sources=unsaid, assume_chp=True).assumptions) == 1
    assert decide_on(rows, sources=units, assume_chp=True).assumptions == ()


def test_rows_carry_the_weakest_evidence_their_decision_leans_on(decide_on: Decide) -> None:
    found = decide_on(
        {
            "a63": {"geometry": away(1_000.0)},
            "a57": {"geometry": CITY, "capacity_t_h": 4.0},
            "gas": {"geometry": CITY, "fuel": "gas"},
        }
    )
    assert decided(found, "evidence") == {"a63": "surveyed", "a57": "derived", "gas": "surveyed"}


def test_a_stated_amount_of_nox_is_the_one_shown(decide_on: Decide) -> None:
    row = {"geometry": away(9_000), "fuel_use_t_a": 1000.0}
    out = decide_on({"A": {**row, "nox_t_a": 2.5}, "B": {**row, "nox_t_a": None}}).tables["boilers"]
    assert out.loc["A", "nox_t_a"] == pytest.approx(2.5)
    assert out["nox_basis"].tolist() == ["stated", "factors"]
    assert out.loc["B", "nox_t_a"] > 2.5


def test_counties_add_up_to_the_city(decide_on: Decide) -> None:
    rows = {f"b{i}": {"geometry": away(i * 2_000.0, i * 37.0)} for i in range(1, 40)}
    found = decide_on(rows)
    counties = found.tables["by_county"]
    assert counties["boilers_count"].sum() == len(rows)
    closed = {i.name: i.value for i in found.indicators}
    closing = counties["retire_count"] + counties["close_integrate_count"]
    assert closing.sum() == closed["boilers_closed_count"]
    assert counties["closing_t_h"].sum() == pytest.approx(closed["capacity_closed_t_h"])


def test_a_thousand_random_boilers_are_decided_as_geodesics_say(decide_on: Decide) -> None:
    rng = np.random.default_rng(42)
    lon, lat = rng.uniform(108.7, 109.2, 1000), rng.uniform(22.6, 23.0, 1000)
    fuel = rng.choice(["coal", "gas"], 1000)
    rows = {
        f"b{i}": {"geometry": Point(lon[i], lat[i]), "fuel": fuel[i], "capacity_t_h": 20.0}
        for i in range(1000)
    }
    ours = decided(decide_on(rows))
    metres = GEOD.inv(lon, lat, np.full(1000, PLANT[0]), np.full(1000, PLANT[1]))[2]
    closes = (metres <= 15_000.0) & (fuel == "coal")
    expected = {f"b{i}": "close_integrate" if closes[i] else "keep" for i in range(1000)}
    assert ours == expected
    assert 100 < closes.sum() < 900


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    metres=st.lists(st.floats(0.0, 40_000.0), min_size=1, max_size=8),
    radii=st.tuples(st.floats(10_000.0, 30_000.0), st.floats(10_000.0, 30_000.0)),
)
def test_a_larger_radius_never_keeps_what_a_smaller_one_closes(
    decide_on: Decide, metres: list[float], radii: tuple[float, float]
) -> None:
    rows = {f"b{i}": {"geometry": away(m, i * 40.0)} for i, m in enumerate(metres)}
    small, large = (
        {k for k, v in decided(decide_on(rows, supply_radius_m=r)).items() if v != "keep"}
        for r in sorted(radii)
    )
    assert small <= large


def test_the_supply_area_is_true_on_the_ground(decide_on: Decide) -> None:
    area = decide_on({"b": {"geometry": away(1.0)}}).tables["supply_areas"].to_crs("EPSG:4490")
    ring = area.geometry.iloc[0].geoms[0].exterior.coords
    metres = [GEOD.inv(*PLANT, x, y)[2] for x, y in ring]
    assert np.allclose(metres, 15_000.0, atol=0.01)
    assert abs(GEOD.geometry_area_perimeter(area.geometry.iloc[0])[0]) == pytest.approx(
        np.pi * 15_000.0**2, rel=1e-4
    )


def test_arguments_stay_as_they_were(decide_on: Decide, units: gpd.GeoDataFrame) -> None:
    before = units.copy()
    decide_on({"b": {"geometry": away(1.0)}}, sources=units)
    assert units.equals(before)
