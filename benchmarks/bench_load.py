"""All four plans and the register on a made-up city of 447,000 rows: memory and processor time.

python benchmarks/bench_load.py
"""

import resource
import time

from bench_register import city

from nngis.inputs.given import take_given
from nngis.run.analyse import analyse
from nngis.run.cases import case
from nngis.run.plans import PLAN_IDS
from nngis.run.score import register_roles
from nngis.text import Text

MOST_MB = 2_500


def peak_mb() -> float:
    """Return the most memory that this process has held [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Measure and print."""
    place = case()
    made = city(place.store.open("counties").in_crs("EPSG:4545"))
    known = register_roles(place.store)
    frames = {role: frame for role, frame in made.frames.items() if role in known}
    frames["car_parks"] = frames["car_parks"].assign(spaces_count=100)
    rows = sum(map(len, frames.values()))
    print(f"{rows:,} rows of {len(frames)} roles in memory: {peak_mb():,.0f} MB", flush=True)

    def told(step: Text) -> None:
        print(f"  {time.process_time():6.0f} s {peak_mb():6,.0f} MB  {step.en}", flush=True)

    given = take_given(frames, place.store, evidence="synthetic")
    told(Text("各层已核对", "every layer is checked"))
    scenario = place.scenario.model_copy(update={"plans": PLAN_IDS, "layers": given.choices})
    found = analyse(scenario, given.store, overrides={}, progress=told)
    decided = {one.plan: len(one.analysis.tables[one.subject]) for one in found.results}
    entries = len(found.scored.card.findings) if found.scored is not None else 0
    print(f"{rows:,} rows, decided {decided}, {entries} entries of the register: "
          f"{time.process_time():.0f} s of processor, {peak_mb():,.0f} MB at most "
          f"(wanted: under {MOST_MB:,} MB)")  # fmt: skip


if __name__ == "__main__":
    main()
