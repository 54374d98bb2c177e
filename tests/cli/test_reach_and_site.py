"""``nngis reach`` and ``nngis site`` on small layers that can be checked by hand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

Nngis = Callable[..., Any]
X, Y = 500_000, 2_520_000


def points(path: Path, xs: list[float], key: str, **columns: list[object]) -> Path:
    """Write points along a street that runs east."""
    frame = gpd.GeoDataFrame(
        {key: [f"{key[0]}{i}" for i in range(len(xs))], **columns},
        geometry=gpd.points_from_xy([X + x for x in xs], [Y] * len(xs)),
        crs="EPSG:4545",
    )
    frame.to_file(path)
    return path


@pytest.fixture
def street(tmp_path: Path) -> dict[str, Path]:
    """Return five demands on a street of 8 km that turns back on itself, and two facilities."""
    roads = gpd.GeoDataFrame(
        geometry=[LineString([(X, Y), (X + 4000, Y), (X + 4000, Y + 4000)])], crs="EPSG:4545"
    )
    roads.to_file(tmp_path / "roads.gpkg")
    return {
        "demand": points(
            tmp_path / "demand.gpkg",
            [0, 1000, 2000, 3000, 4000],
            "demand_id",
            weight=[1.0, 1.0, 1.0, 1.0, 6.0],
        ),
        "facilities": points(tmp_path / "facilities.gpkg", [500, 9000], "facilities_id"),
        "candidates": points(tmp_path / "candidates.gpkg", [1000, 3500, 4000], "candidates_id"),
        "roads": tmp_path / "roads.gpkg",
    }


def test_reach_tells_the_share_covered_straight_and_by_road(
    nngis: Nngis, street: dict[str, Path], tmp_path: Path
) -> None:
    ran = nngis(
        "reach",
        "--demand",
        street["demand"],
        "--facilities",
        street["facilities"],
        "--roads",
        street["roads"],
        "--limit-km",
        1.6,
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert ran.code == 0, ran.err
    found = {i["name"]: i["value"] for i in json.loads(ran.out)["indicators"]}
    assert found == {
        "covered_straight_share": pytest.approx(0.3),
        "covered_road_share": pytest.approx(0.3),
    }
    demand = gpd.read_file(tmp_path / "out/reach/layers.gpkg", layer="demand")
    assert demand["decision"].tolist() == ["covered"] * 3 + ["gap"] * 2
    assert demand["road_m"].dropna().round(0).tolist() == [500, 500, 1500]
    assert (tmp_path / "out/reach/map.html").stat().st_size > 0


def test_site_covers_the_heaviest_first_and_existing_sites_serve(
    nngis: Nngis, street: dict[str, Path], tmp_path: Path
) -> None:
    command = [
        "site",
        "mclp",
        "--demand",
        street["demand"],
        "--candidates",
        street["candidates"],
        "-p",
        1,
        "--limit-km",
        1.2,
    ]
    found = json.loads(nngis(*command, "--json").out)
    assert found["selected"] in (["c1"], ["c2"])
    assert (found["objective"], found["status"]) == (7.0, "optimal")
    more = json.loads(nngis(*command, "--existing", street["facilities"], "--json").out)
    assert more["objective"] == 9.0
    out = tmp_path / "out"
    assert nngis(*command, "--out", out).code == 0
    sites = gpd.read_file(out / "site/layers.gpkg", layer="sites").set_index("candidates_id")
    assert sorted(sites["decision"]) == ["build", "not_chosen", "not_chosen"]


@pytest.mark.parametrize(
    ("problem", "objective"), [("lscp", 2.0), ("pmedian", 6.0), ("pcenter", 4.0)]
)
def test_a_ready_matrix_needs_no_geometry(
    nngis: Nngis, tmp_path: Path, problem: str, objective: float
) -> None:
    # Sites x and y at 0 and 10, demands at 0, 4 and 10: x serves the first two.
    at = {"a": 0.0, "b": 4.0, "c": 10.0}
    rows = [(d, s, abs(v - w)) for d, v in at.items() for s, w in {"x": 0.0, "y": 10.0}.items()]
    table = pd.DataFrame(rows, columns=["demand_id", "facility_id", "distance_m"])
    if problem == "lscp":
        table = table[table["distance_m"] < 5]
    table.to_parquet(tmp_path / "links.parquet")
    pd.DataFrame({"demand_id": list(at), "weight": [1.0, 1.5, 1.0]}).to_csv(
        tmp_path / "weights.csv", index=False
    )
    ran = nngis(
        "site",
        problem,
        "--links",
        tmp_path / "links.parquet",
        "--weights",
        tmp_path / "weights.csv",
        *([] if problem == "lscp" else ["-p", 2]),
        "--json",
    )
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert found["objective"] == pytest.approx(objective)
    assert found["status"] == "optimal"


@pytest.mark.parametrize(
    ("weights", "arguments", "code", "words"),
    [
        ([1.0, -1.0], ["-p", 1], 1, "negative"),
        ([1.0, np.nan], ["-p", 1], 1, "weight"),
        ([1.0, 1.0], ["-p", 9], 1, "9"),
        ([1.0, 1.0], [], 2, "-p"),
    ],
)
def test_bad_questions_get_one_clear_message(
    nngis: Nngis,
    tmp_path: Path,
    weights: list[float],
    arguments: list[object],
    code: int,
    words: str,
) -> None:
    links = pd.DataFrame(
        {"demand_id": ["a", "b"], "facility_id": ["x", "y"], "distance_m": [1.0, 1.0]}
    )
    links.to_csv(tmp_path / "l.csv", index=False)
    pd.DataFrame({"demand_id": ["a", "b"], "weight": weights}).to_csv(
        tmp_path / "w.csv", index=False
    )
    ran = nngis(
        "site",
        "mclp",
        "--links",
        tmp_path / "l.csv",
        "--weights",
        tmp_path / "w.csv",
        *arguments,
        "--lang",
        "en",
    )
    assert ran.code == code
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_missing_options_and_files_are_named(nngis: Nngis, tmp_path: Path) -> None:
    assert nngis("site", "mclp", "-p", 1, "--lang", "en").code == 2
    ran = nngis("site", "mclp", "--links", tmp_path / "none.csv", "-p", 1, "--lang", "en")
    assert ran.code == 1
    assert "none.csv" in ran.err


@pytest.fixture
def cases() -> Path:
    """Return the small road layers that lie beside the checkout."""
    folder = Path(__file__).parents[3] / "shared" / "cases" / "roads"
    if not folder.is_dir():
        pytest.skip("no ../shared/cases")
    return folder


@pytest.mark.parametrize(
    ("name", "crs", "corner", "road_m"),
    [
        ("oneway_ring", "EPSG:4545", (520_000, 2_524_000), 3000),
        ("oneway_yes_no", "EPSG:32648", (800_000, 2_520_000), 3000),
        ("speed_missing", "EPSG:32648", (800_000, 2_520_000), 1000),
    ],
)
def test_reach_goes_with_the_traffic_of_the_roads_given(
    nngis: Nngis,
    cases: Path,
    tmp_path: Path,
    name: str,
    crs: str,
    corner: tuple[int, int],
    road_m: int,
) -> None:
    x, y = corner
    for part, at in (("demand", x + 1000), ("facilities", x)):
        gpd.GeoDataFrame({f"{part}_id": ["a"]}, geometry=[Point(at, y)], crs=crs).to_file(
            tmp_path / f"{part}.gpkg"
        )
    ran = nngis(
        "reach", "--demand", tmp_path / "demand.gpkg", "--facilities",
        tmp_path / "facilities.gpkg", "--roads", cases / f"{name}.gpkg", "--limit-km", 9,
        "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    demand = gpd.read_file(tmp_path / "out/reach/layers.gpkg", layer="demand")
    assert demand["road_m"].tolist() == [pytest.approx(road_m, rel=2e-3)]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


LINKS = "demand_id,facility_id,distance_m\n007,x,10\n007,y,900\n8,y,20\n9,z,30\n"


@pytest.mark.parametrize(
    ("options", "selected", "objective"),
    [
        (["-p", 1, "--limit-km", 0.5], {"z"}, 5.0),
        (["-p", 1], {"z"}, 5.0),
        (["-p", 1, "--must", "x"], {"x"}, 1.0),
        (["-p", 1, "--forbid", "z"], {"y"}, 3.0),
        (["-p", 1, "--forbid", "z", "--limit-km", 0.5], {"y"}, 2.0),
        (["-p", 1, "--existing", "z"], {"z", "y"}, 8.0),
        (["--cost", "造价", "--budget", 3], {"y"}, 3.0),
        (["-p", 1, "--capacity", "容量"], {"y"}, 3.0),
    ],
)
def test_options_hold_on_ready_links(
    nngis: Nngis, tmp_path: Path, options: list[object], selected: set[str], objective: float
) -> None:
    links = write(tmp_path / "l.csv", LINKS)
    weights = write(tmp_path / "w.csv", "demand_id,weight\n007,1\n8,2\n9,5\n")
    sites = write(tmp_path / "s.csv", "facility_id,造价,容量\nx,1,9\ny,3,9\nz,5,2\n")
    command = ["site", "mclp", "--links", links, "--weights", weights, "--sites", sites, *options]
    ran = nngis(*command, "--json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (set(found["selected"]), found["objective"]) == (selected, pytest.approx(objective))


def test_a_missing_table_of_existing_sites_is_an_error(nngis: Nngis, tmp_path: Path) -> None:
    links = write(tmp_path / "l.csv", LINKS)
    command = ["site", "mclp", "--links", links, "-p", 1, "--lang", "en"]
    assert "none.csv" in nngis(*command, "--existing", tmp_path / "none.csv").err
    assert "nowhere" in nngis(*command, "--existing", "nowhere").err
    assert "--sites" in nngis(*command, "--cost", "造价").err


def test_nothing_asked_and_nobody_reached_are_said(nngis: Nngis, tmp_path: Path) -> None:
    links = write(tmp_path / "l.csv", LINKS)
    ran = nngis("site", "mclp", "--links", links, "-p", 0, "--lang", "en")
    assert (ran.code, "No new site was asked for" in ran.out) == (0, True)
    command = ["site", "mclp", "--links", links, "-p", 2, "--limit-km", 0.015]
    ran = nngis(*command, "--lang", "en")
    assert "2 demands can be reached by no site that is allowed: 8, 9." in ran.out
    assert "2 new sites were asked for, chosen 1" in ran.out


def test_phases_and_other_plans_are_printed_with_names(
    nngis: Nngis, street: dict[str, Path], tmp_path: Path
) -> None:
    named = points(
        tmp_path / "named.gpkg", [1000, 3500, 4000], "candidates_id", name_zh=list("甲乙丙")
    )
    command = ["site", "mclp", "--demand", street["demand"], "--candidates", named]
    command += ["--limit-km", 1.2, "--phases", "1,2", "--alternatives", 2, "--lang", "en"]
    ran = nngis(*command, "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    assert "phase 1: 1 site, objective 7" in ran.out
    assert "phase 2: 2 sites, objective 10" in ran.out
    assert "loss if refused" in ran.out
    assert "甲" in ran.out
    saved = json.loads(nngis(*command, "--json").out)
    assert [one["chosen_count"] for one in saved["phases"]] == [1, 2]
    assert len(saved["alternatives"]) >= 1
    assert (tmp_path / "out/site/tables.xlsx").stat().st_size > 0


def test_an_option_that_would_do_nothing_is_refused(nngis: Nngis, tmp_path: Path) -> None:
    links = write(tmp_path / "l.csv", LINKS)
    command = ["site", "mclp", "--links", links, "-p", 1, "--lang", "en"]
    ran = nngis(*command, "--out", tmp_path / "out", "--roads", "roads.gpkg", "--weight", "people")
    assert ran.code == 2
    assert all(name in ran.err for name in ("--out", "--roads", "--weight"))
    assert not (tmp_path / "out").exists()
    ran = nngis("site", "mclp", "--weights", tmp_path / "w.csv", "-p", 1, "--lang", "en")
    assert (ran.code, "--weights" in ran.err) == (2, True)
    ran = nngis("site", "lscp", "--links", links, "-p", 1, "--lang", "en")
    assert (ran.code, "-p" in ran.err) == (2, True)
