"""What ``layers fetch`` says of many names."""

import pytest

from nngis.cli.fetch_command import FEW, _few


@pytest.mark.parametrize("count", [0, 1, FEW])
def test_few_names_are_all_said(count: int) -> None:
    names = [f"n{at}" for at in range(count)]
    assert _few(names) == ", ".join(names)


def test_of_more_the_first_are_said_and_how_many_there_are() -> None:
    names = [f"n{at}" for at in range(FEW + 1)]
    assert _few(names) == f"{', '.join(names[:FEW])} … ({FEW + 1})"
