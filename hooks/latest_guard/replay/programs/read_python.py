"""Python into the tree, by the standard library's own parser."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.replay.programs import tree
from latest_guard.replay.programs.tree import Argument, Expression, Parameter, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A statement with more operators than this is generated. Python's parser goes down one step for each, and 3.10 falls over at 100,000.
MAX_STEPS = 5_000
MAX_BRACKETS = 90
_STEPS = re.compile(r"[-+~*/.(\[{<>]|\b(?:not|if|elif|lambda|and|or|await)\b")


class UnparsedError(ValueError):
    """The text is no Python, or too deep to be read."""


def read(text: str) -> tuple[Statement, ...]:
    """The statements of a program. Raises UnparsedError."""
    if _too_deep(text):
        raise UnparsedError("nested too deep")
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnparsedError(str(error)) from error
    return _Reader(text).body(module.body)


def _too_deep(text: str) -> bool:
    depth = steps = chain = 0
    for line in text.split("\n"):
        steps += len(_STEPS.findall(line))
        chain += line.lstrip().startswith("elif")
        for character in line:
            depth += (character in "([{") - (character in ")]}")
        depth = max(depth, 0)
        if depth > MAX_BRACKETS or steps > MAX_STEPS or chain > MAX_STEPS:
            return True
        steps = steps if depth or line.endswith("\\") else 0
    return False


OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "==",
    ast.IsNot: "!=",
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitXor: "^",
    ast.MatMult: "@",
}


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def _offset(self, line: int, column: int) -> int:
        """The character at a line (from 1) and a column in bytes."""
        if not 1 <= line <= len(self.lines):
            return 0
        whole = self.lines[line - 1]
        if not whole.isascii():
            column = len(whole.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
        return self.starts[line - 1] + min(column, len(whole))

    def _place(self, node: ast.expr | ast.stmt | ast.excepthandler) -> tuple[int, int]:
        start = self._offset(node.lineno, node.col_offset)
        return start, max(start, self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset))

    # Statements -----------------------------------------------------------------------------------------------------------

    def body(self, statements: Sequence[ast.stmt]) -> tuple[Statement, ...]:
        """Statements in order."""
        made: list[Statement] = []
        for statement in statements:
            made += self._statement(statement)
        return tuple(made)

    def _statement(self, node: ast.stmt) -> list[Statement]:
        at, end = self._place(node)
        if isinstance(node, ast.Expr):
            return [tree.Do(self.expression(node.value), at, end)]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return self._assignment(node, at, end)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return [tree.Define(replace(self._function(node, node.name, self.body(node.body)), kind=_kind(node)), at, end)]
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return self._import(node, at, end)
        if isinstance(node, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
            return [self._leaving(node, at, end)]
        if isinstance(node, ast.Assert):
            raised = tree.Leave("raise", None, at, end)
            return [tree.If(self.expression(node.test), (), (raised,), at, end)]
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            return [tree.Scope(tuple(node.names), at, end)]
        if isinstance(node, (ast.Pass, ast.Delete)):
            return []
        return [self._compound(node, at, end)]

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, at: int, end: int) -> list[Statement]:
        if isinstance(node, ast.AugAssign):
            target = self.expression(node.target)
            return [tree.Do(tree.Assigned(target, OPERATORS.get(type(node.op), "?"), self.expression(node.value), at, end), at, end)]
        if node.value is None:
            return []
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = self.expression(node.value)
        return [tree.Assign(self.expression(target), value, True, at, end) for target in targets]

    def _leaving(self, node: ast.Return | ast.Raise | ast.Break | ast.Continue, at: int, end: int) -> tree.Leave:
        if isinstance(node, ast.Return):
            return tree.Leave("return", self.expression(node.value) if node.value else None, at, end)
        if isinstance(node, ast.Raise):
            return tree.Leave("raise", self.expression(node.exc) if node.exc else None, at, end)
        return tree.Leave("break" if isinstance(node, ast.Break) else "continue", None, at, end)

    def _import(self, node: ast.Import | ast.ImportFrom, at: int, end: int) -> list[Statement]:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            return [tree.Import(module, tuple((alias.name, alias.asname or alias.name) for alias in node.names), at, end)]
        made: list[Statement] = []
        for alias in node.names:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            made.append(tree.Import(whole, (("", alias.asname or whole),), at, end))
        return made

    def _compound(self, node: ast.stmt, at: int, end: int) -> Statement:
        if isinstance(node, ast.If):
            return tree.If(self.expression(node.test), self.body(node.body), self.body(node.orelse), at, end)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            target, iterable = self.expression(node.target), self.expression(node.iter)
            return tree.For(target, iterable, self.body(node.body), self.body(node.orelse), False, at, end)
        if isinstance(node, ast.While):
            return tree.While(self.expression(node.test), self.body(node.body), None, False, at, end)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(node, at, end)  # type: ignore[arg-type]
        if isinstance(node, (ast.With, ast.AsyncWith)):
            items = tuple(
                (self.expression(i.context_expr), self.expression(i.optional_vars) if i.optional_vars else None) for i in node.items
            )
            return tree.With(items, self.body(node.body), at, end)
        if isinstance(node, ast.ClassDef):
            return tree.Class(node.name, tuple(map(self.expression, node.bases)), self.body(node.body), at, end)
        if isinstance(node, ast.Match):
            arms = tuple((self._cases(case), self._guarded(case)) for case in node.cases)
            return tree.Choose(self.expression(node.subject), arms, False, at, end)
        return tree.Unread(at, end)

    def _try(self, node: ast.Try, at: int, end: int) -> tree.Try:
        handlers = tuple((handler.name or "", self.body(handler.body)) for handler in node.handlers)
        return tree.Try(self.body(node.body), handlers, self.body(node.orelse), self.body(node.finalbody), at, end)

    def _cases(self, case: ast.match_case) -> tuple[Expression | None, ...]:
        patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        found: list[Expression | None] = []
        for pattern in patterns:
            if isinstance(pattern, ast.MatchValue):
                found.append(self.expression(pattern.value))
            elif isinstance(pattern, ast.MatchSingleton):
                found.append(tree.Constant(pattern.value, 0, 0))
            elif isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
                found.append(None)
            else:
                found.append(tree.Unreadable(*_span_of(self, pattern)))
        return tuple(found)

    def _guarded(self, case: ast.match_case) -> tuple[Statement, ...]:
        body = self.body(case.body)
        if case.guard is None:
            return body
        at, end = self._place(case.guard)
        return (tree.If(self.expression(case.guard), body, (), at, end),)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str, body: tuple[Statement, ...]) -> tree.Function:
        at, end = self._place(node)
        given = node.args
        plain = [*given.posonlyargs, *given.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
        made = [Parameter(_named(a), self.expression(d) if d else None) for a, d in zip(plain, defaults, strict=True)]
        if given.vararg:
            made.append(Parameter(_named(given.vararg), gathers="*"))
        for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            made.append(Parameter(_named(argument), self.expression(default) if default else None))
        if given.kwarg:
            made.append(Parameter(_named(given.kwarg), gathers="**"))
        return tree.Function(name, tuple(made), body, at, end)

    # Expressions ------------------------------------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Expression:
        """One expression."""
        at, end = self._place(node)
        if isinstance(node, ast.Constant):
            return self._constant(node, at, end)
        if isinstance(node, ast.Name):
            return tree.Name(node.id, at, end)
        if isinstance(node, ast.Attribute):
            return tree.Attribute(self.expression(node.value), node.attr, False, at, end)
        if isinstance(node, ast.Call):
            return self._call(node, at, end)
        if isinstance(node, ast.JoinedStr):
            return tree.Pasted(tuple(self._pasted(part) for part in node.values), at, end)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, at, end)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return tree.Listing(tuple(map(self.expression, node.elts)), at, end)
        if isinstance(node, ast.Dict):
            entries = tuple((self.expression(k) if k else None, self.expression(v)) for k, v in zip(node.keys, node.values, strict=True))
            return tree.Table(entries, at, end)
        return self._operation(node, at, end)

    def _constant(self, node: ast.Constant, at: int, end: int) -> Expression:
        value = node.value
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if value is None or isinstance(value, (bool, int, float, str)):
            return tree.Constant(value, at, end)
        return tree.Constant(None, at, end) if value is Ellipsis else tree.Unreadable(at, end)

    def _pasted(self, part: ast.expr) -> Expression:
        if isinstance(part, ast.FormattedValue):
            if part.format_spec is not None:
                at, end = self._place(part)
                return tree.Call(tree.Name("format", at, end), (Argument(self.expression(part.value)),), False, at, end)
            return self.expression(part.value)
        return self.expression(part)

    def _call(self, node: ast.Call, at: int, end: int) -> tree.Call:
        given = [
            Argument(self.expression(a.value), spread=True) if isinstance(a, ast.Starred) else Argument(self.expression(a))
            for a in node.args
        ]
        given += [Argument(self.expression(k.value), k.arg or "**") for k in node.keywords]
        return tree.Call(self.expression(node.func), tuple(given), False, at, end)

    def _subscript(self, node: ast.Subscript, at: int, end: int) -> Expression:
        of = self.expression(node.value)
        key = node.slice
        if isinstance(key, ast.Slice):
            first, last, step = (self.expression(part) if part else None for part in (key.lower, key.upper, key.step))
            return tree.Slice(of, first, last, step, at, end)
        return tree.Index(of, self.expression(key), at, end)

    def _operation(self, node: ast.expr, at: int, end: int) -> Expression:
        if isinstance(node, ast.BinOp):
            return tree.Binary(OPERATORS.get(type(node.op), "?"), self.expression(node.left), self.expression(node.right), at, end)
        if isinstance(node, ast.BoolOp):
            return self._logic("and" if isinstance(node.op, ast.And) else "or", node.values, at, end)
        if isinstance(node, ast.Compare):
            return self._compare(node, at, end)
        if isinstance(node, ast.UnaryOp):
            return tree.Unary(OPERATORS.get(type(node.op), "?"), self.expression(node.operand), at, end)
        if isinstance(node, ast.IfExp):
            return tree.Conditional(self.expression(node.test), self.expression(node.body), self.expression(node.orelse), at, end)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            return self._comprehension(node, at, end)
        if isinstance(node, ast.Lambda):
            body = tree.Leave("return", self.expression(node.body), at, end)
            return self._function(node, "", (body,))
        if isinstance(node, ast.Starred):
            return tree.Spread(self.expression(node.value), at, end)
        if isinstance(node, ast.NamedExpr):
            return tree.Assigned(self.expression(node.target), "=", self.expression(node.value), at, end)
        if isinstance(node, ast.Await):
            return self.expression(node.value)
        return tree.Unreadable(at, end)

    def _logic(self, operator: str, values: Sequence[ast.expr], at: int, end: int) -> Expression:
        made = self.expression(values[0])
        for value in values[1:]:
            made = tree.Logic(operator, made, self.expression(value), at, end)
        return made

    def _compare(self, node: ast.Compare, at: int, end: int) -> Expression:
        made: Expression | None = None
        left = self.expression(node.left)
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.expression(comparator)
            name = OPERATORS.get(type(operator), "?")
            one: Expression = tree.Binary("in" if name == "not in" else name, left, right, at, end)
            one = tree.Unary("not", one, at, end) if name == "not in" else one
            made = one if made is None else tree.Logic("and", made, one, at, end)
            left = right
        return made or tree.Unreadable(at, end)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, at: int, end: int) -> tree.Comprehension:
        clauses = tuple(
            tree.Clause(self.expression(g.target), self.expression(g.iter), tuple(map(self.expression, g.ifs))) for g in node.generators
        )
        if isinstance(node, ast.DictComp):
            return tree.Comprehension(self.expression(node.value), self.expression(node.key), clauses, at, end)
        return tree.Comprehension(self.expression(node.elt), None, clauses, at, end)


def _kind(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """What the decorators make of a method."""
    plain = (decorator for decorator in node.decorator_list if isinstance(decorator, (ast.Name, ast.Attribute)))
    names = {decorator.id if isinstance(decorator, ast.Name) else decorator.attr for decorator in plain}
    kinds = {"property": "get", "cached_property": "get", "staticmethod": "static", "classmethod": "class"}
    return next((kind for name, kind in kinds.items() if name in names), "")


def _named(argument: ast.arg) -> tree.Name:
    return tree.Name(argument.arg, 0, 0)


def _span_of(reader: _Reader, pattern: ast.pattern) -> tuple[int, int]:
    return reader._offset(pattern.lineno, pattern.col_offset), reader._offset(pattern.end_lineno, pattern.end_col_offset)
