"""The glossary and the roles."""

from nngis import fields
from nngis.roles import roles


def test_every_field_is_titled_in_both_languages() -> None:
    for field in fields.glossary().values():
        assert field.title.zh, field.name
        assert field.title.en, field.name


def test_quantities_end_in_their_unit() -> None:
    suffixes = {"t/h": "_t_h", "MW": "_mw", "m": "_m", "t/a": "_t_a", "km": "_km"}
    for field in fields.glossary().values():
        if field.unit in suffixes:
            assert field.name.endswith(suffixes[field.unit]), field.name


def test_every_column_of_a_role_is_defined() -> None:
    for role in roles().values():
        columns = role.required + role.optional
        assert not [name for name in columns if name not in fields.glossary()], role.name


def test_values_joined_by_semicolons_are_titled_one_by_one() -> None:
    hit = fields.get("rules_hit")
    assert hit.value_title("dismantled;A57", "zh") == "已拆除；A57"
    assert hit.value_title("dismantled;A57", "en") == "dismantled; A57"
    assert hit.value_title("A57;A63", "zh") == "A57;A63"  # no title: as it is
