"""Arrays of inserted blocks are counted before GDAL unfolds them."""

import pytest

from nngis.ledger.drawing_arrays import count_inserted, spline_seconds

HEAD = ["0", "SECTION", "2", "ENTITIES", "0", "INSERT", "8", "锅炉", "2", "B1"]
TAIL = ["0", "ENDSEC", "0", "EOF"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("own", "count"),
    [
        ([], 1),
        (["70", "3", "71", "4"], 12),
        (["10", "0", "20", "22.8", "70", "3", "71", "4"], 12),  # a value 0 ends nothing
        (["10", "70", "20", "71"], 1),  # nor is a value a code
        (["70", "2147483647", "71", "2147483647"], 2147483647**2),
        ([" 70 ", " 5", "71", "0"], 5),
        (["70", "-6"], 6),
    ],
)
def test_columns_times_rows_are_counted_pair_by_pair(tmp_path, own, count, end):
    path = tmp_path / "a.dxf"
    path.write_bytes(end.join([*HEAD, *own, *TAIL, ""]).encode())
    assert count_inserted(path) == count


def test_each_inserted_block_counts_and_what_follows_it_does_not(tmp_path):
    path = tmp_path / "a.dxf"
    point = ["0", "POINT", "70", "900", "71", "900"]
    lines = [*HEAD, "70", "2", *HEAD[4:], "70", "3", *point, *TAIL, ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert count_inserted(path) == 2 + 3


@pytest.mark.parametrize(("stated", "seconds"), [(20_000, 20), (0, 20), (10**9, 20), (10_000, 5)])
def test_splines_take_the_square_of_their_points(tmp_path, stated, seconds):
    """20,000² points by 4, of 13 ns each, are 20.8 s; half as many a quarter of it."""
    path = tmp_path / "a.dxf"
    points = ["10", "1", "20", "2"] * 20_000
    lines = [*HEAD[:5], "SPLINE", "71", "3", "73", str(stated), *points, *TAIL, ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert spline_seconds(path) == seconds


def test_blocks_in_blocks_are_unfolded_where_a_dimension_draws_them(tmp_path):
    """Three levels of ten: a thousand, a hundred and ten within, and the block itself."""
    path = tmp_path / "a.dxf"
    lines = ["0", "SECTION", "2", "BLOCKS"]
    for at in range(3):
        lines += ["0", "BLOCK", "8", "0", "2", f"B{at}", *["0", "INSERT", "2", f"B{at + 1}"] * 10]
        lines += ["0", "ENDBLK"]
    lines += ["0", "BLOCK", "2", "B3", "0", "POINT", "0", "ENDBLK", "0", "ENDSEC"]
    lines += [*HEAD[:5], "DIMENSION", "8", "0", "2", "B0", *TAIL, ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert count_inserted(path) == 30 + 1 + 10 + 100 + 1000


def test_a_block_within_itself_ends(tmp_path):
    path = tmp_path / "a.dxf"
    lines = ["0", "BLOCK", "2", "A", "0", "INSERT", "2", "B", "0", "ENDBLK"]
    lines += ["0", "BLOCK", "2", "B", "0", "INSERT", "2", "A", "0", "ENDBLK"]
    path.write_text("\n".join([*lines, "0", "DIMENSION", "2", "A", *TAIL, ""]), encoding="utf-8")
    assert count_inserted(path) == 2 + 3  # two inserts; A, B in it, and A once more as it stands
