"""What a result says of the user's data is true of them: a sentence stands where it holds."""

from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

import nngis
from nngis.fields import get
from nngis.inputs.choices import LayerChoice
from nngis.run.scenario import Scenario
from nngis.text import Text

EVIDENCE = ("official", "surveyed", "derived", "approximate", "synthetic")


def boilers(*, with_datum: bool) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "锅炉编号": ["G1", "G2", "G3"],
            "额定蒸发量(t/h)": [8, 20, 35],
            "燃料": ["煤", "煤", "天然气"],
            "经度": [108.32, 108.36, 108.93],
            "纬度": [22.82, 22.80, 22.84],
        }
    )
    return frame.assign(坐标系="WGS84") if with_datum else frame


def own_built_up() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name_zh": ["甲区"]}, geometry=[box(108.25, 22.75, 108.45, 22.9)], crs="EPSG:4326"
    )


def said(result: nngis.Result) -> str:
    """Return every sentence of a result, and what the decisions give as their reason."""
    texts = [*result.analysis.assumptions, *result.warnings, *result.notes]
    return "\n".join([*(one.en for one in texts), *result.decisions["reason_en"].astype(str)])


@pytest.mark.parametrize("level", EVIDENCE)
def test_a_built_up_area_of_ones_own_is_called_by_its_own_evidence(tmp_path, level) -> None:
    path = tmp_path / "own.gpkg"
    own_built_up().to_file(path)
    ledger = tmp_path / "b.csv"
    boilers(with_datum=True).to_csv(ledger, index=False)
    scenario = Scenario(
        name="t",
        title=Text("甲", "A"),
        plans=("heat",),
        layers={
            "boilers": LayerChoice(path=str(ledger), evidence="official"),
            "built_up": LayerChoice(path=str(path), evidence=level),
        },
    )
    found = nngis.run_scenario(scenario).results[0]
    words = said(found)
    assert ("no official boundary" in words) == (level != "official")
    for other in EVIDENCE:
        named = f"no official boundary (evidence: {get('evidence').value_title(other, 'en')})"
        assert (named in words) == (other == level != "official")
    assert "stand-in" not in words
    assert "derived from points" not in words


@pytest.mark.parametrize(
    ("with_column", "datum"), list(product([True, False], [None, "wgs84", "assume-wgs84"]))
)
def test_only_a_datum_that_nobody_stated_is_said_to_be_assumed(
    tmp_path, with_column, datum
) -> None:
    if not with_column and datum is None:
        return  # then it is asked for, which has its own tests
    path = tmp_path / "b.csv"
    boilers(with_datum=with_column).to_csv(path, index=False)
    found = nngis.run("heat", boilers=path, datum=datum)
    assumed = not with_column and datum == "assume-wgs84"
    assert ("taken as WGS84, as asked" in said(found)) == assumed


@pytest.mark.parametrize("given", [True, False])
def test_a_layer_that_was_given_is_not_said_to_be_the_cases(tmp_path, given) -> None:
    path = tmp_path / "b.csv"
    boilers(with_datum=True).to_csv(path, index=False)
    layers = {"boilers": path, **({"built_up": own_built_up()} if given else {})}
    found = nngis.run("heat", **layers)
    (record,) = [one for one in found.inputs if one.role == "built_up"]
    shipped = nngis.case().store.specs["built_up"].evidence
    assert shipped != "surveyed"
    assert record.evidence == ("surveyed" if given else shipped)
    level = get("evidence").value_title(record.evidence, "en")
    assert f"no official boundary (evidence: {level})" in said(found)
