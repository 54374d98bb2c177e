"""How complete a fetched layer is, county by county, so that nobody takes a gap for a finding."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.crs import choose_work_crs, to_wgs84
from nngis.crs.datum import Datum
from nngis.fetch.order import Fetched
from nngis.network.geodesic_links import inside
from nngis.network.graph import graph_from_roads, street_statistics
from nngis.text import Text, counted, listing
from nngis.units import M2_PER_KM2

WGS84 = "EPSG:4326"
#: A county with less than this share of the best county's density is called sparse. A convention
#: of this report, not a measured limit.
SPARSE_SHARE = 0.1
#: Outlines of less than this share of CBRA's roofs are told; a convention too.
THIN_SHARE = 0.5
#: Boundaries nearer to each other than this are one and the same, roughly drawn [m].
SAME_M = 200.0
MOST_VERTICES = 2000
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
#: Loose ends of roads nearer than this are one junction [m].
TOLERANCE_M = 1.0
STREETS = (
    "junctions_count", "dead_ends_count", "street_mean_m", "circuity", "oneway_share",
    "parts_count",
)  # fmt: skip
COLUMNS = (
    "layer", "adcode", "county", "county_en", "objects", "unnamed_share", "untagged_share",
    "length_km", "road_km_per_km2", *STREETS, "roofs_per_resident", "area_km2",
    "area_share_of_cbra", "hint",
)  # fmt: skip


def count_by_county(
    layers: Sequence[Fetched],
    counties: gpd.GeoDataFrame,
    *,
    population: Mapping[str, float] | None = None,
    roof_km2: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Count what each layer holds in each county."""
    # Barrington-Leigh and Millard-Ball (2017), "The world's user-generated road map is more than 80
    # % complete", PLoS ONE 12(8), on density as a hint of completeness.
    if counties.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    middle = counties.geometry.union_all().centroid
    plane = choose_work_crs([middle.x], [middle.y])
    zones = counties.to_crs(plane)
    people, roofs = (
        pd.Series(known or {}, dtype=float).reindex(counties.index)
        for known in (population, roof_km2)
    )
    tables = [
        _one(layer, layer.content, zones, (people, roofs))
        for layer in layers
        if isinstance(layer.content, gpd.GeoDataFrame)
    ]
    empty = pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)] if tables else empty


def _one(
    layer: Fetched,
    frame: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    known: tuple[pd.Series, pd.Series],
) -> pd.DataFrame:
    people, roofs = known
    area_km2 = zones.area / M2_PER_KM2
    spots = gpd.GeoDataFrame(
        geometry=shapely.point_on_surface(frame.geometry.to_numpy()), crs=WGS84
    ).to_crs(zones.crs)
    held = inside(spots, zones[["geometry"]]).drop_duplicates("demand_id")
    rows = frame.iloc[held["demand_id"].to_numpy(dtype=np.intp)]
    rows = rows.assign(adcode=held["facility_id"].to_numpy())
    by = rows.groupby("adcode")
    found = pd.DataFrame({"objects": by.size().reindex(zones.index, fill_value=0)})
    found["unnamed_share"] = _share(rows, "name_zh", zones.index)
    told = rows.assign(told=_tells(rows))
    found["untagged_share"] = (
        _share(told, "told", zones.index) if "roofs" in layer.roles else np.nan
    )
    found["length_km"] = by["length_km"].sum() if "length_km" in rows else np.nan
    if "length_km" in rows:
        found["length_km"] = found["length_km"].fillna(0.0)
    on_roads, on_roofs = "roads" in layer.roles, "roofs" in layer.roles
    found["road_km_per_km2"] = found["length_km"] / area_km2 if on_roads else np.nan
    for name in STREETS:
        found[name] = np.nan
    if on_roads:
        found.update(_streets(rows, zones))
    found["roofs_per_resident"] = found["objects"] / people if on_roofs else np.nan
    outlined = _outlined_km2(rows, zones) if on_roofs else np.nan
    found["area_km2"] = outlined
    found["area_share_of_cbra"] = found["area_km2"] / roofs.where(roofs > 0)
    density = found["objects"] / area_km2
    if on_roads:
        density = found["road_km_per_km2"]
    elif on_roofs and people.notna().all():
        density = found["roofs_per_resident"]
    sparse = density < SPARSE_SHARE * density.max()
    found["hint"] = np.select([found["objects"] == 0, sparse], ["none", "sparse"], "ok")
    return (
        found.assign(layer=layer.id, county=zones["name_zh"], county_en=zones["name_en"])
        .rename_axis("adcode")
        .reset_index()
    )


