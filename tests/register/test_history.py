"""What moved between two scorecards, and why."""

from nngis.register.history import moves


def record(id_, status="unknown", value=None, target=5.0, missing=(), uses=("boilers",)):
    return {
        "id": id_,
        "status": status,
        "value": value,
        "target": target,
        "unit": "t",
        "missing": list(missing),
        "uses": list(uses),
    }


def snapshot(*rules, **inputs):
    return {"rules": list(rules), "inputs": inputs}


def only(before, after):
    (found,) = moves(before, after)
    return found


def test_nothing_moves_between_equal_snapshots():
    one = snapshot(record("A57"), boilers="x")
    assert moves(one, one) == []


def test_a_layer_that_came_in_is_named_and_one_that_did_not_is_not():
    found = only(
        snapshot(record("A57", missing=["boilers", "built_up"])),
        snapshot(record("A57", "met", 0.0), boilers="x"),
    )
    assert (found.status_before, found.status_after, found.value_after) == ("unknown", "met", 0.0)
    assert found.why.en == "boilers came in."


def test_other_content_is_told_from_a_new_layer():
    found = only(
        snapshot(record("A57", "missed", 3.0), boilers="x"),
        snapshot(record("A57", "missed", 2.0), boilers="y"),
    )
    assert found.why.en == "other content in boilers."
    found = only(
        snapshot(record("A57", "missed", 3.0)),
        snapshot(record("A57", "missed", 2.0), boilers="y"),
    )
    assert found.why.zh == "新增 boilers。"


def test_targets_and_losses_are_named():
    found = only(
        snapshot(record("A57", "met", 5.0), boilers="x"),
        snapshot(record("A57", "unknown", None, 6.0, ["boilers"])),
    )
    assert "the target went from 5.0 to 6.0" in found.why.en
    assert "boilers went missing" in found.why.en


def test_layers_that_the_rule_does_not_use_explain_nothing():
    found = only(
        snapshot(record("A57", "missed", 3.0), boilers="x", roads="1"),
        snapshot(record("A57", "missed", 2.0), boilers="x", roads="2"),
    )
    assert found.why.en == "the method or a linked plan's result changed."
