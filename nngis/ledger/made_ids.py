"""Ids for rows that have none, made of what a row says: they do not hang on the rows' order."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import pandas as pd

from nngis.arrays import Bools, Objects
from nngis.ledger.coded import Coded
from nngis.ledger.table import tidy

_DIGEST = 8  # bytes of a cell's digest
_SHIFT = np.uint64(16)  # 48 bits are shown: among a million rows one in 500 files has two alike


def made_ids(columns: Iterable[tuple[str, Coded]], shapes: Objects | None, where: Bools) -> Objects:
    """Make ids for rows."""
    total = np.zeros(int(where.sum()), np.uint64)
    for header, cells in columns:
        digests = [_digest(f"{header}\x1f{tidy(cell)}".encode()) for cell in cells.distinct]
        # A sum, for the order of the columns is no matter either; a blank cell adds nothing.
        total += np.array([*digests, 0], np.uint64)[cells.codes[where]]
    if shapes is not None:
        total += np.array([0 if one is None else _digest(one) for one in shapes[where]], np.uint64)
    ids = pd.Series([f"R{value:012X}" for value in (total >> _SHIFT).tolist()], dtype=object)
    again = ids.groupby(ids, sort=False).cumcount().to_numpy()
    made: Objects = ids.to_numpy(copy=True)
    for at in np.flatnonzero(again):
        made[at] = f"{made[at]}-{again[at] + 1}"
    return made


def _digest(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=_DIGEST).digest(), "little")
