"""Check where a result is to be written, and write files that are the same for the same content."""

import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from nngis.errors import NngisError, OutputError
from nngis.foreign_files import MARK
from nngis.replacing import said_as_output, settle, try_beside

FIXED_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
TIMES_INSIDE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
LEAST_FREE = 50_000_000  # bytes; a run of the shipped layers writes some 30 MB
LONGEST, LONGEST_WINDOWS = 3_800, 200  # bytes of a path, with room for the files inside
MOST_SHOWN = 200  # characters of a path in a message


def check_output(out: Path, *, force: bool) -> None:
    """Refuse an output folder that cannot or must not be written, before any work is done.

    Parameters
    ----------
    out : Path
        The folder.
    force : bool
        Whether a folder that holds other files may be used too; those files stay.

    Raises
    ------
    OutputError
        If it is a file, holds files that are not ours, or cannot be written.
    """
    check_folder(out)
    settle(out)
    real = Path(os.path.realpath(out))
    if Path.cwd().is_relative_to(real) or os.path.ismount(real):
        raise OutputError(
            "输出位置是当前所在的文件夹、其上级或一个挂载点，不能整个替换；请写一个子文件夹的名字。",
            "The output is the folder you are in, one above it, or a mount point, which cannot be "
            "replaced whole; name a folder inside it.",
            where=str(out),
        )
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file() and not force:
        raise OutputError(
            "输出文件夹里有别的文件；请换一个空文件夹，或加 --force（原有文件会保留）。",
            "The output folder holds other files; name an empty one, or add --force "
            "(the files in it stay).",
            where=str(out),
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        try_beside(real)
        if out.is_dir() and not os.access(out, os.W_OK):
            raise PermissionError
        free = shutil.disk_usage(real.parent).free
    except OSError as error:
        raise OutputError(
            "不能在这里写文件；请检查权限，或用 --out 换一个文件夹。",
            "Nothing can be written here; check the permissions or name another folder with --out.",
            where=str(out),
        ) from error
    if free < LEAST_FREE:
        raise OutputError(
            f"磁盘只剩 {free / 1e6:.0f} MB，不够写结果；请腾出空间，或用 --out 换一个位置。",
            f"The disk has {free / 1e6:.0f} MB left, too little for a result; make room, or name "
            "another place with --out.",
            where=str(out),
        )


def check_folder(out: Path) -> None:
    """Refuse what can be no output folder: a path that nothing can have, or a file.

    Parameters
    ----------
    out : Path
        The folder, there or not.

    Raises
    ------
    OutputError
        If it is none.
    """
    check_path(out)
    if out.exists() and not out.is_dir():
        raise OutputError(
            "输出位置是一个文件；请换一个文件夹。",
            "The output is a file; name a folder.",
            where=str(out),
        )


def check_file(path: Path, suffix: str, *, force: bool = True) -> None:
    """Refuse an output file that must not or cannot be written, before any work is done.

    Parameters
    ----------
    path : Path
        The file.
    suffix : str
        What its name ends in.
    force : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    OutputError
        If its name ends otherwise, its folder is not there or cannot be written, it is a folder,
        or it is there already.
    """
    check_path(path)
    if path.suffix.lower() != suffix:
        raise OutputError(
            f"输出是 {suffix} 文件；请改文件名。",
            f"The output is a {suffix} file; rename it.",
            where=str(path),
        )
    settle(path)
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise OutputError(
            "输出文件夹不存在或不能写；请先建立文件夹，或换一个。",
            "The output folder is not there or cannot be written; make it, or name another.",
            where=str(path.parent),
        )
    if path.is_dir():
        raise OutputError(
            "输出位置是一个文件夹；请写一个文件名。",
            "The output is a folder; name a file.",
            where=str(path),
        )
    if path.exists() and not force:
        raise OutputError(
            "文件已存在；请换一个名字，或加 --force 覆盖。",
            "The file exists; name another one, or add --force to replace it.",
            where=str(path),
        )


def check_path(path: Path) -> None:
    """Refuse a path that no file can have.

    Parameters
    ----------
    path : Path
        Where something is to be written.

    Raises
    ------
    OutputError
        If a name or the whole is too long, it goes through a file, or it is a link to nothing.
    """
    whole = os.path.abspath(os.fspath(path))  # noqa: PTH100 -- resolve() would follow the link
    try:
        os.lstat(path)
        dangling = path.is_symlink() and not path.exists()
    except FileNotFoundError:
        dangling = False
    except (OSError, ValueError) as error:
        name = str(path) if len(str(path)) <= MOST_SHOWN else f"{str(path)[:MOST_SHOWN]}…"
        why = getattr(error, "strerror", None) or str(error)
        raise OutputError(
            f"这个路径不能用（{why}）；请换一个较短、普通的路径。",
            f"This path cannot be used ({why}); name a shorter, plain one.",
            where=name,
        ) from error
    if dangling:
        raise OutputError(
            "输出位置是一个指向空处的链接；请删除该链接，或换一个位置。",
            "The output is a link to nothing; remove the link, or name another place.",
            where=str(path),
        )
    longest = LONGEST_WINDOWS if os.name == "nt" else LONGEST
    if len(os.fsencode(whole)) > longest:
        raise OutputError(
            f"路径太长（至多 {longest} 字节，其中的文件还要有名字）；请换一个较短的路径。",
            f"The path is too long (at most {longest} bytes: the files in it need names too); "
            "name a shorter one.",
            where=f"{whole[:MOST_SHOWN]}…",
        )


def require_file(path: Path, error: type[NngisError]) -> None:
    """Refuse what is no plain file: a pipe never ends to be waited for, nor a device to be read.

    Parameters
    ----------
    path : Path
        What is to be read.
    error : type of NngisError
        What to raise.
    """
    if not path.is_file():
        raise error(
            "没有这个文件，或它不是普通文件；请检查路径。",
            "There is no such file, or it is no plain one; check the path.",
            where=str(path),
        )


def write_json(path: Path, content: Any) -> None:  # noqa: ANN401 -- any json
    """Write json that people can read and that is the same for the same content.

    Parameters
    ----------
    path : Path
        The file.
    content : object
        Lists, dicts, text, numbers, booleans, None.
    """
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    write_whole(path, text + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all, in a folder that is filled piece by piece.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        What it says.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    with said_as_output(path):
        beside.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        beside.replace(path)


def without_times(raw: bytes) -> bytes:
    """Write a zipped office file again, without the time at which its parts were written.

    Parameters
    ----------
    raw : bytes
        A .docx or .xlsx file.

    Returns
    -------
    bytes
        The same parts in the same order; the same parts give the same bytes.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, FIXED_ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            part = old.read(name)
            if name == "docProps/core.xml":
                part = TIMES_INSIDE.sub(rb"\g<1>2000-01-01T00:00:00Z", part)
            new.writestr(entry, part)
    return out.getvalue()
