"""Long sections of the steam network: every user's way, node by node."""

import numpy as np
import pandas as pd

from nngis.plans.heat.network import SteamNetwork

OF_PIPE = ("length_m", "flow_t_h", "steam_velocity_m_s")
COLUMNS = (
    *("boiler_id", "outlet_id", "node_id", "pipe_m", "user_p_mpa", "user_t_c", "steam_dn_mm"),
    *OF_PIPE,
)


def long_sections(
    network: SteamNetwork | None, nodes: pd.DataFrame, pipes: pd.DataFrame
) -> pd.DataFrame:
    """List the nodes on the way from the plant to each user, with the pipe that ends at each."""
    if network is None:
        index = pd.Index([], name="way_id", dtype=object)
        return pd.DataFrame(columns=list(COLUMNS), index=index)
    up, user = network.trees.up, network.trees.user
    at = np.flatnonzero([name is not None for name in user])
    boiler = user[at]
    found = []
    while at.size:
        found.append(pd.DataFrame({"boiler_id": boiler, "at": at}))
        on = up[at] >= 0
        at, boiler = up[at[on]], boiler[on]
    ways = pd.concat(found, ignore_index=True)
    rows = nodes.iloc[ways["at"]]
    into = pipes.set_index("to_node").reindex(rows.index)
    table = pd.DataFrame(
        {
            "boiler_id": ways["boiler_id"].to_numpy(object),
            "outlet_id": rows["outlet_id"].to_numpy(object),
            "node_id": rows.index.to_numpy(object),
            **{c: rows[c].to_numpy(float) for c in ("pipe_m", "user_p_mpa", "user_t_c")},
            "steam_dn_mm": pd.array(into["steam_dn_mm"].to_numpy(), dtype="Int64"),
            **{c: into[c].to_numpy(float) for c in OF_PIPE},
        }
    ).sort_values(["boiler_id", "pipe_m"], kind="stable", ignore_index=True)
    number = table.groupby("boiler_id").cumcount()
    ids = [f"{b}/{n}" for b, n in zip(table["boiler_id"], number, strict=True)]
    return table.set_index(pd.Index(ids, name="way_id", dtype=object))
