"""The gallery: small pictures of the default run, which must be what the run draws today."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

MAPS = Path(__file__).parents[2] / "maps"
MOST_BYTES = 400_000
UNLIKE = 24  # grey levels from which a pixel is another colour
MOST_UNLIKE = 0.01  # share of pixels that may be: other versions of fonts and drawing


@pytest.fixture(scope="module")
def gallery():
    found = importlib.util.spec_from_file_location("build_gallery", MAPS / "gallery" / "build.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def small(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("L").reduce(2), dtype=float)


def unlike(one, other):
    return float((np.abs(small(one) - small(other)) > UNLIKE).mean())


def test_every_picture_is_small():
    pictures = list((MAPS / "gallery").glob("*.png"))
    assert pictures
    assert all(path.stat().st_size < MOST_BYTES for path in pictures)


def test_another_picture_is_told_from_the_one_that_is_kept(tmp_path):
    kept = MAPS / "gallery" / "heat_sheet_zh.png"
    with Image.open(kept) as picture:
        turned = picture.convert("RGB")
    turned.paste(turned.crop((0, 0, 400, 400)), (300, 300))
    turned.save(tmp_path / "other.png")
    assert unlike(kept, kept) == 0
    assert unlike(kept, tmp_path / "other.png") > MOST_UNLIKE


def test_the_sheets_kept_are_those_of_the_default_run(gallery, default_run, tmp_path):
    made = gallery.small_sheets(default_run.out, tmp_path, "zh")
    kept = sorted((MAPS / "gallery").glob("*_sheet_zh.png"))
    assert [path.name for path in made] == [path.name for path in kept]
    far = {path.name: unlike(path, MAPS / "gallery" / path.name) for path in made}
    assert all(share <= MOST_UNLIKE for share in far.values()), far
