"""KML of 奥维, Google Earth and ArcGIS: fields in the description are fields of the ledger."""

from html import escape
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nngis.ledger.html_fields import fields_in
from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role

PLACEMARK = (
    "<Placemark><name>{name}</name><description>{text}</description>"
    "<Point><coordinates>{lon},22.8,0</coordinates></Point></Placemark>"
)
KML = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    "<Document><name>台账</name><Folder><name>锅炉</name>{}</Folder></Document></kml>"
)


def rows_of(pairs: dict[str, str], cell: str, more: str) -> list[str]:
    return [
        f"<tr{more}><{cell}>{escape(n)}</{cell}><td{more}>{escape(v)}</td></tr>"
        for n, v in pairs.items()
    ]


def ovital(pairs: dict[str, str]) -> str:
    return f'<table border="1">{"".join(rows_of(pairs, "td", ""))}</table>'


def headed(pairs: dict[str, str]) -> str:
    title = '<tr><th colspan="2" align="center">属性表</th></tr>'
    rows = "".join(rows_of(pairs, "th", ' class="a"'))
    return f"<html><body><table><tbody>{title}{rows}</tbody></table></body></html>"


def arcgis(pairs: dict[str, str]) -> str:
    """Frame a table by another, as "Layer To KML" does."""
    inner = "".join(rows_of(pairs, "td", ' bgcolor="#D4E4F3"'))
    return (
        '<html xmlns:fo="http://www.w3.org/1999/XSL/Format"><head><META charset="UTF-8">'
        "<style>td {color: red}</style></head><body><table><tr><td>标题</td></tr>"
        f"<tr><td><table>{inner}</table></td></tr></table></body></html>"
    )


def in_pairs(pairs: dict[str, str]) -> str:
    """Put two fields into a row."""
    cells = [f"<td>{escape(n)}：</td><td>{escape(v)}</td>" for n, v in pairs.items()]
    rows = ["".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def unclosed(pairs: dict[str, str]) -> str:
    return "<table>" + "".join(f"<tr><td>{n}<td>{escape(v)}" for n, v in pairs.items())


def by_lines(mark: str, end: str):
    def write(pairs: dict[str, str]) -> str:
        return end.join(f"{n}{mark}{escape(v)}" for n, v in pairs.items())

    return write


STYLES = [ovital, headed, arcgis, in_pairs, unclosed]
STYLES += [by_lines("：", "<br/>"), by_lines(": ", "\n"), by_lines("=", "<br>")]
values = st.text("甲乙路厂 AB12<&>\"'", min_size=1, max_size=12).filter(lambda v: v.strip())


@settings(max_examples=60, deadline=None)
@given(
    style=st.sampled_from(STYLES),
    ledger=st.lists(
        st.tuples(st.integers(1, 200), st.sampled_from(["烟煤", "天然气", "生物质"]), values),
        min_size=1,
        max_size=5,
    ),
    cdata=st.booleans(),
)
def test_fields_in_a_description_are_read_whatever_the_table_looks_like(
    tmp_path_factory, style, ledger, cdata
) -> None:
    marks = []
    for at, (tonnes, fuel, remark) in enumerate(ledger):
        pairs = {"锅炉编号": f"G{at}", "额定蒸发量": str(tonnes), "燃料种类": fuel, "备注": remark}
        text = style(pairs)
        text = f"<![CDATA[{text}]]>" if cdata else escape(text)
        marks.append(PLACEMARK.format(name=f"第{at}厂", text=text, lon=108.3 + at / 100))
    path: Path = tmp_path_factory.mktemp("k") / "a.kml"
    path.write_text(KML.format("".join(marks)), encoding="utf-8")
    layer = survey_ledger(path, role("boilers"), Options("wgs84")).layer
    assert layer.frame["capacity_t_h"].to_dict() == {
        f"G{at}": tonnes for at, (tonnes, _, _) in enumerate(ledger)
    }
    fuels = {"烟煤": "coal", "天然气": "gas", "生物质": "biomass"}
    assert layer.frame["fuel"].tolist() == [fuels[fuel] for _, fuel, _ in ledger]
    assert layer.frame["remark"].tolist() == [" ".join(remark.split()) for *_, remark in ledger]
    assert any("read out of the table or the lines" in note.en for note in layer.notes)


def test_fields_of_their_own_go_before_those_of_the_description(tmp_path: Path) -> None:
    text = ovital({"额定蒸发量": "4", "燃料种类": "煤"})
    own = "<ExtendedData><Data name='额定蒸发量'><value>10</value></Data></ExtendedData>"
    mark = PLACEMARK.format(name="甲", text=escape(text), lon=108.3)
    path = tmp_path / "a.kml"
    path.write_text(KML.format(mark.replace("<Point>", own + "<Point>")), encoding="utf-8")
    frame = survey_ledger(path, role("boilers"), Options("wgs84")).layer.frame
    assert frame["capacity_t_h"].tolist() == [10.0]
    assert frame["fuel"].tolist() == ["coal"]


def test_plain_words_are_no_fields() -> None:
    for text in ("巡检正常", "在 3:30 巡检", "http://a.b/c?d=e", "<b>甲</b><br/>乙：丙", "", None):
        assert fields_in(text) == {}
    assert fields_in("<script>alert(1)</script><table><tr><td>a<td><b>1</b></table>") == {"a": "1"}
