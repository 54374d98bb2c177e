"""The table of endpoints: where each source lies, and what must be said of it."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Formatter

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from nngis.errors import Problem, ScenarioError, require
from nngis.evidence import Evidence
from nngis.text import Text

#: Names that a provider fills into an address.
BLANKS = frozenset({"lat", "lon", "ns", "ew", "west", "south", "east", "north", "release"})


class Endpoint(BaseModel):
    """One source: its address, licence and what it is good for; one table of endpoints.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Text
    url: str
    licence: str
    attribution: str
    evidence: Evidence
    resolution: str
    vintage: str
    good_for: Text
    sha256: str = ""
    key_from: str = ""
    release: str = ""
    unit: str = ""
    tile_deg: float = 0.25
    timeout_s: int = 180

    @field_validator("url")
    @classmethod
    def _blanks(cls, url: str) -> str:
        names = {name for _, name, _, _ in Formatter().parse(url) if name is not None}
        if names - BLANKS:
            raise ValueError(f"{{}} may hold {', '.join(sorted(BLANKS))} only")
        return url

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, data: dict[str, object]) -> dict[str, object]:
        texts = {
            name: Text(**value)
            for name in ("title", "good_for")
            if isinstance(value := data.get(name), dict)
        }
        return data | texts


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
        tables[name] = tables.get(name, {}) | lines
    found: dict[str, Endpoint] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        try:
            found[name] = Endpoint(id=name, **table)
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


def _own_tables(own: Path | None) -> dict[str, object]:
    if own is None:
        return {}
    try:
        return tomllib.loads(own.read_text(encoding="utf-8"))
    except OSError:
        raise ScenarioError(
            "读不到 endpoints 文件；请检查路径。",
            "The endpoints file cannot be read; check the path.",
            where=str(own),
        ) from None
    except ValueError as error:
        raise ScenarioError(
            f"不是有效的 TOML：{error}。", f"Not valid TOML: {error}.", where=str(own)
        ) from None
