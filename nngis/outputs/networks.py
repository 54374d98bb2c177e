"""The files of a designed network: a DXF drawing and a SWMM model."""

from pathlib import Path

import geopandas as gpd
import numpy as np

from nngis.result.mapview import PipeNetwork
from nngis.result.result import Result

NEEDED = ("length_m", "diameter_mm", "invert_up_m", "invert_down_m", "flow_l_s")


def write_network(folder: Path, result: Result) -> list[str]:
    """Write what other programs and desks want of a designed network."""
    network, tables = result.view.network, result.analysis.tables
    if network is None or not len(tables.get(network.pipes, ())):
        return []
    pipes, manholes = tables[network.pipes], tables[network.manholes]
    stations = tuple(tables[network.stations]["manhole_id"])
    from nngis.cartography.dxf import draw_dxf  # noqa: PLC0415 - takes a while

    drawn = draw_dxf(pipes, manholes, stations, work_crs=result.work_crs)
    (folder / "network.dxf").write_bytes(drawn)
    model = _write_model(folder, pipes, manholes, stations, _roughness(result, network))
    return ["network.dxf", *model]


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
