"""The long section through a pipe, drawn as the outputs draw it, and what governs the pipe."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nngis.cartography.pipe_section import pipe_sheets
from nngis.cartography.section_frame import SectionFrame
from nngis.cartography.section_svg import draw_svg
from nngis.desk.picture import plain_value, words_of
from nngis.errors import NngisError
from nngis.plans.sewer.additions import LEAST_STEP_M
from nngis.plans.sewer.sections import ground_along, long_sections
from nngis.plans.sewer.view import VIEW
from nngis.plans.sewer.what_if import Kept
from nngis.text import Lang

ALL = 1_000_000  # routes
CHECKED = ("clause", "code_rule", "code_value", "code_limit", "code_unit", "code_result")


def section_of(
    kept: Kept, pipe_id: str, *, lang: Lang, evidence: str, said: Sequence[str], work_crs: str
) -> dict[str, Any]:
    """Draw the long section of the route that a pipe belongs to: the sheet on which it stands.

    Parameters
    ----------
    kept : Kept
        The design.
    pipe_id : str
        The pipe.
    lang : {"zh", "en"}
        Language of the sheet.
    evidence, said, work_crs
        What stands at its foot, as `SectionFrame` takes it.

    Returns
    -------
    dict
        `svg` (base64), `route`, `chainage_m` (where the pipe begins and ends along the route),
        `checks`: every clause against the pipe, with `fields`.

    Raises
    ------
    NngisError
        If there is no such pipe in the design.
    """
    rows = route_through(kept.tables, pipe_id)
    elevation = kept.layers.elevation
    ground = None
    if elevation is not None:
        step_m = max(elevation.cell_m, LEAST_STEP_M)
        ground = ground_along(rows, kept.tables["pipes"], elevation, step_m=step_m)
    if VIEW.network is None:
        raise RuntimeError(VIEW.plan)
    frame = SectionFrame(VIEW.network.title, lang, evidence, tuple(said), work_crs=work_crs)
    (sheet,) = pipe_sheets(rows, ground, frame=frame, pipe=pipe_id)
    at = rows["pipe_id"].tolist().index(pipe_id)
    ends = rows["chainage_m"].iloc[[at, at + 1]]
    checks = kept.tables["compliance"]
    mine = checks[checks["pipe_id"].astype(str).eq(pipe_id)]
    names = [name for name in CHECKED if name in mine]
    return {
        "svg": base64.b64encode(draw_svg(sheet).encode("utf-8")).decode("ascii"),
        "route": str(rows["route_id"].iloc[0]),
        "chainage_m": [round(float(one), 2) for one in ends],
        "columns": names,
        "checks": [[plain_value(v) for v in row] for row in mine[names].to_numpy(object)],
        "fields": words_of(names),
    }


def route_through(tables: Mapping[str, pd.DataFrame], pipe_id: str) -> pd.DataFrame:
    """Return the rows of the long section that a pipe stands in.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``pipes``, ``manholes`` and ``lift_stations`` of a design.
    pipe_id : str
        The pipe.

    Returns
    -------
    DataFrame
        As `long_sections` has them, of one route.

    Raises
    ------
    NngisError
        If there is no such pipe in the design.
    """
    if pipe_id not in tables["pipes"].index:
        raise NngisError(
            "设计中没有这段管；请重新选一段。",
            "There is no such pipe in the design; choose another.",
            where=pipe_id[:80],
        )
    stations = tables["lift_stations"]["manhole_id"]
    whole = long_sections(tables["pipes"], tables["manholes"], stations, most=ALL)
    route = whole.loc[whole["pipe_id"].eq(pipe_id), "route_id"].iloc[0]
    return whole[whole["route_id"].eq(route)]
