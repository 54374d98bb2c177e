"""Place rows that have an address but no coordinates, each within a radius of uncertainty."""

import numpy as np
import pandas as pd

from nngis.budgets import timely
from nngis.crs import work_to_lonlat
from nngis.ledger.gazetteer import Gazetteer, Place
from nngis.ledger.references import References

CLAIMS = ("name_zh", "county_stated", "township", "village", "address")


def match_addresses(claims: pd.DataFrame, references: References) -> pd.DataFrame:
    """Match rows to the finest place, township or county that they name uniquely."""
    gazetteer = Gazetteer(references)
    texts = pd.DataFrame(index=claims.index, columns=list(CLAIMS), dtype=object)
    for name in CLAIMS:
        if name in claims:
            texts[name] = claims[name].astype(object).where(claims[name].notna(), None)
    texts = texts.astype(object).where(texts.notna(), None)
    keys = list(texts.itertuples(index=False, name=None))
    found = {key: _match(gazetteer, key) for key in timely(list(dict.fromkeys(keys)))}
    places = [found[key] for key in keys]
    xy = np.array([(p.x_m, p.y_m) if p else (np.nan, np.nan) for p in places]).reshape(-1, 2)
    lon, lat = work_to_lonlat(xy[:, 0], xy[:, 1], references.crs)
    return pd.DataFrame(
        {
            "lon": lon,
            "lat": lat,
            "uncertainty_m": [round(p.radius_m, 1) if p else np.nan for p in places],
            "matched_to": pd.Series(
                [p.name if p else None for p in places], index=claims.index, dtype=object
            ),
        },
        index=claims.index,
    )


def _match(gazetteer: Gazetteer, key: tuple[str | None, ...]) -> Place | None:
    name, county, township, village, address = key
    own = gazetteer.by_own_name(name or "")
    if own is not None and gazetteer.lies_in(own, county):
        return own
    text = "".join(part for part in (address, village) if part)
    return gazetteer.by_address(text, county, township)
