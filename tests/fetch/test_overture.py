"""Addresses of outlines in a release's index, however its assets are nested."""

import pytest

from nngis.fetch.overture import THEME, _href, _hrefs

HTTPS = f"https://a.example/{THEME}/part.parquet"


def test_addresses_are_what_stands_under_href_and_nothing_else() -> None:
    assets = {
        "title": "no address",
        "href": 5,
        "aws": {"href": "first", "alternate": {"azure": {"href": "second", "kind": "x"}}},
        "pairs": [("one", {"href": "third"}), {"href": "fourth"}],
    }
    assert list(_hrefs(assets)) == ["first", "second", "third", "fourth"]


@pytest.mark.parametrize(
    ("hrefs", "chosen"),
    [
        ([f"s3://bucket/{THEME}/a b.parquet", HTTPS], HTTPS),
        ([HTTPS.replace(THEME, "theme=roads")], ""),
        ([], ""),
    ],
)
def test_an_address_over_https_of_the_theme_is_taken_first(hrefs: list[str], chosen: str) -> None:
    assert _href({str(at): {"href": href} for at, href in enumerate(hrefs)}) == chosen


def test_a_bucket_is_reached_over_https() -> None:
    found = _href([{"href": f"s3://bucket/{THEME}/a b.parquet"}])
    assert found.startswith("https://")
    assert "bucket" in found
    assert found.endswith(f"/{THEME}/a%20b.parquet")
