"""New-energy vehicles by year: what there was, what is sold, what is retired."""

import pandas as pd

from nngis.plans.charging.demand_parameters import DemandParameters


def fleet(parameters: DemandParameters) -> pd.DataFrame:
    """Carry the stock of new-energy vehicles to the year planned for.

    Parameters
    ----------
    parameters : DemandParameters
        Stock of the base year, sales, share of sales, share retired.

    Returns
    -------
    DataFrame
        Indexed by year (text), the base year to `plan_year`: `nev_count` at the end of the year,
        `nev_sold_count` and `nev_retired_count` in it. A year planned for that lies before the
        base year has the base year's stock alone.

    References
    ----------
    Stock of a year = stock before x (1 - share retired) + cars sold x share of sales.

    Examples
    --------
    >>> fleet(DemandParameters(plan_year=2025, nev_stock_count=100_000, nev_stock_year=2023,
    ...     new_cars_a=200_000, nev_sales_share=0.3, nev_retired_share=0.1))["nev_count"].tolist()
    [100000.0, 150000.0, 195000.0]
    """
    stock, rows = parameters.nev_stock_count, []
    sold = parameters.new_cars_a * parameters.nev_sales_share
    rows.append((str(parameters.nev_stock_year), stock, float("nan"), float("nan")))
    for year in range(parameters.nev_stock_year + 1, parameters.plan_year + 1):
        retired = stock * parameters.nev_retired_share
        stock = stock - retired + sold
        rows.append((str(year), stock, sold, retired))
    columns = ["year_id", "nev_count", "nev_sold_count", "nev_retired_count"]
    return pd.DataFrame(rows, columns=columns).set_index("year_id")


def stock_in(vehicles: pd.DataFrame, year: int) -> float:
    """Return the stock of a year, of the nearest year that is known where it lies outside.

    Parameters
    ----------
    vehicles : DataFrame
        As `fleet` makes it.
    year : int
        The year.

    Returns
    -------
    float
        Vehicles.
    """
    years = vehicles.index.astype(int)
    at = min(max(year, int(years.min())), int(years.max()))
    return float(vehicles.loc[str(at), "nev_count"])
