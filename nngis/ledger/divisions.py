"""Names and codes of Nanning's counties, those of earlier years among them."""

import re

from nngis.ledger.table import Cell, tidy

COUNTIES = {
    "450102": "兴宁区",
    "450103": "青秀区",
    "450105": "江南区",
    "450107": "西乡塘区",
    "450108": "良庆区",
    "450109": "邕宁区",
    "450110": "武鸣区",
    "450123": "隆安县",
    "450124": "马山县",
    "450125": "上林县",
    "450126": "宾阳县",
    "450181": "横州市",
}
# Codes and names before the changes of 2015 and 2021 (FACTS C); 邕宁县 became two districts and
# 城北, 新城 and 永新 were cut up in 2004, so these name no county of today.
RENAMED_CODES = {"450127": "450181", "450122": "450110"}
RENAMED = {"横县": "横州市", "武鸣县": "武鸣区"}
_SHORT = {name[:-1]: name for name in COUNTIES.values()} | {"横": "横州市"}
# Letters of division names as they are written in Hong Kong and Taiwan.
_SIMPLER = str.maketrans("區縣鄉鎮興寧慶賓陽馬鳴橫廣壯", "区县乡镇兴宁庆宾阳马鸣横广壮")
_CODE = re.compile(r"(?:156)?(\d{6})(?:\d{3}|\d{6})?(?:\.0)?")
_ABOVE = re.compile(r"^(?:广西壮族自治区|广西)?(?:南宁市?|南宁地区)?")


def read_county(cell: Cell) -> str | None:
    """Read the name or code of a county, an old one as its name of today.

    Examples
    --------
    >>> read_county("南宁市横县"), read_county("青秀区"), read_county(450127), read_county("武鸣")
    ('横州市', '青秀区', '横州市', '武鸣区')
    >>> read_county("西鄉塘區"), read_county("450103.0")
    ('西乡塘区', '青秀区')
    """
    text = re.sub(r"\s", "", tidy(cell)).translate(_SIMPLER)
    if not text:
        return None
    code = _CODE.fullmatch(text)
    if code:
        found = RENAMED_CODES.get(code.group(1), code.group(1))
        return COUNTIES.get(found, text)
    name = _ABOVE.sub("", text) or text
    name = name.removesuffix("人民政府").removesuffix("生态环境局")
    return RENAMED.get(name) or _SHORT.get(name, name)


def counties_named_in(text: str) -> tuple[str, ...]:
    """Find the counties that an address names.

    Examples
    --------
    >>> counties_named_in("南宁市横县六景镇"), counties_named_in("民族大道")
    (('横州市',), ())
    """
    names = {name: name for name in COUNTIES.values()} | RENAMED
    return tuple(dict.fromkeys(today for name, today in names.items() if name in text))


def code_of(county: str) -> str | None:
    """Return the code of a county.

    Examples
    --------
    >>> code_of("横州市"), code_of("福田区")
    ('450181', None)
    """
    return next((code for code, name in COUNTIES.items() if name == county), None)
