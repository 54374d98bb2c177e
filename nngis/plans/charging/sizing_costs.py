"""The cost of a station, item by item."""

import pandas as pd

from nngis.plans.charging.sizing_parameters import SizingParameters


def cost_items(sizing: pd.DataFrame, parameters: SizingParameters) -> pd.DataFrame:
    """List what each station costs.

    Examples
    --------
    >>> one = pd.DataFrame({"station_id": ["a"], "fast_piles_count": [2], "slow_piles_count": [1],
    ...                     "swap_bays_count": [0], "swap_batteries_count": [0], "load_kw": [100.0],
    ...                     "grid_connection": ["low_voltage"], "transformer_kva": [0.0]})
    >>> cost_items(one, SizingParameters())[["cost_item", "quantity", "cost_yuan"]]
         cost_item  quantity  cost_yuan
    0   fast_piles     120.0    72000.0
    1   slow_piles       1.0     4000.0
    2  civil_works       3.0    36000.0
    3  low_voltage     100.0    20000.0
    """
    fast = sizing["fast_piles_count"].astype("Float64")
    slow = sizing["slow_piles_count"].astype("Float64")
    connection = sizing["grid_connection"]
    quantities = {
        "fast_piles": (fast * parameters.fast_pile_kw, parameters.fast_cost_yuan_kw),
        "slow_piles": (slow, parameters.slow_cost_yuan_pile),
        "civil_works": (fast + slow, parameters.civil_cost_yuan_pile),
        "transformer": (sizing["transformer_kva"], parameters.transformer_cost_yuan_kva),
        "medium_voltage": (
            connection.eq("medium_voltage").astype("Float64"),
            parameters.medium_voltage_cost_yuan,
        ),
        "low_voltage": (
            sizing["load_kw"].where(connection.eq("low_voltage"), 0.0),
            parameters.low_voltage_cost_yuan_kw,
        ),
        "swap_bays": (sizing["swap_bays_count"], parameters.swap_cost_yuan_bay),
        "swap_batteries": (
            sizing["swap_batteries_count"].astype("Float64") * parameters.swap_battery_kwh,
            parameters.battery_cost_yuan_kwh,
        ),
    }
    parts = [
        pd.DataFrame(
            {
                "station_id": sizing["station_id"].to_numpy(),
                "cost_item": item,
                "quantity": quantity.astype("Float64").to_numpy(float, na_value=float("nan")),
                "unit_price_yuan": price,
            }
        )
        for item, (quantity, price) in quantities.items()
    ]
    known = fast.notna().to_numpy()
    listed = pd.concat([part[known] for part in parts]).sort_index(kind="stable")
    listed = listed[listed["quantity"] > 0].reset_index(drop=True)
    return listed.assign(cost_yuan=(listed["quantity"] * listed["unit_price_yuan"]).round(0))
