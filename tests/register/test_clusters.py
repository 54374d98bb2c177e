"""Clusters, by hand and against brute force."""

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.register.clusters import label_clusters


def test_a07_finds_one_coating_cluster_of_three(asked, at, layer):
    rows = {
        "a": ("工业涂装", 1.0),
        "b": ("喷涂", 1.9),
        "c": ("涂装", 2.8),
        "d": ("涂装", 9.0),
        "e": ("化工", 1.0),
        "f": ("化工", 1.1),
    }
    firms = layer({k: {"sector": s, "geometry": at(x, 1)} for k, (s, x) in rows.items()})
    found = asked("A07", enterprises=firms)
    assert found.objects[["rule_class", "firms_count"]].to_numpy().tolist() == [["涂装", 3]]
    assert found.parts[0].value == 1.0
    assert found.objects.geometry.iloc[0].covers(at(1.9, 1))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=12),
    st.integers(1, 4),
)
def test_clusters_are_what_joining_one_by_one_gives(points, at_least):
    frame = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*zip(*points, strict=True)), crs="EPSG:4545"
    )
    found = label_clusters(frame, radius_m=2.0, at_least=at_least)
    xy = np.array(points, dtype=float)
    group = np.arange(len(xy))
    for i in range(len(xy)):
        for j in range(i):
            if np.hypot(*(xy[i] - xy[j])) <= 2.0:
                group[group == group[i]] = group[j]
    large = np.array([(group == one).sum() >= at_least for one in group])
    assert found.notna().tolist() == large.tolist()
    label = found[large].to_numpy(int)
    together = label[:, None] == label[None, :]
    assert (together == (group[large][:, None] == group[large][None, :])).all()


def test_the_largest_cluster_is_number_one(layer, at):
    frame = layer({f"p{i}": {"geometry": at(x, 0)} for i, x in enumerate([0, 0.5, 5, 5.5, 6])})
    assert label_clusters(frame, radius_m=600, at_least=2).tolist() == [2, 2, 1, 1, 1]


def test_points_without_a_place_belong_to_no_cluster(layer, at):
    frame = layer({"a": {"geometry": at(0, 0)}, "b": {"geometry": None}})
    assert label_clusters(frame, radius_m=1, at_least=1).isna().tolist() == [False, True]
