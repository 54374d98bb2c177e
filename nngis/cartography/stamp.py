"""What a title block says: who made the sheet, when, its number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
