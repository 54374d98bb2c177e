"""What a title block says: who made the sheet, when, its number, its reference system."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyproj import CRS

from nngis.text import Text

REVIEW = re.compile(
    r"[^\s;,；，]{0,2}S\s*[(（]\s*\d{4}\s*[)）]\s*\d+\s*号?"
)  # 审图号 GS(2024)0650号


@dataclass(frozen=True)
class Stamp:
    """What a title block says; what is left empty stays blank to be written by hand.

    Parameters
    ----------
    unit : str
        Who made the sheet (编制单位).
    date : str
        When, as it should be printed.
    number : str
        Number of the sheet (图号).
    drawn_by, checked_by, approved_by : str
        Who drew, checked and approved it.
    review_number : str
        Review number of the boundaries (审图号), where their source states one.
    """

    unit: str = ""
    date: str = ""
    number: str = ""
    drawn_by: str = ""
    checked_by: str = ""
    approved_by: str = ""
    review_number: str = ""


def stated_review_number(attributions: Sequence[str]) -> str:
    """Return the review number that a source itself states.

    Parameters
    ----------
    attributions : sequence of str
        What the sources ask to be named with.

    Returns
    -------
    str
        The first such number; empty where none states one.

    Examples
    --------
    >>> stated_review_number(["天地图 审图号：GS(2024)0650号"])
    'GS(2024)0650号'
    >>> stated_review_number(["© OpenStreetMap contributors"])
    ''
    """
    found = (REVIEW.search(text) for text in attributions)
    return next((one[0].lstrip("：:") for one in found if one), "")


def crs_title(work_crs: str) -> Text:
    """Return what people call a work CRS.

    Examples
    --------
    >>> crs_title("EPSG:4547").zh
    'CGCS2000 三度带 中央子午线 114°E（EPSG:4547）'
    """
    name = CRS(work_crs).name
    gauss = re.fullmatch(r"CGCS2000 / 3-degree Gauss-Kruger CM (\d+)E", name)
    zh = f"CGCS2000 三度带 中央子午线 {gauss[1]}°E" if gauss else name
    return Text(f"{zh}（{work_crs}）", f"{name} ({work_crs})")


def stamp_rows(stamp: Stamp, work_crs: str) -> tuple[tuple[tuple[Text, Text], ...], ...]:
    """Return the rows of a title block from above, each a cell or two: name and value."""
    none = Text("来源未注明", "none stated by the source")

    def same(value: str) -> Text:
        return Text(value, value)

    return (
        ((Text("编制单位", "Made by"), same(stamp.unit)),),
        ((Text("坐标系", "CRS"), crs_title(work_crs)),),
        (
            (
                Text("审图号", "Review no."),
                same(stamp.review_number) if stamp.review_number else none,
            ),
        ),
        (
            (Text("制图", "Drawn"), same(stamp.drawn_by)),
            (Text("校核", "Checked"), same(stamp.checked_by)),
        ),
        (
            (Text("审定", "Approved"), same(stamp.approved_by)),
            (Text("日期", "Date"), same(stamp.date)),
        ),
        ((Text("图号", "Sheet no."), same(stamp.number)),),
    )
