"""Stars of a dbf are a number that did not fit, and reject their row by its text."""

from pathlib import Path

import geopandas as gpd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.ledger.overflow import overflowed_cells
from nngis.ledger.read import read_ledger
from nngis.roles import role


@settings(max_examples=15, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=6).filter(lambda starred: not all(starred)))
def test_stars_reject_their_row(tmp_path_factory, starred: list[bool]) -> None:  # type: ignore[no-untyped-def]
    folder: Path = tmp_path_factory.mktemp("s")
    frame = gpd.GeoDataFrame(
        {"boiler_id": [f"G{at}" for at in range(len(starred))], "蒸吨": 12345},
        geometry=[shapely.Point(108.9, 22.7 + at / 100) for at in range(len(starred))],
        crs=4326,
    )
    frame["蒸吨"] = [33333 + at for at in range(len(starred))]
    frame.to_file(folder / "a.shp", encoding="utf-8")
    data = (folder / "a.dbf").read_bytes()
    for at, star in enumerate(starred):
        number = str(33333 + at).encode()
        data = data.replace(number, b"*****" if star else b"   10")
    spaces = data.replace(b"    *****", b"*********")
    (folder / "a.dbf").write_bytes(spaces)
    found = {row for row, _, _ in overflowed_cells(folder / "a.dbf")}
    layer = read_ledger(folder / "a.shp", role("boilers"))
    assert found == {at for at, star in enumerate(starred) if star}
    assert set(layer.rejects["row"]) == {at + 1 for at in found}
