"""What is compiled, once for each kind of number; the clock of limits stands still meanwhile."""

import ast
import time
from pathlib import Path

import numba
import numpy as np
import pytest

import nngis
from nngis.compiled import _Compiling, clock_s, compiled, copy_into, inner

WAYS = {"compiled", "compiled_unlocked", "inner"}


@inner
def _third(x):
    return x / 3.0


def test_a_function_is_compiled_once_for_numbers_and_constants_alike() -> None:
    @numba.njit  # not kept on disk, so that it is compiled here
    def thirds(count):
        return _third(1) + _third(2) + _third(count)

    assert thirds(6) == pytest.approx(3.0)
    assert len(_third.signatures) == 1


def test_what_only_compiled_functions_call_is_not_called_from_python() -> None:
    with pytest.raises(TypeError, match="_third is called by compiled functions alone"):
        _third(1.0)


def test_values_are_copied_to_the_beginning_of_a_longer_array() -> None:
    @compiled
    def copied(target, values):
        copy_into(target, values)
        return target

    assert copied(np.zeros(3), np.array([4.0, 5.0])).tolist() == [4.0, 5.0, 0.0]


def test_functions_have_an_entry_from_python_if_and_only_if_it_is_used() -> None:
    root = Path(nngis.__file__).parent
    texts = {path: path.read_text("utf-8") for path in root.rglob("*.py")}
    tests = [path.read_text("utf-8") for path in Path(__file__).parent.rglob("*.py")]
    way = {}  # by module and name
    for path, text in texts.items():
        for one in ast.parse(text).body if "from nngis.compiled import" in text else ():
            if isinstance(one, ast.FunctionDef):
                marks = {ast.unparse(mark) for mark in one.decorator_list} & WAYS
                way |= {(_module(path, root), one.name): mark for mark in marks}
    assert len(way) > 100
    used = {one for path, text in texts.items() for one in _used(text, _module(path, root), way)}
    used |= {one for text in tests for one in _used(text, "", way)}
    assert not [one for one in used if way[one] == "inner"]
    assert not [one for one in way if way[one] != "inner" and one not in used]


def _module(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root.parent).with_suffix("").parts)


def _used(text, module, way):
    """Which compiled functions a module uses outside of compiled ones."""
    owners = {owner for owner, _ in way}
    if module not in owners and not any(f"from {owner} import" in text for owner in owners):
        return set()
    tree = ast.parse(text)
    here = {name: (module, name) for owner, name in way if owner == module}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom):
            here |= {
                name.asname or name.name: (one.module, name.name)
                for name in one.names
                if (one.module, name.name) in way
            }
    compiled_here = {
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef)
        and {ast.unparse(mark) for mark in one.decorator_list} & WAYS
    }
    inside = {id(part) for one in compiled_here for part in ast.walk(one)}
    return {
        here[one.id]
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and one.id in here and id(one) not in inside
    }


def test_compiling_takes_no_time_by_the_clock_of_limits() -> None:
    @compiled
    def inner(x):
        return x * 2.0

    @compiled
    def outer(xs):
        total = 0.0
        for x in xs:
            total += inner(x)
        return total

    inner(1)  # the first of all makes the compiler ready as well
    began, clock = time.perf_counter(), clock_s()
    assert outer(np.array([1.0, 2.0])) == 6.0
    whole, counted = time.perf_counter() - began, clock_s() - clock
    assert 0.0 <= counted < whole / 2  # most of it was compiling


def test_waiting_takes_time_by_the_clock_of_limits() -> None:
    began, clock = time.perf_counter(), clock_s()
    time.sleep(0.02)
    whole = time.perf_counter() - began
    assert 0.02 <= clock_s() - clock <= whole + 0.02


def test_what_is_compiled_within_another_is_not_counted_twice(monkeypatch) -> None:
    # Begun at 10 s; within it another from 12 to 15; ended at 20. Then one from 30 to 31.
    hours = iter([10.0, 20.0, 30.0, 31.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(hours))
    heard = _Compiling()
    for told in ("start", "start", "end", "end"):
        getattr(heard, f"on_{told}")(None)
    assert heard.spent_s == 10.0
    heard.on_start(None)
    heard.on_end(None)
    assert heard.spent_s == 11.0
