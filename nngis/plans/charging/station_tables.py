"""The tables of stations: those of the end state, the candidates, and the size of what is built."""

import geopandas as gpd
import numpy as np
import pandas as pd

from nngis.plans.charging.candidates import EXCLUDED
from nngis.plans.charging.fleet import public_sessions
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.sizing import size_stations
from nngis.plans.charging.study import Study
from nngis.solvers.links import nearest
from nngis.text import Text

OWN = ("operator", "piles_count", "fast_piles_count", "slow_piles_count", "power_kw", "status")
REASONS = {
    "existing": Text("已有充电站。", "It exists."),
    "mandatory": Text(
        "六类场所，须建设；{year} 年。", "A place of the six classes must get one; in {year}."
    ),
    "mandatory_unknown": Text(
        "六类场所，不知道是否已有充电设施，按没有处理，建设前须核实；{year} 年。",
        "A place of the six classes; whether it has chargers is not known and must be checked "
        "before building; in {year}.",
    ),
    "chosen": Text(
        "入选，{year} 年；没有它将少覆盖 {marginal:,.0f} 辆，次优替代为 {runner_up}。",
        "Chosen, in {year}; without it {marginal:,.0f} vehicles fewer are covered, and "
        "{runner_up} would replace it best.",
    ),
}
NOT_CHOSEN = Text("未入选。", "Not chosen.")
NOBODY = Text("无", "nothing")


def stations_table(study: Study, parameters: ChargingParameters) -> gpd.GeoDataFrame:
    """List the stations of the end state: those that exist, and those to build with their year.

    Parameters
    ----------
    study : Study
        What was found.
    parameters : ChargingParameters
        Sessions of a vehicle.

    Returns
    -------
    GeoDataFrame
        Indexed by `station_id`: `decision` (``existing`` or ``build``), `phase_year`, what each
        covers, what is lost without it, what would replace it; what the ledger says of it.
    """
    choice, sites = study.choice, study.sites
    out = sites.loc[list(choice.selected)].copy()
    weight = study.points["weight"].fillna(0.0)
    open_links = study.links[study.links["facility_id"].isin(choice.selected)]
    served = nearest(open_links)["facility_id"]
    load = weight.reindex(served.index).groupby(served).agg(["sum", "size"])
    out["demand_count"] = load["size"].reindex(out.index).fillna(0).astype(int)
    out["covered_weight"] = load["sum"].reindex(out.index).fillna(0.0)
    out["sessions_day"] = public_sessions(out["covered_weight"], parameters)
    trips = study.points["demand_kind"].eq("destination").reindex(served.index)
    ended = weight.reindex(served.index).where(trips, 0.0).groupby(served).sum()
    out["destination_share"] = ended.reindex(out.index) / load["sum"].reindex(out.index)
    out["phase_year"] = study.years.reindex(out.index)
    worth = choice.worth.reindex(out.index)
    for name in ("marginal", "runner_up", "runner_up_covered"):
        out[name] = worth[name]
    out["decision"] = np.where(out["role"].eq("existing"), "existing", "build")
    out["rule"] = np.where(
        out["role"].eq("mandatory"), "A26", np.where(out["role"].eq("candidate"), "mclp", "")
    )
    unknown = study.places.index[study.places["decision"].eq("unknown")]
    kind = out["role"].replace({"candidate": "chosen"})
    kind = kind.mask(kind.eq("mandatory") & out.index.isin(unknown), "mandatory_unknown")
    out["reason_zh"], out["reason_en"] = _station_reasons(out, kind)
    own = study.stations.reindex(out.index)
    for name in OWN:
        out[name] = own.get(name)
    columns = (
        *("name_zh", "site_kind", "county", "decision", "rule", "phase_year", "demand_count"),
        *("covered_weight", "sessions_day", "destination_share", "marginal", "runner_up"),
        *(
            "runner_up_covered",
            "cost_10k_cny",
            "substation_id",
            *OWN,
            "reason_zh",
            "reason_en",
            "evidence",
        ),
    )
    return out[[*columns, "geometry"]].rename_axis("station_id")


def _station_reasons(out: pd.DataFrame, kind: pd.Series) -> tuple[list[str], list[str]]:
    zh: list[str] = []
    en: list[str] = []
    rows = zip(kind, out["phase_year"], out["marginal"], out["runner_up"], strict=True)
    for word, year, marginal, runner in rows:
        for lang, said in (("zh", zh), ("en", en)):
            has = {"year": year, "marginal": 0.0 if pd.isna(marginal) else marginal}
            has["runner_up"] = NOBODY.say(lang) if pd.isna(runner) else runner  # type: ignore[arg-type]
            said.append(REASONS[word].say(lang).format_map(has))  # type: ignore[arg-type]
    return zh, en


def candidates_table(study: Study) -> gpd.GeoDataFrame:
    """List every candidate with what became of it.

    Parameters
    ----------
    study : Study
        What was found.

    Returns
    -------
    GeoDataFrame
        Indexed by `candidate_id`: `decision` (``build``, ``not_chosen`` or ``excluded``), the
        weight within its reach, `phase_year`, reason.
    """
    sites = study.sites[study.sites["role"].ne("existing")]
    chosen = sites.index.isin(study.choice.selected)
    within = (
        study.points["weight"]
        .reindex(study.links["demand_id"])
        .groupby(study.links["facility_id"].to_numpy())
        .sum()
    )
    out = sites.assign(
        reach_weight=within.reindex(sites.index).fillna(0.0),
        phase_year=study.years.reindex(sites.index),
        decision=np.where(
            chosen, "build", np.where(sites["excluded"].notna(), "excluded", "not_chosen")
        ),
    )
    built = Text("入选。", "Chosen.")
    for lang in ("zh", "en"):
        why = sites["excluded"].map({name: getattr(one, lang) for name, one in EXCLUDED.items()})
        rest = np.where(chosen, getattr(built, lang), getattr(NOT_CHOSEN, lang))
        out[f"reason_{lang}"] = why.where(why.notna(), pd.Series(rest, sites.index))
    columns = (
        *("name_zh", "site_kind", "candidate_source", "county", "decision", "phase_year"),
        *("reach_weight", "cost_10k_cny", "grid_capacity_kw", "substation_id", "reason_zh"),
        *("reason_en", "evidence"),
    )
    return out[[*columns, "geometry"]].rename_axis("candidate_id")


def sizing_table(
    study: Study, stations: pd.DataFrame, parameters: ChargingParameters
) -> pd.DataFrame:
    """Size the stations to be built.

    Parameters
    ----------
    study : Study
        What was found: piles that rules require.
    stations : DataFrame
        As `stations_table` makes it.
    parameters : ChargingParameters
        Sessions, waits, grid, prices.

    Returns
    -------
    DataFrame
        Indexed by `station_id`, as `sizing.size_stations` makes it, with the name and year.
    """
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
