"""Provider: building footprints from GeoParquet, of which only the row groups of the area move."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from defusedxml import ElementTree

from nngis.catalog.load import sha256_of
from nngis.crs.extent import Box
from nngis.errors import LayerError
from nngis.fetch.cache import Kept, name_of
from nngis.fetch.http import Request
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.place import is_local, place_of
from nngis.fetch.range_file import RangeFile
from nngis.fetch.single import obtain
from nngis.fetch.troubles import trouble
from nngis.text import Text

WGS84 = "EPSG:4326"
SIDES = ("xmin", "ymin", "xmax", "ymax")
#: Columns of the plan, and where the known collections keep them (`a.b` is a field of a struct).
COLUMNS = {
    "building": ("class", "subtype", "building"),
    "name_zh": ("names.primary", "name"),
    "height_m": ("height",),
    "storeys_count": ("num_floors",),
}
NUMBERS = ("height_m", "storeys_count")
ID = "id"
S3 = "{http://s3.amazonaws.com/doc/2006-03-01/}"


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be opened.

    Parameters
    ----------
    order : Order
        What is wanted.

    Returns
    -------
    list of Parcel
        The file, folder or listing; how many bytes its row groups take is not known beforehand.
    """
    url = order.endpoint.url.format(release=order.endpoint.release)
    what = Text("只读与范围相交的行组", "the row groups over the area only")
    return [Parcel(url, what, kept=is_local(url))]


def fetch(order: Order) -> list[Fetched]:
    """Read the footprints of the area out of every file that holds some.

    Parameters
    ----------
    order : Order
        What is wanted; the endpoint names a file, a folder, or the listing of a bucket.

    Returns
    -------
    list of Fetched
        One layer of outlines.

    Raises
    ------
    FetchError
        If a file cannot be reached; what has come of others stays in the cache.
    """
    urls = addresses(order)
    parts = [pd.read_parquet(_part(order, url).path) for url in urls]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    frame = gpd.GeoDataFrame(
        table.drop(columns="wkb"), geometry=gpd.GeoSeries.from_wkb(table["wkb"]), crs=WGS84
    )
    shapely.prepare(order.area.shape)
    frame = frame[shapely.intersects(order.area.shape, frame.geometry.to_numpy())]
    frame = frame.drop_duplicates("roof_id").sort_values("roof_id", ignore_index=True)
    return [
        Fetched(
            id="footprints",
            title=order.endpoint.title,
            geometry="polygon",
            content=frame,
            key="roof_id",
            roles=("roofs",),
            vintage=order.endpoint.release or order.endpoint.vintage,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, place_of(urls[0])),
            query=f"bbox {_sides(order.area.box)} of {len(urls)} files",
            note=Text(
                "多由影像自动识别，会有漏画和误画，多数没有用途和高度。",
                "Most are drawn by machine: some are missing, some are no buildings, few have a "
                "use or a height.",
            ),
        )
    ]


def addresses(order: Order) -> list[str]:
    """List the GeoParquet files.

    Parameters
    ----------
    order : Order
        With the endpoint.

    Returns
    -------
    list of str
        Addresses or paths, sorted.

    Raises
    ------
    FetchError
        If there are none.
    """
    url = order.endpoint.url.format(release=order.endpoint.release)
    if "list-type=2" in url:
        found = sorted(_listed(order, url))
    elif is_local(url) and Path(url).is_dir():
        found = sorted(str(path) for path in Path(url).glob("*.parquet"))
    else:
        found = [url]
    if not found:
        raise trouble(
            "该处没有 .parquet 文件；版本号可能已过期，请在 endpoints 文件中改写 release。",
            "There is no .parquet file; the release may be gone: write a newer one in an "
            "endpoints file.",
            place_of(url),
        )
    return found


def touching_groups(meta: pq.FileMetaData, box: Box) -> list[int]:
    """Find the row groups that may hold something of a box, by the statistics of their columns.

    Parameters
    ----------
    meta : FileMetaData
        Of a GeoParquet file, with a column ``bbox`` as GeoParquet 1.1 describes it or without.
    box : Box
        The box [degrees].

    Returns
    -------
    list of int
        Their numbers; a group without statistics may hold anything.
    """
    paths = {meta.schema.column(at).path: at for at in range(meta.num_columns)}
    columns = [paths.get(f"bbox.{side}") for side in SIDES]
    if None in columns:
        return list(range(meta.num_row_groups))
    found = []
    for group in range(meta.num_row_groups):
        row_group = meta.row_group(group)
        said = [row_group.column(at).statistics for at in columns]
        if all(part is not None and part.has_min_max for part in said):
            west, south = said[0].min, said[1].min
            east, north = said[2].max, said[3].max
            if west > box.east or east < box.west or south > box.north or north < box.south:
                continue
        found.append(group)
    return found


