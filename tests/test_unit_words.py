import re

import pytest

from nngis import fields
from nngis.register.rules import register
from nngis.run.plans import PLAN_IDS, load_plan
from nngis.unit_words import unit_words


@pytest.mark.parametrize(
    ("unit", "en"),
    [
        ("t/h", "t/h"),
        ("", ""),
        (None, ""),
        ("台", ""),
        ("万元", "10⁴ CNY"),
        ("万元/(t/h)", "10⁴ CNY/(t/h)"),
        ("元/个", "CNY each"),
        ("元/kWh", "CNY/kWh"),
        ("L/(人·d)", "L/(people·d)"),
        ("次/d", "times/d"),
        ("辆/a", "vehicles/a"),
        ("百分点", "percentage points"),
    ],
)
def test_a_unit_has_its_words_in_english(unit, en):
    assert unit_words(unit).en == en
    assert unit_words(unit).zh == (unit or "")


def test_no_unit_of_a_column_a_parameter_or_a_target_is_chinese_in_english():
    units = {one.shown_unit for one in fields.glossary().values()}
    for plan in PLAN_IDS:
        for info in load_plan(plan).parameters.model_fields.values():
            extra = info.json_schema_extra
            units.add(str(extra.get("unit") or "") if isinstance(extra, dict) else "")
    units |= {target.unit for rule in register().values() for target in rule.targets}
    assert len(units) > 20
    assert not [one for one in units if re.search("[\u4e00-\u9fff]", unit_words(one).en)]
