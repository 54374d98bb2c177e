"""Provider: rasters read through a window, so that only the blocks of the area are moved."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np

from nngis.catalog.load import sha256_of
from nngis.crs.extent import Box
from nngis.errors import FetchError, LayerError
from nngis.fetch.cache import Kept, name_of
from nngis.fetch.http import Network, Request, answered, patiently
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.place import is_local, place_of
from nngis.fetch.single import obtain
from nngis.fetch.troubles import MissingError, no_page, trouble
from nngis.text import Text

WGS84 = "EPSG:4326"
MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
FIRST_BYTES = 1024
ROWS_AT_ONCE, BLOCK = 512, 256
DIGITS = 6


@dataclass(frozen=True)
class Grid:
    """What a raster layer is.

    Parameters
    ----------
    title : Text
        What people call it.
    roles : tuple of str
        Roles it plays.
    note : Text
        What it is not good for.
    """

    title: Text
    roles: tuple[str, ...]
    note: Text


GRIDS = {
    "elevation": Grid(
        Text("高程（30 米表面模型）", "Elevation (30 m surface model)"),
        ("elevation",),
        Text(
            "表面模型，含树冠和屋顶；不能直接定管道坡度。",
            "A surface with trees and roofs on it; not for pipe slopes as it is.",
        ),
    ),
    "population_grid": Grid(
        Text("人口格网（WorldPop）", "Population grid (WorldPop)"),
        (),
        Text(
            "模型推算，每格为人数；总数以普查为准。",
            "Modelled, people a cell; totals belong to the census.",
        ),
    ),
    "population_grid_ghs": Grid(
        Text("人口格网（GHS-POP）", "Population grid (GHS-POP)"),
        (),
        Text(
            "模型推算，每格为人数；总数以普查为准。",
            "Modelled, people a cell; totals belong to the census.",
        ),
    ),
    "ghi": Grid(
        Text("水平面总辐照", "Global horizontal irradiation"),
        (),
        Text("多年平均，不是逐时数据。", "Long-term means, no hours."),
    ),
    "pvout": Grid(
        Text("光伏出力", "PV output"),
        (),
        Text("最佳倾角的参考系统，不是屋顶实况。", "A reference system at the best tilt."),
    ),
}


def parcels(order: Order) -> list[Parcel]:
    """Tell what would be opened.

    Parameters
    ----------
    order : Order
        What is wanted.

    Returns
    -------
    list of Parcel
        The files of which a window would be read; how many bytes is not known beforehand.
    """
    found = []
    for url in addresses(order):
        kept = order.cache.find(_request(url, order.area.box))
        what = Text("只读范围内的窗口", "the window over the area only")
        size = kept.size if kept else None
        found.append(Parcel(url, what, size, kept=kept is not None or is_local(url)))
    return found


def fetch(order: Order) -> list[Fetched]:
    """Read the window over the area out of every file and join the windows.

    Parameters
    ----------
    order : Order
        One raster layer.

    Returns
    -------
    list of Fetched
        The layer, a GeoTIFF in the source's own CRS with its nodata and unit.

    Raises
    ------
    FetchError
        If a file cannot be reached; windows that have come stay in the cache.
    """
    (name,) = order.layers
    grid = GRIDS[name]
    urls = addresses(order)
    windows = [kept for url in urls if (kept := _window(order, url)) is not None]
    if not windows:
        raise trouble(
            "该栅格不覆盖所给的范围。", "The raster does not cover the area.", place_of(urls[0])
        )
    content, crs = _joined(order, [kept.path for kept in windows])
    return [
        Fetched(
            id=name,
            title=grid.title,
            geometry="raster",
            content=content,
            key="",
            roles=grid.roles,
            vintage=order.endpoint.vintage,
            licence=order.endpoint.licence,
            attribution=order.endpoint.attribution,
            evidence=order.endpoint.evidence,
            sources=(order.endpoint.title.en, *(place_of(url) for url in urls)),
            query=f"window {_sides(order.area.box)}",
            note=grid.note,
            crs=crs,
        )
    ]


def addresses(order: Order) -> list[str]:
    """List the files that an area needs.

    Parameters
    ----------
    order : Order
        Where, and the endpoint whose address may hold ``{lat}`` and ``{lon}`` of a degree tile.

    Returns
    -------
    list of str
        Addresses or paths, from south to north, then west to east.
    """
    url = order.endpoint.url
    if "{lat" not in url:
        return [url]
    box = order.area.box
    return [
        url.format(
            lat=abs(lat), lon=abs(lon), ns="N" if lat >= 0 else "S", ew="E" if lon >= 0 else "W"
        )
        for lat in range(int(np.floor(box.south)), int(np.ceil(box.north)))
        for lon in range(int(np.floor(box.west)), int(np.ceil(box.east)))
    ]


def _sides(box: Box) -> str:
    return ",".join(f"{side:.{DIGITS}f}" for side in box)


def _request(url: str, box: Box) -> Request:
    return Request(url, body=f"window {_sides(box)}")


def _window(order: Order, url: str) -> Kept | None:
    """Read one file's window into the cache; None where there is no such tile or no overlap."""
    request = _request(url, order.area.box)
    kept = None if order.cache.refresh else order.cache.find(request)
    if kept is not None:
        return kept
    if is_local(url):
        obtain(order, Request(url))
    elif not _is_there(order, url):
        return None
    target = order.cache.folder / "incoming" / f"{name_of(request)}.tif"
    target.parent.mkdir(parents=True, exist_ok=True)
    if not _read(order, url, target):
        return None
    return order.cache.keep(request, target, sha256_of(target))


