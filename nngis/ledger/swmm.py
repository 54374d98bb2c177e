"""Read EPA SWMM 5 input files (.inp): conduits and nodes of a network that exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.budgets import budget, over_budget
from nngis.errors import LedgerError, Problem, require
from nngis.ledger.delimited import decode
from nngis.ledger.part import Part
from nngis.ledger.swmm_text import Sections, split_sections
from nngis.ledger.table import Cell, RawTable
from nngis.text import Text, Warned, counted
from nngis.units import MM_PER_M

MAX_FILE = 150_000_000  # bytes
M_PER_FT = 0.3048
US_UNITS = ("CFS", "GPM", "MGD")  # flow units under which lengths are feet; CFS is the default
ROUND = ("CIRCULAR", "FORCE_MAIN", "FILLED_CIRCULAR")
WORDED = ("IRREGULAR", "STREET", "CUSTOM")  # sections that a name, not a height alone, describes
_NODES = {
    "JUNCTION": ("node", "elevation", "max_depth"),
    "OUTFALL": ("node", "elevation"),
    "STORAGE": ("node", "elevation", "max_depth"),
    "DIVIDER": ("node", "elevation"),
}
_CONDUITS = ("link", "from", "to", "length", "roughness", "offset_up", "offset_down")
_SECTIONS = ("link", "shape", "height", "width", "geom3", "geom4", "barrels")
_JOINING = {"PUMP": "水泵 pump", "ORIFICE": "孔口 orifice", "WEIR": "堰 weir"}
_JOINING |= {"OUTLET": "出流 outlet"}


@dataclass(frozen=True)
class InpNetwork:
    """What a SWMM input file says of its sewers.

    Parameters
    ----------
    sewers : GeoDataFrame
        Conduits, indexed by `sewer_id`: `from_manhole`, `to_manhole`, `length_m`, `diameter_mm`
        (missing unless round), `invert_up_m`, `invert_down_m`, `roughness`, `remark`; without CRS.
    manholes : GeoDataFrame
        Nodes, indexed by `manhole_id`: `kind`, `invert_m`, `ground_m` (missing where the file
        states no depth); without CRS.
    notes : tuple of Text
        What was left aside or assumed.
    """

    sewers: gpd.GeoDataFrame
    manholes: gpd.GeoDataFrame
    notes: tuple[Text, ...]


def read_inp(path: Path) -> list[Part]:
    """Read a SWMM input file as one layer of sewers."""
    over_budget("bytes", path.stat().st_size, budget("bytes", MAX_FILE), str(path), LedgerError)
    network = parse_inp(decode(path.read_bytes(), path), where=str(path))
    sewers = network.sewers
    table = pd.DataFrame(sewers.drop(columns="geometry")).reset_index().astype(object)
    table = table.where(table.notna(), None)
    rows: list[list[Cell]] = [list(table.columns), *table.to_numpy().tolist()]
    geometry = gpd.GeoSeries(sewers.geometry.to_numpy(), index=range(1, len(sewers) + 1))
    return [Part(RawTable(path.name, "sewers", rows, first_row=0), geometry, network.notes)]


def parse_inp(text: str, *, where: str = "") -> InpNetwork:
    """Read the text of a SWMM input file.

    Examples
    --------
    >>> read = parse_inp('''[OPTIONS]
    ... FLOW_UNITS LPS
    ... [JUNCTIONS]
    ... A 10 2
    ... [OUTFALLS]
    ... B 9 FREE
    ... [CONDUITS]
    ... P1 A B 100 0.013 0.5 0
    ... [XSECTIONS]
    ... P1 CIRCULAR 0.3
    ... [COORDINATES]
    ... A 0 0
    ... B 100 0''')
    >>> read.sewers[["diameter_mm", "invert_up_m", "invert_down_m"]].loc["P1"].tolist()
    [300.0, 10.5, 9.0]
    >>> read.manholes["ground_m"].to_dict()
    {'A': 12.0, 'B': nan}
    """
    sections = split_sections(text)
    if not sections.get("CONDUIT"):
        raise LedgerError(
            "文件中没有 [CONDUITS] 管段；请检查是否为 SWMM 5 的 .inp 文件。",
            "The file has no [CONDUITS]; check that it is an input file of SWMM 5.",
            where=where,
        )
    options = {row[0].upper(): row[1].upper() for row in sections.get("OPTION", ()) if row[1:]}
    units = options.get("FLOW_UNITS", "CFS")
    metre = M_PER_FT if units in US_UNITS else 1.0
    problems: list[Problem] = []
    manholes = _manholes(sections, metre, where, problems)
    absolute = options.get("LINK_OFFSETS", "DEPTH").startswith("ELEV")
    sewers, below = _sewers(sections, manholes, (metre, absolute), where, problems)
    require(problems, LedgerError)
    return InpNetwork(sewers, manholes, tuple(_notes(sections, sewers, units, below)))


def _table(rows: Sequence[Sequence[str]], names: Sequence[str]) -> pd.DataFrame:
    cut = [[*row[: len(names)], *[None] * (len(names) - len(row))] for row in rows]
    return pd.DataFrame(cut, columns=list(names), dtype=object)


def _numbers(
    table: pd.DataFrame, name: str, label: str, where: str, problems: list[Problem]
) -> pd.Series:
    """Read a column of numbers; ``*`` and nothing are missing, other words are problems."""
    words = table[name].mask(table[name].eq("*"))
    found = pd.to_numeric(words, errors="coerce").astype(float)
    found = found.where(np.isfinite(found))
    wrong = table.loc[words.notna() & found.isna(), [label, name]]
    problems += [
        Problem(
            f"{one} 的 {name} 不是数字：{word[:40]}。",
            f"{name} of {one} is no number: {word[:40]}.",
            where=where,
        )
        for one, word in wrong.itertuples(index=False)
    ]
    return found


def _repeated(ids: pd.Series, where: str, problems: list[Problem]) -> None:
    problems += [
        Problem(f"编号 {one} 出现了不止一次。", f"The id {one} occurs more than once.", where=where)
        for one in ids[ids.duplicated()].unique()
    ]


def _points(sections: Sections, name: str, where: str, problems: list[Problem]) -> pd.DataFrame:
    table = _table(sections.get(name, ()), ("id", "x", "y"))
    at = {c: _numbers(table, c, "id", where, problems) for c in ("x", "y")}
    return table.assign(**at).dropna()


def _manholes(
    sections: Sections, metre: float, where: str, problems: list[Problem]
) -> gpd.GeoDataFrame:
    tables = [
        _table(sections.get(section, ()), names).assign(kind=section.lower())
        for section, names in _NODES.items()
    ]
    table = pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)
    _repeated(table["node"], where, problems)
    table = table.drop_duplicates("node", ignore_index=True)
    invert = _numbers(table, "elevation", "node", where, problems) * metre
    depth = table["max_depth"] if "max_depth" in table else pd.Series(None, table.index, object)
    deep = _numbers(table.assign(max_depth=depth), "max_depth", "node", where, problems) * metre
    places = _points(sections, "COORDINATE", where, problems).drop_duplicates("id", keep="last")
    at = places.set_index("id")[["x", "y"]].reindex(table["node"]).to_numpy(float)
    points = np.where(np.isfinite(at).all(axis=1), shapely.points(at), None)
    return gpd.GeoDataFrame(
        {
            "kind": table["kind"].to_numpy(object),
            "invert_m": invert.to_numpy(),
            # a depth of 0 means "up to the highest crown" to SWMM, not a level
            "ground_m": (invert + deep.where(deep > 0)).to_numpy(),
        },
        geometry=points,
        index=pd.Index(table["node"], name="manhole_id", dtype=object),
    )


def _sewers(
    sections: Sections,
    manholes: gpd.GeoDataFrame,
    scale: tuple[float, bool],
    where: str,
    problems: list[Problem],
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Read conduits and what else joins nodes; name those whose offset lies below their node."""
    metre, absolute = scale
    table = _links(sections)
    _repeated(table["link"], where, problems)
    table = table.drop_duplicates("link", ignore_index=True)
    for end in ("from", "to"):
        strange = table.loc[~table[end].isin(manholes.index), ["link", end]]
        problems += [
            Problem(
                f"管段 {link} 所接的节点 {node} 不在文件中。",
                f"The conduit {link} ends at {node}, a node that the file has not.",
                where=where,
            )
            for link, node in strange.itertuples(index=False)
        ]
    number = {name: _numbers(table, name, "link", where, problems) for name in _CONDUITS[3:]}
    inverts, below = {}, np.zeros(len(table), np.bool_)
    for end, offset in (("from", "offset_up"), ("to", "offset_down")):
        floor = manholes["invert_m"].reindex(table[end]).to_numpy()
        above = (number[offset] * metre).to_numpy()
        stated = above if absolute else floor + above
        # The engine takes an offset below the node's invert for none (its warning 03).
        below |= stated < floor
        inverts[end] = np.where(np.isnan(above), floor, np.fmax(stated, floor))
    shape = _table(sections.get("XSECTION", ()), _SECTIONS).drop_duplicates("link", keep="last")
    worded = shape["shape"].str.upper().isin(WORDED)
    named = shape["height"].where(worded)
    height = _numbers(
        shape.assign(height=shape["height"].mask(worded)), "height", "link", where, problems
    )
    shape = shape.assign(height=height, named=named).set_index("link").reindex(table["link"])
    is_round = (shape["shape"].str.upper().isin(ROUND).to_numpy()) & table["kind"].isna().to_numpy()
    high_m = shape["height"].to_numpy(float) * metre
    sewers = gpd.GeoDataFrame(
        {
            "from_manhole": table["from"].to_numpy(object),
            "to_manhole": table["to"].to_numpy(object),
            "length_m": number["length"].to_numpy() * metre,
            "diameter_mm": np.where(is_round, high_m * MM_PER_M, np.nan),
            "invert_up_m": inverts["from"],
            "invert_down_m": inverts["to"],
            "roughness": number["roughness"].to_numpy(),
            "remark": _remarks(shape, table["kind"], is_round),
        },
        geometry=_lines(sections, table, manholes, where, problems),
        index=pd.Index(table["link"], name="sewer_id", dtype=object),
    )
    return sewers, table.loc[below, "link"].tolist()


