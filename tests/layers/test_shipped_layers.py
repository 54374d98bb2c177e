"""The shipped files: whole, small, described, licensed, and saying what they must."""

import hashlib
import json
import re
import tomllib

import numpy as np
import pandas as pd
import pyogrio
import pytest
from openpyxl import load_workbook

from nngis import evidence, fields
from nngis.catalog.counties import read_counties

MOST_BYTES = 4_000_000
GUANGXI = (104.4, 20.9, 112.1, 26.4)
PLANT = (108.9400445, 22.7885406)
LEDGER_HEAD = 2


def table(layers, name):
    return pd.read_csv(layers / name, dtype=str, keep_default_na=False)


def vector(layers, name):
    return pyogrio.read_dataframe(layers / name)


def ledger_cells(layers):
    sheet = load_workbook(layers / "boilers.xlsx").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return pd.DataFrame(rows[LEDGER_HEAD:], columns=rows[1], dtype=object)


def keys_of(layers, entry):
    name = entry["file"]
    if name.endswith(".csv"):
        return table(layers, name)[entry["key"]]
    if name.endswith(".geojson"):
        return vector(layers, name)[entry["key"]]
    return ledger_cells(layers)["锅炉编号"]


def test_the_layers_are_under_four_megabytes_in_all(layers):
    files = [
        path for path in layers.rglob("*") if path.is_file() and "__pycache__" not in str(path)
    ]
    assert 0 < sum(path.stat().st_size for path in files) < MOST_BYTES


