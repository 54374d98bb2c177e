"""Sewers traced upstream: the pipes of a plant with thin influent, the sources of an outfall."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nngis.network.tracing import REACH_M, trace_from
from nngis.register.data import Data, matches
from nngis.register.finding import Finding
from nngis.register.lists import tally
from nngis.register.nearness import nearest_of
from nngis.register.rules import PlanRule


def outfalls(rule: PlanRule, data: Data, *, stages: Mapping[str, Any]) -> Finding:
    """Tell how far each outfall has come, and trace its sewers to their sources."""
    points = data.need("outfalls", *stages)
    kept, columns = points, list(stages)
    if "sewers" in data.frames:
        found, belongs = trace_from(points, data.frames["sewers"])
        kept = points.join(found)
        columns += ["upstream_km", "pipes_count"]
        if "enterprises" in data.frames:
            firms = data.frames["enterprises"]
            near = nearest_of(firms, data.frames["sewers"], within_m=REACH_M)
            own = near["facility_id"].map(belongs)
            kept["sources_count"] = own.value_counts().reindex(points.index, fill_value=0)
            columns.append("sources_count")
    every = pd.Series(data=True, index=points.index, dtype="boolean")
    return tally(rule, data, kept, every, matches(points, stages), columns=columns)
