"""Sewers traced upstream: the pipes of a plant with thin influent, the sources of an outfall."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nngis.network.tracing import REACH_M, trace_from
from nngis.register.data import Data, matches, numbers
from nngis.register.finding import Finding, Part
from nngis.register.lists import tally
from nngis.register.nearness import nearest_of
from nngis.register.rules import PlanRule
from nngis.text import Text


def sewersheds(rule: PlanRule, data: Data, *, plants: str, column: str, below: float) -> Finding:
    """Trace the sewers of treatment plants whose influent is too thin.

    Parameters
    ----------
    rule : PlanRule
        Without a number of its own.
    data : Data
        Plants and sewers.
    plants : str
        Layer of the plants.
    column : str
        Influent strength [mg/L].
    below : float
        Less than this is abnormal; the plan gives no figure, so it is an assumption.

    Returns
    -------
    Finding
        Value: kilometres of sewers upstream of abnormal plants. Objects: the pipes with `wwtp_id`
        and `state` open where their plant is abnormal.
    """
    works, sewers = data.need(plants, column), data.need("sewers")
    strength = numbers(works[column])
    flagged = works[(strength < below).to_numpy(bool)]
    found, belongs = trace_from(flagged, sewers)
    pipes = sewers.loc[belongs.index]
    length = pipes.length / 1000
    hit = belongs.notna()
    value = float(length[hit].sum())
    county = data.county_of(pipes)
    by = length[hit].groupby(county[hit]).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    lost = int(found["pipes_count"].isna().sum())
    state = pd.Series("done", pipes.index).mask(hit, "open")
    kept = [c for c in ("sewer_kind", "diameter_mm") if c in pipes]
    return Finding(
        "done",
        Text(
            f"{len(flagged)} 座厂进水低于 {below:g} mg/L，其上游管网 {value:.2f} km 应系统整治；"
            f"{int(strength.isna().sum())} 座厂没有进水浓度，{lost} 座厂旁没有管段。",
            f"{len(flagged)} plants take in less than {below:g} mg/L; {value:.2f} km of sewers "
            f"upstream of them are to be mended. {int(strength.isna().sum())} plants give no "
            f"strength, {lost} have no sewer beside them.",
        ),
        (Part(rule.id, value, "km", "done"),),
        objects=pipes[[*kept, "geometry"]].assign(
            wwtp_id=belongs, length_km=length, state=state, county=county
        ),
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        assumptions=(
            Text(
                f"{rule.id}：方案未定“异常”的数值，按 BOD < {below:g} mg/L 计。",
                f"{rule.id}: the plan does not say what is abnormal; BOD < {below:g} mg/L is used.",
            ),
        ),
    )


def outfalls(rule: PlanRule, data: Data, *, stages: Mapping[str, Any]) -> Finding:
    """Tell how far each outfall has come, and trace its sewers to their sources.

    Parameters
    ----------
    rule : PlanRule
        Its target is the share of outfalls that have passed every stage.
    data : Data
        `outfalls`; with `sewers` the pipes and the enterprises upstream are found too.
    stages : mapping
        What makes an outfall done.

    Returns
    -------
    Finding
        Objects: outfalls with `upstream_km`, `pipes_count`, and the enterprises on those pipes.
    """
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


def defects(rule: PlanRule, data: Data, *, columns: Mapping[str, Any], mended: str) -> Finding:
    """Add up the sewers that are misconnected, damaged or old, and those of them that are mended.

    Parameters
    ----------
    rule : PlanRule
        Its target is the share of their length that is mended.
    data : Data
        `sewers`.
    columns : mapping
        Column to the value that flags a pipe; one flag is enough, and one column is enough.
    mended : str
        Column that says whether it has been mended.

    Returns
    -------
    Finding
        Value: kilometres still to mend, which count towards A74 when they are.
    """
    sewers = data.need("sewers", mended)
    known = [c for c in columns if c in sewers]
    if not known:
        data.need("sewers", *columns)
    flags = pd.concat([matches(sewers, {c: columns[c]}) for c in known], axis=1)
    scope = flags.any(axis=1, skipna=False)
    length = sewers.length / 1000
    done = matches(sewers, {mended: True})
    kept = sewers.assign(length_km=length)
    base = tally(rule, data, kept, scope, done, columns=[*known, mended, "length_km"])
    bad = scope.fillna(value=False).astype(bool)
    fixed = float(length[bad & done.fillna(value=False).astype(bool)].sum())
    left = float(length[bad].sum()) - fixed
    county = data.county_of(sewers)
    by = length[bad].groupby(county[bad]).sum().reindex(data.counties["name_zh"], fill_value=0.0)
    text = Text(
        f"{base.note.zh}问题管网 {fixed + left:.2f} km，已修复 {fixed:.2f} km（计入 A74）。",
        f"{base.note.en} {fixed + left:.2f} km are faulty, {fixed:.2f} km are mended (and count "
        "towards A74).",
    )
    return Finding(
        base.status,
        text,
        base.parts,
        objects=base.objects,
        by_county=pd.DataFrame({"value": by.astype(float)}).rename_axis("county"),
        county_unit="km",
    )
