"""Collect layers: all providers asked, what came written down, what did not told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from nngis.case_file import shipped_case
from nngis.catalog.load import load_layer, shipped_layers
from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.errors import FetchError, NngisError, Problem
from nngis.fetch.area import Area
from nngis.fetch.download import Progress, silent
from nngis.fetch.folder import check_folder, is_case, write_folder
from nngis.fetch.order import Fetched, Order, Parcel
from nngis.fetch.place import place_of
from nngis.fetch.providers import Wish, on_request, orders, provider_of
from nngis.fetch.quality import check_datum, count_by_county, sentences
from nngis.fetch.troubles import TooManyError
from nngis.text import Text

BOUNDARIES, POPULATION = "boundaries", "population"
QUALITY, ROOF_AREAS = "quality.csv", "roof_areas"


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


def look(wish: Wish) -> tuple[list[tuple[Order, list[Parcel]]], list[Text]]:
    """Tell what would be fetched, without fetching it.

    Parameters
    ----------
    wish : Wish
        What is wanted.

    Returns
    -------
    list of (Order, list of Parcel)
        Every provider and what it would move.
    list of Text
        What is left out, and why; what should be known beforehand.
    """
    hasty = replace(wish, network=replace(wish.network, attempts=1, timeout_s=10.0))
    made, said = orders(hasty)
    return [(order, provider_of(order).parcels(order)) for order in made], said


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
    made, said = orders(wish, progress=progress)
    for text in said:
        say(text)
    came, failed = _asked(made, wish.cache.folder, say)
    empty = tuple(layer.id for layer in came if is_empty(layer))
    fetched = [layer for layer in came if not is_empty(layer)]
    if not fetched:
        raise FetchError.of(failed or [_nothing(wish.area)])
    home = shipped_layers() if is_home(wish.area) and not is_case(out) else None
    specs = write_folder(out, fetched, home=home, last=on_request(wish))
    roofs = _roof_km2(fetched, specs, out)
    counts, warnings = _quality(fetched, wish.area, home, roofs)
    _save_counts(counts, out / QUALITY)
    warnings = [*warnings, *(text for layer in came for text in layer.warnings)]
    return Collected(tuple(fetched), empty, specs, tuple(failed), counts, tuple(warnings))


def _asked(
    made: Sequence[Order], cache: Path, say: Callable[[Text], None]
) -> tuple[list[Fetched], list[Problem]]:
    """Ask every provider; return what came and what did not."""
    came: list[Fetched] = []
    failed: list[Problem] = []
    for order in made:
        title, source = order.endpoint.title, order.endpoint.id
        names = ", ".join(order.layers)
        say(Text(f"获取 {names}：{title.zh}", f"Fetching {names}: {title.en}"))
        try:
            came += _from_any_place(order, say)
        except NngisError as error:
            failed += [Problem(p.zh, p.en, where=f"[{source}] {p.where}") for p in error.problems]
        except OSError as error:
            failed.append(_unwritable(error, cache))
    return came, together(failed)


def _unwritable(error: OSError, cache: Path) -> Problem:
    return Problem(
        f"不能读写文件：{error.strerror}；请检查权限和磁盘空间，或用 --cache 换一个缓存文件夹。",
        f"Files cannot be read or written: {error.strerror}; check permissions and disk space, "
        "or name another folder with --cache.",
        where=str(error.filename or cache),
    )


def together(problems: Sequence[Problem]) -> list[Problem]:
    """Tell once what several sources have in common, as that there is no network.

    Parameters
    ----------
    problems : sequence of Problem
        Problems, each with its own place.

    Returns
    -------
    list of Problem
        One a text, with all its places.
    """
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        places.setdefault((problem.zh, problem.en), []).append(problem.where)
    return [Problem(zh, en, where="; ".join(where)) for (zh, en), where in places.items()]


def _roof_km2(
    fetched: Sequence[Fetched], specs: Mapping[str, LayerSpec], out: Path
) -> dict[str, float]:
    """Read roofs by county, of this fetch or an earlier one into the folder."""
    table = next((layer.content for layer in fetched if layer.id == ROOF_AREAS), None)
    if table is None and ROOF_AREAS in specs:
        table = load_layer(specs[ROOF_AREAS], out).frame.reset_index()
    if not isinstance(table, pd.DataFrame):
        return {}
    return dict(zip(table["adcode"].astype(str), table["roof_km2"].astype(float), strict=True))


def _quality(
    fetched: Sequence[Fetched], area: Area, home: Path | None, roofs: Mapping[str, float]
) -> tuple[pd.DataFrame, list[Text]]:
    """Count the layers by county, and say where they have gaps."""
    if area.counties.empty:
        return count_by_county(fetched, area.counties), []
    zones = area.covered()
    residents = _residents(home)
    people = {code: residents[code] for code in zones.index[zones["whole"]] if code in residents}
    counts = count_by_county(fetched, zones, population=people, roof_km2=roofs)
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
    """Tell whether a layer has no rows."""
    return not isinstance(layer.content, Path) and layer.content.empty


def is_home(area: Area) -> bool:
    """Tell whether the shipped layers speak of an area."""
    return any(str(code).startswith(shipped_case().prefixes) for code in area.counties.index)


def _from_any_place(order: Order, say: Callable[[Text], None]) -> list[Fetched]:
    """Ask the first place; where it cannot be reached, its mirrors one after another."""
    places = order.endpoint.places
    failures: list[Problem] = []
    for at, url in enumerate(places):
        others = tuple(place for place in places if place != url)
        endpoint = order.endpoint.model_copy(update={"url": url, "mirrors": others})
        here = replace(order, endpoint=endpoint)
        try:
            fetched: list[Fetched] = provider_of(here).fetch(here)
        except TooManyError:
            raise
        except FetchError as error:
            failures += error.problems
            if at + 1 == len(places):
                raise FetchError.of(failures) from error
            say(
                Text(
                    f"{place_of(url)} 取不到，改用 {place_of(places[at + 1])}。",
                    f"{place_of(url)} does not give it; asking {place_of(places[at + 1])}.",
                )
            )
        else:
            return fetched
    raise AssertionError(places)  # an endpoint has at least one place


def _nothing(area: Area) -> Problem:
    return Problem(
        "来源在此范围内没有任何对象；请检查范围和所给的文件。",
        "The source holds nothing within the area; check the area and the file given.",
        where=area.name,
    )
