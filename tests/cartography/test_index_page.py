from html.parser import HTMLParser

import pytest

from nngis.cartography.index_page import IndexPage, PageLink, PlanCard, draw_index
from nngis.decide.indicators import Indicator
from nngis.result.result import InputRecord
from nngis.text import Text


class Reader(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.elements, self.shown, self.skip = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.skip = tag in ("style", "title")

    def handle_endtag(self, tag):
        self.skip = self.skip and tag not in ("style", "title")

    def handle_data(self, data):
        if not self.skip:
            self.shown.append(data.strip())

    @property
    def text(self):
        return "|".join(filter(None, self.shown))


def indicator(value, target, sense="at_least", word="管网"):
    return Indicator(
        "sewer_km", Text(word, "Sewers"), value, "km", "三（十）", target, sense, basis="achieved"
    )


def page(*indicators, word="供热"):
    card = PlanCard(
        "heat",
        Text(word, "Heat"),
        (PageLink(Text("地图", "Map"), "heat/地图 1.html"),),
        indicators,
        (Text("假设甲", "Assumption A"),),
        (Text("注意乙", "Warning B"),),
        "synthetic",
    )
    source = InputRecord(
        "boilers",
        "boilers",
        Text("台账", "Ledger"),
        word,
        "",
        "synthetic",
        1240,
        7,
        "MIT",
        "来源丙",
    )
    return IndexPage(
        Text("成果", "Results"),
        "synthetic",
        (card, PlanCard("sewer", Text("污水", "Sewer"))),
        (source,),
    )


def test_targets_met_missed_and_unknown_are_counted():
    drawn = draw_index(
        page(indicator(592, 280), indicator(200, 280), indicator(None, 280), indicator(3, None)),
        lang="en",
    )
    text = Reader(drawn).text
    for count, sign, word in (("1", "✓", "met"), ("1", "✗", "missed"), ("1", "?", "unknown")):
        assert f"{count}|{sign}|{word}" in text
    assert "592|≥ 280|km|✓|met|三（十）" in text
    assert "unknown|≥ 280|km|?|unknown" in text
    assert "3|km|–|no target" in text


def test_an_unknown_value_is_never_written_as_zero():
    text = Reader(draw_index(page(indicator(None, 5)), lang="zh")).text
    assert "未知|≥ 5" in text
    assert "|0|" not in text.replace("|0|✓", "").replace("|0|✗", "").replace("|0|–", "")


def test_zero_is_written_as_zero():
    assert "|0|≤ 0|" in Reader(draw_index(page(indicator(0, 0, "at_most")), lang="zh")).text


def test_assumptions_warnings_inputs_and_rejects_are_there():
    text = Reader(draw_index(page(), lang="zh")).text
    for word in ("假设甲", "注意乙", "台账", "1,240", "7", "来源丙", "合成演示", "不作为划界依据"):
        assert word in text


def test_links_are_paths_of_the_run_and_nothing_else_is_loaded():
    read = Reader(draw_index(page(), lang="zh"))
    targets = [attrs["href"] for tag, attrs in read.elements if "href" in attrs]
    assert targets == ["heat/%E5%9C%B0%E5%9B%BE%201.html"]
    assert not [attrs for _, attrs in read.elements if "src" in attrs]
    assert not [tag for tag, _ in read.elements if tag in ("script", "link", "iframe")]


def test_a_path_cannot_name_a_scheme():
    card = PlanCard("x", Text("甲", "A"), (PageLink(Text("乙", "B"), "javascript:alert(1)"),))
    drawn = draw_index(IndexPage(Text("甲", "A"), "derived", (card,)), lang="zh")
    assert 'href="javascript%3Aalert%281%29"' in drawn


@pytest.mark.parametrize("word", ["<script>x</script>", "{{ 7 * 7 }}", "a\"b'&c"])
def test_text_of_others_is_text(word):
    drawn = draw_index(page(indicator(1, 2, word=word), word=word), lang="zh")
    read = Reader(drawn)
    assert read.text.count(word) == 3  # title of the plan, of the indicator, path of the input
    assert not [tag for tag, _ in read.elements if tag == "script"]


def test_the_page_speaks_one_language():
    assert "注意乙" not in draw_index(page(), lang="en")
    assert "Warning B" not in draw_index(page(), lang="zh")


def test_the_same_page_gives_the_same_bytes():
    assert draw_index(page(indicator(1, 2)), lang="zh") == draw_index(
        page(indicator(1, 2)), lang="zh"
    )
