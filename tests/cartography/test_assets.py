import hashlib
import re
from dataclasses import replace
from importlib.resources import files

import pytest

from nngis.cartography import assets
from nngis.errors import OutputError

FOLDER = files("nngis.cartography").joinpath("assets")


@pytest.mark.parametrize("asset", assets.pinned(), ids=lambda asset: asset.file)
def test_a_pinned_file_is_the_one_its_maker_published(asset):
    raw = FOLDER.joinpath(asset.file).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == asset.sha256
    assert FOLDER.joinpath(asset.licence_file).is_file()
    assert asset.version
    assert asset.licence


def test_every_file_of_others_is_pinned():
    known = {asset.file for asset in assets.pinned()}
    own = re.compile(r"(\.gitattributes|map_\w+\.js|\w+\.css|\w+\.html\.j2|assets\.toml)$")
    names = {one.name for one in FOLDER.iterdir() if one.is_file()}
    assert {name for name in names if not own.match(name)} <= known
    assert known <= names


def test_a_changed_file_is_refused(monkeypatch):
    damaged = [replace(asset, sha256="0" * 64) for asset in assets.pinned()]
    monkeypatch.setattr(assets, "pinned", lambda: damaged)
    assets.content.cache_clear()
    with pytest.raises(OutputError, match=r"leaflet\.js"):
        assets.content("leaflet.js")
    assets.content.cache_clear()


def test_leaflets_style_sheet_carries_its_images():
    targets = re.findall(r"url\(([^)]*)\)", assets.leaflet_css())
    assert len([one for one in targets if one.startswith("data:image/png;base64,")]) == 3
    assert all(one.startswith(("data:", "#")) for one in targets)


def test_leaflets_script_names_no_source_map():
    assert "sourceMappingURL" not in assets.leaflet_js()
    assert assets.leaflet_js().rstrip().endswith("window.L=t});")


@pytest.mark.parametrize(
    "name",
    sorted(one.name for one in FOLDER.iterdir() if one.name.startswith("map_")),
)
def test_our_scripts_never_turn_text_into_markup_or_code(name):
    if not name.endswith(".js"):
        return
    source = assets.text(name)
    banned = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    assert not [word for word in (*banned, "new Function", "fetch(", "XMLHttp") if word in source]
    assert re.findall(r"https?://[^\"']*", source) in ([], ["http://www.w3.org/2000/svg"])
    assert len(source.splitlines()) < 400
