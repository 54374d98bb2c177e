"""The EPA engine run on networks of ours."""

import importlib.util
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.errors import InfeasibleError, LayerError
from nngis.outputs.save import write_geopackage
from nngis.run.swmm import check_folder, check_with_swmm

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("swmm") is None, reason="swmm-toolkit is not installed"
)

# Manning, n = 0.013: flow, slope, diameter -> fill ratio, velocity (partial-flow tables).
GOLDEN = ((50.0, 0.004, 400, 0.4272, 0.9762), (120.0, 0.004, 500, 0.5015, 1.2178))


def one_pipe(
    flow_l_s: float, slope: float, diameter_mm: int, fill: float, velocity: float
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    manholes = gpd.GeoDataFrame(
        {"ground_m": [12.0, 12.0]}, index=["A", "B"], geometry=[Point(0, 0), Point(100, 0)]
    )
    pipes = pd.DataFrame(
        {
            "from_manhole": "A",
            "to_manhole": "B",
            "length_m": 100.0,
            "diameter_mm": diameter_mm,
            "invert_up_m": 10.0,
            "invert_down_m": 10.0 - 100.0 * slope,
            "flow_l_s": flow_l_s,
            "fill_ratio": fill,
            "velocity_m_s": velocity,
            "kind": "gravity",
        },
        index=pd.Index(["P"], name="pipe_id"),
    )
    return gpd.GeoDataFrame(pipes, geometry=[LineString([(0, 0), (100, 0)])]), manholes


@pytest.mark.parametrize("case", GOLDEN)
def test_the_engine_agrees_with_the_tables_of_partial_flow(
    case: tuple[float, float, int, float, float],
) -> None:
    check = check_with_swmm(*one_pipe(*case))
    row = check.pipes.loc["P"]
    assert abs(row["depth_off_share"]) < 0.01
    assert np.isclose(row["swmm_velocity_m_s"], row["velocity_m_s"], rtol=0.01)
    assert np.isclose(row["swmm_flow_l_s"], case[0])
    assert not row["is_full"]
    assert check.manholes["flooding_l_s"].eq(0).all()
    assert check.manholes["surcharge_m"].eq(0).all()


def test_a_pipe_too_small_is_full_and_floods_its_manhole() -> None:
    check = check_with_swmm(*one_pipe(200.0, 0.004, 300, 1.0, 1.0))
    assert check.pipes["is_full"]["P"]
    assert check.manholes["flooding_l_s"]["A"] > 100.0


def test_under_dynamic_waves_a_pipe_too_small_is_surcharged() -> None:
    check = check_with_swmm(*one_pipe(75.0, 0.004, 300, 1.0, 1.0), routing="DYNWAVE")
    assert check.manholes["surcharge_m"]["A"] > 0.1


def test_what_the_engine_refuses_is_said() -> None:
    pipes, manholes = one_pipe(10.0, -0.004, 300, 0.3, 0.6)
    with pytest.raises(InfeasibleError, match="ERROR 115"):
        check_with_swmm(pipes, manholes)


def test_the_design_of_a_run_is_read_from_its_folder(tmp_path: Path) -> None:
    pipes, manholes = one_pipe(*GOLDEN[0])
    stations = gpd.GeoDataFrame({"manhole_id": pd.Series(dtype=object)}, geometry=[], crs=4545)
    manholes.index.name = "manhole_id"
    tables = {"pipes": pipes.set_crs(4545), "manholes": manholes.set_crs(4545)}
    write_geopackage(tmp_path / "layers.gpkg", tables | {"lift_stations": stations})
    about = {"parameters": {"roughness_n": {"value": 0.013}}}
    (tmp_path / "result.json").write_text(json.dumps(about))
    pd.testing.assert_frame_equal(
        check_folder(tmp_path).pipes, check_with_swmm(pipes, manholes).pipes, check_like=True
    )
    assert len(check_folder(tmp_path, above="B").pipes) == 1
    with pytest.raises(LayerError):
        check_folder(tmp_path, above="A")


@pytest.mark.parametrize("table", ["pipes", "manholes"])
@pytest.mark.parametrize("harm", ["lost", "words", "twice", "nowhere"])
def test_a_design_that_was_changed_is_refused_in_words(
    tmp_path: Path, table: str, harm: str
) -> None:
    pipes, manholes = one_pipe(*GOLDEN[0])
    stations = gpd.GeoDataFrame({"manhole_id": pd.Series(dtype=object)}, geometry=[], crs=4545)
    manholes.index.name = "manhole_id"
    tables = {"pipes": pipes.set_crs(4545), "manholes": manholes.set_crs(4545)}
    one = tables[table]
    number = "diameter_mm" if table == "pipes" else "ground_m"
    tables[table] = {
        "lost": lambda: one.drop(columns=number),
        "words": lambda: one.assign(**{number: "much"}),
        "twice": lambda: pd.concat([one, one]),
        "nowhere": lambda: one.set_geometry([None] * len(one), crs=4545),
    }[harm]()
    write_geopackage(tmp_path / "layers.gpkg", tables | {"lift_stations": stations})
    about = {"parameters": {"roughness_n": {"value": 0.013}}}
    (tmp_path / "result.json").write_text(json.dumps(about))
    with pytest.raises(LayerError, match="run nngis run sewer again"):
        check_folder(tmp_path)


def test_a_folder_without_a_design_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="no designed network"):
        check_folder(tmp_path)
