"""Rooftops: the yield engine beside pvlib's chain, and a million roofs from GeoParquet.

Run ``python benchmarks/bench_rooftop.py yield``, ``... zonal`` or
``... roofs [COUNT [WORKERS [cluster]]]``.
"""

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import Process
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS as PlaneCRS  # noqa: N811 -- `CRS` is the one of the roofs here

from nngis.catalog.counties import read_counties
from nngis.catalog.load import shipped_layers
from nngis.catalog.roof_partitions import list_partitions
from nngis.inputs.zonal import Field, zonal_means
from nngis.plans.rooftop.analyse import surroundings
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.weather import Weather, make_weather
from nngis.plans.rooftop.yields import Orientation, orientations, specific_yield
from nngis.run.parallel import workers_of
from nngis.run.streams import Stream, add_up, judge_all

CRS = "EPSG:4545"
PART = 100_000
CELLS = 100


def climate() -> gpd.GeoDataFrame:
    table = pd.read_csv(shipped_layers() / "solar_climate.csv", index_col="cell_id")
    points = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
    return gpd.GeoDataFrame(table.assign(evidence="derived"), geometry=points).to_crs(CRS)


def bench_yield() -> None:
    parameters = RooftopParameters()
    table = pd.read_csv(shipped_layers() / "solar_climate.csv", index_col="cell_id")
    cells = pd.concat([table, table.iloc[: CELLS - len(table)].rename(index=lambda c: c + "b")])
    facing = orientations(parameters)[:12]
    best = {}
    for _ in range(3):
        start = time.perf_counter()
        weather = make_weather(cells, parameters)
        middle = time.perf_counter()
        specific_yield(weather, facing, parameters, loss_share=0.09)
        end = time.perf_counter()
        now = {"weather": middle - start, "yield": end - middle, "both": end - start}
        best = {key: min(value, best.get(key, value)) for key, value in now.items()}
    points = CELLS * len(facing)
    print(f"8,760 h x {CELLS} cells x {len(facing)} orientations:", best)
    print(f"a point: {1e3 * best['both'] / points:.3f} ms")
    weather = make_weather(cells, parameters)
    ours = specific_yield(weather, facing, parameters, loss_share=0.09)
    worst, spent = 0.0, []
    for at, way in ((0, 0), (40, 3), (80, 11)):
        start = time.process_time()
        theirs = chain(weather, cells, at, facing[way])
        spent.append(time.process_time() - start)
        worst = max(worst, abs(float(theirs / ours[at, way]) - 1.0))
    print(
        f"pvlib's ModelChain: {1e3 * min(spent):.0f} ms a point, "
        f"{min(spent) / (best['both'] / points):.0f} times as long; apart {100 * worst:.4f} %"
    )


def chain(weather: Weather, cells: pd.DataFrame, at: int, facing: Orientation) -> float:
    """Run pvlib's ModelChain on the same hours of one cell."""
    from pvlib import location, modelchain, pvsystem  # noqa: PLC0415
    from pvlib.temperature import TEMPERATURE_MODEL_PARAMETERS  # noqa: PLC0415

    p = RooftopParameters()
    lon, lat = cells["lon"].iloc[at], cells["lat"].iloc[at]
    array = pvsystem.Array(
        pvsystem.FixedMount(facing.tilt_deg, facing.azimuth_deg),
        albedo=p.albedo,
        module_parameters={"pdc0": 1.0, "gamma_pdc": p.gamma_per_k},
        temperature_model_parameters=TEMPERATURE_MODEL_PARAMETERS["sapm"][facing.mounting],
    )
    system = pvsystem.PVSystem(
        [array],
        inverter_parameters={
            "pdc0": 1.0 / p.dc_ac_ratio / p.inverter_efficiency,
            "eta_inv_nom": p.inverter_efficiency,
        },
    )

    def losses(model: modelchain.ModelChain) -> None:
        model.results.losses = 0.91
        model.results.dc *= 0.91

    model = modelchain.ModelChain(
        system, location.Location(lat, lon, altitude=0), aoi_model="physical",
        spectral_model="no_loss", losses_model=losses, transposition_model="haydavies",
    )  # fmt: skip
    hours = pd.DataFrame(
        {
            "ghi": weather.ghi_w_m2[:, at],
            "dni": weather.dni_w_m2[:, at],
            "dhi": weather.dhi_w_m2[:, at],
            "temp_air": weather.air_c[:, at],
            "wind_speed": weather.wind_m_s[0, at],
        },
        index=weather.sun.times,
    )
    return float(model.run_model(hours).results.ac.sum())


