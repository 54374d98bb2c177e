"""Single changes of one line: what a slip of the hand would do, never what cannot matter."""

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Mutant:
    """One changed node of a file."""

    path: str
    line: int
    what: str
    source: str


def mutants_of(path: Path, root: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file; words, annotations, declarations and docstrings stay."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    name = path.relative_to(root).as_posix()
    for node in _places(tree):
        for what, changed in _changes(node):
            start, end = _span(text, node)
            source = text[:start] + changed + text[end:]
            try:
                ast.parse(source)
            except SyntaxError:
                continue
            yield Mutant(name, node.lineno, what, source)


def pick(paths: list[Path], root: Path, number: int, seed: int) -> list[Mutant]:
    """Draw mutants, each file as likely as it is long, and no line twice."""
    chance = random.Random(seed)
    every = [one for path in paths for one in mutants_of(path, root)]
    chance.shuffle(every)
    seen: set[tuple[str, int]] = set()
    found = []
    for one in every:
        if (one.path, one.line) not in seen:
            seen.add((one.path, one.line))
            found.append(one)
    return found[:number]


def _places(tree: ast.Module) -> Iterator[ast.expr]:
    """Walk what functions do, without annotations, decorators and messages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                yield from (
                    one
                    for one in _walk(statement)
                    if isinstance(one, ast.Compare | ast.BinOp | ast.BoolOp | ast.Constant
                                  | ast.Call | ast.UnaryOp)
                )  # fmt: skip


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.Raise | ast.AnnAssign | ast.JoinedStr):
        return
    if isinstance(node, ast.Call) and _name(node) in ("Text", "Problem", "Warned", "cast"):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


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
    elif isinstance(node, ast.Call) and _name(node) in CALLED:
        new = CALLED[_name(node)]
        func: ast.expr = (
            ast.Attribute(node.func.value, new)
            if isinstance(node.func, ast.Attribute)
            else ast.Name(new)
        )
        yield _written(node, ast.Call(func, node.args, node.keywords))


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(isinstance(one, ast.JoinedStr) or _is_word(one) for one in sides)


def _is_word(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _written(old: ast.expr, new: ast.expr) -> tuple[str, str]:
    after = f"({ast.unparse(ast.fix_missing_locations(new))})"
    return f"{ast.unparse(old)} -> {after}", after


def _span(text: str, node: ast.expr) -> tuple[int, int]:
    """Return where a node stands in the text; columns are counted in bytes."""
    lines = text.splitlines(keepends=True)

    def at(line: int, column: int) -> int:
        before = sum(len(one) for one in lines[: line - 1])
        return before + len(lines[line - 1].encode()[:column].decode())

    return at(node.lineno, node.col_offset), at(node.end_lineno or 0, node.end_col_offset or 0)
