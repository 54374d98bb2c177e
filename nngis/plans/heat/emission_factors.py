"""The factors of the heat plan's emissions: each with its range, its source and who checked it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from nngis.parameters import Parameters, Verified, parameter
from nngis.text import Text


@dataclass(frozen=True)
class Factor:
    """One factor with its range and where it comes from.

    Parameters
    ----------
    low, central, high : float
        The range and the value used.
    unit : str
        Unit; empty for a share.
    source, clause : str
        Document and place in it.
    verified : {"yes", "no", "disputed"}
        Whether the central value was read in the source; ``disputed`` where sources differ.
    note : str
        What else to know.
    from_t_h, from_year : float
        Least size [t/h] and first year of commissioning of the boilers that it counts for.
    """

    low: float
    central: float
    high: float
    unit: str = ""
    source: str = ""
    clause: str = ""
    verified: Verified = "no"
    note: str = ""
    from_t_h: float = 0.0
    from_year: float = 0.0


Factors = Mapping[str, Mapping[str, Factor]]


class EmissionParameters(Parameters):
    """Factors that a city knows better than the table; left empty, the table's range holds."""

    full_load_h_a: float | None = parameter(
        None,
        Text("等效满负荷小时数", "Full-load hours"),
        unit="h/a",
        ge=0.0,
        le=8_784.0,
        source="空：取 emissions.toml 的 2,500–4,000–6,000（未核对）",
    )
    coal_t_t_steam: float | None = parameter(
        None,
        Text("每吨蒸汽耗煤", "Coal for a tonne of steam"),
        unit="t/t",
        ge=0.05,
        le=0.5,
        source="空：按炉型取 emissions.toml",
    )
    sulphur_share: float | None = parameter(
        None,
        Text("煤的收到基硫分", "Sulphur in the coal"),
        ge=0.0,
        le=0.1,
        source="空：取 emissions.toml 的 0.005–0.01–0.02（未核对）",
    )
    ash_share: float | None = parameter(
        None,
        Text("煤的收到基灰分", "Ash in the coal"),
        ge=0.0,
        le=0.6,
        source="空：取 emissions.toml 的 0.15–0.20–0.30（未核对）",
    )
    so2_removal_share: float | None = parameter(
        None,
        Text("脱硫效率", "SO2 removed before the stack"),
        ge=0.0,
        le=1.0,
        source="空：按容量与炉型取 emissions.toml（未核对）",
    )
    nox_removal_share: float | None = parameter(
        None,
        Text("脱硝效率", "NOx removed before the stack"),
        ge=0.0,
        le=1.0,
        source="空：按容量取 emissions.toml（未核对）",
    )
    pm_removal_share: float | None = parameter(
        None,
        Text("除尘效率", "Dust removed before the stack"),
        ge=0.0,
        le=1.0,
        source="空：按容量、炉型与投运年取 emissions.toml（未核对）",
    )
    hold_limits: bool = parameter(
        default=True,
        title=Text("未给出排放的锅炉按限值计", "Silent boilers keep the law"),
        source="假定：在用锅炉守法；按系数高于限值时取限值，范围上限仍为系数值",
    )
    so2_note1_mg_m3: float | None = parameter(
        550.0,
        Text("本地在用锅炉二氧化硫限值", "Limit of SO2 of boilers in use, here"),
        unit="mg/m³",
        ge=0.0,
        le=2_000.0,
        source="GB 13271-2014 表 1 注 1：广西等地 550（所列地区凭记忆）；其他地区 400（留空）",
        verified="disputed",
    )
    chp_efficiency_share: float | None = parameter(
        None,
        Text("热电联产供热效率", "Efficiency of heat from CHP"),
        ge=0.5,
        le=1.0,
        source="空：取 emissions.toml 的 0.88–0.90–0.92（未核对）",
    )
    network_loss_share: float | None = parameter(
        None,
        Text("管网热损失比例", "Heat lost in the network"),
        ge=0.0,
        le=0.5,
        source="空：取 emissions.toml 的 0.03–0.08–0.15（未核对）",
    )


@cache
def emission_factors() -> Factors:
    """Read the factors that ship with the plan.

    Examples
    --------
    >>> emission_factors()["nox_kg_t"]["grate_automatic"].central
    4.0
    """
    text = files("nngis.plans.heat").joinpath("emissions.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Factor]] = {}
    for row in tomllib.loads(text)["factor"]:
        name, furnace, value = row.pop("name"), row.pop("furnace"), row.pop("value")
        size, year = row.get("from_t_h", 0.0), row.get("from_year", 0)
        key = f"{furnace}/{size:g}/{year}" if size or year else furnace
        found.setdefault(name, {})[key] = Factor(*value, **row)
    return found


def known_factors(factors: Factors, parameters: EmissionParameters) -> Factors:
    """Put what the city knows in the place of the table's ranges.

    Examples
    --------
    >>> factors = known_factors(emission_factors(), EmissionParameters(sulphur_share=0.02))
    >>> factors["sulphur_share"]["any"].low
    0.02
    """
    given = {
        name: value
        for name in EmissionParameters.model_fields
        if name in factors and (value := getattr(parameters, name)) is not None
    }
    return {
        name: {
            furnace: replace(factor, low=given[name], central=given[name], high=given[name])
            if name in given
            else factor
            for furnace, factor in by_furnace.items()
        }
        for name, by_furnace in factors.items()
    }
