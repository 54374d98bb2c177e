"""Collect layers: which provider gives which, all of them asked, what came written down."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pandas as pd

from nngis.catalog.load import load_layer, shipped_layers
from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.errors import FetchError, NngisError, Problem, ScenarioError, require
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.download import Progress, silent
from nngis.fetch.endpoints import Endpoint
from nngis.fetch.folder import check_folder, write_folder
from nngis.fetch.http import Network
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.osm_mapping import osm_layers
from nngis.fetch.points import key_of
from nngis.fetch.quality import check_datum, count_by_county, sentences
from nngis.text import Text

OSM = ("overpass", "osm_file")
#: Module of each provider; a provider has `parcels(order)` and `fetch(order)`.
PROVIDERS = {
    "overpass": "nngis.fetch.overpass",
    "osm_file": "nngis.fetch.osm_source",
    "copernicus_dem": "nngis.fetch.rasters",
    "worldpop": "nngis.fetch.rasters",
    "ghs_pop": "nngis.fetch.rasters",
    "solar_atlas_ghi": "nngis.fetch.rasters",
    "solar_atlas_pvout": "nngis.fetch.rasters",
    "footprints": "nngis.fetch.footprints",
    "open_charge_map": "nngis.fetch.points",
    "airports": "nngis.fetch.points",
    "pvgis": "nngis.fetch.weather",
}
#: Layers that do not come from OpenStreetMap, and the provider of each.
OTHERS: Mapping[str, str] = {
    "elevation": "copernicus_dem",
    "population_grid": "worldpop",
    "population_grid_ghs": "ghs_pop",
    "ghi": "solar_atlas_ghi",
    "pvout": "solar_atlas_pvout",
    "footprints": "footprints",
    "charging_points": "open_charge_map",
    "airports": "airports",
    "weather": "pvgis",
    "solar_climate_tmy": "pvgis",
}
ALL = "all"
HOME_PREFIX = "4501"
BOUNDARIES, POPULATION = "boundaries", "population"
QUALITY = "quality.csv"


@dataclass(frozen=True)
class Wish:
    """What a user wants fetched.

    Parameters
    ----------
    layers : tuple of str
        Ids of layers, or ``all``.
    area : Area
        Where.
    endpoints : mapping of str to Endpoint
        From where.
    network : Network
        How patient to be.
    cache : Cache
        Where what has come is kept.
    osm : str
        OSM file or its address; Overpass where empty.
    """

    layers: tuple[str, ...]
    area: Area
    endpoints: Mapping[str, Endpoint]
    network: Network
    cache: Cache
    osm: str = ""


@dataclass(frozen=True)
class Collected:
    """What came.

    Parameters
    ----------
    fetched : tuple of Fetched
        Layers that came.
    empty : tuple of str
        Ids of layers that the source has nothing for; they are not written, since no object on a
        map does not mean no object on the ground.
    specs : mapping of str to LayerSpec
        The folder's catalog.
    failed : tuple of Problem
        What did not come, and why.
    counts : DataFrame
        What each layer holds in each county; ``quality.csv`` in the folder.
    warnings : tuple of Text
        What a reader of the layers must know.
    """

    fetched: tuple[Fetched, ...]
    empty: tuple[str, ...]
    specs: Mapping[str, LayerSpec]
    failed: tuple[Problem, ...]
    counts: pd.DataFrame
    warnings: tuple[Text, ...]


def known_layers() -> tuple[str, ...]:
    """List the layers that can be fetched.

    Returns
    -------
    tuple of str
        Their ids.
    """
    return (*osm_layers(), *OTHERS)


def orders(wish: Wish, *, progress: Progress = silent) -> tuple[list[Order], list[Text]]:
    """Divide a wish among the providers.

    Parameters
    ----------
    wish : Wish
        What is wanted.
    progress : callable
        Told of every piece.

    Returns
    -------
    list of Order
        One a provider.
    list of Text
        What ``all`` leaves out, and why.

    Raises
    ------
    ScenarioError
        If there is no such layer.
    """
    known = known_layers()
    require(
        [
            Problem(
                f"没有可获取的图层 {name!r}；可获取的有：{'、'.join(known)}。",
                f"There is no layer {name!r} to fetch; there are: {', '.join(known)}.",
                where="nngis layers fetch",
            )
            for name in wish.layers
            if name not in (*known, ALL)
        ],
        ScenarioError,
    )
    everything = ALL in wish.layers or not wish.layers
    wanted = known if everything else tuple(dict.fromkeys(wish.layers))
    shares: dict[str, list[str]] = {}
    for name in wanted:
        provider = OTHERS.get(name) or (OSM[1] if wish.osm else OSM[0])
        shares.setdefault(provider, []).append(name)
    left_out = []
    made = []
    for provider, names in shares.items():
        endpoint = wish.endpoints[provider]
        if wish.osm and provider == OSM[1]:
            endpoint = endpoint.model_copy(update={"url": wish.osm})
        if everything and (not endpoint.url or (endpoint.key_from and not key_of(endpoint))):
            left_out.append(_unnamed(endpoint, names))
            continue
        made.append(Order(tuple(names), wish.area, endpoint, wish.network, wish.cache, progress))
    return made, left_out


def look(wish: Wish) -> list[tuple[Order, list[Parcel]]]:
    """Tell what would be fetched, without fetching it.

    Parameters
    ----------
    wish : Wish
        What is wanted.

    Returns
    -------
    list of (Order, list of Parcel)
        Every provider and what it would move.
    """
    hasty = replace(wish, network=replace(wish.network, attempts=1, timeout_s=10.0))
    return [(order, _provider(order).parcels(order)) for order in orders(hasty)[0]]


def collect(
    wish: Wish,
    out: Path,
    *,
    force: bool = False,
    progress: Progress = silent,
    say: Callable[[Text], None] = lambda _: None,
) -> Collected:
    """Fetch layers and write them into a folder.

    A provider that fails does not take the others with it: what came is written, what failed is
    told. What has come stays in the cache, so that the next try goes on from there.

    Parameters
    ----------
    wish : Wish
        What is wanted.
    out : Path
        The layers folder.
    force : bool
        Whether the folder may hold other files.
    progress : callable
        Told of every piece.
    say : callable
        Told of each step.

    Returns
    -------
    Collected
        What came and what did not.

    Raises
    ------
    FetchError
        If nothing came at all, or only empty layers.
    """
    check_folder(out, force=force)
    made, left_out = orders(wish, progress=progress)
    for text in left_out:
        say(text)
    fetched: list[Fetched] = []
    failed: list[Problem] = []
    for order in made:
        title, source = order.endpoint.title, order.endpoint.id
        names = ", ".join(order.layers)
        say(Text(f"获取 {names}：{title.zh}", f"Fetching {names}: {title.en}"))
        try:
            fetched += _provider(order).fetch(order)
        except NngisError as error:
            failed += [Problem(p.zh, p.en, where=f"[{source}] {p.where}") for p in error.problems]
        except OSError as error:
            failed.append(_unwritable(error, wish.cache.folder))
    empty = tuple(layer.id for layer in fetched if is_empty(layer))
    fetched = [layer for layer in fetched if not is_empty(layer)]
    failed = _together(failed)
    if not fetched:
        raise FetchError.of(failed or [_nothing(wish.area)])
    home = shipped_layers() if is_home(wish.area) else None
    specs = write_folder(out, fetched, home=home)
    counts, warnings = _quality(fetched, wish.area, home)
    _save_counts(counts, out / QUALITY)
    return Collected(tuple(fetched), empty, specs, tuple(failed), counts, tuple(warnings))


def _unwritable(error: OSError, cache: Path) -> Problem:
    return Problem(
        f"不能读写文件：{error.strerror}；请检查权限和磁盘空间，或用 --cache 换一个缓存文件夹。",
        f"Files cannot be read or written: {error.strerror}; check permissions and disk space, "
        "or name another folder with --cache.",
        where=str(error.filename or cache),
    )


def _together(problems: Sequence[Problem]) -> list[Problem]:
    """Tell once what several sources have in common, as that there is no network."""
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        places.setdefault((problem.zh, problem.en), []).append(problem.where)
    return [Problem(zh, en, where="; ".join(where)) for (zh, en), where in places.items()]


def _quality(
    fetched: Sequence[Fetched], area: Area, home: Path | None
) -> tuple[pd.DataFrame, list[Text]]:
    """Count the layers by county, and say where they have gaps."""
    if area.counties.empty:
        return count_by_county(fetched, area.counties), []
    zones = area.covered()
    residents = _residents(home)
    people = {code: residents[code] for code in zones.index[zones["whole"]] if code in residents}
    counts = count_by_county(fetched, zones, population=people)
    drawn = [layer.content for layer in fetched if layer.id == BOUNDARIES]
    datums = check_datum(
        drawn[0] if drawn else area.counties.iloc[:0],
        area.counties,
    )
    return counts, sentences(counts, datums, fetched)


def _save_counts(counts: pd.DataFrame, path: Path) -> None:
    """Write the counts beside those of layers that an earlier fetch brought."""
    whole = counts
    if path.is_file():
        before = pd.read_csv(path, dtype={"adcode": str})
        others = before[~before["layer"].isin(counts["layer"])]
        whole = pd.concat([counts, others], ignore_index=True) if len(others) else counts
    part = path.with_name(f".{path.name}.part")
    whole.to_csv(part, index=False, encoding="utf-8-sig", lineterminator="\n")
    part.replace(path)


def _residents(home: Path | None) -> dict[str, float]:
    """Read residents by county from the shipped figures, the latest year of each."""
    spec = read_catalog(home).get(POPULATION) if home else None
    if home is None or spec is None:
        return {}
    latest = load_layer(spec, home).frame.sort_values("year").drop_duplicates("adcode", keep="last")
    return dict(zip(latest["adcode"].astype(str), latest["population"].astype(float), strict=True))


def is_empty(layer: Fetched) -> bool:
    """Tell whether a layer has no rows.

    Parameters
    ----------
    layer : Fetched
        The layer.

    Returns
    -------
    bool
        False for a raster or another file.
    """
    return not isinstance(layer.content, Path) and layer.content.empty


def is_home(area: Area) -> bool:
    """Tell whether the shipped layers speak of an area.

    Parameters
    ----------
    area : Area
        The area.

    Returns
    -------
    bool
        True where some county of it is one of Nanning's.
    """
    return any(str(code).startswith(HOME_PREFIX) for code in area.counties.index)


def _provider(order: Order) -> ModuleType:
    return import_module(PROVIDERS[order.endpoint.id])


def _unnamed(endpoint: Endpoint, names: Sequence[str]) -> Text:
    return Text(
        f"略过 {'、'.join(names)}：来源“{endpoint.title.zh}”没有位置或密钥（见 docs/layers.md）。",
        f"Left out {', '.join(names)}: no place or no key is given for {endpoint.title.en} "
        "(see docs/layers.md).",
    )


def _nothing(area: Area) -> Problem:
    return Problem(
        "来源在此范围内没有任何对象；请检查范围和所给的文件。",
        "The source holds nothing within the area; check the area and the file given.",
        where=area.name,
    )
