"""The map of folium, with nothing from elsewhere."""

import folium


class OfflineMap(folium.Map):
    """A folium map without the links to scripts and styles on other people's servers."""

    default_js = []  # noqa: RUF012
    default_css = []  # noqa: RUF012
