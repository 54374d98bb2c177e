"""nngis: maps, lists and decisions from a city's energy-saving and emission-reduction plan.

Open a place
    `case` opens a case folder, or the one that ships; `read_ledger` and `read_layer` read what
    people send: Excel, CSV, GeoPackage, shapefiles, KML, DXF, GeoDataFrames, osmnx graphs.
Run a plan
    `run` runs heat, sewer, rooftop or charging on a case and on your own frames; `run_scenario`
    runs all of a scenario file; `register` scores the city on every rule of the plan document.
Ask a question
    `reach` (who is within reach of what), `site` (where to open), `permit` (may it be built here).
Look at what was found
    A `Result` has `decisions`, `indicators`, `tables`, `explain`, `explore` (a folium map),
    `plot` (a matplotlib figure) and `save`; `compare` holds two of them against each other.
When something is wrong
    Every error is an `NngisError`: what, where and how to mend it, in Chinese and English.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from nngis.catalog.layer import Layer
    from nngis.errors import (
        FetchError,
        InfeasibleError,
        LayerError,
        LedgerError,
        NngisError,
        OutputError,
        ParameterError,
        ScenarioError,
    )
    from nngis.run.cases import Case, case
    from nngis.run.compare import Comparison, compare
    from nngis.run.permit import permit
    from nngis.run.reach import reach
    from nngis.run.readers import read_layer, read_ledger
    from nngis.run.register import register
    from nngis.run.results import Result, Run
    from nngis.run.run import run, run_scenario
    from nngis.run.site import site

# Where each name lives; it is imported when it is first asked for.
_HOMES = {
    **dict.fromkeys(("Case", "case"), "nngis.run.cases"),
    **dict.fromkeys(("run", "run_scenario"), "nngis.run.run"),
    **dict.fromkeys(("Result", "Run"), "nngis.run.results"),
    **dict.fromkeys(("Comparison", "compare"), "nngis.run.compare"),
    **dict.fromkeys(("read_layer", "read_ledger"), "nngis.run.readers"),
    "permit": "nngis.run.permit",
    "reach": "nngis.run.reach",
    "register": "nngis.run.register",
    "site": "nngis.run.site",
    "Layer": "nngis.catalog.layer",
    **dict.fromkeys(
        (
            "FetchError",
            "InfeasibleError",
            "LayerError",
            "LedgerError",
            "NngisError",
            "OutputError",
            "ParameterError",
            "ScenarioError",
        ),
        "nngis.errors",
    ),
}

__all__ = [
    "Case",
    "Comparison",
    "FetchError",
    "InfeasibleError",
    "Layer",
    "LayerError",
    "LedgerError",
    "NngisError",
    "OutputError",
    "ParameterError",
    "Result",
    "Run",
    "ScenarioError",
    "__version__",
    "case",
    "compare",
    "permit",
    "reach",
    "read_layer",
    "read_ledger",
    "register",
    "run",
    "run_scenario",
    "site",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever lives there
    if name not in _HOMES:
        raise AttributeError(f"module 'nngis' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__  # what the page above names; the machinery below it is nobody's contents


class _Facade(ModuleType):
    """The package; a room that has a function's name never takes the function's place.

    Python, and whoever imports by path, sets a package's attribute when a room is loaded.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Facade
