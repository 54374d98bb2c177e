"""History: what moved between two saved scorecards, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nngis.text import Text

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Move:
    """One rule that stands otherwise than before.

    Parameters
    ----------
    rule : str
        Its id.
    status_before, status_after : str
        Where it stood and where it stands.
    value_before, value_after : float or None
        The number, where there was one.
    unit : str
        Unit of the number.
    why : Text
        What changed: data given or taken away, a layer with other content, a target.
    """

    rule: str
    status_before: str
    status_after: str
    value_before: float | None
    value_after: float | None
    unit: str
    why: Text


def moves(before: Record, after: Record) -> list[Move]:
    """Compare two snapshots.

    Parameters
    ----------
    before, after : mapping
        What ``scorecard.json`` holds: `rules` (the list of 90) and `inputs` (sha256 by role).

    Returns
    -------
    list of Move
        The rules whose status, value or target differs, in order.
    """
    old = {one["id"]: one for one in before["rules"]}
    was, now = before["inputs"], after["inputs"]
    changed = [role for role in dict.fromkeys([*was, *now]) if was.get(role) != now.get(role)]
    found = []
    for new in after["rules"]:
        one = old.get(new["id"])
        if one is None or all(one[k] == new[k] for k in ("status", "value", "target")):
            continue
        found.append(
            Move(
                new["id"],
                one["status"],
                new["status"],
                one["value"],
                new["value"],
                new["unit"],
                _why(one, new, [r for r in changed if r in _uses(one, new)], (was, now)),
            )
        )
    return found


def _uses(one: Record, new: Record) -> Sequence[str]:
    return (*one["uses"], *new["uses"])


def _why(
    one: Record,
    new: Record,
    changed: Sequence[str],
    inputs: tuple[Mapping[str, str], Mapping[str, str]],
) -> Text:
    was, now = inputs
    zh, en = [], []
    if None not in (one["target"], new["target"]) and one["target"] != new["target"]:
        zh.append(f"目标由 {one['target']} 改为 {new['target']}")
        en.append(f"the target went from {one['target']} to {new['target']}")
    gone = [m for m in one["missing"] if m not in new["missing"] and m.partition(".")[0] in now]
    lost = [m for m in new["missing"] if m not in one["missing"]]
    if gone:
        zh.append(f"补上了 {'、'.join(gone)}")
        en.append(f"{', '.join(gone)} came in")
    fresh = [role for role in changed if role in now and role not in was and role not in gone]
    if fresh:
        zh.append(f"新增 {'、'.join(fresh)}")
        en.append(f"{', '.join(fresh)} came in")
    if lost:
        zh.append(f"缺了 {'、'.join(lost)}")
        en.append(f"{', '.join(lost)} went missing")
    altered = [role for role in changed if role in was and role not in gone + lost]
    if altered:
        zh.append(f"图层内容有变：{'、'.join(altered)}")
        en.append(f"other content in {', '.join(altered)}")
    if not zh:
        zh, en = ["计算方法或所连规划的结果有变"], ["the method or a linked plan's result changed"]
    return Text("；".join(zh) + "。", "; ".join(en) + ".")
