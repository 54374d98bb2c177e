"""case.toml: what a place is called, where it ends, and the numbers that hold there alone."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from nngis.errors import LayerError, Problem, require
from nngis.text import Text
from nngis.toml_file import read_toml

NAME = "case.toml"
Value = bool | int | float | str | tuple[float | str, ...]


class LocalNumber(BaseModel):
    """A number of the place itself: its fleet, its prices, its pace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Value
    unit: str = ""
    source: str
    verified: Literal["yes", "no", "disputed"] = "no"


class CaseTarget(BaseModel):
    """A target of a place whose plan document is not typed as a register."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    key: str = ""
    value: float
    unit: str
    sense: Literal["at_least", "at_most"] = "at_least"
    clause: str
    year: int
    quote_zh: str = ""


class FormerCounty(BaseModel):
    """A county of earlier years: its name and code, and the name of today that holds it all.

    Parameters
    ----------
    name : str
        Its name then.
    adcode : str
        Its code then, if it had another.
    now : str
        The county of today.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    adcode: Annotated[str, Field(pattern=r"^(\d{6})?$")] = ""
    now: str


class CaseFile(BaseModel):
    """What ``case.toml`` says of a place; what it does not say is unknown.

    Parameters
    ----------
    name : Text
        What people call the place.
    title : Text, optional
        What a run of it is called; the name, if absent.
    adcodes : tuple of str
        Codes of the place: what its counties' codes begin with, as ``"4502"`` or ``"450200"``.
    boundary : str
        The role whose polygons together are the place.
    work_crs : str
        ``"auto"``, or the CRS to compute in.
    province : str
        First two figures of the code of the province that the inset of printed maps shows; no
        inset if empty.
    document, figures, scenario : str, optional
        Files of the folder: the plan document typed as a register, published figures, what
        ``nngis run`` runs there.
    synthetic : bool
        Whether the place is made up.
    numbers : mapping of str to mapping of str to LocalNumber
        Local numbers by plan and parameter.
    names_en : mapping of str to str
        English names of its counties, and of its province's cities, by code, where their layer
        has none.
    targets : tuple of CaseTarget
        Targets of the plan document, where it is not typed as a register.
    former : tuple of FormerCounty
        Counties of earlier years, which ledgers still name.
    above : tuple of str
        Names of what the place lies in, as addresses begin with them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    format: Literal[1] = 1
    name: Text
    title: Text | None = None
    adcodes: tuple[Annotated[str, Field(pattern=r"^\d{2,6}$")], ...] = ()
    boundary: str = "counties"
    work_crs: str = "auto"
    province: Annotated[str, Field(pattern=r"^(\d\d)?$")] = ""
    document: str | None = None
    figures: str | None = None
    scenario: str | None = None
    synthetic: bool = False
    names_en: Mapping[str, str] = Field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, LocalNumber]] = Field(default_factory=dict)
    targets: tuple[CaseTarget, ...] = ()
    former: tuple[FormerCounty, ...] = ()
    above: tuple[str, ...] = ()

    @field_validator("name", "title", mode="before")
    @classmethod
    def _texts(cls, given: object) -> object:
        if isinstance(given, str):
            return Text(given, given)
        return Text(**given) if isinstance(given, dict) and set(given) == {"zh", "en"} else given

    @field_validator("document", "figures", "scenario")
    @classmethod
    def _is_inside(cls, given: str | None) -> str | None:
        inside = PurePath(given or "")
        if inside.is_absolute() or ".." in inside.parts:
            raise ValueError("a file of a case lies inside its folder")
        return given

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What the codes of its counties begin with.

        Returns
        -------
        tuple of str
            The codes without the zeros that stand for "all of it".

        Examples
        --------
        >>> CaseFile(name="x", adcodes=("320200", "3201")).prefixes
        ('3202', '3201')
        """
        return tuple(
            code[:-4] if code.endswith("0000") else code.removesuffix("00") for code in self.adcodes
        )

    @property
    def called(self) -> tuple[str, ...]:
        """Names under which tables state the whole place.

        Returns
        -------
        tuple of str
            Its name in both languages, and without the word for a city.

        Examples
        --------
        >>> CaseFile(name=Text("柳州市", "Liuzhou")).called
        ('柳州市', '柳州', 'Liuzhou')
        """
        return tuple(dict.fromkeys((self.name.zh, self.name.zh.removesuffix("市"), self.name.en)))

    @property
    def slug(self) -> str:
        """Its name as a folder's.

        Returns
        -------
        str
            Small letters and figures of the English name; ``"case"`` where it has none.

        Examples
        --------
        >>> CaseFile(name=Text("防城港市", "Port of Fangchenggang")).slug
        'port_of_fangchenggang'
        """
        return re.sub(r"[^a-z0-9]+", "_", self.name.en.lower()).strip("_") or "case"


UNNAMED = CaseFile(name=Text("未命名案例", "Unnamed case"))
"""What is said of a layers folder without a case.toml: nothing."""


def shipped_layers() -> Path:
    """Return the folder of the case that ships with nngis.

    Returns
    -------
    Path
        Inside an installed package, or beside it in a checkout.
    """
    installed = Path(str(files("nngis"))) / "_layers"
    return installed if installed.is_dir() else installed.parent.parent / "layers"


def read_case_file(folder: Path) -> CaseFile:
    """Read what a case says of itself.

    Parameters
    ----------
    folder : Path
        The case's folder.

    Returns
    -------
    CaseFile
        `UNNAMED`, where the folder has no ``case.toml``.

    Raises
    ------
    LayerError
        If an entry is unknown or not what it must be; all at once.
    """
    path = folder / NAME
    if not path.is_file():
        return UNNAMED
    return parse_case(read_toml(path, LayerError), where=str(path))


def parse_case(raw: Mapping[str, Any], *, where: str) -> CaseFile:
    """Check what a case.toml says.

    Parameters
    ----------
    raw : mapping
        What the file holds.
    where : str
        What to call it.

    Returns
    -------
    CaseFile
        The case.

    Raises
    ------
    LayerError
        If an entry is unknown or not what it must be; all at once.
    """
    try:
        return CaseFile.model_validate(raw)
    except ValidationError as error:
        require([_problem(one, where) for one in error.errors()], LayerError)
        raise


@cache
def shipped_case() -> CaseFile:
    """Read what the case that ships says of itself.

    Returns
    -------
    CaseFile
        The case.
    """
    return read_case_file(shipped_layers())


def local_number(plan: str, name: str) -> LocalNumber:
    """Look up a local number of the case that ships.

    Parameters
    ----------
    plan, name : str
        The plan and its parameter.

    Returns
    -------
    LocalNumber
        The number with its source.

    Raises
    ------
    KeyError
        If the case has no such number.
    """
    return shipped_case().numbers[plan][name]


def _problem(error: Mapping[str, Any], where: str) -> Problem:
    at = f"{where} {'.'.join(map(str, error['loc']))}"
    if error["type"] == "extra_forbidden":
        return Problem(
            "case.toml 没有这一项；格式见 docs/case.md。",
            "A case.toml has no such entry; docs/case.md describes it.",
            at,
        )
    return Problem(f"有误：{error['msg']}。", f"Wrong: {error['msg']}.", at)
