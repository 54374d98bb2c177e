"""Plan: what the run needs to know of a plan to give it its layers and to show what it found."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from typing import Any, get_type_hints

from nngis.grid import Grid
from nngis.parameters import Parameters
from nngis.result.mapview import MapView
from nngis.result.result import Analysis, Sheet
from nngis.text import Text


@dataclass(frozen=True)
class Plan:
    """One plan, ready to run.

    Parameters
    ----------
    id : str
        Its name on the command line.
    title : Text
        What people call it.
    layers : type
        Dataclass of what it is given, a field a role: needed where it has no default, a raster
        where its type is `Grid`. Of the needed roles the first is the demand, whose place decides
        the work CRS; of a plan that needs none, the first that is given decides it.
    parameters : type of Parameters
        Its parameters.
    analyse : callable
        From layers and parameters to an Analysis.
    subject : str
        The table whose rows are decided, one row an object.
    view : MapView
        What it wants drawn.
    sheets : tuple of Sheet
        What its workbook shows.
    stand_ins : mapping of str to tuple of str
        Optional roles that stand in for another one, and are not used where that one is there.
    headlines : tuple of str
        Names of the five indicators that a reader looks at first.
    brief : tuple of Sheet
        The few lists that stand in the report, at most seven columns each.
    """

    id: str
    title: Text
    layers: type
    parameters: type[Parameters]
    analyse: Callable[[Any, Any], Analysis]
    subject: str
    view: MapView
    sheets: tuple[Sheet, ...]
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headlines: tuple[str, ...] = ()
    brief: tuple[Sheet, ...] = ()

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Roles that the plan needs."""
        return tuple(one.name for one in fields(self.layers) if one.default is MISSING)

    @cached_property
    def optional_roles(self) -> tuple[str, ...]:
        """Layers of features that the plan uses where something plays them."""
        others = (*self.roles, *self.raster_roles)
        return tuple(one.name for one in fields(self.layers) if one.name not in others)

    @cached_property
    def raster_roles(self) -> tuple[str, ...]:
        """Rasters that the plan uses where there are any, read onto grids around the demand."""
        kinds = get_type_hints(self.layers)
        return tuple(one.name for one in fields(self.layers) if kinds[one.name] == Grid | None)


def given_layers(layers: Any) -> dict[str, Any]:  # noqa: ANN401 - any plan's dataclass
    """Return the layers that are there.

    Parameters
    ----------
    layers : dataclass
        What a plan is given.

    Returns
    -------
    dict of str to object
        By role, without those that are missing.
    """
    held = {one.name: getattr(layers, one.name) for one in fields(layers)}
    return {role: layer for role, layer in held.items() if layer is not None}
