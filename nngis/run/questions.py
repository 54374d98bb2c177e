"""What questions asked outside the four plans share: work CRS, road graph, form of the answer."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from nngis import fields
from nngis.catalog.layer import Layer
from nngis.crs import choose_work_crs
from nngis.inputs.store import notes, record
from nngis.network.graph import Graph, graph_from_roads
from nngis.parameter_values import ParameterRecord
from nngis.result.mapview import MapLayer, MapView
from nngis.result.problems import with_problems
from nngis.result.result import Analysis, Result, Sheet
from nngis.result.versions import versions
from nngis.text import Text, Warned, counted

MAX_SNAP_M = 1_000.0  # a point farther than this from every road is not on the network
TOLERANCE_M = 1.0  # loose ends nearer than this are one junction


def work_crs(layer: Layer) -> CRS:
    """Choose the work CRS of a question."""
    xy = layer.frame.get_coordinates()
    return choose_work_crs(xy["x"].to_numpy(), xy["y"].to_numpy())


def weighted_by(column: str | None) -> Text:
    """Say by what a share is weighted.

    Examples
    --------
    >>> weighted_by("population").en, weighted_by(None).en
    ('by Population', 'by points')
    """
    if column is None:
        return Text("按点数", "by points")
    title = fields.get(column).title
    return Text(f"按{title.zh}", f"by {title.en}")


def by_points(covered: pd.Series) -> Text:
    """Say how many points are covered, beside a share that is weighted.

    Examples
    --------
    >>> by_points(pd.Series([True, True, False])).en
    'By points: 2 of 3 (66.7 %).'
    """
    n, whole = int(covered.sum()), len(covered)
    part = 100.0 * n / whole if whole else 0.0
    return Text(
        f"按点数：{whole} 个中 {n} 个（{part:.1f}%）。",
        f"By points: {n} of {whole} ({part:.1f} %).",
    )


def road_graph(roads: gpd.GeoDataFrame) -> tuple[Graph, tuple[Text, ...]]:
    """Build the graph of a layer of roads."""
    graph, report = graph_from_roads(roads, tolerance_m=TOLERANCE_M)
    return graph, report.sentences()


def off_road(lost: pd.Series, tables: Mapping[str, pd.DataFrame]) -> tuple[Warned, ...]:
    """Say which points are not on the road network.

    Parameters
    ----------
    lost : Series of str
        Ids of the points.
    tables : mapping of str to DataFrame
        The tables that they may stand in, by name, indexed by id.

    Returns
    -------
    tuple of Warned
        A sentence for each table that holds some of them.
    """
    said = []
    for name, table in tables.items():
        ids = table.index[table.index.isin(lost)]
        if len(ids):
            title = TABLES[name]
            said.append(
                Warned(
                    f"{title.zh}：{len(ids)} 个点没有接入道路网，未参与按道路的计算。",
                    f"{title.en}: {counted(len(ids), 'point', 'are')} not on the road network and "
                    "took no part in what goes by road.",
                    table=name,
                    ids=ids,
                )
            )
    return tuple(said)


def question_result(
    plan: str,
    title: Text,
    analysis: Analysis,
    subject: str,
    layers: Mapping[str, Layer],
    crs: CRS,
    parameters: tuple[ParameterRecord, ...],
) -> Result:
    """Give an answer the form of a result, so that it is saved, drawn and explained like one."""
    tables = analysis.tables
    order = [name for name in SHAPES if name in tables]
    drawn = tuple(_map_layer(name, tables[name]) for name in order)
    found = Result(
        plan=plan,
        title=title,
        analysis=analysis,
        subject=subject,
        parameters=parameters,
        inputs=tuple(record(part, layer) for part, layer in layers.items()),
        view=MapView(plan, title, drawn, opens_on_data=True),
        sheets=tuple(Sheet(TABLES[name], name) for name in tables),
        work_crs=f"EPSG:{crs.to_epsg()}",
        versions=versions(),
        notes=tuple(note for layer in layers.values() for note in notes(layer)),
    )
    return with_problems(found)


TABLES = {
    "demand": Text("需求点", "Demand"),
    "facilities": Text("设施", "Facilities"),
    "sites": Text("选址", "Sites"),
    "service_areas": Text("服务区", "Service areas"),
    "left_out": Text("未接入道路", "Off the road"),
    "phases": Text("分期", "Phases"),
    "alternatives": Text("备选方案", "Alternatives"),
    "site_worth": Text("站点的价值", "Worth of each site"),
}
# Tables that a map draws, in drawing order: shape, symbol role, column of the colour.
SHAPES = {
    "service_areas": ("polygon", "supply_area", None),
    "demand": ("point", "place", "decision"),
    "facilities": ("point", "charging_station", None),
    "sites": ("point", "charging_station", "decision"),
}


def _map_layer(name: str, table: gpd.GeoDataFrame) -> MapLayer:
    shape, role, colour_by = SHAPES[name]
    skipped = ("geometry", "name_zh", "rules_hit", "reason_zh", "reason_en")
    popup = [str(column) for column in table.columns if column not in skipped]
    if "reason_zh" in table:
        popup.append("reason")
    return MapLayer(
        name,
        TABLES[name],
        shape,  # type: ignore[arg-type]
        role,
        colour_by=colour_by,
        name="name_zh" if "name_zh" in table else str(table.index.name),
        popup=tuple(popup),
    )
