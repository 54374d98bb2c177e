"""Whether roofs lie where their file says: degrees taken for metres, and another datum."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.arrays import Floats
from nngis.crs import Datum, to_wgs84
from nngis.errors import LayerError
from nngis.ledger.datums import describe, infer_datum
from nngis.ledger.references import References
from nngis.text import Text, counted

ROLE = "roofs"
# Degrees that stand for metres lie within 180 m of where the plane's axis meets the equator.
EQUATOR_DEG = 0.002
SAMPLE = 2_000  # rows that are looked at


def check_roofs(
    roofs: gpd.GeoDataFrame,
    references: Callable[[], References | None],
    *,
    where: str,
    datum: str | None = None,
) -> tuple[Text, ...]:
    """Refuse roofs that lie elsewhere than they should.

    Parameters
    ----------
    roofs : GeoDataFrame
        Roofs in WGS84 as the file places them, or some of them; `county_stated`, `township` and
        `name_zh` are used where they are.
    references : callable
        Gives the layers that a datum is inferred from, or None where there are none.
    where : str
        The file, for messages.
    datum : str, optional
        What somebody says it is in; then nothing is inferred.

    Returns
    -------
    tuple of Text
        What could not be told; empty where all is well.

    Raises
    ------
    LayerError
        If degrees were taken for metres, or the roofs fit roads and places in another datum.
    """
    outlined = np.flatnonzero(np.isfinite(shapely.bounds(roofs.geometry.array)).all(axis=1))
    some = np.linspace(0, len(outlined) - 1, min(len(outlined), SAMPLE)).astype(int)
    held = roofs.iloc[outlined[some]]
    bounds = held.geometry.bounds.to_numpy()
    if not len(bounds):
        return ()
    lon, lat = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    if (np.abs(lat) < EQUATOR_DEG).all():
        raise LayerError(
            "所有屋顶都落在赤道附近：坐标其实是经纬度，文件却写明是投影坐标（米）；"
            "请把文件的坐标系改为 EPSG:4326（或 EPSG:4490）。",
            "All roofs lie at the equator: their coordinates are degrees, but the file says that "
            "they are metres; make its CRS EPSG:4326 (or EPSG:4490).",
            where=where,
        )
    known = references() if datum is None else None
    if known is None:
        return ()
    found = infer_datum(lon, lat, pd.DataFrame(held.drop(columns="geometry")), known)
    if found.datum in (None, "wgs84"):
        return () if found.datum else (_cannot_tell(found.rows),)
    zh, en = describe(found.scores)
    raise LayerError(
        f"按道路、县界与地名判断，屋顶不在 WGS84 而在 {found.datum}（{zh}）；"
        f"请加 --datum {found.datum}，若确为 WGS84 则加 --datum wgs84。",
        f"By roads, counties and places the roofs are not in WGS84 but in {found.datum} ({en}); "
        f"add --datum {found.datum}, or --datum wgs84 if they really are.",
        where=where,
    )


def moved_from(roofs: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    """Move outlines from a datum to WGS84, vertex by vertex.

    Parameters
    ----------
    roofs : GeoDataFrame
        Roofs in degrees.
    datum : str
        What they are in.

    Returns
    -------
    GeoDataFrame
        The same in WGS84.
    """

    def move(xy: Floats) -> Floats:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum))

    shapes = shapely.transform(np.asarray(roofs.geometry.array, dtype=object), move)
    return roofs.set_geometry(gpd.GeoSeries(shapes, index=roofs.index, crs="EPSG:4326"))


def _cannot_tell(rows: int) -> Text:
    return Text(
        f"按 {rows} 个屋顶与道路、县界、地名对照，看不出坐标是否偏移；按 WGS84 使用。"
        "若来自互联网地图，请用 --datum 写明。",
        f"Held against roads, counties and places, {counted(rows, 'roof', 'do')} not tell whether "
        "they are shifted; they are taken as WGS84. If they come from a web map, say so with "
        "--datum.",
    )
