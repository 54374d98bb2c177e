"""What a command prints with ``--json`` is JSON, to the last byte that reaches the descriptor."""

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest

from nngis.cli.app import app

RUN = ("run", "heat", "charging", "--set", "new_stations=3", "--set", "time_limit_s=2", "-q")
#: Homes a kilometre apart: the charging plan chooses among sites, and its solver has work to do.
HOMES = [
    (108.28 + 0.01 * x, 22.76 + 0.01 * y, 100 + 37 * x * y) for x in range(9) for y in range(9)
]
#: Commands that need the network, and one that needs an engine of an extra; tested on their own.
ROOT = Path(__file__).parents[2]
ELSEWHERE = {"layers fetch", "swmm"}


@pytest.fixture(scope="module")
def city(tmp_path_factory, small_case):
    """Leave a run, a comparison's other half, a few points and a ledger."""
    folder = tmp_path_factory.mktemp("json")
    points = gpd.GeoDataFrame(
        {"weight": [1.0, 2.0, 3.0]},
        geometry=gpd.points_from_xy([500_000, 500_800, 503_000], [2_520_000] * 3),
        crs="EPSG:4545",
    )
    points.to_file(folder / "points.gpkg")
    (folder / "links.csv").write_text("demand_id,facility_id,distance_m\na,x,1\nb,y,2\n")
    ledger = "锅炉编号,额定容量(t/h),燃料,经度,纬度,坐标系\nG1,10,煤,108.3,22.8,WGS84\n"
    (folder / "台账.csv").write_text(ledger, encoding="utf-8")
    rows = [f"H{at},{people},{x:.2f},{y:.2f},WGS84" for at, (x, y, people) in enumerate(HOMES)]
    homes = "\n".join(["demand_id,population,经度,纬度,坐标系", *rows])
    (folder / "需求.csv").write_text(homes, encoding="utf-8")
    given = ("--layers", small_case, "--layer", f"demand={folder / '需求.csv'}")
    done = printed(*RUN, *given, "--out", folder / "run", "--json")
    return folder, done


def printed(*arguments, cwd=None):
    """Run a command in a process of its own; return the JSON that it prints."""
    code = "from nngis.cli.app import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=cwd,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return json.loads(ran.stdout)


COMMANDS = {
    "reach": ("--demand", "points.gpkg", "--facilities", "points.gpkg", "--limit-km", "1"),
    "site": ("mclp", "--links", "links.csv", "-p", "1"),
    "permit": ("--lon", "108.32", "--lat", "22.82", "--capacity-t-h", "20"),
    "explain": ("run", "YS-001"),
    "compare": ("run", "run"),
    "schema": ("heat",),
    "register": (),
    "doctor": (),
    "qgis about": (),
    "qgis install": ("--profile", "."),
    "qgis pack": ("--out", "plugin.zip"),
    "case check": (str(ROOT / "layers"),),
    "layers list": (),
    "layers show": ("counties",),
    "layers check": ("台账.csv",),
    "layers streets": ("roads",),
    "layers template": ("boilers", "--out", "模板.xlsx"),
    "layers import": ("台账.csv", "--as", "boilers", "--out", "锅炉.gpkg"),
}


def test_every_command_that_speaks_json_is_tried():
    groups = {one.name: one.typer_instance for one in app.registered_groups}
    named = {("", app)} | {(f"{name} ", group) for name, group in groups.items()}
    speaking = {
        f"{prefix}{one.name}"
        for prefix, group in named
        for one in group.registered_commands
        if "as_json" in one.callback.__annotations__
    }
    assert speaking == {*COMMANDS, "run"} | ELSEWHERE


def test_a_run_prints_json_and_nothing_else(city):
    _, done = city
    assert set(done["results"]) == {"heat", "charging"}
    found = {one["name"]: one["value"] for one in done["results"]["charging"]["indicators"]}
    assert found["built_count"] == 3


# One process runs them all, each into a file of its own that is descriptor 1 meanwhile; what comes
# at the end of the process, out of any library's own buffer, goes into the last.
ONE_BY_ONE = """
import ctypes, json, os, sys
from nngis.cli.app import main

def flush():
    sys.stdout.flush()
    if sys.platform != "win32":
        ctypes.CDLL(None).fflush(None)

def into(name):
    flush()
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.close(file)

codes = {}
for name, words in json.loads(sys.argv[1]).items():
    into(name + ".said")
    sys.argv = ["nngis", *words]
    try:
        main()
        codes[name] = 0
    except SystemExit as stop:
        codes[name] = int(stop.code or 0)
with open("codes.json", "w", encoding="utf-8") as out:
    json.dump(codes, out)
into("the end.said")
"""


@pytest.fixture(scope="module")
def said(city):
    """Run every command, and return what reached the descriptor by command."""
    folder, _ = city
    words = {one: [*one.split(), *COMMANDS[one], "--json"] for one in COMMANDS}
    command = [sys.executable, "-c", ONE_BY_ONE, json.dumps(words)]
    ran = subprocess.run(command, capture_output=True, check=False, cwd=folder)
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout == b""
    codes = json.loads((folder / "codes.json").read_text(encoding="utf-8"))
    assert set(codes.values()) == {0}, ran.stderr.decode()
    return {one: (folder / f"{one}.said").read_bytes() for one in (*COMMANDS, "the end")}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_json_and_nothing_else(said, command):
    assert json.loads(said[command]) is not None


def test_nothing_is_printed_when_a_process_ends(said):
    assert said["the end"] == b""
