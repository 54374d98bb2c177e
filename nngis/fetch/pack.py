"""Carry a layers folder as one file, and open it again only if nothing in it has changed."""

import hashlib
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from nngis.catalog.load import sha256_of
from nngis.catalog.spec import read_catalog
from nngis.errors import LayerError, OutputError, Problem, require
from nngis.files import check_folder, check_output, check_path, require_file
from nngis.replacing import replaced_files, replaced_folder

LIST = "pack.json"
CARRIED = "carried"  # what travels with the layers lies in this folder of the pack
#: Names that are devices on Windows, with any suffix, and signs that no name may hold there.
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
FORBIDDEN = frozenset('<>:"|?*\\') | {chr(code) for code in range(32)}
FORMAT = "nngis layers pack 1"
FIXED_TIME = (2000, 1, 1, 0, 0, 0)
AT_ONCE = 1 << 20
#: More than this much larger than its packed self is no map layer [times].
MOST_SWELLING = 1000
LONGEST_LIST = 5_000_000  # bytes
SWELLING_FROM_BYTES = 100 << 20


def pack(folder: Path, target: Path, carried: Sequence[Path] = ()) -> int:
    """Pack a layers folder into one zip file with the hash of everything in it.

    Parameters
    ----------
    folder : Path
        A folder with a ``catalog.toml``.
    target : Path
        The file to write; the same folder gives the same bytes.
    carried : sequence of Path
        Files and folders that travel with it under ``carried/``: the bundle that installs nngis,
        a case.

    Returns
    -------
    int
        Number of files in it.

    Raises
    ------
    LayerError
        If the folder has no catalog, or a layer's file is missing or changed.
    OutputError
        If the file would lie in the folder itself, something carried is not there, or a name
        could not be unpacked on Windows.
    """
    specs = read_catalog(folder)
    check_path(target)
    if target.resolve().is_relative_to(folder.resolve()):
        raise OutputError(
            "打包文件不能放在图层文件夹里面；请换一个位置。",
            "The packed file cannot lie in the folder that it packs; name another place.",
            where=str(target),
        )
    inside = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = sorted(
        path.as_posix()
        for path in inside
        if not any(part.startswith(".") for part in path.parts) and path.suffix != ".part"
    )
    require(_missing(carried), OutputError)
    sources = {name: folder / name for name in names} | _carried(carried)
    require([_unsafe(name) for name in sorted(sources) if not _harmless(name)], OutputError)
    digests = {name: sha256_of(path) for name, path in sources.items()}
    require(
        [
            Problem(
                f"图层 {spec.id} 的文件缺失或已改动；请重新获取。",
                f"The file of layer {spec.id} is missing or changed; fetch it again.",
                where=str(folder / spec.file),
            )
            for spec in specs.values()
            if spec.file is not None and digests.get(spec.file) != spec.sha256
        ],
        LayerError,
    )
    try:
        _write(sources, digests, target)
    except OSError as error:
        raise _unwritable(error, target) from error
    return len(sources)


def _carried(paths: Sequence[Path]) -> dict[str, Path]:
    """Name the files that travel along: a folder's keep their places in it."""
    return {
        f"{CARRIED}/{path.relative_to(one.parent).as_posix()}": path
        for one in map(Path.resolve, paths)
        for path in sorted(one.rglob("*") if one.is_dir() else [one])
        if path.is_file()
    }


def _missing(paths: Sequence[Path]) -> list[Problem]:
    return [
        Problem("文件或文件夹不存在。", "There is no such file or folder.", where=str(path))
        for path in paths
        if not (path.is_file() or path.is_dir())
    ]


def _unsafe(name: str) -> Problem:
    return Problem(
        "Windows 上不能有这样的文件名；请改名后再打包。",
        "No file can have this name on Windows; rename it and pack again.",
        where=name,
    )


def _write(sources: dict[str, Path], digests: dict[str, str], target: Path) -> None:
    about = {"format": FORMAT, "files": digests}
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        replaced_files([target]) as (made,),
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        text = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True)
        packed.writestr(zipfile.ZipInfo(LIST, FIXED_TIME), text)
        for name in digests:
            info = zipfile.ZipInfo(name, FIXED_TIME)
            packed_already = PurePosixPath(name).suffix == ".zip"
            info.compress_type = zipfile.ZIP_STORED if packed_already else zipfile.ZIP_DEFLATED
            with sources[name].open("rb") as source, packed.open(info, "w") as into:
                shutil.copyfileobj(source, into, AT_ONCE)


