"""Cells of words are read by what they state: five hundred made cells, and their kinds."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngis.ledger.words import classes, is_mixed_fuel, read_class, read_yes_no

# Words of events, and the class that each states.
EVENTS = {
    "status": {"拆除": "dismantled", "报废": "dismantled", "注销": "dismantled", "停用": "stopped"},
    "unit_status": {"投产": "operating", "退役": "retired", "关停": "retired"},
    "project_status": {
        "完工": "completed",
        "竣工": "completed",
        "建成": "completed",
        "通水": "completed",
    },
}
WORDS = [(v, word, name) for v, words in EVENTS.items() for word, name in words.items()]
STATED = (
    *(
        "{}",
        "已{}",
        "已经{}",
        " 已{} ",
        "均已{}",
        "已{}。",
        "{}（2019年）",
        "2019年{}",
        "2019年6月{}",
    ),
    *(
        "已于2025年3月{}",
        "2025年已{}",
        "已{}（2025年3月）",
        "2018.6{}",
        "现已{}",
        "已全部{}",
        "{}完毕",
    ),
)
NOT_SO = (
    *("未{}", "尚未{}", "没有{}", "未按期{}", "仍未{}", "未能{}", "暂未{}", "{}未完成", "没{}"),
    *(
        "拟{}",
        "拟于2025年{}",
        "计划2025年{}",
        "计划于2024年6月底前{}",
        "规划{}",
        "应{}",
        "列入{}计划",
    ),
    *(
        "待{}",
        "即将{}",
        "将{}",
        "预计2024年{}",
        "预计2024年6月{}",
        "力争年底{}",
        "2025年底前{}",
        "2026年6月前{}",
    ),
    *("部分{}", "基本{}", "一期{}", "{}60%", "已{}80%", "正在{}", "{}中"),
    *(
        "疑似{}",
        "可能{}",
        "是否{}",
        "{}?",
        "{}？",
        "{}（待核实）",
        "{}（拟）",
        "{}（未实施）",
        "曾{}",
        "原{}",
    ),
    *("2025年{}", "今年{}", "不{}", "不再{}", "无{}计划", "未{}，拟{}"),
)


@pytest.mark.parametrize(("vocabulary", "word", "name"), WORDS)
def test_what_is_stated_is_read(vocabulary: str, word: str, name: str) -> None:
    wrong = {
        cell: found
        for form in STATED
        if (found := read_class(cell := form.format(word), vocabulary)) != name
    }
    assert not wrong


@pytest.mark.parametrize(("vocabulary", "word", "name"), WORDS)
def test_what_is_not_so_yet_or_no_more_is_not_read_as_so(
    vocabulary: str, word: str, name: str
) -> None:
    read = [c for form in NOT_SO if read_class(c := form.format(word, word), vocabulary) == name]
    assert not read


def test_there_are_more_than_five_hundred_of_them() -> None:
    assert len(WORDS) * (len(STATED) + len(NOT_SO)) > 500


@pytest.mark.parametrize(
    ("cell", "vocabulary", "name"),
    [
        ("停用待拆除", "status", "stopped"),
        ("停用（拟拆除）", "status", "stopped"),
        ("在用（计划2025年拆除）", "status", "in_use"),
        ("在用，拟于2025年底前停用", "status", "in_use"),
        ("停用后拆除", "status", "dismantled"),
        ("停用后恢复使用", "status", "in_use"),
        ("已停用，未拆除", "status", "stopped"),
        ("未停用", "status", "in_use"),
        ("原停用，现在用", "status", "in_use"),
        ("在用停用各一台", "status", None),
        ("运行至2025年底", "status", None),
        ("停用未拆", "status", None),
        ("待投产", "unit_status", "construction"),
        ("拟投产", "unit_status", "announced"),
        ("未投产", "unit_status", None),
        ("在运（2030年退役）", "unit_status", "operating"),
        ("未通水", "project_status", "construction"),
        ("待验收", "project_status", "construction"),
        ("预计2024年完工", "project_status", "construction"),
        ("计划2025年完工", "project_status", "planned"),
        ("已完工未验收", "project_status", None),
        ("一期已完工，二期在建", "project_status", "construction"),
        ("完成60%", "project_status", "construction"),
        ("完成100%", "project_status", "completed"),
        ("未开工", "project_status", "planned"),
        ("计划开工", "project_status", "planned"),
        ("已建成并投入运行", "project_status", "completed"),
    ],
)
def test_what_a_state_means_is_known(cell: str, vocabulary: str, name: str | None) -> None:
    assert read_class(cell, vocabulary) == name


FUELS = {
    "煤": "coal", "燃煤": "coal", "烟煤": "coal", "无烟煤": "coal", "天然气": "gas", "燃气": "gas",
    "煤气": "gas", "柴油": "oil", "重油": "oil", "生物质": "biomass", "蔗渣": "biomass",
}  # fmt: skip
MADE = (
    "{}改{}",
    "{}改为{}",
    "已由{}改为{}",
    "{}改成{}",
    "原{}，现{}",
    "原用{}，现改用{}",
    "{}→{}",
    "{}更换为{}",
)
NOT_MADE = (
    *(
        "拟{}改{}",
        "计划{}改{}",
        "计划2025年{}改{}",
        "{}改{}（拟）",
        "{}改{}（未实施）",
        "{}改{}未完成",
    ),
    *("未完成{}改{}", "{}（拟改{}）", "{}（计划2025年改{}）", "{}，2025年底前改{}"),
)
NO_FUEL = (
    "非{}",
    "不燃{}",
    "不使用{}",
    "禁用{}",
    "原先用{}",
    "曾用{}",
    "拟用{}",
    "计划改{}",
    "可能为{}",
    "不含{}",
)


@pytest.mark.parametrize(("first", "second"), list(product(FUELS, FUELS)))
def test_a_fuel_that_was_changed_is_the_new_one(first: str, second: str) -> None:
    for form in MADE:
        cell = form.format(first, second)
        assert read_class(cell, "fuel") == FUELS[second], cell
        assert not is_mixed_fuel(cell), cell


@pytest.mark.parametrize(("first", "second"), list(product(FUELS, FUELS)))
def test_a_change_that_is_not_made_leaves_the_old_one(first: str, second: str) -> None:
    for form in NOT_MADE:
        cell = form.format(first, second)
        assert read_class(cell, "fuel") == FUELS[first], cell


@pytest.mark.parametrize("fuel", FUELS)
def test_a_fuel_that_is_not_burnt_is_none(fuel: str) -> None:
    read = [cell for form in NO_FUEL if read_class(cell := form.format(fuel), "fuel") is not None]
    assert not read


@pytest.mark.parametrize(
    ("cell", "fuel"),
    [
        *(("以气代煤", "gas"), ("电代煤", "electric"), ("煤改电", "electric"), ("油改气", "gas")),
        *(("燃气（非燃煤）", "gas"), ("生物质（原燃煤）", "biomass"), ("煤、生物质混烧", "coal")),
        *(("gas boiler", "gas"), ("electric boiler", "electric"), ("boiler", None)),
        *(
            ("coal to gas", "gas"),
            ("non-coal", None),
            ("formerly coal", None),
            ("coal-fired", "coal"),
        ),
        *(("converted from coal to gas", "gas"), ("Coal (planned gas)", "coal"), ("热电", None)),
        *(("原煤", "coal"), ("原油", "oil"), ("煤制天然气", "gas"), ("焦炉煤气", "gas")),
    ],
)
def test_what_a_fuel_means_is_known(cell: str, fuel: str | None) -> None:
    assert read_class(cell, "fuel") == fuel


@pytest.mark.parametrize("verb", ["安装", "配备", "接入", "建成", "联网", "开展", "办理", "达标"])
def test_yes_and_no_follow_what_a_verb_states(verb: str) -> None:
    assert all(
        read_yes_no(form.format(verb)) is True for form in ("{}", "已{}", "均已{}", "2019年已{}")
    )
    no = ("未{}", "不{}", "尚未{}", "拟{}", "计划2025年{}", "待{}", "正在{}", "{}中")
    assert all(read_yes_no(form.format(verb)) is False for form in no)
    neither = ("部分{}", "是否{}", "{}?", "可能{}", "{}（待核实）", "已{}50%")
    assert all(read_yes_no(form.format(verb)) is None for form in neither)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        *(("是（2023年）", True), ("否（拟建）", False), ("是（部分）", None), ("无", False)),
        *(("有", True), ("没有", False), ("√", True), ("×", False), ("Y", True), ("n", False)),
        *(
            ("不详", None),
            ("待查", None),
            ("有（未运行）", None),
            ("/", None),
            (1, True),
            (0, False),
        ),
    ],
)
def test_yes_and_no_are_told(cell: object, answer: bool | None) -> None:
    assert read_yes_no(cell) is answer


def test_a_plan_does_not_turn_a_kind() -> None:
    assert read_class("拟建污水管", "sewer_kind") == "sewage"
    assert read_class("拟新建", "project_kind") == "new"
    assert read_class("非合流", "sewer_kind") is None


@given(
    vocabulary=st.sampled_from(["status", "unit_status", "project_status", "fuel", "sewer_kind"]),
    text=st.text(
        "已未不非拟待计划原煤气改停用拆除完工在（），2025年前?部分中后现以代 gas", max_size=12
    ),
)
def test_any_text_is_read_as_a_class_or_as_unknown(vocabulary: str, text: str) -> None:
    assert read_class(text, vocabulary) in {None, *classes(vocabulary)}
