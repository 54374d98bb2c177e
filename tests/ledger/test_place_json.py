"""Answers of place searches are ledgers in the datum of who answered."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.crs import bd09_from_wgs84, gcj02_from_wgs84
from nngis.errors import LedgerError
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role

SHIFTS = {
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": gcj02_from_wgs84,
    "bd09": bd09_from_wgs84,
}
PLACE = st.tuples(st.integers(108_000, 108_900), st.integers(22_300, 23_200))


def amap(places) -> dict:
    pois = [
        {"id": f"B{at}", "name": name, "type": "汽车服务;充电站", "biz_type": [], "tel": [],
         "address": "民族大道" if at % 2 else [], "location": f"{lon:.6f},{lat:.6f}",
         "adname": "青秀区", "cityname": "南宁市"}
        for at, (name, lon, lat) in enumerate(places)
    ]  # fmt: skip
    return {
        "status": "1", "count": str(len(pois)), "info": "OK", "infocode": "10000",
        "suggestion": {"keywords": [], "cities": []}, "pois": pois,
    }  # fmt: skip


def baidu(places) -> dict:
    results = [
        {"name": name, "location": {"lat": round(lat, 6), "lng": round(lon, 6)}, "uid": f"B{at}",
         "address": "民族大道", "city": "南宁市", "area": "青秀区", "detail": 1}
        for at, (name, lon, lat) in enumerate(places)
    ]  # fmt: skip
    return {"status": 0, "message": "ok", "total": len(results), "results": results}


def tencent(places) -> dict:
    data = [
        {"id": f"B{at}", "title": name, "address": "民族大道", "category": "汽车:充电站",
         "location": {"lat": round(lat, 6), "lng": round(lon, 6)},
         "ad_info": {"adcode": 450103, "province": "广西", "city": "南宁市", "district": "青秀区"}}
        for at, (name, lon, lat) in enumerate(places)
    ]  # fmt: skip
    return {"status": 0, "message": "query ok", "count": len(data), "data": data}


ANSWERS = {"amap": (amap, "gcj02"), "baidu": (baidu, "bd09"), "tencent": (tencent, "gcj02")}


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(PLACE, min_size=1, max_size=6, unique=True),
    service=st.sampled_from(sorted(ANSWERS)),
    pages=st.integers(0, 3),
    indent=st.sampled_from([None, 2]),
)
def test_places_lie_where_the_service_means(
    tmp_path_factory, places, service, pages, indent
) -> None:
    truth = np.array(places) / 1000
    answer, datum = ANSWERS[service]
    lon, lat = SHIFTS[datum](*truth.T)
    listed = [(f"站{at}", *xy) for at, xy in enumerate(zip(lon, lat, strict=True))]
    content = answer(listed)
    if pages:  # answers page by page, put into one list
        content = [*([answer([])] * (pages - 1)), content]
    path: Path = tmp_path_factory.mktemp("j") / "a.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent), encoding="utf-8")
    layer = survey_ledger(path, role("charging_stations"), Options()).layer
    assert layer.frame.index.tolist() == [f"B{at}" for at in range(len(places))]
    assert layer.frame["name_zh"].tolist() == [name for name, *_ in listed]
    assert layer.frame["county_stated"].tolist() == ["青秀区"] * len(places)
    np.testing.assert_allclose(layer.frame.get_coordinates().to_numpy(), truth, atol=3e-6)
    assert any("place search" in note.en for note in layer.notes)


def test_a_datum_that_is_told_goes_before_the_services_own(tmp_path: Path) -> None:
    lon, lat = gcj02_from_wgs84([108.3], [22.8])
    path = tmp_path / "a.json"
    path.write_text(json.dumps(baidu([("甲", lon[0], lat[0])])), encoding="utf-8")
    frame = survey_ledger(path, role("charging_stations"), Options("gcj02")).layer.frame
    np.testing.assert_allclose(frame.get_coordinates().to_numpy(), [(108.3, 22.8)], atol=3e-6)


@pytest.mark.parametrize(
    "content",
    [{}, [], {"status": 1, "message": "AK invalid"}, {"pois": []}, {"pois": [{"name": "甲"}]},
     {"results": "x"}, {"data": 3}, [[[]]]],
)  # fmt: skip
def test_an_answer_without_places_is_refused_in_words(tmp_path: Path, content: object) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(LedgerError, match="neither GeoJSON nor an answer of the place search"):
        survey_ledger(path, role("charging_stations"), Options())
