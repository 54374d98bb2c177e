"""The files of a designed network: a DXF drawing and a SWMM model."""

from pathlib import Path

import numpy as np

from nngis.result.imprint import imprint
from nngis.result.mapview import PipeNetwork
from nngis.result.result import Result
from nngis.text import counted

NEEDED = ("length_m", "diameter_mm", "invert_up_m", "invert_down_m", "flow_l_s")


def write_network(folder: Path, result: Result) -> list[str]:
    """Write what other programs and desks want of a designed network."""
    network, tables = result.view.network, result.analysis.tables
    if network is None or not len(tables.get(network.pipes, ())):
        return []
    pipes, manholes = tables[network.pipes], tables[network.manholes]
    stations = tuple(tables[network.stations]["manhole_id"])
    from nngis.cartography.dxf import draw_dxf  # noqa: PLC0415 - takes a while

    about = imprint([result], "zh")
    drawn = draw_dxf(pipes, manholes, stations, work_crs=result.work_crs, about=about)
    (folder / "network.dxf").write_bytes(drawn)
    return ["network.dxf", *_write_model(folder, result, network, stations)]


def _roughness(result: Result, network: PipeNetwork) -> float:
    value = next(p.value for p in result.parameters if p.name == network.roughness)
    return float(str(value))


def _write_model(
    folder: Path, result: Result, network: PipeNetwork, stations: tuple[str, ...]
) -> list[str]:
    from nngis.outputs.swmm_inp import write_inp  # noqa: PLC0415 - for sewers alone

    tables = result.analysis.tables
    pipes, manholes = tables[network.pipes], tables[network.manholes]
    roughness = _roughness(result, network)
    whole = pipes[np.isfinite(pipes[list(NEEDED)].astype(float)).all(axis=1)]
    if whole.empty:
        return []
    left_out = len(pipes) - len(whole)
    title = f"{imprint([result], 'en')}; {counted(len(whole), 'pipe')}"
    title += f", {left_out} left out" if left_out else ""
    file = write_inp(whole, manholes, stations, roughness=roughness, title=title)
    (folder / "network.inp").write_text(file.text, encoding="utf-8", newline="\n")
    return ["network.inp"]
