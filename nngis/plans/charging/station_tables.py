"""The tables of stations: those of the end state, the candidates, and the size of what is built."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.decide.rules import decide
from nngis.plans.charging.fleet import public_sessions
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.rules import CANDIDATE_RULES, CHOSEN, NOT_CHOSEN, STATION_RULES
from nngis.plans.charging.sizing import size_stations
from nngis.plans.charging.study import Study
from nngis.solvers.links import nearest
from nngis.text import Text

OWN = ("operator", "piles_count", "fast_piles_count", "slow_piles_count", "power_kw", "status")
NOBODY = Text("无", "nothing")


def stations_table(study: Study, parameters: ChargingParameters) -> gpd.GeoDataFrame:
    """List the stations of the end state: those that exist, and those to build with their year."""
    choice, sites = study.choice, study.sites
    out = sites.loc[list(choice.selected)].copy()
    weight = study.points["weight"].fillna(0.0)
    links = study.question.reach.table
    open_links = links[links["facility_id"].isin(choice.selected)]
    served = nearest(open_links)["facility_id"]
    load = weight.reindex(served.index).groupby(served).agg(["sum", "size"])
    out["demand_count"] = load["size"].reindex(out.index).fillna(0).astype(int)
    out["covered_weight"] = load["sum"].reindex(out.index).fillna(0.0)
    vehicles = out["covered_weight"] * (1.0 if np.isfinite(study.nev_count) else np.nan)
    out["sessions_day"] = public_sessions(vehicles, parameters)  # without a fleet: unknown
    trips = study.points["demand_kind"].eq("destination").reindex(served.index)
    ended = weight.reindex(served.index).where(trips, 0.0).groupby(served).sum()
    out["destination_share"] = ended.reindex(out.index) / load["sum"].reindex(out.index)
    out["phase_year"] = study.years.reindex(out.index)
    worth = choice.worth.reindex(out.index)
    for name in ("marginal", "runner_up", "runner_up_covered"):
        out[name] = worth[name]
    out = out.join(_stations_decided(out, study.places))
    own = study.stations.reindex(out.index)
    for name in OWN:
        out[name] = own.get(name)
    columns = (
        *("name_zh", "site_kind", "county", "decision", "rule", "rules_hit", "phase_year"),
        *("demand_count", "covered_weight", "sessions_day", "destination_share", "marginal"),
        *("runner_up", "runner_up_covered", "cost_10k_cny", "substation_id", *OWN),
        *("reason_zh", "reason_en", "evidence"),
    )
    return out[[*columns, "geometry"]].rename_axis("station_id")


def _stations_decided(out: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Decide on what is there and what the solver opened."""
    facts = pd.DataFrame(
        {
            "exists": out["role"].eq("existing"),
            "mandatory": out["role"].eq("mandatory"),
            "wanted": out["role"].eq("mandatory") & out["candidate_source"].ne("six_classes"),
            "equipped_known": ~out.index.isin(places.index[places["decision"].eq("unknown")]),
            "year": out["phase_year"],
            "marginal": out["marginal"].fillna(0.0),
        }
    )
    for lang in ("zh", "en"):
        facts[f"runner_{lang}"] = out["runner_up"].astype(object).fillna(NOBODY.say(lang))
    return decide(facts, STATION_RULES, CHOSEN)


def candidates_table(study: Study) -> gpd.GeoDataFrame:
    """List every candidate with what became of it."""
    sites = study.sites[study.sites["role"].ne("existing")]
    chosen = sites.index.isin(study.choice.selected)
    links = study.question.reach.table
    weight = study.points["weight"].reindex(links["demand_id"])
    within = weight.groupby(links["facility_id"].to_numpy()).sum()
    out = sites.assign(
        reach_weight=within.reindex(sites.index).fillna(0.0),
        phase_year=study.years.reindex(sites.index),
    )
    facts = pd.DataFrame({"chosen": chosen, "excluded": sites["excluded"]}, index=sites.index)
    out = out.join(decide(facts, CANDIDATE_RULES, NOT_CHOSEN))
    columns = (
        *("name_zh", "site_kind", "candidate_source", "county", "decision", "rule"),
        *("rules_hit", "phase_year"),
        *("reach_weight", "cost_10k_cny", "grid_capacity_kw", "substation_id", "reason_zh"),
        *("reason_en", "evidence"),
    )
    return out[[*columns, "geometry"]].rename_axis("candidate_id")


def sizing_table(
    study: Study, stations: pd.DataFrame, parameters: ChargingParameters
) -> pd.DataFrame:
    """Size the stations to be built."""
    new = stations[stations["decision"].eq("build")]
    required = study.places["piles_required_count"].reindex(new.index)
    asked = pd.DataFrame(
        {
            "station_id": new.index,
            "sessions_day": new["sessions_day"],
            "destination_share": new["destination_share"],
            "piles_required_count": required,
        },
        index=new.index,
    )
    sized = size_stations(asked, parameters).drop(columns="station_id")
    sized.insert(0, "name_zh", new["name_zh"])
    sized.insert(1, "phase_year", new["phase_year"])
    return sized.rename_axis("station_id")
