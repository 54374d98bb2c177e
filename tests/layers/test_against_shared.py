"""The layers against an independent extraction from the same packages, where that is at hand."""

import numpy as np
import pandas as pd
import pyogrio
import pytest

DATES = {"1-Jan": "1-1", "2-Jan": "1-2", "1-Feb": "2-1", "2-Feb": "2-2"}


def read(path):
    return pd.read_csv(path, dtype={"osm_id": str, "code": str, "township_code": str, "unit": str})


@pytest.mark.parametrize("name", ["roads", "railways"])
def test_segments_are_the_same_lines(layers, shared, name):
    def lines(path):
        return {
            tuple(sorted(map(tuple, np.asarray(line.coords).round(6))))
            for line in pyogrio.read_dataframe(path).geometry
        }

    ours, theirs = layers / f"{name}.geojson", shared / f"{name}_osm_generalised.geojson"
    assert lines(ours) == lines(theirs)


def test_segments_are_as_long(layers, shared):
    ours = pyogrio.read_dataframe(layers / "roads.geojson")["length_km"]
    theirs = pyogrio.read_dataframe(shared / "roads_osm_generalised.geojson")["d"]
    assert np.allclose(np.sort(ours), np.sort(theirs))


def test_places_are_the_same_objects_with_one_of_their_classes(layers, shared):
    ours = read(layers / "places.csv").set_index("osm_id")
    theirs = pyogrio.read_dataframe(shared / "pois_osm_named.gpkg")
    assert set(ours.index) == set(theirs["osm_id"])
    pairs = set(zip(theirs["osm_id"], theirs["fclass"], strict=True))
    assert set(zip(ours.index, ours["class"], strict=True)) <= pairs
    at = theirs.drop_duplicates("osm_id").set_index("osm_id").geometry.loc[ours.index]
    assert np.allclose(ours["lon"], at.x, atol=1e-7)
    assert np.allclose(ours["lat"], at.y, atol=1e-7)


def test_industrial_sites_are_the_185(layers, shared):
    theirs = pyogrio.read_dataframe(shared / "pois_osm_named.gpkg").query("fclass == 'industrial'")
    ours = read(layers / "industrial_sites.csv")
    assert len(ours) == 185
    assert set(ours["osm_id"]) == set(theirs["osm_id"])


def test_stations_are_the_same_and_power_sites_have_one_more(layers, shared):
    def ids(path):
        return set(read(path)["osm_id"])

    assert ids(layers / "rail_stations.csv") == ids(shared / "rail_stations_osm.csv")
    more = ids(layers / "power_sites.csv") - ids(shared / "power_sites_osm.csv")
    assert ids(shared / "power_sites_osm.csv") < ids(layers / "power_sites.csv")
    assert more == {"1203924949"}  # the Jiangnan gas plant, whose name is in English


def test_townships_have_the_same_codes_and_extents(layers, shared):
    ours = read(layers / "townships.csv").set_index("township_code")
    codes = read(shared / "township_codes.csv").set_index("code")
    assert ours["name_zh"].sort_index().tolist() == codes["name"].sort_index().tolist()
    theirs = read(shared / "township_extents.csv").set_index("code").sort_index()
    found = ours.dropna(subset=["lon"]).sort_index()
    assert found.index.tolist() == theirs.index.tolist()
    for side, column in {"west": "l", "north": "t", "east": "r", "south": "b", "lon": "x"}.items():
        assert np.allclose(found[side], theirs[column], atol=1e-6)


def test_towns_stand_at_the_same_places(layers, shared):
    ours = read(layers / "towns.csv").sort_values("geoname_id")
    theirs = read(shared / "places_geonames.csv").sort_values("gid")
    assert ours["geoname_id"].astype(int).tolist() == theirs["gid"].tolist()
    assert np.allclose(ours[["lon", "lat"]], theirs[["lon", "lat"]])


def test_rivers_hold_the_same_lines_and_two_short_ones(layers, shared):
    ours = pyogrio.read_dataframe(layers / "rivers.geojson").to_crs("EPSG:4545")
    theirs = pyogrio.read_dataframe(shared / "rivers_wdb2.geojson").to_crs("EPSG:4545")
    numbers = ours["river_id"].str.split("-").str[0]
    assert set(theirs["id"]) < set(numbers)
    same = ours[numbers.isin(theirs["id"])]
    assert np.isclose(same.length.sum(), theirs.length.sum(), rtol=1e-4)
    assert ours[~numbers.isin(theirs["id"])].length.sum() < 5_000


def test_sun_and_weather_are_the_same(layers, shared):
    ours = read(layers / "solar_climate.csv").sort_values(["lat", "lon"])
    theirs = read(shared / "solar_climate_gldas.csv").sort_values(["lat", "lon"])
    assert np.allclose(ours[["lat", "lon"]], theirs[["lat", "lon"]])
    assert np.allclose(ours["ghi_kwh_m2_d"], theirs["GHI_mean"], atol=1e-4)
    assert np.allclose(ours["air_mean_c"], theirs["T_ambient_mean"], atol=1e-4)


def test_elevation_is_the_same_grid(layers, shared):
    rasterio = pytest.importorskip("rasterio", reason="reads the GeoTIFF")
    theirs = np.load(shared / "dem_30_arcsec.npz")
    with rasterio.open(layers / "elevation.tif") as ours:
        assert (ours.read(1)[::-1] == theirs["dem"]).all()
        west, north = ours.bounds.left + ours.res[0] / 2, ours.bounds.top - ours.res[1] / 2
        assert np.isclose(west, theirs["lon"][0], atol=1e-6)
        assert np.isclose(north, theirs["lat"][-1], atol=1e-6)


def test_units_are_the_same_but_for_their_mended_names(layers, shared):
    ours = read(layers / "heat_sources.csv")
    theirs = read(shared / "power_units_gem_nanning.csv")
    unit = theirs["unit"].replace(DATES).replace("--", np.nan)

    def facts(frame, unit):
        return sorted(
            zip(
                frame["capacity_mw"],
                frame["status"],
                unit.fillna(""),
                frame["lon"].round(6),
                frame["lat"].round(6),
                frame["accuracy"].fillna(""),
                strict=True,
            )
        )

    assert facts(ours, ours["unit"]) == facts(theirs, unit)
    # The years of units that were never built were plans.
    running = ours["status"] != "cancelled"
    assert sorted(ours[running]["start_year"].dropna()) == sorted(
        theirs[theirs["status"] != "cancelled"]["start_year"].dropna()
    )


def test_treatment_plants_of_hydrowaste_are_the_same(layers, shared):
    ours = read(layers / "treatment_plants.csv").set_index("wwtp_id")
    ours = ours[ours.index.str.startswith("hydrowaste")]
    theirs = read(shared / "wwtp_hydrowaste.csv").set_index("WASTE_ID")
    theirs = theirs.loc[ours.index.str.split("-").str[1].astype(int)]
    assert len(ours) == 4
    assert np.allclose(ours["treated_m3_d"], theirs["WASTE_DIS"])
    assert np.allclose(ours["population_served"], theirs["POP_SERVED"])
    assert np.allclose(ours[["lon", "lat"]], theirs[["LON_WWTP", "LAT_WWTP"]])
