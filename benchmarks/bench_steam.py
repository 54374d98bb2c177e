"""Time the steam physics: states, pipes, users given a size; the best of several runs."""

import argparse
import time
from collections.abc import Callable

import numpy as np

from nngis.plans.heat.steam import if97
from nngis.plans.heat.steam.feasible import least_size, steam_radius_m
from nngis.plans.heat.steam.flow import Pipes, Steam
from nngis.plans.heat.steam.parameters import SteamParameters, pipe_conditions, steam_needs
from nngis.plans.heat.steam.pipe import march
from nngis.plans.heat.steam.sizes import pipe_sizes


def best(work: Callable[[], object], repeat: int) -> float:
    """Return the shortest of several runs [s]."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def coolprop(p: np.ndarray, t: np.ndarray) -> Callable[[], object] | None:
    """Return the same question to CoolProp's IF97, where it is installed."""
    try:
        from CoolProp.CoolProp import PropsSI  # noqa: PLC0415 -- a peer, not a dependency
    except ImportError:
        return None
    return lambda: [PropsSI(name, "T", t, "P", p * 1e6, "IF97::Water") for name in "HD"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=5_000)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    random = np.random.default_rng(0)

    p = random.uniform(0.1, 1.0, asked.states)
    t = random.uniform(455.0, 800.0, asked.states)
    own = best(lambda: if97.steam(p, t), asked.repeat)
    print(f"region 2, v h cp dh/dp, {asked.states:,} states: {own:.3f} s")
    print(
        f"saturation temperature, {asked.states:,} states: "
        f"{best(lambda: if97.saturation_temperature_k(p), asked.repeat):.3f} s"
    )
    if peer := coolprop(p, t):
        print(f"CoolProp IF97, v and h of the same: {best(peer, 1):.3f} s")

    conditions = pipe_conditions(SteamParameters())
    needs = steam_needs(SteamParameters())
    sizes = pipe_sizes()
    length = random.uniform(300.0, 15_000.0, asked.users)
    flow = random.uniform(1.0, 65.0, asked.users)
    source = Steam(np.full(asked.users, 1.6), np.full(asked.users, 300.0), flow)
    pipes = Pipes(length, np.full(asked.users, 309.0), np.full(asked.users, 0.6))
    print(
        f"one march of {asked.users:,} pipes: "
        f"{best(lambda: march(source, pipes, conditions), asked.repeat):.3f} s"
    )
    print(
        f"least size of {sizes.dn_mm.size} for {asked.users:,} users: "
        f"{best(lambda: least_size(source, length, sizes, needs, conditions), asked.repeat):.3f} s"
    )
    flows = Steam(np.full(20, 1.6), np.full(20, 300.0), np.linspace(5.0, 400.0, 20))
    radius = best(
        lambda: steam_radius_m(flows, sizes, needs, conditions, most_m=60_000.0), asked.repeat
    )
    print(f"steam radius of 20 flows: {radius:.3f} s")


if __name__ == "__main__":
    main()
