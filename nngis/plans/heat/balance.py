"""The balance: which boiler gets steam from which outlet, what binds, and who waits for more."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nngis.plans.heat.assign import assign
from nngis.plans.heat.facts import IDLE
from nngis.plans.heat.parameters import HeatParameters


@dataclass(frozen=True)
class Balance:
    """Who gets steam.

    Parameters
    ----------
    assignment : DataFrame
        Indexed by `boiler_id`: the boilers that get steam, from which outlet, along what way, and
        whether they keep it when the largest unit trips.
    outlets : DataFrame
        The outlets with what is asked of them, given, short, and with one unit out.
    pending : DataFrame
        Indexed by `boiler_id`: those within the radius that get none: `why` (``capacity`` or
        ``steam``), `load_t_h`, `plant_id`.
    unknown : Index
        Boilers of which nobody can say, for want of extraction data.
    """

    assignment: pd.DataFrame
    outlets: pd.DataFrame
    pending: pd.DataFrame
    unknown: pd.Index


def loads(boilers: pd.DataFrame, parameters: HeatParameters) -> pd.DataFrame:
    """Say what steam the boilers that close by the radius ask for."""
    asks = boilers["decision"].eq("close_integrate") & ~boilers["status"].isin(IDLE)
    mine = boilers[asks]
    least = mine.get("user_p_min_mpa", pd.Series(np.nan, index=mine.index))
    least = pd.to_numeric(least).astype("float64").fillna(parameters.steam_user_p_min_mpa)
    load = mine["capacity_t_h"].astype("float64") * parameters.simultaneity_share
    return pd.DataFrame({"load_t_h": load, "user_p_min_mpa": least})


def balance(
    users: pd.DataFrame,
    outlets: pd.DataFrame,
    pairs: pd.DataFrame,
) -> Balance:
    """Give the steam to the boilers.

    As many t/h as possible close, and of all ways to do so the one with the least pipe is taken.
    A boiler takes steam from one outlet: of a pressure not below what it needs, and no farther
    along the pipe than steam reaches through a shared main.
    """
    links, fits = _links(users, outlets, pairs)
    known = _is_known(links)
    usable = links[fits & known].reset_index(drop=True)
    answer = assign(usable, users["load_t_h"], outlets["available_t_h"])
    key = usable.set_index(["boiler_id", "outlet_id"])
    given = key.loc[list(answer.chosen.items())].reset_index("outlet_id")

    open_ = ~known
    unknown = pd.Index(users.index[users.index.isin(links.loc[open_, "boiler_id"])])
    unknown = unknown.difference(given.index, sort=False)
    waiting = users.index.difference(given.index, sort=False).difference(unknown, sort=False)
    pending = _why(links, waiting, fits)
    keeps = _survivors(given, users, outlets)
    assignment = given.assign(n1_keeps=given.index.isin(keeps)).reindex(
        [id_ for id_ in users.index if id_ in set(given.index)]
    )
    assignment.index.name = "boiler_id"
    return Balance(
        assignment,
        _summed(outlets, links, assignment, pending, answer.dual),
        pending,
        unknown,
    )


def served(users: pd.DataFrame, outlets: pd.DataFrame, pairs: pd.DataFrame) -> frozenset[str]:
    """Find who gets steam, as `balance` does, and nothing else."""
    links, fits = _links(users, outlets, pairs)
    usable = links[fits & _is_known(links)].reset_index(drop=True)
    return frozenset(assign(usable, users["load_t_h"], outlets["available_t_h"]).chosen.index)


def _links(
    users: pd.DataFrame, outlets: pd.DataFrame, pairs: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """Join boilers and outlets; find whose steam is fit: hot enough, and of enough pressure."""
    pairs = pairs[pairs["boiler_id"].isin(users.index)]
    links = pairs.merge(
        outlets.reset_index()[
            ["outlet_id", "plant_id", "steam_p_mpa", "steam_radius_m", "available_t_h"]
        ],
        on="plant_id",
    )
    need = users["user_p_min_mpa"].reindex(links["boiler_id"]).to_numpy(float)
    warm = links["pipe_m"] <= links["steam_radius_m"]
    return links, warm & (links["steam_p_mpa"] >= need)


def _is_known(links: pd.DataFrame) -> pd.Series:
    return links["available_t_h"].notna() & links["load_t_h"].notna()


def _why(links: pd.DataFrame, waiting: pd.Index, reaches: pd.Series) -> pd.DataFrame:
    """Say what each boiler that waits wants for: steam that reaches it, or that is left."""
    first = links[links["boiler_id"].isin(waiting)].drop_duplicates("boiler_id")
    out = first.set_index("boiler_id")[["plant_id", "load_t_h"]].reindex(waiting)
    out.index.name = "boiler_id"
    some = waiting.isin(links.loc[reaches, "boiler_id"])
    out["why"] = np.where(some, "capacity", "steam")
    return out


def _survivors(given: pd.DataFrame, users: pd.DataFrame, outlets: pd.DataFrame) -> pd.Index:
    """Say who keeps steam from the same outlet when its largest unit trips."""
    links = given.reset_index()
    return assign(links, users["load_t_h"], outlets["n1_available_t_h"]).chosen.index


def _summed(
    outlets: pd.DataFrame,
    links: pd.DataFrame,
    assignment: pd.DataFrame,
    pending: pd.DataFrame,
    dual: pd.Series,
) -> pd.DataFrame:
    out = outlets.copy()
    asked = links.drop_duplicates(["boiler_id", "outlet_id"]).groupby("outlet_id")["load_t_h"]
    out["demand_t_h"] = asked.sum().reindex(out.index).fillna(0.0)
    by_outlet = assignment.groupby("outlet_id")
    known = out["available_t_h"].notna()
    out["assigned_t_h"] = by_outlet["load_t_h"].sum().reindex(out.index).fillna(0.0).where(known)
    out["assigned_count"] = by_outlet.size().reindex(out.index).fillna(0).astype(int)
    out["spare_t_h"] = out["available_t_h"] - out["assigned_t_h"]
    # What waits is counted once, at the first outlet of the nearest plant.
    first = ~out["plant_id"].duplicated()
    short = pending.groupby("plant_id")["load_t_h"].agg(["sum", "size"])
    short = short.reindex(out["plant_id"]).fillna(0.0).set_axis(out.index)
    out["short_t_h"] = short["sum"].astype(float).where(first, 0.0).where(known)
    out["pending_count"] = short["size"].where(first, 0).astype(int)
    out["steam_dual"] = dual.reindex(out.index)
    lost = assignment[~assignment["n1_keeps"]].groupby("outlet_id")["load_t_h"].agg(["sum", "size"])
    out["n1_short_t_h"] = lost["sum"].reindex(out.index).fillna(0.0).where(known)
    out["n1_lost_count"] = lost["size"].reindex(out.index).fillna(0).astype(int)
    out["peaking_needed"] = (out["n1_short_t_h"] > 0).astype("boolean").where(known)
    out["balance"] = np.where(known, "known", "unknown")
    return out


def sentences(outlets: pd.DataFrame) -> pd.DataFrame:
    """Say how each outlet's balance stands."""
    told: dict[str, list[str]] = {"reason_zh": [], "reason_en": []}
    for row in outlets.to_dict("records"):
        if row["balance"] == "unknown":
            zh = "抽汽能力未知，无法平衡；请提供抽汽能力（t/h），或用 assume_steam_t_h 假定。"
            en = (
                "Extraction is not known, so there is no balance; give the steam capacity (t/h) or "
                "assume one (assume_steam_t_h)."
            )
        else:
            zh = (
                f"可供 {row['available_t_h']:.1f} t/h，已分配 {row['assigned_t_h']:.1f} t/h，"
                f"缺口 {row['short_t_h']:.1f} t/h。"
            )
            en = (
                f"{row['available_t_h']:.1f} t/h to give, {row['assigned_t_h']:.1f} t/h given, "
                f"{row['short_t_h']:.1f} t/h short."
            )
            if row["n1_short_t_h"] > 0:
                zh += (
                    f"机组 {row['n1_unit_id']} 停运时缺 {row['n1_short_t_h']:.1f} t/h，"
                    "须保留调峰锅炉。"
                )
                en += (
                    f" With unit {row['n1_unit_id']} out {row['n1_short_t_h']:.1f} t/h are lost: "
                    "peaking boilers must stay."
                )
        told["reason_zh"].append(zh)
        told["reason_en"].append(en)
    return pd.DataFrame(told, index=outlets.index)
