"""Under which licence each part of an install stands; the GPL and the AGPL are refused.

``python packaging/licences.py`` looks at the default install of the environment that it runs in.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
GPL = re.compile(r"(?<![A-Za-z])A?GPL", re.IGNORECASE)  # the LGPL's L is a letter before it
LONG_GPL = re.compile(r"(?<!Lesser )(?<!Library )General Public License", re.IGNORECASE)
FREED = re.compile(r"A?GPL[\w.+-]* WITH (GCC-exception|Classpath-exception)[\w.-]*", re.IGNORECASE)
#: Libraries under the GPL that have been seen inside wheels of others.
GPL_LIBRARIES = ("libreadline", "libpoppler", "libgsl", "libfftw3", "libx264", "libx265")


class Licence(NamedTuple):
    """What one part stands under."""

    name: str
    version: str
    licence: str
    problem: str


def stated_licence(said: Message) -> str:
    """Read what a package says: the SPDX expression, else its classifiers, else the old field."""
    if said["License-Expression"]:
        return str(said["License-Expression"]).strip()
    classifiers = [
        text.split(" :: ")[-1]
        for text in said.get_all("Classifier", [])
        if text.startswith("License :: ") and text != "License :: OSI Approved"
    ]
    first = str(said["License"] or "").strip().split("\n")[0].strip()
    return " OR ".join(classifiers) or first[:60]


def find_problem(licence: str, libraries: Iterable[str] = ()) -> str:
    """Tell what keeps a licence out of the default install, or an empty text.

    Of licences joined by OR one may be chosen, of those joined by AND all hold.
    """
    if not licence:
        return "no licence is stated"
    choices = re.split(r"\s+OR\s+", re.sub(r"[()]", " ", FREED.sub("", licence)))
    if all(GPL.search(one) or LONG_GPL.search(one) for one in choices):
        return "GPL or AGPL"
    refused = [one for one in libraries if one.startswith(GPL_LIBRARIES)]
    return f"holds {', '.join(refused)} (GPL)" if refused else ""


def judge(said: Message, libraries: Iterable[str] = ()) -> Licence:
    """Read and judge the licence of one package."""
    licence = stated_licence(said)
    return Licence(
        str(said["Name"]), str(said["Version"]), licence, find_problem(licence, libraries)
    )


def installed(name: str = "nngis") -> list[Licence]:
    """Judge a package and all that its default install brings, in this environment."""
    found: dict[str, Licence] = {}
    waiting = [Requirement(name)]
    while waiting:
        wanted = waiting.pop()
        key = canonicalize_name(wanted.name)
        if key in found:
            continue
        files = metadata.files(wanted.name) or []
        libraries = [file.name for file in files if ".libs" in str(file)]
        found[key] = judge(metadata.metadata(wanted.name), libraries)  # type: ignore[arg-type]
        for text in metadata.requires(wanted.name) or ():
            needed = Requirement(text)
            extras = [{"extra": extra} for extra in (*wanted.extras, "")]
            if needed.marker is None or any(map(needed.marker.evaluate, extras)):
                waiting.append(needed)
    return [found[key] for key in sorted(found)]


def layer_licences(catalog: Path) -> list[Licence]:
    """Judge the data that ships; a file under the GPL must be named, with the reason."""
    named = tomllib.loads((HERE / "licences.toml").read_text("utf-8"))["data"]
    reasons = {(one["layer"], one["licence"]): one["reason"] for one in named}
    found = []
    for name, one in tomllib.loads(catalog.read_text("utf-8"))["layers"].items():
        licence = one["licence"]
        problem = find_problem(licence)
        if (name, licence) in reasons:
            licence, problem = f"{licence} ({reasons[name, licence]})", ""
        found.append(Licence(f"layer {name}", "", licence, problem))
    return found


def report(found: Iterable[Licence]) -> str:
    """Write the parts as a table of text, what is refused marked."""
    rows = [
        (one.name, one.version, one.licence, f"REFUSED: {one.problem}" if one.problem else "")
        for one in found
    ]
    return "".join("\t".join(row).rstrip() + "\n" for row in rows)


def main() -> None:
    """Print the licences of the default install; exit 1 if one is refused."""
    found = installed() + layer_licences(HERE.parent / "layers" / "catalog.toml")
    sys.stdout.write(report(found))
    sys.exit(any(one.problem for one in found))


if __name__ == "__main__":
    main()
