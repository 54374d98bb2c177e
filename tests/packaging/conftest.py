"""The scripts of ``packaging/`` are no package: they are found beside each other."""

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a small wheel: name, metadata lines, other files."""

    def write(name: str, *lines: str, version: str = "1.0", **files: str) -> Path:
        folder = tmp_path / "made"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        head = ("Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines)
        parts = {
            f"{info}/METADATA": "\n".join(head) + "\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            **{inner.replace("INFO", info): text for inner, text in files.items()},
        }
        listed = "".join(f"{inner},,\n" for inner in (*parts, f"{info}/RECORD"))
        with zipfile.ZipFile(path, "w") as archive:
            for inner, text in {**parts, f"{info}/RECORD": listed}.items():
                archive.writestr(zipfile.ZipInfo(inner, (2020, 1, 1, 0, 0, 0)), text)
        return path

    return write
