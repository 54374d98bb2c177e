"""Treatment: where capacity is missing, and which plants should get what the targets still lack."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.crs.place import with_place
from nngis.errors import InfeasibleError
from nngis.network.geodesic_links import geodesic_links
from nngis.plans.sewer.parameters import SewerParameters
from nngis.plans.sewer.quota import sewage_m3_d
from nngis.solvers.site.capacity import solve_capacitated_mclp
from nngis.solvers.site.site_links import site_links

EXTENSION_COLUMNS = ("added_here_m3_d", "served_here_m3_d")
TIME_LIMIT_S = 5.0
ROUNDING = 1e-9  # of a step


def place_capacity(
    demand: gpd.GeoDataFrame,
    plants: gpd.GeoDataFrame,
    missing_m3_d: float,
    parameters: SewerParameters,
) -> pd.DataFrame:
    """Say at which plants treatment should be added."""
    # A largest flow of sewage from people to sites of limited capacity decides which plants are
    # extended: every plant that is extended may take an even share of the steps, and gets what its
    # sewage fills, which is a first cut and no design of a works.
    nothing = pd.DataFrame(np.nan, index=plants.index, columns=list(EXTENSION_COLUMNS))
    here = with_place(plants)
    open_ = demand[(demand["population"] > 0) & demand["decision"].eq("gap")]
    steps = int(missing_m3_d // parameters.plant_step_m3_d)
    if here.empty or open_.empty or steps < 1:
        return nothing
    count = min(parameters.plants_to_extend, steps, len(here))
    room = steps // count * parameters.plant_step_m3_d
    links = geodesic_links(open_, here, parameters.plant_catchment_m)
    reach = site_links(links, open_.index, here.index)
    load = sewage_m3_d(open_, parameters)
    try:
        answer = solve_capacitated_mclp(
            reach, load, pd.Series(room, here.index), count, time_limit_s=TIME_LIMIT_S
        )
    except InfeasibleError:
        return nothing  # nobody without service lives within reach of any plant
    chosen = list(answer.selected)
    served = answer.sites.loc[chosen, "load"].to_numpy(float)
    step = parameters.plant_step_m3_d
    # No more than those people bring, in whole steps: a target that is missed is no demand.
    nothing.loc[chosen, "added_here_m3_d"] = np.ceil(served / step - ROUNDING) * step
    nothing.loc[chosen, "served_here_m3_d"] = served
    return nothing
