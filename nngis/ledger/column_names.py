"""Which column is which field, as somebody says it: ``列名=字段``, and a file that remembers it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from nngis import fields
from nngis.errors import Problem, ScenarioError, require
from nngis.files import write_whole
from nngis.ledger.headers import DMS_FIELDS, place_fields
from nngis.roles import Role
from nngis.text import listing
from nngis.toml_file import read_toml


def read_pairs_told(pairs: Iterable[str], role: Role) -> dict[str, str]:
    """Read ``--map 列名=字段``.

    Parameters
    ----------
    pairs : iterable of str
        A column's header, an equals sign, and the field's name or title.
    role : Role
        The role whose fields they are.

    Returns
    -------
    dict of str to str
        Header -> field.

    Raises
    ------
    ScenarioError
        If one is no pair, or its field is none of the role's; all at once.

    Examples
    --------
    >>> from nngis.roles import role
    >>> read_pairs_told(["吨=capacity_t_h", "烧什么=燃料"], role("boilers"))
    {'吨': 'capacity_t_h', '烧什么': 'fuel'}
    """
    known = _fields_of(role)
    found, problems = {}, []
    for pair in pairs:
        header, equals, name = (part.strip() for part in pair.rpartition("="))
        if not header or not equals or name not in known:
            problems.append(_wrong(f"--map {pair}", known))
        else:
            found[header] = known[name]
    require(problems, ScenarioError)
    return found


def read_names_file(path: Path, role: Role) -> dict[str, str]:
    """Read what a file remembers of a role's columns.

    Parameters
    ----------
    path : Path
        A TOML file with a table a role: ``"列名" = "字段"``; it need not be there yet.
    role : Role
        The role.

    Returns
    -------
    dict of str to str
        Header -> field.

    Raises
    ------
    ScenarioError
        If the file is no TOML, or names a field that the role has not.
    """
    table = _read(path).get(role.name, {})
    if not isinstance(table, Mapping) or not all(isinstance(v, str) for v in table.values()):
        raise ScenarioError(
            f"[{role.name}] 下应为“列名 = 字段”，都加引号。",
            f"Below [{role.name}] there must be column = field, both in quotes.",
            where=str(path),
        )
    known = _fields_of(role)
    require(
        [_wrong(f"{path}: {h} = {n}", known) for h, n in table.items() if n not in known],
        ScenarioError,
    )
    return {header: known[name] for header, name in table.items()}


def write_names_file(path: Path, role: Role, names: Mapping[str, str]) -> None:
    """Remember a role's columns in a file, beside those of other roles.

    Parameters
    ----------
    path : Path
        The TOML file.
    role : Role
        The role.
    names : mapping of str to str
        Header -> field.
    """
    tables = {**_read(path), role.name: dict(names)}
    lines = []
    for name, table in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{_quoted(header)} = {_quoted(field)}" for header, field in table.items()]
        lines.append("")
    write_whole(path, "\n".join(lines))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _read(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        return {}
    return read_toml(path, ScenarioError)


def _fields_of(role: Role) -> dict[str, str]:
    """Give the fields of a role by their names and titles."""
    place = [name for name in place_fields(role) if name not in DMS_FIELDS]
    names = (role.key, *role.required, *role.optional, *place)
    titled = {t: n for n in names for t in (fields.get(n).title.zh, fields.get(n).title.en)}
    return titled | {name: name for name in names}


def _wrong(where: str, known: Mapping[str, str]) -> Problem:
    listed = listing(dict.fromkeys(known.values()))
    return Problem(
        f"应写作 列名=字段，字段为：{listed.zh}。",
        f"Write column=field, the field one of: {listed.en}.",
        where=where,
    )
