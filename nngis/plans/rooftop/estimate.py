"""Counties without footprints: roofs from people and floor space, as ranges, never as roofs."""

import numpy as np
import pandas as pd

from nngis.arrays import Bools
from nngis.plans.rooftop import classes
from nngis.plans.rooftop.measured import USUAL_FORM
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.roofs import min_shares
from nngis.plans.rooftop.yields import RACKS
from nngis.units import KWH_PER_MWH

DISTRICT = "0"  # fifth figure of the code of a city's district; a county's is 2, a city's 8
LEVELS = ("low_", "", "high_")
COLUMNS = (
    *("county", "class", "population", "households_count"),
    *(
        f"{stem}_{level}{unit}"
        for level in LEVELS
        for stem, unit in (
            ("roof_area", "m2"),
            ("capacity", "kwp"),
            ("policy_capacity", "kwp"),
            ("energy", "mwh_a"),
        )
    ),
    "evidence",
)


def estimate_counties(
    people: pd.DataFrame | None,
    names: pd.Series,
    yields: pd.DataFrame,
    parameters: RooftopParameters,
) -> pd.DataFrame:
    """Estimate roofs and PV by county from people.

    Roof area of housing is floor space over storeys; the other classes are shares of all roofs.
    """
    if people is None:
        return pd.DataFrame(columns=list(COLUMNS)).rename_axis("estimate_id")
    latest = people.sort_values("year").drop_duplicates("adcode", keep="last").set_index("adcode")
    latest = latest.reindex(names.index)
    count = latest["population"].astype(float)
    district = names.index.to_series().str[4].eq(DISTRICT).to_numpy()
    parts = []
    for kind in classes.CLASSES[:-1]:
        table = pd.DataFrame({"county": names, "class": kind, "population": latest["population"]})
        table["households_count"] = (count / parameters.household_people).round()
        for at in range(len(LEVELS)):
            _add(
                table, kind, at, _roof_m2(kind, at, count, district, parameters), yields, parameters
            )
        parts.append(table)
    out = pd.concat(parts)
    out["evidence"] = "derived"
    out.index = pd.Index(out["county"] + "/" + out["class"], name="estimate_id")
    return out[list(COLUMNS)].sort_index()


def _roof_m2(
    kind: str,
    at: int,
    people: pd.Series,
    district: Bools,
    parameters: RooftopParameters,
) -> pd.Series:
    """Low takes the least of all that adds and the most of all that divides."""
    against = 2 - at

    def housing(name: str) -> pd.Series:
        # More people in town are fewer in the country: each class takes its own end.
        end = against if name == "rural" else at
        urban = np.where(
            district, parameters.urban_share_district[end], parameters.urban_share_county[end]
        )
        share = 1.0 - urban if name == "rural" else urban
        floor = getattr(parameters, f"{name}_floor_m2_head")[at]
        storeys = getattr(parameters, f"{name}_storeys")[against]
        return people * share * floor / storeys

    if kind in (classes.RURAL, classes.URBAN):
        return housing("rural" if kind == classes.RURAL else "urban")
    others = [getattr(parameters, f"{k}_roof_share")[at] for k in classes.CLASSES[:3]]
    own = getattr(parameters, f"{kind}_roof_share")[at]
    return (housing("rural") + housing("urban")) * own / (1.0 - sum(others))


def _add(
    table: pd.DataFrame,
    kind: str,
    at: int,
    roof_m2: pd.Series,
    yields: pd.DataFrame,
    parameters: RooftopParameters,
) -> None:
    """Add one level's columns; `table` is this module's own."""
    form = USUAL_FORM[kind]
    usable = getattr(parameters, f"{form}_usable_share")[at]
    density = getattr(parameters, f"{form}_density_kwp_m2")[at]
    facing = list(RACKS) if form == "flat" else [f"{form}-any"]
    mine = yields.index.get_level_values("facing").isin(facing)
    hours = float(yields[mine].iloc[:, at].mean())
    suffix = LEVELS[at]
    carried = 0.0 if kind in parameters.excluded_classes else 1.0
    power = roof_m2 * usable * density * carried
    least = min_shares(parameters).get(kind, 0.0)
    table[f"roof_area_{suffix}m2"] = roof_m2.round()
    table[f"capacity_{suffix}kwp"] = power.round()
    table[f"policy_capacity_{suffix}kwp"] = (power * least).round()
    table[f"energy_{suffix}mwh_a"] = (power * hours / KWH_PER_MWH).round()
