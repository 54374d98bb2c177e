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
    """One table as it is read; `numeric` tells which columns are set to the right."""

    title: Text
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    left_out: int = 0


@dataclass(frozen=True)
class CompareCard:
    """One plan: how many objects each of the other runs decides otherwise, files and tables."""

    title: Text
    moved: tuple[tuple[str, int], ...]
    links: tuple[PageLink, ...]
    tables: tuple[CompareTable, ...]


@dataclass(frozen=True)
class ComparePage:
    """What the page says; `first` is the run that the others are held against."""

    title: Text
    first: str
    evidence: str
    cards: tuple[CompareCard, ...]


def draw_comparison(page: ComparePage, *, lang: Lang) -> str:
    """Draw the page of a comparison: static, and without anything from outside."""
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
