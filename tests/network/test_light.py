"""What the network's rooms import before anything is asked of them."""

import subprocess
import sys


def test_osmnx_and_networkx_are_imported_by_those_who_use_them_alone():
    code = (
        "import sys, nngis.network.graph, nngis.network.road_links, nngis.inputs.roads;"
        "print(sorted({'osmnx', 'networkx', 'requests', 'matplotlib'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
