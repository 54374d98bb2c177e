"""The scripts of ``packaging/`` are no package: they are found beside each other."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
