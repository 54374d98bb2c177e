"""The load over a day that repeats: how many piles would be busy, were there always enough.

With arrivals λ(t) and stays S of any distribution (M(t)/G/∞) the mean load is

    m(t) = ∫₀^∞ λ(t - u) P(S > u) du.

For λ constant within the step from (k - 1)δ to kδ this is Σⱼ λ_{k-j} (L((j + 1)δ) - L(jδ)) at kδ,
where L(x) = E[min(S, x)]. The weights add up to E[S], so what arrives is what is carried.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincc

from nngis.arrays import Floats
from nngis.plans.charging.queues import check_signs

ALIKE = 1e-6  # stays whose squared coefficient of variation is below this are equal


def load_over_day(
    arrivals_per_h: npt.ArrayLike,
    service_h: npt.ArrayLike,
    *,
    service_scv: float = 1.0,
    steps_per_h: int = 1,
) -> Floats:
    """Give the load offered at the end of each step of a day that repeats, with enough servers.

    Who comes at eight and charges three hours is still there at ten: for long services the
    busiest hour of the load is later and lower than that of the arrivals. Divided by the service
    time, the load is the arrival rate to feed to the formulas of the steady state.

    Examples
    --------
    The same rate all day gives rate times service time, whenever one looks:

    >>> load_over_day([2.0, 2.0, 2.0], 1.5).round(9)
    array([3., 3., 3.])

    Everybody comes in the first hour, two of them, and stays just one: all are there at its end.

    >>> load_over_day([2.0, 0.0, 0.0], 1.0, service_scv=0.0).round(9)
    array([2., 0., 0.])
    """
    # Feeding it to the steady formulas is the modified-offered-load approximation.
    # Eick, S. G.; Massey, W. A.; Whitt, W. (1993). Operations Research 41(4), on M(t)/G/∞.
    # Jagerman, D. L. (1975). Bell System Technical Journal 54(3). Massey, W. A.; Whitt, W. (1994).
    # Queueing Systems 25, on how good it is.
    rate = np.asarray(arrivals_per_h, np.float64)
    service = np.asarray(service_h, np.float64)[..., None]
    check_signs(
        {"arrivals_per_h": rate, "service_scv": np.asarray(service_scv)}, {"service_h": service}
    )
    fine = np.repeat(rate, steps_per_h, axis=-1)
    steps = fine.shape[-1]
    weight = _weights(service, service_scv, steps, 1.0 / steps_per_h)
    at = np.arange(steps)
    ago = (at[:, None] - at[None, :]) % steps  # steps from the second to the first
    return np.asarray((weight[..., ago] @ fine[..., None])[..., 0])


def _weights(service: Floats, scv: float, steps: int, step_h: float) -> Floats:
    """Give the mean time [h] that a stay spends in each step after its arrival, days laid over."""
    longest_h = float(service.max()) * (10.0 + 45.0 * scv)  # beyond it e⁻⁴⁰ of the stays are left
    days = int(np.ceil(longest_h / (steps * step_h)))
    ends = np.arange(days * steps + 1, dtype=np.float64) * step_h
    spent = np.diff(_stay_until_h(ends, service, scv), axis=-1)
    folded = spent.reshape(*spent.shape[:-1], days, steps).sum(axis=-2)
    left = service - folded.sum(axis=-1, keepdims=True)
    return np.asarray(folded + left / steps)


def _stay_until_h(ends: Floats, service: Floats, scv: float) -> Floats:
    """Give E[min(S, x)] [h] of a gamma distributed stay: x Q(a, x/θ) + E[S] P(a + 1, x/θ)."""
    if scv < ALIKE:
        return np.minimum(ends, service)
    shape = 1.0 / scv
    scaled = ends / (service * scv)
    return np.asarray(ends * gammaincc(shape, scaled) + service * gammainc(shape + 1.0, scaled))
