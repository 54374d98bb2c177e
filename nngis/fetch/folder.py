"""Write what has been fetched as a layers folder with a catalog of its own."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio

from nngis.case_file import NAME, read_case_file, shipped_layers
from nngis.catalog.load import sha256_of, verified_path
from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.catalog.write import CATALOG, entry, write_catalog
from nngis.errors import OutputError
from nngis.fetch.order import Fetched

__all__ = ["check_folder", "entry", "is_case", "is_fetched", "write_folder"]

MARK = "# Fetched by nngis layers fetch."
HEAD = f"""{MARK}
# What each layer is, where it comes from, how sure it is, what it is not good for.
format = 1
"""
#: What a shipped folder holds beside its layers.
BESIDE = ("LICENSES.md", "licences")
LICENCES = "LICENSES-fetched.md"
KINDS = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon"}


def check_folder(out: Path, *, force: bool) -> None:
    """Refuse a folder that holds something else, before anything is fetched."""
    if out.exists() and not out.is_dir():
        raise OutputError(
            "输出位置是一个文件；请换一个文件夹。",
            "The output is a file; name a folder.",
            where=str(out),
        )
    if out.is_dir() and any(out.iterdir()) and not is_fetched(out) and not force:
        raise OutputError(
            "输出文件夹里有别的文件；请换一个空文件夹，或加 --force（原有文件会保留）。",
            "The output folder holds other files; name an empty one, or add --force "
            "(the files in it stay).",
            where=str(out),
        )


def is_fetched(folder: Path) -> bool:
    """Tell whether a folder is one that a fetch wrote, or a case that it may fill."""
    path = folder / CATALOG
    if not path.is_file():
        return False
    return path.read_text(encoding="utf-8").startswith(MARK) or is_case(folder)


def is_case(folder: Path) -> bool:
    """Tell whether a folder is a case of its own: not the one that ships."""
    return (folder / NAME).is_file() and folder.resolve() != shipped_layers().resolve()


def write_folder(
    out: Path,
    fetched: Sequence[Fetched],
    *,
    home: Path | None = None,
    last: Collection[str] = (),
) -> dict[str, LayerSpec]:
    """Write layers into a folder, beside those that an earlier fetch put there.

    Every file is written beside its place and then moved there, the catalog last: whoever opens
    the folder meanwhile finds the layers of before.
    """
    known = read_catalog(out) if is_fetched(out) else {}
    new = {layer.id for layer in fetched}
    along = {} if home is None else _along(home, new | set(known))
    others = [*along.values(), *(spec for name, spec in known.items() if name not in new)]
    taken = {role for spec in others for role in spec.roles}
    try:
        out.mkdir(parents=True, exist_ok=True)
        specs = {layer.id: _written(out, layer, taken) for layer in fetched}
        specs |= {name: spec for name, spec in known.items() if name not in specs}
        specs = dict(sorted(specs.items(), key=lambda item: _rank(item[1], last)))
        for name, spec in along.items():
            if home is not None and spec.file is not None:
                _copy(verified_path(spec, home), out / spec.file)
            specs[name] = spec
        if home is not None:
            _take_along(home, out)
        (out / LICENCES).write_text(_licences(specs, along), encoding="utf-8", newline="\n")
        write_catalog(out, HEAD, specs.values())
    except OSError as error:
        raise OutputError(
            f"写不了文件夹：{error.strerror}；请检查权限和磁盘空间。",
            f"The folder cannot be written: {error.strerror}; check permissions and disk space.",
            where=str(out),
        ) from error
    return specs


def _rank(spec: LayerSpec, last: Collection[str]) -> int:
    """Order layers that play the same role: fetched ones, those on request, those taken along."""
    if spec.query is None:
        return 2
    return 1 if spec.id in last else 0


def _licences(specs: Mapping[str, LayerSpec], along: Mapping[str, LayerSpec]) -> str:
    """Write what whoever passes the folder on must say."""
    head = (
        "# 所获取图层的许可 · Licences of the fetched layers\n\n"
        "| 图层 layer | 许可 licence | 署名 attribution | 来源 source | 年份 vintage |\n"
        "|---|---|---|---|---|\n"
    )
    rows = [
        f"| {spec.id} | {spec.licence} | {spec.attribution} | {'; '.join(spec.sources)} "
        f"| {spec.vintage} |\n"
        for name, spec in specs.items()
        if name not in along
    ]
    notes = [
        f"\n- **{name}**: {spec.note.zh} {spec.note.en}"
        for name, spec in specs.items()
        if name not in along and spec.note is not None
    ]
    return head + "".join(rows) + "".join(notes) + ("\n" if notes else "")


def _along(home: Path, fetched: set[str]) -> Mapping[str, LayerSpec]:
    return {name: spec for name, spec in read_catalog(home).items() if name not in fetched}


def _written(out: Path, layer: Fetched, taken: set[str]) -> LayerSpec:
    """Write one layer's file and make its entry."""
    rows: int | None = None
    fields: tuple[str, ...] = ()
    if isinstance(layer.content, Path):
        file = f"{layer.id}{layer.content.suffix}"
        _copy(layer.content, out / file)
    else:
        file = f"{layer.id}.{'csv' if layer.geometry == 'none' else 'fgb'}"
        rows = len(layer.content)
        fields = tuple(name for name in layer.content if name not in (layer.key, "geometry"))
        if layer.geometry == "none":
            part = out / f".{file}.part"
            layer.content.to_csv(part, index=False, lineterminator="\n")
            part.replace(out / file)
        else:
            _save(layer.content, out / file, KINDS[layer.geometry])
    if layer.beside is not None:
        _copy(layer.beside, out / f"{layer.id}{layer.beside_suffix}")
    return LayerSpec(
        id=layer.id,
        title=layer.title,
        file=file,
        sha256=sha256_of(out / file),
        geometry=layer.geometry,
        crs=layer.crs,
        key=layer.key or None,
        fields=fields,
        rows=rows,
        vintage=layer.vintage,
        licence=layer.licence,
        attribution=layer.attribution,
        sources=layer.sources,
        evidence=layer.evidence,
        # A curated layer that was taken along knows more than a point on a map.
        roles=() if layer.yields_to in taken else layer.roles,
        note=layer.note,
        query=layer.query,
    )


def _save(frame: gpd.GeoDataFrame, path: Path, kind: str) -> None:
    part = path.with_name(f".{path.name}.part.fgb")
    # A spatial index would sort the rows anew; every reader here takes them all.
    pyogrio.write_dataframe(
        frame,
        part,
        driver="FlatGeobuf",
        geometry_type=_kind(frame, kind),
        SPATIAL_INDEX="NO",
        promote_to_multi=kind.startswith("Multi"),
    )
    part.replace(path)


def _kind(frame: gpd.GeoDataFrame, kind: str) -> str:
    several = frame.geom_type.str.startswith("Multi").any() and not kind.startswith("Multi")
    return f"Multi{kind}" if several else kind


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def _take_along(home: Path, out: Path) -> None:
    case = read_case_file(home)
    named = [name for name in (case.document, case.figures, case.scenario) if name]
    for name in (NAME, *named, *BESIDE):
        if (home / name).is_dir():
            shutil.copytree(home / name, out / name, dirs_exist_ok=True)
        elif (home / name).is_file():
            _copy(home / name, out / name)
