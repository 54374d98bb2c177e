"""What higher neighbours take of a roof's light: horizons by sector from outlines and heights.

The low-cost way: one horizon a roof, seen from its middle, in sectors of the compass; the sun's
beam is lost while it stands below the horizon of its sector, and the sky's light by the part of
the sky that is hidden. No hour is computed roof by roof: what the beam brings from each part of
the sky is summed once for every climate cell and orientation, and looked up.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Floats, Positions
from nngis.near import met
from nngis.plans.rooftop.sun import HORIZON_DEG
from nngis.plans.rooftop.weather import Weather, make_weather
from nngis.plans.rooftop.yield_parameters import YieldParameters
from nngis.plans.rooftop.yields import (
    ANY,
    Orientation,
    Rays,
    falling_on,
    is_own_rack,
    light_on,
    orientations,
    sun_rays,
    with_any_wind,
)

SECTORS = 16
DEGREES = 90  # bins of elevation, one a degree
WALL_STEP_M = 2.0  # walls are seen at points no farther apart: a sector is wider from 5 m on
NEAREST_M = 0.5
PAIRS_AT_ONCE = 500_000


@dataclass(frozen=True)
class Sky:
    """Which part of a year's light comes from where.

    Parameters
    ----------
    keys : MultiIndex
        (`cell_id`, `facing`) of each row.
    beam_below : (k, s, 91) float array
        Share of the light that the beam brings while the sun stands in a sector below so many
        degrees.
    diffuse : (k,) float array
        Share that comes from sky and ground.
    """

    keys: pd.MultiIndex
    beam_below: Floats
    diffuse: Floats


def heights_of(roofs: pd.DataFrame, storey_m: float) -> Floats:
    """Take each building's height: as stated, else by its storeys.

    Examples
    --------
    >>> heights_of(pd.DataFrame({"height_m": [9.0, None], "storeys_count": [1, 4]}), 3.0)
    array([ 9., 12.])
    """
    nothing = pd.Series(np.nan, index=roofs.index)
    stated, storeys = (
        pd.to_numeric(roofs.get(name, nothing), errors="coerce").to_numpy(float, na_value=np.nan)
        for name in ("height_m", "storeys_count")
    )
    found = np.where(stated > 0, stated, storeys * storey_m)
    return np.where(found > 0, found, np.nan)


def horizons(outlines: gpd.GeoSeries, height_m: Floats, reach_m: float) -> Floats:
    """Find how high the neighbours stand around each roof.

    Examples
    --------
    A wall 10 m higher stands 10 m to the east of a roof's middle:

    >>> roofs = gpd.GeoSeries([shapely.box(-1, -1, 1, 1), shapely.box(10, -2, 12, 2)])
    >>> float(horizons(roofs, np.array([3.0, 13.0]), 20.0)[0, 4].round(6))
    45.0
    """
    shapes = np.asarray(outlines.array, dtype=object)
    out = np.zeros((len(shapes), SECTORS))
    known = np.flatnonzero(np.isfinite(height_m))
    if not known.size:
        return out
    tree = shapely.STRtree(shapes[known])
    a, b = met(tree, shapes[known], "dwithin", reach_m)
    a, b = known[a], known[b]
    higher = height_m[b] > height_m[a]
    a, b = a[higher], b[higher]
    if not a.size:
        return out
    walls, which = np.unique(b, return_inverse=True)
    points, owner = shapely.get_coordinates(
        shapely.segmentize(shapely.boundary(shapes[walls]), WALL_STEP_M), return_index=True
    )
    first = np.searchsorted(owner, np.arange(len(walls) + 1))
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    for start in range(0, len(a), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        _raise(out, a[part], b[part], (points, first, which[part]), middle, height_m)
    return out


def sky_table(climate: pd.DataFrame, parameters: YieldParameters) -> Sky:
    """Sum up where a year's light comes from, for every climate cell and orientation."""
    weather = make_weather(climate, parameters)
    facing = orientations(parameters, climate["lat"])
    rays = sun_rays(weather.sun)
    parts = [_beam_below(weather, one, parameters, rays) for one in facing]
    names = [one.name for one in facing]
    below = with_any_wind(np.stack([part[0] for part in parts], axis=1), names)
    diffuse = with_any_wind(np.stack([part[1] for part in parts], axis=1), names)
    keys = pd.MultiIndex.from_product([climate.index, [*names, *ANY]])
    own = is_own_rack(keys, climate["lat"])
    return Sky(keys[own], below.reshape(-1, SECTORS, DEGREES + 1)[own], diffuse.ravel()[own])


def shaded_share(horizon_deg: Floats, sky: Sky, keys: pd.MultiIndex) -> Floats:
    """Say which part of its light each roof loses."""
    at = sky.keys.get_indexer(keys)
    lost = np.zeros(len(keys))
    rows = np.flatnonzero((horizon_deg > 0).any(axis=1))
    angle = np.minimum(horizon_deg[rows], DEGREES)
    low = np.minimum(angle.astype(np.intp), DEGREES - 1)
    sector = np.arange(SECTORS)[None, :]
    here = at[rows][:, None]
    below = sky.beam_below[here, sector, low]
    above = sky.beam_below[here, sector, low + 1]
    beam = (below + (above - below) * (angle - low)).sum(axis=1)
    hidden = 1.0 - (np.cos(np.radians(angle)) ** 2).mean(axis=1)
    lost[rows] = np.clip(beam + sky.diffuse[at[rows]] * hidden, 0.0, 1.0)
    return lost


def _raise(
    out: Floats,
    a: Positions,
    b: Positions,
    walls: tuple[Floats, Positions, Positions],
    middle: Floats,
    height_m: Floats,
) -> None:
    """Raise the horizons of roofs `a` to the walls of their neighbours `b`; `out` is changed."""
    points, first, which = walls
    count = first[which + 1] - first[which]
    pair = np.repeat(np.arange(len(a)), count)
    run = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    away = points[first[which][pair] + run] - middle[a[pair]]
    off = np.maximum(np.hypot(away[:, 0], away[:, 1]), NEAREST_M)
    angle = np.degrees(np.arctan2((height_m[b] - height_m[a])[pair], off))
    azimuth = np.degrees(np.arctan2(away[:, 0], away[:, 1]))
    np.maximum.at(out, (a[pair], _sector(azimuth)), angle)


def _sector(azimuth_deg: Floats) -> Positions:
    return np.round(azimuth_deg / (360.0 / SECTORS)).astype(np.intp) % SECTORS


def _beam_below(
    weather: Weather, facing: Orientation, parameters: YieldParameters, rays: Rays
) -> tuple[Floats, Floats]:
    """Return (c, s, 91) shares of the light that the beam brings, and (c,) that of the diffuse."""
    beam, _, diffuse = light_on(weather, facing, parameters, fall=falling_on(facing, rays))
    cells = beam.shape[1]
    high = np.clip(HORIZON_DEG - weather.sun.apparent_zenith_deg, 0.0, DEGREES - 1e-9)
    cell = np.broadcast_to(np.arange(cells), beam.shape)
    where = (cell * SECTORS + _sector(weather.sun.azimuth_deg)) * DEGREES + high.astype(np.intp)
    sums = np.bincount(where.ravel(), weights=beam.ravel(), minlength=cells * SECTORS * DEGREES)
    total = (beam + diffuse).sum(axis=0)
    below = np.zeros((cells, SECTORS, DEGREES + 1))
    below[:, :, 1:] = sums.reshape(cells, SECTORS, DEGREES).cumsum(axis=2) / total[:, None, None]
    return below, np.asarray(diffuse.sum(axis=0) / total)
