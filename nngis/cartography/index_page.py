"""The index page of a run: targets, plans, assumptions, what was rejected; no script in it."""

from dataclasses import dataclass
from urllib.parse import quote

from nngis import fields
from nngis.cartography.page import environment, policy
from nngis.cartography.style import badge
from nngis.decide.indicators import BASES, STATUS_TITLES, Indicator, Status, number
from nngis.result.result import InputRecord
from nngis.text import Lang, Text

SIGNS: dict[Status, str] = {
    "met": "✓",
    "missed": "✗",
    "unknown": "?",
    "no_target": "–",
    "illustration": "◇",
}
STATUS: dict[Status, tuple[str, Text]] = {
    name: (sign, STATUS_TITLES[name]) for name, sign in SIGNS.items()
}


@dataclass(frozen=True)
class PageLink:
    """A file of the run that the page links to.

    Parameters
    ----------
    title : Text
        What people call it.
    path : str
        Path from the folder of the page, with forward slashes.
    """

    title: Text
    path: str


@dataclass(frozen=True)
class PlanCard:
    """One plan on the page.

    Parameters
    ----------
    plan : str
        The plan's id.
    title : Text
        What people call it.
    links : tuple of PageLink
        Its map, lists and layers.
    indicators : tuple of Indicator
        What it adds up to against the targets.
    assumptions, warnings : tuple of Text
        What was taken as true without data, and what a reader must know.
    evidence : str, optional
        The weakest evidence it used.
    """

    plan: str
    title: Text
    links: tuple[PageLink, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    assumptions: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()
    evidence: str | None = None


@dataclass(frozen=True)
class ScoreRow:
    """One rule of the register on the page.

    Parameters
    ----------
    id, clause : str
        The rule and its clause.
    title : Text
        What it asks.
    status : str
        Where it stands.
    value, target : float or None
        The number and what is asked of it.
    unit : str
        Unit of both.
    sense : str or None
        ``at_least`` or ``at_most``.
    note : Text
        What the number says, or what is missing.
    source : str
        Where a public figure comes from.
    evidence : str or None
        The weakest evidence it used.
    """

    id: str
    clause: str
    title: Text
    status: str
    value: float | None
    target: float | None
    unit: str
    sense: str | None
    note: Text
    source: str = ""
    evidence: str | None = None


@dataclass(frozen=True)
class Scoreboard:
    """Where the city stands on the whole plan.

    Parameters
    ----------
    counts : tuple of (str, int, Text)
        Status, how many rules, and what people call it.
    rows : tuple of ScoreRow
        The rules.
    counties : tuple of (str, int or None, int, int, str)
        County, rank, targets reached, targets missed, and the rules it misses.
    links : tuple of PageLink
        Lists, maps and data.
    """

    counts: tuple[tuple[str, int, Text], ...]
    rows: tuple[ScoreRow, ...]
    counties: tuple[tuple[str, int | None, int, int, str], ...] = ()
    links: tuple[PageLink, ...] = ()


@dataclass(frozen=True)
class IndexPage:
    """What the page of a run says.

    Parameters
    ----------
    title : Text
        Title of the page.
    evidence : str
        The weakest evidence of all plans.
    plans : tuple of PlanCard
        The plans, in order.
    inputs : tuple of InputRecord
        The layers that went in, each once.
    files : tuple of PageLink
        Other files of the run: its record, its report.
    scoreboard : Scoreboard, optional
        Where the city stands on the whole plan.
    imprint : str
        Version, date of the data and evidence, for its foot.
    """

    title: Text
    evidence: str
    plans: tuple[PlanCard, ...]
    inputs: tuple[InputRecord, ...] = ()
    files: tuple[PageLink, ...] = ()
    scoreboard: Scoreboard | None = None
    imprint: str = ""


def draw_index(page: IndexPage, *, lang: Lang) -> str:
    """Draw the index page of a run.

    Parameters
    ----------
    page : IndexPage
        What it says.
    lang : {"zh", "en"}
        Language of the page.

    Returns
    -------
    str
        The HTML page: static, without scripts, and without anything from outside.

    Raises
    ------
    ValueError
        If there is no such degree of evidence.
    """
    found = [one.status for card in page.plans for one in card.indicators]
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            lang=lang,
            page=page,
            badge=badge,
            shown=badge(page.evidence),
            evidence_field=fields.get("evidence"),
            counts=[
                (name, found.count(name), *STATUS[name])
                for name in STATUS
                if name != "illustration" or name in found
            ],
            status=STATUS,
            bases=BASES,
            number=number,
            href=lambda link: quote(link.path, safe="/"),
            policy=policy([]),
        )
    )
