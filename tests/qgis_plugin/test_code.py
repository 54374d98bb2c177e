"""The plugin's code as text: it runs in whatever Python a QGIS brings along."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_code_of_the_plugin_is_of_the_oldest_qgis_and_of_its_own_packages():
    known = {*sys.stdlib_module_names, "qgis", "processing"}
    for path in (ROOT / "nngis" / "qgis_plugin").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert {one.name.partition(".")[0] for one in node.names} <= known, path
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert str(node.module).partition(".")[0] in known, path
