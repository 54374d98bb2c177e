"""How the maps of a run are drawn: paper, title block, files beside the usual ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from nngis.cartography.paper import Paper
from nngis.cartography.stamp import Stamp
from nngis.cartography.tiles import Tiles, choose_tiles
from nngis.errors import Problem, ScenarioError, require

PAPERS = {
    "A3": Paper("A3", "landscape"),
    "A3-portrait": Paper("A3", "portrait"),
    "A1": Paper("A1", "landscape"),
    "A1-portrait": Paper("A1", "portrait"),
}


@dataclass(frozen=True)
class Drawing:
    """How maps are drawn.

    Parameters
    ----------
    paper : Paper
        Paper of the sheets.
    stamp : Stamp
        What their title block says.
    svg : bool
        Whether a sheet is written as SVG too.
    atlas : bool
        Whether a PDF with one sheet a county is written too.
    tiles : tuple of Tiles
        Tiles that web maps fetch.
    site_cards : bool
        Whether a PDF with a page for each site to build is written too.
    shp : bool
        Whether tables are written as shapefiles too.
    """

    paper: Paper = field(default_factory=Paper)
    stamp: Stamp = field(default_factory=Stamp)
    svg: bool = False
    atlas: bool = False
    tiles: tuple[Tiles, ...] = ()
    site_cards: bool = False
    shp: bool = False


PLAIN = Drawing()


def choose_drawing(
    paper: str,
    stamp: Mapping[str, str],
    *,
    svg: bool = False,
    atlas: bool = False,
    tiles: str = "",
    site_cards: bool = False,
    shp: bool = False,
) -> Drawing:
    """Read what somebody asked for.

    Parameters
    ----------
    paper : str
        One of `PAPERS`, in small letters or large.
    stamp : mapping of str to str
        Entries of the title block by name.
    svg, atlas : bool
        Which files are written beside the usual ones.
    tiles : str
        As for `choose_tiles`.
    site_cards, shp : bool
        As for `Drawing`.

    Returns
    -------
    Drawing
        How maps are drawn.

    Raises
    ------
    ScenarioError
        With everything that is not known.
    OutputError
        If the tiles are not known.
    """
    known = {name.lower(): one for name, one in PAPERS.items()}
    entries = [one.name for one in fields(Stamp)]
    problems = [
        Problem(
            f"图签没有这一项；可用的有：{'、'.join(entries)}。",
            f"The title block has no such entry; it has: {', '.join(entries)}.",
            where=f"--stamp {name}",
        )
        for name in stamp
        if name not in entries
    ]
    if paper.lower() not in known:
        problems.append(
            Problem(
                f"没有这种图幅；可用的有：{'、'.join(PAPERS)}。",
                f"There is no such paper; there are: {', '.join(PAPERS)}.",
                where=f"--paper {paper}",
            )
        )
    require(problems, ScenarioError)
    stamped = replace(Stamp(), **stamp)
    return Drawing(known[paper.lower()], stamped, svg, atlas, choose_tiles(tiles), site_cards, shp)