def test_every_file_has_the_hash_its_entry_states(layers, catalog):
    for entry in catalog.values():
        if "file" in entry:
            data = (layers / entry["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["file"]


def test_every_data_file_has_an_entry(layers, catalog):
    data = {
        path.name
        for path in layers.iterdir()
        if path.suffix in {".csv", ".geojson", ".xlsx", ".tif"}
    }
    assert data == {entry["file"] for entry in catalog.values() if "file" in entry}


def test_row_counts_are_those_of_the_catalog(layers, catalog):
    for name, entry in catalog.items():
        if "file" in entry and entry["geometry"] != "raster":
            assert len(keys_of(layers, entry)) == entry["rows"], name


def test_keys_are_unique_but_for_the_boiler_entered_twice(layers, catalog):
    for name, entry in catalog.items():
        if "file" in entry and entry["geometry"] != "raster":
            keys = keys_of(layers, entry)
            assert keys.duplicated().sum() == (name == "boilers"), name
            assert (keys.astype(str).str.strip() != "").all(), name


def test_rows_are_sorted_by_key(layers, catalog):
    for name, entry in catalog.items():
        if entry.get("file", "").endswith((".csv", ".geojson")):
            assert keys_of(layers, entry).is_monotonic_increasing, name


def test_every_named_column_is_there_and_defined(layers, catalog):
    known = fields.glossary()
    for name, entry in catalog.items():
        if entry["geometry"] == "raster":
            continue
        assert {entry["key"], *entry["fields"]} <= set(known), name
        if entry.get("file", "").endswith(".csv"):
            frame = table(layers, entry["file"])
            position = {"lon", "lat"} if entry["geometry"] == "point" else set()
            assert set(frame) == {entry["key"], *entry["fields"]} | position, name
        elif entry.get("file", "").endswith(".geojson"):
            frame = vector(layers, entry["file"])
            assert set(frame) == {entry["key"], *entry["fields"], "geometry"}, name


def test_every_evidence_is_a_known_word(layers, catalog):
    for name, entry in catalog.items():
        assert entry["evidence"] in evidence.ORDER, name
    for name in ("population.csv", "treatment_plants.csv"):
        assert set(table(layers, name)["evidence"]) <= set(evidence.ORDER), name


def test_a_layer_is_not_surer_than_its_weakest_row(layers, catalog):
    for name in ("population", "treatment_plants"):
        found = table(layers, f"{name}.csv")["evidence"]
        assert catalog[name]["evidence"] == evidence.weakest(found), name


def test_every_licence_stands_beside_its_layer_in_the_licence_list(layers, catalog):
    text = (layers / "LICENSES.md").read_text(encoding="utf-8")
    stated = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4:
            stated |= dict.fromkeys(re.split(r",\s*", cells[0]), (cells[1], cells[2]))
    for name, entry in catalog.items():
        assert stated[name] == (entry["licence"], entry["attribution"]), name


def test_copyleft_texts_lie_beside_the_layers(layers):
    for name in ("GPL-3.0.txt", "LGPL-3.0.txt"):
        assert "GENERAL PUBLIC LICENSE" in (layers / "licences" / name).read_text(encoding="utf-8")


def test_everything_lies_in_guangxi(layers, catalog):
    west, south, east, north = GUANGXI
    for name, entry in catalog.items():
        file = entry.get("file", "")
        if file.endswith(".geojson"):
            bounds = vector(layers, file).total_bounds
        elif file.endswith(".csv") and entry["geometry"] == "point":
            frame = table(layers, file)
            placed = frame[frame["lon"] != ""][["lon", "lat"]].astype(float)
            assert len(placed), name
            bounds = (*placed.min(), *placed.max())
        else:
            continue
        assert west <= bounds[0] <= bounds[2] <= east, name
        assert south <= bounds[1] <= bounds[3] <= north, name


def test_geometries_are_valid_and_never_empty(layers, catalog):
    for name, entry in catalog.items():
        if entry.get("file", "").endswith(".geojson"):
            shapes = vector(layers, entry["file"]).geometry
            if "sewer_projects" in entry["roles"]:
                shapes = shapes.dropna()  # a list may name projects without drawing them
            assert shapes.is_valid.all(), name
            assert not shapes.is_empty.any(), name


def test_geojson_holds_a_feature_a_line_and_six_decimals_at_most(layers, catalog):
    for name, entry in catalog.items():
        if entry.get("file", "").endswith(".geojson"):
            lines = (layers / entry["file"]).read_text(encoding="utf-8").splitlines()
            assert len(lines) == entry["rows"] + 2, name
            assert all(json.loads(line.rstrip(","))["type"] == "Feature" for line in lines[1:-1])
            assert not re.search(r"\d\.\d{7}", "".join(lines)), name


def test_counties_are_read_and_not_copied(layers, catalog):
    assert "file" not in catalog["counties"]
    counties, _ = read_counties()
    assert len(counties) == catalog["counties"]["rows"] == 12
    assert counties["name_zh"]["450181"] == "横州市"


def test_there_is_one_operating_coal_plant_above_300_mw(layers):
    units = table(layers, "heat_sources.csv")
    large = units[
        (units["fuel"] == "coal")
        & (units["status"] == "operating")
        & (units["capacity_mw"].astype(float) > 300)
    ]
    assert set(large["plant_id"]) == {"guoneng_nanning"}
    assert large["capacity_mw"].astype(float).tolist() == [660.0, 660.0]
    assert np.allclose(large[["lon", "lat"]].astype(float), PLANT, atol=1e-7)


def test_every_unit_names_its_source_and_none_a_steam_extraction(layers):
    units = table(layers, "heat_sources.csv")
    assert (units["source"] != "").all()
    assert (units["steam_capacity_t_h"] == "").all()


def test_only_the_liujing_project_is_chp_by_what_a_source_says(layers):
    units = table(layers, "heat_sources.csv")
    assert set(units[units["is_chp"] == "yes"]["plant_id"]) == {"liujing_cogen"}
    assert set(units["is_chp"]) == {"yes", "no", ""}
    assert set(units[units["is_chp"] == "no"]["fuel"]) == {"hydro"}


def test_unit_names_that_a_spreadsheet_took_for_dates_are_mended_and_marked(layers):
    units = table(layers, "heat_sources.csv")
    mended = units[units["remark"].str.contains("by a spreadsheet")]
    assert sorted(mended["unit"]) == ["1-1", "1-2", "2-1", "2-2"]
    assert not units["unit"].str.contains("Jan|Feb").any()


def test_only_three_figures_of_2020_are_census_figures(layers):
    people = table(layers, "population.csv")
    counted = people[people["basis"] == "census"]
    assert dict(zip(counted["adcode"], counted["population"], strict=True)) == {
        "450100": "8741584",
        "450110": "683826",
        "450126": "801407",
    }
    assert set(counted["year"]) == {"2020"}
    assert set(counted["evidence"]) == {"official"}


def test_the_other_figures_of_2020_are_marked_as_estimates(layers):
    people = table(layers, "population.csv")
    rest = people[(people["year"] == "2020") & (people["basis"] != "census")]
    assert len(rest) == 10
    assert set(rest["basis"]) == {"estimate"}
    assert set(rest["evidence"]) == {"approximate"}
    assert rest["source"].str.startswith("estimate").all()


def test_population_has_every_county_in_every_year(layers):
    people = table(layers, "population.csv")
    counties, _ = read_counties()
    for year in ("2010", "2018", "2020"):
        of_year = people[people["year"] == year]
        assert set(of_year["adcode"]) == {"450100", *counties.index}
    assert (people["source"] != "").all()


@pytest.mark.parametrize("year", ["2018", "2020"])
def test_the_counties_add_up_to_the_city(layers, year):
    people = table(layers, "population.csv").query("year == @year")
    whole = people["adcode"] == "450100"
    figures = people["population"].astype(int)
    assert figures[~whole].sum() == figures[whole].sum()


def test_treatment_plants_name_their_sources_and_leave_unknowns_empty(layers):
    plants = table(layers, "treatment_plants.csv")
    assert (plants["source"] != "").all()
    assert (plants["capacity_m3_d"] != "0").all()
    assert plants["lon"].eq("").equals(plants["lat"].eq(""))
    # What HydroWASTE reports is water treated, not design capacity: adding up counts nothing twice.
    unnamed = plants["wwtp_id"].str.startswith("hydrowaste")
    assert (plants[unnamed]["capacity_m3_d"] == "").all()
    assert (plants[~unnamed]["treated_m3_d"] == "").all()


def test_townships_have_an_extent_or_nothing(layers):
    townships = table(layers, "townships.csv")
    sides = townships[["west", "south", "east", "north", "lon", "lat"]]
    empty = sides.eq("")
    assert (empty.all(axis=1) | ~empty.any(axis=1)).all()
    found = sides[~empty.any(axis=1)].astype(float)
    assert len(found) == 98
    assert (found["west"] < found["lon"]).all()
    assert (found["lon"] < found["east"]).all()
    assert (found["south"] < found["lat"]).all()
    assert (found["lat"] < found["north"]).all()


def test_no_missing_population_of_a_town_is_written_as_zero(layers):
    assert "0" not in set(table(layers, "towns.csv")["population"])


def test_places_hold_no_line_breaks_and_no_doubled_blanks(layers):
    for name in ("places.csv", "industrial_sites.csv", "rail_stations.csv", "power_sites.csv"):
        names = table(layers, name)["name_zh"]
        assert (names == names.str.split().str.join(" ")).all()
        assert (names != "").all()


def test_the_note_of_the_built_up_area_asks_for_the_official_one(catalog):
    entry = catalog["built_up"]
    assert entry["evidence"] == "derived"
    assert "必须换用官方" in entry["note"]["zh"]
    assert "must be replaced" in entry["note"]["en"]


def test_the_built_up_area_is_of_the_size_that_is_remembered(layers):
    parts = vector(layers, "built_up.geojson").set_index("area_id")
    measured = parts.to_crs("EPSG:4545").area / 1e6
    assert np.allclose(measured, parts["area_km2"], atol=0.02)
    assert 300 < measured["南宁主城区"] < 360
    assert measured.drop("南宁主城区").between(2, 15).all()


def test_the_scenario_names_the_four_plans(layers):
    scenario = tomllib.loads((layers / "nanning.toml").read_text(encoding="utf-8"))
    assert scenario["plans"] == ["heat", "sewer", "rooftop", "charging"]
    assert scenario["heat"]["assume_chp"] is True


def test_the_demonstration_ledger_says_that_it_is_made_up(layers, catalog):
    assert catalog["boilers"]["evidence"] == "synthetic"
    assert "合成演示" in str(load_workbook(layers / "boilers.xlsx").active["A1"].value)
    owners = ledger_cells(layers)["使用单位名称"].str.strip()
    assert owners.str.fullmatch(r"演示企业\d{3}").all()
