"""Run EPA SWMM 5 on a designed network, and hold what it finds against the design."""

import importlib
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.datasets.vector import list_layers, read_layer
from nngis.errors import InfeasibleError, LayerError, OutputError, Problem, boundary
from nngis.json_file import read_json
from nngis.outputs.swmm_inp import RISING_MAIN, STEP_M, Routing, SwmmFile, write_inp
from nngis.plans.sewer.upstream import pipes_above
from nngis.units import MM_PER_M

LEAST_FLOOD_L_S = 1e-3  # less is rounding of the engine
FULL = 0.999  # share of a section from which a pipe counts as full
TIMEOUT_S = 600.0
_ENDS = ("from_manhole", "to_manhole", "kind")
_NUMBERS = (
    *("length_m", "diameter_mm", "invert_up_m", "invert_down_m"),
    *("flow_l_s", "fill_ratio", "velocity_m_s"),
)
STEADY_HOURS, DAY_HOURS = 6, 23
# The engine keeps its state in globals and prints to the terminal: it gets a process of its own.
_ENGINE = "import sys; from swmm.toolkit import solver; solver.swmm_run(*sys.argv[1:])"


@dataclass(frozen=True)
class SwmmRun:
    """What the engine found: of a steady flow its state, else the largest values in time.

    Parameters
    ----------
    nodes : DataFrame
        Indexed by SWMM id: `depth_m`, `flooding_l_s`, `inflow_l_s`.
    links : DataFrame
        Indexed by SWMM id: `flow_l_s`, `depth_m`, `velocity_m_s`, `filled_share`.
    warnings : tuple of str
        Lines of the engine's report that warn.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class SwmmCheck:
    """A design as the engine sees it.

    Parameters
    ----------
    pipes : DataFrame
        Indexed by `pipe_id`, gravity pipes alone: `flow_l_s`, `swmm_flow_l_s`, `water_m`,
        `swmm_depth_m`, `depth_off_share` (of ours), `velocity_m_s`, `swmm_velocity_m_s`,
        `is_full`.
    manholes : DataFrame
        Indexed by `manhole_id`: `swmm_depth_m`, `swmm_level_m`, `flooding_l_s`, `surcharge_m`
        (above the highest crown; not below 0).
    warnings : tuple of str
        As for `SwmmRun`.
    """

    pipes: pd.DataFrame
    manholes: pd.DataFrame
    warnings: tuple[str, ...]


def run_swmm(file: SwmmFile, *, timeout_s: float = TIMEOUT_S) -> SwmmRun:
    """Run the engine in a temporary folder and a process of its own."""
    reader = _toolkit()
    with TemporaryDirectory(prefix="nngis-swmm-") as name:
        inp, rpt, out = (Path(name) / f"network.{kind}" for kind in ("inp", "rpt", "out"))
        inp.write_text(file.text, encoding="utf-8", newline="\n")
        command = [sys.executable, "-c", _ENGINE, *map(str, (inp, rpt, out))]
        try:
            ended = subprocess.run(  # noqa: S603 -- our own interpreter on our own file
                command, cwd=name, capture_output=True, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired:
            raise InfeasibleError(
                f"SWMM 计算超过 {timeout_s:g} 秒，已停止；请先取一片管网计算。",
                f"SWMM took more than {timeout_s:g} s and was stopped; run it on a part first.",
                where="SWMM",
            ) from None
        report = rpt.read_text("utf-8", "replace").splitlines() if rpt.exists() else []
        errors = [line.strip() for line in report if line.lstrip().startswith("ERROR")]
        if ended.returncode or errors or not out.exists():
            raise _refused(errors or [ended.stderr.decode("utf-8", "replace")[-300:]])
        is_steady = "FLOW_ROUTING STEADY" in file.text
        nodes, links = _read_out(reader, out, last_only=is_steady)
    warnings = tuple(line.strip() for line in report if line.lstrip().startswith("WARNING"))
    return SwmmRun(nodes, links, warnings)


def check_with_swmm(
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: tuple[str, ...] = (),
    *,
    routing: Routing = "STEADY",
    roughness: float = 0.013,
    day: tuple[float, ...] | None = None,
) -> SwmmCheck:
    """Hold a design against the engine, with the same flow all the time or the course of a day."""
    hours = STEADY_HOURS if day is None else DAY_HOURS
    file = write_inp(
        pipes, manholes, stations, routing=routing, hours=hours, roughness=roughness, day=day
    )
    found = run_swmm(file)
    ours = pipes[~pipes["kind"].eq(RISING_MAIN)]
    theirs = found.links.reindex(file.links.reindex(ours.index)).set_axis(ours.index)
    depth = ours["fill_ratio"].astype(float) * ours["diameter_mm"].astype(float) / MM_PER_M
    table = pd.DataFrame(
        {
            "flow_l_s": ours["flow_l_s"].astype(float),
            "swmm_flow_l_s": theirs["flow_l_s"],
            "water_m": depth,
            "swmm_depth_m": theirs["depth_m"],
            "depth_off_share": theirs["depth_m"] / depth - 1.0,
            "velocity_m_s": ours["velocity_m_s"].astype(float),
            "swmm_velocity_m_s": theirs["velocity_m_s"],
            "is_full": theirs["filled_share"].ge(FULL),
        }
    )
    return SwmmCheck(table, _at_manholes(ours, file, found), found.warnings)


def check_folder(
    folder: Path, *, routing: Routing = "STEADY", above: str | None = None
) -> SwmmCheck:
    """Hold the design that a run left against the engine.

    Parameters
    ----------
    folder : Path
        The plan's folder of a run, with ``layers.gpkg`` and ``result.json``.
    routing : {"STEADY", "KINWAVE", "DYNWAVE"}
        Flow routing.
    above : str, optional
        A manhole; what does not flow through it is left out.

    Returns
    -------
    SwmmCheck
        Pipes and manholes, ours beside the engine's.

    Raises
    ------
    LayerError
        If the folder holds no designed network, or nothing lies above the manhole.
    OutputError, InfeasibleError
        As for `run_swmm`.
    """
    pipes, manholes, stations, roughness = read_design(folder, above=above)
    return check_with_swmm(pipes, manholes, stations, routing=routing, roughness=roughness)


def read_design(
    folder: Path, *, above: str | None = None, also: tuple[str, ...] = ()
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, tuple[str, ...], float]:
    """Read the design that a run left: pipes, manholes, stations, Manning's n.

    Parameters
    ----------
    folder : Path
        The sewer folder of a run.
    above : str, optional
        Keep only what flows to this manhole.
    also : tuple of str
        Further columns of numbers that the pipes must have.

    Returns
    -------
    tuple
        Pipes, manholes, ids of stations, Manning's n.
    """
    path, about = folder / "layers.gpkg", folder / "result.json"
    none = LayerError(
        "该文件夹没有设计管网；请给出 nngis run sewer 输出文件夹中的 sewer。",
        "The folder holds no designed network; name the sewer folder of what nngis run sewer left.",
        where=str(folder),
    )
    if not path.is_file() or not about.is_file():
        raise none
    if not {"pipes", "manholes", "lift_stations"} <= set(list_layers(path)):
        raise none
    with reading_design(path):
        pipes, manholes = (
            _whole(read_layer(path, name), key, numbers)
            for name, key, numbers in (
                ("pipes", "pipe_id", (*_NUMBERS, *_ENDS, *also)),
                ("manholes", "manhole_id", ("ground_m",)),
            )
        )
        stations = tuple(read_layer(path, "lift_stations")["manhole_id"])
        roughness = float(read_json(about, LayerError)["parameters"]["roughness_n"]["value"])
    if above is not None:
        pipes = pipes_above(pipes, above)
    if pipes.empty:
        raise none
    return pipes, manholes, stations, roughness


def reading_design(path: Path) -> AbstractContextManager[None]:
    """Say of whatever fails within that a saved design has been changed.

    Parameters
    ----------
    path : Path
        Its file.

    Returns
    -------
    context manager
        The block reads.
    """
    return boundary(
        str(path),
        "管网图层不完整（{}）；可能被改动，请重新运行 nngis run sewer。",
        "The network's layers are not whole ({}); they may have been changed: run nngis run sewer "
        "again.",
        error=LayerError,
    )


def _whole(layer: gpd.GeoDataFrame, key: str, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Index a saved layer by its ids, which do not repeat; numbers are numbers, none is missing."""
    numbers = dict.fromkeys((name for name in columns if name not in _ENDS), float)
    whole = layer.astype(numbers | dict.fromkeys(set(columns) & set(_ENDS), object)).set_index(key)
    if whole.geometry.isna().any() or whole.index.hasnans or not whole.index.is_unique:
        raise ValueError(key)
    return whole


