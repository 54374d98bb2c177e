"""Who steam reaches: against every size tried alone, and what must always hold."""

import numpy as np
import pandas as pd
import pytest

from nngis.plans.heat.steam.feasible import (
    LIMITS,
    SteamNeeds,
    least_size,
    steam_radius_m,
    steam_reach,
)
from nngis.plans.heat.steam.flow import Pipes, Steam
from nngis.plans.heat.steam.parameters import SteamParameters, pipe_conditions, steam_needs
from nngis.plans.heat.steam.pipe import capacity_t_h, march
from nngis.plans.heat.steam.sizes import pipe_sizes

SIZES = pipe_sizes()
CONDITIONS = pipe_conditions(SteamParameters())
NEEDS = steam_needs(SteamParameters())


@pytest.fixture(scope="module")
def users() -> pd.DataFrame:
    """Return 60 users from 0.2 to 30 km with 1 to 300 t/h."""
    random = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "source_p_mpa": random.choice([1.0, 1.5], 60),
            "source_t_c": random.choice([200.0, 300.0], 60),
            "flow_t_h": 10 ** random.uniform(0, 2.5, 60),
            "length_m": random.uniform(200, 30_000, 60),
        },
        index=[f"B{n:02d}" for n in range(60)],
    )


@pytest.fixture(scope="module")
def found(users) -> pd.DataFrame:
    """Return what is said of those users."""
    return steam_reach(users, SIZES, NEEDS, CONDITIONS)


def who_serves(users: pd.DataFrame) -> np.ndarray:
    """Say of every size whether it serves each user, feeding until enough arrives."""
    p, t, flow, length = (users[name].to_numpy()[:, None] for name in users.columns)
    pipes = Pipes(length, SIZES.inner_mm[None, :], SIZES.loss_w_m_k[None, :])
    end = march(Steam(p, t, flow), pipes, CONDITIONS, floor_mpa=NEEDS.p_min_mpa)
    fed = flow + np.nan_to_num(end.condensate_t_h)
    end = march(Steam(p, t, fed), pipes, CONDITIONS, floor_mpa=NEEDS.p_min_mpa)
    at_start = fed / capacity_t_h(p, t, SIZES.inner_mm[None, :], 1.0)
    return (
        (end.steam.p_mpa >= NEEDS.p_min_mpa)
        & (end.steam.t_c >= NEEDS.t_min_c)
        & (end.velocity_m_s <= NEEDS.velocity_max_m_s)
        & (at_start <= NEEDS.velocity_max_m_s)
        & (end.condensate_t_h <= NEEDS.condensate_max_share * fed)
    )


def test_the_size_is_the_first_of_all_sizes_that_serves(users, found) -> None:
    answers = who_serves(users)
    assert 10 < answers.any(axis=1).sum() < 50
    assert (found["steam_feasible"] == answers.any(axis=1)).all()
    first = SIZES.dn_mm[answers.argmax(axis=1)][answers.any(axis=1)]
    assert found.loc[found["steam_feasible"], "steam_dn_mm"].tolist() == first.tolist()


def test_every_user_served_gets_what_it_needs_and_asked_for(users, found) -> None:
    served = found[found["steam_feasible"]]
    assert (served["user_p_mpa"] >= NEEDS.p_min_mpa).all()
    assert (served["user_t_c"] >= NEEDS.t_min_c).all()
    assert (served["steam_velocity_m_s"] <= NEEDS.velocity_max_m_s).all()
    assert served["steam_limit"].isna().all()
    inlet = Steam(*(users[c].to_numpy() for c in ("source_p_mpa", "source_t_c", "flow_t_h")))
    reach = least_size(inlet, users["length_m"].to_numpy(), SIZES, NEEDS, CONDITIONS)
    share = reach.end.steam.flow_t_h[reach.size_at >= 0] / users.loc[served.index, "flow_t_h"]
    assert (share > 1 - 1e-9).all()
    assert (share < 1.01).all()


