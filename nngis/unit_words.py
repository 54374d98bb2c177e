"""Units as people read them in each language."""

import re

from nngis.text import Lang, Text

# What counts one by one needs no word in English: the title names it.
WORDS = {
    "万元": "10⁴ CNY",
    "元": "CNY",
    "人": "people",
    "辆": "vehicles",
    "户": "households",
    "年": "years",
    "次": "times",
    "百分点": "percentage points",
    **dict.fromkeys(("台", "个", "座", "处", "条", "段", "支", "块", "家", "类"), ""),
}
EACH = re.compile("/(?:台|个|座|处|条|段|支|块)(?![a-z])")
ANY = re.compile("|".join(WORDS))


def unit_words(unit: str | None) -> Text:
    """Return a unit in both languages.

    Parameters
    ----------
    unit : str or None
        The unit as the plans write it.

    Returns
    -------
    Text
        Signs that all languages share stay as they are.

    Examples
    --------
    >>> [unit_words(one).en for one in ("t/h", "台", "万元/(t/h)", "元/个", "人·a")]
    ['t/h', '', '10⁴ CNY/(t/h)', 'CNY each', 'people·a']
    """
    zh = unit or ""
    en = ANY.sub(lambda found: WORDS[found.group()], EACH.sub(" each", zh))
    return Text(zh, en)


def with_unit(figure: str, unit: str | None, lang: Lang) -> str:
    """Write a figure and its unit as people read them.

    Parameters
    ----------
    figure : str
        The figure.
    unit : str or None
        Its unit as the plans write it.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        The figure alone where the language has no word for the unit.

    Examples
    --------
    >>> with_unit("12", "台", "zh"), with_unit("12", "台", "en"), with_unit("3", "万元", "en")
    ('12 台', '12', '3 10⁴ CNY')
    """
    return f"{figure} {unit_words(unit).say(lang)}".rstrip()
