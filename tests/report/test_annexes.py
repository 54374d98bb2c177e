"""The annex on method: every work CRS once, the software of all plans, in either language."""

from dataclasses import replace

import pytest

from nngis.report.annexes import method


@pytest.mark.parametrize(
    ("lang", "crs", "used"),
    [
        ("zh", "EPSG:4545、EPSG:4546。", "计算所用软件：gdal 3.9, nngis 0.1.0。"),
        ("en", "EPSG:4545, EPSG:4546.", "Computed with: gdal 3.9, nngis 0.1.0."),
    ],
)
def test_work_crs_stand_once_each_and_software_of_all(result, lang, crs, used):
    other = replace(result, work_crs="EPSG:4546", versions={"gdal": "3.9"})
    said = [one.text for one in method([result, other, result], lang)]
    assert said[0].endswith(crs)
    assert said[1:] == [used]


def test_without_versions_nothing_is_said_of_software(result):
    assert len(method([replace(result, versions={})], "zh")) == 1