def unpack(source: Path, out: Path) -> int:
    """Unpack what `pack` made, once every name is harmless and every hash is right.

    Parameters
    ----------
    source : Path
        The packed file.
    out : Path
        A folder that does not exist or is empty.

    Returns
    -------
    int
        Number of files in it.

    Raises
    ------
    LayerError
        If the file is no pack, was cut or changed, or holds names that lead out of the folder.
    OutputError
        If the folder holds files.
    """
    check_folder(out)
    if out.is_dir() and any(out.iterdir()):
        raise OutputError(
            "输出文件夹不是空的；请换一个。", "The output folder is not empty.", where=str(out)
        )
    require_file(source, LayerError)
    check_output(out, force=False)
    with replaced_folder(out) as staging:
        try:
            with zipfile.ZipFile(source) as packed:
                digests = _list(packed, source)
                _refuse_bad(packed, digests, source)
                for name, digest in digests.items():
                    _take_out(packed, name, digest, staging, source)
            read_catalog(staging)
        except OSError as error:
            raise _unwritable(error, out) from error
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
        ) as error:
            raise _not_whole(source) from error
    return len(digests)


def _list(packed: zipfile.ZipFile, source: Path) -> dict[str, str]:
    try:
        short = packed.getinfo(LIST).file_size <= LONGEST_LIST
        about = json.loads(packed.read(LIST)) if short else {}
        digests = about["files"]
        good = about["format"] == FORMAT and all(
            isinstance(name, str) and isinstance(digest, str) for name, digest in digests.items()
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        good = False
    if not good:
        raise LayerError(
            "这不是 nngis layers pack 打包的文件。",
            "This is no file that nngis layers pack made.",
            where=str(source),
        )
    return dict(digests)


def _refuse_bad(packed: zipfile.ZipFile, digests: dict[str, str], source: Path) -> None:
    """Refuse names that lead elsewhere, and files that no list names, all at once."""
    held = [info.filename for info in packed.infolist()]
    problems = [
        Problem(
            f"包内的文件名不安全：{name!r}；此包不是 nngis 打的，未解包。",
            f"A name in the pack is not safe: {name!r}; nngis did not make this pack, and "
            "nothing was unpacked.",
            where=str(source),
        )
        for name in sorted({*held, *digests})
        if not _harmless(name)
    ]
    swollen = sum(info.file_size for info in packed.infolist())
    if swollen > max(SWELLING_FROM_BYTES, MOST_SWELLING * source.stat().st_size):
        problems.append(
            Problem(
                "解包后的体积大得不合理；未解包。",
                "It would unpack to an absurd size; nothing was unpacked.",
                where=str(source),
            )
        )
    if sorted(held) != sorted([LIST, *digests]):
        problems.append(
            Problem(
                "包内的文件与清单不符；请重新打包。",
                "The files in the pack are not those of its list; pack it again.",
                where=str(source),
            )
        )
    require(problems, LayerError)


def _harmless(name: str) -> bool:
    """Tell a plain relative path, on any system, from one that leads out of a folder."""
    path = PurePosixPath(name)
    return (
        bool(path.parts)
        and not path.is_absolute()
        and ".." not in path.parts
        and path.as_posix() == name
        and not FORBIDDEN & set(name)
        and not any(RESERVED.fullmatch(part) or part[-1] in ". " for part in path.parts)
    )


def _take_out(packed: zipfile.ZipFile, name: str, digest: str, staging: Path, source: Path) -> None:
    target = staging / name
    target.parent.mkdir(parents=True, exist_ok=True)
    seen = hashlib.sha256()
    with packed.open(name) as stream, target.open("wb") as into:
        while piece := stream.read(AT_ONCE):
            seen.update(piece)
            into.write(piece)
    if seen.hexdigest() != digest:
        raise _not_whole(source, name)


def _unwritable(error: OSError, place: Path) -> OutputError:
    return OutputError(
        f"不能在这里读写文件：{error.strerror}；请检查路径、权限和磁盘空间。",
        f"Files cannot be read or written here: {error.strerror}; check path, permissions and "
        "disk space.",
        where=str(error.filename or place),
    )


def _not_whole(source: Path, name: str = "") -> LayerError:
    return LayerError(
        "打包文件不完整或已改动；请重新拷贝或重新打包。",
        "The packed file is not whole or was changed; copy it again, or pack it again.",
        where=f"{source} {name}".rstrip(),
    )
