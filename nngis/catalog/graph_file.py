"""Road graphs on disk: a folder of GeoParquet, edges and nodes, with a json that describes it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from nngis.arrays import Array, Floats
from nngis.errors import LayerError, Problem, require
from nngis.network.graph import Graph
from nngis.network.graph.core import assemble, edges_of
from nngis.network.graph.edges import Edges, faults
from nngis.network.graph.shapes import measured

FORMAT = "nngis road graph 1"
DESCRIPTION, NODES, EDGES = "graph.json", "nodes.parquet", "edges.parquet"
DTYPES = {
    "tail": np.int32,
    "head": np.int32,
    "length_m": np.float64,
    "oneway": np.int8,
    "row": np.intp,
    "time_s": np.float64,
    "back_time_s": np.float64,
}
TIMES = ("time_s", "back_time_s")


def save_graph(graph: Graph, folder: Path | str) -> None:
    """Write a graph into a folder.

    `edges.parquet` and `nodes.parquet` are GeoParquet 1.1 with coordinates as numbers, which GIS
    programs open as layers of lines and points; `graph.json` tells what they are. Each file is
    written beside its place and then moved there, the json last.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DESCRIPTION).unlink(missing_ok=True)
    edges = edges_of(graph)
    columns = {name: getattr(edges, name) for name in DTYPES if getattr(edges, name) is not None}
    shapes = graph.shapes
    lines = pa.ListArray.from_arrays(shapes.first.astype(np.int32), _points(shapes.xy))
    _write(folder / EDGES, columns, lines, graph.crs, "LineString")
    places = _points(np.stack([graph.x, graph.y], axis=1))
    _write(folder / NODES, {}, places, graph.crs, "Point")
    description = {
        "format": FORMAT,
        "crs": graph.crs.to_json_dict(),
        "nodes": graph.n_nodes,
        "edges": graph.n_edges,
        "straight": graph.course is None,
        "timed": graph.time_s is not None,
    }
    text = json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True)
    _move_in(folder / DESCRIPTION, lambda part: part.write_text(text + "\n", encoding="utf-8"))


def load_graph(folder: Path | str) -> Graph:
    """Read a graph that `save_graph` wrote."""
    folder = Path(folder)
    description = _description(folder)
    names = [name for name in DTYPES if description["timed"] or name not in TIMES]
    names += [] if description["straight"] else ["geometry"]
    table, points = _read(folder / EDGES, names), _read(folder / NODES, ["geometry"])
    x, y = _coordinates(points["geometry"])
    course = None
    if not description["straight"]:
        first = table["geometry"].offsets.to_numpy()
        course = measured(
            np.stack(_coordinates(table["geometry"].flatten()), axis=1), np.diff(first)
        )
    column = {
        name: np.require(table[name].to_numpy(), dtype, ["C", "W"])
        for name, dtype in DTYPES.items()
        if name in table
    }
    edges = Edges(
        tail=column["tail"],
        head=column["head"],
        length_m=column["length_m"],
        oneway=column["oneway"],
        time_s=column.get("time_s"),
        back_time_s=column.get("back_time_s"),
        course=course,
        row=column["row"],
    )
    found = faults(x, y, edges)
    if (x.size, edges.tail.size) != (description["nodes"], description["edges"]):
        found.append(_damaged(folder))
    require(found, LayerError)
    return assemble(x, y, edges, crs=CRS.from_json_dict(description["crs"]))


def _points(xy: Floats) -> pa.StructArray:
    """Coordinates as GeoParquet's own points."""
    x, y = (pa.array(np.ascontiguousarray(xy[:, axis])) for axis in (0, 1))
    return pa.StructArray.from_arrays([x, y], names=["x", "y"])


def _coordinates(points: pa.StructArray) -> list[Floats]:
    """Easting and northing of points."""
    return [
        np.require(points.field(axis).to_numpy(), np.float64, ["C", "W"]) for axis in ("x", "y")
    ]


def _write(path: Path, columns: dict[str, Array], geometry: pa.Array, crs: CRS, kind: str) -> None:
    """Write one GeoParquet file."""
    about = {
        "encoding": kind.lower(),
        "geometry_types": [kind],
        "crs": crs.to_json_dict(),
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    arrays = {name: pa.array(values) for name, values in columns.items()}
    table = pa.table({**arrays, "geometry": geometry})
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    # Coordinates hardly repeat: a dictionary of them only costs time.
    _move_in(path, lambda part: pq.write_table(table, part, use_dictionary=False))


def _move_in(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside a path, then move into place."""
    part = path.with_name(path.name + ".part")
    write(part)
    part.replace(path)


def _read(path: Path, names: list[str]) -> dict[str, Any]:
    """Read columns of a parquet file, each as one array."""
    try:
        table = pq.read_table(path, columns=names)
    except (OSError, pa.ArrowException) as error:
        raise LayerError.of([_damaged(path)]) from error
    if table.column_names != names:
        raise LayerError.of([_damaged(path)])
    return {name: table[name].combine_chunks() for name in names}


def _description(folder: Path) -> dict[str, Any]:
    """Read what the json tells."""
    path = folder / DESCRIPTION
    try:
        description: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LayerError.of([_damaged(path)]) from error
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        raise LayerError.of([_damaged(path)])
    return description


def _damaged(path: Path) -> Problem:
    return Problem(
        "路网文件缺失、损坏或格式不符；请重新生成并保存路网。",
        "The road graph's files are missing, damaged or of another format; build the graph again "
        "and save it.",
        where=str(path),
    )
