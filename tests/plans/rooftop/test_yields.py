"""The yield of a kWp: against pvlib's own chain, against what is published, and by properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pvlib.location import Location
from pvlib.modelchain import ModelChain
from pvlib.pvsystem import PVSystem
from pvlib.temperature import TEMPERATURE_MODEL_PARAMETERS

from nngis.catalog.load import shipped_layers
from nngis.errors import LayerError
from nngis.plans.rooftop.measured import _racks
from nngis.plans.rooftop.sun import sun_over_year
from nngis.plans.rooftop.weather import clearness_of_days, make_weather
from nngis.plans.rooftop.yield_parameters import YieldParameters
from nngis.plans.rooftop.yields import Orientation, orientations, specific_yield, yield_table

# pvlib 0.16 asks pandas 3 for attributes that are about to go; we call it without them.
pytestmark = pytest.mark.filterwarnings("ignore:.*dayofyear is deprecated")
PARAMETERS = YieldParameters()
NANNING = "22.875N108.375E"
LOSS = 0.09


@pytest.fixture(scope="module")
def climate():
    table = pd.read_csv(shipped_layers() / "solar_climate.csv", index_col="cell_id")
    return table.loc[[NANNING, "22.125N107.375E", "24.125N109.625E"]]


@pytest.fixture(scope="module")
def weather(climate):
    return make_weather(climate, PARAMETERS)


def chain(weather, climate, at, facing):
    """Return the yield by pvlib's ModelChain on the same hours."""
    none = ("shading", "snow", "mismatch", "wiring", "connections", "lid", "age", "availability")
    limit = 1 / PARAMETERS.dc_ac_ratio / PARAMETERS.inverter_efficiency
    system = PVSystem(
        surface_tilt=facing.tilt_deg,
        surface_azimuth=facing.azimuth_deg,
        albedo=PARAMETERS.albedo,
        module_parameters={"pdc0": 1.0, "gamma_pdc": PARAMETERS.gamma_per_k},
        inverter_parameters={"pdc0": limit, "eta_inv_nom": PARAMETERS.inverter_efficiency},
        temperature_model_parameters=TEMPERATURE_MODEL_PARAMETERS["sapm"][facing.mounting],
        losses_parameters={"soiling": 100 * LOSS, "nameplate_rating": 0} | dict.fromkeys(none, 0),
    )
    place = Location(climate["lat"].iloc[at], climate["lon"].iloc[at], tz="UTC", altitude=0)
    model = ModelChain(
        system,
        place,
        dc_model="pvwatts",
        ac_model="pvwatts",
        aoi_model="physical",
        spectral_model="no_loss",
        temperature_model="sapm",
        losses_model="pvwatts",
        transposition_model="haydavies",
    )
    hours = {
        "ghi": weather.ghi_w_m2[:, at],
        "dni": weather.dni_w_m2[:, at],
        "dhi": weather.dhi_w_m2[:, at],
        "temp_air": weather.air_c[:, at],
        "wind_speed": weather.wind_m_s[0, at],
    }
    model.run_model(pd.DataFrame(hours, index=weather.sun.times))
    return model.results.ac.sum()


@pytest.mark.parametrize("name", ["flat-180", "metal-090", "tile-000", "tile-225"])
def test_the_yield_is_that_of_pvlibs_chain_on_the_same_weather(weather, climate, name):
    facing = next(o for o in orientations(PARAMETERS) if o.name == name)
    ours = specific_yield(weather, [facing], PARAMETERS, loss_share=LOSS)[:, 0]
    theirs = [chain(weather, climate, at, facing) for at in range(len(climate))]
    assert ours == pytest.approx(theirs, rel=5e-4)


def test_nanning_yields_what_is_published_nearby(climate):
    found = yield_table(climate, PARAMETERS).loc[(NANNING, "flat-180")]
    assert 1000 < found["central"] < 1150
    assert found["low"] < 1100 < found["high"]  # Luchuan: 20 MWp, 22 GWh a year


def test_the_hours_add_up_to_the_means_of_the_layer(weather, climate):
    daily = weather.ghi_w_m2.sum(axis=0) / 365_000
    assert daily == pytest.approx(climate["ghi_kwh_m2_d"], rel=1e-12)
    up = np.cos(np.radians(weather.sun.zenith_deg))
    parts = weather.dni_w_m2 * up + weather.dhi_w_m2
    high = weather.sun.zenith_deg < 80
    assert parts[high] == pytest.approx(weather.ghi_w_m2[high], rel=1e-9)
    assert (weather.dni_w_m2 >= 0).all()
    assert (weather.dhi_w_m2 >= 0).all()


