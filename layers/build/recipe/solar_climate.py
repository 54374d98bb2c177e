"""Sun and weather on quarter-degree cells: NASA GLDAS means out of pvcz."""

import io
from pathlib import Path

import pandas as pd

from recipe import box, packages, write

TABLE = "pvcz-0.3.0/pvcz/PVCZ-2019_ver0p2_world_PV_climate_stressors_and_zones.pkl"
SOUTH = 22.0
COLUMNS = {
    "ghi_kwh_m2_d": "GHI_mean",
    "air_mean_c": "T_ambient_mean",
    "air_min_c": "T_ambient_min",
    "air_max_c": "T_ambient_max",
    "wind_rms_m_s": "wind_speed_rms",
    "wind_max_m_s": "wind_speed_max",
}


def solar_climate(layers: Path) -> None:
    """Write solar_climate.csv.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    # A pickle can run code; this one is the file whose hash is pinned, and was looked at.
    world = pd.read_pickle(io.BytesIO(packages.member(packages.PVCZ, TABLE)))  # noqa: S301
    here = world[world["lat"].between(SOUTH, box.NORTH) & world["lon"].between(box.WEST, box.EAST)]
    rows = [
        {
            "cell_id": f"{cell['lat']:.3f}N{cell['lon']:.3f}E",
            **{name: f"{cell[source]:.4f}" for name, source in COLUMNS.items()},
            "lon": write.degrees(cell["lon"]),
            "lat": write.degrees(cell["lat"]),
        }
        for cell in here.to_dict("records")
    ]
    write.table(layers / "solar_climate.csv", ("cell_id", *COLUMNS, "lon", "lat"), rows)
