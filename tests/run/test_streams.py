"""Roofs by partition: the same numbers, whoever judges them, in whatever order, after a stop."""

import json
import multiprocessing
import os
import signal
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from nngis.catalog import roof_partitions
from nngis.catalog.load import shipped_layers
from nngis.catalog.roof_partitions import list_partitions
from nngis.crs import gcj02_from_wgs84
from nngis.datasets.parquet import read_parquet
from nngis.errors import LayerError, LedgerError, OutputError
from nngis.inputs.store import open_store
from nngis.inputs.zonal import Field
from nngis.outputs.roof_map import write_roof_map
from nngis.plans.rooftop.measured import Surroundings
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.run import streams
from nngis.run import streams as roof_stream
from nngis.run.parallel import workers_of
from nngis.run.streams import Stream, add_up, judge_all, judged_roofs

CRS = "EPSG:4545"
CRS_OF_TESTS = pyproj.CRS(CRS)
ROOFS = 400


@pytest.fixture
def files(tmp_path):
    """Leave four hundred roofs in four row groups of two files."""
    random = np.random.default_rng(5)
    x, y = 500_000 + random.uniform(-8e3, 8e3, ROOFS), 2_500_000 + random.uniform(-8e3, 8e3, ROOFS)
    side = random.uniform(3, 60, ROOFS)
    roofs = gpd.GeoDataFrame(
        {
            "roof_id": [f"r{at:04d}" for at in range(ROOFS)],
            "building": random.choice(["school", "industrial", "house", "farm", None], ROOFS),
        },
        geometry=shapely.box(x, y, x + side, y + side),
        crs=CRS,
    ).to_crs("EPSG:4326")
    folder = tmp_path / "roofs"
    folder.mkdir()
    for at in range(2):
        roofs.iloc[at * 200 : at * 200 + 200].to_parquet(
            folder / f"{at}.parquet", row_group_size=100
        )
    return folder


@pytest.fixture
def counties():
    shapes = [shapely.box(490_000, 2_490_000, 500_000, 2_510_000),
              shapely.box(500_000, 2_490_000, 510_000, 2_510_000)]  # fmt: skip
    return gpd.GeoDataFrame(
        {"name_zh": ["甲县", "横州市"], "evidence": "derived"}, geometry=shapes, crs=CRS
    )


@pytest.fixture
def stream_to(counties):
    climate = gpd.GeoDataFrame(
        {"evidence": "derived"},
        index=pd.Index(["c"], name="cell_id"),
        geometry=[shapely.Point(500_000, 2_500_000)],
        crs=CRS,
    )
    names = ["flat-180", "metal-any", "tile-any"]
    keys = pd.MultiIndex.from_product([["c"], names], names=["cell_id", "facing"])
    yields = pd.DataFrame({"low": 901.3, "central": 1003.7, "high": 1207.9}, index=keys)

    def make(out):
        return Stream(Surroundings(counties, climate, yields), RooftopParameters(), CRS, out)

    return make


