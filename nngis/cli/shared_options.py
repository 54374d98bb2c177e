"""The options that commands share, each defined once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """Language of what a command writes."""

    zh = "zh"
    en = "en"


Lang = Annotated[Language, typer.Option("--lang", help="语言 language of everything written")]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 打印 print JSON")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度 no progress")]
Layers = Annotated[
    Path | None,
    typer.Option(
        "--layers", help="图层文件夹，缺省为内置 layers folder; the shipped one if absent"
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
Tiles = Annotated[
    str,
    typer.Option(
        "--tiles",
        help="网络底图 tiles under web maps: tianditu:密钥KEY, osm, [gcj02+]https://…/{z}/{x}/{y}",
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="有目标未完成或项目被禁止则退出码为 3 exit 3 if missed or banned"
    ),
]