def _links(sections: Sections) -> pd.DataFrame:
    """List conduits, and pumps, weirs, orifices and outlets, through which sewage flows too."""
    conduits = _table(sections["CONDUIT"], _CONDUITS).assign(kind=None)
    others = [
        _table(sections[section], _CONDUITS[:3]).assign(kind=called.split()[1])
        for section, called in _JOINING.items()
        if sections.get(section)
    ]
    return pd.concat([conduits, *others], ignore_index=True).astype(object)


def _remarks(shape: pd.DataFrame, kinds: pd.Series, is_round: np.ndarray) -> list[str | None]:
    """Say what is no conduit, the section of what is not round, and how many barrels there are."""
    barrels = pd.to_numeric(shape["barrels"], errors="coerce").fillna(1.0)
    said = []
    sizes = shape["named"].where(shape["named"].notna(), shape["height"].map("{:g}".format))
    for kind, name, size, plain, many in zip(
        kinds, shape["shape"], sizes, is_round, barrels, strict=True
    ):
        words = [str(kind)] if isinstance(kind, str) else []
        words += [] if plain or pd.isna(name) else [f"{name} {size}"]
        words += [f"{many:g} barrels"] if many > 1 else []
        said.append("; ".join(words) or None)
    return said


def _lines(
    sections: Sections,
    table: pd.DataFrame,
    manholes: gpd.GeoDataFrame,
    where: str,
    problems: list[Problem],
) -> np.ndarray:
    """Draw each conduit from node to node over its vertices; None where a node has no place."""
    at = shapely.get_coordinates(manholes.geometry.to_numpy())
    placed = manholes.index[manholes.geometry.notna()]
    ends = pd.DataFrame(at, index=placed, columns=["x", "y"])
    whole = table["from"].isin(placed) & table["to"].isin(placed)
    links = table[whole]
    between = _points(sections, "VERTICES", where, problems)
    between = between[between["id"].isin(links["link"])]
    points = pd.concat(
        [
            ends.reindex(links["from"]).assign(id=links["link"].to_numpy()),
            between,
            ends.reindex(links["to"]).assign(id=links["link"].to_numpy()),
        ],
        ignore_index=True,
    )
    owner = pd.Index(links["link"]).get_indexer(points["id"])
    order = np.argsort(owner, kind="stable")
    lines = np.full(len(table), None, dtype=object)
    if len(links):
        xy = points[["x", "y"]].to_numpy(float)[order]
        lines[whole.to_numpy()] = shapely.linestrings(xy, indices=owner[order])
    return lines


