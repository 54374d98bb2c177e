"""Every file that is given is seen to be there, whatever reads it."""

import pytest

import nngis
from nngis.errors import LayerError
from nngis.inputs.choices import LayerChoice
from nngis.inputs.given import check_given
from nngis.inputs.store import GIVEN, LayerStore
from nngis.run.cases import case
from nngis.run.run import run_scenario


def choices(**paths):
    return {role: LayerChoice(path=str(path)) for role, path in paths.items()}


def test_all_files_that_are_missing_are_named_at_once(tmp_path):
    there = tmp_path / "a.csv"
    there.write_text("", "utf-8")
    store = LayerStore(tmp_path, {"known": None})
    good = {
        "boilers": there,
        "roads": "known",
        "roofs": f"{GIVEN}roofs",
        "parks": "postgresql://h/d",
    }
    check_given(choices(**good), store)
    bad = choices(
        elevation="missing.tif", counties=tmp_path / "b.gpkg", parks="x" * 5_000, sewers="a\0b"
    )
    with pytest.raises(LayerError) as found:
        check_given({**choices(**good), **bad}, store)
    assert [one.where.partition("=")[0] for one in found.value.problems] == [
        "--layer parks", "--layer elevation", "--layer counties", "--layer sewers",
    ]  # fmt: skip


def test_what_plays_a_role_of_rasters_is_a_raster(tmp_path):
    table = tmp_path / "a.csv"
    table.write_text("", "utf-8")
    with pytest.raises(
        LayerError, match=r"--layer elevation=.*a\.csv: This role is played by a ra"
    ):
        check_given(choices(elevation=table, boilers=table), LayerStore(tmp_path, {}))


def test_a_raster_that_a_plan_does_not_read_must_exist_too():
    given = {**case().scenario.layers, **choices(elevation="missing.tif")}
    asked = case().scenario.model_copy(update={"plans": ("heat",), "layers": given})
    with pytest.raises(LayerError, match=r"--layer elevation=missing\.tif: There is no such file"):
        run_scenario(asked)


def test_permit_and_register_look_for_what_is_given_too():
    with pytest.raises(LayerError, match="no such file"):
        nngis.permit(108.3, 22.8, capacity_t_h=5, parks="missing.gpkg")
    with pytest.raises(LayerError, match="no such file"):
        nngis.register(land_cover="missing.tif")