def test_a_user_not_served_has_a_reason_and_no_steam(found) -> None:
    left = found[~found["steam_feasible"]]
    assert left["steam_limit"].isin(LIMITS).all()
    assert len(set(left["steam_limit"])) > 1
    assert left.drop(columns=["steam_feasible", "steam_limit"]).isna().all(axis=None)


def test_a_nearer_user_or_a_lesser_need_is_never_out_of_reach(users, found) -> None:
    far = found["steam_feasible"]
    near = users.assign(length_m=users["length_m"] * 0.7)
    assert steam_reach(near, SIZES, NEEDS, CONDITIONS)["steam_feasible"][far].all()
    modest = SteamNeeds(0.6, 165.0, 70.0, 0.1)
    assert steam_reach(users, SIZES, modest, CONDITIONS)["steam_feasible"][far].all()


@pytest.mark.parametrize(
    ("inlet", "length_m", "limit"),
    [
        (Steam(1.6, 300.0, 5_000.0), 100.0, "velocity"),
        (Steam(0.9, 300.0, 400.0), 10_000.0, "pressure"),
        (Steam(1.6, 300.0, 5_000.0), 50_000.0, "velocity"),
        (Steam(0.85, 176.0, 20.0), 1_000.0, "temperature"),
        (Steam(1.6, 300.0, 1.0), 10_000.0, "condensate"),
    ],
)
def test_what_stands_in_the_way_is_named(inlet, length_m, limit) -> None:
    assert least_size(inlet, length_m, SIZES, NEEDS, CONDITIONS).limit.tolist() == [limit]


def test_missing_values_are_unknown_and_not_infeasible(users) -> None:
    users = users.astype("Float64")
    for row, column in enumerate(users.columns):
        users.iloc[row, users.columns.get_loc(column)] = pd.NA
    users.iloc[4, users.columns.get_loc("source_t_c")] = 150.0  # wet at any pressure used here
    found = steam_reach(users, SIZES, NEEDS, CONDITIONS)
    assert found.iloc[:5].isna().all(axis=None)
    assert found["steam_feasible"].iloc[5:].notna().all()
    assert found.index.equals(users.index)


def test_the_radius_is_where_the_reach_ends() -> None:
    flows = np.array([5.0, 20.0, 65.0, np.nan, 5_000.0, 0.0])
    inlet = Steam(1.6, 300.0, flows)
    radius = steam_radius_m(inlet, SIZES, NEEDS, CONDITIONS, most_m=50_000.0)
    assert np.isnan(radius[[3, 5]]).all()
    assert radius[4] == 0.0
    within = least_size(inlet, radius, SIZES, NEEDS, CONDITIONS).size_at >= 0
    beyond = least_size(inlet, radius + 2.0, SIZES, NEEDS, CONDITIONS).size_at >= 0
    assert within[:3].all()
    assert not beyond[:3].any()
    assert (np.diff(radius[:3]) > 0).all()


def test_the_radius_is_cut_at_the_longest_pipe_looked_at() -> None:
    near = steam_radius_m(Steam(1.6, 300.0, 20.0), SIZES, NEEDS, CONDITIONS, most_m=1_000.0)
    assert near.tolist() == [1_000.0]


def test_no_users_are_no_trouble(users) -> None:
    assert steam_reach(users.iloc[:0], SIZES, NEEDS, CONDITIONS).empty


def test_a_flow_of_nothing_has_no_reach_and_half_a_tonne_has_one() -> None:
    inlet = Steam(np.full(4, 1.6), np.full(4, 300.0), np.array([0.0, 0.5, np.nan, -1.0]))
    radius = steam_radius_m(inlet, SIZES, NEEDS, CONDITIONS, most_m=50_000.0)
    assert np.isnan(radius).tolist() == [True, False, True, True]
    assert radius[1] > 100.0


def test_a_main_of_half_a_tonne_an_hour_has_a_radius_too(toy) -> None:
    plants = toy(
        {"a": {"capacity_t_h": 0.5}}, assume_steam_t_h=300.0, simultaneity_share=1.0
    ).tables["plants"]
    assert plants["main_t_h"].tolist() == [0.5]
    assert plants["steam_radius_m"].iloc[0] > 100.0
