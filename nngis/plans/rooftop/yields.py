"""What a kWp yields in a year, over climate cells and orientations at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Bools, Floats, Objects
from nngis.plans.rooftop.sun import Sun
from nngis.plans.rooftop.weather import Weather, make_weathers
from nngis.plans.rooftop.yield_parameters import YieldParameters

# SAPM mounting: modules on a rack over a flat roof, or close to the sheet or the tiles.
OPEN, CLOSE = "open_rack_glass_polymer", "close_mount_glass_glass"
EIGHT_WINDS_DEG = tuple(45.0 * at for at in range(8))
# Racks on flat roofs face the equator.
RACKS = {"flat-180": 180.0, "flat-000": 0.0}
LOWEST_SINE = 0.01745  # of the sun's height, as pvlib holds it: a degree above the horizon
PITCHED = ("metal", "tile")
ANY = tuple(f"{form}-any" for form in PITCHED)
LEVELS = ("low", "central", "high")


@dataclass(frozen=True)
class Orientation:
    """How modules lie.

    Parameters
    ----------
    name : str
        Its name, the roof form and the wind: ``"tile-180"``.
    tilt_deg : float
        Slope [°].
    azimuth_deg : float
        Where they face, clockwise from north [°].
    mounting : str
        SAPM mounting.
    """

    name: str
    tilt_deg: float
    azimuth_deg: float
    mounting: str = OPEN


@dataclass(frozen=True)
class Rays:
    """Unit vectors to the sun.

    Parameters
    ----------
    up, north, east : (h, c) float array
        Their components.
    """

    up: Floats
    north: Floats
    east: Floats


@dataclass(frozen=True)
class Falling:
    """How the sun's rays fall on modules.

    Parameters
    ----------
    cosine : (h, c) float array
        Of the angle between the rays and what the modules face.
    passes : (h, c) float array
        Share of the beam that their glass lets through.
    up : (h, c) float array
        Sine of the sun's height.
    """

    cosine: Floats
    passes: Floats
    up: Floats


def rack_of(lat_deg: npt.ArrayLike) -> Objects:
    """Name the way in which racks on flat roofs face at some latitudes.

    Examples
    --------
    >>> rack_of([22.8, 0.0, -33.9]).tolist()
    ['flat-180', 'flat-180', 'flat-000']
    """
    northern, southern = RACKS
    return np.where(np.asarray(lat_deg, float) < 0, southern, northern).astype(object)


def orientations(
    parameters: YieldParameters, lat_deg: npt.ArrayLike = (1.0,)
) -> tuple[Orientation, ...]:
    """List the classes of orientation that roofs at some latitudes fall into.

    Examples
    --------
    >>> [o.name for o in orientations(YieldParameters())][:3]
    ['flat-180', 'metal-000', 'metal-045']
    """
    racks = set(rack_of(lat_deg))
    pitched = (("metal", parameters.metal_tilt_deg), ("tile", parameters.tile_tilt_deg))
    return (
        *(Orientation(n, parameters.flat_tilt_deg, to) for n, to in RACKS.items() if n in racks),
        *(
            Orientation(f"{form}-{wind:03.0f}", tilt, wind, CLOSE)
            for form, tilt in pitched
            for wind in EIGHT_WINDS_DEG
        ),
    )


def specific_yield(
    weather: Weather,
    facing: Sequence[Orientation],
    parameters: YieldParameters,
    *,
    loss_share: float,
) -> Floats:
    """Compute the yearly yield of one kWp in every cell and orientation.

    The chain is PVWatts: Hay-Davies transposition, Fresnel reflection of the beam, SAPM cell
    temperature, linear power, losses, inverter with its limit.
    """
    # A. Dobos, "PVWatts version 5 manual", NREL/TP-6A20-62641 (2014); K. Anderson and others,
    # "pvlib python: 2023 project update", JOSS 8 (2023), 5994, doi:10.21105/joss.05994.
    return _yields([(weather, loss_share)], facing, parameters)[0]


def _yields(
    years: Sequence[tuple[Weather, float]],
    facing: Sequence[Orientation],
    parameters: YieldParameters,
) -> list[Floats]:
    """Compute the yields of years, each with its losses; under one sun its rays fall once."""
    first, *others = (weather.sun.apparent_zenith_deg for weather, _ in years)
    if not all(np.array_equal(first, other) for other in others):
        return [_yields([one], facing, parameters)[0] for one in years]
    rays = sun_rays(years[0][0].sun)
    found = []
    for one in facing:
        fall = falling_on(one, rays)
        found.append([_one(weather, one, parameters, loss, fall) for weather, loss in years])
    return [np.stack(each, axis=1) for each in zip(*found, strict=True)]


def light_on(
    weather: Weather,
    facing: Orientation,
    parameters: YieldParameters,
    *,
    fall: Falling | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Compute the light on modules, hour by hour."""
    from pvlib import irradiance  # noqa: PLC0415 -- heavy

    towards = fall or falling_on(facing, sun_rays(weather.sun))
    cosine = towards.cosine
    sky = irradiance.haydavies(
        facing.tilt_deg,
        facing.azimuth_deg,
        weather.dhi_w_m2,
        weather.dni_w_m2,
        weather.sun.extra_w_m2,
        projection_ratio=np.maximum(cosine, 0.0) / np.maximum(towards.up, LOWEST_SINE),
    )
    ground = irradiance.get_ground_diffuse(facing.tilt_deg, weather.ghi_w_m2, parameters.albedo)
    beam = weather.dni_w_m2 * np.maximum(cosine, 0.0)
    return beam * towards.passes, beam, sky + ground


