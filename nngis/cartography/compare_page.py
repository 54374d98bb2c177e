"""The page of a comparison: what changed, how often, by what; figures side by side."""

from dataclasses import dataclass
from urllib.parse import quote

from nngis import fields
from nngis.cartography.index_page import PageLink
from nngis.cartography.page import environment, policy
from nngis.cartography.style import badge
from nngis.text import Lang, Text


@dataclass(frozen=True)
class CompareTable:
    """One table as it is read; `numeric` tells which columns are set to the right.

    Parameters
    ----------
    title : Text
        Its heading.
    heads : tuple of str
        Titles of the columns.
    rows : tuple of tuple of str
        The cells, as they are read.
    numeric : tuple of bool
        Which columns are set to the right.
    left_out : int
        Rows that are not shown.
    """

    title: Text
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    left_out: int = 0


@dataclass(frozen=True)
class CompareCard:
    """One plan: how many objects each of the other runs decides otherwise, files and tables.

    Parameters
    ----------
    title : Text
        The plan.
    moved : tuple of (str, int)
        Each other run, and how many objects it decides otherwise.
    links : tuple of PageLink
        The files beside the page.
    tables : tuple of CompareTable
        What is listed.
    """

    title: Text
    moved: tuple[tuple[str, int], ...]
    links: tuple[PageLink, ...]
    tables: tuple[CompareTable, ...]


@dataclass(frozen=True)
class ComparePage:
    """What the page says; `first` is the run that the others are held against.

    Parameters
    ----------
    title : Text
        Its heading.
    first : str
        The run that the others are held against.
    evidence : str
        The weakest evidence of all runs.
    cards : tuple of CompareCard
        One a plan.
    """

    title: Text
    first: str
    evidence: str
    cards: tuple[CompareCard, ...]


def draw_comparison(page: ComparePage, *, lang: Lang) -> str:
    """Draw the page of a comparison: static, and without anything from outside.

    Parameters
    ----------
    page : ComparePage
        What it says.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        The page.
    """
    return (
        environment()
        .get_template("compare.html.j2")
        .render(
            lang=lang,
            page=page,
            shown=badge(page.evidence),
            evidence_field=fields.get("evidence"),
            href=lambda link: quote(link.path, safe="/"),
            policy=policy([]),
        )
    )
