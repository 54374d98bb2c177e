"""The reference layers that ship, opened once."""

from pathlib import Path

import pytest

from nngis.inputs.store import open_store
from nngis.ledger.references import References


@pytest.fixture(scope="session")
def references() -> References:
    found = open_store(Path(__file__).parents[2] / "layers").references()
    assert found is not None
    return found
