"""Which provider gives which layer, and what a wish means for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from nngis.errors import Problem, ScenarioError, require
from nngis.fetch.area import Area
from nngis.fetch.cache import Cache
from nngis.fetch.download import Progress, silent
from nngis.fetch.endpoints import Endpoint
from nngis.fetch.http import Network
from nngis.fetch.order import Order
from nngis.fetch.osm_mapping import osm_layers
from nngis.fetch.overpass import advice
from nngis.fetch.points import key_of
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
    "worldcover": "nngis.fetch.built_up",
    "footprints": "nngis.fetch.footprints",
    "footprints_gba": "nngis.fetch.footprints",
    "footprints_globfp": "nngis.fetch.outlines",
    "footprints_east_asia": "nngis.fetch.outlines",
    "cbra": "nngis.fetch.roof_areas",
    "open_charge_map": "nngis.fetch.points",
    "airports": "nngis.fetch.points",
    "pvgis": "nngis.fetch.weather",
}
#: Layers that do not come from OpenStreetMap, and the provider of each.
OTHERS: Mapping[str, str] = {
    "built_up": "worldcover",
    "elevation": "copernicus_dem",
    "population_grid": "worldpop",
    "population_grid_ghs": "ghs_pop",
    "ghi": "solar_atlas_ghi",
    "pvout": "solar_atlas_pvout",
    "footprints": "footprints",
    "footprints_gba": "footprints_gba",
    "footprints_globfp": "footprints_globfp",
    "footprints_east_asia": "footprints_east_asia",
    "roof_areas": "cbra",
    "charging_points": "open_charge_map",
    "airports": "airports",
    "weather": "pvgis",
    "solar_climate_tmy": "pvgis",
}
ALL = "all"


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


def known_layers() -> tuple[str, ...]:
    """List the layers that can be fetched."""
    return (*osm_layers(), *OTHERS)


def orders(wish: Wish, *, progress: Progress = silent) -> tuple[list[Order], list[Text]]:
    """Divide a wish among the providers."""
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
    said = []
    made = []
    for provider, names in shares.items():
        endpoint = wish.endpoints[provider]
        if wish.osm and provider == OSM[1]:
            endpoint = endpoint.model_copy(update={"url": wish.osm})
        if everything and endpoint.on_request and not set(names) & set(wish.layers):
            said.append(_on_request(endpoint, names))
            continue
        if everything and (not endpoint.url or (endpoint.key_from and not key_of(endpoint))):
            said.append(_unnamed(endpoint, names))
            continue
        order = Order(tuple(names), wish.area, endpoint, wish.network, wish.cache, progress)
        made.append(order)
        if provider == OSM[0]:
            said += advice(order)
    return made, said


def on_request(wish: Wish) -> frozenset[str]:
    """List the layers that are fetched only where they are named."""
    return frozenset(name for name, of in OTHERS.items() if wish.endpoints[of].on_request)


def provider_of(order: Order) -> ModuleType:
    """Import the module that fills an order."""
    return import_module(PROVIDERS[order.endpoint.id])


def _on_request(endpoint: Endpoint, names: Sequence[str]) -> Text:
    terms = endpoint.terms or Text("", "")
    return Text(
        f"略过 {'、'.join(names)}（{endpoint.title.zh}，许可 {endpoint.licence}）：点名才获取。"
        f"{terms.zh}",
        f"Left out {', '.join(names)} ({endpoint.title.en}, {endpoint.licence}): fetched only "
        f"where it is named. {terms.en}".rstrip(),
    )


def _unnamed(endpoint: Endpoint, names: Sequence[str]) -> Text:
    return Text(
        f"略过 {'、'.join(names)}：来源“{endpoint.title.zh}”没有位置或密钥（见 docs/layers.md）。",
        f"Left out {', '.join(names)}: no place or no key is given for {endpoint.title.en} "
        "(see docs/layers.md).",
    )
