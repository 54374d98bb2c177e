"""Windows of rasters: what lies over an area is copied into the cache and joined."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np

from nngis.catalog.load import sha256_of
from nngis.crs.extent import Box
from nngis.datasets.drivers import network_allowed
from nngis.errors import FetchError, LayerError
from nngis.fetch.archive import take_members
from nngis.fetch.cache import Kept, name_of
from nngis.fetch.http import Network, Request, agent, answered, is_packed, patiently
from nngis.fetch.order import Order
from nngis.fetch.place import is_local, place_of
from nngis.fetch.single import obtain, whole
from nngis.fetch.troubles import MissingError, no_page, trouble

WGS84 = "EPSG:4326"
MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
FIRST_BYTES = 1024
ROWS_AT_ONCE, BLOCK = 512, 256
DIGITS = 6


class Serving(Enum):
    """How a server gives a raster."""

    ranges = "ranges"
    whole = "whole"
    none = "none"


def sides_of(box: Box) -> str:
    """Write a box as it stands in a layer's question."""
    return ",".join(f"{side:.{DIGITS}f}" for side in box)


def window_request(url: str, box: Box) -> Request:
    """Name a window for the cache."""
    return Request(url, body=f"window {sides_of(box)}")


def joined_window(order: Order, urls: list[str]) -> tuple[Path, str]:
    """Read the window over an area out of every file and join the windows."""
    windows = [kept for url in urls if (kept := _window(order, url)) is not None]
    if not windows:
        raise trouble(
            "该栅格不覆盖所给的范围。", "The raster does not cover the area.", place_of(urls[0])
        )
    return _joined(order, [kept.path for kept in windows])


def _window(order: Order, url: str) -> Kept | None:
    """Read one file's window into the cache; None where there is no such tile or no overlap."""
    request = window_request(url, order.area.box)
    kept = None if order.cache.refresh else order.cache.find(request)
    if kept is not None:
        return kept
    place = _place(order, url)
    if place is None:
        return None
    target = order.cache.folder / "incoming" / f"{name_of(request)}.tif"
    target.parent.mkdir(parents=True, exist_ok=True)
    if not _read(order, place, (url, target)):
        return None
    return order.cache.keep(request, target, sha256_of(target))


def _place(order: Order, url: str) -> str | None:
    """Find where GDAL can read a raster; None where there is no such tile."""
    if order.endpoint.member:
        return _member(order, url)
    if is_local(url):
        return str(obtain(order, Request(url)).path)
    serving, size = _look(order, url)
    if serving is Serving.none:
        return None
    if serving is Serving.ranges:
        return f"/vsicurl/{url}"
    path = whole(order, url, size)
    with path.open("rb") as stream:
        _must_be_raster(stream.read(FIRST_BYTES), url)
    return str(path)


def _member(order: Order, url: str) -> str | None:
    """Take the raster out of an archive; a path that is no archive is the raster itself."""
    if is_local(url) and not url.lower().endswith(".zip"):
        return str(obtain(order, Request(url)).path)
    try:
        found = take_members(order, url, order.endpoint.member)
    except MissingError:
        if _is_tiled(order):
            return None
        raise
    if not found:
        names = ", ".join(order.endpoint.member)
        raise trouble(
            f"压缩包里没有 {names}；请在 endpoints 文件中改写 member。",
            f"The archive holds no {names}: write another member in an endpoints file.",
            place_of(url),
        )
    return str(next(iter(found.values())))


def _is_tiled(order: Order) -> bool:
    """Tell whether a missing file means only that there is no such tile, as over the sea."""
    return any(blank in order.endpoint.url for blank in ("{lat", "{row", "{tile"))


def _look(order: Order, url: str) -> tuple[Serving, int | None]:
    """Look at a file's first bytes, so that every trouble is told in our own words."""

    def work() -> tuple[bytes, Serving, int | None]:
        with answered(
            Request(url), order.network, headers={"Range": f"bytes=0-{FIRST_BYTES - 1}"}
        ) as response:
            first: bytes = response.raw.read(FIRST_BYTES)
            no_page(first, url)
            packed = is_packed(response)
            if response.status_code == HTTPStatus.PARTIAL_CONTENT and not packed:
                return first, Serving.ranges, None
            length = response.headers.get("Content-Length", "")
            return first, Serving.whole, int(length) if length.isdigit() else None

    try:
        first, serving, size = patiently(work, order.network, gained=lambda: 0)
    except MissingError:
        if _is_tiled(order):
            return Serving.none, None
        raise
    if serving is Serving.ranges:
        _must_be_raster(first, url)
    return serving, size


def _must_be_raster(first: bytes, url: str) -> None:
    if not first.startswith(MAGIC):
        raise trouble(
            "该文件不是 GeoTIFF；压缩包请在 endpoints 文件中写明 member，或先解压再写明路径。",
            "The file is no GeoTIFF; for an archive write its member in an endpoints file, or "
            "unpack it and name the file.",
            url,
        )


@contextmanager
def opened_gdal(network: Network) -> Iterator[Any]:
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
        network_allowed(),
        warnings.catch_warnings(),
        rasterio.Env(
            GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR",
            GDAL_HTTP_TIMEOUT=network.timeout_s,
            GDAL_HTTP_USERAGENT=agent(),
            # Some servers refuse HEAD; that they give ranges is known by now.
            CPL_VSIL_CURL_USE_HEAD="NO",
            GDAL_HTTP_MAX_RETRY=network.attempts - 1,
            GDAL_HTTP_RETRY_DELAY=network.first_wait_s,
        ),
    ):
        # rasterio multiplies affine matrices in a way that affine is about to drop.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield rasterio


def _read(order: Order, place: str, ends: tuple[str, Path]) -> bool:
    """Copy the window over the area; False where the file does not reach into it."""
    url, target = ends
    with opened_gdal(order.network) as rasterio:
        from rasterio import warp, windows  # noqa: PLC0415

        try:
            with rasterio.open(place, driver="GTiff") as source:
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
                _copy(source, (url, target), asked, order)
        except (rasterio.errors.RasterioError, ValueError) as error:
            target.unlink(missing_ok=True)
            raise trouble(
                f"读不到栅格的窗口：{error}。已取得的其他窗口会保留，请稍后重试。",
                f"The raster's window cannot be read: {error}. Other windows that have come are "
                "kept; try again later.",
                place_of(url),
            ) from error
    return True


def _copy(source: Any, ends: tuple[str, Path], window: Any, order: Order) -> None:  # noqa: ANN401
    """Copy a window strip by strip, scaled to the unit and with the nodata of the source."""
    url, target = ends
    import rasterio  # noqa: PLC0415
    from rasterio.windows import Window  # type: ignore[import-untyped]  # noqa: PLC0415

    scale, offset = source.scales[0], source.offsets[0]
    plain = (scale, offset) == (1.0, 0.0)
    kind = source.dtypes[0] if plain else "float32"
    nodata = source.nodata
    if nodata is None or not plain:
        nodata = np.nan if np.issubdtype(np.dtype(kind), np.floating) else None
    width, height = int(window.width), int(window.height)
    title = place_of(url).rsplit("/", 1)[-1]
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
    with opened_gdal(order.network) as rasterio:
        from rasterio.merge import merge  # type: ignore[import-untyped]  # noqa: PLC0415

        try:
            with rasterio.open(paths[0], driver="GTiff") as first:
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
