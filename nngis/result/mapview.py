"""What a plan wants drawn, as data; only `cartography` draws it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from nngis.text import Text

Shape = Literal["point", "line", "polygon"]


@dataclass(frozen=True)
class MapLayer:
    """One table of a result as one layer of the map.

    Parameters
    ----------
    table : str
        Name of the result's table (a GeoDataFrame in the work CRS).
    title : Text
        What the layer control calls it.
    shape : {"point", "line", "polygon"}
        What its geometries are.
    role : str
        Symbol role in the style: ``"boiler"``, ``"heat_source"``, ``"supply_area"`` ...
    colour_by : str, optional
        Column whose values pick the colour (``"decision"``); without it the role does.
    name : str, optional
        Column that names a feature in search results and at the top of its popup.
    popup : tuple of str
        Columns shown in the popup, in order; titles and units come from `nngis.fields`. A pair
        ``reason_zh``/``reason_en`` is named once, as ``"reason"``, and shown in both languages.
    shown : bool
        Whether the layer is on when the map opens.
    """

    table: str
    title: Text
    shape: Shape
    role: str
    colour_by: str | None = None
    name: str | None = None
    popup: tuple[str, ...] = ()
    shown: bool = True


@dataclass(frozen=True)
class LongSection:
    """Long sections of one table: sheets of each route, values over the way and in a band below.

    Parameters
    ----------
    table : str
        Name of the result's table, its rows in order along each route.
    title : Text
        What the pages are called.
    route : str
        Column that names the route.
    along : str
        Column of the way [m].
    values : tuple of str
        Columns drawn over it, one graph each, and written at each place.
    stretches : tuple of str
        Columns of the way that ends at each place, written between it and the place before.
    place : str
        Column of the places on the way. A route that ends at a place which another passes lies on
        that one's page.
    """

    table: str
    title: Text
    route: str
    along: str
    values: tuple[str, ...]
    stretches: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class PipeNetwork:
    """A designed network: tables that become a DXF drawing, a SWMM file and long sections.

    Parameters
    ----------
    title : Text
        What the long sections are called.
    pipes, manholes, stations : str
        Names of the result's tables: pipes, manholes, and lift stations with `manhole_id`.
    sections : str
        Name of the table of routes, manhole by manhole.
    ground : str
        Name of the table of the terrain along them.
    roughness : str
        Name of the parameter that holds Manning's n.
    """

    title: Text
    pipes: str = "pipes"
    manholes: str = "manholes"
    stations: str = "lift_stations"
    sections: str = "sections"
    ground: str = "section_ground"
    roughness: str = "roughness_n"


@dataclass(frozen=True)
class CardBlock:
    """A block of a site's card: values of the row of a table that has the site's id.

    Parameters
    ----------
    title : Text
        What the block is called.
    table : str
        Name of the result's table.
    columns : tuple of str
        Columns shown, one a line; those that the table lacks are left out. A pair
        ``reason_zh``/``reason_en`` is named once, as ``"reason"``.
    """

    title: Text
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class CardRows:
    """A list on a site's card: the rows of a table that name the site.

    Parameters
    ----------
    title : Text
        What the list is called.
    table : str
        Name of the result's table.
    key : str
        Column that names the site.
    columns : tuple of str
        Columns listed.
    """

    title: Text
    table: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class SiteCards:
    """A page for each site to be built: where, for whom, on which grid, beside whom, for how much.

    Parameters
    ----------
    title : Text
        What the cards are called; a site's name follows it.
    table : str
        Name of the table of sites, points with `decision`.
    decisions : tuple of str
        Decisions of those that have a card.
    blocks : tuple of CardBlock
        What is said of each.
    lists : tuple of CardRows
        What is listed of each.
    demand : str
        Name of the table of those who are served, points.
    served_by : str
        Its column that names the site.
    served_m : str
        Its column of the distance to it [m].
    """

    title: Text
    table: str
    decisions: tuple[str, ...]
    blocks: tuple[CardBlock, ...]
    lists: tuple[CardRows, ...]
    demand: str
    served_by: str
    served_m: str


@dataclass(frozen=True)
class MapView:
    """The map of one plan.

    Parameters
    ----------
    plan : str
        The plan's id, for example ``"heat"``.
    title : Text
        Title of the map.
    layers : tuple of MapLayer
        Drawn in this order, the last on top.
    notes : tuple of Text
        Sentences that must stand on the map: assumptions, stand-ins, what must be replaced.
    sections : tuple of LongSection
        Long sections drawn beside the map.
    network : PipeNetwork, optional
        A network to be drawn and written for other programs.
    opens_on_data : bool
        Whether the map opens on its features rather than on the counties.
    cards : SiteCards, optional
        Pages of sites, drawn on request.
    """

    plan: str
    title: Text
    layers: tuple[MapLayer, ...]
    notes: tuple[Text, ...] = ()
    sections: tuple[LongSection, ...] = ()
    network: PipeNetwork | None = None
    opens_on_data: bool = False
    cards: SiteCards | None = None

    def of_tables(self, tables: Collection[str]) -> "MapView":
        """Return the view of those of its layers whose tables are there."""
        return replace(self, layers=tuple(one for one in self.layers if one.table in tables))