def _sides(box: Box) -> str:
    return ",".join(f"{side:.6f}" for side in box)


def _listed(order: Order, url: str) -> Iterator[str]:
    """List a bucket, page by page."""
    parts = urlsplit(url)
    token = ""
    while True:
        page = url + (f"&continuation-token={quote(token, safe='')}" if token else "")
        single = obtain(order, Request(page))
        try:
            root = ElementTree.parse(single.path).getroot()
        except ElementTree.ParseError:
            raise trouble(
                "文件列表不是预期的格式；请检查 endpoints 文件。",
                "The listing is not in the form expected; check the endpoints file.",
                page,
            ) from None
        for key in root.iter(f"{S3}Key"):
            if (key.text or "").endswith(".parquet"):
                yield f"{parts.scheme}://{parts.netloc}/{quote(str(key.text))}"
        token = root.findtext(f"{S3}NextContinuationToken") or ""
        if not token:
            return


def _part(order: Order, url: str) -> Kept:
    """Read one file's rows over the area into the cache."""
    request = Request(url, body=f"bbox {_sides(order.area.box)}")
    kept = None if order.cache.refresh else order.cache.find(request)
    if kept is not None:
        return kept
    table = _rows(order, url)
    target = order.cache.folder / "incoming" / f"{name_of(request)}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(target)
    return order.cache.keep(request, target, sha256_of(target))


def _rows(order: Order, url: str) -> pd.DataFrame:
    if is_local(url):
        obtain(order, Request(url))
    remote = None if is_local(url) else RangeFile(url, order.network)
    title = place_of(url).rsplit("/", 1)[-1]
    try:
        file = pq.ParquetFile(url if remote is None else pa.PythonFile(remote, mode="r"))
        names = file.schema_arrow.names
        if "geometry" not in names:
            raise LayerError(
                "文件没有 geometry 列，不是 GeoParquet。",
                "The file has no column geometry: it is no GeoParquet.",
                where=place_of(url),
            )
        wanted = {ID, "geometry", "bbox", *(path for of in COLUMNS.values() for path in of)}
        columns = [name for name in names if any(path.split(".")[0] == name for path in wanted)]
        groups = touching_groups(file.metadata, order.area.box)
        parts = []
        for group in groups:
            rows = file.read_row_group(group, columns=columns)
            first = sum(file.metadata.row_group(at).num_rows for at in range(group))
            parts.append(_known(rows, order.area.box, f"{Path(title).stem}-", first))
            if remote is not None:
                order.progress(title, remote.moved, None)
    except pa.ArrowInvalid as error:
        raise trouble(
            f"不是 Parquet 文件，或文件已损坏：{error}",
            f"No Parquet file, or a damaged one: {error}",
            place_of(url),
        ) from error
    empty = pd.DataFrame({"roof_id": [], "wkb": [], **{name: [] for name in COLUMNS}}, dtype=object)
    return pd.concat([empty, *parts], ignore_index=True) if parts else empty


def _known(rows: pa.Table, box: Box, prefix: str, first: int) -> pd.DataFrame:
    """Take the rows of a box, with the columns that the plan knows."""
    wkb = rows["geometry"].to_numpy(zero_copy_only=False)
    west, south, east, north = shapely.bounds(shapely.from_wkb(wkb)).T
    inside = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
    at = np.flatnonzero(inside)
    ids = (
        rows[ID].to_pandas().astype("str").to_numpy(object)
        if ID in rows.column_names
        else np.array([f"{prefix}{first + row}" for row in range(rows.num_rows)], dtype=object)
    )
    found = {"roof_id": ids[at], "wkb": wkb[at]}
    for name, paths in COLUMNS.items():
        values = pd.Series(None, index=range(rows.num_rows), dtype=object)
        for path in paths:
            values = values.where(values.notna(), _field(rows, path))
        picked = values.iloc[at]
        found[name] = pd.to_numeric(picked).to_numpy() if name in NUMBERS else picked.to_numpy()
    return pd.DataFrame(found)


def _field(rows: pa.Table, path: str) -> pd.Series:
    name, _, inner = path.partition(".")
    if name not in rows.column_names:
        return pd.Series(None, index=range(rows.num_rows), dtype=object)
    column = rows[name].combine_chunks()
    if inner:
        if not pa.types.is_struct(column.type) or column.type.get_field_index(inner) < 0:
            return pd.Series(None, index=range(rows.num_rows), dtype=object)
        column = pc.struct_field(column, inner)
    return column.to_pandas().astype(object)
