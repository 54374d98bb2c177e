"""What an answer to a siting question says, as tables, indicators and warnings."""

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from nngis.decide.indicators import Indicator
from nngis.decide.rules import UNKNOWN, Rule, decide, holds
from nngis.result.result import Analysis
from nngis.run.questions import by_points, weighted_by
from nngis.run.site_task import Solved, Task
from nngis.solvers.site.alternatives import Alternatives
from nngis.solvers.site.answer import SiteAnswer
from nngis.text import Text, Warned, counted

UNITS = {"mclp": "", "lscp": "", "pmedian": "m", "pcenter": "m"}
SHOWN = 5  # ids in a sentence
NOTHING = 1e-9  # a gap of rounding
PLAN_COLUMNS = {
    "objective": "site_objective",
    "loss": "site_loss",
    "loss_share": "site_loss_share",
    "new_sites": "other_sites_count",
}
WORTH_COLUMNS = {
    "plans": "plans_with_it",
    "loss": "loss_if_refused",
    "loss_proved": "loss_at_least",
}


def site_analysis(
    task: Task,
    solved: Solved,
    demand: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    links: pd.DataFrame,
    lost: set[str],
    weight_column: str | None,
) -> Analysis:
    """Write the tables and indicators of an answer; `demand` has the column `weight`."""
    answer = solved.answer
    facts = sites[["is_existing"]].assign(chosen=sites.index.isin(answer.selected))
    out = sites.drop(columns="is_existing").join(decide(facts, *_site_rules(task.problem)))
    out = out.join(answer.sites[["marginal", "runner_up"]])
    if solved.phases:
        out["site_phase"] = _phase_of(solved.phases, out.index)
    open_links = links[links["facility_id"].isin(answer.selected)]
    nearest = open_links.drop_duplicates("demand_id").set_index("demand_id")
    people = pd.DataFrame(demand.filter(items=["name_zh", "weight"]))
    people["facility_id"] = nearest["facility_id"]
    people["service_m"] = nearest["distance_m"]
    people["off"] = people.index.isin(lost)
    people = people.join(decide(people, REACHED, BEYOND)).drop(columns="off")
    tables: dict[str, pd.DataFrame] = {
        "sites": out,
        "demand": gpd.GeoDataFrame(people, geometry=demand.geometry, crs=demand.crs),
    }
    if solved.phases:
        tables["phases"] = phases_table(solved.phases)
    if solved.others is not None:
        tables["alternatives"], tables["site_worth"] = _others_tables(solved.others)
    return Analysis(
        tables,
        _indicators(task, answer, people, weight_column),
        (),
        site_warnings(
            task,
            answer,
            candidates=int((~sites["is_existing"]).sum()),
            weighted=weight_column is not None,
        ),
    )


def phases_table(phases: Iterable[SiteAnswer]) -> pd.DataFrame:
    """Write a row for each phase: new sites open after it, what they reach, and which are new.

    Parameters
    ----------
    phases : iterable of SiteAnswer
        The answers, nested, first phase first.

    Returns
    -------
    DataFrame
        By `site_phase` from 1: `chosen_count`, `site_objective`, `opened`.
    """
    rows, before = [], set[str]()
    for at, phase in enumerate(phases, start=1):
        new = [str(one) for one in phase.sites.index[phase.sites["role"].ne("existing")]]
        added = [one for one in new if one not in before]
        rows.append((at, len(new), phase.objective, ";".join(added)))
        before |= set(new)
    columns = ["site_phase", "chosen_count", "site_objective", "opened"]
    return pd.DataFrame(rows, columns=columns).set_index("site_phase")


