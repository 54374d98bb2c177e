"""How many processes share a work."""

import pytest

from nngis.run import parallel
from nngis.run.parallel import choose_workers


@pytest.mark.parametrize(
    ("cores", "parts", "workers"),
    [(2, 10, 2), (2, 1, 1), (64, 10, 4), (8, 3, 3), (1, 10, 1), (2, 0, 1)],
)
def test_a_work_has_a_process_a_core_but_no_more_than_parts_or_four(
    monkeypatch: pytest.MonkeyPatch, cores: int, parts: int, workers: int
) -> None:
    monkeypatch.setattr(parallel, "cores", lambda: cores)
    assert choose_workers(parts) == workers
