"""Files that others put into a folder of results: they stay when the results are replaced."""

import json
import os
import shutil
from pathlib import Path

MARK = "run.json"  # a folder that holds it is one of ours and may be replaced


def keep_foreign(old: Path, new: Path) -> None:
    """Link into one folder what others put into another.

    Parameters
    ----------
    old : Path
        A folder that a run of ours wrote, or any folder; its run.json lists what is ours.
    new : Path
        Where to; a file that has a name of ours there gets another one.
    """
    try:
        ours = set(json.loads((old / MARK).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    for folder, folders, names in os.walk(old):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        folders.sort()
        if here != old and not folders and not names:
            (new / here.relative_to(old)).mkdir(parents=True, exist_ok=True)
        for name in sorted([*names, *links]):
            path = here / name
            if path.relative_to(old).as_posix() not in ours:
                _keep(path, new / path.relative_to(old))


def _keep(path: Path, target: Path) -> None:
    at = 1
    while target.exists() or target.is_symlink():
        if _is_same(path.lstat(), target.lstat()):
            return
        target = target.with_name(f"{path.stem}.kept{'' if at == 1 else at}{path.suffix}")
        at += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        # A system without links: a copy, whole or not at all.
        beside = target.with_name(".nngis-copy")
        shutil.copy2(path, beside, follow_symlinks=False)
        beside.replace(target)


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """Tell a link, or a copy made here, from another file of that name."""
    copied = (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
    return os.path.samestat(one, other) or copied
