"""What Word refuses to open: elements out of the order that ECMA-376 (transitional) sets."""

import zipfile

import pytest
from lxml import etree

from nngis.report.content import compose_report
from nngis.report.word import write_word
from nngis.text import Text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ORDER = {  # ECMA-376 part 1, 17.3 to 17.6: the sequences of the types that we write
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct "
    "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
    "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
    "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect "
    "bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW "
    "jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection "
    "tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
    "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi "
    "rtlGutter docGrid printerSettings",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
}


def out_of_order(root):
    for name, words in ORDER.items():
        order = {f"{W}{word}": at for at, word in enumerate(words.split())}
        for one in root.iter(f"{W}{name}"):
            places = [order[child.tag] for child in one if child.tag in order]
            strange = [child.tag for child in one if child.tag not in order]
            if places != sorted(places) or strange:
                yield name, [child.tag.removeprefix(W) for child in one]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_element_stands_where_the_schema_has_it(result, picture, lang, tmp_path):
    report = compose_report(Text("六景", "Liujing"), [result], {"heat": picture}, lang=lang)
    write_word(report, tmp_path / "r.docx")
    with zipfile.ZipFile(tmp_path / "r.docx") as held:
        parts = [name for name in held.namelist() if name.startswith("word/") and ".xml" in name]
        roots = [etree.fromstring(held.read(name)) for name in parts if not name.endswith(".rels")]
    assert [found for root in roots for found in out_of_order(root)] == []
    ids = [one.get(f"{W}id") for root in roots for one in root.iter(f"{W}bookmarkStart")]
    assert len(ids) == len(set(ids))


def test_the_check_sees_an_element_out_of_place():
    root = etree.fromstring(
        f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:jc/><w:spacing/></w:pPr></w:p>'.encode()
    )
    assert list(out_of_order(root)) == [("pPr", ["jc", "spacing"])]
