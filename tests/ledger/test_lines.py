"""Lines that a table writes out are drawn, in every spelling, and projects with them."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role

SHIFTS = {
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": gcj02_from_wgs84,
    "bd09": bd09_from_wgs84,
}
PLACE = st.tuples(st.integers(108_000, 108_900), st.integers(22_300, 23_200))
LINES = st.lists(PLACE, min_size=2, max_size=6, unique=True).map(
    lambda found: [(x / 1000, y / 1000) for x, y in found]
)


def joined(between: str, after: str):
    return lambda xy: after.join(f"{x}{between}{y}" for x, y in xy)


SPELLINGS = {
    "wkt": lambda xy: shapely.LineString(xy).wkt,
    "wkt in small letters": lambda xy: shapely.LineString(xy).wkt.lower(),
    "ewkt": lambda xy: "SRID=4326;" + shapely.LineString(xy).wkt,
    "multi": lambda xy: shapely.MultiLineString([xy]).wkt,
    "ewkb": lambda xy: shapely.to_wkb(
        shapely.set_srid(shapely.LineString(xy), 4326), hex=True, include_srid=True
    ),
    "geojson": lambda xy: shapely.to_geojson(shapely.LineString(xy)),
    "pairs": joined(",", ";"),
    "full width": joined("，", "；"),
    "bars": joined(",", "|"),
    "lines": joined(", ", "\n"),
    "blanks": joined(" ", ", "),
    "one run": joined(",", ","),
    "lists": lambda xy: str([list(one) for one in xy]),
    "brackets": lambda xy: ",".join(f"({x},{y})" for x, y in xy),
    "heights": lambda xy: ";".join(f"{x},{y},70.5" for x, y in xy),
    "with words": lambda xy: ";".join(f"E{x},N{y}" for x, y in xy),
}


def read(path: Path, table: pd.DataFrame, name: str, datum: str = "wgs84"):
    table.to_csv(path, index=False)
    return survey_ledger(path, role(name), Options(datum))


@settings(max_examples=120, deadline=None)
@given(
    lines=st.lists(LINES, min_size=1, max_size=4),
    spelling=st.sampled_from(sorted(SPELLINGS)),
    header=st.sampled_from(["图形（WKT）", "the_geom", "geometry", "坐标串", "polyline", "线坐标"]),
    name=st.sampled_from(["sewers", "sewer_projects", "roads"]),
)
def test_a_line_is_drawn_as_it_is_written(tmp_path_factory, lines, spelling, header, name) -> None:
    table = pd.DataFrame(
        {
            role(name).key: [f"S{at}" for at in range(len(lines))],
            "管网长度（km）" if name == "sewer_projects" else "名称": 1.5,
            header: [SPELLINGS[spelling](xy) for xy in lines],
        }
    )
    reading = read(tmp_path_factory.mktemp("t") / "a.csv", table, name)
    assert reading.layer.rejects.empty
    drawn = [shapely.line_merge(line) for line in reading.layer.frame.geometry]
    for line, xy in zip(drawn, lines, strict=True):
        assert line.equals(shapely.line_merge(shapely.LineString(xy)))


@settings(max_examples=60, deadline=None)
@given(
    ends=st.lists(st.tuples(PLACE, PLACE).filter(lambda p: p[0] != p[1]), min_size=1, max_size=5),
    paired=st.booleans(),
    swapped=st.booleans(),
    datum=st.sampled_from(["wgs84", "gcj02", "bd09"]),
)
def test_a_line_runs_from_its_start_to_its_end(
    tmp_path_factory, ends, paired, swapped, datum
) -> None:
    truth = np.array(ends) / 1000
    written = np.stack([np.column_stack(SHIFTS[datum](*truth[:, end].T)) for end in (0, 1)], axis=1)
    if swapped:
        written = written[:, :, ::-1]
    if paired:
        columns = {
            "起点坐标": [f"{a!r},{b!r}" for a, b in written[:, 0].tolist()],
            "终点坐标": [f"{a!r},{b!r}" for a, b in written[:, 1].tolist()],
        }
    else:
        names = ("起点经度", "起点纬度", "终点经度", "终点纬度")
        columns = dict(zip(names, written.reshape(-1, 4).T.tolist(), strict=True))
    table = pd.DataFrame({"管段编号": [f"S{at}" for at in range(len(ends))], **columns})
    layer = read(tmp_path_factory.mktemp("t") / "a.csv", table, "sewers", datum).layer
    assert layer.rejects.empty
    got = np.array([line.coords for line in layer.frame.geometry])
    np.testing.assert_allclose(got, truth, atol=1e-6)


def test_ends_in_a_plane_that_is_told_are_placed_by_it(tmp_path: Path) -> None:
    xy = gpd.GeoSeries.from_xy([108.3, 108.31], [22.8, 22.81], crs=4326).to_crs(4545)
    table = pd.DataFrame(
        {"sewer_id": ["S1"], "start_x": xy.x[0], "start_y": xy.y[0], "end_x": xy.x[1],
         "end_y": xy.y[1]}
    )  # fmt: skip
    layer = read(tmp_path / "a.csv", table, "sewers", "EPSG:4545").layer
    got = np.array(layer.frame.geometry.iloc[0].coords)
    np.testing.assert_allclose(got, [(108.3, 22.8), (108.31, 22.81)], atol=1e-7)


PROJECTS = {
    "项目编号": ["P1", "P2", "P3", "P4", "P5"],
    "管网长度（km）": [1.0, 2.0, 3.0, 4.0, 5.0],
    "起点坐标": ["108.3,22.8", "", "108.3,22.8", "甲路口", "108.3,22.8"],
    "终点坐标": ["108.31,22.8", "", "", "乙路口", "108.3,22.8"],
}


def test_a_project_whose_line_cannot_be_read_counts_all_the_same(tmp_path: Path) -> None:
    reading = read(tmp_path / "a.csv", pd.DataFrame(PROJECTS), "sewer_projects")
    frame = reading.layer.frame
    assert reading.layer.rejects.empty
    assert frame["sewer_length_km"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert frame.geometry.notna().tolist() == [True, False, False, False, False]
    assert reading.doubts["row"].tolist() == [5, 6]


def test_a_sewer_whose_ends_cannot_be_read_is_rejected_with_its_row(tmp_path: Path) -> None:
    table = pd.DataFrame(PROJECTS).rename(columns={"项目编号": "管段编号"})
    reading = read(tmp_path / "a.csv", table, "sewers")
    assert reading.layer.frame.index.tolist() == ["P1"]
    assert reading.layer.rejects["row"].tolist() == [3, 4, 5, 6]


@pytest.mark.parametrize("cell", ["108.3,22.8;108.4,22.8;108.4,22.9", "POLYGON ((0 0, 1 1))"])
def test_an_area_may_be_written_as_its_corners(tmp_path: Path, cell: str) -> None:
    whole = "POLYGON ((108.3 22.8, 108.4 22.8, 108.4 22.9, 108.3 22.8))"
    table = pd.DataFrame({"园区名称": ["甲", "乙"], "坐标串": [whole, cell]})
    reading = read(tmp_path / "a.csv", table, "parks")
    same = [shapely.from_wkt(whole).equals(one) for one in reading.layer.frame.geometry]
    assert same == ([True, True] if ";" in cell else [True])
    assert reading.layer.rejects["row"].tolist() == ([] if ";" in cell else [3])


POINTS = {
    "lng,lat": lambda x, y: f"{x},{y}",
    "wkt": lambda x, y: f"POINT ({x} {y})",
    "wkt run together": lambda x, y: f"POINT({x} {y})",
    "with a height": lambda x, y: f"POINT Z ({x} {y} 70.5)",
    "multi": lambda x, y: f"MULTIPOINT (({x} {y}))",
    "ewkt": lambda x, y: f"SRID=4326;POINT({x} {y})",
    "ewkb": lambda x, y: shapely.to_wkb(
        shapely.set_srid(shapely.Point(x, y), 4326), hex=True, include_srid=True
    ),
    "geojson": lambda x, y: shapely.to_geojson(shapely.Point(x, y)),
    "a list": lambda x, y: f"[{x}, {y}]",
}


@settings(max_examples=80, deadline=None)
@given(
    places=st.lists(PLACE, min_size=1, max_size=5),
    spelling=st.sampled_from(sorted(POINTS)),
    header=st.sampled_from(["location", "geometry", "the_geom", "WKT", "geom", "坐标", "经纬度"]),
    datum=st.sampled_from(["wgs84", "gcj02", "bd09"]),
)
def test_a_point_is_read_from_one_column_however_it_is_written(
    tmp_path_factory, places, spelling, header, datum
) -> None:
    truth = np.array(places) / 1000
    written = np.column_stack(SHIFTS[datum](*truth.T)).tolist()
    cells = [POINTS[spelling](x, y) for x, y in written]
    table = pd.DataFrame({"站点编号": [f"K{at}" for at in range(len(places))], header: cells})
    layer = read(tmp_path_factory.mktemp("t") / "a.csv", table, "charging_stations", datum).layer
    assert layer.rejects.empty
    np.testing.assert_allclose(layer.frame.get_coordinates().to_numpy(), truth, atol=1e-6)
