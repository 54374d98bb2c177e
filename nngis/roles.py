"""Roles: what a layer must hold to take part in a plan, read from roles.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from nngis.errors import ScenarioError
from nngis.text import Text


@dataclass(frozen=True)
class Role:
    """What a layer must hold.

    Parameters
    ----------
    name : str
        Name of the role, for example ``"boilers"``.
    title : Text
        What people call it.
    shape : {"point", "line", "polygon", "none"}
        Geometry of its rows.
    key : str
        Column of the unique id.
    required, optional : tuple of str
        Columns it must have, and columns that are read where they are there.
    expected : tuple of str
        Those of `optional` that a plan leans on; a ledger without one gets a note.
    drawn_on : tuple of str
        Words in the layer names of a drawing that hold the role's objects.
    drawn_as : {"line", ""}
        What rows without need of a geometry are drawn as, where their ledger says where they run.
    """

    name: str
    title: Text
    shape: Literal["point", "line", "polygon", "none"]
    key: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    expected: tuple[str, ...] = ()
    drawn_on: tuple[str, ...] = ()
    drawn_as: Literal["line", ""] = ""


@cache
def roles() -> Mapping[str, Role]:
    """Read every role.

    Returns
    -------
    mapping of str to Role
        Roles by name.
    """
    raw = tomllib.loads(files("nngis").joinpath("roles.toml").read_text(encoding="utf-8"))
    return {
        name: Role(
            name,
            Text(**table["title"]),
            table["shape"],
            table["key"],
            tuple(table["required"]),
            tuple(table["optional"]),
            tuple(table.get("expected", ())),
            tuple(table.get("drawn_on", ())),
            table.get("drawn_as", ""),
        )
        for name, table in raw.items()
    }


def role(name: str) -> Role:
    """Return one role.

    Parameters
    ----------
    name : str
        Name of the role.

    Returns
    -------
    Role
        The role.

    Raises
    ------
    ScenarioError
        If there is no such role.

    Examples
    --------
    >>> role("boilers").key
    'boiler_id'
    """
    try:
        return roles()[name]
    except KeyError:
        known = ", ".join(roles())
        raise ScenarioError(
            f"没有名为 {name!r} 的图层角色；可用的有：{known}。",
            f"There is no layer role {name!r}; the roles are: {known}.",
            where=f"--layer {name}",
        ) from None
