"""Two views of one place on one map, parted by a bar that is drawn left and right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
import geopandas as gpd
from branca.element import MacroElement
from jinja2 import Template
from markupsafe import Markup

from nngis.cartography import assets
from nngis.cartography.explore import add_legend, add_view, blank_map, raw
from nngis.result.mapview import MapView
from nngis.text import Lang, Text

BAR = Text("左右拖动比较", "Drag to compare")


@dataclass(frozen=True)
class Half:
    """One side of a swipe map.

    Parameters
    ----------
    name : Text
        What stands above it.
    view : MapView
        What is drawn there.
    tables : mapping of str to GeoDataFrame
        Its tables.
    """

    name: Text
    view: MapView
    tables: Mapping[str, gpd.GeoDataFrame]


class _Swipe(MacroElement):
    """The call that ties the bar to the map."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "nngisSwipe({{ this._parent.get_name() }}, document.getElementById({{ this.bar|tojson }}));"
        "{% endmacro %}"
    )

    def __init__(self, bar: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self.bar = "Swipe", bar


def swipe_map(
    left: Half,
    right: Half,
    *,
    lang: Lang,
    backdrop: Mapping[str, gpd.GeoDataFrame],
    evidence: str,
) -> folium.Map:
    """Draw two views under a swipe.

    Parameters
    ----------
    left, right : Half
        What is compared.
    lang : {"zh", "en"}
        Language of the map.
    backdrop : mapping of str to GeoDataFrame
        Vectors under the map by role.
    evidence : str
        The weakest evidence used on either side.

    Returns
    -------
    folium.Map
        The map; the layers of each half lie in a pane of their own, ``left`` and ``right``.
    """
    made = blank_map([*left.tables.values(), *right.tables.values()], backdrop)
    for name in ("left", "right"):
        folium.map.CustomPane(name, z_index=450).add_to(made)
    add_view(made, left.view, left.tables, lang=lang, side="left")
    looks = add_view(made, right.view, right.tables, lang=lang, side="right")
    add_legend(made, right.view.title, looks, lang=lang, evidence=evidence)
    bar = f"bar_{made.get_name()}"
    root: Any = made.get_root()
    root.header.add_child(raw(f"<script>{assets.text('map_swipe.js')}</script>"))
    root.html.add_child(
        raw(
            str(
                Markup(
                    '<div class="nngis-side left">{}</div><div class="nngis-side right">{}</div>'
                    '<div class="nngis-swipe"><input id="{}" type="range" min="0" max="1" '
                    'step="any" value="0.5" aria-label="{}"></div>'
                ).format(left.name.say(lang), right.name.say(lang), bar, BAR.say(lang))
            )
        )
    )
    _Swipe(bar).add_to(made)
    return made
