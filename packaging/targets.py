"""The machines that a bundle can be made for: which wheels fit them, which markers hold there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

PYTHONS = ("3.11", "3.12", "3.13")
GLIBC_MINOR = 28  # Debian 10, RHEL 8, Kylin V10, UOS 20 and younger
MACOS = (14, 0)
NAMES = {  # what a marker asks for: sys_platform, os_name, platform_system, platform_machine
    "win_amd64": ("win32", "nt", "Windows", "AMD64"),
    "manylinux_x86_64": ("linux", "posix", "Linux", "x86_64"),
    "manylinux_aarch64": ("linux", "posix", "Linux", "aarch64"),
    "macosx_arm64": ("darwin", "posix", "Darwin", "arm64"),
}
NOT_SERVED = "numba, llvmlite and rasterio are no longer made for Macs with Intel processors"


@dataclass(frozen=True)
class Target:
    """One platform and one Python, by the names of `NAMES` and `PYTHONS`."""

    platform: str
    python: str

    @property
    def interpreter(self) -> str:
        """The tag of this Python: ``cp312``."""
        return "cp" + self.python.replace(".", "")

    @property
    def name(self) -> str:
        """What files are called by: ``win_amd64-cp312``."""
        return f"{self.platform}-{self.interpreter}"

    def platforms(self) -> list[str]:
        """List the platform tags that run here, the youngest first."""
        machine = NAMES[self.platform][3]
        if self.platform.startswith("manylinux"):
            old = {17: "2014", 12: "2010", 5: "1"}
            tags = []
            for minor in range(GLIBC_MINOR, 4, -1):
                tags.append(f"manylinux_2_{minor}_{machine}")
                tags += [f"manylinux{old[minor]}_{machine}"] if minor in old else []
            return tags
        if self.platform.startswith("macosx"):
            return list(mac_platforms(MACOS, machine))
        return [self.platform]

    def tags(self) -> list[Tag]:
        """List the tags of wheels that run here, the best first."""
        version = tuple(map(int, self.python.split(".")))
        platforms = self.platforms()
        own = cpython_tags(version, [self.interpreter], platforms)
        return [*own, *compatible_tags(version, self.interpreter, platforms)]

    def environment(self) -> dict[str, str]:
        """Give the values that a requirement's marker asks for."""
        sys_platform, os_name, system, machine = NAMES[self.platform]
        return {
            "sys_platform": sys_platform,
            "os_name": os_name,
            "platform_system": system,
            "platform_machine": machine,
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }

    def best_wheel(self, names: list[str]) -> str | None:
        """Choose the file that pip would take here, or None if no wheel fits."""
        rank = {tag: i for i, tag in enumerate(self.tags())}
        fits = {
            name: min(
                (rank[tag] for tag in parse_wheel_filename(name)[3] if tag in rank), default=-1
            )
            for name in names
        }
        return min((n for n in fits if fits[n] >= 0), key=lambda n: (fits[n], n), default=None)


def find_platform(name: str) -> str:
    """Read a platform as pip or a person writes it, ``manylinux2014_x86_64`` too."""
    system = re.match(r"win|manylinux|linux|macosx", name)
    machine = re.search(r"(amd64|x86_64|aarch64|arm64)$", name)
    if system and machine:
        family = system[0].replace("manylinux", "linux").replace("linux", "manylinux")
        found = f"{family}_{machine[1]}"
        if found in NAMES:
            return found
        if found == "macosx_x86_64":
            raise SystemExit(f"{name} is not served: {NOT_SERVED}")
    raise SystemExit(f"{name} is not served; known are {', '.join(NAMES)}")


def all_targets() -> Iterator[Target]:
    """Go through every platform and Python."""
    for platform in NAMES:
        for python in PYTHONS:
            yield Target(platform, python)
