"""The scorecard on the index page."""

from nngis.cartography.index_page import IndexPage, PageLink, Scoreboard, ScoreRow, draw_index
from nngis.text import Text


def page(**more):
    row = ScoreRow(
        "A74",
        "三（十）",
        Text("管网 <b>", "Sewers <b>"),
        "met",
        592.0,
        280.0,
        "km",
        "at_least",
        Text("约 592", "About 592"),
        "新闻",
        "approximate",
    )
    bare = ScoreRow(
        "A25",
        "三（三）",
        Text("甲", "A"),
        "not_computable",
        None,
        None,
        "",
        None,
        Text("缘由", "why"),
    )
    titles = {
        "met": Text("达到", "met"),
        "missed": Text("未达到", "missed"),
        "not_computable": Text("不可计算", "not computable"),
    }
    counts = tuple((s, int(s != "missed"), t) for s, t in titles.items())
    board = Scoreboard(counts, (row, bare), **more)
    return IndexPage(Text("题", "T"), "derived", (), scoreboard=board)


def test_rules_stand_under_their_status_with_value_target_source_and_reason():
    text = draw_index(page(), lang="en")
    for word in ("A74", "Sewers &lt;b&gt;", "592", "≥ 280", "About 592", "新闻", "why"):
        assert word in text
    assert "<b>Sewers" not in text
    assert text.index("not computable</b>") < text.index("A25")


def test_without_county_targets_it_says_why_there_is_no_ranking():
    assert "counties_table" in draw_index(page(), lang="en")
    ranked = page(counties=(("横州市", 2, 1, 3, "A39"), ("兴宁区", 1, 4, 0, "")))
    text = draw_index(ranked, lang="zh")
    assert "counties_table" not in text
    assert text.index("横州市") < text.index("兴宁区")


def test_links_and_no_empty_sections():
    text = draw_index(
        page(links=(PageLink(Text("表", "List"), "register/tables.xlsx"),)), lang="en"
    )
    assert 'href="register/tables.xlsx"' in text
    assert "<h2>Plans" not in text
    assert "<script" not in text
