"""Long whole numbers keep every digit, in every format and with gaps between them."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.ledger.exact import EXACT_BELOW, with_exact_integers
from nngis.ledger.read import read_ledger
from nngis.roles import role

LONG = st.integers(10**14, 2**63 - 1)


@settings(max_examples=30, deadline=None)
@given(
    ids=st.lists(
        st.one_of(st.none(), LONG), min_size=2, max_size=6, unique_by=lambda x: x or id(x)
    ),
    kind=st.sampled_from(["gpkg", "geojson", "fgb", "parquet"]),
)
def test_ids_come_back_to_the_last_digit(
    tmp_path_factory: pytest.TempPathFactory, ids: list[int | None], kind: str
) -> None:
    frame = gpd.GeoDataFrame(
        {"锅炉编号": pd.array(ids, dtype="Int64"), "蒸吨": 10.0, "燃料": "煤"},
        geometry=[shapely.Point(108.9, 22.7 + at / 100) for at in range(len(ids))],
        crs=4326,
    )
    path = tmp_path_factory.mktemp("long") / f"a.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    layer = read_ledger(path, role("boilers"))
    assert len(layer.frame) == len(ids)
    known = {str(one) for one in ids if one is not None}
    assert known <= set(layer.frame.index)


def test_columns_that_lost_nothing_are_not_read_again() -> None:
    frame = pd.DataFrame({"a": [1.0, float("nan")], "b": [float(EXACT_BELOW - 1), 2.0]})

    def never(columns: list[str]) -> dict[str, list[int | None]]:
        raise AssertionError(columns)

    assert with_exact_integers(frame, ["a", "b"], never) is frame
