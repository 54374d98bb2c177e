"""The example case: a made-up small town, complete for all four plans."""

from pathlib import Path

import numpy as np

from nngis.case_file import NAME
from nngis.catalog.load import sha256_of
from nngis.catalog.spec import LayerSpec
from nngis.catalog.write import write_catalog
from nngis.files import check_output
from nngis.run.cases import Case
from nngis.run.cases import case as open_case
from nngis.run.made_town import made_terrain, made_town
from nngis.run.new_case import CATALOG_HEAD, MADE_UP, filled, roles_page, write_made_up
from nngis.text import Text


def new_example(folder: Path, *, force: bool = False) -> Case:
    """Make the example: a made-up small town with layers for all four plans.

    Parameters
    ----------
    folder : Path
        Where to.
    force : bool
        Whether to write beside other files.

    Returns
    -------
    Case
        The case.
    """
    check_output(folder, force=force)
    with filled(folder) as made:
        specs = [write_made_up(made, role, frame) for role, frame in made_town().items()]
        specs.append(_terrain(made))
        (made / NAME).write_text(EXAMPLE_CASE, encoding="utf-8", newline="\n")
        (made / "roles.md").write_text(roles_page(), encoding="utf-8", newline="\n")
        write_catalog(made, CATALOG_HEAD, specs)
    return open_case(folder)


def _terrain(folder: Path) -> LayerSpec:
    import rasterio  # type: ignore[import-untyped]  # noqa: PLC0415 - only an example has one

    heights, (west, south, east, north) = made_terrain()
    path = folder / "elevation.tif"
    rows, columns = heights.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype=np.float32,
        crs="EPSG:4326",
        transform=rasterio.Affine(
            (east - west) / columns, 0.0, west, 0.0, (south - north) / rows, north
        ),
        compress="deflate",
    ) as out:
        out.write(heights, 1)
    return LayerSpec(
        id="elevation",
        title=Text("高程（虚构）", "Elevation (made up)"),
        file=path.name,
        sha256=sha256_of(path),
        geometry="raster",
        vintage="",
        licence="CC0-1.0",
        attribution="nngis",
        sources=("nngis case new --example",),
        evidence="synthetic",
        roles=("elevation",),
        note=MADE_UP,
    )


EXAMPLE_CASE = """# A made-up small town, complete for all four plans: nobody lives there.
format = 1
name = { zh = "样例城", en = "Exampleton" }
adcodes = ["999900"]
boundary = "counties"
work_crs = "auto"
synthetic = true

[numbers.charging]
nev_stock_count = { value = 3000.0, unit = "辆", source = "虚构" }
nev_stock_year = { value = 2023, source = "虚构" }
new_cars_a = { value = 2000.0, unit = "辆/a", source = "虚构" }

[[targets]]
rule = "A74"
value = 8.0
unit = "km"
clause = "样例一"
year = 2025
quote_zh = "新建和改造污水管网8公里"

[[targets]]
rule = "A32"
value = 30.0
unit = "%"
clause = "样例二"
year = 2025
quote_zh = "新能源汽车占新车销量30%"
"""
