"""The whole register on a city's worth of made-up tables and layers.

python benchmarks/bench_register.py
"""

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nngis.catalog.load import shipped_layers
from nngis.inputs.store import open_store
from nngis.register.data import Data, Grid
from nngis.register.public import public_figures
from nngis.register.rules import register
from nngis.register.scorecard import counts, score

RNG = np.random.default_rng(1)
BOX = (430e3, 2_470e3, 660e3, 2_650e3)
SIX = ["service_area", "port", "passenger_hub", "logistics_park", "bus_depot", "airport"]
SECTORS = ["工业涂装", "化工", "水泥制造", "家具制造", "包装印刷", "制糖", "造纸", "电镀", "其他"]


def points(n: int, prefix: str, **columns: object) -> gpd.GeoDataFrame:
    """Return made-up points within the city's box."""
    xy = RNG.uniform(BOX[:2], BOX[2:], (n, 2))
    frame = gpd.GeoDataFrame(
        columns,
        index=[f"{prefix}{i}" for i in range(n)],
        geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]),
        crs="EPSG:4545",
    )
    return frame.assign(evidence="synthetic", name_zh=prefix)


def yes(n: int) -> np.ndarray:
    """Return made-up yes and no."""
    return RNG.random(n) < 0.7


def sewers(n: int) -> gpd.GeoDataFrame:
    """Return a comb of pipes of 100 m: rows that run into one trunk main."""
    row, column = np.divmod(np.arange(n), int(np.sqrt(n)))
    corner = np.array([520e3, 2_520e3])
    start = corner + 100.0 * np.column_stack([column + 1, row])
    trunk = (column == 0)[:, None]
    end = np.where(trunk, start - [0.0, 100.0], start - [100.0, 0.0])
    frame = points(n, "s", misconnected=yes(n), damaged=yes(n), mended=yes(n))
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    return frame.set_geometry(gpd.GeoSeries(lines, frame.index, crs=frame.crs))


def areas(n: int, prefix: str, half_m: float, **columns: object) -> gpd.GeoDataFrame:
    """Return made-up squares."""
    frame = points(n, prefix, **columns)
    return frame.set_geometry(frame.geometry.buffer(half_m, cap_style="square"))


def county_table(names: list[str]) -> gpd.GeoDataFrame:
    """Return every quantity for every county and six years."""
    rows = [
        (county, rule.indicator(t), year, RNG.uniform(0.5, 1.2) * (t.value or 10) / 12, t.value)
        for rule in register().values()
        for t in rule.targets
        if rule.tables
        for county in [*names, "南宁市"]
        for year in range(2020, 2026)
    ]
    columns = ["county", "indicator", "year", "indicator_value", "target_basic"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=[None] * len(rows))


