"""Whole numbers of a vector file to the last digit: nullable ones come as floats of 15 digits."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

EXACT_BELOW = 2**53  # from here on a float skips whole numbers


def with_exact_integers(
    frame: pd.DataFrame,
    integers: Sequence[str],
    read_again: Callable[[list[str]], dict[str, list[int | None]]],
) -> pd.DataFrame:
    """Read again the columns of whole numbers that came as floats and lost digits."""
    lost = [
        name
        for name in integers
        if name in frame
        and frame[name].dtype.kind == "f"
        and bool((np.abs(frame[name].to_numpy()) >= EXACT_BELOW).any())
    ]
    if not lost:
        return frame
    exact = {
        name: pd.Series(values, index=frame.index, dtype=object)
        for name, values in read_again(lost).items()
    }
    return frame.assign(**exact)
