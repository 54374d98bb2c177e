"""The series of pipes, and the parameters of steam."""

import tomllib
from importlib.resources import files

import numpy as np

from nngis.parameter_values import build
from nngis.plans.heat.steam.parameters import SteamParameters, pipe_conditions, steam_needs
from nngis.plans.heat.steam.pipe import is_dry
from nngis.plans.heat.steam.sizes import insulated_loss_w_m_k, pipe_sizes
from nngis.plans.heat.steam.velocity import VelocityLimits

TABLE = tomllib.loads(files("nngis.plans.heat").joinpath("pipe_sizes.toml").read_text("utf-8"))


def test_larger_sizes_are_wider_and_dearer_and_lose_more() -> None:
    sizes = pipe_sizes()
    for column in (
        sizes.dn_mm,
        sizes.outer_mm,
        sizes.inner_mm,
        sizes.loss_w_m_k,
        sizes.cost_low_cny_m,
        sizes.cost_cny_m,
        sizes.cost_high_cny_m,
    ):
        assert (np.diff(column) > 0).all()
    assert (sizes.cost_low_cny_m < sizes.cost_cny_m).all()
    assert (sizes.cost_cny_m < sizes.cost_high_cny_m).all()


def test_the_inner_diameter_is_near_the_nominal_size() -> None:
    sizes = pipe_sizes()
    np.testing.assert_allclose(sizes.inner_mm, sizes.dn_mm, rtol=0.08)


def test_the_loss_is_that_of_the_insulation() -> None:
    of = TABLE["insulation"]
    rows = {name: np.array([row[name] for row in TABLE["size"]]) for name in TABLE["size"][0]}
    loss = insulated_loss_w_m_k(
        rows["outer_mm"],
        rows["insulation_mm"],
        conductivity_w_m_k=of["conductivity_w_m_k"],
        surface_w_m2_k=of["surface_w_m2_k"],
    )
    warmer = of["steam_c"] - of["ambient_c"]
    np.testing.assert_allclose(rows["loss_w_m"], loss * warmer, rtol=0, atol=0.051)
    np.testing.assert_allclose(pipe_sizes().loss_w_m_k, rows["loss_w_m"] / warmer)


def test_every_group_says_whether_it_is_verified() -> None:
    for name in ("diameters", "insulation", "cost"):
        assert TABLE[name]["verified"] in (True, False)
        assert TABLE[name]["source"]
        assert TABLE[name]["note"]["zh"]
        assert TABLE[name]["note"]["en"]


def test_default_parameters_lie_within_their_bounds_and_make_dry_steam() -> None:
    defaults = SteamParameters()
    again, records = build(SteamParameters, defaults.model_dump(), {}, scenario_name="x")
    assert again == defaults
    assert all(record.source for record in records)
    assert is_dry(defaults.steam_source_p_mpa, defaults.steam_source_t_c)
    assert is_dry(defaults.steam_user_p_min_mpa, defaults.steam_user_t_min_c)


def test_conditions_and_needs_take_the_parameters() -> None:
    given = SteamParameters(
        steam_roughness_mm=0.5,
        steam_local_share=0.7,
        steam_bridge_share=0.1,
        steam_ambient_c=5.0,
        steam_user_p_min_mpa=0.6,
        steam_user_t_min_c=165.0,
        steam_velocity_superheated_m_s=(50.0, 45.0, 35.0),
        steam_condensate_max_share=0.02,
    )
    conditions, needs = pipe_conditions(given), steam_needs(given)
    assert vars(conditions) == {
        "roughness_mm": 0.5,
        "local_share": 0.7,
        "bridge_share": 0.1,
        "ambient_c": 5.0,
    }
    assert vars(needs) == {
        "p_min_mpa": 0.6,
        "t_min_c": 165.0,
        "velocity_max_m_s": 50.0,
        "condensate_max_share": 0.02,
        "by_size": VelocityLimits((50.0, 45.0, 35.0), (40.0, 35.0, 30.0)),
    }
