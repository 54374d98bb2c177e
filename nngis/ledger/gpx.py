"""Read GPX: way points, or routes and tracks, whichever a role has use for."""

from dataclasses import replace
from pathlib import Path

from nngis.ledger.markup import look_into_xml
from nngis.ledger.part import Part
from nngis.ledger.vector import read_layers, without_empty_columns
from nngis.roles import Role
from nngis.text import Text

_LAYERS = {"point": ("waypoints",)}
_LINES = ("routes", "tracks")  # their points, which GDAL lists too, are no objects
NOTE = Text(
    "GPX 按标准为 WGS84；若由奥维等国内软件在高德、百度底图上绘制，可能是 GCJ-02 或 BD-09，"
    "请用 --datum 说明。",
    "GPX is WGS84 by its standard; drawn over Amap or Baidu maps in programs such as Ovital it "
    "may be GCJ-02 or BD-09: say so with --datum.",
)


def read_gpx(path: Path, role: Role) -> list[Part]:
    """Read way points for a role of points, else routes and tracks."""
    look_into_xml(path)
    parts = read_layers(path, path, only=_LAYERS.get(role.shape, _LINES))
    return [replace(without_empty_columns(part), notes=(*part.notes, NOTE)) for part in parts]
