"""How far steam reaches through one shared main: limits, and what is remembered."""

import geopandas as gpd
import pandas as pd
import pytest

from nngis.plans.heat.parameters import HeatParameters
from nngis.plans.heat.radii import reach_of_mains

PARAMETERS = HeatParameters()
MAINS = {
    # MPa, °C, t/h
    "half": (1.0, 300.0, 0.5),
    "none": (1.0, 300.0, 0.0),
    "unknown": (1.0, 300.0, None),
    "some": (1.6, 300.0, 20.0),
    "same": (1.6, 300.0, 20.0),
    "hotter": (1.6, 320.0, 20.0),
}


@pytest.fixture
def plants() -> gpd.GeoDataFrame:
    table = pd.DataFrame.from_dict(
        MAINS, orient="index", columns=["steam_p_mpa", "steam_t_c", "main_t_h"]
    )
    return gpd.GeoDataFrame(table.astype(float), geometry=[None] * len(table))


def test_half_a_tonne_an_hour_reaches_some_way_and_nothing_reaches_nowhere(plants) -> None:
    reach = reach_of_mains(plants, PARAMETERS, {})
    # 0.5 t/h is 0.139 kg/s; 120 K above saturation at some 2.2 kJ a kg and K are 37 kW, and a thin
    # pipe loses about 0.1 kW a metre: it stays steam for some hundred metres.
    assert 100.0 < reach["half"] < 2_000.0
    assert reach[["none", "unknown"]].isna().all()
    assert reach["same"] == reach["some"] > reach["half"]
    assert reach["hotter"] >= reach["some"]


def test_what_was_found_for_a_main_is_not_looked_for_again(plants, monkeypatch) -> None:
    found: dict[tuple[float, float, float], float] = {}
    first = reach_of_mains(plants, PARAMETERS, found)
    assert set(found) == {MAINS[one] for one in ("half", "some", "hotter")}
    monkeypatch.setattr("nngis.plans.heat.radii.steam_radius_m", None)
    again = reach_of_mains(plants.iloc[::-1], PARAMETERS, found)
    assert again[plants.index].equals(first)
