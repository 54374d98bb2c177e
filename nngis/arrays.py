"""Names for the arrays that are passed around, each defined once."""

from typing import Any

import numpy as np
import numpy.typing as npt

#: Coordinates, lengths, costs.
Floats = npt.NDArray[np.float64]
#: Numbers of nodes, edges and arcs, as compiled loops take them.
Ints = npt.NDArray[np.int32]
#: Positions of rows, as numpy indexes them.
Positions = npt.NDArray[np.intp]
#: Where the runs of a flat array begin, of 64 bits on every machine.
Offsets = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
#: Geometries, words: anything.
Objects = npt.NDArray[np.object_]
#: Any array, where a function takes each kind.
Array = npt.NDArray[Any]
