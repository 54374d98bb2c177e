"""Look into zip archives before any parser does: bombs, odd paths, passwords, torn ends."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NoReturn

from nngis.budgets import check_time
from nngis.errors import LedgerError

MAX_UNPACKED = 600_000_000  # bytes; a sheet of a million rows and ten columns unpacks to less
MAX_RATIO = 120  # sheets of spreadsheets pack 5 to 40 times
RATIO_FROM = 10_000_000  # bytes; a small part may pack as well as it likes
MAX_ENTRIES = 10_000
CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_ENCRYPTED = 0x1


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip archive after looking at its directory."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise LedgerError(
            "文件已损坏或不完整，打不开；请重新另存或重新传送。",
            "The file is damaged or incomplete and cannot be opened; save or send it again.",
            where=str(path),
        ) from None
    try:
        _check_directory(archive, path)
    except BaseException:
        archive.close()
        raise
    return archive


def unpacked(entry: zipfile.ZipInfo, path: Path) -> Iterator[bytes]:
    """Unpack one part piece by piece, never believing its stated size."""
    with path.open("rb") as stream:
        stream.seek(entry.header_offset)
        head = stream.read(_LOCAL_HEADER.size)
        if len(head) < _LOCAL_HEADER.size or head[:4] != b"PK\x03\x04":
            _torn(path)
        _, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(head)
        stream.seek(name_bytes + extra_bytes, 1)
        left, total = entry.compress_size, 0
        inflate = zlib.decompressobj(-15) if entry.compress_type == _DEFLATED else None
        while left and not (inflate and inflate.eof):
            packed = stream.read(min(left, CHUNK // 8))
            if not packed:
                _torn(path)
            left -= len(packed)
            while packed:
                try:
                    piece = inflate.decompress(packed, CHUNK) if inflate else packed
                except zlib.error:
                    _torn(path)
                packed = inflate.unconsumed_tail if inflate else b""
                check_time()
                total += len(piece)
                if total > entry.file_size:
                    _bomb(path, entry.filename)
                yield piece
        if total != entry.file_size:
            _torn(path)


def _check_directory(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED:
        _bomb(path, f"{len(entries)}, {total / 1e6:,.0f} MB")
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts or ("",)
        if ".." in parts or parts[:1] == ("/",) or parts[0].endswith(":"):
            _outside(path, entry.filename)
        if entry.flag_bits & _ENCRYPTED:
            raise LedgerError(
                "压缩包设有密码；请去掉密码后再传。",
                "The archive is protected by a password; remove it and send it again.",
                where=str(path),
            )
        if entry.compress_type not in (_STORED, _DEFLATED):
            raise LedgerError(
                "压缩包用了不支持的压缩方法；请用普通 zip 重新压缩。",
                "The archive uses a compression that is not read; pack it again as a plain zip.",
                where=f"{path} {entry.filename}",
            )
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * entry.compress_size:
            _bomb(path, entry.filename)


def _bomb(path: Path, what: str) -> NoReturn:
    raise LedgerError(
        f"压缩内容展开后过大（{what}），像是压缩炸弹，不予打开；"
        "请删去空白行列后另存，或分成几个文件。",
        f"What is packed unpacks to too much ({what}), like a zip bomb, and is not opened; delete "
        "empty rows and columns and save again, or split the file.",
        where=str(path),
    )


def _outside(path: Path, name: str) -> NoReturn:
    raise LedgerError(
        f"压缩包里的文件名“{name}”指向压缩包以外，不予打开；请重新压缩。",
        f"The archive names {name!r}, which lies outside it, and is not opened; pack it again.",
        where=str(path),
    )


def _torn(path: Path) -> NoReturn:
    raise LedgerError(
        "文件已损坏或不完整；请重新另存或重新传送。",
        "The file is damaged or incomplete; save or send it again.",
        where=str(path),
    )
