"""DXF of a network: sound for ezdxf and GDAL, the same bytes each time, names stay data."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import ezdxf
import geopandas as gpd
import pyogrio
import pytest
from ezdxf.document import Drawing
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from nngis.cartography.dxf import LAYERS, draw_dxf, safe_text
from nngis.ledger.read import read_ledger
from nngis.roles import role

EVIL = "井%%u\n0\nEOF\n\x00\x1b\\U+0041"


def network(name: str = "W1") -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Lay three manholes: a pipe to the west, then a rising main to the north."""
    places = [Point(500060, 2520000), Point(500000, 2520000), Point(500000, 2520050)]
    manholes = gpd.GeoDataFrame(
        {"ground_m": [75.5, 75.0, 80.0], "invert_m": [74.1, 73.9, float("nan")]},
        index=[name, "W2", "W3"],
        geometry=places,
        crs=4545,
    )
    pipes = gpd.GeoDataFrame(
        {
            "from_manhole": [name, "W2"],
            "to_manhole": ["W2", "W3"],
            "length_m": [60.0, 50.0],
            "diameter_mm": [300, 200],
            "slope": [0.00333, -0.05],
            "kind": ["gravity", "rising_main"],
        },
        index=["P1", "P2"],
        geometry=[LineString(places[:2]), LineString(places[1:])],
        crs=4545,
    )
    return pipes, manholes


def opened(data: bytes) -> Drawing:
    return ezdxf.read(io.StringIO(data.decode("utf-8")))


def texts(drawing: Drawing) -> list[str]:
    return [one.dxf.text for one in drawing.modelspace().query("TEXT")]


def test_the_drawing_is_sound_and_holds_every_object_on_its_layer() -> None:
    drawing = opened(draw_dxf(*network(), ["W2"], work_crs="EPSG:4545"))
    audit = drawing.audit()
    assert not audit.errors
    assert not audit.fixes
    assert drawing.dxfversion == "AC1032"
    assert drawing.units == 6
    space = drawing.modelspace()
    found = {
        layer.name: len(space.query(f'LWPOLYLINE INSERT[layer=="{layer.name}"]'))
        for layer in LAYERS
    }
    assert found["污水管道"] == 1
    assert found["压力管"] == 1
    assert (found["检查井"], found["提升泵站"], found["污水处理厂"]) == (1, 1, 1)
    assert {layer.name for layer in LAYERS} <= {layer.dxf.name for layer in drawing.layers}


def test_labels_tell_sizes_and_levels_and_stand_upright() -> None:
    drawing = opened(draw_dxf(*network()))
    found = texts(drawing)
    assert "DN300 i=3.33‰ L=60.00" in found
    assert "DN200 L=50.00" in found  # the slope of a rising main says nothing
    assert "75.500/74.100" in found
    assert "80.000/—" in found
    for text in drawing.modelspace().query("TEXT"):
        assert -90.0 < text.dxf.rotation <= 90.0


@pytest.mark.parametrize(
    ("east", "north", "turned", "side"),
    [
        (100, 0, 0, (0, 1)),  # above a pipe that reads from west to east,
        (-100, 0, 0, (0, 1)),  # though it flows to the west
        (0, 100, 90, (-1, 0)),  # left of one that reads upwards
        (0, -100, 90, (-1, 0)),
    ],
)
def test_a_label_stands_above_the_line_that_it_reads_along(east, north, turned, side) -> None:
    ends = [Point(500_000, 2_520_000), Point(500_000 + east, 2_520_000 + north)]
    pipes, manholes = network()
    pipes = pipes.iloc[:1].set_geometry([LineString(ends)], crs=4545)
    drawing = opened(draw_dxf(pipes.assign(length_m=100.0), manholes))
    (label,) = [t for t in drawing.modelspace().query("TEXT") if t.dxf.text.startswith("DN")]
    assert label.dxf.rotation == pytest.approx(turned)
    at = label.get_placement()[1]
    away = (at.x - 500_000 - east / 2, at.y - 2_520_000 - north / 2)
    # Letters are 0.035 of the pipe's length high, 3.5 m, and stand 0.9 of it off.
    assert away == pytest.approx((3.15 * side[0], 3.15 * side[1]), abs=1e-6)


def test_joints_of_rising_mains_are_no_manholes() -> None:
    pipes, manholes = network()
    drawing = opened(draw_dxf(pipes, manholes.assign(kind=["manhole", "rising_joint", "plant"])))
    assert not drawing.modelspace().query('INSERT[layer=="检查井"]')[1:]
    assert "W2" not in texts(drawing)


def test_the_arrow_points_down_the_pipe() -> None:
    arrows = opened(draw_dxf(*network())).modelspace().query('INSERT[layer=="流向"]')
    assert [round(abs(arrow.dxf.rotation)) for arrow in arrows] == [180, 90]


def test_names_break_nothing() -> None:
    drawing = opened(draw_dxf(*network(EVIL)))
    assert not drawing.audit().errors
    assert "井％％u 0 EOF ＼U+0041" in texts(drawing)
    assert len(drawing.modelspace().query("LWPOLYLINE")) == 2


@given(st.text())
def test_a_safe_text_is_one_line_without_codes(text: str) -> None:
    safe = safe_text(text)
    assert not set(safe) & set("%\\^\n\r\x00")
    safe.encode("utf-8")
    assert safe_text(safe) == safe


def test_letters_are_as_high_as_the_pipes_are_long() -> None:
    pipes, manholes = network()
    heights = {t.dxf.height for t in opened(draw_dxf(pipes, manholes)).modelspace().query("TEXT")}
    assert max(heights) == pytest.approx(1.9)  # 0.035 x 55 m
    assert draw_dxf(pipes.iloc[:0], manholes)


def test_gdal_reads_the_drawing_and_it_plays_the_role_of_sewers(tmp_path: Path) -> None:
    path = tmp_path / "network.dxf"
    path.write_bytes(draw_dxf(*network(), ["W2"]))
    # GDAL goes by the code page alone, though drawings from 2007 on are UTF-8 whatever it says
    pyogrio.set_gdal_config_options({"DXF_ENCODING": "UTF-8"})
    try:
        frame = pyogrio.read_dataframe(path)
    finally:
        pyogrio.set_gdal_config_options({"DXF_ENCODING": None})
    assert {"污水管道", "压力管", "检查井标注"} <= set(frame["Layer"])
    layer = read_ledger(path, role("sewers"), datum="EPSG:4545")
    assert len(layer.frame) == 1


def test_the_same_network_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import hashlib, test_dxf as t; "
        "print(hashlib.sha256(t.draw_dxf(*t.network())).hexdigest())"
    )
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", code, here]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == hashlib.sha256(draw_dxf(*network())).hexdigest()
