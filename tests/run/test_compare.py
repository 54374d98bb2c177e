"""Two results side by side, made by hand."""

from pathlib import Path

import geopandas as gpd
import pytest

from nngis.decide.indicators import Indicator
from nngis.errors import NngisError
from nngis.files import write_json
from nngis.outputs.save import as_json, write_geopackage
from nngis.parameters import ParameterRecord
from nngis.result.mapview import MapView
from nngis.result.result import Analysis, InputRecord, Result
from nngis.run.compare import compare_folders
from nngis.text import Text


def left(folder: Path, decisions: dict[str, str], radius_m: float, closed: float | None) -> Path:
    frame = gpd.GeoDataFrame(
        {
            "name_zh": list(decisions),
            "decision": list(decisions.values()),
            "reason_zh": "因",
            "reason_en": "why",
        },
        index=list(decisions),
        geometry=gpd.points_from_xy(range(len(decisions)), [0] * len(decisions)),
        crs="EPSG:4545",
    ).rename_axis("boiler_id")
    result = Result(
        "heat",
        Text("", ""),
        Analysis({"boilers": frame}, (Indicator("closed", Text("", ""), closed, "台", ""),)),
        "boilers",
        (ParameterRecord("supply_radius_m", Text("", ""), radius_m, "m", "", "default"),),
        (InputRecord("boilers", "b", Text("", ""), "b", "0", "derived", 3, 0),),
        MapView("heat", Text("", ""), ()),
        (),
        "EPSG:4545",
    )
    (folder / "heat").mkdir(parents=True)
    write_json(folder / "heat" / "result.json", as_json(result))
    write_geopackage(folder / "heat" / "layers.gpkg", result.analysis.tables)
    return folder


def test_changed_new_and_vanished_objects_are_named_and_the_rest_is_not(tmp_path: Path) -> None:
    before = left(tmp_path / "a", {"x": "keep", "y": "keep", "gone": "keep"}, 15_000.0, 1.0)
    after = left(tmp_path / "b", {"x": "keep", "y": "retire", "new": "keep"}, 30_000.0, 3.0)
    (found,) = compare_folders(before, after)
    assert found.changes["change"].to_dict() == {
        "y": "keep→retire",
        "new": "absent→keep",
        "gone": "keep→absent",
    }
    assert found.changes.geometry.notna().all()
    assert found.indicators.loc["closed", ["before", "after", "difference"]].tolist() == [1, 3, 2]
    assert found.parameters.loc["supply_radius_m"].tolist() == [15_000.0, 30_000.0]


def test_an_unknown_indicator_has_no_difference(tmp_path: Path) -> None:
    before = left(tmp_path / "a", {"x": "keep"}, 1.0, None)
    after = left(tmp_path / "b", {"x": "keep"}, 1.0, 3.0)
    (found,) = compare_folders(before, after)
    assert found.changes.empty
    assert found.indicators["difference"].isna().all()


def test_a_folder_without_results_is_named(tmp_path: Path) -> None:
    with pytest.raises(NngisError, match="holds no result"):
        compare_folders(tmp_path, tmp_path)
