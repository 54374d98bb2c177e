"""Files of MapInfo and of GPS receivers: read by their own drivers, and by nothing else."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from nngis.errors import LedgerError
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role

ROUTE = shapely.LineString([(108.3, 22.8), (108.31, 22.81), (108.33, 22.81)])
GPX = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="奥维互动地图" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="22.8" lon="108.3"><ele>70</ele><name>甲站</name><desc>东门</desc></wpt>
<wpt lat="22.9" lon="108.4"><name>乙站</name></wpt>
<rte><name>友爱路</name>{}</rte>
<trk><name>江边</name><trkseg>{}</trkseg></trk></gpx>"""


def points(name: str) -> str:
    return "".join(f'<{name} lat="{y}" lon="{x}"/>' for x, y in ROUTE.coords)


def gpx(path: Path) -> Path:
    path.write_text(GPX.format(points("rtept"), points("trkpt")), encoding="utf-8")
    return path


def test_way_points_are_points_and_routes_and_tracks_are_lines(tmp_path: Path) -> None:
    path = gpx(tmp_path / "a.gpx")
    stations = survey_ledger(path, role("charging_stations"), Options("wgs84")).layer
    assert stations.frame["name_zh"].tolist() == ["甲站", "乙站"]
    assert [(p.x, p.y) for p in stations.frame.geometry] == [(108.3, 22.8), (108.4, 22.9)]
    assert any("GPX is WGS84 by its standard" in note.en for note in stations.notes)
    rivers = survey_ledger(path, role("rivers"), Options("wgs84")).layer
    assert rivers.frame["name_zh"].tolist() == ["友爱路", "江边"]
    assert all(shapely.line_merge(line).equals(ROUTE) for line in rivers.frame.geometry)
    assert rivers.rejects.empty


def test_a_gpx_without_such_objects_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(GPX.format("", "").replace("<wpt", "<extra").replace("/wpt>", "/extra>"))
    with pytest.raises(LedgerError):
        survey_ledger(path, role("charging_stations"), Options("wgs84"))


def table(path: Path) -> Path:
    frame = gpd.GeoDataFrame(
        {"id": ["G1"], "capacity_t_h": [4.0], "fuel": ["coal"]},
        geometry=[shapely.Point(108.3, 22.8)],
        crs=4326,
    )
    frame.to_file(path, driver="MapInfo File")
    return path


def test_a_mapinfo_table_needs_the_file_of_its_rows(tmp_path: Path) -> None:
    path = table(tmp_path / "a.tab")
    reading = survey_ledger(path, role("boilers"), Options("wgs84"))
    assert reading.layer.frame["capacity_t_h"].tolist() == [4.0]
    path.with_suffix(".dat").unlink()
    with pytest.raises(LedgerError, match=r"lacks its \.dat"):
        survey_ledger(path, role("boilers"), Options("wgs84"))


@pytest.mark.parametrize(
    "lines",
    [
        '!version 100\n\nbegin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n',
        '!version 100\n\nOpen Table "{other}"\nCreate View a As Select * From b\n',
        '!version 100\nDefinition Table\n  File "{other}"\n  Type "RASTER"\n',
        "!version 300\nDefinition Table\n  Type LINKED\n",
    ],
)
def test_a_mapinfo_table_that_takes_its_rows_from_elsewhere_is_refused(
    tmp_path: Path, lines: str
) -> None:
    other = table(tmp_path / "other.tab")
    path = table(tmp_path / "a.tab")
    rest = path.read_text("latin-1").partition("\n\n")[2] if "IsSeamless" in lines else ""
    path.write_text("!table\n" + lines.format(other=other) + rest, "latin-1")
    with pytest.raises(LedgerError, match="rows from other tables"):
        survey_ledger(path, role("boilers"), Options("wgs84"))


@pytest.mark.parametrize("suffix", [".tab", ".mif", ".gpx", ".geojsonl"])
def test_another_format_under_such_a_name_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text("锅炉编号,额定蒸发量\nG1,4\n", encoding="utf-8")
    with pytest.raises(LedgerError):
        survey_ledger(path, role("boilers"), Options("wgs84"))
