"""Siting of shared facilities: p places that keep the distance of all firms as small as can be."""

import numpy as np
import pandas as pd

from nngis.crs.place import with_place
from nngis.network.geodesic_links import geodesic_links
from nngis.register.data import Data, numbers
from nngis.register.finding import Finding, Part
from nngis.register.rules import PlanRule
from nngis.solvers.site.p_median import solve_p_median
from nngis.solvers.site.site_links import site_links
from nngis.text import Text, counted, listing


def shared_facilities(
    rule: PlanRule,
    data: Data,
    *,
    role: str,
    column: str,
    words: str,
    candidates: str,
    p: int,
    within_m: float,
    weight: str,
    assumed: str,
) -> Finding:
    """Choose where firms of a kind share a treatment plant."""
    frame, sites = data.need(role, column), with_place(data.need(candidates))
    kind = frame[column].astype("string").str.contains(words).fillna(value=False).to_numpy(bool)
    firms = with_place(frame[kind])
    points = sites.set_geometry(sites.geometry.representative_point())
    links = geodesic_links(firms, points, within_m)
    reached = firms.loc[firms.index.isin(links["demand_id"])]
    size = (
        numbers(reached[weight]).fillna(1.0) if weight in firms else pd.Series(1.0, reached.index)
    )
    many = min(p, links["facility_id"].nunique())
    chosen = points.index[:0]
    sure = Text("", "")
    if many:
        reach = site_links(links, reached.index, points.index)
        answer = solve_p_median(reach, size.to_numpy(float), many, beyond_m=2 * within_m)
        chosen = points.index[points.index.isin(answer.selected)]
        if answer.status != "optimal":
            gap = f"{answer.gap:.2%}"
            sure = Text(f"（与最优相差至多 {gap}）", f" (at most {gap} from the best)")
    mine = links[links["facility_id"].isin(chosen)].drop_duplicates("demand_id")
    mine = mine.set_index("demand_id")
    kept = firms.assign(
        site_id=mine["facility_id"].reindex(firms.index),
        facility_m=mine["distance_m"].reindex(firms.index),
    )
    kept["state"] = np.where(kept["site_id"].notna(), "done", "open")
    served = size.reindex(firms.index)[kept["site_id"].notna()]
    mean = float((kept["facility_m"] * served).sum() / served.sum()) if len(served) else 0.0
    lost = int(kept["site_id"].isna().sum())
    names = sites["name_zh"] if "name_zh" in sites else sites.index.to_series()
    text = listing(str(names[c]) for c in chosen)
    columns = [c for c in ("name_zh", column, "site_id", "facility_m", "state") if c in kept]
    by = data.county_of(points.loc[chosen]).value_counts()
    by = by.reindex(data.counties["name_zh"], fill_value=0).astype(float)
    return Finding(
        "done",
        Text(
            f"{len(firms)} 家企业，选 {len(chosen)} 处共享设施{sure.zh}：{text.zh}；加权平均距离 "
            f"{mean / 1000:.1f} km，{lost} 家过远未覆盖。",
            f"{counted(len(firms), 'firm')}, {counted(len(chosen), 'shared site')}{sure.en}: "
            f"{text.en}; {mean / 1000:.1f} km on average by weight, {lost} too far from all of "
            "them.",
        ),
        (Part(rule.id, float(len(chosen)), "处", "done"),),
        objects=kept[[*columns, "geometry"]].assign(county=data.county_of(firms)),
        by_county=pd.DataFrame({"value": by}).rename_axis("county"),
        assumptions=(
            Text(f"{rule.id}：{assumed}", f"{rule.id}: number and distance are the tool's own."),
        ),
    )
