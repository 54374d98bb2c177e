"""Decide by rules: the first that matches decides, every one that matches is kept.

A rule answers true, false or *cannot tell*. Where no rule is true and some cannot tell, the
decision is ``unknown`` and the reason names what is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter

import numpy as np
import pandas as pd

from nngis.arrays import Bools, Objects
from nngis.evidence import ORDER
from nngis.text import Text

UNKNOWN = "unknown"
SAFE_BITS = 30


@dataclass(frozen=True)
class Rule:
    """One rule of a plan.

    Parameters
    ----------
    id : str
        Id of the rule in the register (``"A63"``), or a word for what follows from none of them.
    clause : str
        Clause of the plan it comes from.
    decision : str
        What it decides.
    when : callable
        From the frame to a nullable boolean Series on its index: true, false, or NA.
    reason : Text
        One sentence in each language, with the frame's columns in braces.
    needs : mapping of str to Text
        Columns the rule looks at, and what to call each where it is missing.
    leans_on : tuple of str
        Roles whose evidence the decision leans on, beyond that of the rows themselves.
    """

    id: str
    clause: str
    decision: str
    when: Callable[[pd.DataFrame], pd.Series]
    reason: Text
    needs: Mapping[str, Text] = field(default_factory=dict)
    leans_on: tuple[str, ...] = ()


def holds(column: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Make a rule's `when` of a column that answers it.

    Parameters
    ----------
    column : str
        A column of yes, no and missing.

    Returns
    -------
    callable
        From the frame to that column as nullable boolean.

    Examples
    --------
    >>> holds("covered")(pd.DataFrame({"covered": [True, None]})).tolist()
    [True, <NA>]
    """
    return lambda frame: frame[column].astype("boolean")


