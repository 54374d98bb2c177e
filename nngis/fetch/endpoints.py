"""The table of endpoints: where each source lies, and what must be said of it."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from nngis.errors import Problem, ScenarioError, require
from nngis.evidence import Evidence
from nngis.text import Text
from nngis.toml_file import read_toml

#: Names that a provider fills into an address.
BLANKS = (
    *("east", "ew", "lat", "lon", "north", "ns", "release", "south", "west"),
    *("row", "column", "tile", "part"),
)
#: Lines that speak of the address beside them.
OF_THE_ADDRESS = ("mirrors", "checked", "read_at", "met", "about_mb", "about_min", "sha256")


class Endpoint(BaseModel):
    """One source: its address, licence and what it is good for; one table of endpoints.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Text
    url: str
    #: Other places of the same, asked where the first cannot be reached.
    mirrors: tuple[str, ...] = ()
    licence: str
    attribution: str
    evidence: Evidence
    resolution: str
    vintage: str
    good_for: Text
    #: Day on which the address was compared with `read_at`; both empty for a user's own source.
    checked: str = ""
    read_at: str = ""
    #: Day on which a server itself was met; empty means not met.
    met: str = ""
    #: What a fetch for a city of 22,000 km² costs, estimated.
    about_mb: float | None = None
    about_min: float | None = None
    #: A sentence of the licence that must travel with the layer.
    terms: Text | None = None
    #: Left out of ``all``: fetched only where somebody names its layer.
    on_request: bool = False
    sha256: str = ""
    key_from: str = ""
    release: str = ""
    unit: str = ""
    member: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    tile_deg: float = 1.0
    timeout_s: int = 90
    least_wait_s: float = 0.0
    fresh_days: int | None = None
    whole_mb: float = 3000.0
    options: dict[str, float] = Field(default_factory=dict)

    @field_validator("url", "mirrors")
    @classmethod
    def _blanks(cls, places: str | tuple[str, ...]) -> str | tuple[str, ...]:
        urls = (places,) if isinstance(places, str) else places
        names = {name for url in urls for _, name, _, _ in Formatter().parse(url)} - {None}
        if names - set(BLANKS):
            raise ValueError(f"{{}} may hold {', '.join(BLANKS)} only")
        return places

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, data: dict[str, object]) -> dict[str, object]:
        texts = {
            name: Text(**value)
            for name in ("title", "good_for", "terms")
            if isinstance(value := data.get(name), dict)
        }
        return data | texts

    @property
    def places(self) -> tuple[str, ...]:
        """Return the address and its mirrors, in the order they are asked."""
        return (self.url, *self.mirrors)


def read_endpoints(own: Path | None = None) -> Mapping[str, Endpoint]:
    """Read the endpoints, a user's own lines above those that come with nngis.

    Parameters
    ----------
    own : Path, optional
        A TOML file with some of the tables and lines of endpoints.toml.

    Returns
    -------
    mapping of str to Endpoint
        Endpoints by id.

    Raises
    ------
    ScenarioError
        If the file cannot be read or says what no endpoint has; all at once.

    Examples
    --------
    >>> read_endpoints()["overpass"].licence
    'ODbL-1.0'
    """
    path = files("nngis.fetch").joinpath("endpoints.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, lines in _own_tables(own).items():
        if not isinstance(lines, dict):
            lines = {name: lines}  # noqa: PLW2901 -- reported below like any other line
        tables[name] = _overlaid(tables.get(name, {}), lines)
    found: dict[str, Endpoint] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        try:
            found[name] = Endpoint.model_validate({**table, "id": name})
        except ValidationError as error:
            problems += [
                Problem(
                    f"endpoints 文件有误：{e['msg']}。",
                    f"The endpoints file is wrong: {e['msg']}.",
                    where=f"{own} [{name}] {'.'.join(map(str, e['loc']))}",
                )
                for e in error.errors()
            ]
    require(problems, ScenarioError)
    return found


def _overlaid(table: dict[str, Any], lines: dict[str, Any]) -> dict[str, Any]:
    """Lay a user's lines over a table; what was known of another address goes with it."""
    known = table
    if "url" in lines:
        known = {name: value for name, value in table.items() if name not in OF_THE_ADDRESS}
    made = known | lines
    if isinstance(options := lines.get("options"), dict):
        made["options"] = known.get("options", {}) | options
    return made


def _own_tables(own: Path | None) -> dict[str, Any]:
    return {} if own is None else read_toml(own, ScenarioError)
