"""What somebody gives for a role: a path, the id of a layer of the case, a frame, a road graph."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from nngis.catalog.layer import Layer
from nngis.catalog.spec import LayerSpec
from nngis.datasets.content import is_there
from nngis.errors import LayerError, Problem, require
from nngis.evidence import Evidence
from nngis.files import MOST_SHOWN
from nngis.inputs.choices import LayerChoice, read_choice
from nngis.inputs.irradiation import is_raster
from nngis.inputs.roads import roads_from
from nngis.inputs.store import COUNTIES, GIVEN, LayerStore, open_role
from nngis.ledger.database import is_database
from nngis.ledger.read import read_frame
from nngis.roles import role as role_named
from nngis.roles import roles
from nngis.text import Text


@dataclass(frozen=True)
class Given:
    """Layers that were given, ready for a run.

    Parameters
    ----------
    store : LayerStore
        The store, in which what came as frames lies beside what lay there.
    choices : mapping of str to LayerChoice
        What plays which role.
    """

    store: LayerStore
    choices: Mapping[str, LayerChoice]


def take_given(
    layers: Mapping[str, Any],
    store: LayerStore,
    *,
    datum: str | None = None,
    evidence: Evidence = "surveyed",
) -> Given:
    """Take what was given for each role: paths are read later, frames are checked now.

    Parameters
    ----------
    layers : mapping of str to object
        By role: a path, an id of the catalog, a `Layer`, a frame, or a networkx graph of roads.
    store : LayerStore
        The case's layers.
    datum : str, optional
        Datum or CRS of files and of frames that say none.
    evidence : str
        How sure the given layers are.

    Returns
    -------
    Given
        Store and choices; frames went through the same checks as the rows of a file.

    Raises
    ------
    LayerError, LedgerError
        If something is no layer, or its rows are not what the role asks for.
    """
    choices: dict[str, LayerChoice] = {}
    known = store
    for role in sorted(layers, key=lambda name: name != COUNTIES):
        value = layers[role]
        if isinstance(value, str | Path):
            said = {**read_choice(str(value)), "datum": datum, "evidence": evidence}
            choices[role] = LayerChoice.model_validate(said)
            if role == COUNTIES and any(isinstance(one, pd.DataFrame) for one in layers.values()):
                known = store.within(open_role(role, store, choices))
            continue
        layer = given_layer(value, role, known, datum=datum, evidence=evidence)
        if role == COUNTIES:
            known = store.within(layer)
        store = with_given(store, role, layer)
        choices[role] = LayerChoice(path=GIVEN + role, datum=datum, evidence=layer.evidence)
    return Given(store, {role: choices[role] for role in layers})


def check_given(choices: Mapping[str, LayerChoice], store: LayerStore) -> None:
    """Refuse files that are not there, of every role, whether or not anything reads it.

    Parameters
    ----------
    choices : mapping of str to LayerChoice
        What was given, by role.
    store : LayerStore
        The case; ids of its layers are there.

    Raises
    ------
    LayerError
        With all of them.
    """
    problems = [
        _missing(role, one.path) or _no_raster(role, one.path)
        for role, one in choices.items()
        if one.path not in store.specs and not one.path.startswith(GIVEN)
    ]
    require([one for one in problems if one is not None], LayerError)


def _missing(role: str, path: str) -> Problem | None:
    if is_database(path) or is_there(Path(path)):
        return None
    return Problem(
        "文件不存在；请检查路径。",
        "There is no such file; check the path.",
        where=f"--layer {role}={path[:MOST_SHOWN]}",
    )


def _no_raster(role: str, path: str) -> Problem | None:
    """Say of what plays a role of rasters alone that it is none."""
    if role in roles() or is_raster(path):
        return None
    return Problem(
        "这个角色要栅格；请给出 GeoTIFF（.tif）。",
        "This role is played by a raster; give a GeoTIFF (.tif).",
        where=f"--layer {role}={path[:MOST_SHOWN]}",
    )


def with_given(store: LayerStore, role: str, layer: Layer) -> LayerStore:
    """Return a store that holds what was given for a role.

    Parameters
    ----------
    store : LayerStore
        The case's layers.
    role : str
        The role that it plays.
    layer : Layer
        What was given, as it was read.

    Returns
    -------
    LayerStore
        The same and this layer; maps draw given roads instead of the case's.
    """
    return store.with_layer(GIVEN + role, layer, _spec(GIVEN + role, role, layer))


def given_layer(
    value: Any,  # noqa: ANN401 - whatever somebody gives
    role: str,
    store: LayerStore,
    *,
    datum: str | None = None,
    evidence: Evidence = "surveyed",
) -> Layer:
    """Make a checked layer of a frame or a graph of roads, as `take_given` does.

    Parameters
    ----------
    value : Layer, DataFrame or networkx graph
        What was given; a graph for roads alone.
    role : str
        The role it plays.
    store : LayerStore
        The case's layers; they tell a datum that nobody states.
    datum : str, optional
        Datum or CRS of a frame that says none.
    evidence : str
        How sure it is.

    Returns
    -------
    Layer
        Accepted rows in WGS84, rejects and notes.

    Raises
    ------
    LayerError, LedgerError
        If it can play no role, or lacks what the role needs.
    """
    if isinstance(value, Layer):
        return value
    said: tuple[Text, ...] = ()
    if role == "roads" and not isinstance(value, pd.DataFrame):
        value, said = roads_from(value)
    if isinstance(value, pd.DataFrame) and role in roles():
        options = store.options(datum, evidence)
        layer = read_frame(value, role_named(role), options)
        return replace(layer, notes=(*said, *layer.notes))
    raise LayerError(
        f"不能用 {type(value).__name__} 充当这个角色；请给文件路径、图层编号或 GeoDataFrame。",
        f"A {type(value).__name__} cannot play this role; give a path, the id of a layer or a "
        "GeoDataFrame.",
        where=role,
    )


def _spec(name: str, role: str, layer: Layer) -> LayerSpec:
    return LayerSpec(
        id=name,
        title=layer.title,
        file=layer.id,
        sha256=layer.sha256,
        geometry=role_named(role).shape,
        vintage="",
        licence=layer.licence,
        attribution=layer.attribution,
        sources=(),
        evidence=layer.evidence,
    )
