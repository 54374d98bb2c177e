"""Write a folder whole or not at all: build it beside the old one, then swap."""

import io
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nngis.errors import OutputError

FIXED_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
TIMES_INSIDE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
MARK = "run.json"  # a folder that holds it is one of ours and may be replaced


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
    if out.exists() and not out.is_dir():
        raise OutputError(
            "输出位置是一个文件；请换一个文件夹。",
            "The output is a file; name a folder.",
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
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".nngis-"):
            pass
        if out.is_dir() and not os.access(out, os.W_OK):
            raise PermissionError
    except OSError:
        raise OutputError(
            "不能在这里写文件；请检查权限，或用 --out 换一个文件夹。",
            "Nothing can be written here; check the permissions or name another folder with --out.",
            where=str(out),
        ) from None


@contextmanager
def replaced_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes `out` once everything is there.

    Parameters
    ----------
    out : Path
        The folder that the reader will open.

    Yields
    ------
    Path
        An empty folder beside it. If the block ends well it takes the place of `out`, and files
        of `out` that no run of ours wrote move into it; if not, `out` stays as it was.

    Raises
    ------
    OutputError
        If a file of the old folder is held open by another program.
    """
    staging = Path(tempfile.mkdtemp(dir=out.parent, prefix=".nngis-"))
    old = staging.with_name(staging.name + ".old")
    try:
        staging.chmod(0o755)  # mkdtemp makes it private; a result is to be shared
        yield staging
        if out.exists():
            out.rename(old)
        staging.rename(out)
        if old.exists():
            _keep_foreign(old, out)
            shutil.rmtree(old)
    except PermissionError as error:
        if old.exists() and not out.exists():
            old.rename(out)
        raise OutputError(
            f"不能替换输出文件（{error.filename}）；请关闭正在打开它的程序（如 Excel）后重试。",
            f"The output cannot be replaced ({error.filename}); close the program that has it "
            "open (Excel?) and run again.",
            where=str(out),
        ) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


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
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


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


def _keep_foreign(old: Path, new: Path) -> None:
    try:
        ours = set(json.loads((old / MARK).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError):
        ours = set()
    for path in sorted(p for p in old.rglob("*") if p.is_file()):
        name = path.relative_to(old).as_posix()
        target = new / name
        if name not in ours and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
