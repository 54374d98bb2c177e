"""The register as data: complete, quoted to the letter, and sound."""

import csv
import re
from pathlib import Path

import pytest

from nngis import fields
from nngis.errors import NngisError
from nngis.law import parse_document
from nngis.register.data import Data
from nngis.register.finding import MissingDataError
from nngis.register.rules import function_of, read_register, register
from nngis.roles import roles

PLAN = Path(__file__).parents[3] / "shared/domain/plan_zh.txt"
RULES = PLAN.with_name("rules.csv")
CATALOG_ONLY = {"elevation", "land_cover"}  # rasters: in the catalog, never in a ledger


def squeezed(text: str) -> str:
    return re.sub(r"[\s*#]", "", text)


@pytest.fixture
def plan() -> str:
    if not PLAN.is_file():
        pytest.skip("the plan's text is not at hand")
    return squeezed(PLAN.read_text(encoding="utf-8"))


def test_there_are_ninety_rules_a01_to_a90() -> None:
    assert list(register()) == [f"A{n:02d}" for n in range(1, 91)]


def test_every_quote_stands_in_the_plan_in_order(plan: str) -> None:
    wrong = []
    for rule in register().values():
        start = 0
        for part in squeezed(rule.quote_zh).split("…"):
            found = plan.find(part, start)
            if found < 0:
                wrong.append((rule.id, part))
            start = found + len(part)
    assert not wrong


def test_every_quote_stands_in_a_clause_that_names_the_rule_s_departments(plan: str) -> None:
    # The plan closes each clause with its offices, so the next such list after a quote is its own.
    wrong = []
    for rule in register().values():
        if rule.clause == "二":
            continue
        at = plan.find(squeezed(rule.quote_zh).split("…")[0])
        closing = (
            plan[at:].split("按职责分工负责", maxsplit=1)[0].rsplit("（", 1)[-1].rsplit("(", 1)[-1]
        )
        named = [name for name in rule.departments if name in closing]
        if len(rule.clauses) == 1 and len(named) != len(rule.departments):
            wrong.append((rule.id, set(rule.departments) - set(named)))
    assert not wrong


def test_quotes_are_short() -> None:
    assert max(len(rule.quote_zh) for rule in register().values()) <= 60


def test_types_agree_with_the_list_of_rules() -> None:
    if not RULES.is_file():
        pytest.skip("the list of rules is not at hand")
    rows = list(csv.DictReader(RULES.read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows] == list(register())
    # One of several types (Q/S) may be entered under any of them; a rule of space alone is spatial.
    pure = [row["id"] for row in rows if row["type"].split(" ")[0] == "S"]
    assert [i for i in pure if register()[i].type != "spatial"] == []


def test_exactly_the_four_policies_without_geometry_cannot_be_computed() -> None:
    dead = [r.id for r in register().values() if r.compute == "policy.not_computable"]
    assert dead == [r.id for r in register().values() if r.type == "policy"]
    assert dead == ["A25", "A46", "A49", "A69"]


def test_every_rule_but_those_of_the_aims_names_its_departments() -> None:
    bare = [r.id for r in register().values() if not r.departments]
    assert bare == ["A01", "A02", "A03", "A04", "A05"]


def test_every_role_of_the_register_is_defined() -> None:
    named = {x for r in register().values() for x in (*r.roles, *r.optional_roles, *r.tables)}
    assert named - set(roles()) - CATALOG_ONLY == set()


def test_every_rule_computes_with_its_options(counties: object) -> None:
    empty = Data({}, counties)  # type: ignore[arg-type]
    for rule in register().values():
        if rule.type == "policy":
            found = function_of(rule)(rule, empty, **rule.options)
            assert found.status == "not_computable", rule.id
            continue
        with pytest.raises(MissingDataError) as error:
            function_of(rule)(rule, empty, **rule.options)
        assert error.value.missing, rule.id


def test_every_target_of_a_quantity_has_a_unit_and_a_sense() -> None:
    for rule in register().values():
        if rule.type == "quantity":
            assert rule.targets, rule.id
            assert len({t.key for t in rule.targets}) == len(rule.targets), rule.id


def test_bad_entries_are_reported_together() -> None:
    text = '[clause."二"]\ndepartments = ""\n'
    bad = '[{0}]\nclause="二"\nquote_zh="x"\nmeaning={{zh="a",en="b"}}\ntype="list"\n'
    bad += 'geography="x"\ncompute="{1}"\n{2}\n'
    text += bad.format("A01", "lists.nothing", "") + bad.format("A02", "lists.checklist", "x=1")
    with pytest.raises(NngisError) as error:
        read_register(parse_document(text, "register.toml"))
    assert [p.where for p in error.value.problems] == [
        "register.toml [A01] compute = lists.nothing",
        "register.toml [A02] x",
    ]


def test_states_are_titled() -> None:
    for status in ("met", "missed", "on_track", "done", "not_computable"):
        assert fields.get("decision").value_title(status, "zh") != status
