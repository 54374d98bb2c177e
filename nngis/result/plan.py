"""Plan: what the run needs to know of a plan to feed it and to show what it found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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
    roles : tuple of str
        Roles it needs; the first is the demand, whose place decides the work CRS.
    optional_roles : tuple of str
        Roles it uses where a layer plays them, and does without where none does. Of a plan that
        needs none, the first of them that is given decides the work CRS.
    parameters : type of Parameters
        Its parameters.
    analyse : callable
        From frames by role (in the work CRS) and parameters to an Analysis; with raster roles,
        the grids by role are its third argument.
    subject : str
        The table whose rows are decided, one row an object.
    view : MapView
        What it wants drawn.
    sheets : tuple of Sheet
        What its workbook shows.
    raster_roles : tuple of str
        Rasters it uses where there are any, read onto grids in the work CRS around the layer
        whose place decides it.
    stand_ins : mapping of str to tuple of str
        Optional roles that stand in for another one, and are not used where that one is there.
    """

    id: str
    title: Text
    roles: tuple[str, ...]
    optional_roles: tuple[str, ...]
    parameters: type[Parameters]
    analyse: Callable[..., Analysis]
    subject: str
    view: MapView
    sheets: tuple[Sheet, ...]
    raster_roles: tuple[str, ...] = ()
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
