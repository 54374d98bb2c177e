"""What a metre, a manhole and a trench cost, worked out by hand from a table of round numbers."""

import numpy as np
import pytest

from nngis.plans.sewer.prices import (
    Prices,
    Sizes,
    depth_knots_m,
    manhole_yuan,
    pipe_yuan_m,
    prices,
    sizes_with,
    trench_yuan_m3_m,
)

SIZES = Sizes(
    *(np.array(row) for row in ([300.0, 500.0], [50.0, 50.0], [200.0, 400.0], [0.3, 0.5]))
)


def numbers(**groups):
    return {name: np.asarray(value, float) for name, value in groups.items()}


TABLE = Prices(
    sizes=SIZES,
    trench=numbers(
        from_depth_m=[0.0, 2.0, 4.0], yuan_m3=[50.0, 100.0, 200.0], bedding_m=0.15,
        pavement_margin_m=0.25, pavement_yuan_m2=100.0,
    ),
    manhole=numbers(
        from_diameter_mm=[0.0, 500.0], top_yuan=[1_000.0, 2_000.0], yuan_m=[500.0, 800.0],
        drop_yuan=700.0,
    ),
    lift_station={},
    rising_main={},
    crossing={},
    connection={},
    source="",
    verified=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("depth", "yuan"),
    [
        (-1.0, 0.0),
        (0.0, 0.0),
        (1.0, 50.0),
        (2.0, 100.0),  # where the price changes both bands agree
        (3.0, 200.0),
        (4.0, 300.0),
        (6.5, 800.0),  # 2 x 50 + 2 x 100 + 2.5 x 200
    ],
)
def test_a_trench_is_paid_band_by_band(depth, yuan):
    assert float(trench_yuan_m3_m(depth, TABLE)) == pytest.approx(yuan)


def test_a_metre_of_pipe_is_trench_pavement_and_pipe():
    # DN300, invert 1.8 m deep: 0.3 + 2 x (0.05 + 0.3) = 1.0 m wide, 2.0 m deep: 100 yuan; 1.5 m of
    # pavement at 100; the pipe 200. DN500, invert 3.8 m: 0.5 + 2 x 0.55 = 1.6 m wide, 4.0 m deep:
    # 1.6 x 300; 2.1 m of pavement; 400.
    found = pipe_yuan_m(SIZES, np.array([1.8, 3.8]), TABLE)
    assert found.tolist() == pytest.approx([100 + 150 + 200, 480 + 210 + 400])
    assert depth_knots_m(SIZES, TABLE)[0].tolist() == pytest.approx([0.0, 1.8, 3.8, 40.0])


@pytest.mark.parametrize(
    ("diameter", "depth", "yuan"),
    [(300.0, 2.0, 2_000.0), (499.0, 2.0, 2_000.0), (500.0, 2.0, 3_600.0), (800.0, 0.0, 2_000.0)],
)
def test_a_manhole_is_its_top_and_its_depth_by_the_size_of_the_pipe(diameter, depth, yuan):
    assert float(manhole_yuan(diameter, depth, TABLE)) == pytest.approx(yuan)


def test_a_size_between_two_costs_what_lies_between():
    more = sizes_with(SIZES, [350.0, 500.0])
    assert more.diameter_mm.tolist() == [300.0, 350.0, 500.0]
    assert more.laid_yuan_m.tolist() == [200.0, 250.0, 400.0]
    assert more.side_m.tolist() == pytest.approx([0.3, 0.35, 0.5])


def test_deeper_and_wider_never_cost_less_by_the_table_that_ships():
    table, depth = prices(), np.arange(0.0, 12.0, 0.1)
    assert (np.diff(trench_yuan_m3_m(depth, table)) >= 0).all()
    of_size = [pipe_yuan_m(table.sizes, np.full(len(table.sizes.wall_mm), d), table) for d in depth]
    assert (np.diff(of_size, axis=0) > 0).all()
    assert (np.diff(of_size, axis=1) > 0).all()
