"""Single changes of one line: what a slip of the hand would do, never what cannot matter."""

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
RECKONED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
CALLED = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sum": "mean", "mean": "sum",
    "first": "last", "floor": "ceil", "ceil": "floor", "cumsum": "cumprod", "notna": "isna",
    "isna": "notna", "idxmax": "idxmin", "idxmin": "idxmax", "ge": "gt", "gt": "ge",
    "le": "lt", "lt": "le", "maximum": "minimum", "minimum": "maximum",
}  # fmt: skip
BUILT_IN = ("min", "max", "any", "all")


@dataclass(frozen=True)
class Mutant:
    """One changed node of a file; ``lines`` are those of its statement."""

    path: str
    line: int
    what: str
    span: tuple[int, int]
    new: str
    lines: tuple[int, int]
    compiled: bool

    def written(self, text: str) -> str:
        """Return the file's text with the change."""
        return text[: self.span[0]] + self.new + text[self.span[1] :]


def mutants_of(path: Path, root: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file; words, annotations, declarations and docstrings stay."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(root).as_posix()
    rows = text.splitlines(keepends=True)
    before = [0, *accumulate(map(len, rows))]

    def at(line: int, column: int) -> int:  # columns are counted in bytes
        return before[line - 1] + len(rows[line - 1].encode()[:column].decode())

    for node, lines, compiled in _places(ast.parse(text)):
        for what, new in _changes(node):
            span = (
                at(node.lineno, node.col_offset),
                at(node.end_lineno or 0, node.end_col_offset or 0),
            )
            yield Mutant(name, node.lineno, what, span, new, lines, compiled)


def room_of(path: str) -> str:
    """Return the room of a file: ``plans/heat``, ``ledger``."""
    parts = path.split("/")[1:-1]
    return "/".join(parts[:2] if parts[:1] == ["plans"] else parts[:1]) or "ground"


def pick(paths: list[Path], root: Path, number: int, seed: int, least: int = 4) -> list[Mutant]:
    """Draw mutants, each room as many as it has lines to change, and no line twice."""
    lines: dict[str, dict[tuple[str, int], list[Mutant]]] = {}
    for path in paths:
        for one in mutants_of(path, root):
            room = lines.setdefault(room_of(one.path), {})
            room.setdefault((one.path, one.line), []).append(one)
    every = sum(map(len, lines.values()))
    found = []
    for room in sorted(lines):
        chance = random.Random(f"{seed} {room}")
        places = list(lines[room].values())
        wanted = max(least, round(number * len(places) / every))
        found += [chance.choice(one) for one in chance.sample(places, min(wanted, len(places)))]
    return found


def _places(tree: ast.Module) -> Iterator[tuple[ast.expr, tuple[int, int], bool]]:
    """Walk what functions do, without annotations, decorators and messages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            compiled = any(ast.unparse(one) == "compiled" for one in node.decorator_list)
            for statement in node.body:
                yield from ((*one, compiled) for one in _walk(statement, (0, 0)))


def _walk(node: ast.AST, lines: tuple[int, int]) -> Iterator[tuple[ast.expr, tuple[int, int]]]:
    """Go down to the expressions, each with the lines of its statement, without its body."""
    if isinstance(node, ast.FunctionDef | ast.Raise | ast.AnnAssign | ast.JoinedStr):
        return
    if isinstance(node, ast.Call) and _name(node) in ("Text", "Problem", "Warned", "cast"):
        return
    if isinstance(node, ast.stmt):
        body = getattr(node, "body", None)
        lines = (node.lineno, body[0].lineno - 1 if body else node.end_lineno or node.lineno)
        lines = (lines[0], max(lines))
    if isinstance(
        node, ast.Compare | ast.BinOp | ast.BoolOp | ast.Constant | ast.Call | ast.UnaryOp
    ):
        yield node, lines
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, lines)


def _name(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _changes(node: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        swapped = COMPARED.get(type(node.ops[0]))
        if swapped is not None:
            yield _written(node, ast.Compare(node.left, [swapped()], node.comparators))
    elif isinstance(node, ast.BinOp) and not _is_text(node):
        swapped_op = RECKONED.get(type(node.op))
        if swapped_op is not None:
            yield _written(node, ast.BinOp(node.left, swapped_op(), node.right))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _written(node, ast.BoolOp(other, node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield _written(node, node.operand)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value = node.value + 1 if isinstance(node.value, int) else node.value * 10 or 1.0
        yield _written(node, ast.Constant(value))
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield _written(node, ast.Constant(not node.value))
    elif isinstance(node, ast.Call) and _is_swapped(node):
        new = CALLED[_name(node)]
        func: ast.expr = (
            ast.Attribute(node.func.value, new)
            if isinstance(node.func, ast.Attribute)
            else ast.Name(new)
        )
        yield _written(node, ast.Call(func, node.args, node.keywords))


def _is_swapped(node: ast.Call) -> bool:
    """Tell whether a call has an opposite; of plain names the opposite may not be there."""
    name = _name(node)
    return name in CALLED and (isinstance(node.func, ast.Attribute) or name in BUILT_IN)


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(isinstance(one, ast.JoinedStr) or _is_word(one) for one in sides)


def _is_word(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _written(old: ast.expr, new: ast.expr) -> tuple[str, str]:
    after = f"({ast.unparse(ast.fix_missing_locations(new))})"
    return f"{ast.unparse(old)} -> {after}", after