def _streets(rows: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Count streets and junctions by county; a street counts where its middle lies."""
    found = {}
    for adcode, own in rows.to_crs(zones.crs).groupby("adcode"):
        graph, _ = graph_from_roads(own, tolerance_m=TOLERANCE_M)
        figures = street_statistics(graph)
        found[adcode] = {one.name: one.value for one in figures if one.name in STREETS}
    return pd.DataFrame.from_dict(found, orient="index", columns=list(STREETS), dtype=float)


def _outlined_km2(rows: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.Series:
    """Add up the area of outlines by county; one counts whole where its middle lies."""
    area = rows.geometry.to_crs(zones.crs).area / M2_PER_KM2
    return area.groupby(rows["adcode"]).sum().reindex(zones.index, fill_value=0.0)


def _share(rows: gpd.GeoDataFrame, column: str, index: pd.Index) -> pd.Series:
    """Share of rows whose column is empty; NaN where there is no row or no such column."""
    if column not in rows:
        return pd.Series(np.nan, index=index)
    return rows[column].isna().groupby(rows["adcode"]).mean().reindex(index)


def _tells(rows: gpd.GeoDataFrame) -> pd.Series:
    """Mark buildings of which something says what they are for; None where nothing does."""
    told = pd.Series(False, index=rows.index)
    for column in ("roof_class", "amenity", "landuse"):
        if column in rows:
            told |= rows[column].notna()
    if "building" in rows:
        told |= rows["building"].notna() & (rows["building"] != "yes")
    return told.where(told, None)


def check_datum(boundaries: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure how far fetched boundaries lie from those at hand, in each datum they could be in."""
    known = counties.drop_duplicates("name_zh").set_index("name_zh").geometry
    names = [name for name in boundaries["name_zh"].dropna().unique() if name in known.index]
    rows: list[dict[str, object]] = []
    for name in names:
        drawn = boundaries.loc[boundaries["name_zh"] == name].geometry.iloc[0]
        xy = shapely.get_coordinates(drawn.boundary)
        xy = xy[:: max(1, len(xy) // MOST_VERTICES)]
        plane = choose_work_crs(xy[:, 0], xy[:, 1])
        outline = gpd.GeoSeries([known[name]], crs=counties.crs).to_crs(plane).boundary.iloc[0]
        shapely.prepare(outline)
        far: dict[str, float] = {}
        for datum in DATUMS:
            lon, lat = to_wgs84(xy[:, 0], xy[:, 1], datum)
            points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=WGS84).to_crs(plane)
            far[datum] = float(np.median(shapely.distance(points.to_numpy(), outline)))
        best = min(DATUMS, key=lambda datum: (far[datum], DATUMS.index(datum)))
        rows.append({"name_zh": name, **far, "datum": best if far[best] <= SAME_M else None})
    return pd.DataFrame(rows, columns=["name_zh", *DATUMS, "datum"])


def sentences(counts: pd.DataFrame, datums: pd.DataFrame, layers: Sequence[Fetched]) -> list[Text]:
    """Say what a reader of the layers must know."""
    found = []
    for layer in layers:
        mine = counts[counts["layer"] == layer.id]
        for hint, zh, en in (
            ("none", "没有任何对象", "has nothing in"),
            ("sparse", "很稀疏（不到最密县的十分之一）", "is sparse (under a tenth) in"),
        ):
            gaps = mine[mine["hint"] == hint]
            if len(gaps) and len(mine) > 1:
                where = listing(gaps["county"])
                where_en = ", ".join(gaps["county_en"])
                found.append(
                    Text(
                        f"{layer.title.zh}在 {where.zh} {zh}：可能是没有画，不能当作没有。",
                        f"{layer.title.en} {en} {where_en}: perhaps not drawn; do not take it for "
                        "not there.",
                    )
                )
        found += _thin(layer, mine)
        if layer.broken:
            found.append(
                Text(
                    f"{layer.title.zh}有 {layer.broken} 个对象在来源中不完整，未采用。",
                    f"{layer.title.en}: {counted(layer.broken, 'object', 'are')} incomplete in the "
                    "source and left out.",
                )
            )
    wrong = datums[datums["datum"] != "wgs84"]
    if len(wrong):
        where = listing(wrong["name_zh"])
        found.append(
            Text(
                f"取得的边界与内置边界不重合：{where.zh}；请检查坐标系。",
                f"The boundaries fetched do not lie on those at hand: {where.en}; check the datum.",
            )
        )
    return found


def _thin(layer: Fetched, counts: pd.DataFrame) -> list[Text]:
    """Tell where outlines cover too little of the roofs that CBRA sees."""
    thin = counts[counts["area_share_of_cbra"] < THIN_SHARE]
    if not len(thin):
        return []
    where = listing(thin["county"])
    where_en = ", ".join(thin["county_en"])
    return [
        Text(
            f"{layer.title.zh}在 {where.zh} 的面积不到 CBRA 屋顶面积的一半：轮廓不全。",
            f"{layer.title.en} covers under half of CBRA's roofs in {where_en}: outlines are "
            "missing.",
        )
    ]
