"""The long sections of a design with the water that SWMM finds, and what breaks first."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from nngis.datasets.vector import list_layers, read_layer
from nngis.errors import LayerError
from nngis.evidence import weakest
from nngis.json_file import read_json
from nngis.outputs.sections import write_section_files
from nngis.plans.sewer.sections import long_sections
from nngis.plans.sewer.upstream import pipes_above
from nngis.run.swmm import reading_design
from nngis.run.swmm_loads import Loads
from nngis.text import Lang, Text

STEM = "swmm_sections"
FILES = tuple(f"{STEM}.{kind}" for kind in ("pdf", "png", "dxf"))
TITLE = Text("污水管道纵断面图（超载校核）", "Sewer long section under load:")
WATER = Text(
    "水位为 EPA SWMM 动力波演算的最高水位；超载指水位高于最高管顶。",
    "Water is the highest of a dynamic-wave run of EPA SWMM; surcharged is what stands above the "
    "highest crown.",
)


def loaded_sections(
    pipes: gpd.GeoDataFrame, manholes: gpd.GeoDataFrame, stations: tuple[str, ...], first: str
) -> pd.DataFrame:
    """List the routes of a design; where none passes the manhole `first`, one through it leads.

    Parameters
    ----------
    pipes, manholes : GeoDataFrame
        The design.
    stations : tuple of str
        Manholes at which a station lifts.
    first : str
        The manhole that breaks first; empty where none does.

    Returns
    -------
    DataFrame
        As `long_sections`; the added route is called after the manhole.
    """
    table = long_sections(pipes, manholes, stations)
    if not first or first in set(table["manhole_id"]):
        return table
    down = dict(zip(pipes["from_manhole"], pipes.index, strict=True))
    way, at = list(pipes_above(pipes, first).index), first
    while at in down:
        way.append(down[at])
        at = pipes.loc[down[at], "to_manhole"]
    own = long_sections(pipes.loc[way], manholes, stations, most=1).assign(route_id=first)
    return pd.concat([own, table])


def write_loaded_sections(
    into: Path,
    folder: Path,
    design: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, tuple[str, ...]],
    found: Loads,
    lang: Lang,
    *,
    whole: bool = True,
) -> None:
    """Draw the sections of a design under 1 and 2 times its flow.

    Parameters
    ----------
    into : Path
        An empty folder for `FILES`.
    folder : Path
        The sewer folder of a run.
    design : tuple
        Pipes, manholes, stations, as read from it.
    found : Loads
        What the engine found.
    lang : {"zh", "en"}
        Language of the sheets.
    whole : bool
        Whether the design is all of it: the terrain that the run left lies along its routes, and
        those of a part are others.
    """
    from nngis.cartography.pipe_section import Surcharge, pipe_sheets  # noqa: PLC0415 - slow
    from nngis.cartography.section_frame import SectionFrame  # noqa: PLC0415

    path, about = folder / "layers.gpkg", folder / "result.json"
    ground = None
    with reading_design(path):
        told = read_json(about, LayerError)
        said = (WATER.say(lang), *(str(one[lang]) for one in told["warnings"]))
        work_crs = CRS(told["work_crs"]).to_string()
        frame = SectionFrame(TITLE, lang, weakest([told["evidence"]]), said, work_crs=work_crs)
        if whole and "section_ground" in list_layers(path):
            ground = pd.DataFrame(read_layer(path, "section_ground"))
            ground = ground.astype({"route_id": str, "chainage_m": float, "ground_m": float})
    table = loaded_sections(*design, found.breaks_first)
    surcharge = Surcharge(found.manholes, found.breaks_first, found.breaks_at)
    sheets = pipe_sheets(table, ground, frame=frame, surcharge=surcharge)
    write_section_files(into, STEM, sheets, TITLE, (lang, work_crs))
