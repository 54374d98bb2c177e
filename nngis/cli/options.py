"""The options that commands share, each declared once, and what several of them mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nngis.errors import Problem, ScenarioError, require
from nngis.text import Lang

if TYPE_CHECKING:
    from nngis.inputs.store import LayerStore
    from nngis.run.scenario import Scenario


LangOption = Annotated[Lang, typer.Option("--lang", help="语言 language of everything written")]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 打印 print JSON")]
Layers = Annotated[
    Path | None,
    typer.Option(
        "--case",
        "--layers",
        help="案例（图层）文件夹，缺省为内置 the case's folder; the shipped one if absent",
    ),
]
Out = Annotated[Path, typer.Option("--out", help="输出文件夹 output folder")]
Force = Annotated[
    bool, typer.Option("--force", help="文件夹里有别的文件也写 write beside other files")
]
Paper = Annotated[str, typer.Option("--paper", help="图幅 paper: A3 A3-portrait A1 A1-portrait")]
Stamp = Annotated[
    list[str] | None,
    typer.Option(
        "--stamp",
        help="图签 名称=值 title block: unit date number drawn_by checked_by approved_by "
        "review_number",
    ),
]
Svg = Annotated[bool, typer.Option("--svg", help="另存 SVG 图纸 write sheets as SVG too")]
Atlas = Annotated[bool, typer.Option("--atlas", help="另出分县图册 write a sheet a county too")]
SiteCards = Annotated[
    bool, typer.Option("--site-cards", help="每站一页图文卡 write a page for each site to build")
]
Shp = Annotated[
    bool, typer.Option("--shp", help="另存 GBK 的 shapefile write shapefiles in GBK too")
]
Tiles = Annotated[
    str,
    typer.Option(
        "--tiles",
        help="网络底图 tiles under web maps: tianditu:密钥KEY, osm, [gcj02+]https://…/{z}/{x}/{y}",
    ),
]
ShowRows = Annotated[
    bool,
    typer.Option("--show-rows", help="列出每条提醒所指的行 list the rows behind each warning"),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="有目标未完成或项目被禁止则退出码为 3 exit 3 if missed or banned"
    ),
]
LayerOf = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        help="角色=文件 ROLE=FILE, e.g. boilers=锅炉台账.xlsx; 栅格可加 :band=2、:fill=outliers",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="参数=值 NAME=VALUE, e.g. supply_radius_m=30000"),
]
Datum = Annotated[
    str | None,
    typer.Option(
        "--datum",
        help="所给文件的坐标系 datum of the files given: wgs84 cgcs2000 gcj02 bd09 EPSG:4547 "
        "assume-wgs84",
    ),
]
Roads = Annotated[
    str | None,
    typer.Option(help="道路；没有则只算直线距离 roads; straight lines without them"),
]
Weight = Annotated[str | None, typer.Option(help="需求点的权重列 column of weights")]
OptionalOut = Annotated[Path | None, typer.Option("--out", help="输出文件夹 output folder")]


def choose_scenario(
    what: Sequence[str], store: LayerStore, layer: Sequence[str], datum: str | None
) -> Scenario:
    """Take the scenario named, or the store's demonstration, and put the given layers in it."""
    from nngis.inputs.choices import LayerChoice, read_choice

    base = _scenario(what, store)
    choices = {
        role: LayerChoice.model_validate({**read_choice(said), "datum": datum})
        for role, said in pairs(layer, "--layer").items()
    }
    return base.model_copy(update={"layers": {**base.layers, **choices}})


def _scenario(what: Sequence[str], store: LayerStore) -> Scenario:
    from nngis.run.cases import own_scenario
    from nngis.run.scenario import check_plans, read_scenario

    files = [name for name in what if name.endswith(".toml")]
    if len(files) > 1 or (files and len(what) > 1):
        raise ScenarioError(
            "一次只能给一个情景文件，且不与规划名同用。",
            "Give one scenario file and no plan beside it.",
            where=" ".join(what),
        )
    if files:
        return read_scenario(Path(files[0]))
    base = own_scenario(store)
    if not what:
        return base
    check_plans(what, where="nngis run")
    return base.model_copy(update={"plans": tuple(dict.fromkeys(what))})


def pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Read NAME=VALUE words."""
    split = [(word, *word.partition("=")) for word in words]
    require(
        [
            Problem("应写成 名称=值。", "Write it as NAME=VALUE.", where=f"{option} {word}")
            for word, name, sign, value in split
            if not (name.strip() and sign and value.strip())
        ],
        ScenarioError,
    )
    return {name.strip(): value.strip() for _, name, _, value in split}
