"""How a boiler burns and when it was built, read from its model and its record.

Industrial boilers carry three letters (JB/T 1626): two for the body, the third for how they burn.
Boilers of the power series (JB/T 1617) carry their maker's letters, which end in G, and the steam's
pressure after a stroke: DG75/3.82-11, XG-75/3.82-M, YG-75/5.29-M1. Their letters do not say how
they burn; up to `LARGEST_BED_T_H` those in industry are circulating fluidised beds.
"""

import re

import numpy as np
import pandas as pd

FURNACES = ("grate_automatic", "grate_manual", "fluidised_bed", "pulverised")
UNKNOWN = "unknown"
BODIES = "DZ|DH|DL|SZ|SH|ZZ|ZH|LS|LH|WN|WW|QX|CR"
BURNS = {
    "L": "grate_automatic",  # chain
    "W": "grate_automatic",  # reciprocating
    "D": "grate_automatic",  # rolling
    "P": "grate_automatic",  # spreader
    "A": "grate_automatic",  # underfeed
    "Z": "grate_automatic",  # vibrating
    "G": "grate_manual",  # fixed
    "C": "grate_manual",  # fixed, two levels
    "H": "grate_manual",  # rocked by hand
    "F": "fluidised_bed",  # bubbling
    "B": "fluidised_bed",  # as the older edition has it
    "X": "fluidised_bed",  # circulating
    "S": "pulverised",  # burnt in suspension
}
WORDS = (
    ("fluidised_bed", "CFB|流化床|沸腾"),
    ("pulverised", "煤粉|室燃"),
    ("grate_manual", "手烧|固定炉排"),
    ("grate_automatic", "链条|往复|层燃"),
)
MAKERS = r"(?<![A-Z])[A-Z]{1,2}G\s*-?\s*(\d+(?:\.\d+)?)\s*/\s*\d"
SMALLEST_STATION_T_H = 35.0  # below it the power series has grates too
LARGEST_BED_T_H = 220.0  # above it pulverised coal is as likely, and the model does not say
LARGEST_GRATE_T_H = 65.0  # above it hardly any grate is built
YEAR = r"((?:19|20)\d{2})"


def furnace_of(model: pd.Series) -> pd.Series:
    """Read the kind of furnace from a boiler's model.

    Examples
    --------
    >>> furnace_of(pd.Series(["DZL10-1.25-AⅡ", "SHX20-2.5-A", "XG-75/3.82-M", None])).tolist()
    ['grate_automatic', 'fluidised_bed', 'fluidised_bed', 'unknown']
    """
    # JB/T 1626, models of industrial boilers; JB/T 1617, of those of power stations (from memory).
    # That DG75/3.82-11 is a circulating fluidised bed: its data sheet.
    text = model.astype("string").str.normalize("NFKC").str.upper().fillna("")
    letter = text.str.extract(f"(?<![A-Z])(?:{BODIES})([{''.join(BURNS)}])", expand=False)
    found = letter.map(BURNS).astype("object")
    size = pd.to_numeric(text.str.extract(MAKERS, expand=False)).to_numpy(float, na_value=np.nan)
    bed = (size >= SMALLEST_STATION_T_H) & (size < LARGEST_BED_T_H)
    found = found.mask(bed, "fluidised_bed")
    for furnace, words in reversed(WORDS):
        found = found.mask(text.str.contains(re.compile(words)), furnace)
    return found.where(found.notna(), UNKNOWN)


def built_year(boilers: pd.DataFrame) -> pd.Series:
    """Read the year in which each boiler was commissioned.

    Examples
    --------
    >>> built_year(pd.DataFrame({"commissioned": ["2007年7月", "1998.3", None]})).tolist()
    [2007.0, 1998.0, nan]
    """
    made = boilers.get("commissioned", pd.Series(None, index=boilers.index, dtype=object))
    return made.astype("string").str.extract(YEAR, expand=False).astype("Float64").astype(float)