def town(count: int, folder: Path) -> None:
    """Write roofs spread over the counties, a row group a hundred thousand."""
    counties = read_counties()[0].to_crs(CRS)
    west, south, east, north = counties.total_bounds
    random = np.random.default_rng(1)
    for at in range(0, count, PART):
        rows = min(PART, count - at)
        x, y = random.uniform(west, east, rows), random.uniform(south, north, rows)
        wide, deep = random.uniform(5, 40, rows), random.uniform(5, 40, rows)
        classes = random.choice(["public", "commercial", "rural", "urban", None], rows)
        roofs = gpd.GeoDataFrame(
            {"roof_id": [f"R{at + i:09d}" for i in range(rows)], "roof_class": classes},
            geometry=shapely.box(x, y, x + wide, y + deep),
            crs=CRS,
        )
        roofs.to_parquet(folder / f"{at:010d}.parquet", row_group_size=PART)


def bench_roofs(count: int, workers: int, cluster: str = "") -> None:
    """Judge made-up roofs in one process, in several, or on a local Dask cluster."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        # Made in a process of its own, so that its memory is not counted.
        maker = Process(target=town, args=(count, folder))
        maker.start()
        maker.join()
        making = resource.getrusage(resource.RUSAGE_CHILDREN)
        made = making.ru_utime + making.ru_stime
        counties = read_counties()[0].to_crs(CRS).assign(evidence="derived")
        parameters = RooftopParameters()
        with ExitStack() as stack:
            address = stack.enter_context(local_cluster(workers)) if cluster else ""
            start, used = time.perf_counter(), time.process_time()
            around = surroundings(counties, counties, climate(), parameters)
            ready = time.perf_counter()
            stream = Stream(around, parameters, CRS, Path(name) / "out")
            parts = list_partitions(folder, rows_at_once=PART)
            each = stack.enter_context(workers_of(workers, address))
            names = judge_all(parts, stream, each=each)
            judged = time.perf_counter()
            tables = add_up(names, stream, counties, each=each)
            end, used = time.perf_counter(), time.process_time() - used
        digest = hashlib.sha256((Path(name) / "out" / "sums.json").read_bytes()).hexdigest()
        print(tables["by_phase"][["roofs_count", "capacity_kwp", "energy_mwh_a"]])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    helped = others.ru_utime + others.ru_stime - made
    where = "workers of a cluster" if cluster else "processes"
    print(
        f"{count:,} roofs, {workers} {where}: yield table {ready - start:.1f} s, "
        f"judged and written {judged - ready:.1f} s, ranked and added up {end - judged:.1f} s, "
        f"in all {end - start:.1f} s "
        f"({used:.1f} s of processor in this process, {helped:.1f} s in others); "
        f"peak {peak:.2f} GB in this process; sums {digest[:12]}"
    )


@contextmanager
def local_cluster(workers: int) -> Iterator[str]:
    """Start workers on this machine, without the sampling that costs them a fifth."""
    import dask  # noqa: PLC0415 -- an extra
    from distributed import LocalCluster  # noqa: PLC0415

    dask.config.set({"distributed.worker.profile.enabled": False})
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def bench_zonal() -> None:
    """Average a raster over polygons, beside exactextract called directly."""
    from exactextract import exact_extract  # noqa: PLC0415
    from exactextract.raster import NumPyRasterSource  # noqa: PLC0415

    side, count = 3_000, 5_000
    random = np.random.default_rng(0)
    plane = PlaneCRS(CRS)
    values = random.uniform(3.0, 4.0, (side, side))
    field = Field(values, 0.0, float(side), 1.0, 1.0, plane)
    source = NumPyRasterSource(values, xmin=0, ymin=0, xmax=side, ymax=side, srs_wkt=plane.to_wkt())
    spots = shapely.points(random.uniform(50, side - 50, (count, 2)))
    for radius in (0.2, 5.0, 20.0):
        areas = gpd.GeoDataFrame(geometry=shapely.buffer(spots, radius), crs=CRS)
        best = [np.inf, np.inf]
        for _ in range(3):
            start = time.process_time()
            direct = exact_extract(source, areas, ["mean", "count"], output="pandas")
            middle = time.process_time()
            ours = zonal_means(field, areas.geometry)
            end = time.process_time()
            best = [min(best[0], middle - start), min(best[1], end - middle)]
        apart = float(np.abs(direct["mean"] - ours["mean"]).max())
        print(
            f"{count:,} circles of {radius:g} cells on {side:,} x {side:,}: exactextract "
            f"{best[0]:.2f} s, zonal_means {best[1]:.2f} s of processor; apart {apart:.1e}"
        )


if __name__ == "__main__":
    what, *more = sys.argv[1:] or ["yield"]
    if what == "yield":
        bench_yield()
    elif what == "zonal":
        bench_zonal()
    else:
        count, workers, cluster = [*more, *("1000000", "1", "")[len(more) :]]
        bench_roofs(int(count), int(workers), cluster)