def _is_there(order: Order, url: str) -> bool:
    """Look at a file's first bytes, so that every trouble is told in our own words."""

    def work() -> bytes:
        with answered(
            Request(url), order.network, headers={"Range": f"bytes=0-{FIRST_BYTES - 1}"}
        ) as response:
            first: bytes = response.raw.read(FIRST_BYTES)
            no_page(first, url)
            if response.status_code != HTTPStatus.PARTIAL_CONTENT:
                raise trouble(
                    "服务器不支持分段读取，无法只取窗口；请先下载整个文件，"
                    "再在 endpoints 文件中写明路径。",
                    "The server gives no ranges, so no window can be read; download the whole "
                    "file and name its path in an endpoints file.",
                    url,
                )
            return first

    try:
        first = patiently(work, order.network, gained=lambda: 0)
    except MissingError:
        if "{lat" in order.endpoint.url:
            return False  # open sea has no tile
        raise
    if not first.startswith(MAGIC):
        raise trouble(
            "该文件不是 GeoTIFF；压缩包请先解压，再在 endpoints 文件中写明路径。",
            "The file is no GeoTIFF; unpack an archive and name the file in an endpoints file.",
            url,
        )
    return True


@contextmanager
def _gdal(network: Network) -> Iterator[Any]:
    """Open rasterio with our patience."""
    try:
        import rasterio  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError:
        raise LayerError(
            "读栅格需要 rasterio；请运行 pip install rasterio。",
            "Rasters need rasterio; run pip install rasterio.",
            where="nngis layers fetch",
        ) from None
    with (
        warnings.catch_warnings(),
        rasterio.Env(
            GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR",
            GDAL_HTTP_TIMEOUT=network.timeout_s,
            GDAL_HTTP_MAX_RETRY=network.attempts - 1,
            GDAL_HTTP_RETRY_DELAY=network.first_wait_s,
        ),
    ):
        # rasterio multiplies affine matrices in a way that affine is about to drop.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield rasterio


