"""The front door: what a Python user does with nngis, from frames in to maps out."""

import re
import subprocess
import sys

import folium
import folium.plugins
import geopandas as gpd
import pandas as pd
import pytest
from matplotlib.figure import Figure

import nngis
from nngis.catalog.load import shipped_layers

HEAVY = ("geopandas", "pandas", "numpy", "folium", "matplotlib", "numba", "scipy", "rasterio")
ROWS = {
    # capacity, fuel, longitude, latitude: near the CHP plant at Liujing, and in the city's core
    "G1": ("10", "煤", 108.899266, 22.838833),
    "G2": ("20", "天然气", 108.933595, 22.845677),
    "G3": ("20蒸吨", "烟煤", 108.908986, 22.86395),
    "G4": ("8", "煤", 108.32, 22.82),
}


def chinese(**more):
    frame = pd.DataFrame.from_dict(
        ROWS, orient="index", columns=["额定容量(t/h)", "燃料", "经度", "纬度"]
    )
    return frame.rename_axis("锅炉编号").reset_index().assign(坐标系="WGS84", **more)


@pytest.fixture(scope="module")
def boilers():
    """The same rows as a GeoDataFrame in the work CRS, with English names and Chinese fuels."""
    rows = chinese()
    points = gpd.points_from_xy(rows["经度"], rows["纬度"])
    frame = gpd.GeoDataFrame(
        {"capacity_t_h": [10.0, 20.0, 20.0, 8.0], "fuel": rows["燃料"].tolist()},
        index=pd.Index(rows["锅炉编号"], name="boiler_id"),
        geometry=points,
        crs="EPSG:4326",
    )
    return frame.to_crs("EPSG:4545")


@pytest.fixture(scope="module")
def sure(boilers):
    return nngis.run("heat", boilers=boilers, assume_chp=True, assume_steam_t_h=None)


@pytest.fixture(scope="module")
def unsure(boilers):
    return nngis.run("heat", boilers=boilers, assume_chp=False, assume_steam_t_h=None)


def test_importing_the_package_loads_nothing_heavy():
    code = f"import sys, nngis; print([m for m in {HEAVY} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_every_name_of_the_contents_page_is_there_and_documented():
    for name in nngis.__all__:
        found = getattr(nngis, name)
        assert name == "__version__" or found.__doc__
    assert callable(nngis.run)
    assert callable(nngis.register)


