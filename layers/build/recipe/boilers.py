"""A made-up boiler ledger for the demonstration: invented owners at real industrial places."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import geopandas as gpd
import shapely
from pyproj import Geod

from nngis.catalog.counties import read_counties
from recipe import ledger_sheet
from recipe.built_up import rows_of

# This seed gives every notation at least once, and a boiler just outside the 15 km circle whose
# GCJ-02 coordinates, read as WGS84, would put it inside.
SEED = 20211238
PLANT = (108.9400445, 22.7885406)
EARTH = Geod(ellps="GRS80")
IN_CITY = 24
IN_COUNTRY = 31
# The first rows of the ledger, all that decide something, hold no slips.
SOUND = 92
CLUSTERS_KM = 30.0
# Places in a city where small boilers stand.
CITY_CLASSES = ("hospital", "hotel", "college", "university", "industrial")
MILL_BOILERS = 2
SUGAR = ("制糖", "糖厂")


@dataclass(frozen=True)
class Cluster:
    """Boilers that stand together.

    Parameters
    ----------
    township : str
        As the ledger names it.
    middle : (float, float)
        Longitude and latitude [°], WGS84.
    off_plant_km : (float, float)
        Least and greatest distance from the coal plant that the boilers keep [km].
    spread_km : float
        How far they lie from the middle at most [km].
    count : int
        How many there are.
    """

    township: str
    middle: tuple[float, float]
    off_plant_km: tuple[float, float]
    spread_km: float
    count: int


# 45 within 15 km of the plant, 20 between 15 and 30 km. The first two lie at the planned CHP works
# and the port of Liujing, the last two on either side of the circle, where half a kilometre of
# datum decides; the others at the middles of townships and the park of Lingli.
CLUSTERS = (
    Cluster("六景镇", (108.910, 22.843), (1.0, 14.95), 3.5, 24),
    Cluster("六景镇", (108.8815, 22.8675), (1.0, 14.95), 1.5, 6),
    Cluster("峦城镇", (108.8809, 22.8045), (1.0, 14.95), 4.0, 13),
    Cluster("伶俐镇", (108.7550, 22.8450), (15.05, 30.0), 3.0, 10),
    Cluster("陶圩镇", (109.1173, 22.8272), (15.05, 30.0), 3.0, 4),
    Cluster("新福镇", (108.9506, 22.6197), (15.05, 30.0), 3.0, 3),
    Cluster("伶俐镇", (108.802, 22.825), (14.6, 14.98), 1.0, 2),
    Cluster("伶俐镇", (108.792, 22.828), (15.02, 15.4), 1.0, 3),
)


@dataclass(frozen=True)
class Kind:
    """What burns one fuel: how large such boilers are and how they are named.

    Parameters
    ----------
    words : tuple of str
        What ledgers call the fuel; twice is twice as likely.
    sizes_t_h : tuple of int
        Usual rated outputs [t/h].
    model : str
        Pattern of the model.
    t_per_t : float
        Solid fuel burnt for a tonne of steam; 0 for what is not weighed.
    """

    words: tuple[str, ...]
    sizes_t_h: tuple[int, ...]
    model: str
    t_per_t: float


COAL = Kind(
    ("烟煤", "烟煤", "无烟煤", "型煤"),
    (4, 6, 6, 8, 10, 10, 10, 15, 20, 20, 35),
    "DZL{}-1.25-AⅡ",
    0.17,
)
CITY_COAL = Kind(COAL.words, (2, 4, 4, 6, 6, 8, 10, 10, 15, 20), "DZL{}-1.25-AⅡ", 0.17)
MIXED = Kind(("煤、生物质混烧",), (6, 10, 15, 20), "SZL{}-1.25-AⅡ.T", 0.19)
GAS = Kind(("天然气",), (2, 4, 6, 10, 15, 20), "WNS{}-1.25-Q", 0.0)
OIL = Kind(("柴油",), (2, 4), "WNS{}-1.25-Y", 0.065)
PELLETS = Kind(("生物质成型燃料",), (2, 4, 6, 10, 15), "DZL{}-1.25-T", 0.18)
BAGASSE = Kind(("甘蔗渣",), (35, 40, 50, 65, 75), "XG-{}/3.82-T", 0.45)
INDUSTRY = (COAL, COAL, COAL, COAL, MIXED, GAS, GAS, PELLETS)
CITY = (CITY_COAL, CITY_COAL, CITY_COAL, CITY_COAL, GAS, GAS, PELLETS, OIL)
COUNTRY = (COAL, COAL, MIXED, PELLETS, PELLETS, GAS)


def boilers(layers: Path) -> None:
    """Write boilers.xlsx, from industrial sites, places and the built-up area as shipped.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    (layers / "boilers.xlsx").write_bytes(ledger_sheet.workbook(ledger(layers)))


def ledger(layers: Path) -> list[ledger_sheet.Row]:
    """Make the rows of the ledger up, always the same ones.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.

    Returns
    -------
    list of list
        Rows in the order of the ledger's headers, slips among them.
    """
    random = Random(SEED)  # noqa: S311  (no secret: the same boilers every time)
    places = [*clustered(random), *at_sites(random, layers)]
    lon, lat = zip(*(place[2] for place in places), strict=True)
    counties, _ = read_counties()
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat, crs=counties.crs))
    named = points.sjoin(counties[["name_zh", "geometry"]])["name_zh"]
    made = [
        make(random, f"演示企业{number:03d}", (named[number - 1], *place))
        for number, place in enumerate(places, 1)
        if number - 1 in named.index
    ]
    return ledger_sheet.spoil(ledger_sheet.rows(made, random), start=SOUND)