def _others_tables(others: Alternatives) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the other plans, and what each site of any plan is worth, under names with titles."""
    plans = others.table.drop(columns=["status", "gap"]).rename(columns=PLAN_COLUMNS)
    plans["opened"] = [";".join(map(str, plan.selected)) for plan in others.plans]
    worth = others.sites.drop(columns="plan_share").rename(columns=WORTH_COLUMNS)
    return plans.rename_axis("site_plan"), worth


def site_warnings(
    task: Task, answer: SiteAnswer, *, candidates: int, weighted: bool
) -> tuple[Text, ...]:
    """Say what a reader of an answer must know.

    Parameters
    ----------
    task : Task
        What was asked.
    answer : SiteAnswer
        What was found.
    candidates : int
        Sites that could have been opened.
    weighted : bool
        Whether weights of the demands were given.

    Returns
    -------
    tuple of Text
        Demands that nobody can serve or nobody serves, fewer sites than asked for, none asked for,
        weights that decide nothing, and what an outside engine claimed in vain.
    """
    said: list[Text] = []
    if weighted and task.problem in ("lscp", "pcenter"):
        said.append(
            Text(
                "权重不影响选哪些站点：此问题对每个需求点一视同仁；权重只计入服务份额。",
                "The weights do not decide which sites are chosen: this problem treats all demands "
                "alike; they count in the share served alone.",
            )
        )
    if answer.unreached:
        nobody = Text("没有可用的站点能够到达", "can be reached by no site that is allowed")
        said.append(_about_demand(answer.unreached, nobody))
    left = [one for one in answer.unserved if one not in set(answer.unreached)]
    if left:
        said.append(_about_demand(left, Text("入选站点都不服务", "are served by no chosen site")))
    asked = None if task.problem == "lscp" or task.budget is not None else task.p
    asked = task.phases[-1] if task.phases else asked
    new = int(answer.sites["role"].ne("existing").sum())
    if asked == 0:
        said.append(
            Text(
                "没有要求新建站点（0 个）：只算已有设施。",
                "No new site was asked for (0): what exists serves alone.",
            )
        )
    elif asked is not None and new < asked:
        said.append(
            Text(
                f"要求新建 {asked} 个，只选了 {new} 个：其余 {candidates - new} 个候选点"
                "再开哪个都不改善目标值。",
                f"{counted(asked, 'new site', 'were')} asked for, chosen {new}: opening any of the "
                f"other {counted(candidates - new, 'candidate')} improves nothing.",
            )
        )
    return (*said, *answer.notes)


def summary(solved: Solved) -> dict[str, object]:
    """Return what an answer says, as json.

    Parameters
    ----------
    solved : Solved
        The answer.

    Returns
    -------
    dict
        `problem, objective, bound, gap, status, seconds, selected, unreached, unserved, notes`,
        and `phases` and `alternatives` where they were asked for.
    """
    answer = solved.answer
    found: dict[str, object] = {
        "problem": answer.problem,
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": answer.gap,
        "status": answer.status,
        "seconds": round(answer.seconds, 3),
        "selected": [str(one) for one in answer.selected],
        "unreached": len(answer.unreached),
        "unserved": len(answer.unserved),
    }
    if solved.phases:
        found["phases"] = phases_table(solved.phases).reset_index().to_dict("records")
    if solved.others is not None:
        found["alternatives"] = [
            {"objective": plan.objective, "selected": [str(one) for one in plan.selected]}
            for plan in solved.others.plans
        ]
        worth = solved.others.sites.reset_index().astype(object)
        found["site_worth"] = worth.where(worth.notna(), None).to_dict("records")
    return found


def _about_demand(ids: Iterable[object], what: Text) -> Warned:
    names = [str(one) for one in ids]
    shown = "、".join(names[:SHOWN]) + ("……" if len(names) > SHOWN else "")
    shown_en = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    return Warned(
        f"{len(names)} 个需求点{what.zh}：{shown}。",
        f"{counted(len(names), 'demand')} {what.en}: {shown_en}.",
        table="demand",
        ids=names,
    )


def _phase_of(phases: tuple[SiteAnswer, ...], index: pd.Index) -> pd.Series:
    """Return the phase in which each new site opens."""
    phase = pd.Series(pd.NA, index=index, dtype="Int64")
    for at in range(len(phases), 0, -1):
        sites = phases[at - 1].sites
        phase[sites.index[sites["role"].ne("existing")]] = at
    return phase


def _indicators(
    task: Task, answer: SiteAnswer, people: pd.DataFrame, column: str | None
) -> tuple[Indicator, ...]:
    covered = people["decision"].eq("covered")
    whole = float(people["weight"].sum())
    share = float(people.loc[covered, "weight"].sum()) / whole if whole else None
    unit = UNITS[task.problem]
    by = weighted_by(column)
    return (
        Indicator(
            "objective", Text("目标值", "Objective"), answer.objective, unit, "", basis="planned"
        ),
        Indicator("bound", Text("界", "Bound"), answer.bound, unit, "", basis="planned"),
        Indicator(
            "gap",
            Text("差距", "Gap"),
            shown_gap(answer),
            "",
            "",
            note=status_text(answer),
            basis="planned",
        ),
        Indicator(
            "covered_share",
            Text(f"覆盖率（{by.zh}）", f"Share covered ({by.en})"),
            share,
            "",
            "",
            basis="planned",
            note=None if column is None else by_points(covered),
        ),
    )


def _site_rules(problem: str) -> tuple[list[Rule], Rule]:
    rules = [
        Rule("exists", "", "existing", holds("is_existing"), Text("已有设施。", "It exists.")),
        Rule(
            problem,
            "",
            "build",
            holds("chosen"),
            Text("入选；关闭它的损失见“边际”。", "Chosen; see the marginal for its worth."),
        ),
    ]
    rest = Rule(problem, "", "not_chosen", holds("chosen"), Text("未入选。", "Not chosen."))
    return rules, rest


REACHED = (
    Rule(
        "reach", "", "covered", lambda f: f["facility_id"].notna(),
        Text("由 {facility_id} 服务，距离 {service_m:.0f} m。",
             "Served by {facility_id}, {service_m:.0f} m away."),
    ),
    Rule(
        "reach", "", UNKNOWN, holds("off"),
        Text("没有坐标或没有接入道路网，不知道能否到达。",
             "It has no coordinates or is not on the roads; whether it is reached is not known."),
    ),
)  # fmt: skip
BEYOND = Rule(
    "reach", "", "gap", holds("off"), Text("范围内没有设施。", "No facility is within reach.")
)


def shown_gap(answer: SiteAnswer) -> float:
    """Return the gap, nothing where it is of rounding.

    Parameters
    ----------
    answer : SiteAnswer
        The answer.

    Returns
    -------
    float
        Its gap, as a share.
    """
    return 0.0 if answer.gap < NOTHING else answer.gap


def status_text(answer: SiteAnswer) -> Text:
    """Say what is proved.

    Parameters
    ----------
    answer : SiteAnswer
        The answer.

    Returns
    -------
    Text
        A sentence for its status.
    """
    return {
        "optimal": Text("已证明最优。", "Proved optimal."),
        "within_gap": Text("已达到要求的差距。", "Proved to within the gap asked for."),
        "time_limit": Text("时间用完，未证明最优。", "The time was up; not proved optimal."),
        "gap": Text("未证明最优。", "Not proved optimal."),
    }[answer.status]
