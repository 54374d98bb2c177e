"""Gather the layers that play a plan's roles: from the catalog, or from files people give."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from nngis.case_file import NAME, UNNAMED, CaseFile, read_case_file, shipped_case, shipped_layers
from nngis.catalog.layer import Layer
from nngis.catalog.load import load_layer, sha256_of, verified_path
from nngis.catalog.namesakes import tell_apart
from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.crs import choose_work_crs
from nngis.errors import LayerError
from nngis.evidence import Evidence
from nngis.inputs.choices import LayerChoice, refuse_raster_options
from nngis.law import Document, case_document, plan_document
from nngis.ledger.divisions import Divisions, divisions_of
from nngis.ledger.part import Options
from nngis.ledger.read import read_ledger
from nngis.ledger.references import References
from nngis.ledger.shapes import refuse_tangles
from nngis.result.result import InputRecord
from nngis.roles import role as role_named
from nngis.text import Text

GIVEN = "given:"  # ids of layers that came as frames
COUNTIES = "counties"
NOWHERE = CaseFile(name=Text("所给资料", "Given data"))


@dataclass(frozen=True)
class LayerStore:
    """A case's folder: its layers by their catalog, and what it says of itself.

    Parameters
    ----------
    folder : Path
        The folder.
    specs : mapping of str to LayerSpec
        Its layers by id.
    case : CaseFile
        Its name, boundary, local numbers and documents.
    _opened : dict of str to Layer
        Those that have been opened.
    given_counties : Layer, optional
        Counties that somebody gave, which ledgers are held against.
    """

    folder: Path
    specs: Mapping[str, LayerSpec]
    case: CaseFile = UNNAMED
    _opened: dict[str, Layer] = field(default_factory=dict, repr=False, compare=False)
    given_counties: Layer | None = field(default=None, repr=False, compare=False)

    def open(self, layer_id: str) -> Layer:
        """Open one layer, once; a ledger goes through the ledger reader."""
        if layer_id not in self._opened:
            spec = self.spec(layer_id)
            layer = self._read(spec)
            self._opened[layer_id] = tell_apart(layer) if COUNTIES in spec.roles else layer
        return self._opened[layer_id]

    def with_layer(self, name: str, layer: Layer, spec: LayerSpec) -> "LayerStore":
        """Return a store that holds one layer more, which was read already."""
        return replace(
            self, specs={**self.specs, name: spec}, _opened={**self._opened, name: layer}
        )

    def _read(self, spec: LayerSpec) -> Layer:
        if not spec.ledger:
            layer = load_layer(spec, self.folder, self.case.prefixes)
            if spec.file is not None:
                refuse_tangles(layer.frame, str(self.folder / spec.file), LayerError)
            return layer
        path = verified_path(spec, self.folder)
        layer = read_ledger(
            path,
            role_named(spec.roles[0]),
            datum=None if spec.datum == "column" else spec.datum,
            work_crs=self.home_crs,
            evidence=spec.evidence,
            references=self.references,
            divisions=self.divisions,
        )
        return replace(
            layer,
            id=spec.id,
            title=spec.title,
            notes=(*((spec.note,) if spec.note else ()), *layer.notes),
            attribution=spec.attribution,
            licence=spec.licence,
        )

    @cached_property
    def home_crs(self) -> CRS | None:
        """The work CRS of the place: what projected numbers without a zone are taken to be in.

        Returns
        -------
        CRS or None
            None where the case has no boundary.
        """
        if self.boundary is None:
            return None
        if self.stated_crs is not None:
            return self.stated_crs
        west, south, east, north = self.boundary.bounds
        return choose_work_crs([(west + east) / 2], [(south + north) / 2])

    @cached_property
    def stated_crs(self) -> CRS | None:
        """The work CRS that the case states.

        Returns
        -------
        CRS or None
            None where it is to follow the data.
        """
        if self.case.work_crs == "auto":
            return None
        try:
            found = CRS.from_user_input(self.case.work_crs)
        except CRSError:
            found = None
        if found is None or not found.is_projected or found.to_epsg() is None:
            raise LayerError(
                "work_crs 应为投影坐标系的 EPSG 代码（如 EPSG:4547）或 auto。",
                "work_crs is the EPSG code of a projected CRS (EPSG:4547), or auto.",
                where=f"{self.folder / NAME} work_crs",
            )
        return found

    @cached_property
    def boundary(self) -> BaseGeometry | None:
        """Where the place ends.

        Returns
        -------
        Polygon, MultiPolygon or None
            In WGS84; None where no layer plays the boundary's role.
        """
        spec = next((s for s in self.specs.values() if self.case.boundary in s.roles), None)
        if spec is None:
            return None
        shapes = (self.open(spec.id) if not spec.ledger else self._bare(spec)).frame.geometry
        return shapely.union_all(shapely.make_valid(shapes.dropna().to_numpy()))

    def _bare(self, spec: LayerSpec) -> Layer:
        """Read the boundary itself, which nothing yet can be compared with."""
        datum = None if spec.datum == "column" else spec.datum
        path = verified_path(spec, self.folder)
        role = role_named(spec.roles[0])
        return tell_apart(read_ledger(path, role, datum=datum, evidence=spec.evidence))

    @cached_property
    def document(self) -> Document:
        """What the case knows of its plan document.

        Returns
        -------
        Document
            Without entries where it has none.
        """
        if self.is_shipped:
            return plan_document()
        return case_document(self.folder, self.case)

    @cached_property
    def is_shipped(self) -> bool:
        """Whether this is the case that ships, or a folder that carries it along unchanged.

        Returns
        -------
        bool
            True where what it says of itself and its plan document are the same.
        """
        if self.case != shipped_case():
            return False
        here, there = (
            folder / str(self.case.document) for folder in (self.folder, shipped_layers())
        )
        return here == there or (here.is_file() and sha256_of(here) == sha256_of(there))

    def elsewhere(self) -> "LayerStore":
        """Return a store of no case: what was given as frames, nothing that lay in the folder."""
        kept = {name: spec for name, spec in self.specs.items() if name.startswith(GIVEN)}
        opened = {name: layer for name, layer in self._opened.items() if name in kept}
        return LayerStore(self.folder, kept, NOWHERE, opened)

    def options(self, datum: str | None = None, evidence: Evidence = "surveyed") -> Options:
        """Say how a ledger of this place is to be read."""
        return Options(datum, self.home_crs, evidence, self.references, divisions=self.divisions)

    def references(self) -> References | None:
        """Open the layers that an unsaid datum is inferred from and addresses are matched to."""
        return self._references

    def divisions(self) -> Divisions:
        """Say what the counties of the place are and were called."""
        return self._divisions

    def within(self, counties: Layer) -> "LayerStore":
        """Return a store whose ledgers are held against counties that were given."""
        return replace(self, given_counties=tell_apart(counties))

    @cached_property
    def _divisions(self) -> Divisions:
        counties = self._counties
        return Divisions() if counties is None else divisions_of(counties.frame, self.case)

    @property
    def _counties(self) -> Layer | None:
        if self.given_counties is not None:
            return self.given_counties
        spec = next((s for s in self.specs.values() if COUNTIES in s.roles), None)
        if spec is None:
            return None
        return self._bare(spec) if spec.ledger else self.open(spec.id)

    @cached_property
    def _references(self) -> References | None:
        counties = self._counties
        if counties is None or "townships" not in self.specs:
            return None
        townships, roads, sites, places = (
            self.open(name).frame if name in self.specs else counties.frame.iloc[:0]
            for name in ("townships", "roads", "industrial_sites", "places")
        )
        return References(counties.frame, townships, roads, sites, places, self._divisions)

    def vintage(self, layer_id: str) -> str:
        """Return the date of a layer's data; empty where nobody states one."""
        stated = self.specs[layer_id].vintage if layer_id in self.specs else ""
        return "" if stated == "unknown" else stated

    def spec(self, layer_id: str) -> LayerSpec:
        """Return a layer's entry."""
        if layer_id in self.specs:
            return self.specs[layer_id]
        known = ", ".join(self.specs)
        raise LayerError(
            f"目录中没有图层 {layer_id!r}；现有图层：{known}。",
            f"The catalog has no layer {layer_id!r}; its layers are: {known}.",
            where=str(self.folder),
        )


