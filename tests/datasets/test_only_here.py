"""Files of GDAL and Arrow are opened in one room, so that one guard holds for all of them."""

import re
from pathlib import Path

import nngis

ROOM = Path(nngis.__file__).parent
OPENS = re.compile(
    r"pyogrio\.(?:read|list|open)|\bread_dataframe\(|\bread_arrow\(|gpd\.read_|geopandas\.read_|"
    r"rasterio\.open\(|pd\.read_parquet|pq\.(?:read|ParquetFile|ParquetDataset)|\bogr\.Open|fiona\."
)
# They open what they have just written or fetched themselves; graph files are of our own format.
OWN = (
    "datasets/",
    "fetch/",
    "cli/doctor_command.py",
    "catalog/graph_file.py",
    "run/example_town.py",
)


def test_no_other_room_opens_them() -> None:
    found = {}
    for path in sorted(ROOM.rglob("*.py")):
        name = path.relative_to(ROOM).as_posix()
        count = len(OPENS.findall(path.read_text(encoding="utf-8")))
        if count and not name.startswith(OWN):
            found[name] = count
    assert found == {}