def _at_manholes(pipes: gpd.GeoDataFrame, file: SwmmFile, found: SwmmRun) -> pd.DataFrame:
    at = found.nodes.reindex(file.nodes).set_axis(file.nodes.index)
    high = pipes["diameter_mm"].astype(float) / MM_PER_M
    levels = pd.concat(
        [
            pd.DataFrame({"at": pipes[end], "low": pipes[name], "top": pipes[name] + high})
            for end, name in (("from_manhole", "invert_up_m"), ("to_manhole", "invert_down_m"))
        ]
    )
    ends = levels.groupby("at").agg({"low": "min", "top": "max"}).reindex(at.index)
    over = (at["depth_m"] - (ends["top"] - ends["low"])).clip(lower=0.0)
    return pd.DataFrame(
        {
            "swmm_depth_m": at["depth_m"],
            "swmm_level_m": ends["low"] + at["depth_m"],
            "flooding_l_s": at["flooding_l_s"].where(at["flooding_l_s"] > LEAST_FLOOD_L_S, 0.0),
            "surcharge_m": over.where(~(over < STEP_M), 0.0),
        }
    )


def _toolkit() -> Any:  # noqa: ANN401 -- a module without types
    try:
        return importlib.import_module("swmm.toolkit.output")
    except ImportError:
        raise OutputError(
            "运行 SWMM 需要 swmm-toolkit；请运行 pip install 'nngis[swmm]'。",
            "Running SWMM needs swmm-toolkit; run pip install 'nngis[swmm]'.",
            where="SWMM",
        ) from None


