"""A mutant is one change that parses and that is not what stood there."""

import ast
from pathlib import Path

from tests.mutation.mutants import mutants_of, pick

CODE = '''
"""Words < 3 stay."""
from nngis.text import Text


def f(a: int = 3, b=2):
    """Return 1 + 1."""
    # 中文注释
    if a < 10 and not b:
        raise ValueError("a < 10")
    label = "名称" + "x"
    return Text("1 < 2", "1 < 2"), min(a, b) * 2
'''


def written(tmp_path: Path) -> Path:
    file = tmp_path / "a.py"
    file.write_text(CODE, encoding="utf-8")
    return file


def test_each_mutant_changes_one_thing_and_parses(tmp_path: Path) -> None:
    found = list(mutants_of(written(tmp_path), tmp_path))
    for one in found:
        assert ast.dump(ast.parse(one.written(CODE))) != ast.dump(ast.parse(CODE))
    assert [one.what for one in found] == [
        "a < 10 and (not b) -> (a < 10 or not b)",
        "a < 10 -> (a <= 10)",
        "10 -> (11)",
        "not b -> (b)",
        "min(a, b) * 2 -> (min(a, b) / 2)",
        "min(a, b) -> (max(a, b))",
        "2 -> (3)",
    ]


def test_words_and_annotations_stay(tmp_path: Path) -> None:
    for one in mutants_of(written(tmp_path), tmp_path):
        assert 'Text("1 < 2", "1 < 2")' in one.written(CODE)
        assert '"名称" + "x"' in one.written(CODE)
        assert "a: int = 3, b=2" in one.written(CODE)


def test_the_same_seed_draws_the_same_and_no_line_twice(tmp_path: Path) -> None:
    file = written(tmp_path)
    first, again = (pick([file], tmp_path, 9, 4) for _ in range(2))
    assert first == again
    assert len({one.line for one in first}) == len(first) == 2
