"""Sums by county of every decision there is, counted by hand."""

import geopandas as gpd
import pandas as pd
import pytest

from nngis.plans.heat.findings import DECISIONS, by_county

BOILERS = [
    # county, decision, t/h, tonnes of coal avoided
    ("西县", "retire", 4.0, 100.0),
    ("西县", "retire", None, 50.0),  # nobody knows how large
    ("西县", "close_pending_capacity", 20.0, 900.0),  # waits: avoids nothing yet
    ("西县", "relocate", 35.0, None),
    ("西县", "banned", 10.0, None),
    ("东县", "close_integrate", 30.0, 1_000.0),
    ("东县", "retrofit", 65.0, None),
    ("东县", "retrofit", 75.0, None),
    ("东县", "not_banned", 40.0, None),
    ("东县", "already_closed", 6.0, 70.0),  # closed before: nothing of the plan's doing
    (None, "keep", 8.0, None),
    (None, "unknown", None, None),
]


def test_every_decision_of_a_county_is_counted() -> None:
    names = ["county", "decision", "capacity_t_h", "coal_avoided_t_a"]
    table = pd.DataFrame(BOILERS, columns=names)
    for kind in ("co2", "so2", "nox", "pm"):
        table[f"{kind}_avoided_t_a"] = table["coal_avoided_t_a"] / 10
    counties = gpd.GeoDataFrame({"name_zh": ["西县", "东县", "空县"]}, geometry=[None] * 3)
    found = by_county(gpd.GeoDataFrame(table, geometry=[None] * len(table)), counties)
    assert found.index.tolist() == ["西县", "东县", "空县", "—"]
    worked = {
        "boilers_count": (5, 5, 0, 2),
        "capacity_t_h": (69, 216, 0, 8),
        "retire_count": (2, 0, 0, 0),
        "close_integrate_count": (0, 1, 0, 0),
        "close_pending_capacity_count": (1, 0, 0, 0),
        "relocate_count": (1, 0, 0, 0),
        "retrofit_count": (0, 2, 0, 0),
        "keep_count": (0, 0, 0, 1),
        "already_closed_count": (0, 1, 0, 0),
        "banned_count": (1, 0, 0, 0),
        "not_banned_count": (0, 1, 0, 0),
        "unknown_count": (0, 0, 0, 1),
        "closing_t_h": (4, 30, 0, 0),
        "coal_avoided_t_a": (150, 1_000, 0, 0),
        "co2_avoided_t_a": (15, 100, 0, 0),
        "so2_avoided_t_a": (15, 100, 0, 0),
        "nox_avoided_t_a": (15, 100, 0, 0),
        "pm_avoided_t_a": (15, 100, 0, 0),
    }
    assert set(worked) == set(found)
    assert {f"{one}_count" for one in DECISIONS} <= set(worked)
    for name, values in worked.items():
        assert found[name].tolist() == pytest.approx(values), name
    decided = found[[f"{one}_count" for one in DECISIONS]].sum(axis=1)
    assert decided.tolist() == found["boilers_count"].tolist()
