"""What a designed network leaves behind: drawing and model; each time the same."""

import io
from dataclasses import replace
from pathlib import Path

import ezdxf
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.ledger.swmm import parse_inp
from nngis.outputs.networks import write_network
from nngis.parameter_values import ParameterRecord
from nngis.plans.sewer.sections import long_sections
from nngis.result.mapview import MapView, PipeNetwork
from nngis.result.result import Analysis, InputRecord, Result
from nngis.text import Text

NAME = Text("示例", "Example")
FILES = ["network.dxf", "network.inp"]


def result(levels: tuple[float, ...] = (9.0, 8.8)) -> Result:
    places = [Point(0, 0), Point(60, 0), Point(120, 0)]
    manholes = gpd.GeoDataFrame(
        {"ground_m": [11.0, 11.0, 11.0], "invert_m": [9.0, 8.8, 8.6]},
        index=pd.Index(["A", "B", "厂"], name="manhole_id"),
        geometry=places,
        crs=4545,
    )
    pipes = gpd.GeoDataFrame(
        {
            "from_manhole": ["A", "B"],
            "to_manhole": ["B", "厂"],
            "length_m": 60.0,
            "diameter_mm": 300.0,
            "slope": 0.2 / 60.0,
            "invert_up_m": levels,
            "invert_down_m": [8.8, 8.6],
            "flow_l_s": [10.0, 20.0],
            "kind": "gravity",
            "governing": "min_slope",
        },
        index=pd.Index(["P1", "P2"], name="pipe_id"),
        geometry=[LineString(places[:2]), LineString(places[1:])],
        crs=4545,
    )
    tables = {
        "pipes": pipes,
        "manholes": manholes,
        "lift_stations": pd.DataFrame({"manhole_id": pd.Series(dtype=object)}),
        "sections": long_sections(pipes, manholes),
    }
    return Result(
        plan="sewer",
        title=NAME,
        analysis=Analysis(tables),
        subject="pipes",
        parameters=(ParameterRecord("roughness_n", NAME, 0.012, "", "", "default"),),
        inputs=(InputRecord("roads", "r", NAME, "r", "", "synthetic", 1, 0),),
        view=MapView("sewer", NAME, (), network=PipeNetwork(NAME)),
        sheets=(),
        work_crs="EPSG:4545",
    )


def test_a_network_leaves_its_files(tmp_path: Path) -> None:
    assert write_network(tmp_path, result()) == FILES
    read = parse_inp((tmp_path / "network.inp").read_text("utf-8"))
    assert read.sewers["roughness"].tolist() == [0.012, 0.012]
    drawing = ezdxf.read(io.StringIO((tmp_path / "network.dxf").read_text("utf-8")))
    assert not drawing.audit().errors


def test_the_same_network_leaves_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_network(tmp_path / name, result())
        made.append([(tmp_path / name / file).read_bytes() for file in FILES])
    assert made[0] == made[1]


def test_a_pipe_without_levels_is_drawn_but_stands_in_no_model(tmp_path: Path) -> None:
    write_network(tmp_path, result((np.nan, 8.8)))
    text = (tmp_path / "network.inp").read_text("utf-8")
    assert "1 left out" in text
    assert list(parse_inp(text).sewers.index) == ["P2"]
    assert "P1" not in text


@pytest.mark.parametrize("without", ["network", "pipes"])
def test_a_result_without_a_network_leaves_nothing(tmp_path: Path, without: str) -> None:
    whole = result()
    if without == "network":
        bare = replace(whole, view=replace(whole.view, network=None))
    else:
        tables = {**whole.analysis.tables, "pipes": whole.analysis.tables["pipes"].iloc[:0]}
        bare = replace(whole, analysis=Analysis(tables))
    assert write_network(tmp_path, bare) == []
    assert list(tmp_path.iterdir()) == []