def left(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_row_groups_are_taken_together_up_to_so_many_rows(files):
    parts = list_partitions(files, rows_at_once=150)
    assert [part.rows for part in parts] == [100] * 4
    assert [part.rows for part in list_partitions(files)] == [200, 200]
    assert len({part.name for part in parts}) == 4


@pytest.mark.parametrize("rows", [100, 200])
def test_partitions_give_the_numbers_of_the_whole_in_any_order(
    files, stream_to, counties, tmp_path, rows
):
    parts = list_partitions(files, rows_at_once=rows)
    stream = stream_to(tmp_path / f"by{rows}")
    names = judge_all(parts[::-1], stream)
    whole = stream_to(tmp_path / "whole")
    all_names = judge_all(list_partitions(files), whole)
    found, expected = add_up(names, stream, counties), add_up(all_names[::-1], whole, counties)
    for name, table in expected.items():
        mine = found[name].sort_index()
        pd.testing.assert_frame_equal(pd.DataFrame(mine), pd.DataFrame(table.sort_index()))
    assert expected["by_county"]["roofs_count"].sum() == ROOFS


def test_two_processes_leave_the_same_bytes_as_one(files, stream_to, counties, tmp_path):
    parts = list_partitions(files, rows_at_once=100)
    for name, workers in (("one", 1), ("two", 2)):
        stream = stream_to(tmp_path / name)
        with workers_of(workers) as each:
            add_up(judge_all(parts, stream, each=each), stream, counties, each=each)
    assert left(tmp_path / "one") == left(tmp_path / "two")


def test_a_run_killed_midway_is_resumed_with_the_same_bytes(
    files, stream_to, counties, tmp_path, monkeypatch
):
    parts = list_partitions(files, rows_at_once=100)
    whole = stream_to(tmp_path / "whole")
    add_up(judge_all(parts, whole), whole, counties)
    stream = stream_to(tmp_path / "killed")
    write, written = roof_stream._write, []

    def dies(table, path, part):
        if len(written) == 2:
            path.write_bytes(b"half a file")
            raise KeyboardInterrupt
        written.append(path)
        write(table, path, part)

    with monkeypatch.context() as patched:
        patched.setattr(roof_stream, "_write", dies)
        with pytest.raises(KeyboardInterrupt):
            judge_all(parts, stream)
    judged = []
    real = roof_stream.judge_roofs
    monkeypatch.setattr(roof_stream, "judge_roofs", lambda *given: judged.append(1) or real(*given))
    add_up(judge_all(parts, stream), stream, counties)
    assert len(judged) == 2
    assert left(tmp_path / "killed") == left(tmp_path / "whole")


def test_partitions_judged_with_other_parameters_are_not_taken(files, stream_to, tmp_path):
    stream, parts = stream_to(tmp_path / "out"), list_partitions(files)
    judge_all(parts, stream)
    other = replace(stream, parameters=RooftopParameters(min_roof_m2=500.0))
    with pytest.raises(LayerError, match="other parameters"):
        judge_all(parts, other)


def test_a_failed_run_does_not_refuse_the_mended_one(files, stream_to, counties, tmp_path):
    good = (files / "0.parquet").read_bytes()
    (files / "0.parquet").write_bytes(good[:4000] + b"\xff" * 500 + good[4500:])
    stream = stream_to(tmp_path / "out")
    with pytest.raises(LedgerError, match="may be damaged"):
        judge_all(list_partitions(files), stream)
    (files / "0.parquet").write_bytes(good)
    other = replace(stream, parameters=RooftopParameters(min_roof_m2=500.0))
    judge_all(list_partitions(files), other)
    whole = replace(other, out=tmp_path / "whole")
    judge_all(list_partitions(files), whole)
    assert left(tmp_path / "out") == left(tmp_path / "whole")


def test_what_was_judged_of_another_file_of_that_name_is_judged_again(files, stream_to, tmp_path):
    stream = stream_to(tmp_path / "out")
    judge_all(list_partitions(files), stream)
    (files / "0.parquet").write_bytes((files / "1.parquet").read_bytes())
    (first, second) = judge_all(list_partitions(files), stream)
    ids = [set(pd.read_parquet(stream.out / name).index) for name in (first, second)]
    assert ids[0] == ids[1]


def test_a_damaged_finished_partition_is_judged_again(files, stream_to, tmp_path):
    stream = stream_to(tmp_path / "out")
    (first, _) = judge_all(list_partitions(files), stream)
    whole = (stream.out / first).read_bytes()
    (stream.out / first).write_bytes(whole[: len(whole) // 2])
    judge_all(list_partitions(files), stream)
    assert (stream.out / first).read_bytes() == whole


def test_an_id_in_two_partitions_is_refused(files, stream_to, counties, tmp_path):
    (files / "2.parquet").write_bytes((files / "1.parquet").read_bytes())
    stream = stream_to(tmp_path / "out")
    with pytest.raises(LayerError, match="200 ids"):
        add_up(judge_all(list_partitions(files), stream), stream, counties)


@pytest.mark.parametrize("again", ["r0200", "r\u200b0200", "\u2067r0200\u2069", "r0200\u2028"])
def test_an_id_twice_in_a_partition_is_refused_before_anything_is_judged(
    files, stream_to, tmp_path, again
):
    path = files / "1.parquet"
    roofs = gpd.read_parquet(path)
    roofs["roof_id"] = roofs["roof_id"].replace("r0201", again)
    roofs.to_parquet(path)
    with pytest.raises(LayerError, match="1 id is repeated, for example r0200"):
        judge_all(list_partitions(files), stream_to(tmp_path / "out"))


@pytest.mark.parametrize("none", [None, "", "\u200b"])
def test_a_roof_without_an_id_is_refused_before_anything_is_judged(
    files, stream_to, tmp_path, none
):
    path = files / "1.parquet"
    roofs = gpd.read_parquet(path)
    roofs["roof_id"] = roofs["roof_id"].astype(object).where(roofs["roof_id"].ne("r0201"), none)
    roofs.to_parquet(path)
    with pytest.raises(LayerError, match="1 row has no id"):
        judge_all(list_partitions(files), stream_to(tmp_path / "out"))


@pytest.mark.parametrize(
    "odd",
    [
        {"building": [["a"], ["b"]] * 100},
        {"building": 5, "township": 7, "roof_form": 1.5, "name_zh": True},
        {"height_m": "x", "storeys_count": np.inf, "roof_azimuth_deg": "S", "ghi_kwh_m2_d": "x"},
        {"area_m2": "x", "county": 5, "evidence": "sure", "mended": "x", "class": [{"a": 1}] * 200},
    ],
)
def test_columns_of_other_types_tell_nothing_of_a_roof(files, stream_to, tmp_path, odd):
    (files / "0.parquet").unlink()
    roofs = gpd.read_parquet(files / "1.parquet").drop(columns="building")
    roofs.to_parquet(files / "1.parquet")
    (plain,) = judge_all(list_partitions(files), stream_to(tmp_path / "plain"))
    roofs.assign(**odd).to_parquet(files / "1.parquet")
    (found,) = judge_all(list_partitions(files), stream_to(tmp_path / "odd"))
    columns = ["area_m2", "county", "class", "decision"]
    pd.testing.assert_frame_equal(
        read_parquet(tmp_path / "odd" / found)[columns],
        read_parquet(tmp_path / "plain" / plain)[columns],
    )


def test_protection_is_true_or_false_and_nothing_else(files, stream_to, tmp_path):
    (files / "0.parquet").unlink()
    roofs = gpd.read_parquet(files / "1.parquet")
    roofs.assign(protected="yes").to_parquet(files / "1.parquet")
    with pytest.raises(LayerError, match="200 rows say neither"):
        judge_all(list_partitions(files), stream_to(tmp_path / "out"))
    roofs.assign(protected=True).to_parquet(files / "1.parquet")
    (name,) = judge_all(list_partitions(files), stream_to(tmp_path / "again"))
    assert set(read_parquet(tmp_path / "again" / name)["decision"]) == {"unsuitable"}


def test_a_folder_without_parquet_and_a_file_without_ids_are_refused(files, tmp_path):
    with pytest.raises(LayerError, match=r"No \.parquet"):
        list_partitions(tmp_path)
    (part, *_) = list_partitions(files)
    with pytest.raises(LayerError, match="id column"):
        roof_partitions.read_partition(part, CRS, key="nothing", evidence="derived", rename={})


def test_a_cluster_leaves_the_same_bytes_as_one_process(files, stream_to, counties, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra [cluster]")
    parts = list_partitions(files, rows_at_once=100)
    one, many = stream_to(tmp_path / "one"), stream_to(tmp_path / "many")
    add_up(judge_all(parts, one), one, counties)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        workers_of(scheduler=cluster.scheduler_address) as each,
    ):
        add_up(judge_all(parts, many, each=each), many, counties, each=each)
    assert left(tmp_path / "one") == left(tmp_path / "many")


def test_outlines_in_gcj02_are_moved_where_the_stream_says_so(files, stream_to, counties, tmp_path):
    folder = tmp_path / "shifted"
    folder.mkdir()
    for path in files.iterdir():
        frame = gpd.read_parquet(path)
        move = lambda xy: np.column_stack(gcj02_from_wgs84(xy[:, 0], xy[:, 1]))  # noqa: E731
        shapes = shapely.transform(frame.geometry.to_numpy(), move)
        frame.set_geometry(shapes, crs="EPSG:4326").to_parquet(
            folder / path.name, row_group_size=100
        )
    sums = []
    for name, source, datum in (("plain", files, "wgs84"), ("moved", folder, "gcj02")):
        stream = replace(stream_to(tmp_path / name), datum=datum)
        tables = add_up(judge_all(list_partitions(source), stream), stream, counties)
        sums.append(tables["by_county"]["area_m2"])
    np.testing.assert_allclose(*sums, rtol=1e-5)


def test_each_roof_of_a_stream_takes_the_rasters_irradiation(files, stream_to, tmp_path):
    stream = stream_to(tmp_path / "plain")
    climate = stream.around.climate.assign(ghi_kwh_m2_d=3.0)
    around = replace(stream.around, climate=climate)
    field = Field(np.full((40, 40), 3.3), 480_000.0, 2_520_000.0, 1e3, 1e3, CRS_OF_TESTS)
    (part, *_) = list_partitions(files)
    lit = replace(stream, around=around, field=field, out=tmp_path / "lit")
    tables = []
    for one in (replace(stream, around=around), lit):
        (name,) = judge_all([part], one)
        tables.append(pd.read_parquet(one.out / name)["energy_mwh_a"])
    np.testing.assert_allclose(tables[1], tables[0] * 1.1, atol=0.001)


def test_the_map_of_a_stream_holds_every_judged_roof(files, stream_to, counties, tmp_path):
    stream = stream_to(tmp_path / "out")
    parts = list_partitions(files)
    tables = add_up(judge_all(parts, stream), stream, counties)
    store = open_store(shipped_layers())
    out = tmp_path / "out"
    name = write_roof_map(out, judged_roofs(parts, stream), tables, store, "zh")
    page = (out / name).read_text("utf-8")
    data = json.loads(page.split('id="nngis-data">')[1].split("</script>")[0])
    roofs = data["layers"][-1]
    judged = pd.concat(pd.read_parquet(path) for path in stream.out.glob("*.parquet"))
    assert sorted(roofs["id"][1]) == sorted(judged.index)
    assert {name for name, _ in roofs["popup"]} >= {"capacity_kwp", "decision", "rank"}


def test_more_roofs_than_a_page_holds_are_refused(files, stream_to, tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "MOST_ON_A_MAP", 100)
    with pytest.raises(OutputError, match="too many for one page"):
        judged_roofs(list_partitions(files), stream_to(tmp_path / "x"))


@pytest.mark.skipif(
    multiprocessing.get_start_method() != "fork", reason="the killer is handed on by forking"
)
def test_a_worker_killed_by_the_system_is_made_good_with_the_same_bytes(
    files, stream_to, counties, tmp_path, monkeypatch
):
    parts = list_partitions(files, rows_at_once=100)
    whole, stream = stream_to(tmp_path / "whole"), stream_to(tmp_path / "killed")
    add_up(judge_all(parts, whole), whole, counties)
    write = roof_stream._write

    def killed(table, path, part):
        if path.stem == parts[2].name:
            path.write_bytes(b"half a file")
            os.kill(os.getpid(), signal.SIGKILL)
        write(table, path, part)

    with monkeypatch.context() as patched:
        patched.setattr(roof_stream, "_write", killed)
        with pytest.raises(BrokenProcessPool), workers_of(2) as each:
            judge_all(parts, stream, each=each)
    assert not (stream.out / f"{parts[2].name}.parquet").exists()
    with workers_of(2) as each:
        add_up(judge_all(parts, stream, each=each), stream, counties, each=each)
    assert left(tmp_path / "killed") == left(tmp_path / "whole")