def _refused(errors: list[str]) -> InfeasibleError:
    return InfeasibleError.of(
        Problem(f"SWMM 不接受该管网：{e}", f"SWMM refuses this network: {e}", where="SWMM")
        for e in errors
    )


def _read_out(reader: Any, path: Path, *, last_only: bool) -> tuple[pd.DataFrame, pd.DataFrame]:  # noqa: ANN401
    enum = importlib.import_module("swmm.toolkit.shared_enum")
    handle = reader.init()
    reader.open(handle, str(path))
    try:
        _, node_count, link_count, *_ = reader.get_proj_size(handle)
        periods = reader.get_times(handle, enum.Time.NUM_PERIODS)
        chosen = range(max(periods - 1, 0) if last_only else 0, periods)
        if not chosen:
            raise _refused(["no results"])

        def table(
            kind: Any,  # noqa: ANN401
            count: int,
            read: Any,  # noqa: ANN401
            columns: dict[str, Any],
        ) -> pd.DataFrame:
            names = [reader.get_elem_name(handle, kind, at) for at in range(count)]
            values = {
                name: np.max(np.abs([read(handle, t, attribute) for t in chosen]), axis=0)
                for name, attribute in columns.items()
            }
            return pd.DataFrame(values, index=pd.Index(names, name="swmm_id", dtype=object))

        node, link = enum.NodeAttribute, enum.LinkAttribute
        nodes = table(
            enum.ElementType.NODE,
            node_count,
            reader.get_node_attribute,
            {
                "depth_m": node.INVERT_DEPTH,
                "flooding_l_s": node.FLOODING_LOSSES,
                "inflow_l_s": node.TOTAL_INFLOW,
            },
        )
        links = table(
            enum.ElementType.LINK,
            link_count,
            reader.get_link_attribute,
            {
                "flow_l_s": link.FLOW_RATE,
                "depth_m": link.FLOW_DEPTH,
                "velocity_m_s": link.FLOW_VELOCITY,
                "filled_share": link.CAPACITY,
            },
        )
    finally:
        reader.close(handle)
    return nodes, links
