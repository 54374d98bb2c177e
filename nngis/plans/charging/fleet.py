"""New-energy vehicles by year, and how often they charge in public."""

import pandas as pd

from nngis.plans.charging.demand_parameters import DemandParameters


def fleet(parameters: DemandParameters) -> pd.DataFrame:
    """Carry the stock of new-energy vehicles to the year planned for.

    Examples
    --------
    >>> fleet(DemandParameters(plan_year=2025, nev_stock_count=100_000, nev_stock_year=2023,
    ...     new_cars_a=200_000, nev_sales_share=0.3, nev_retired_share=0.1))["nev_count"].tolist()
    [100000.0, 150000.0, 195000.0]
    """
    # Stock of a year = stock before x (1 - share retired) + cars sold x share of sales.
    stock, rows = _number(parameters.nev_stock_count), []
    sold = _number(parameters.new_cars_a) * _number(parameters.nev_sales_share)
    rows.append((str(parameters.nev_stock_year), stock, float("nan"), float("nan")))
    for year in range(parameters.nev_stock_year + 1, parameters.plan_year + 1):
        retired = stock * parameters.nev_retired_share
        stock = stock - retired + sold
        rows.append((str(year), stock, sold, retired))
    columns = ["year_id", "nev_count", "nev_sold_count", "nev_retired_count"]
    table = pd.DataFrame(rows, columns=columns).set_index("year_id")
    return table.assign(home_piles_count=table["nev_count"] * parameters.home_pile_share)


def _number(value: float | None) -> float:
    """Take what nobody states as not a number, so that all that follows from it is unknown."""
    return float("nan") if value is None else value


def stock_in(vehicles: pd.DataFrame, year: int) -> float:
    """Return the stock of a year, of the nearest year that is known where it lies outside."""
    years = vehicles.index.astype(int)
    at = min(max(year, int(years.min())), int(years.max()))
    return float(vehicles.loc[str(at), "nev_count"])


def public_sessions(vehicles: pd.Series, parameters: DemandParameters) -> pd.Series:
    """Give the public sessions of a day [1/d] of so many vehicles, some of which charge at home.

    Examples
    --------
    Of ten vehicles four have a pile of their own, and charge in public half as often:
    6 x 0.5 + 4 x 0.25 = 4.

    >>> public_sessions(pd.Series([10.0]), DemandParameters(
    ...     sessions_vehicle_day=0.5, home_pile_share=0.4, home_public_share=0.5)).tolist()
    [4.0]
    """
    at_home = parameters.home_pile_share * (1.0 - parameters.home_public_share)
    return vehicles * (parameters.sessions_vehicle_day * (1.0 - at_home))
