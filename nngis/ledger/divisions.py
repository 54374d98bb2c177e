"""Names and codes of a place's counties, those of earlier years among them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import geopandas as gpd

from nngis.case_file import CaseFile
from nngis.crs.extent import Box
from nngis.ledger.table import Cell, brief
from nngis.text import Text

# Letters of division names as they are written in Hong Kong and Taiwan, and here.
_LETTERS = (
    "區区 縣县 鄉乡 鎮镇 興兴 寧宁 慶庆 賓宾 陽阳 馬马 鳴鸣 橫横 廣广 壯壮 龍龙 東东 門门 "
    "雲云 島岛 嶺岭 濱滨 華华 豐丰 榮荣 齊齐 黃黄 漢汉 遼辽 蘇苏 貴贵 錦锦 連连 順顺 義义 "
    "長长 樂乐 開开 陳陈 羅罗 鳳凤 麗丽 潤润 澤泽 關关 鹽盐 靈灵 蘭兰 蘆芦 藍蓝 葉叶 萬万 "
    "劍剑 單单 吳吴 國国 圍围 壩坝 寶宝 將将 岡冈 崗岗 峽峡 張张 應应 懷怀 揚扬 業业 楊杨 "
    "榆榆 樓楼 橋桥 歷历 涇泾 淶涞 渦涡 溫温 滎荥 滬沪 潛潜 濟济 濰潍 瀏浏 瀘泸 灣湾 爾尔 "
    "獅狮 瑪玛 環环 甌瓯 畢毕 盧卢 眾众 碭砀 紅红 納纳 綠绿 維维 羣群 聖圣 聞闻 興兴 舊旧 "
    "蕭萧 薊蓟 蘄蕲 衛卫 誠诚 諸诸 譚谭 讓让 賀贺 資资 贛赣 趙赵 車车 達达 遠远 遷迁 邊边 "
    "鄭郑 鄰邻 鄲郸 銀银 銅铜 鋼钢 錫锡 鐵铁 閩闽 陰阴 陸陆 隴陇 雙双 韓韩 魚鱼 魯鲁 鶴鹤 "
    "鷹鹰 麥麦 黨党 龜龟"
)
_SIMPLER = str.maketrans({one[0]: one[1] for one in re.findall(r"\S\S", _LETTERS)})
_CODE = re.compile(r"(?:156)?(\d{6})(?:\d{3}|\d{6})?(?:\.0)?")
_OFFICES = re.compile("(人民政府|生态环境局)$")
# What can stand before a county's name: a province, then a city.
_BEFORE = re.compile(
    r"(?:.{2,8}(?:省|自治区|特别行政区))?(?:.{2,8}(?:市|地区|自治州|盟))?", re.DOTALL
)
_FEWEST = 2  # characters of a name that is told in an address


@dataclass(frozen=True)
class Divisions:
    """The counties of a place.

    Parameters
    ----------
    names : mapping of str to str
        Names of today by code of six figures.
    former : mapping of str to str
        The name of today by a name or code of earlier years.
    above : tuple of str
        Names of the place and of what it lies in, as addresses and firms begin with them.
    extent : Box, optional
        Where the counties lie [degrees].
    title : Text
        What people call the place.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    extent: Box | None = None
    title: Text = field(default_factory=lambda: Text("本案例", "the case"))

    def read(self, cell: Cell) -> str | None:
        """Read the name or code of a county, an old one as its name of today.

        Parameters
        ----------
        cell : object
            A cell's value.

        Returns
        -------
        str or None
            The name of today where it is known, else the text as it stands; None for nothing.

        Examples
        --------
        >>> known = Divisions({"320981": "东海市", "320104": "秦淮区"},
        ...                   {"东县": "东海市", "320927": "东海市"}, ("南京市",))
        >>> known.read("南京市东县"), known.read(320927), known.read("东海"), known.read("秦淮")
        ('东海市', '东海市', '东海市', '秦淮区')
        >>> known.read("江苏省南京市秦淮區"), known.read("320104.0"), known.read("福田区")
        ('秦淮区', '秦淮区', '福田区')
        """
        text = re.sub(r"\s", "", brief(cell)).translate(_SIMPLER)
        if not text:
            return None
        code = _CODE.fullmatch(text)
        if code:
            return self.names.get(code[1]) or self.former.get(code[1], text)
        name = _OFFICES.sub("", self.bare(text) or text)
        for known in self._longest_first:
            if name.endswith(known) and _BEFORE.fullmatch(name[: -len(known)]):
                return self._today[known]
        return self._short.get(name, name)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Find the counties that an address names.

        Parameters
        ----------
        text : str
            The address.

        Returns
        -------
        tuple of str
            Their names of today, each once.

        Examples
        --------
        >>> known = Divisions({"320981": "东海市"}, {"东县": "东海市"})
        >>> known.named_in("南京市东县六景镇"), known.named_in("人民大道")
        (('东海市',), ())
        """
        return tuple(
            dict.fromkeys(
                today
                for name, today in self._today.items()
                if len(name) >= _FEWEST and name in text
            )
        )

    def code_of(self, county: str) -> str | None:
        """Return the code of a county."""
        return next((code for code, name in self.names.items() if name == county), None)

    def bare(self, text: str) -> str:
        """Take off the names of the place and of what it lies in.

        Parameters
        ----------
        text : str
            A name or an address.

        Returns
        -------
        str
            What follows them.

        Examples
        --------
        >>> Divisions(above=("南京市", "南京", "江苏")).bare("江苏南京某某食品厂")
        '某某食品厂'
        """
        return self._above.sub("", text)

    @cached_property
    def _today(self) -> dict[str, str]:
        """Names of today and of earlier years, each with that of today."""
        old = {name: today for name, today in self.former.items() if not name.isdigit()}
        return {name: name for name in self.names.values()} | old

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self._today, key=len, reverse=True)

    @cached_property
    def _short(self) -> dict[str, str]:
        """Names without the word for what they are."""
        return {name[:-1]: today for name, today in reversed(self._today.items())}

    @cached_property
    def _above(self) -> re.Pattern[str]:
        names = sorted(self.above, key=len, reverse=True)
        return re.compile(f"^(?:{'|'.join(map(re.escape, names))})+" if names else "(?!)")


NOWHERE = Divisions()


def divisions_of(counties: gpd.GeoDataFrame, case: CaseFile) -> Divisions:
    """Take the counties of a place from its boundaries, and what the case knows of them.

    Parameters
    ----------
    counties : GeoDataFrame
        With `adcode` (or indexed by it) and `name_zh`; without both nothing is known.
    case : CaseFile
        Its former counties and what it lies in.

    Returns
    -------
    Divisions
        The counties.

    Examples
    --------
    >>> from nngis.text import Text
    >>> from shapely import box
    >>> counties = gpd.GeoDataFrame({"adcode": ["450202"], "name_zh": ["城中区"]},
    ...                             geometry=[box(109.3, 24.2, 109.5, 24.4)], crs=4326)
    >>> divisions_of(counties, CaseFile(name=Text("柳州市", "Liuzhou"))).read("柳州城中区")
    '城中区'
    """
    if counties.index.name == "adcode":
        counties = counties.reset_index()
    if not {"adcode", "name_zh"} <= set(counties.columns):
        return NOWHERE
    named = counties[counties["name_zh"].notna()]
    names = dict(zip(named["adcode"].astype(str), named["name_zh"].astype(str), strict=True))
    there = set(names.values())
    former = [one for one in case.former if one.now in there]
    return Divisions(
        names,
        {old: one.now for one in former for old in (one.name, one.adcode) if old},
        (*case.above, *case.called),
        Box(*counties.total_bounds),
        Text("".join((*case.above[:1], case.name.zh)), case.name.en),
    )
