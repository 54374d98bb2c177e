"""A file behind an address, read in pieces: what a reader asks for is all that moves."""

import io
from http import HTTPStatus
from typing import Any

from nngis.fetch.http import Busy, Network, Request, answered, is_packed, patiently
from nngis.fetch.troubles import cut_short, no_page, no_ranges, trouble


class RangeFile(io.RawIOBase):
    """A seekable file of which only the parts that are read are fetched.

    Parameters
    ----------
    url : str
        The address.
    network : Network
        How patient to be.

    Raises
    ------
    NoRangesError
        If the server gives whole files only.

    Attributes
    ----------
    size : int
        Length of the whole file [bytes].
    moved : int
        Bytes fetched so far.
    """

    def __init__(self, url: str, network: Network) -> None:
        super().__init__()
        self.url, self.network = url, network
        self.moved = 0
        self._at = 0
        self._etag = ""
        self.size = 0
        self.size = self._ask_size()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that any part can be read."""
        return True

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set where the next read begins."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = min(max(0, base + offset), self.size)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Fetch a part."""
        last = self.size if size < 0 else min(self.size, self._at + size)
        if last <= self._at:
            return b""
        wanted = (self._at, last - 1)
        part = patiently(lambda: self._part(*wanted), self.network, gained=lambda: self.moved)
        self._at = last
        return part

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- whatever lends its bytes
        """Fetch a part into a buffer, as buffered readers ask for it."""
        view = memoryview(buffer)
        part = self.read(len(view))
        view[: len(part)] = part
        return len(part)

    def _ask_size(self) -> int:
        patiently(lambda: self._part(0, 0), self.network, gained=lambda: 0)
        return self.size

    def _part(self, first: int, last: int) -> bytes:
        headers = {"Range": f"bytes={first}-{last}"}
        with answered(Request(self.url), self.network, headers=headers) as response:
            # A part of a packed file is no part of the file.
            if response.status_code != HTTPStatus.PARTIAL_CONTENT or is_packed(response):
                no_page(response.raw.read(64), self.url)
                length = response.headers.get("Content-Length", "")
                raise no_ranges(self.url, int(length) if length.isdigit() else None)
            part: bytes = response.raw.read(last - first + 1)
            self.moved += len(part)
            etag = response.headers.get("ETag", "")
            total = response.headers.get("Content-Range", "").rpartition("/")[2]
        if len(part) != last - first + 1:
            raise Busy(cut_short(self.url))
        if self._etag not in ("", etag) or (self.size and str(self.size) != total):
            raise trouble(
                "读取过程中服务器上的文件变了；请再运行一次。",
                "The file on the server changed while it was read; run the command again.",
                self.url,
            )
        self._etag = etag
        self.size = int(total)
        return part