def test_no_hour_is_brighter_than_outside_the_atmosphere(weather):
    up = np.maximum(np.cos(np.radians(weather.sun.zenith_deg)), 0.02)
    assert (weather.ghi_w_m2 < weather.sun.extra_w_m2 * up).all()


def test_the_sun_stands_where_pvlib_puts_it():
    lon, lat = np.array([107.4, 109.6]), np.array([22.2, 24.0])
    sun = sun_over_year(lon, lat)
    for at in range(2):
        theirs = Location(lat[at], lon[at], altitude=0).get_solarposition(sun.times)
        day = theirs["zenith"].to_numpy() < 89
        near = abs(sun.apparent_zenith_deg[:, at] - theirs["apparent_zenith"])[day]
        assert near.max() < 0.01
        turn = np.radians(sun.azimuth_deg[:, at] - theirs["azimuth"].to_numpy())[day]
        off = np.degrees(abs(np.sin(turn)) * np.sin(np.radians(theirs["zenith"][day])))
        assert off.max() < 0.01


@given(mean=st.floats(0.30, 0.70), days=st.integers(28, 31))
@settings(max_examples=40, deadline=None)
def test_the_days_keep_the_mean_of_their_month_where_the_distribution_was_fitted(mean, days):
    found = clearness_of_days(np.array([mean]), days)[:, 0]
    assert found.mean() == pytest.approx(mean, abs=0.01)
    assert (found > 0.04).all()


def test_south_yields_more_than_north_and_losses_cost_their_share(weather):
    facing = {o.name: o for o in orientations(PARAMETERS)}
    pair = [facing["tile-180"], facing["tile-000"]]
    found = specific_yield(weather, pair, PARAMETERS, loss_share=0.0)
    assert (found[:, 0] > found[:, 1]).all()
    less = specific_yield(weather, pair, PARAMETERS, loss_share=0.5)
    assert (less < 0.51 * found).all()


def test_low_central_and_high_are_in_order(climate):
    table = yield_table(climate, PARAMETERS)
    assert (table["low"] < table["central"]).all()
    assert (table["central"] < table["high"]).all()
    assert len(table) == 3 * 19


@pytest.mark.parametrize("wrong", [0.0, np.nan, 150.0, 1215.0])
def test_an_irradiation_in_another_unit_is_refused(climate, wrong):
    bad = climate.assign(ghi_kwh_m2_d=[wrong, 3.3, 3.3])
    with pytest.raises(LayerError, match="W/m²"):
        make_weather(bad, PARAMETERS)


def test_a_climate_without_temperature_is_refused(climate):
    with pytest.raises(LayerError, match="air_mean_c"):
        make_weather(climate.drop(columns="air_mean_c"), PARAMETERS)


@settings(max_examples=8, deadline=None)
@given(lats=st.lists(st.floats(-45, 45), min_size=1, max_size=3))
def test_racks_face_the_equator_on_either_side_of_it(climate, lats):
    cells = pd.concat([climate.iloc[:1]] * len(lats)).assign(lat=lats)
    cells.index = pd.Index([f"c{at}" for at in range(len(lats))], name="cell_id")
    table = yield_table(cells, PARAMETERS)["central"]
    weather = make_weather(cells, PARAMETERS, ghi_scale=PARAMETERS.ghi_scale[1])
    ways = [Orientation("", PARAMETERS.flat_tilt_deg, to) for to in (180.0, 0.0)]
    loss = PARAMETERS.system_loss_share[1]
    south, north = specific_yield(weather, ways, PARAMETERS, loss_share=loss).T
    for at, lat in enumerate(lats):
        own = table[f"c{at}"].filter(like="flat-")
        assert own.index.tolist() == ["flat-000" if lat < 0 else "flat-180"]
        assert own.iloc[0] == pytest.approx(north[at] if lat < 0 else south[at])
        if abs(lat) > 20:
            assert (north[at] > south[at]) == (lat < 0)


def test_a_roof_takes_the_rack_of_its_cell(climate):
    cells = climate.iloc[:2].assign(lat=[22.8, -22.8])
    table = yield_table(cells, PARAMETERS)
    cell = pd.Series([*cells.index, None, cells.index[1]])
    assert _racks(cell, table).tolist() == ["flat-180", "flat-000", "flat-180", "flat-000"]


@pytest.mark.parametrize("mean", [0.08, 0.10, 0.15, 0.25])
def test_a_dark_month_stays_as_dark_as_it_was(mean):
    # The distribution was fitted for lighter ones; what it gives must still be about that dark.
    found = clearness_of_days(np.array([mean]), 30)[:, 0]
    assert found.mean() == pytest.approx(mean, abs=0.03)
    assert (found > 0.04).all()
