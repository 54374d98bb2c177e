"""Heat matched to users, by hand."""


def test_a68_serves_what_the_sources_can_give_within_5_km(asked, at, layer):
    sources = layer(
        {
            "x": {"waste_heat_t_h": 6.0, "geometry": at(0, 0)},
            "y": {"waste_heat_t_h": 8.0, "geometry": at(4, 0)},
        }
    )
    users = layer(
        {
            "a": {"steam_t_h": 10.0, "geometry": at(1, 0)},
            "b": {"steam_t_h": 5.0, "geometry": at(8, 0)},
            "c": {"steam_t_h": 5.0, "geometry": at(14, 0)},
        }
    )
    found = asked("A68", waste_heat_sources=sources, heat_users=users)
    # All 14 t/h flow either way; y's heat goes to a (3 km) before b (4 km).
    assert found.objects["served_t_h"].to_dict() == {"a": 10.0, "b": 4.0, "c": 0.0}
    assert found.objects["state"].to_dict() == {"a": "done", "b": "open", "c": "open"}
    assert found.objects["source_id"].dropna().to_dict() == {"a": "x", "b": "y"}
    assert found.parts[0].value == 14.0
    assert found.by_county["value"].to_dict() == {"兴宁区": 14.0, "横州市": 0.0}


def test_a68_with_nobody_in_reach_serves_nothing(asked, at, layer):
    sources = layer({"x": {"waste_heat_t_h": 6.0, "geometry": at(0, 0)}})
    users = layer({"a": {"steam_t_h": 10.0, "geometry": at(9, 0)}})
    found = asked("A68", waste_heat_sources=sources, heat_users=users)
    assert (found.parts[0].value, found.status) == (0.0, "done")


def test_a68_leaves_out_users_and_sources_of_unknown_size(asked, at, layer):
    sources = layer(
        {
            "x": {"waste_heat_t_h": 6.0, "geometry": at(0, 0)},
            "y": {"waste_heat_t_h": None, "geometry": at(1, 0)},
        }
    )
    users = layer(
        {
            "a": {"steam_t_h": 4.0, "geometry": at(1, 0)},
            "b": {"steam_t_h": None, "geometry": at(1, 0)},
        }
    )
    found = asked("A68", waste_heat_sources=sources, heat_users=users)
    assert found.objects["state"].to_dict() == {"a": "done", "b": "unknown"}
    assert found.parts[0].value == 4.0