def city(counties: gpd.GeoDataFrame) -> Data:
    """Return a full set of city size."""
    n, villages, boilers, permits = 20_000, 15_000, 3_000, 50_000
    status = RNG.choice(["in_use", "dismantled"], boilers)
    boiler = {"fuel": "coal", "status": status, "capacity_t_h": RNG.uniform(1, 75, boilers)}
    firm = {
        "sector": RNG.choice(SECTORS, n),
        "key_sector": RNG.choice(["steel", "cement", "flat_glass", "data_centre", "other"], n),
        "efficiency_level": RNG.choice(["benchmark", "below"], n),
        "product_capacity": RNG.uniform(1, 9, n),
        **{c: RNG.uniform(0, 30, n) for c in ("voc_t_a", "nox_t_a")},
        "energy_tce_a": RNG.uniform(0, 9000, n),
        "freight_t_a": RNG.uniform(0, 3e5, n),
        **{
            c: yes(n)
            for c in (
                "green_factory",
                "rail_siding",
                "voc_scheme",
                "energy_monitoring",
                "key_discharger",
                "emission_monitoring",
            )
        },
    }
    pollutant = RNG.choice(["cod", "nh3n", "nox", "voc"], 2000)
    y, x = np.mgrid[0:2000, 0:2000]
    height = 100 + 50 * np.sin(x / 90) * np.cos(y / 70)
    frames = {
        "enterprises": points(n, "e", **firm),
        "boilers": points(boilers, "b", **boiler),
        "proposed_boilers": points(
            500, "n", fuel="coal", captive=yes(500), capacity_t_h=RNG.uniform(1, 75, 500)
        ),
        "heat_sources": points(
            60,
            "u",
            fuel=RNG.choice(["coal", "biomass"], 60),
            is_chp=yes(60),
            capacity_mw=RNG.uniform(50, 700, 60),
            status="operating",
            captive=yes(60),
            meets_standard=yes(60),
            retrofit_saving=yes(60),
            retrofit_heat=yes(60),
            retrofit_flexible=yes(60),
        ),
        "built_up": areas(12, "z", 4000.0),
        "parks": areas(
            40,
            "p",
            1500.0,
            park_level="自治区级",
            circular_done=yes(40),
            has_heat=yes(40),
            green_park=yes(40),
        ),
        "data_centres": points(
            30, "dc", pue=RNG.uniform(1, 2, 30), is_new=yes(30), dc_scale="large"
        ),
        "emission_projects": points(
            2000,
            "m",
            pollutant=pollutant,
            completed=yes(2000),
            cut_t_a=RNG.uniform(0, 30, 2000),
            offset_for=RNG.choice([f"w{i}" for i in range(400)], 2000),
        ),
        "new_projects": points(
            400, "w", pollutant=RNG.choice(["cod", "nox"], 400), emission_t_a=RNG.uniform(0, 9, 400)
        ),
        "building_permits": points(
            permits,
            "g",
            star_required=yes(permits),
            is_urban=yes(permits),
            green_building=yes(permits),
            green_stars=1,
            building_kind=RNG.choice(["residential", "public"], permits),
            energy_saving_pct=RNG.uniform(60, 80, permits),
        ),
        "dma_zones": areas(300, "q", 900.0, supplied_m3_a=1e6, lost_m3_a=1e5),
        "cooling_sites": points(500, "c", cooling_class="冷链物流"),
        "service_points": points(
            900, "v", service_kind=RNG.choice(["swap", "battery_take_back", "recycling"], 900)
        ),
        "transit_stops": points(4000, "t"),
        "demand": points(50_000, "d", population=RNG.integers(1, 900, 50_000)),
        "berths": points(120, "h", has_shore_power=yes(120)),
        "depots": points(200, "f", fleet_count=50, nev_count=RNG.integers(0, 50, 200)),
        "places": points(5000, "l", place_class=RNG.choice(SIX, 5000), is_green=yes(5000)),
        "charging_stations": points(3000, "k"),
        "car_parks": points(4000, "o", public_institution=yes(4000), has_chargers=yes(4000)),
        "villages": points(
            villages, "a", population=RNG.integers(50, 3000, villages), sewage_treated=yes(villages)
        ),
        "farms": points(
            4000, "r", manure_t_a=100.0, manure_used_t_a=RNG.uniform(50, 100, 4000), cod_t_a=1.0
        ),
        "biogas_plants": points(150, "y"),
        "biomass_sources": points(3000, "i", biomass_t_a=500.0),
        "water_bodies": points(300, "j", black_odour=True, treated=yes(300)),
        "organs": points(3000, "x", saving_organ=yes(3000)),
        "basins": areas(3, "ba", 20_000.0),
        "outfalls": points(
            1500,
            "of",
            surveyed=True,
            monitored=yes(1500),
            traced=yes(1500),
            treated=yes(1500),
            cod_t_a=2.0,
        ),
        "water_sections": points(60, "ws", water_class=RNG.integers(1, 5, 60)),
        "tailings_ponds": points(40, "tp", treated=yes(40)),
        "heat_users": points(2000, "hu", steam_t_h=RNG.uniform(1, 30, 2000)),
        "waste_heat": points(200, "wh", waste_heat_t_h=RNG.uniform(5, 60, 200)),
        "stacks": points(
            300, "st", pm_mg_m3=5.0, so2_mg_m3=RNG.uniform(10, 50, 300), nox_mg_m3=40.0
        ),
        "sewer_projects": points(
            800, "sp", sewer_length_km=RNG.uniform(0, 2, 800), completed=yes(800)
        ),
        "plant_projects": points(30, "pp", capacity_m3_d=2e4, completed=yes(30)),
        "sewers": sewers(60_000),
        "treatment_plants": points(120, "tr", influent_bod_mg_l=RNG.uniform(40, 200, 120)),
        "sludge_flows": points(200, "sf", sludge_t_a=1.0, harmless=yes(200)),
        "waste_plants": points(
            12, "wp", waste_kind="incineration", capacity_t_d=800.0, in_operation=True
        ),
        "transfer_stations": points(300, "ts"),
        "hospitals": points(1500, "ho", waste_collected=yes(1500)),
        "medical_waste_centres": points(2, "mw"),
        "hazardous_producers": points(3000, "hp", waste_category="HW08", generated_t_a=3.0),
        "hazardous_facilities": points(20, "hf", waste_category="HW08", capacity_t_a=900.0),
        "townships": points(138, "to"),
        "waterways": sewers(50),
        "control_areas": areas(2, "ca", 30_000.0),
        "red_lines": areas(3000, "rl", 1500.0),
        "roofs": areas(
            200_000, "ro", 8.0, roof_class=RNG.choice(["government", "public", "rural"], 200_000)
        ),
        "petrol_stations": points(600, "ps", has_vapour_recovery=yes(600)),
        "railways": sewers(500),
        "counties_table": county_table(list(counties["name_zh"])),
    }
    frames["basins"]["name_zh"] = ["武鸣河", "清水河", "八尺江"]
    frames["parks"]["name_zh"] = "南宁高新区"
    frames["waterways"]["name_zh"] = "邕江"
    corner = (BOX[0], BOX[3], 100.0)
    grids = {
        "elevation": Grid(height, *corner),
        "land_cover": Grid(RNG.integers(1, 7, height.shape).astype(float), *corner),
    }
    return Data(frames, counties, public_figures(), grids=grids)


def main() -> None:
    """Measure and print."""
    counties = open_store(shipped_layers()).open("counties").in_crs("EPSG:4545")
    data = city(counties)
    rows = sum(map(len, data.frames.values()))
    best, busy, slowest = float("inf"), float("inf"), []
    for _ in range(3):
        start, work = time.perf_counter(), time.process_time()
        card = score(register(), data)
        best = min(best, time.perf_counter() - start)
        busy = min(busy, time.process_time() - work)
    print(f"90 rules on {rows:,} rows and 4,000,000 cells: {best:.1f} s, of them {busy:.1f} s of")
    print("processor time (wanted: under 30 s)")
    print(counts(card))
    for id_, rule in register().items():
        start = time.perf_counter()
        score({id_: rule}, data)
        slowest.append((time.perf_counter() - start, id_))
    print("slowest:", ", ".join(f"{i} {s:.2f} s" for s, i in sorted(slowest, reverse=True)[:6]))
    missing = [(i, f.missing) for i, f in card.findings.items() if f.missing]
    print("missing:", missing)


if __name__ == "__main__":
    main()
