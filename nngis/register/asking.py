"""Ask one rule: its own function, the table of counties, public figures, and what is missing."""

from collections.abc import Sequence
from dataclasses import replace

from nngis import fields
from nngis.decide.indicators import BASES, Indicator
from nngis.evidence import weakest
from nngis.register.data import Data
from nngis.register.finding import Finding, MissingDataError
from nngis.register.plans import PLAN_WORDS, shown
from nngis.register.progress import TABLE, quantity
from nngis.register.public import from_figures
from nngis.register.rules import PlanRule, function_of
from nngis.roles import role
from nngis.source_words import source_words
from nngis.text import Text

RASTERS = {
    "elevation": Text("高程栅格", "Elevation raster"),
    "land_cover": Text("地表覆盖栅格", "Land cover raster"),
}


SETTLED = ("met", "missed")


def ask(rule: PlanRule, data: Data) -> Finding:
    """Ask one rule: its own function, then the table of counties, then public figures."""
    figures = data.figures.get(rule.id, ())
    missing: list[str] = []
    answers = []
    by_table = rule.compute.startswith("progress.")
    own = rule.uses if by_table else (*rule.roles, *rule.optional_roles)
    try:
        found: Finding = function_of(rule)(rule, data, **rule.options)
        answers.append((found, _weakest_of(data, own), own))
    except MissingDataError as error:
        missing += error.missing
    made_up = all(evidence == "synthetic" for _, evidence, _ in answers)
    if made_up and TABLE in rule.tables and rule.targets and not by_table:
        try:
            answers.append((quantity(rule, data), _weakest_of(data, (TABLE,)), (TABLE,)))
        except MissingDataError as error:
            missing += [name for name in error.missing if name not in missing]
    for found, evidence, asked in answers:
        if evidence != "synthetic":
            return _beside(_marked(found, evidence, asked), rule, data)
    if answers:
        return _made_up(answers[0][0], from_figures(rule, figures))
    missing = _all_missing(rule, data, missing)
    public = from_figures(rule, figures)
    if public:
        return replace(public, missing=() if public.status in SETTLED else tuple(missing))
    named = [named_missing(one) for one in missing]
    zh, en = "、".join(one.zh for one in named), ", ".join(one.en for one in named)
    return Finding("unknown", Text(f"缺少数据：{zh}。", f"Missing: {en}."), missing=tuple(missing))


def named_missing(missing: str) -> Text:
    """Name a layer, or a column of one, so that it can be asked for and given.

    Parameters
    ----------
    missing : str
        A role, `role.column` or `plan.name`.

    Returns
    -------
    Text
        What people call it, with the word to give it by.
    """
    layer, _, column = missing.partition(".")
    if layer == "plan":
        words = PLAN_WORDS[column]
        return Text(f"{words.zh}（nngis run {column}）", f"{words.en} (nngis run {column})")
    title = RASTERS[layer] if layer in RASTERS else role(layer).title
    if not column:
        return Text(f"{title.zh}（{layer}）", f"{title.en} ({layer})")
    field = fields.get(column).title
    return Text(f"{title.zh}的“{field.zh}”（{missing}）", f"{field.en} of {title.en} ({missing})")


def _with_links(rule: PlanRule, found: Finding, data: Data) -> Finding:
    given: list[tuple[str, Indicator]] = []
    for link in rule.links:
        if link.plan in data.plans:
            known = {i.name: i for i in data.plans[link.plan].indicators}
            given += [(link.plan, known[name]) for name in (link.indicator,) if name in known]
    own = {part.name.partition(".")[2] for part in found.parts}
    decider = rule.options.get("plan")  # what it says of the rule is the finding itself
    said = [_bearing(plan, one) for plan, one in given if one.name not in own and plan != decider]
    zh = "".join([found.note.zh, *(one.zh for one in said)])
    en = " ".join([found.note.en, *(one.en for one in said)])
    kept = tuple((plan, one.name, one.value, one.unit) for plan, one in given)
    return replace(found, contributions=kept, note=Text(zh, en))


def _bearing(plan: str, one: Indicator) -> Text:
    """Name a plan's number beside the rule's own, with what it is of and how sure it is."""
    value = shown(one)
    word = BASES[one.basis]
    made_up = one.evidence == "synthetic"
    zh, en = (f"{word.zh}，合成演示数据", f"{word.en}, synthetic data") if made_up else word
    return Text(
        f"{PLAN_WORDS[plan].zh}：{one.title.zh} {value.zh}（{zh}）。",
        f"{PLAN_WORDS[plan].en}: {one.title.en} {value.en} ({en}).",
    )


def _made_up(found: Finding, public: Finding | None) -> Finding:
    """Let what is published decide over what is made up; without it nothing decides."""
    return _over(public, found) if public and public.parts else _illustration(found)


def _illustration(found: Finding) -> Finding:
    """Keep what made-up data show, and take every verdict of the city from it."""
    parts = tuple(
        part if part.status == "unknown" else replace(part, status="illustration", forecast=None)
        for part in found.parts
    )
    by = found.by_county
    if by is not None:
        by = by.drop(columns=[c for c in ("status", "share", "incentive_met") if c in by])
    return replace(
        found,
        status="unknown" if found.status == "unknown" else "illustration",
        parts=parts,
        by_county=by,
        note=Text(f"（合成演示数据）{found.note.zh}", f"(Synthetic data.) {found.note.en}"),
        evidence="synthetic",
    )


def _over(public: Finding, made_up: Finding) -> Finding:
    """Let what is published decide, and show what made-up data give beside it."""
    zh = f"{public.note.zh}合成演示台账（不作结论）：{made_up.note.zh}"
    en = f"{public.note.en} Synthetic ledger (no verdict): {made_up.note.en}"
    return replace(public, note=Text(zh, en), objects=made_up.objects)


def _all_missing(rule: PlanRule, data: Data, missing: Sequence[str]) -> list[str]:
    """Name every layer and table that is absent, not only the first that was asked for."""
    have = {*data.frames, *data.grids}
    absent = [role for role in rule.roles if role not in have]
    if TABLE in rule.tables and TABLE not in have:
        absent.append(TABLE)
    return list(dict.fromkeys([*missing, *absent]))


def _beside(found: Finding, rule: PlanRule, data: Data) -> Finding:
    """Name the public figures beside what own data say, so that nobody overlooks a difference."""
    figures = [one for one in data.figures.get(rule.id, ()) if one.covers != "related"]
    if not figures:
        return found
    zh = "".join(f"公开数字：{one.note.zh}（{source_words(one.source).zh}）" for one in figures)
    en = " ".join(
        f"Public figure: {one.note.en} ({source_words(one.source).en})" for one in figures
    )
    return replace(found, note=Text(f"{found.note.zh}{zh}", f"{found.note.en} {en}"))


def _marked(found: Finding, evidence: str | None, asked: Sequence[str]) -> Finding:
    """Put the evidence to a finding; where data are there and do not decide, cells are empty."""
    if found.status == "unknown" and not found.missing:
        found = replace(found, missing=tuple(f"{name}.*" for name in asked[:1]))
    return replace(found, evidence=evidence)


def _weakest_of(data: Data, roles: Sequence[str]) -> str | None:
    words = [
        word
        for role in roles
        if role in data.frames and "evidence" in data.frames[role]
        for word in data.frames[role]["evidence"].dropna().unique()
    ]
    return weakest(words) if words else None
