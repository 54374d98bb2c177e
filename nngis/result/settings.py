"""Values of parameters as people read them: yes and no, words of the glossary, years as years."""

from nngis import fields
from nngis.decide.indicators import number
from nngis.parameter_values import ParameterRecord
from nngis.text import Lang, Text
from nngis.unit_words import with_unit

MOST_LISTED = 6  # entries of a list


def setting_words(one: ParameterRecord, lang: Lang, *, most: int = MOST_LISTED) -> str:
    """Return a parameter's value with its unit; of a long list the first entries.

    Parameters
    ----------
    one : ParameterRecord
        The parameter.
    lang : {"zh", "en"}
        Language.
    most : int
        Entries of a list that are shown.

    Returns
    -------
    str
        Its value with its unit.

    Examples
    --------
    >>> one = ParameterRecord("target_year", Text("", ""), 2025, "", "", "default")
    >>> setting_words(one, "zh")
    '2025'
    >>> setting_words(ParameterRecord("pipe_or", Text("", ""), "gas", "", "", "--set"), "zh")
    '天然气'
    """
    value = value_words(one.name, one.value, lang, most=most)
    return value if one.value is None else with_unit(value, one.unit, lang)


def value_words(name: str, value: object, lang: Lang, *, most: int = MOST_LISTED) -> str:
    """Return the value of a parameter as people read it.

    Parameters
    ----------
    name : str
        The parameter.
    value : object
        Its value.
    lang : {"zh", "en"}
        Language.
    most : int
        Entries of a list that are shown.

    Returns
    -------
    str
        The value.

    Examples
    --------
    >>> value_words("assume_chp", False, "en"), value_words("price", 1234.5, "en")
    ('no', '1,234.5')
    >>> value_words("sizes_kva", (80, 100, 125), "en", most=2)
    '80, 100 ...'
    """
    if value is None:
        return Text("未给出", "not given").say(lang)
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).say(lang)
    if isinstance(value, int | float):
        is_year = name.endswith("year") and float(value).is_integer()
        return f"{int(value)}" if is_year else number(float(value), lang)
    if isinstance(value, list | tuple):
        gap, more = ("、", "等") if lang == "zh" else (", ", " ...")
        listed = gap.join(value_words(name, one, lang) for one in value[:most])
        return listed + (more if len(value) > most else "")
    return fields.get(name).value_title(value, lang)


def read_words(name: str, text: str, lang: Lang) -> str:
    """Return a value that was kept as text as people read it.

    Parameters
    ----------
    name : str
        The parameter.
    text : str
        The value as it was kept.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        The value.

    Examples
    --------
    >>> read_words("pipe_or", "biomass", "zh"), read_words("shares", "0.72,0.84", "en")
    ('生物质', '0.72, 0.84')
    >>> read_words("retired_by_gas", "False", "zh")
    '否'
    """
    values = [_read(word) for word in text.split(",")]
    return value_words(name, values if len(values) > 1 else values[0], lang)


def _read(word: str) -> object:
    if word in ("True", "False"):
        return word == "True"
    try:
        return float(word)
    except ValueError:
        return word
