"""What keeps a design from being written for SWMM."""

import unicodedata
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.errors import Problem
from nngis.text import Text, counted, listing

COMMENT = 80  # signs of a name kept in a comment
_NEEDED = ("length_m", "diameter_mm", "invert_up_m", "invert_down_m", "flow_l_s")


def find_faults(pipes: gpd.GeoDataFrame, manholes: gpd.GeoDataFrame) -> list[Problem]:
    """Say what keeps a design from being written."""
    found = []
    for name in _NEEDED:
        lacking = pipes.index[~np.isfinite(pipes[name].astype(float))]
        if len(lacking):
            found.append(
                Problem(
                    f"{len(lacking)} 段管缺少 {name}，不能写成 SWMM 文件：{_some(lacking).zh}。",
                    f"{counted(len(lacking), 'pipe', 'have')} no {name}, so it cannot be written "
                    f"for SWMM: {_some(lacking).en}.",
                    where="pipes",
                )
            )
    ends = pd.unique(pd.concat([pipes["from_manhole"], pipes["to_manhole"]]))
    levels = manholes["ground_m"].astype(float).reindex(ends)
    if levels.isna().any():
        lost = _some(levels.index[levels.isna()])
        found.append(
            Problem(
                f"管段所接的检查井缺少记录或地面标高：{lost.zh}。",
                f"Manholes that pipes end at have no row or no ground level: {lost.en}.",
                where="manholes",
            )
        )
    twice = pipes.loc[pipes["from_manhole"].duplicated(), "from_manhole"].unique()
    if len(twice):
        found.append(
            Problem(
                f"从同一检查井流出的管段不止一段：{_some(twice).zh}。",
                f"More than one pipe leaves these manholes: {_some(twice).en}.",
                where="pipes",
            )
        )
    return found


def _some(ids: Iterable[object], most: int = 10) -> Text:
    names = [on_one_line(str(one)) for one in ids]
    shown, more = listing(names[:most]), " …" if len(names) > most else ""
    return Text(shown.zh + more, shown.en + more)


def on_one_line(text: str) -> str:
    """Make a name fit for one line of comment."""
    kept = [s if unicodedata.category(s)[0] not in "CZ" else " " for s in text]
    return " ".join("".join(kept).replace(";", "；").split()).lstrip("[")[:COMMENT]
