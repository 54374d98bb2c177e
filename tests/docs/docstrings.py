"""Check numpydoc in full where others lean on it: the facade, and names that cross rooms.

A room is a package of `nngis`, each plan its own. A public function or class that another room
imports has Parameters, Returns and so on; inside a room one to four lines say it. Of a class that
inherits (errors, parameters of plans) the fields are documented where they are declared, and a
method that says all in a sentence needs no sections, but for those of the facade.
Run it as ``python tests/docs/docstrings.py``; it lists what is missing and exits with 1.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from numpydoc.validate import validate

ROOT = Path(__file__).parents[2]
CHECKS = {
    *("GL01", "GL02", "GL03", "GL05", "GL06", "GL07", "GL10", "SS02", "SS03", "SS04"),
    *("PR01", "PR02", "PR03", "PR04", "PR10", "RT01", "RT03", "YD01"),
}
SECTIONS = {"PR01", "RT01", "YD01"}
# The command line is read by people who type, not by rooms below it.
LEFT_OUT = "nngis.cli"


def modules() -> dict[str, ast.Module]:
    """Return every module of the package by name, parsed."""
    found = {}
    for path in sorted((ROOT / "nngis").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def room(module: str) -> str:
    """Return the room of a module: ``nngis.plans.heat``, ``nngis.network``."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[1:2] == ["plans"] else 2])


def crossing(known: dict[str, ast.Module]) -> set[tuple[str, str]]:
    """Return module and name of all that another room imports, where it is defined."""
    found = set()
    for user, tree in known.items():
        for home, name in _imports(tree):
            module, origin = _origin(home, name, known)
            if room(module) != room(user) and origin not in ("", "*"):
                found.add((module, origin))
    facade = [_origin(home, name, known) for home, name in _imports(known["nngis"])]
    return found | {one for one in facade if one[1]}


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "nngis":
            yield from ((str(node.module), alias.name) for alias in node.names)


def _origin(home: str, name: str, known: dict[str, ast.Module]) -> tuple[str, str]:
    """Follow a name that a package only passes on to the module that defines it."""
    if f"{home}.{name}" in known:
        return f"{home}.{name}", ""
    for inner, passed in _imports(known[home]) if home in known else ():
        if passed == name and inner != home:
            return _origin(inner, name, known)
    return home, name


def documented(
    tree: ast.Module, names: Sequence[str], *, facade: bool
) -> Iterator[tuple[str, set[str]]]:
    """Yield what a module shows to others, functions, classes, methods, and the checks of each."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name not in names:
            continue
        inherits = isinstance(node, ast.ClassDef) and bool(node.bases)
        yield node.name, CHECKS - {"PR01"} if inherits else CHECKS
        for one in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                brief = not facade and "\n\n" not in (ast.get_docstring(one) or "")
                yield f"{node.name}.{one.name}", CHECKS - SECTIONS if brief else CHECKS


def missing() -> list[str]:
    """Return each fault as ``module.name: CODE what is wrong``."""
    known = modules()
    facade = {home for home, _ in _imports(known["nngis"])}
    shown: dict[str, list[str]] = {}
    for module, name in crossing(known):
        if not module.startswith(LEFT_OUT) and not name.startswith("_"):
            shown.setdefault(module, []).append(name)
    lines = []
    for module, names in sorted(shown.items()):
        for name, checks in documented(known[module], names, facade=module in facade):
            faults = validate(f"{module}.{name}")["errors"]
            lines += [f"{module}.{name}: {code} {what}" for code, what in faults if code in checks]
    return lines


if __name__ == "__main__":
    faults = missing()
    print("\n".join(faults))
    sys.exit(1 if faults else 0)
