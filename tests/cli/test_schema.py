"""``nngis schema`` with a case: the case's own numbers and clauses, none of the one that ships."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nngis.cli.app import app
from nngis.run.new_case import new_case
from nngis.run.plans import PLAN_IDS
from nngis.text import Text

HERE = ("南宁", "Nanning", "135302", "方案三", "广西 0.4044")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case") / "lz"
    new_case(folder, name=Text("柳州市", "Liuzhou"), counties="450200")
    path = folder / "case.toml"
    told = 'nev_stock_count = { value = 4321.0, unit = "辆", source = "柳州车管所" }'
    text = path.read_text(encoding="utf-8")
    assert "[numbers.charging]" in text
    text = text.replace("[numbers.charging]", f"[numbers.charging]\n{told}")
    path.write_text(text, encoding="utf-8")
    return folder


def said(*asked: str) -> str:
    done = CliRunner().invoke(app, ["schema", *asked])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("plan", PLAN_IDS)
@pytest.mark.parametrize("how", [(), ("--json",), ("--unverified",), ("--unverified", "--json")])
def test_the_schema_of_a_case_says_nothing_of_the_one_that_ships(
    elsewhere: Path, plan: str, how: tuple[str, ...]
) -> None:
    found = said(plan, "--case", str(elsewhere), *how)
    assert not [word for word in HERE if word in found]


def test_a_cases_own_number_is_shown_with_its_source(elsewhere: Path) -> None:
    assert "4321.0 辆" in said("charging", "--case", str(elsewhere))
    told = json.loads(said("charging", "--case", str(elsewhere), "--json"))["parameters"]
    assert told["nev_stock_count"]["default"] == 4321.0
    assert told["nev_stock_count"]["source"] == "柳州车管所"
    assert told["nev_stock_count"]["origin"] == "case.toml"
    at_home = json.loads(said("charging", "--json"))["parameters"]
    assert at_home["nev_stock_count"]["default"] == 135302.0
