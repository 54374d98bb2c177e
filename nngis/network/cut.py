"""Lines cut at the borders of zones, so that the parts add up to the whole."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def cut_by_zones(lines: gpd.GeoSeries, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut lines at the borders of zones; every stretch goes to one zone or to none.

    Parameters
    ----------
    lines : GeoSeries
        Lines or several lines a row in the work CRS; rows without geometry give no parts.
    zones : GeoDataFrame
        Polygons in the same CRS, indexed by id. A stretch on a common border, or where zones
        overlap, goes to the zone that comes first.

    Returns
    -------
    GeoDataFrame
        Single lines in the order of `lines`, then of the zones, what lies in none last:
        `line_id`, `zone_id` (None outside all), geometry.

    Examples
    --------
    A line of 10 m, of which 4 m lie in the zone:

    >>> from shapely import LineString, box
    >>> lines = gpd.GeoSeries([LineString([(0, 1), (10, 1)])], index=["a"], crs="EPSG:4547")
    >>> zones = gpd.GeoDataFrame(index=["z"], geometry=[box(-9, 0, 4, 9)], crs="EPSG:4547")
    >>> parts = cut_by_zones(lines, zones)
    >>> parts["zone_id"].tolist(), parts.length.tolist()
    (['z', None], [4.0, 6.0])
    """
    left = np.array(lines.to_numpy(), dtype=object)
    tree = shapely.STRtree(left)
    shapes, owners, places = [], [], []
    for place, zone in enumerate(zones.geometry.to_numpy()):
        at = np.sort(tree.query(zone, predicate="intersects"))
        shapes.append(shapely.intersection(left[at], zone))
        owners.append(at)
        places.append(np.full(len(at), place))
        left[at] = shapely.difference(left[at], zone)
    shapes.append(left)
    owners.append(np.arange(len(left)))
    places.append(np.full(len(left), len(zones)))
    whole, owner = np.concatenate(shapes), np.concatenate(owners)
    parts, of = shapely.get_parts(whole, return_index=True)
    single = (shapely.get_dimensions(parts) == 1) & (shapely.length(parts) > 0)
    parts, of = parts[single], of[single]
    place = np.concatenate(places)[of]
    order = np.lexsort((place, owner[of]))
    names = np.array([*zones.index, None], dtype=object)
    return gpd.GeoDataFrame(
        {
            "line_id": lines.index.to_numpy()[owner[of][order]],
            "zone_id": pd.Series(names[place[order]], dtype=object),
        },
        geometry=parts[order],
        crs=lines.crs,
    )
