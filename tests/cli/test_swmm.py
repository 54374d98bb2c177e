"""``nngis swmm`` as people use it."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from nngis.outputs.save import write_geopackage

Nngis = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [(("--routing", "FAST"), 2, "STEADY"), (("--lang", "en"), 1, "no designed network")],
)
def test_what_is_wrong_is_said(
    nngis: Nngis, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    ran = nngis("swmm", tmp_path, *words)
    assert ran.code == code
    assert says in ran.err


@pytest.mark.skipif(importlib.util.find_spec("swmm") is None, reason="swmm-toolkit is not here")
def test_loads_are_told_and_left_as_a_table(nngis: Nngis, tmp_path: Path) -> None:
    manholes = gpd.GeoDataFrame(
        {"ground_m": [12.0, 12.0]},
        index=pd.Index(["A", "B"], name="manhole_id"),
        geometry=[Point(0, 0), Point(100, 0)],
        crs=4545,
    )
    pipe = {
        "from_manhole": ["A"], "to_manhole": ["B"], "length_m": [100.0], "diameter_mm": [300.0],
        "invert_up_m": [10.0], "invert_down_m": [9.6], "flow_l_s": [36.0],
        "mean_flow_l_s": [15.0], "fill_ratio": [0.55], "velocity_m_s": [0.9], "kind": ["gravity"],
        "slope": [0.004], "governing": ["min_slope"],
    }  # fmt: skip
    pipes = gpd.GeoDataFrame(
        pipe,
        index=pd.Index(["P"], name="pipe_id"),
        geometry=[LineString([(0, 0), (100, 0)])],
        crs=4545,
    )
    stations = gpd.GeoDataFrame({"manhole_id": pd.Series(dtype=object)}, geometry=[], crs=4545)
    tables = {"pipes": pipes, "manholes": manholes, "lift_stations": stations}
    write_geopackage(tmp_path / "layers.gpkg", tables)
    about = {"parameters": {"roughness_n": {"value": 0.013}}, "warnings": []}
    about |= {"evidence": "synthetic", "work_crs": "EPSG:4545"}
    (tmp_path / "result.json").write_text(json.dumps(about))
    ran = nngis("swmm", tmp_path, "--loads", "--lang", "en")
    assert ran.code == 0, ran.err
    assert "first surcharged: A (at 2 times the design flow)" in ran.out
    assert "too slow at night: 1 pipe" in ran.out
    table = (tmp_path / "swmm_loads.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == 8
    drawing = ezdxf.readfile(tmp_path / "swmm_sections.dxf")
    assert not drawing.audit().errors
    words = [one.dxf.text for one in drawing.modelspace().query("TEXT")]
    assert "surcharged first (at 2× design flow)" in words
    levels = {
        name: drawing.modelspace().query(f'LWPOLYLINE[layer=="{name}"]')[0].get_points("xy")
        for name in ("Ground", "Water at design flow", "Water at twice the design")
    }
    # at twice the flow water stands above the crown, 1.7 m below the ground of A; at once, below
    ground, once, twice = (points[0][1] for points in levels.values())
    (scales,) = (one for one in words if one.startswith("Scales"))
    mm_per_m = 1000 / int(scales.rpartition(":")[2])
    assert ground - twice < 1.7 * mm_per_m < ground - once
    assert (tmp_path / "swmm_sections.pdf").is_file()
    ran = nngis("swmm", tmp_path, "--loads", "--json")
    assert json.loads(ran.out)["breaks_at"] == 2.0
