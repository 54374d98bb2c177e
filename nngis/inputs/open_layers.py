"""Open the layers of a run by role: each by the reader that its kind asks for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from nngis.catalog.layer import Layer
from nngis.inputs.choices import LayerChoice
from nngis.inputs.climate import ROLE as CLIMATE
from nngis.inputs.climate import GivenClimate, irradiated, open_climate
from nngis.inputs.place import empty_layer
from nngis.inputs.population import ROLE as PEOPLE
from nngis.inputs.population import people_from_raster, wants_people
from nngis.inputs.roof_checks import ROLE as ROOFS
from nngis.inputs.roof_checks import check_roofs
from nngis.inputs.store import COUNTIES, GIVEN, LayerStore, has_role, open_role
from nngis.result.plan import Plan
from nngis.text import Text

Progress = Callable[[Text], None]


def open_layers(
    plans: Sequence[Plan],
    store: LayerStore,
    choices: Mapping[str, LayerChoice],
    progress: Progress = lambda _: None,
    unknown: Collection[str] = (),
) -> dict[str, Layer]:
    """Open every layer that the plans need, and those that they can use and that are there.

    Parameters
    ----------
    plans : sequence of Plan
        The plans.
    store : LayerStore
        The case's layers.
    choices : mapping of str to LayerChoice
        What plays a role because somebody named it.
    progress : callable
        Told of each layer.
    unknown : collection of str
        Roles of which nothing is known: they have no rows.

    Returns
    -------
    dict of str to Layer
        Layers by role. A climate or a population given as files of their own kind are read as
        such; a given raster of irradiation lights each roof by itself.

    Raises
    ------
    LayerError, LedgerError
        If a layer that is needed is missing, or one cannot be read.
    """
    layers: dict[str, Layer] = {}
    given: GivenClimate | None = None
    wanted = {role for plan in plans for role in (*plan.roles, *plan.optional_roles)}
    if COUNTIES in choices and COUNTIES in wanted:
        store = store.within(open_role(COUNTIES, store, choices))
    for role in sorted(wanted):
        progress(Text(f"读取图层：{role}", f"Reading layer: {role}"))
        if role in unknown:
            layers[role] = empty_layer(role)
        elif role == CLIMATE:
            given = open_climate(store, choices)
            layers[role] = given.layer
        elif role == PEOPLE and wants_people(choices.get(role)):
            layers[role] = people_from_raster(choices[role], store)
        elif any(role in plan.roles for plan in plans) or has_role(role, store, choices):
            layers[role] = open_role(role, store, choices)
    own = choices.get(ROOFS)
    if (
        ROOFS in layers
        and own is not None
        and (own.path not in store.specs or own.path.startswith(GIVEN))
    ):
        roofs = layers[ROOFS]
        doubts = check_roofs(roofs.frame, store.references, where=own.path, datum=own.datum)
        layers[ROOFS] = replace(roofs, notes=(*roofs.notes, *doubts))
    if ROOFS in layers and given is not None and given.field is not None:
        layers[ROOFS] = irradiated(layers[ROOFS], given.field)
    return layers
