"""nngis: maps, lists and decisions from a city's energy-saving and emission-reduction plan."""

__version__ = "0.1.0"