def _notes(
    sections: Sections, sewers: gpd.GeoDataFrame, units: str, below: Sequence[str]
) -> list[Text]:
    notes = [
        Text(
            "SWMM 文件不写坐标系；请用 --datum EPSG:… 说明。",
            "A SWMM file states no CRS; say it with --datum EPSG:....",
        )
    ]
    if units in US_UNITS:
        notes.append(
            Text(f"流量单位为 {units}，长度按英尺换算为米。", f"In {units}: feet turned to metres.")
        )
    for section, called in _JOINING.items():
        rows = sections.get(section, ())
        if rows:
            zh, en = called.split()
            names = [row[0] for row in rows[:10]]
            notes.append(
                Warned(
                    f"{len(rows)} 个{zh}作为连接读入，没有管径和长度：{'、'.join(names)}。",
                    f"{counted(len(rows), en, 'were')} read as what joins sewers, without diameter "
                    f"and length: {', '.join(names)}.",
                    table="sewers",
                    ids=[row[0] for row in rows],
                )
            )
    if below:
        names = list(below[:10])
        notes.append(
            Warned(
                f"{len(below)} 段的偏移低于井底，按井底计（SWMM 亦如此）：{'、'.join(names)}。",
                f"{counted(len(below), 'link', 'have')} an offset below their node's invert, which "
                f"counts as none (as in SWMM): {', '.join(names)}.",
                table="sewers",
                ids=below,
            )
        )
    other = sewers.index[sewers["diameter_mm"].isna() & sewers["length_m"].notna()]
    if len(other):
        notes.append(
            Warned(
                f"{len(other)} 段不是圆管，管径留空，断面写在备注中。",
                f"{counted(len(other), 'conduit', 'are')} not round: no diameter, the section "
                "stands in the remark.",
                table="sewers",
                ids=other,
            )
        )
    return notes
