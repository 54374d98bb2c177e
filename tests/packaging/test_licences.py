"""The GPL and the AGPL do not get into the default install."""

from email.message import Message

import pytest
from licences import find_problem, installed, judge, layer_licences, stated_licence

from nngis.catalog.load import shipped_layers


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-or-later", "GPLv3", "agpl",
        "GNU General Public License v3 (GPLv3)", "GNU Affero General Public License v3",
        "GPL-2.0-only OR AGPL-3.0-only", "(GPL-3.0-only)", "GPL-3.0-only WITH Bison-exception-2.2",
    ],
)  # fmt: skip
def test_the_gpl_is_refused(licence):
    assert find_problem(licence) == "GPL or AGPL"


@pytest.mark.parametrize(
    "licence",
    [
        "MIT", "LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)", "MPL-2.0",
        "GPL-2.0-only OR MIT", "BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1",
        "BSD License OR GNU General Public License (GPL)",
    ],
)  # fmt: skip
def test_what_may_be_passed_on_is_not(licence):
    assert find_problem(licence) == ""


def test_a_licence_that_is_not_stated_is_refused():
    assert find_problem("") == "no licence is stated"


def test_a_gpl_library_inside_a_wheel_is_refused():
    assert "libgsl-1a2b.so" in find_problem("MIT", ["libgdal-1.so", "libgsl-1a2b.so"])


def test_the_expression_stands_before_classifiers_and_these_before_the_field():
    said = Message()
    said["License"] = "Apache License\n  Version 2.0"
    assert stated_licence(said) == "Apache License"
    said["Classifier"] = "License :: OSI Approved :: MIT License"
    said["Classifier"] = "License :: OSI Approved"
    assert stated_licence(said) == "MIT License"
    said["License-Expression"] = "BSD-3-Clause"
    assert stated_licence(said) == "BSD-3-Clause"
    assert judge(said).problem == ""


def test_the_default_install_holds_no_gpl_and_every_licence_is_known():
    found = {one.name.lower(): one for one in installed()}
    assert {"nngis", "numpy", "geopandas", "highspy"} <= set(found)
    assert "pytest" not in found
    assert [one for one in found.values() if one.problem] == []


def test_data_under_the_gpl_is_named_with_its_reason():
    found = {one.name: one for one in layer_licences(shipped_layers() / "catalog.toml")}
    assert [one for one in found.values() if one.problem] == []
    gpl = [name for name, one in found.items() if one.licence.startswith("GPL")]
    assert gpl == ["layer elevation"]
    assert "aggregated" in found["layer elevation"].licence


def test_data_under_the_gpl_without_a_reason_is_refused(tmp_path):
    catalog = tmp_path / "catalog.toml"
    catalog.write_text('[layers.roads]\nlicence = "GPL-3.0-only"\n', encoding="utf-8")
    assert [one.problem for one in layer_licences(catalog)] == ["GPL or AGPL"]
