"""Charging, analysed: who is covered now, who must have chargers, where the next stations go."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from nngis.decide.indicators import with_evidence
from nngis.network.graph import Graph
from nngis.plans.charging import cautions, findings
from nngis.plans.charging.ground import Frames, prepare, road_graph
from nngis.plans.charging.layers import ChargingLayers
from nngis.plans.charging.long_routes import chargers_along, long_routes
from nngis.plans.charging.nearest import nearest_stations
from nngis.plans.charging.parameters import ChargingParameters
from nngis.plans.charging.phases import curve_table, phase_table, phase_years
from nngis.plans.charging.siting import Choice, SitingQuestion, ask, choose
from nngis.plans.charging.study import Study
from nngis.plans.charging.tables import all_tables
from nngis.result.plan import given_layers
from nngis.result.result import Analysis
from nngis.solvers.site import alternatives


def analyse(layers: ChargingLayers, parameters: ChargingParameters) -> Analysis:
    """Say who is covered, which places lack chargers, and where to build, in what order."""
    graph, said = road_graph(layers.roads, parameters)
    found = analyse_on(graph, given_layers(layers), parameters)
    return replace(found, warnings=(*said, *found.warnings))


def analyse_on(graph: Graph | None, frames: Frames, parameters: ChargingParameters) -> Analysis:
    """Do the same on a graph that is built."""
    study = _studied(graph, frames, parameters)
    tables = all_tables(study, graph, frames, parameters)
    return Analysis(
        tables=tables,
        indicators=with_evidence(findings.indicators(study, tables, parameters), frames),
        assumptions=findings.assumptions(study, graph, parameters),
        warnings=(*study.said, *cautions.warnings(study, tables, frames)),
    )


def _studied(graph: Graph | None, frames: Frames, parameters: ChargingParameters) -> Study:
    """Find everything."""
    ground = prepare(graph, frames, parameters)
    question, sites = ground.question, ground.sites
    choice = choose(question, gap=parameters.gap_allowed, time_limit_s=parameters.time_limit_s)
    years = phase_years(question, choice, parameters)
    opened = sites.loc[list(choice.selected)]
    closed = ~sites.index.isin(choice.selected) & sites["excluded"].isna()
    unused = sites[closed & sites["candidate_source"].ne("cells")]
    return Study(
        **vars(ground),
        choice=choice,
        years=years,
        after=nearest_stations(ground.points, opened, graph, parameters),
        phases=phase_table(question, years),
        curve=curve_table(question, choice, years, parameters),
        alternatives=_alternatives(question, choice, parameters),
        corridors=chargers_along(
            long_routes(graph, frames, parameters), opened, unused, parameters
        ),
    )


def _alternatives(
    question: SitingQuestion, choice: Choice, parameters: ChargingParameters
) -> pd.DataFrame:
    """List other plans that are nearly as good."""
    names = {"objective": "covered_weight", "loss": "lost_weight", "loss_share": "loss_share"}
    names |= {"new_sites": "other_sites_count", "status": "proof", "gap": "gap_share"}
    if choice.answer is None or parameters.alternatives_count < 2:  # noqa: PLR2004 - the best alone
        columns = [*names.values(), "sites_left_out", "sites_instead"]
        return pd.DataFrame(columns=columns, index=pd.Index([], name="plan_id"))
    seconds = parameters.time_limit_s / parameters.alternatives_count
    found = alternatives(
        choice.answer,
        lambda rules: ask(question, rules, gap=parameters.gap_allowed, time_limit_s=seconds),
        parameters.alternatives_count,
        rules=question.rules,
        new_sites=max(1, len(choice.worth) // 4),
        within_share=1.0,
        refuse=False,
    )
    table = found.table.rename(columns=names)[list(names.values())]
    first = found.plans[0].selected
    table["sites_left_out"] = [_joined(first, one.selected) for one in found.plans]
    table["sites_instead"] = [_joined(one.selected, first) for one in found.plans]
    return table.set_axis([str(one) for one in table.index]).rename_axis("plan_id")


def _joined(sites: Sequence[str], others: Sequence[str]) -> str:
    """Name the sites that are not among others."""
    return ";".join(one for one in sites if one not in set(others))
