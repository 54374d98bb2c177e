"""The files of a designed network: long sections, a DXF drawing, a SWMM model."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.outputs.drawing import Drawing
from nngis.result.mapview import PipeNetwork
from nngis.result.result import Result
from nngis.text import Lang

PNG_DPI = 110  # the first sheet, to be looked at on a screen
NEEDED = ("length_m", "diameter_mm", "invert_up_m", "invert_down_m", "flow_l_s")


def write_network(folder: Path, result: Result, drawing: Drawing, lang: Lang) -> list[str]:
    """Write what other programs and desks want of a designed network."""
    network, tables = result.view.network, result.analysis.tables
    if network is None or not len(tables.get(network.pipes, ())):
        return []
    pipes, manholes = tables[network.pipes], tables[network.manholes]
    stations = tuple(tables[network.stations]["manhole_id"])
    from nngis.cartography.dxf import draw_dxf  # noqa: PLC0415 - takes a while

    drawn = draw_dxf(pipes, manholes, stations, work_crs=result.work_crs)
    (folder / "network.dxf").write_bytes(drawn)
    written = ["network.dxf"]
    written += _write_model(folder, pipes, manholes, stations, _roughness(result, network))
    return written + _write_sections(folder, result, network, drawing, lang)


def _roughness(result: Result, network: PipeNetwork) -> float:
    value = next(p.value for p in result.parameters if p.name == network.roughness)
    return float(str(value))


def _write_model(
    folder: Path,
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: tuple[str, ...],
    roughness: float,
) -> list[str]:
    from nngis.outputs.swmm_inp import write_inp  # noqa: PLC0415 - for sewers alone

    whole = pipes[np.isfinite(pipes[list(NEEDED)].astype(float)).all(axis=1)]
    if whole.empty:
        return []
    left_out = len(pipes) - len(whole)
    title = f"nngis; {len(whole)} pipes" + (f", {left_out} left out" if left_out else "")
    file = write_inp(whole, manholes, stations, roughness=roughness, title=title)
    (folder / "network.inp").write_text(file.text, encoding="utf-8", newline="\n")
    return ["network.inp"]


def _write_sections(
    folder: Path, result: Result, network: PipeNetwork, drawing: Drawing, lang: Lang
) -> list[str]:
    tables = result.analysis.tables
    table = tables.get(network.sections, pd.DataFrame())
    if table.empty:
        return []
    from nngis.cartography import pipe_section, write_sheet  # noqa: PLC0415 - as above

    pages = pipe_section.draw_pipe_sections(
        table,
        tables.get(network.ground),
        title=network.title,
        lang=lang,
        evidence=result.evidence,
        said=[warning.say(lang) for warning in result.warnings],
        stamp=drawing.stamp,
        work_crs=result.work_crs,
    )
    write_sheet.write_pdf(pages, folder / "sections.pdf", network.title.say(lang))
    write_sheet.write_png(pages[0], folder / "sections.png", PNG_DPI)
    return ["sections.pdf", "sections.png"]
