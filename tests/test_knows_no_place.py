"""Nothing outside the case's folder knows the place that it is of."""

import re
from pathlib import Path

import pytest

import nngis

PACKAGE = Path(nngis.__file__).parent
SUFFIXES = {".py", ".toml", ".j2", ".js", ".css", ".html", ".md", ".json", ".svg"}
# Names of the city, its counties, rivers and landmarks in both languages, its codes, its zone.
KNOWN = re.compile(
    "南宁|横州|横县|兴宁|青秀|西乡塘|良庆|邕|武鸣|隆安|马山县|上林县|宾阳|吴圩|五象|八尺江|国能南|guoneng"
    r"|nanning|hengzhou|xingning|qingxiu|xixiangtang|yongning|wuming|4501\d\d|\b4545\b",
    re.IGNORECASE,
)
FILES = sorted(
    one
    for one in PACKAGE.rglob("*")
    if one.suffix in SUFFIXES and "_layers" not in one.parts and one.is_file()
)


def test_the_package_is_searched_whole():
    assert len(FILES) > 600


@pytest.mark.parametrize("room", sorted({one.relative_to(PACKAGE).parts[0] for one in FILES}))
def test_no_file_of_the_package_knows_the_place_of_the_case_that_ships(room):
    here = [one for one in FILES if one.relative_to(PACKAGE).parts[0] == room]
    found = [
        f"{one.relative_to(PACKAGE)}: {hit.group()}"
        for one in here
        for hit in KNOWN.finditer(one.read_text(encoding="utf-8"))
    ]
    assert not found
