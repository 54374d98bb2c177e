"""DXF of a sewer network: pipes, manholes, lifts and their labels on layers of their own."""

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from ezdxf import options  # type: ignore[attr-defined]  # exported, though not by name
from ezdxf.document import Drawing
from ezdxf.enums import TextEntityAlignment
from ezdxf.filemanagement import new
from ezdxf.layouts.layout import Modelspace

from nngis.arrays import Bools, Floats, Objects

VERSION = "R2018"
METRES = 6  # $INSUNITS
STYLE = "nngis"
FONT = "simhei.ttf"
NARROW = 0.7  # width of letters against their height, as on Chinese sheets
LONGEST = 250  # signs of one text
PER_MILLE = 1000.0
HEIGHT_SHARE, LEAST_M, MOST_M = 0.035, 0.8, 5.0  # letters against the usual pipe, and bounds [m]
AROUND_MID = 0.01  # share of a pipe on both sides of its middle that gives its direction
# Signs that DXF reads as codes of its own stand as their full-width likes.
_CODES = str.maketrans({"%": "％", "\\": "＼", "^": "＾"})


@dataclass(frozen=True)
class DxfLayer:
    """One layer of the drawing.

    Parameters
    ----------
    name : str
        Its name.
    colour : int
        AutoCAD colour index.
    linetype : str
        Its linetype.
    weight : int
        Width of lines [1/100 mm].
    """

    name: str
    colour: int
    linetype: str = "CONTINUOUS"
    weight: int = 18


PIPES = DxfLayer("污水管道", 30, weight=50)
MAINS = DxfLayer("压力管", 4, "DASHED", 50)
EXISTING = DxfLayer("现状污水管道", 8, weight=35)
MANHOLES = DxfLayer("检查井", 2)
LIFTS = DxfLayer("提升泵站", 1, weight=35)
ENDS = DxfLayer("污水处理厂", 3, weight=35)
ARROWS = DxfLayer("流向", 30)
PIPE_WORDS = DxfLayer("管道标注", 7)
MANHOLE_WORDS = DxfLayer("检查井标注", 7)
LIFT_WORDS = DxfLayer("泵站标注", 1)
LAYERS = (
    *(PIPES, MAINS, EXISTING, MANHOLES, LIFTS, ENDS),
    *(ARROWS, PIPE_WORDS, MANHOLE_WORDS, LIFT_WORDS),
)
RISING_MAIN, JOINT = "rising_main", "rising_joint"
OF_KIND = {RISING_MAIN: MAINS, "existing": EXISTING}  # every other kind is a pipe of the design


def draw_dxf(
    pipes: gpd.GeoDataFrame,
    manholes: gpd.GeoDataFrame,
    stations: Iterable[str] = (),
    *,
    work_crs: str = "",
    text_height_m: float | None = None,
    about: str = "",
) -> bytes:
    """Draw a network.

    Parameters
    ----------
    pipes : GeoDataFrame
        Indexed by pipe: `from_manhole`, `to_manhole`, `diameter_mm`, `slope`, `length_m`, `kind`,
        lines.
    manholes : GeoDataFrame
        Indexed by manhole: `ground_m`, `invert_m`, points; where `kind` says that one is a joint
        of rising mains, it is none and is not drawn.
    stations : iterable of str
        Manholes with a lift station.
    work_crs : str
        Code of the CRS, noted in the drawing's properties.
    text_height_m : float, optional
        Height of letters [m]; a share of the usual length of a pipe if absent.
    about : str
        Version, date of the data and evidence, noted there too.

    Returns
    -------
    bytes
        A DXF file of AutoCAD 2018, the same for the same network.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> manholes = gpd.GeoDataFrame({"ground_m": [5.0, 5.0], "invert_m": [4.0, 3.8]},
    ...                             index=["A", "B"], geometry=[Point(0, 0), Point(60, 0)])
    >>> pipes = gpd.GeoDataFrame({"from_manhole": ["A"], "to_manhole": ["B"], "slope": [0.003],
    ...     "diameter_mm": [300], "length_m": [60.0], "kind": ["gravity"]}, index=["P"],
    ...     geometry=[LineString([(0, 0), (60, 0)])])
    >>> "DN300 i=3.00‰ L=60.00".encode() in draw_dxf(pipes, manholes)
    True
    """
    height = text_height_m or _height(pipes)
    with without_clock():
        document = _blank({"CRS": work_crs, "about": about}, height)
        space = document.modelspace()
        if len(pipes):
            _draw_pipes(space, pipes, height)
        starts, ends = (manholes.index.isin(pipes[c]) for c in ("from_manhole", "to_manhole"))
        joint = manholes["kind"].eq(JOINT) if "kind" in manholes else ends & ~ends
        _draw_manholes(space, manholes[~joint], set(stations), (ends & ~starts)[~joint], height)
        return written_out(document)


def written_out(document: Drawing) -> bytes:
    """Return a drawing as a file, the same each time."""
    for kind in sorted(document.entitydb.dxf_types_in_use()):
        document.classes.add_class(kind)  # in order; ezdxf would add them as a set gives them
    stream = io.StringIO()
    document.write(stream)
    return stream.getvalue().encode("utf-8")