Place = tuple[str, tuple[Kind, ...], tuple[float, float]]


def clustered(random: Random) -> list[Place]:
    """Place the boilers around the coal plant.

    Parameters
    ----------
    random : Random
        Draws the places.

    Returns
    -------
    list of (township, kinds, (lon, lat))
        One a boiler.
    """
    found: list[Place] = []
    for cluster in CLUSTERS:
        nearest_km, furthest_km = cluster.off_plant_km
        left = cluster.count
        while left:
            place = beside(random, cluster.middle, cluster.spread_km)
            if nearest_km <= off_plant_km(place) <= furthest_km:
                found.append((cluster.township, INDUSTRY, place))
                left -= 1
    return found


def at_sites(random: Random, layers: Path) -> list[Place]:
    """Place the other boilers at real points: in the built-up area, at sugar mills, elsewhere.

    Parameters
    ----------
    random : Random
        Draws the places.
    layers : Path
        Folder of the shipped layers.

    Returns
    -------
    list of (township, kinds, (lon, lat))
        One a boiler; the township is not known.
    """
    parts = json.loads((layers / "built_up.geojson").read_text(encoding="utf-8"))["features"]
    city = shapely.union_all([shapely.geometry.shape(part["geometry"]) for part in parts])
    counties, _ = read_counties()
    nanning = shapely.union_all(counties.geometry.to_numpy())
    shapely.prepare([city, nanning])
    places, sites = (
        [
            (row, (float(row["lon"]), float(row["lat"])))
            for row in rows_of(layers / name)
            if shapely.intersects_xy(nanning, float(row["lon"]), float(row["lat"]))
        ]
        for name in ("places.csv", "industrial_sites.csv")
    )
    town = [
        at
        for row, at in places
        if row["class"] in CITY_CLASSES and shapely.intersects_xy(city, *at)
    ]
    mills = [at for row, at in sites if any(word in row["name_zh"] for word in SUGAR)]
    others = [
        at
        for _, at in sites
        if at not in mills
        and off_plant_km(at) > CLUSTERS_KM
        and not shapely.intersects_xy(city, *at)
    ]
    return [
        *(("", CITY, beside(random, at, 0.05)) for at in pick(random, town, IN_CITY)),
        *(("", (BAGASSE,), beside(random, at, 0.2)) for at in mills for _ in range(MILL_BOILERS)),
        *(
            ("", COUNTRY, beside(random, at, 0.2))
            for at in pick(random, others, IN_COUNTRY - MILL_BOILERS * len(mills))
        ),
    ]


def make(
    random: Random, owner: str, where: tuple[str, str, tuple[Kind, ...], tuple[float, float]]
) -> ledger_sheet.Boiler:
    """Make one boiler up.

    Parameters
    ----------
    random : Random
        Draws what it is.
    owner : str
        Made-up owner.
    where : (county, township, kinds, (lon, lat))
        Where it stands and what may stand there.

    Returns
    -------
    Boiler
        The boiler.
    """
    county, township, kinds, (lon, lat) = where
    kind = random.choice(kinds)
    capacity_t_h = random.choice(kind.sizes_t_h)
    hours = random.uniform(1_500, 6_000)
    load = random.uniform(0.45, 0.8)
    used_t = kind.t_per_t * capacity_t_h * load * hours
    return ledger_sheet.Boiler(
        owner=owner,
        county=county,
        township=township,
        lon=lon,
        lat=lat,
        model=kind.model.format(capacity_t_h),
        capacity_t_h=capacity_t_h,
        fuel=random.choice(kind.words),
        fuel_use_t_a=round(used_t / 10) * 10 or None,
        start=(random.randint(2001, 2020), random.randint(1, 12)),
        status=random.choices(("在用", "停用", "报废"), (86, 9, 5))[0],
    )


def off_plant_km(place: tuple[float, float]) -> float:
    """Measure how far a place is from the coal plant.

    Parameters
    ----------
    place : (float, float)
        Longitude and latitude [°].

    Returns
    -------
    float
        Geodesic distance [km].
    """
    return float(EARTH.inv(*PLANT, *place)[2]) / 1_000


def beside(random: Random, place: tuple[float, float], within_km: float) -> tuple[float, float]:
    """Draw a place near another, all of the disc alike.

    Parameters
    ----------
    random : Random
        Draws it.
    place : (float, float)
        Longitude and latitude [°].
    within_km : float
        Radius of the disc [km].

    Returns
    -------
    (float, float)
        Longitude and latitude [°].
    """
    off_m = within_km * 1_000 * math.sqrt(random.random())
    lon, lat, _ = EARTH.fwd(*place, random.uniform(0, 360), off_m)
    return float(lon), float(lat)


def pick(
    random: Random, places: Sequence[tuple[float, float]], count: int
) -> list[tuple[float, float]]:
    """Draw some places without putting any back.

    Parameters
    ----------
    random : Random
        Draws them.
    places : sequence of (float, float)
        Longitudes and latitudes [°].
    count : int
        How many.

    Returns
    -------
    list of (float, float)
        In the order of `places`.
    """
    drawn = sorted(range(len(places)), key=lambda _: random.random())[:count]
    return [places[at] for at in sorted(drawn)]
