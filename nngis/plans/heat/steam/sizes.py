"""The pipes a steam main can be built of: diameters, heat loss and cost, read from a table."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from nngis.arrays import Floats


@dataclass(frozen=True)
class PipeSizes:
    """A series of pipes, from small to large.

    Parameters
    ----------
    dn_mm : (n,) int array
        Nominal size [mm].
    outer_mm, inner_mm : (n,) ndarray
        Outer and inner diameter [mm].
    loss_w_m_k : (n,) ndarray
        Heat lost per metre and kelvin [W/(m·K)], without supports.
    cost_cny_m, cost_low_cny_m, cost_high_cny_m : (n,) ndarray
        Cost, laid [CNY/m].
    """

    dn_mm: npt.NDArray[np.int64]
    outer_mm: Floats
    inner_mm: Floats
    loss_w_m_k: Floats
    cost_cny_m: Floats
    cost_low_cny_m: Floats
    cost_high_cny_m: Floats


@cache
def pipe_sizes() -> PipeSizes:
    """Read the series that ships with the plan.

    Examples
    --------
    >>> sizes = pipe_sizes()
    >>> at = sizes.dn_mm.tolist().index(200)
    >>> float(sizes.outer_mm[at]), float(sizes.inner_mm[at])
    (219.0, 207.0)
    """
    text = files("nngis.plans.heat").joinpath("pipe_sizes.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    rows = sorted(table["size"], key=itemgetter("dn_mm"))
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    low, central, high = columns["cost_cny_m"].T
    warmer = table["insulation"]["steam_c"] - table["insulation"]["ambient_c"]
    return PipeSizes(
        columns["dn_mm"],
        columns["outer_mm"],
        columns["outer_mm"] - 2 * columns["wall_mm"],
        columns["loss_w_m"] / warmer,
        central,
        low,
        high,
    )


def insulated_loss_w_m_k(
    outer_mm: npt.ArrayLike,
    insulation_mm: npt.ArrayLike,
    *,
    conductivity_w_m_k: float,
    surface_w_m2_k: float,
) -> Floats:
    """Compute the heat that an insulated pipe in the open loses.

    The wall and the steam's own film resist a thousandth of what the insulation does, and are left
    out.

    Examples
    --------
    ln(438/219) / 0.055 = 12.603 and 2 / (11.63 x 0.438) = 0.393; 2 pi over their sum:

    >>> round(float(insulated_loss_w_m_k(219.0, 109.5, conductivity_w_m_k=0.055,
    ...                                  surface_w_m2_k=11.63)), 3)
    0.483
    """
    # GB 50264, heat loss of a cylinder with one layer.
    outer = np.asarray(outer_mm, float)
    around = outer + 2 * np.asarray(insulation_mm, float)
    through = np.log(around / outer) / conductivity_w_m_k
    return np.asarray(2 * np.pi / (through + 2 / (surface_w_m2_k * around / 1000.0)))
