"""The counties of the case that ships, as its store tells the reader of ledgers."""

from pathlib import Path

from nngis.inputs.store import open_store

HOME = open_store(Path(__file__).parents[2] / "layers").divisions
