"""The tables of an answer, from what each link carries."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nngis.arrays import Floats, Objects
from nngis.solvers.allocate._question import NOISE, Question
from nngis.solvers.allocate._simplex import Ints


@dataclass(frozen=True)
class Carried:
    """What the links carry.

    Parameters
    ----------
    links : (k,) int array
        Links used, sorted; a demand of no load may use one too.
    amount : (k,) float array
        Load on each.
    whole : bool
        Whether demands must not be split.
    """

    links: Ints
    amount: Floats
    whole: bool

    def by_demand(self, question: Question) -> Floats:
        """Add up what is served of each demand."""
        total = np.zeros(len(question.load))
        np.add.at(total, question.demand_at[self.links], self.amount)
        return total

    def by_facility(self, question: Question) -> Floats:
        """Add up what each facility serves."""
        total = np.zeros(len(question.capacity))
        np.add.at(total, question.facility_at[self.links], self.amount)
        return total


def assignment_table(question: Question, carried: Carried) -> pd.DataFrame:
    """List what each facility serves of each demand."""
    links = carried.links
    return pd.DataFrame(
        {
            "demand_id": question.demand_ids.take(question.demand_at[links]),
            "facility_id": question.facility_ids.take(question.facility_at[links]),
            "load": carried.amount,
            "distance_m": question.distance_m[links],
        }
    )


def capacity_tables(
    question: Question, carried: Carried, prices: tuple[Floats, Floats]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List how full facilities and groups are, and whether that keeps anybody out."""
    load = carried.by_facility(question)
    member = question.group_at >= 0
    shared = np.zeros(len(question.group_capacity))
    np.add.at(shared, question.group_at[member], load[member])
    spare, spare_shared = question.capacity - load, question.group_capacity - shared
    wanted, need = _wanted(question, carried)
    facility = question.facility_at[wanted]
    out = need > spare[facility]
    grouped = member[facility]
    group, need = question.group_at[facility[grouped]], need[grouped]
    group_ids = np.full(len(load), None, object)
    group_ids[member] = question.group_ids.take(question.group_at[member])
    facilities = _capacity_table(question.capacity, load, facility[out], prices[0])
    facilities.insert(3, "group_id", group_ids)
    groups = _capacity_table(
        question.group_capacity, shared, group[need > spare_shared[group]], prices[1]
    )
    return (
        facilities.set_index(question.facility_ids.rename("facility_id")),
        groups.set_index(question.group_ids.rename("group_id")),
    )


def _capacity_table(capacity: Floats, load: Floats, full: Ints, price: Floats) -> pd.DataFrame:
    binding = np.zeros(len(load), bool)
    binding[full] = True
    return pd.DataFrame(
        {
            "capacity": capacity,
            "load": load,
            "spare": (capacity - load).clip(0.0),
            "binding": binding,
            "served_per_unit": price[:, 0],
            "distance_per_unit_m": price[:, 1],
        }
    )


def _wanted(question: Question, carried: Carried) -> tuple[Ints, Floats]:
    """Find links nearer than the one a demand got, or of one not served, and what they lack."""
    load, noise = question.load[question.demand_at], NOISE * question.unit
    farthest = np.zeros(len(question.load))
    np.maximum.at(farthest, question.demand_at[carried.links], question.distance_m[carried.links])
    farthest[question.load - carried.by_demand(question) > noise] = np.inf
    here = np.zeros(len(load))
    here[carried.links] = carried.amount
    refused = (question.distance_m < farthest[question.demand_at]) & (here < load - noise)
    wanted = np.flatnonzero(refused)
    return wanted, load[wanted] if carried.whole else np.full(len(wanted), noise)


def unserved_table(question: Question, carried: Carried) -> pd.DataFrame:
    """List the demands that are not served, or not wholly, and say why."""
    rest = question.load - carried.by_demand(question)
    demand = np.flatnonzero(rest > NOISE * question.unit)
    start = np.searchsorted(question.demand_at, np.arange(len(question.load) + 1))
    linked = (start[1:] > start[:-1])[demand]
    nearest = np.full(len(demand), -1)
    nearest[linked] = question.facility_at[start[demand[linked]]]
    largest = np.zeros(len(question.load))
    room = np.append(question.group_capacity, np.inf)[question.group_at]
    room = np.minimum(room, question.capacity)[question.facility_at]
    np.maximum.at(largest, question.demand_at, room)
    too_large = carried.whole & (question.load > largest)[demand]
    reason = np.select([~linked, too_large], ["no_link", "too_large"], "capacity_used")
    facility = question.facility_ids.astype(object).append(pd.Index([None])).take(nearest)
    user = question.demand_ids.astype(object).append(pd.Index([None]))
    user = user.take(_largest_user(question, carried)[nearest])
    table = pd.DataFrame(
        {
            "demand_id": question.demand_ids.take(demand),
            "load": rest[demand],
            "reason": reason,
            "facility_id": facility,
            "used_by": user,
        }
    )
    return table.assign(**_sentences(table))


def _largest_user(question: Question, carried: Carried) -> npt.NDArray[np.intp]:
    """Give the demand that takes most of each facility, -1 for none; one more -1 at the end."""
    user = np.full(len(question.capacity) + 1, -1)
    order = np.argsort(carried.amount, kind="stable")
    order = order[carried.amount[order] > 0.0]
    links = carried.links[order]
    user[question.facility_at[links]] = question.demand_at[links]
    return user


def _sentences(table: pd.DataFrame) -> dict[str, Objects]:
    """Say the reasons in both languages."""
    near, user = (
        np.where(table[column].isna(), "", table[column].to_numpy(object)).astype(object)
        for column in ("facility_id", "used_by")
    )
    reason = table["reason"].to_numpy(object)
    kinds = [reason == "no_link", reason == "too_large", table["used_by"].isna().to_numpy()]
    zh = "可达设施的余量已用于其他需求或不足以整体接入；最近的是 " + near
    en = "The facilities in reach have no room left for it; the nearest is " + near
    return {
        "reason_zh": np.select(
            kinds,
            ["限值内没有设施。", "负荷超过任一可达设施的容量；最近的是 " + near + "。", zh + "。"],
            zh + "，用量最大的是 " + user + "。",
        ),
        "reason_en": np.select(
            kinds,
            [
                "No facility lies within the limit.",
                "It is larger than any facility in reach; the nearest is " + near + ".",
                en + ".",
            ],
            en + ", whose largest user is " + user + ".",
        ),
    }