def equals(column: str, word: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Make a rule's `when` of a column that holds a word; no word at all is another one.

    Parameters
    ----------
    column, word : str
        The column, and what it must hold.

    Returns
    -------
    callable
        From the frame to a boolean Series without gaps.

    Examples
    --------
    >>> equals("why", "far")(pd.DataFrame({"why": ["far", None]})).tolist()
    [True, False]
    """
    return lambda frame: frame[column].eq(word).fillna(value=False).astype("boolean")


def decide(frame: pd.DataFrame, rules: Sequence[Rule], otherwise: Rule) -> pd.DataFrame:
    """Decide every row.

    Parameters
    ----------
    frame : DataFrame
        One row a demand, with every column that the rules and their sentences name.
    rules : sequence of Rule
        In order of precedence.
    otherwise : Rule
        What holds where every rule answers false; its `when` is not asked.

    Returns
    -------
    DataFrame
        On the same index: `decision`, `rule`, `rules_hit` (all that matched, each id once, joined
        by ``;``), `reason_zh`, `reason_en`.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"size": [10.0, 11.0, None]}, index=["a", "b", "c"])
    >>> small = Rule("A57", "三（八）", "retire", lambda f: f["size"].astype("Float64") <= 10,
    ...              Text("{size:g} t/h", "{size:g} t/h"), {"size": Text("容量", "size")})
    >>> rest = Rule("", "", "keep", lambda f: f["size"].notna(), Text("大", "large"))
    >>> decide(frame, [small], rest)[["decision", "rule", "reason_en"]]
      decision rule                       reason_en
    a   retire  A57                          10 t/h
    b     keep                                large
    c  unknown  A57  Rule A57 needs what is missing: size.
    """
    answers = [rule.when(frame).astype("boolean") for rule in rules]
    shape = (len(rules), len(frame))
    true = np.array([a.fillna(False).to_numpy(bool) for a in answers]).reshape(shape)
    open_ = np.array([a.isna().to_numpy(bool) for a in answers]).reshape(shape)
    decided, stuck = true.any(axis=0), open_.any(axis=0) & ~true.any(axis=0)
    choice = np.where(decided, true.argmax(axis=0), len(rules))

    ids = np.array([rule.id for rule in rules], dtype=object)
    decision = np.full(len(frame), UNKNOWN, dtype=object)
    rule_id = np.where(stuck, ids[open_.argmax(axis=0)], otherwise.id)
    reasons = {"zh": np.full(len(frame), "", dtype=object)}
    reasons["en"] = reasons["zh"].copy()
    for number, rule in enumerate([*rules, otherwise]):
        mine = (choice == number) & ~stuck
        decision[mine], rule_id[mine] = rule.decision, rule.id
        for lang, template in zip(("zh", "en"), rule.reason, strict=True):
            reasons[lang][mine] = _filled(template, frame, mine)
    reasons["zh"][stuck], reasons["en"][stuck] = _what_is_missing(
        frame.loc[stuck], rules, open_[:, stuck]
    )
    return pd.DataFrame(
        {
            "decision": decision,
            "rule": rule_id,
            "rules_hit": _joined(true, ids),
            "reason_zh": reasons["zh"],
            "reason_en": reasons["en"],
        },
        index=frame.index,
    )


def evidence_of(
    own: pd.Series, rule: pd.Series, rules: Sequence[Rule], layers: Mapping[str, str]
) -> pd.Series:
    """Weaken each row's evidence to that of the layers on which its deciding rule leans.

    Parameters
    ----------
    own : Series of str
        Evidence of each row.
    rule : Series of str
        Id of the rule that decided it.
    rules : sequence of Rule
        Every rule that was asked, the last resort among them.
    layers : mapping of str to str
        Weakest evidence of each layer at hand, by role.

    Returns
    -------
    Series of str
        On the same index.

    Examples
    --------
    >>> town = Rule("A57", "", "retire", lambda f: f["x"], Text("", ""), leans_on=("built_up",))
    >>> own, rule = pd.Series(["surveyed", "surveyed"]), pd.Series(["A57", "A62"])
    >>> evidence_of(own, rule, [town], {"built_up": "derived"}).tolist()
    ['derived', 'surveyed']
    """
    rank = {str(word): at for at, word in enumerate(ORDER)}
    at = own.map(rank)
    for role, word in layers.items():
        ids = [one.id for one in rules if role in one.leans_on]
        at = at.mask(rule.isin(ids) & (at < rank[word]), rank[word])
    return at.map(dict(enumerate(ORDER)))


def _filled(template: str, frame: pd.DataFrame, mine: Bools) -> list[str]:
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    if not names:
        return [template] * int(mine.sum())
    named = frame[list(dict.fromkeys(names))]  # asked for also where no row is decided so
    rows = named[mine].to_dict("records") if mine.any() else []
    return [template.format_map(row) for row in rows]


def _joined(true: Bools, ids: Objects) -> list[str]:
    # Few distinct patterns occur, so the strings are made once a pattern, not once a row.
    code = np.zeros(true.shape[1], dtype=np.int64)
    for at, one in enumerate(true, start=1):
        code = code * 2 + one
        if at % SAFE_BITS == 0:  # a pattern is a number that an int64 holds
            code = np.unique(code, return_inverse=True)[1].ravel().astype(np.int64)
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    words = [";".join(dict.fromkeys(ids[true[:, at]])) for at in first]
    return [words[at] for at in which.ravel()]


def _what_is_missing(
    frame: pd.DataFrame, rules: Sequence[Rule], open_: Bools
) -> tuple[list[str], list[str]]:
    gaps = {c: frame[c].isna().to_numpy() for rule in rules for c in rule.needs}
    zh, en = [], []
    for row in range(len(frame)):
        asking = [rule for rule, is_open in zip(rules, open_[:, row], strict=True) if is_open]
        missing = {c: t for rule in asking for c, t in rule.needs.items() if gaps[c][row]}
        # entries of the plan are named; other rules have words that only the code knows
        ids = [rule.id for rule in asking if any(c.isdigit() for c in rule.id)]
        who = f"规则 {'、'.join(ids)} " if ids else ""
        zh.append(f"{who}缺少判定所需的{'、'.join(t.zh for t in missing.values())}。")
        needing = "Rule {} needs w" if len(ids) == 1 else "Rules {} need w" if ids else "W"
        names = ", ".join(t.en for t in missing.values())
        en.append(f"{needing.format(' and '.join(ids))}hat is missing: {names}.")
    return zh, en
