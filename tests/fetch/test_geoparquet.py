"""Row groups and columns of GeoParquet, as its collections write them."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from nngis.crs.extent import Box
from nngis.fetch.geoparquet import _known, touching_groups, unlike

BOX = Box(108.0, 22.0, 109.0, 23.0)


SINGLE, DOUBLE = pa.float32(), pa.float64()


def table(side=SINGLE, groups=(107.5, 108.5, 109.5)):
    """Three row groups of one outline each, at these longitudes."""
    outlines = [shapely.box(x, 22.5, x + 0.001, 22.501) for x in groups]
    sides = pa.struct([(name, side) for name in ("xmin", "xmax", "ymin", "ymax")])
    bounds = [
        {"xmin": b[0], "ymin": b[1], "xmax": b[2], "ymax": b[3]}
        for b in (outline.bounds for outline in outlines)
    ]
    return pa.table({
        "id": [f"b{at}" for at in range(len(groups))],
        "geometry": [outline.wkb for outline in outlines],
        "bbox": pa.array(bounds, sides),
    })  # fmt: skip


@pytest.mark.parametrize("side", [SINGLE, DOUBLE])
def test_boxes_of_both_widths_choose_the_same_row_groups(tmp_path, side):
    pq.write_table(table(side), tmp_path / "a.parquet", row_group_size=1)
    meta = pq.ParquetFile(tmp_path / "a.parquet").metadata
    assert touching_groups(meta, BOX) == [1]
    assert touching_groups(meta, BOX._replace(south=30.0, north=31.0)) == []


def test_a_file_without_statistics_may_hold_anything(tmp_path):
    pq.write_table(table(), tmp_path / "a.parquet", row_group_size=1, write_statistics=False)
    assert touching_groups(pq.ParquetFile(tmp_path / "a.parquet").metadata, BOX) == [0, 1, 2]


def rows(**columns):
    outlines = [shapely.box(108.5, 22.5, 108.501, 22.501).wkb] * len(next(iter(columns.values())))
    return _known(pa.table({"geometry": outlines, **columns}), BOX, "file-", 10)


def test_what_lies_underground_is_no_roof():
    found = rows(id=["a", "b", "c"], is_underground=[True, False, None])
    assert found["roof_id"].tolist() == ["b", "c"]
    assert "is_underground" not in found


def test_a_height_of_minus_999_is_missing():
    heights = rows(id=["a", "b", "c"], height=[-999.0, 0.0, 12.5])["height_m"]
    assert heights.isna().tolist() == [True, True, False]
    assert heights[2] == 12.5


def test_an_outline_names_the_data_sets_it_comes_from():
    sources = [
        [{"property": "", "dataset": "OpenStreetMap"}, {"property": "h", "dataset": "Microsoft"}],
        [{"property": "", "dataset": "Zenodo"}],
        None,
    ]
    found = rows(id=["a", "b", "c"], sources=sources)
    assert found["source"].tolist()[:2] == ["Microsoft; OpenStreetMap", "Zenodo"]
    assert pd.isna(found["source"][2])


def test_ids_of_several_sources_do_not_meet():
    found = rows(id=["7", "7", None], source=["osm", "ms", "ms"])
    assert found["roof_id"].tolist() == ["osm-7", "ms-7", "file-12"]


def test_outlines_that_share_an_id_are_both_kept_and_doubles_are_not():
    ids = np.array(["a", "b", "a", "a"], object)
    wkb = np.array([b"1", b"1", b"2", b"1"], object)
    assert unlike(ids, wkb).tolist() == ["a", "b", "a-2", "a"]


def test_no_rows_have_all_columns():
    found = rows(id=["a"])
    assert list(found) == [
        "roof_id", "wkb", "building", "name_zh", "height_m", "storeys_count", "source",
    ]  # fmt: skip
    assert pd.isna(found["height_m"][0])
