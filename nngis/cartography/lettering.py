"""A font with the signs of a sheet only: small inside files, and quick to put there."""

import base64
import hashlib
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from fontTools import subset
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text as Lettering

from nngis.cartography.font import FALLBACK, FAMILY, font_file

# Layout tables of vertical and contextual writing, which sheets do not use.
UNUSED = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT"]

# the font of each figure that has one; a figure is not changed once it is written
_given: WeakKeyDictionary[Figure, Path] = WeakKeyDictionary()


def give_letters(figures: Sequence[Figure]) -> Path:
    """Make a font with the signs of some sheets and set their texts in it."""
    known = {_given.get(figure) for figure in figures}
    if len(known) == 1 and (path := known.pop()) is not None:
        return path  # of a figure that is written in another format too
    texts = [one for figure in figures for one in figure.findobj(Lettering)]
    signs = "".join(sorted({sign for one in texts for sign in one.get_text()} | {" "}))
    path = _small_font(signs)
    for one in texts:
        one.set_fontfamily([path.stem, FALLBACK])
    _given.update(dict.fromkeys(figures, path))
    return path


def as_data_uri(path: Path) -> str:
    """Return a font as a style sheet carries it."""
    return "data:font/ttf;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="nngis-font-", ignore_cleanup_errors=True)


@cache
def _small_font(signs: str) -> Path:
    options = subset.Options()
    options.drop_tables += UNUSED
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(font_file(), options, dontLoadGlyphNames=True)
    # Half the time would go into names of 31,000 glyphs, which are not written.
    font.setGlyphOrder([f"glyph{at}" for at in range(font["maxp"].numGlyphs)])
    chosen = subset.Subsetter(options)
    chosen.populate(text=signs)
    chosen.subset(font)
    name = f"{FAMILY} {hashlib.sha256(signs.encode()).hexdigest()[:8]}"
    path = Path(_folder().name) / f"{name}.ttf"
    subset.save_font(font, path, options)
    font.close()
    entry = font_manager.FontEntry(fname=str(path), name=name, weight=400, size="scalable")
    font_manager.fontManager.ttflist.append(entry)
    return path
