"""Footprints out of GeoParquet by box: which row groups move, what their columns become."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from nngis.errors import FetchError, LayerError
from nngis.fetch import footprints
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.endpoints import read_endpoints
from nngis.fetch.order import Order
from nngis.fetch.range_file import RangeFile

ROWS, GROUP = 40_000, 1_000
TOWN = Area("town", shapely.box(108.3005, 22.0, 108.3045, 23.0), gpd.GeoDataFrame())


def write(path, west=107.0, *, overture=True):
    """Footprints in a row from west to east, 0.00005 degrees apart, in 40 row groups."""
    x = west + np.arange(ROWS) * 5e-5
    outlines = shapely.box(x, 22.8, x + 4e-5, 22.80004)
    columns = {"geometry": shapely.to_wkb(outlines)}
    if overture:
        bounds = shapely.bounds(outlines)
        sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), bounds.T, strict=True))
        columns |= {
            "id": [f"{path.stem}{number:06d}" for number in range(ROWS)],
            "bbox": pd.DataFrame(sides).to_dict("records"),
            "names": [{"primary": "甲楼"} if number % 2 else None for number in range(ROWS)],
            "class": ["school" if number % 2 else None for number in range(ROWS)],
            "subtype": ["education"] * ROWS,
            "height": [12.5] * ROWS,
            "num_floors": pd.array([4] * ROWS, dtype="Int32"),
        }
    pq.write_table(pa.table(columns), path, row_group_size=GROUP, compression="none")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("footprints")
    return write(folder / "a.parquet"), write(folder / "b.parquet", west=110.0)


@pytest.fixture
def order(patient, tmp_path):
    def make(url, **changes):
        endpoint = read_endpoints()["footprints"].model_copy(update={"url": str(url), **changes})
        return Order(("footprints",), TOWN, endpoint, patient, Cache(tmp_path / "cache"))

    return make


def test_only_the_row_groups_of_the_area_move(made, loopback, order):
    loopback.paths["/a.parquet"] = made[0]
    (found,) = footprints.fetch(order(loopback.url("/a.parquet")))
    rows = found.content
    # 108.3005 to 108.3045 holds the outlines number 26010 to 26090, and one touches at each end.
    assert len(rows) in (80, 81, 82)
    assert rows["roof_id"].is_monotonic_increasing
    assert rows["building"].value_counts().to_dict().keys() == {"school", "education"}
    assert set(rows["name_zh"].dropna()) == {"甲楼"}
    assert rows[["height_m", "storeys_count"]].drop_duplicates().to_numpy().tolist() == [[12.5, 4]]
    assert found.roles == ("roofs",)
    assert loopback.bytes_served < 0.1 * made[0].stat().st_size


def test_a_file_without_boxes_is_read_whole_and_gives_the_same_outlines(made, order, tmp_path):
    plain = write(tmp_path / "plain.parquet", overture=False)
    (by_box,) = footprints.fetch(order(made[0]))
    (by_all,) = footprints.fetch(order(plain))
    assert by_all.content["roof_id"].str.startswith("plain-26").all()
    one, other = (frame.content.geometry.to_wkb().sort_values() for frame in (by_box, by_all))
    assert one.tolist() == other.tolist()


def test_a_bucket_is_listed_page_by_page(made, loopback, order):
    head = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    more = "<NextContinuationToken>t/1</NextContinuationToken>"
    key = "<Contents><Key>r/x={}.parquet</Key></Contents>"
    end = "</ListBucketResult>"
    loopback.files["/?list-type=2&prefix=r/"] = (head + key.format("a") + more + end).encode()
    loopback.files["/?list-type=2&prefix=r/&continuation-token=t%2F1"] = (
        head + key.format("b") + end
    ).encode()
    loopback.paths["/r/x%3Da.parquet"], loopback.paths["/r/x%3Db.parquet"] = made
    here = order(loopback.url("/?list-type=2&prefix={release}/"), release="r")
    assert [url.rpartition("/")[2] for url in footprints.addresses(here)] == [
        "x%3Da.parquet", "x%3Db.parquet",
    ]  # fmt: skip
    (found,) = footprints.fetch(here)
    assert len(found.content) in (80, 81, 82)
    assert found.vintage == "r"


def test_a_read_that_was_killed_goes_on_at_the_next_file(made, loopback, order, tmp_path):
    head = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    keys = "".join(f"<Contents><Key>{name}.parquet</Key></Contents>" for name in "ab")
    loopback.files["/?list-type=2"] = (head + keys + "</ListBucketResult>").encode()
    loopback.paths["/a.parquet"], loopback.paths["/b.parquet"] = made
    loopback.moods["/b.parquet"] = [("status", 503, {})] * 3
    here = order(loopback.url("/?list-type=2"))
    with pytest.raises(FetchError, match="busy"):
        footprints.fetch(here)
    before = len(loopback.asked)
    footprints.fetch(here)
    assert {path for _, path, _ in loopback.asked[before:]} == {"/b.parquet"}


def test_a_piece_that_is_cut_is_asked_for_again(made, loopback, patient):
    loopback.paths["/a.parquet"] = made[0]
    file = RangeFile(loopback.url("/a.parquet"), patient)
    loopback.moods["/a.parquet"] = [("cut", 100)]
    file.seek(1000)
    whole = made[0].read_bytes()
    assert file.read(5000) == whole[1000:6000]
    assert file.tell() == 6000
    assert (file.seek(-4, 2), file.read()) == (len(whole) - 4, whole[-4:])


def test_a_file_is_read_from_its_first_byte_to_its_last(made, loopback, patient):
    loopback.paths["/a.parquet"] = made[0]
    whole = made[0].read_bytes()
    file = RangeFile(loopback.url("/a.parquet"), patient)
    assert (file.size, file.tell()) == (len(whole), 0)
    assert file.read(4) == whole[:4] == b"PAR1"
    assert file.seek(2, 1) == 6
    assert file.read() == whole[6:]
    assert file.read(1) == b""
    assert (file.seek(-10), file.seek(10**9)) == (0, len(whole))
    assert file.moved == len(whole) - 2 + 1  # all but two bytes, and one to learn the size


def test_a_file_that_changes_while_it_is_read_is_told(made, loopback, patient):
    loopback.paths["/a.parquet"] = made[0]
    file = RangeFile(loopback.url("/a.parquet"), patient)
    loopback.etags["/a.parquet"] = '"v2"'
    with pytest.raises(FetchError, match="changed while"):
        file.read(10)


@pytest.mark.parametrize(
    ("content", "words"), [(b"<html>login", "web page"), (b"PAR0" * 100, "No Parquet file")]
)
def test_what_is_no_geoparquet_is_named(loopback, order, content, words):
    loopback.files["/x.parquet"] = content
    if content.startswith(b"<"):
        loopback.moods["/x.parquet"] = [("no range",)]
    with pytest.raises(FetchError, match=words):
        footprints.fetch(order(loopback.url("/x.parquet")))


def test_a_table_without_geometry_is_named(order, tmp_path):
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "t.parquet")
    with pytest.raises(LayerError, match="no GeoParquet"):
        footprints.fetch(order(tmp_path / "t.parquet"))


def test_a_release_that_is_gone_is_told(loopback, order):
    loopback.files["/?list-type=2"] = b"<ListBucketResult/>"
    with pytest.raises(FetchError, match="release may be gone"):
        footprints.fetch(order(loopback.url("/?list-type=2")))
