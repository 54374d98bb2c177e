"""Ready matrices of distances: links, weights and sites as tables, their ids as written."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from nngis.budgets import time_budget
from nngis.datasets.parquet import read_parquet
from nngis.errors import LayerError, boundary
from nngis.ledger.delimited import read_delimited
from nngis.solvers.site.site_links import SiteLinks, site_links
from nngis.text import BLANKS, Text, as_id, counted


@dataclass(frozen=True, eq=False)
class Matrix:
    """Who can be served from where, and what is known of both.

    Parameters
    ----------
    links : SiteLinks
        The links; demands that only the weights name are there too, without links, and so are
        sites that only their own table names.
    weights : Series
        Weight by demand.
    sites : DataFrame
        What the table of the sites says, by `facility_id`, as text.
    notes : tuple of Text
        What was read otherwise than it stands.
    """

    links: SiteLinks
    weights: pd.Series
    sites: pd.DataFrame
    notes: tuple[Text, ...]


def read_matrix(
    links: Path,
    weights: Path | None = None,
    sites: Path | None = None,
    *,
    limit_m: float | None = None,
) -> Matrix:
    """Read a ready matrix of distances.

    Parameters
    ----------
    links : Path
        csv or parquet: `demand_id`, `facility_id`, `distance_m`.
    weights : Path, optional
        csv or parquet: `demand_id` and `weight`; each demand weighs 1 without it.
    sites : Path, optional
        csv or parquet: `facility_id`, and whatever else is known of a site.
    limit_m : float, optional
        Longest distance at which a site serves a demand [m]; a demand or site that has
        no link left stays, without one.

    Returns
    -------
    Matrix
        The matrix.

    Raises
    ------
    LayerError
        If a file is missing, lacks a column, or holds an empty id or a distance that is no number.
    """
    notes: list[Text] = []
    table = _read_table(links, ("demand_id", "facility_id"), ("distance_m",), notes)
    distance_m = pd.to_numeric(table["distance_m"], errors="coerce").astype(float)
    wrong = np.flatnonzero(table["distance_m"].notna() & ~np.isfinite(distance_m))
    if len(wrong):
        raise LayerError(
            f"{len(wrong)} 行的 distance_m 不是数，首个在第 {wrong[0] + 1} 条数据。",
            f"In {counted(len(wrong), 'row')} distance_m is no number, first in data row "
            f"{wrong[0] + 1}.",
            where=str(links),
        )
    table["distance_m"] = distance_m
    demand_ids = pd.Index(table["demand_id"].unique())
    weight = pd.Series(1.0, index=demand_ids)
    if weights is not None:
        given = _read_table(weights, ("demand_id",), ("weight",), notes)
        weight = pd.to_numeric(given.set_index("demand_id")["weight"], errors="coerce")
        weight = weight.astype(float)
        demand_ids = weight.index.unique().append(demand_ids.difference(weight.index))
    site_ids = pd.Index(table["facility_id"].unique())
    known = pd.DataFrame(index=site_ids)
    if sites is not None:
        known = _read_table(sites, ("facility_id",), (), notes).set_index("facility_id")
        site_ids = known.index.append(site_ids.difference(known.index))
    if limit_m is not None:
        # A missing distance is kept for the check of the links, which names it.
        table = table[~(table["distance_m"] > limit_m)]
    return Matrix(site_links(table, demand_ids, site_ids), weight, known, tuple(notes))


def read_sites(path: Path) -> list[str]:
    """Read the ids of sites from a table.

    Parameters
    ----------
    path : Path
        csv or parquet with `facility_id`.

    Returns
    -------
    list of str
        Its ids.
    """
    return list(_read_table(path, ("facility_id",), (), [])["facility_id"])


def _read_table(
    path: Path, ids: tuple[str, ...], others: tuple[str, ...], notes: list[Text]
) -> pd.DataFrame:
    """Read a table whose ids are text and not empty; what is taken out of them is noted."""
    if not path.is_file():
        raise LayerError(
            "文件不存在；请检查路径。", "There is no such file; check the path.", where=str(path)
        )
    with (
        time_budget(str(path), LayerError),
        boundary(
            str(path),
            "不是有效的 csv（{}）；请另存为 UTF-8 编码的 csv。",
            "Not a valid csv ({}); save it as csv in UTF-8.",
            error=LayerError,
        ),
    ):
        table = read_parquet(path) if path.suffix == ".parquet" else _read_text(path)
    missing = [name for name in (*ids, *others) if name not in table]
    if missing:
        raise LayerError(
            f"缺少列：{'、'.join(missing)}。",
            f"Columns missing: {', '.join(missing)}.",
            where=str(path),
        )
    for name in ids:
        stands = table[name].astype("string").str.strip(BLANKS)
        text = stands.map(as_id, na_action="ignore")
        if (hidden := int((text != stands).sum())) > 0:
            notes.append(
                Text(
                    f"{path.name}：{hidden} 行的 {name} 里有看不见的字符（零宽、方向标记、"
                    "换行符等）或多余的空格，已去掉；只差这些字符的编号是同一个编号。",
                    f"{path.name}: in {counted(hidden, 'row')} {name} held signs that cannot be "
                    "seen (zero-width, marks of direction, line separators) or spaces too many, "
                    "which were taken out; ids that differ in them alone are one id.",
                )
            )
        empty = np.flatnonzero(text.isna() | text.eq(""))
        if len(empty):
            raise LayerError(
                f"{len(empty)} 行没有 {name}，首个在第 {empty[0] + 1} 条数据；请补上编号。",
                f"{counted(len(empty), 'row', 'have')} no {name}, first data row {empty[0] + 1}; "
                "give each one.",
                where=str(path),
            )
        table[name] = text.astype(object)
    return table


def _read_text(path: Path) -> pd.DataFrame:
    """Read a csv in any encoding that offices use, every cell as text: 01 is not 1."""
    header, *rows = [list(row) for row in read_delimited(path).rows if any(row)] or [[]]
    width = len(header)
    cells = [[*row, *[""] * (width - len(row))][:width] for row in rows]
    names = [str(name).strip() for name in header]
    table = pd.DataFrame(cells, columns=names, dtype=object)
    table = table.map(str.strip)
    return table.mask(table.eq(""))