def falling_on(facing: Orientation, rays: Rays) -> Falling:
    """Find how the sun's rays fall on modules, and which share of them the glass lets through."""
    from pvlib import iam  # noqa: PLC0415 -- heavy

    tilt, azimuth = np.radians(facing.tilt_deg), np.radians(facing.azimuth_deg)
    level = np.sin(tilt) * (np.cos(azimuth) * rays.north + np.sin(azimuth) * rays.east)
    cosine = np.clip(np.cos(tilt) * rays.up + level, -1.0, 1.0)
    return Falling(cosine, iam.physical(np.degrees(np.arccos(cosine))), rays.up)


def sun_rays(sun: Sun) -> Rays:
    """Point to the sun, once for all orientations."""
    zenith, azimuth = np.radians(sun.apparent_zenith_deg), np.radians(sun.azimuth_deg)
    level = np.sin(zenith)
    return Rays(np.cos(zenith), level * np.cos(azimuth), level * np.sin(azimuth))


def _one(
    weather: Weather,
    facing: Orientation,
    parameters: YieldParameters,
    loss_share: float,
    fall: Falling,
) -> Floats:
    from pvlib import inverter, pvsystem, temperature  # noqa: PLC0415 -- heavy

    entering, beam, diffuse = light_on(weather, facing, parameters, fall=fall)
    model = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"][facing.mounting]
    cell_c = temperature.sapm_cell(beam + diffuse, weather.air_c, weather.wind_m_s, **model)
    dc = pvsystem.pvwatts_dc(entering + diffuse, cell_c, 1.0, parameters.gamma_per_k)
    limit = 1.0 / parameters.dc_ac_ratio / parameters.inverter_efficiency
    ac = inverter.pvwatts(dc * (1.0 - loss_share), limit, parameters.inverter_efficiency)
    year: Floats = np.asarray(ac).sum(axis=0)
    return year


def with_any_wind(found: Floats, names: Sequence[str]) -> Floats:
    """Add the mean of the eight winds for each pitched form."""
    means = [
        found[:, [at for at, name in enumerate(names) if name.startswith(form)]].mean(axis=1)
        for form in PITCHED
    ]
    return np.concatenate([found, np.stack(means, axis=1)], axis=1)


def yield_table(climate: pd.DataFrame, parameters: YieldParameters) -> pd.DataFrame:
    """Make the table that roofs look their yield up in."""
    facing = orientations(parameters, climate["lat"])
    names = [o.name for o in facing]
    weathers = make_weathers(climate, parameters, parameters.ghi_scale)
    losses = reversed(parameters.system_loss_share)  # the most light with the least loss
    found = _yields([*zip(weathers, losses, strict=True)], facing, parameters)
    levels = {
        level: with_any_wind(one, names).ravel() for level, one in zip(LEVELS, found, strict=True)
    }
    keys = pd.MultiIndex.from_product([climate.index, [*names, *ANY]], names=["cell_id", "facing"])
    return pd.DataFrame(levels, index=keys)[is_own_rack(keys, climate["lat"])]


def is_own_rack(keys: pd.MultiIndex, lat_deg: pd.Series) -> Bools:
    """Leave out, of cells on both sides of the equator, racks that turn their backs on it."""
    facing = keys.get_level_values(1)
    own = rack_of(lat_deg.reindex(keys.get_level_values(0)))
    return np.asarray(~facing.isin(list(RACKS)) | (facing == own), np.bool_)
