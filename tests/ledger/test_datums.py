"""The datum found from evidence: right or asked for, never wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84, work_to_lonlat
from nngis.errors import LedgerError
from nngis.ledger.datums import HYPOTHESES, infer_datum
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.ledger.references import References
from nngis.roles import role

SHIFTS = {
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": gcj02_from_wgs84,
    "bd09": bd09_from_wgs84,
}
Points = np.ndarray


def anywhere(rng: np.random.Generator, refs: References, count: int) -> Points:
    city = shapely.union_all(list(refs.polygons.values()))
    west, south, east, north = city.bounds
    xy = rng.uniform((west, south), (east, north), (count * 6, 2))
    return xy[shapely.contains_xy(city, xy[:, 0], xy[:, 1])][:count]


def at(tree: object, rng: np.random.Generator, count: int, off_m: float) -> Points:
    points = tree.data  # type: ignore[attr-defined]
    return points[rng.integers(0, len(points), count)] + rng.normal(0, off_m, (count, 2))


def at_sites(rng: np.random.Generator, refs: References, count: int) -> Points:
    return at(refs.site_tree, rng, count, 90)


def at_roads(rng: np.random.Generator, refs: References, count: int) -> Points:
    return at(refs.road_tree, rng, count, 80)


def mixed(rng: np.random.Generator, refs: References, count: int) -> Points:
    third = count // 3
    parts = [at_sites(rng, refs, third), at_roads(rng, refs, third), anywhere(rng, refs, count)]
    return np.vstack(parts)[:count]


def one_cluster(rng: np.random.Generator, refs: References, count: int) -> Points:
    return anywhere(rng, refs, 4)[:1] + rng.normal(0, 500, (count, 2))


def one_park(rng: np.random.Generator, refs: References, count: int) -> Points:
    return at(refs.site_tree, rng, 1, 0) + rng.normal(0, 500, (count, 2))


def beside_roads(rng: np.random.Generator, refs: References, count: int) -> Points:
    """Points some 500 m off the roads, all to one side: the trap for whoever trusts nearness."""
    side = rng.uniform(0, 2 * np.pi)
    step = 520 * np.array([np.cos(side), np.sin(side)])
    return at(refs.road_tree, rng, 1, 3000) + rng.normal(0, 900, (count, 2)) + step


KINDS: dict[str, Callable[..., Points]] = {
    f.__name__: f
    for f in (at_sites, at_roads, mixed, anywhere, one_cluster, one_park, beside_roads)
}


def claims_of(refs: References, xy: Points) -> pd.DataFrame:
    county = np.full(len(xy), None, dtype=object)
    for name, polygon in refs.polygons.items():
        county[shapely.contains_xy(polygon, xy[:, 0], xy[:, 1])] = name
    return pd.DataFrame({"county_stated": county})


def ledgers(refs: References, count: int, rows: int = 30):  # type: ignore[no-untyped-def]
    """Make random ledgers: kind, true datum, longitudes, latitudes and claims of each."""
    for seed in range(count):
        rng = np.random.default_rng(seed)
        kind = list(KINDS)[seed % len(KINDS)]
        xy = KINDS[kind](rng, refs, rows)
        true = HYPOTHESES[seed % 3]
        lon, lat = SHIFTS[true](*work_to_lonlat(xy[:, 0], xy[:, 1], refs.crs))
        yield kind, true, np.asarray(lon), np.asarray(lat), claims_of(refs, xy)


def test_the_datum_of_random_ledgers_is_right_or_asked_for(references: References) -> None:
    told: dict[str, list[bool]] = {}
    for kind, true, lon, lat, claims in ledgers(references, 210):
        found = infer_datum(lon, lat, claims, references).datum
        assert found in (true, None), (kind, true, found)
        told.setdefault(kind, []).append(found == true)
    shares = {kind: np.mean(found) for kind, found in told.items()}
    assert shares["at_roads"] > 0.9
    assert shares["at_sites"] > 0.7
    assert shares["mixed"] > 0.4
    assert shares["one_cluster"] == shares["anywhere"] == 0


def test_the_names_of_firms_tell_where_roads_do_not(references: References) -> None:
    sites = references.sites.iloc[:12]
    lon, lat = gcj02_from_wgs84(sites.geometry.x, sites.geometry.y)
    claims = pd.DataFrame({"name_zh": sites["name_zh"].to_numpy()})
    verdict = infer_datum(lon, lat, claims, references)
    assert verdict.datum == "gcj02"
    by_datum = {score.datum: score for score in verdict.scores}
    assert by_datum["gcj02"].at_named > by_datum["wgs84"].at_named


def test_points_elsewhere_have_no_evidence(references: References) -> None:
    verdict = infer_datum([114.06] * 9, [22.54] * 9, pd.DataFrame(index=range(9)), references)
    assert (verdict.datum, verdict.rows, verdict.scores) == (None, 0, ())


def book(path: Path, rows: list[list[object]]) -> Path:
    out = openpyxl.Workbook()
    for row in rows:
        out.active.append(row)  # type: ignore[union-attr]
    out.save(path)
    return path


HEADER = ["编号", "蒸吨", "燃料", "经度", "纬度", "数据来源"]


def rows_in(
    refs: References, datum: str, source: str, seed: int, count: int = 40
) -> list[list[object]]:
    xy = at_roads(np.random.default_rng(seed), refs, count)
    lon, lat = work_to_lonlat(xy[:, 0], xy[:, 1], refs.crs)
    lon, lat = SHIFTS[datum](lon, lat)
    return [
        [f"{source}{i}", 4, "煤", float(x), float(y), source]
        for i, (x, y) in enumerate(zip(lon, lat, strict=True))
    ]


def options(refs: References | None, datum: str | None = None) -> Options:
    return Options(datum=datum, references=lambda: refs)


def test_mixed_datums_are_found_by_source(references: References, tmp_path: Path) -> None:
    amap, gps = rows_in(references, "gcj02", "环保局", 1), rows_in(references, "wgs84", "质监局", 2)
    reading = survey_ledger(
        book(tmp_path / "a.xlsx", [HEADER, *amap, *gps]), role("boilers"), options(references)
    )
    notes = " ".join(note.zh for note in reading.layer.notes)
    assert "来源“环保局”的40 行没有注明坐标系，由证据推断为 gcj02" in notes
    assert "来源“质监局”的40 行没有注明坐标系，由证据推断为 wgs84" in notes
    truth = {row[0]: row[3:5] for row in gps}
    for id_, (lon, lat) in truth.items():
        point = reading.layer.frame.geometry[id_]
        assert (point.x, point.y) == (pytest.approx(lon, abs=1e-9), pytest.approx(lat, abs=1e-9))


def test_mixed_datums_without_a_source_column_are_asked_for(
    references: References, tmp_path: Path
) -> None:
    rows = [
        r[:5] for r in (*rows_in(references, "gcj02", "a", 1), *rows_in(references, "bd09", "b", 2))
    ]
    with pytest.raises(LedgerError, match="the evidence does not tell"):
        survey_ledger(
            book(tmp_path / "a.xlsx", [HEADER[:5], *rows]), role("boilers"), options(references)
        )


def test_asking_gives_the_scores_and_the_option_to_add(
    references: References, tmp_path: Path
) -> None:
    path = book(tmp_path / "a.xlsx", [HEADER[:5], ["G1", 4, "煤", 108.94, 22.79]])
    with pytest.raises(LedgerError) as caught:
        survey_ledger(path, role("boilers"), options(references))
    for word in (
        "wgs84 得分",
        "gcj02 得分",
        "bd09 得分",
        "--datum gcj02",
        "--datum assume-wgs84",
        "a.xlsx",
    ):
        assert word in caught.value.say("zh")
    reading = survey_ledger(path, role("boilers"), options(references, "assume-wgs84"))
    assert "假定为 WGS84" in reading.layer.notes[0].zh


def test_a_ledger_that_says_its_datum_opens_no_reference_layer(tmp_path: Path) -> None:
    def never() -> References:
        raise AssertionError

    path = book(
        tmp_path / "a.xlsx",
        [["编号", "蒸吨", "燃料", "经度（高德）", "纬度（高德）"], ["G1", 4, "煤", 108.94, 22.79]],
    )
    reading = survey_ledger(path, role("boilers"), Options(references=never))
    assert "gcj02" in reading.layer.notes[0].zh
    lon, lat = gcj02_from_wgs84(*reading.layer.frame.geometry.iloc[0].coords[0])
    assert (lon, lat) == (pytest.approx(108.94, abs=1e-9), pytest.approx(22.79, abs=1e-9))


def test_one_strange_datum_word_rejects_its_row_alone(
    references: References, tmp_path: Path
) -> None:
    rows = [
        [*row[:5], "手工点" if i == 3 else "GCJ-02"]
        for i, row in enumerate(rows_in(references, "gcj02", "a", 1))
    ]
    path = book(tmp_path / "a.xlsx", [[*HEADER[:5], "坐标系"], *rows])
    reading = survey_ledger(path, role("boilers"), options(references))
    assert reading.layer.rejects["row"].tolist() == [5]
