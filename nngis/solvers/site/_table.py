"""The table of open sites that comes with every answer."""

import numpy as np
import pandas as pd

from nngis.arrays import Bools, Floats
from nngis.solvers.site._choice import ROLES, Choice
from nngis.solvers.site.site_links import Ints


def site_table(
    site_ids: pd.Index,
    choice: Choice,
    is_open: Bools,
    *,
    marginal: Floats,
    runner: Ints,
    runner_objective: Floats,
) -> pd.DataFrame:
    """Write what each open site is and what it is worth."""
    at = np.flatnonzero(is_open)
    free = choice.free[at] & (runner[at] >= 0)
    names = np.full(at.size, None, dtype=object)
    names[free] = site_ids.to_numpy(dtype=object)[runner[at][free]]
    return pd.DataFrame(
        {
            "role": pd.Index(ROLES).take(choice.role[at]).to_numpy(dtype=object),
            "marginal": marginal[at],
            "runner_up": pd.Series(names, dtype=object).to_numpy(),
            "runner_up_objective": np.where(free, runner_objective[at], np.nan),
        },
        index=site_ids.take(at).rename("site_id"),
    )
