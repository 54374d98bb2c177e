"""Cut a SWMM input file into sections, ids in one spelling, as the engine reads them."""

import re
from collections.abc import Mapping, Sequence

Sections = Mapping[str, Sequence[list[str]]]
_TOKEN = re.compile(r'"[^"]*"|[^\s"]+')
# The engine knows a section by how its name begins.
_NAMES = (
    "JUNCTION", "OUTFALL", "STORAGE", "DIVIDER", "CONDUIT", "PUMP", "ORIFICE", "WEIR", "OUTLET",
    "XSECTION", "COORDINATE", "VERTICES", "OPTION", "TRANSECT", "CURVE", "STREET",
)  # fmt: skip
NODES = ("JUNCTION", "OUTFALL", "STORAGE", "DIVIDER")
LINKS = ("CONDUIT", "PUMP", "ORIFICE", "WEIR", "OUTLET")
# Where else nodes and links are named: section -> positions of its words.
_NODES_NAMED = {"COORDINATE": (0,), **dict.fromkeys(LINKS, (1, 2))}
_LINKS_NAMED = {"XSECTION": (0,), "VERTICES": (0,)}


def split_sections(text: str) -> dict[str, list[list[str]]]:
    """Cut a file into sections of rows of words."""
    sections: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in text.splitlines():
        plain = line.partition(";")[0].strip()
        if plain.startswith("["):
            rows = sections.setdefault(_section(plain.strip("[] ").upper()), [])
        elif plain:
            rows.append([word.strip('"') for word in _TOKEN.findall(plain)])
    _spell_alike(sections, NODES, _NODES_NAMED)
    _spell_alike(sections, LINKS, _LINKS_NAMED)
    return sections


def _spell_alike(
    sections: Sections, defined: Sequence[str], named: Mapping[str, Sequence[int]]
) -> None:
    """Write ids where they are named as where they are defined."""
    spelled: dict[str, str] = {}
    for section in defined:
        for row in sections.get(section, ()):
            spelled.setdefault(row[0].upper(), row[0])
    for section, positions in named.items():
        for row in sections.get(section, ()):
            for at in positions:
                if at < len(row):
                    row[at] = spelled.get(row[at].upper(), row[at])


def _section(name: str) -> str:
    # OUTLETS begin like OUTFALLS no further than OUT; OUTLET is no OUTFALL.
    return next((known for known in _NAMES if name.startswith(known[:5])), name)