def test_a_room_that_is_loaded_later_does_not_take_a_functions_name():
    code = (
        "import nngis.run.plans, nngis.register.rules, nngis, sys;"
        "nngis.run = sys.modules['nngis.run'];"
        "print(callable(nngis.run), callable(nngis.register))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "True"]


def test_frames_are_read_as_files_are(sure, tmp_path):
    path = tmp_path / "台账.csv"
    chinese().to_csv(path, index=False)
    of_file = nngis.run("heat", boilers=path, assume_chp=True, assume_steam_t_h=None)
    of_frame = nngis.run("heat", boilers=chinese(), assume_chp=True, assume_steam_t_h=None)
    expected = {"G1": "coal", "G2": "gas", "G3": "coal", "G4": "coal"}
    for found in (sure, of_file, of_frame):
        assert found.decisions["fuel"].to_dict() == expected
        assert found.decisions["decision"].equals(sure.decisions["decision"])
    assert sure.decisions["decision"].to_dict()["G4"] == "retire"
    assert sure.decisions["decision"].to_dict()["G2"] == "keep"


def test_a_frame_is_not_changed(boilers):
    before = boilers.copy()
    nngis.run("heat", boilers=boilers, assume_steam_t_h=None)
    pd.testing.assert_frame_equal(pd.DataFrame(boilers), pd.DataFrame(before))


def test_a_frame_without_what_the_role_needs_gets_the_ledgers_error(boilers):
    with pytest.raises(nngis.LedgerError) as caught:
        nngis.run("heat", boilers=boilers.drop(columns="capacity_t_h"))
    assert "额定" in caught.value.say("zh")


def test_a_wrong_name_offers_the_nearest(boilers):
    with pytest.raises(nngis.ScenarioError, match="Did you mean supply_radius_m"):
        nngis.run("heat", boilers=boilers, suply_radius_m=1)
    with pytest.raises(nngis.ParameterError):
        nngis.run("heat", boilers=boilers, supply_radius_m="far")


def test_what_is_found_is_at_hand(sure):
    assert sure.decisions.index.tolist() == ["G1", "G2", "G3", "G4"]
    assert {"value", "target", "status", "unit"} <= set(sure.indicators)
    why = sure.explain("G1")
    assert why.values["decision"] == sure.decisions.loc["G1", "decision"]
    assert why.say("zh").startswith("G1: ")
    with pytest.raises(nngis.NngisError):
        sure.explain("nobody")
    assert "<table" in sure._repr_html_()


def links_of(page: str) -> list[str]:
    """Everything that a browser would fetch."""
    return [
        one
        for one in re.findall(r'(?:src|href)="([^"]+)"', page)
        if not one.startswith(("data:", "#"))
    ]


def test_what_is_printed_fits_a_line_and_says_what_it_is(sure, unsure):
    assert repr(sure) == (
        "<nngis.Result heat: 4 boilers (2 close_integrate, 1 keep, 1 retire), derived, EPSG:4545>"
    )
    assert "assume_chp: True -> False" in repr(nngis.compare(sure, unsure))
    assert "layers in" in repr(nngis.case())
    places = chinese()
    assert repr(nngis.read_layer(places)).endswith(
        f": 4 rows, {nngis.read_layer(places).evidence}>"
    )


def test_the_contents_page_lists_what_is_for_users_alone():
    assert {"run", "case", "NngisError"} <= set(dir(nngis))
    assert not {"sys", "Any", "import_module"} & set(dir(nngis))


def test_explore_is_a_folium_map_that_needs_no_network(sure):
    made = sure.explore(lang="en")
    assert isinstance(made, folium.Map)
    folium.plugins.MousePosition().add_to(folium.Map())  # a plugin is an element like any other
    page = made.get_root().render()
    assert links_of(page.replace("https://leafletjs.com", "#")) == []
    assert page.count("L.geoJson(null") >= 5
    assert "L.control.layers" in page
    assert "nngis-legend" in page
    assert "close and integrate" in page or "keep" in page


def test_text_of_a_ledger_is_data_on_the_map():
    evil = "</script><img src=x onerror=alert(1)>"
    found = nngis.run("heat", boilers=chinese(企业名称=evil), assume_steam_t_h=None)
    page = found.explore().get_root().render()
    assert evil not in page
    assert "\\u003cimg src=x" in page


def test_plot_is_a_figure_with_the_map_in_metres(sure):
    figure = sure.plot(lang="en")
    assert isinstance(figure, Figure)
    west, east = figure.axes[0].get_xlim()
    assert east - west > 10_000
    assert figure._repr_png_()[:4] == b"\x89PNG"


def test_two_results_are_compared_on_one_map(sure, unsure):
    found = nngis.compare(unsure, sure)
    assert found.parameters.loc["assume_chp", ["before", "after"]].tolist() == [False, True]
    changed = unsure.decisions["decision"].ne(sure.decisions["decision"])
    assert set(found.changes.index) == set(changed[changed].index) != set()
    made = found.explore()
    assert isinstance(made, folium.Map)
    page = made.get_root().render()
    assert "nngisSwipe(" in page
    assert '"pane": "left"' in page
    assert '"pane": "right"' in page
    assert "<table" in found._repr_html_()


def test_a_result_is_saved_as_the_command_saves_it(sure, tmp_path):
    out = sure.save(tmp_path / "mine", lang="en")
    assert (out / "index.html").is_file()
    assert (out / "heat" / "result.json").is_file()


def test_the_case_that_ships_lists_its_layers():
    place = nngis.case()
    assert place.layers.loc["counties", "rows"] == 12
    assert len(place.layer("counties")) == 12
    assert nngis.case(shipped_layers()).layers.equals(place.layers)
    assert "<table" in place._repr_html_()


def test_a_permit_is_asked_in_one_line():
    found = nngis.permit(108.32, 22.82, capacity_t_h=20, fuel="煤")
    assert found["decision"].tolist() == ["banned"]
    with pytest.raises(nngis.ScenarioError):
        nngis.permit(108.32, 22.82)
