import re
import tomllib
from importlib.resources import files

import pytest

from nngis.case_file import shipped_case
from nngis.law import plan_document
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.source_words import BOTH, source_words

MEMORY = "凭记忆，未核实"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("pvlib", "pvlib", "pvlib"),
        (f"假定（{MEMORY} / from memory, unverified）", f"假定（{MEMORY}）",
         "assumed (from memory, unverified)"),
        (f"（{MEMORY} / from memory, unverified）", f"（{MEMORY}）", "from memory, unverified"),
        ("方案三（八）（A57、A62）", "方案三（八）（A57、A62）", "plan 3(8) (A57, A62)"),
        ("方案四（二）（三）（A87）", "方案四（二）（三）（A87）", "plan 4(2)(3) (A87)"),
        ("本工具的假定；某局来函", "本工具的假定；某局来函", "assumed; 某局来函"),
        ("某市统计公报 // bulletin of the city", "某市统计公报", "bulletin of the city"),
        ("某市 21 桩 / 13 辆", "某市 21 桩 / 13 辆", "某市 21 桩 / 13 辆"),
    ],
)  # fmt: skip
def test_a_source_has_its_words_in_each_language(source, zh, en):
    assert source_words(source) == (zh, en)


def left(source):
    """What of a source in English is Chinese, and no quotation."""
    return CHINESE.findall(re.sub("“.*”", "", source_words(source).en))


def test_the_source_of_every_parameter_is_put_into_english():
    sources = set()
    for plan in PLAN_IDS:
        for info in load_plan(plan).parameters.model_fields.values():
            extra = info.json_schema_extra
            sources |= {str(extra["source"]), str(extra.get("elsewhere", ["", ""])[1])}
    assert len(sources) > 150
    assert not [one for one in sources if left(one)]


def test_every_number_of_the_case_that_ships_has_its_source_in_both_languages():
    case = shipped_case()
    sources = [one.source for numbers in case.numbers.values() for one in numbers.values()]
    sources += [str(one.source) for one in plan_document().numbers.values()]
    assert not [one for one in sources if left(one)]


def test_what_is_put_into_english_is_english():
    words = tomllib.loads(files("nngis").joinpath("source_words.toml").read_text(encoding="utf-8"))
    assert not [en for en in words.values() if CHINESE.search(re.sub("“.*”", "", en))]
    assert not [zh for zh in words if BOTH in zh]


def test_a_clause_without_its_words_loses_nothing_of_what_stands_beside_it():
    source = "方案三（八）：“以上”；国发〔2023〕24号为“及以上”（A63）"
    told = source_words(source, quoted=False).en
    assert told == "plan 3(8): “以上”; State Council 2023, No. 24: “and above” (A63)"
    assert source_words("方案三（八）：供热半径15公里（A63）", quoted=False).en == "plan 3(8) (A63)"
