"""Who closes in which year: by cost per tonne, age and dirt, as budget and steam allow."""

import numpy as np
import pandas as pd

from nngis.errors import ParameterError
from nngis.plans.heat.furnaces import built_year
from nngis.plans.heat.network import SteamNetwork, annuity_share
from nngis.plans.heat.network_economics import boiler_10k_cny, fuel_change_yuan_a
from nngis.plans.heat.network_tables import user_costs
from nngis.plans.heat.parameters import HeatParameters
from nngis.units import YUAN_PER_10K

NOW = ("retire", "close_integrate")
LATER = ("later", "waiting_steam")


def phase(
    boilers: pd.DataFrame,
    outlets: pd.DataFrame,
    served: pd.DataFrame,
    network: SteamNetwork | None,
    parameters: HeatParameters,
) -> pd.DataFrame:
    """Put the boilers that close in order and into years.

    The order is by what a tonne of CO2 costs, then the older, then the dirtier, then the id. A
    pipe is paid when its first user is connected. A boiler closes in the first year by which the
    budgets so far pay for it and all before it, and in which its outlet gives steam; without a
    budget the capacity is spread evenly over the years.
    """
    if parameters.last_year < parameters.first_year:
        raise ParameterError(
            "末年早于首年；请改 first_year 或 last_year。",
            "The last year comes before the first; change first_year or last_year.",
            where="heat.last_year",
        )
    closing = boilers[boilers["decision"].isin((*NOW, "close_pending_capacity"))]
    out = _measures(closing, network, parameters)
    waits = closing["decision"].eq("close_pending_capacity")
    rank = out.assign(waits=waits, id=out.index).sort_values(
        ["waits", "yuan_t_co2", "age_a", "dirt_kg_t", "id"],
        ascending=[True, True, False, False, True],
        na_position="last",
        kind="stable",
    )
    out = out.loc[rank.index]
    out.insert(0, "order", np.arange(1, len(out) + 1))
    waits = waits.loc[out.index]
    out["spent_10k_cny"] = out.pop("closing_10k_cny") + _pipes_paid(out.index, network)
    size = closing["capacity_t_h"].reindex(out.index).where(~waits, 0.0)
    year = _paid_by(out["spent_10k_cny"].where(~waits, 0.0), size, parameters)
    outlet = served["outlet_id"].reindex(out.index)
    year = np.fmax(year, outlets["steam_from_year"].reindex(outlet).to_numpy(float))
    late = year > parameters.last_year
    out.insert(0, "year", pd.Series(year, index=out.index).where(~late & ~waits).astype("Int64"))
    state = np.where(waits, "waiting_steam", np.where(late, "later", "planned"))
    out.insert(0, "phase", state)
    out.index.name = "boiler_id"
    carried = ["name_zh", "county", "decision", "plant_name", "capacity_t_h"]
    tonnes = [f"{kind}_avoided_t_a" for kind in ("coal", "co2", "so2", "nox", "pm")]
    return closing.loc[out.index, carried].join(out).join(closing[tonnes])


def by_year(phases: pd.DataFrame, parameters: HeatParameters) -> pd.DataFrame:
    """Add up the phases by year."""
    years = [str(year) for year in range(parameters.first_year, parameters.last_year + 1)]
    key = phases["year"].astype("string").fillna(phases["phase"]).astype(object)
    rows = [*years, *(word for word in LATER if key.eq(word).any())]
    groups = phases.groupby(key)
    tonnes = [f"{kind}_avoided_t_a" for kind in ("coal", "co2", "so2", "nox", "pm")]
    out = pd.DataFrame(
        {"boilers_count": groups.size(), "closing_t_h": groups["capacity_t_h"].sum()}
    )
    out = out.join(groups[["spent_10k_cny", *tonnes]].sum()).reindex(rows).fillna(0.0)
    out["boilers_count"] = out["boilers_count"].astype(int)
    out.index.name = "phase_year"
    return out


def _measures(
    closing: pd.DataFrame, network: SteamNetwork | None, parameters: HeatParameters
) -> pd.DataFrame:
    out = pd.DataFrame(index=closing.index)
    out["closing_10k_cny"] = (
        closing["capacity_t_h"].fillna(0.0) * parameters.closing_cost_10k_cny_t_h
    )
    pipes = user_costs(network) if network is not None else pd.Series(dtype=float)
    share = pipes.reindex(closing.index).fillna(0.0) / YUAN_PER_10K
    own = boiler_10k_cny(closing["capacity_t_h"], closing["replaced_by"], parameters)
    out["closing_10k_cny"] += own
    out["cost_10k_cny"] = out["closing_10k_cny"] + share
    co2 = closing["co2_avoided_t_a"]
    fuel = fuel_change_yuan_a(closing, closing["replaced_by"], parameters)
    out["fuel_10k_cny_a"] = fuel / YUAN_PER_10K
    a_year = out["cost_10k_cny"] * YUAN_PER_10K * annuity_share(parameters) + fuel.fillna(0.0)
    out["yuan_t_co2"] = (a_year / co2).where(co2 > 0)
    out["age_a"] = parameters.first_year - built_year(closing)
    dirt = closing["so2_t_a"] + closing["nox_t_a"] + closing["pm_t_a"]
    coal = closing["coal_t_a"]
    out["dirt_kg_t"] = (dirt / coal * 1000.0).where(coal > 0)
    return out


def _pipes_paid(order: pd.Index, network: SteamNetwork | None) -> pd.Series:
    """Charge each pipe to the user behind it that comes first."""
    paid = pd.Series(0.0, index=order)
    if network is None:
        return paid
    trees = network.trees
    rank = pd.Series(np.arange(len(order), dtype=float), index=order)
    own = np.array([rank.get(user, np.inf) for user in trees.user])
    first = trees.least_behind(own)
    pipes = np.flatnonzero((trees.up >= 0) & np.isfinite(first))
    charged = np.bincount(
        first[pipes].astype(int), weights=network.cost_yuan[1][pipes], minlength=len(order)
    )
    return paid + charged / YUAN_PER_10K


def _paid_by(spent: pd.Series, capacity_t_h: pd.Series, parameters: HeatParameters) -> np.ndarray:
    """Return the first year by which the money so far, or an even share of all, is enough."""
    count = parameters.last_year - parameters.first_year + 1
    if parameters.budget_10k_cny_a is None:
        amount = capacity_t_h.fillna(0.0)
        so_far = amount.cumsum().to_numpy(float)
        each = so_far[-1] / count if so_far.size else 1.0
        # What straddles the end of a year belongs to the year in which it begins.
        begun = so_far - amount.to_numpy(float)
        late = np.floor(begun / each + 1e-9) if each > 0 else np.zeros(so_far.size)
        return np.asarray(parameters.first_year + np.minimum(late, count - 1), dtype=float)
    so_far, budget = spent.cumsum().to_numpy(float), parameters.budget_10k_cny_a
    if budget <= 0:
        return np.where(so_far > 0, parameters.last_year + 1.0, float(parameters.first_year))
    late = np.ceil(so_far / budget - 1e-9) - 1
    return np.asarray(parameters.first_year + np.maximum(late, 0.0), dtype=float)
