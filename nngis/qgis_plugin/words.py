"""Chinese where QGIS speaks Chinese, English elsewhere."""

import json
from functools import lru_cache
from pathlib import Path

from qgis.core import QgsApplication

INTERFACE = Path(__file__).with_name("interface.json")
READS = 1  # the format of interface.json that this code reads


def language():
    """Return the language of QGIS: zh or en."""
    return "zh" if QgsApplication.locale().lower().startswith("zh") else "en"


def say(zh, en):
    """Return a text in the language of QGIS."""
    return zh if language() == "zh" else en


def spoken(text):
    """Return a text of the interface, or of a result, in the language of QGIS."""
    return (text or {}).get(language()) or ""


@lru_cache(maxsize=1)
def interface():
    """Read what nngis offers, as it stood when the plugin was packed."""
    return json.loads(INTERFACE.read_text(encoding="utf-8"))


def word(kind, value):
    """Return the title of a coded value: of evidence, status or decision."""
    return spoken(interface()["words"][kind].get(str(value))) or str(value)