def safe_text(text: str) -> str:
    r"""Make a text that a DXF file may hold: one line, no codes, no signs that break it.

    Examples
    --------
    >>> safe_text("W1\n%%uEOF\x00"), safe_text("\\U+4E00^J")
    ('W1 ％％uEOF', '＼U+4E00＾J')
    """
    kept = (sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join("".join(kept).split()).translate(_CODES)[:LONGEST].strip()


def _height(pipes: gpd.GeoDataFrame) -> float:
    if pipes.empty:
        return LEAST_M
    usual = float(np.median(shapely.length(pipes.geometry.to_numpy())))
    return round(float(np.clip(usual * HEIGHT_SHARE, LEAST_M, MOST_M)), 1)


def _blank(properties: Mapping[str, str], height: float) -> Drawing:
    document = new(VERSION, setup=["linetypes"])
    document.header["$INSUNITS"] = METRES
    document.header["$LTSCALE"] = 10.0 * height
    for name, text in properties.items():
        if text:
            document.header.custom_vars.append(name, safe_text(text))
    document.styles.add(STYLE, font=FONT, dxfattribs={"width": NARROW})
    for layer in LAYERS:
        document.layers.add(
            layer.name, color=layer.colour, linetype=layer.linetype, lineweight=layer.weight
        )
    at_origin = (0.0, 0.0)
    document.blocks.new(MANHOLES.name).add_circle(at_origin, 0.5, {"layer": "0"})
    lift = document.blocks.new(LIFTS.name)
    lift.add_circle(at_origin, 1.0, {"layer": "0"})
    lift.add_lwpolyline([(-0.7, -0.5), (0.7, -0.5), (0.0, 0.85)], close=True)
    plant = document.blocks.new(ENDS.name)
    plant.add_lwpolyline([(-1.2, -1.2), (1.2, -1.2), (1.2, 1.2), (-1.2, 1.2)], close=True)
    document.blocks.new(ARROWS.name).add_solid([(-0.9, -0.3), (-0.9, 0.3), (0.9, 0.0)])
    return document


def _draw_pipes(space: Modelspace, pipes: gpd.GeoDataFrame, height: float) -> None:
    lines = pipes.geometry.to_numpy()
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    parts = np.split(xy, np.flatnonzero(np.diff(owner)) + 1)
    middle, turn = _middles(lines)
    readable = 90.0 - np.mod(90.0 - turn, 180.0)  # the same line, never upside down
    across = np.radians(readable + 90.0)
    label = middle + 0.9 * height * np.column_stack([np.cos(across), np.sin(across)])
    for points, kind, word, at, angle, (x, y), flow in zip(
        parts, pipes["kind"], _pipe_words(pipes), label, readable, middle, turn, strict=True
    ):
        layer = OF_KIND.get(kind, PIPES).name
        space.add_lwpolyline(points.tolist(), format="xy", dxfattribs={"layer": layer})
        _write(space, PIPE_WORDS, word, (at[0], at[1]), height, angle=float(angle))
        look = {"layer": ARROWS.name, "xscale": height, "yscale": height, "rotation": float(flow)}
        space.add_blockref(ARROWS.name, (float(x), float(y)), dxfattribs=look)


def _middles(lines: Objects) -> tuple[Floats, Floats]:
    """Return the middle of each line and its direction there [degrees]."""
    before, at, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, share, normalized=True))
        for share in (0.5 - AROUND_MID, 0.5, 0.5 + AROUND_MID)
    )
    along = after - before
    return at, np.degrees(np.arctan2(along[:, 1], along[:, 0]))


def _pipe_words(pipes: gpd.GeoDataFrame) -> list[str]:
    # the slope of a rising main is that of the ground
    slope = pipes["slope"].astype(float).where(pipes["kind"].ne(RISING_MAIN)) * PER_MILLE
    rows = zip(
        pipes["diameter_mm"].astype(float), slope, pipes["length_m"].astype(float), strict=True
    )
    return [_told({"DN": f"{d:.0f}", " i=": f"{s:.2f}‰", " L=": f"{m:.2f}"}) for d, s, m in rows]


def _told(words: Mapping[str, str]) -> str:
    """Join what is known; a missing number is not written."""
    return "".join(name + word for name, word in words.items() if "nan" not in word).strip()


def _draw_manholes(
    space: Modelspace,
    manholes: gpd.GeoDataFrame,
    stations: set[str],
    ends: Bools,
    height: float,
) -> None:
    xy = shapely.get_coordinates(manholes.geometry.to_numpy())
    for one, (x, y), ground, invert, is_end in zip(
        manholes.index,
        xy.tolist(),
        manholes["ground_m"].astype(float),
        manholes["invert_m"].astype(float),
        ends,
        strict=True,
    ):
        lifts = one in stations
        layer = LIFTS if lifts else ENDS if is_end else MANHOLES
        look = {"layer": layer.name, "xscale": height, "yscale": height}
        space.add_blockref(layer.name, (x, y), dxfattribs=look)
        levels = ["—" if pd.isna(level) else f"{level:.3f}" for level in (ground, invert)]
        words = LIFT_WORDS if lifts else MANHOLE_WORDS
        beside = (x + height, y + 1.2 * height)
        _write(space, words, str(one), (beside[0], beside[1] + height), height, left=True)
        _write(space, words, "/".join(levels), beside, 0.8 * height, left=True)


def _write(
    space: Modelspace,
    layer: DxfLayer,
    word: str,
    at: tuple[float, float],
    height: float,
    *,
    angle: float = 0.0,
    left: bool = False,
) -> None:
    text = safe_text(word)
    if not text:
        return
    look = {"layer": layer.name, "style": STYLE, "rotation": angle}
    place = TextEntityAlignment.LEFT if left else TextEntityAlignment.MIDDLE_CENTER
    space.add_text(text, height=height, dxfattribs=look).set_placement(at, align=place)


@contextmanager
def without_clock() -> Iterator[None]:
    """Keep out of the drawing the times and numbers that differ from run to run."""
    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before
