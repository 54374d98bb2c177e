"""Roofs that may carry PV: area by class and county, with the shares the pilots must reach."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from nngis.register.data import Data, numbers
from nngis.register.finding import Finding, Part
from nngis.register.rules import PlanRule
from nngis.text import Text

M2_PER_10K = 1e4


def roof_area(
    rule: PlanRule, data: Data, *, shares: Mapping[str, float], counties: Sequence[str] = ()
) -> Finding:
    """Add up roof area by class and county, and the part of it that should carry PV.

    Parameters
    ----------
    rule : PlanRule
        Without a number of its own.
    data : Data
        `roofs`: polygons with `roof_class`, optionally `roof_area_m2`.
    shares : mapping of str to float
        Share of the roofs of a class that must be able to carry PV, 0 to 1; others have none.
    counties : sequence of str
        Counties that are meant; every one if empty.

    Returns
    -------
    Finding
        Value: roof area to carry PV [10⁴ m²], over all counties meant. Capacity, yield and hosting
        are the rooftop plan's.
    """
    roofs = data.need("roofs", "roof_class")
    own = roofs.geometry.area.to_numpy()
    area = (
        numbers(roofs["roof_area_m2"])
        if "roof_area_m2" in roofs
        else pd.Series(np.nan, roofs.index)
    )
    area = area.where(area.notna(), own)
    county = data.county_of(roofs)
    mine = county.isin(list(counties)) if counties else pd.Series(data=True, index=roofs.index)
    wanted = area * roofs["roof_class"].map(shares).fillna(0.0).astype(float)
    by = wanted[mine].groupby(county[mine]).sum() / M2_PER_10K
    by = by.reindex(data.counties["name_zh"])  # where no roof is known, none is not zero
    if counties:
        by = by.where(by.index.isin(list(counties)))
    value = float(wanted[mine].sum()) / M2_PER_10K
    unnamed = int((~roofs["roof_class"].isin(list(shares)) & mine).sum())
    table = pd.DataFrame(
        {
            "county": county[mine],
            "roof_class": roofs["roof_class"][mine],
            "roof_area_m2": area[mine],
            "pv_area_m2": wanted[mine],
        }
    )
    sums = table.groupby(["county", "roof_class"], dropna=False)[
        ["roof_area_m2", "pv_area_m2"]
    ].sum()
    sums = sums.reset_index()
    sums.index = pd.Index([f"R{at:03d}" for at in range(1, len(sums) + 1)], name="group_id")
    return Finding(
        "done",
        Text(
            f"{int(mine.sum())} 个屋顶 {area[mine].sum() / M2_PER_10K:.2f} 万 m²，"
            f"按各类最低安装比例为 {value:.2f} 万 m²；{unnamed} 个屋顶的类别没有比例。",
            f"{int(mine.sum())} roofs of {area[mine].sum() / M2_PER_10K:.2f} x 10⁴ m²; the least "
            f"shares by class make {value:.2f} x 10⁴ m²; {unnamed} roofs are of classes without "
            "a share.",
        ),
        (Part(rule.id, value, "10⁴ m²", "done"),),
        objects=sums,
        by_county=pd.DataFrame({"value": by}).rename_axis("county"),
    )