def _read(order: Order, url: str, target: Path) -> bool:
    """Copy the window over the area; False where the file does not reach into it."""
    with _gdal(order.network) as rasterio:
        from rasterio import warp, windows  # noqa: PLC0415

        try:
            with rasterio.open(url if is_local(url) else f"/vsicurl/{url}") as source:
                box = warp.transform_bounds(WGS84, source.crs, *order.area.box, densify_pts=21)
                asked = windows.from_bounds(*box, transform=source.transform)
                (top, bottom), (left, right) = asked.toranges()
                # Whole cells, all that the area touches; a hair's breadth is no touch.
                left, top = (max(0, int(np.floor(round(at, 3)))) for at in (left, top))
                right = min(source.width, int(np.ceil(round(right, 3))))
                bottom = min(source.height, int(np.ceil(round(bottom, 3))))
                if left >= right or top >= bottom:
                    return False
                asked = windows.Window(left, top, right - left, bottom - top)
                _copy(source, target, asked, order)
        except (rasterio.errors.RasterioError, ValueError) as error:
            target.unlink(missing_ok=True)
            raise trouble(
                f"读不到栅格的窗口：{error}。已取得的其他窗口会保留，请稍后重试。",
                f"The raster's window cannot be read: {error}. Other windows that have come are "
                "kept; try again later.",
                place_of(url),
            ) from error
    return True


def _copy(source: Any, target: Path, window: Any, order: Order) -> None:  # noqa: ANN401
    """Copy a window strip by strip, scaled to the unit and with the nodata of the source."""
    import rasterio  # noqa: PLC0415
    from rasterio.windows import Window  # type: ignore[import-untyped]  # noqa: PLC0415

    scale, offset = source.scales[0], source.offsets[0]
    plain = (scale, offset) == (1.0, 0.0)
    kind = source.dtypes[0] if plain else "float32"
    nodata = source.nodata
    if nodata is None or not plain:
        nodata = np.nan if np.issubdtype(np.dtype(kind), np.floating) else None
    width, height = int(window.width), int(window.height)
    title = place_of(source.name).rsplit("/", 1)[-1]
    total = width * height * np.dtype(kind).itemsize
    with rasterio.open(
        target, "w", driver="GTiff", width=width, height=height, count=1, dtype=kind,
        crs=source.crs, transform=source.window_transform(window), nodata=nodata,
        **_packing(kind),
    ) as made:  # fmt: skip
        made.units = (order.endpoint.unit,)
        for first in range(0, height, ROWS_AT_ONCE):
            rows = min(ROWS_AT_ONCE, height - first)
            strip = Window(window.col_off, window.row_off + first, width, rows)
            values = source.read(1, window=strip, masked=not plain)
            if not plain:
                values = (values.astype("float32") * scale + offset).filled(np.nan)
            made.write(values, 1, window=Window(0, first, width, rows))
            order.progress(title, (first + rows) * width * np.dtype(kind).itemsize, total)


def _packing(kind: str) -> dict[str, Any]:
    """Pack tightly, in tiles, so that the next reader can take windows too."""
    floating = np.issubdtype(np.dtype(kind), np.floating)
    return {
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        "compress": "deflate",
        "predictor": 3 if floating else 2,
        "bigtiff": "IF_SAFER",
    }


def _joined(order: Order, paths: list[Path]) -> tuple[Path, str]:
    """Join windows into one file, and name its CRS."""
    (name,) = order.layers
    folder = order.cache.folder / "joined"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.tif"
    with _gdal(order.network) as rasterio:
        from rasterio.merge import merge  # type: ignore[import-untyped]  # noqa: PLC0415

        try:
            with rasterio.open(paths[0]) as first:
                kind, crs = first.dtypes[0], first.crs.to_string()
            merge(
                [str(path) for path in paths],
                dst_path=str(target),
                dst_kwds={"driver": "GTiff", **_packing(kind)},
            )
            with rasterio.open(target, "r+") as made:
                made.units = (order.endpoint.unit,)
        except (rasterio.errors.RasterioError, ValueError) as error:
            raise FetchError(
                f"各窗口拼不到一起：{error}。",
                f"The windows do not join: {error}.",
                where=order.endpoint.id,
            ) from error
    return target, crs
