"""Look into a wheel: what it is called, what it says of itself, which licence texts it holds."""

import hashlib
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path, PurePosixPath

LICENCE_NAMES = ("licen", "copying", "notice", "copyright", "authors")
TEXTS = {"", ".txt", ".md", ".rst", ".html", ".apache", ".bsd", ".mit", ".apache2", ".lesser"}


@dataclass(frozen=True)
class Wheel:
    """One wheel, as far as a bundle's papers need it."""

    path: Path
    metadata: Message
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The package, as it writes itself."""
        return str(self.metadata["Name"])

    @property
    def version(self) -> str:
        """Its version."""
        return str(self.metadata["Version"])

    def licence_texts(self) -> dict[str, bytes]:
        """Read the licences that it holds, by a plain name; those of parts in it too."""
        texts: dict[str, bytes] = {}
        with zipfile.ZipFile(self.path) as archive:
            for name in sorted(self.names):
                inner = PurePosixPath(name)
                plain = inner.stem.lower().startswith(LICENCE_NAMES)
                listed = ".dist-info/licenses/" in name
                if listed or (plain and inner.suffix.lower() in TEXTS):
                    flat = "_".join(
                        inner.parts[1:] if ".dist-info" in inner.parts[0] else inner.parts
                    )
                    texts[flat] = archive.read(name)
        return texts

    def libraries(self) -> list[str]:
        """List the shared libraries of others that were put into it."""
        folders = (".libs/", ".dylibs/", "/.libs/", "/lib/")
        return sorted(
            PurePosixPath(name).name
            for name in self.names
            if any(folder in name for folder in folders)
            and any(sign in PurePosixPath(name).name for sign in (".so", ".dll", ".dylib"))
        )


def read_wheel(path: Path) -> Wheel:
    """Open a wheel and read its metadata."""
    with zipfile.ZipFile(path) as archive:
        names = tuple(name for name in archive.namelist() if not name.endswith("/"))
        (own,) = (n for n in names if n.count("/") == 1 and n.endswith(".dist-info/METADATA"))
        return Wheel(path, Parser().parsestr(archive.read(own).decode("utf-8")), names)


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
