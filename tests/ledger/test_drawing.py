"""Drawings: pipes are lines that do not close, frozen layers are not there, blocks tell more."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.errors import LedgerError
from nngis.ledger.part import Options
from nngis.ledger.read import Reading, survey_ledger
from nngis.roles import role

X, Y = 541_000.0, 2_522_000.0  # in Nanning, EPSG:4545
Pair = tuple[int, object]


def pairs(*items: Pair) -> str:
    return "".join(f"{code}\n{value}\n" for code, value in items)


def drawing(
    path: Path, layers: dict[str, tuple[int, int]], entities: str, blocks: str = ""
) -> Path:
    """Write a drawing; a layer's flags and colour say whether it is frozen (1) or off (< 0)."""
    table = "".join(
        pairs((0, "LAYER"), (2, name), (70, flags), (62, colour), (6, "CONTINUOUS"))
        for name, (flags, colour) in layers.items()
    )
    text = (
        pairs((0, "SECTION"), (2, "TABLES"), (0, "TABLE"), (2, "LAYER"), (70, len(layers)))
        + table
        + pairs((0, "ENDTAB"), (0, "ENDSEC"), (0, "SECTION"), (2, "BLOCKS"))
        + blocks
        + pairs((0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES"))
        + entities
        + pairs((0, "ENDSEC"), (0, "EOF"))
    )
    path.write_text(text, encoding="utf-8")
    return path


def line(layer: str, dx: float, handle: str) -> str:
    return pairs(
        (0, "LINE"), (5, handle), (8, layer), (10, X), (20, Y), (11, X + dx), (21, Y + 10)
    )  # fmt: skip


def circle(layer: str, at: int) -> str:
    return pairs((0, "CIRCLE"), (5, f"C{at}"), (8, layer), (10, X + at), (20, Y), (40, 0.5))


def frame(layer: str, at: int) -> str:
    corners = [(X + at, Y), (X + at + 5, Y), (X + at + 5, Y + 5), (X + at, Y + 5)]
    listed = [pair for x, y in corners for pair in ((10, x), (20, y))]
    return pairs((0, "LWPOLYLINE"), (5, f"F{at}"), (8, layer), (90, 4), (70, 1), *listed)


def block(name: str, tags: tuple[str, ...]) -> str:
    definitions = "".join(
        pairs(
            (0, "ATTDEF"),
            (8, "0"),
            (10, 0),
            (20, 0),
            (40, 1),
            (1, "x"),
            (3, "p"),
            (2, tag),
            (70, 0),
        )
        for tag in tags
    )
    return (
        pairs((0, "BLOCK"), (8, "0"), (2, name), (70, 2), (10, 0), (20, 0))
        + pairs((0, "CIRCLE"), (8, "0"), (10, 0), (20, 0), (40, 1))
        + definitions
        + pairs((0, "ENDBLK"))
    )


def insert(layer: str, name: str, at: int, values: dict[str, str]) -> str:
    attributes = "".join(
        pairs((0, "ATTRIB"), (8, layer), (10, X), (20, Y), (40, 1), (1, value), (2, tag), (70, 0))
        for tag, value in values.items()
    )
    start = pairs(
        (0, "INSERT"), (5, f"B{at}"), (8, layer), (66, 1), (2, name), (10, X + at), (20, Y)
    )
    return start + attributes + pairs((0, "SEQEND"), (8, layer))


def read(path: Path, name: str) -> Reading:
    return survey_ledger(path, role(name), Options("EPSG:4545"))


@settings(max_examples=25, deadline=None)
@given(pipes=st.integers(1, 4), circles=st.integers(0, 60), frames=st.integers(0, 10))
def test_marks_are_no_sewers(
    tmp_path_factory: pytest.TempPathFactory, pipes: int, circles: int, frames: int
) -> None:
    entities = "".join(line("污水管", 100 + at, f"L{at}") for at in range(pipes))
    entities += "".join(circle("污水管", at) for at in range(circles))
    entities += "".join(frame("污水管", at) for at in range(frames))
    path = drawing(tmp_path_factory.mktemp("d") / "a.dxf", {"污水管": (0, 7)}, entities)
    reading = read(path, "sewers")
    assert len(reading.layer.frame) == pipes
    assert reading.layer.rejects.empty
    marks = circles + frames
    assert any(f"left aside: {marks} (" in note.en for note in reading.layer.notes) == (marks > 0)


@pytest.mark.parametrize(("flags", "colour"), [(1, 7), (5, 7), (0, -7), (1, -1)])
def test_a_layer_that_is_frozen_or_off_is_not_read_and_said(
    tmp_path: Path, flags: int, colour: int
) -> None:
    layers = {"污水管": (0, 7), "污水管_旧": (flags, colour)}
    entities = line("污水管", 100, "L1") + line("污水管_旧", 50, "L2")
    reading = read(drawing(tmp_path / "a.dxf", layers, entities), "sewers")
    assert len(reading.layer.frame) == 1
    assert any("污水管_旧" in note.zh and "冻结" in note.zh for note in reading.layer.notes)


def test_a_drawing_whose_layers_are_all_frozen_is_refused_by_their_name(tmp_path: Path) -> None:
    path = drawing(tmp_path / "a.dxf", {"污水管": (1, 7)}, line("污水管", 100, "L1"))
    with pytest.raises(LedgerError, match="frozen"):
        read(path, "sewers")


TAGS = {
    "capacity_t_h": ("额定蒸发量", "容量", "CAPACITY", "蒸吨"),
    "fuel": ("燃料", "FUEL", "燃料种类"),
    "name_zh": ("名称", "NAME", "单位名称"),
}


@settings(max_examples=20, deadline=None)
@given(
    capacity=st.sampled_from(TAGS["capacity_t_h"]),
    fuel=st.sampled_from(TAGS["fuel"]),
    name=st.sampled_from(TAGS["name_zh"]),
    on_layer=st.booleans(),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_what_a_block_says_of_itself_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    capacity: str,
    fuel: str,
    name: str,
    on_layer: bool,
    encoding: str,
) -> None:
    layer, called = ("锅炉", "B1") if on_layer else ("0", "锅炉符号")
    values = {name: "甲厂", capacity: "10t/h", fuel: "烟煤", "厂内编号": "3"}
    path = drawing(
        tmp_path_factory.mktemp("b") / "a.dxf",
        {"锅炉": (0, 7), "0": (0, 7)},
        insert(layer, called, 10, values) + insert(layer, called, 20, values | {name: "乙厂"}),
        block(called, tuple(values)),
    )
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    frame = read(path, "boilers").layer.frame
    assert frame["name_zh"].tolist() == ["甲厂", "乙厂"]
    assert frame["capacity_t_h"].tolist() == [10.0, 10.0]
    assert frame["fuel"].tolist() == ["coal", "coal"]
    assert frame["厂内编号"].tolist() == ["3", "3"]


def test_a_closed_outline_is_a_park(tmp_path: Path) -> None:
    path = drawing(tmp_path / "a.dxf", {"园区": (0, 7)}, frame("园区", 0))
    layer = read(path, "parks").layer
    assert layer.in_crs(4545).geometry.area.iloc[0] == pytest.approx(25.0, rel=1e-6)