def open_store(folder: Path) -> LayerStore:
    """Open a layers folder.

    Parameters
    ----------
    folder : Path
        A folder with a ``catalog.toml``.

    Returns
    -------
    LayerStore
        The folder and its catalog.
    """
    return LayerStore(folder, read_catalog(folder), read_case_file(folder))


def open_role(role: str, store: LayerStore, choices: Mapping[str, LayerChoice]) -> Layer:
    """Open the layer that plays a role.

    Parameters
    ----------
    role : str
        Name of the role.
    store : LayerStore
        Where a layer is looked for when nobody names a file.
    choices : mapping of str to LayerChoice
        Files (or ids of the catalog) by role.

    Returns
    -------
    Layer
        Its rows, checked against the role.

    Raises
    ------
    LayerError
        If no layer plays the role.
    """
    if role in choices:
        choice = choices[role]
        refuse_raster_options(choice, role)
        if choice.path in store.specs:
            layer = store.open(choice.path)
            return tell_apart(layer) if role == COUNTIES else layer
        layer = read_ledger(
            choice.path,
            role_named(role),
            datum=choice.datum,
            work_crs=store.home_crs,
            evidence=choice.evidence,
            references=store.references,
            divisions=store.divisions,
        )
        return tell_apart(layer) if role == COUNTIES else layer
    for spec in store.specs.values():
        if role in spec.roles:
            return store.open(spec.id)
    title = role_named(role).title
    raise LayerError(
        f"没有图层可充当“{title.zh}”；请用 --layer {role}=文件 指定。",
        f"No layer plays the role {title.en!r}; name one with --layer {role}=FILE.",
        where=str(store.folder),
    )


def has_role(role: str, store: LayerStore, choices: Mapping[str, LayerChoice]) -> bool:
    """Tell whether some layer plays a role.

    Parameters
    ----------
    role : str
        Name of the role.
    store : LayerStore
        The layers folder.
    choices : mapping of str to LayerChoice
        Files by role.

    Returns
    -------
    bool
        True where `open_role` would find one.
    """
    return role in choices or any(role in spec.roles for spec in store.specs.values())


def record(role: str, layer: Layer, vintage: str = "") -> InputRecord:
    """Make the record of a layer that went in.

    Parameters
    ----------
    role : str
        Role it played.
    layer : Layer
        The layer.
    vintage : str
        Date of its data, where somebody states one.

    Returns
    -------
    InputRecord
        What a result keeps of it.
    """
    return InputRecord(
        role=role,
        layer=layer.id,
        title=layer.title,
        path=layer.path.name if layer.path else layer.id,
        sha256=layer.sha256,
        evidence=layer.evidence,
        rows=layer.rows,
        rejected=len(layer.rejects),
        licence=layer.licence,
        attribution=layer.attribution,
        vintage=vintage,
    )


def notes(layer: Layer) -> tuple[Text, ...]:
    """Return a layer's notes, each with the layer's name before it.

    Parameters
    ----------
    layer : Layer
        The layer.

    Returns
    -------
    tuple of Text
        The notes.
    """
    return tuple(note.under(layer.title) for note in layer.notes)
