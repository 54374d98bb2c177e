"""Errors in two languages."""

import pytest

from nngis.errors import LayerError, NngisError, Problem, ScenarioError, require


def test_several_problems_are_said_at_once_in_either_language() -> None:
    with pytest.raises(LayerError) as caught:
        require([Problem("坏", "bad", "a.csv"), Problem("更坏", "worse")], LayerError)
    assert caught.value.say("zh") == "a.csv: 坏\n更坏"
    assert caught.value.say("en") == str(caught.value) == "a.csv: bad\nworse"


def test_what_spoils_several_things_is_said_once() -> None:
    same = [Problem("坏", "bad", "a.csv", ids=("1",)), Problem("坏", "bad", "b.csv")]
    with pytest.raises(LayerError) as caught:
        require([*same, *same], LayerError)
    assert caught.value.say("en") == "a.csv: bad\nb.csv: bad"


def test_no_problem_raises_nothing() -> None:
    require([], LayerError)


def test_wrong_use_exits_with_two_and_bad_data_with_one() -> None:
    assert (NngisError.exit_code, LayerError.exit_code, ScenarioError.exit_code) == (1, 1, 2)
