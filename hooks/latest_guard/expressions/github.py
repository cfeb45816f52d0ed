"""GitHub's expression language: the inside of `${{ }}`, strings with such in them, and the conditions of `if:`.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions; what is accepted is what
`@actions/expressions` accepts.  How a string is cut at `${{`, and what a condition with text beside `${{ }}` means, is as in the
template readers of https://github.com/actions/languageservices and https://github.com/actions/runner.
"""

from __future__ import annotations

from latest_guard.expressions import ecma
from latest_guard.expressions.building import Malformed, Part, above, grouped, quoted
from latest_guard.expressions.github_tokens import Kind, Token, tokens
from latest_guard.expressions.tree import (
    BinaryOperator,
    Call,
    Constant,
    Every,
    Expression,
    Index,
    Name,
    Not,
    Template,
    Unreadable,
    walk,
)
from latest_guard.source import Text

#: GitHub's own bounds: characters of an expression, and levels in it.
MAX_LENGTH = 21_000
MAX_LEVELS = 50

#: The values that an expression can ask for. Not every one can be had at every place.
CONTEXTS = frozenset({"env", "github", "inputs", "job", "jobs", "matrix", "needs", "runner", "secrets", "steps", "strategy", "vars"})
#: What Forgejo and Gitea call the context `github` as well.
FORGES = frozenset({"forge", "forgejo", "gitea"})

#: Functions with the fewest and the most arguments that they take, by the name that the documentation gives them.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "case": (3, 255),
    "contains": (2, 2),
    "endsWith": (2, 2),
    "format": (1, 255),
    "fromJSON": (1, 1),
    "join": (1, 2),
    "startsWith": (2, 2),
    "toJSON": (1, 1),
    "hashFiles": (1, 255),
    "always": (0, 0),
    "cancelled": (0, 0),
    "failure": (0, 255),
    "success": (0, 255),
}

#: A condition that calls none of these holds only while nothing has failed: GitHub puts `success() &&` before it.
STATUS_FUNCTIONS = frozenset({"always", "cancelled", "failure", "success"})

_CALLED = {name.lower(): name for name in FUNCTIONS}
_LEVELS: tuple[frozenset[BinaryOperator], ...] = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!="}),
    frozenset({"<", "<=", ">", ">="}),
)
_OPERATORS: dict[str, BinaryOperator] = {operator: operator for level in _LEVELS for operator in level}


def parse(text: Text) -> Expression:
    """The expression that `text` is, the inside of a `${{ }}`; `Unreadable` where GitHub would refuse it.

    Names of contexts come in small letters, names of functions as the documentation writes them: neither minds case.
    A chain of `&&` or `||` is grouped in the middle, not to the left (see `building.grouped`).
    """
    inner = _stripped(text)
    if not inner.value:
        return Unreadable("an expression is expected", text.span())
    if len(inner.value) > MAX_LENGTH:
        return Unreadable(f"longer than {MAX_LENGTH} characters", inner.span())
    try:
        return _Parser(inner).whole()
    except Malformed as error:
        return Unreadable(error.reason, inner.span(error.start, error.end))


def template(text: Text) -> Template:
    """`text` cut at its `${{ … }}`: literal texts and expressions in order.

    Quotes hide a `}}`.  What follows a `${{` that is never closed is one Unreadable part.
    """
    parts: list[Text | Expression] = []
    value, at = text.value, 0
    start = value.find("${{")
    while start >= 0:
        if start > at:
            parts.append(text.cut(at, start))
        end = _closing(value, start + 3)
        if end < 0:
            parts.append(Unreadable("`${{` is not closed", text.span(start)))
            return Template(tuple(parts), text.span())
        parts.append(_inside(text, start, end))
        at = end + 2
        start = value.find("${{", at)
    if at < len(value):
        parts.append(text.cut(at, len(value)))
    return Template(tuple(parts), text.span())


def _inside(text: Text, start: int, end: int) -> Expression:
    inner = _stripped(text.cut(start + 3, end))
    return parse(inner) if inner.value else Unreadable("an expression is expected", text.span(start, end + 2))


def _closing(value: str, at: int) -> int:
    """Where the `}}` stands that ends the expression which begins at `at`; -1 without one."""
    end = value.find("}}", at)
    quote = value.find("'", at)
    while 0 <= quote < end:
        at = value.find("'", quote + 1) + 1
        if at == 0:
            return -1
        if end < at:
            end = value.find("}}", at)
        quote = value.find("'", at)
    return end


def condition(text: Text) -> Expression:
    """What the `if:` that holds `text` asks, with `${{ }}` or without.

    * Nothing at all asks `success()`.
    * With text beside the `${{ }}` (`${{ a }} && b`, or a line end behind it) GitHub puts the whole together as a string, and a
      string that is not empty is true: the answer is a call of `format`, and `stray` says which text did it.
    * `${{ 'a string' }}` alone is replaced by what the string says before it is read as a condition.

    That a condition without a status function also asks `success()` is not written into the tree: see `asks_status`.
    """
    if "${{" not in text.value:
        return _bare(text)
    whole = template(text)
    only = whole.parts[0]
    if len(whole.parts) == 1 and isinstance(only, Constant) and isinstance(only.value, str):
        return _bare(_said(text))
    return formatted(whole)


def formatted(whole: Template) -> Expression:
    """A template as the one expression that GitHub makes of it.

    Text alone is a string; an expression alone is itself, with its type; a mixture is a call of `format`.  One Unreadable part
    makes the whole unreadable.
    """
    expressions = [part for part in whole.parts if not isinstance(part, Text)]
    for expression in expressions:
        if isinstance(expression, Unreadable):
            return expression
    if len(whole.parts) == 1 and expressions:
        return expressions[0]
    if not expressions:
        return Constant("".join(part.value for part in whole.parts if isinstance(part, Text)), whole.span)
    shape, count = "", 0
    for part in whole.parts:
        if isinstance(part, Text):
            shape += part.value.replace("{", "{{").replace("}", "}}")
        else:
            shape += "{" + str(count) + "}"
            count += 1
    return Call("format", (Constant(shape, whole.span), *expressions), whole.span)


def stray(text: Text) -> Text | None:
    """The first text that stands beside the `${{ }}` of a condition and so makes it true whatever they say; None without such."""
    parts = template(text).parts
    literals = [part for part in parts if isinstance(part, Text)]
    return literals[0] if literals and len(literals) < len(parts) else None


def asks_status(expression: Expression) -> bool:
    """Whether a status function is called anywhere in it. Where none is, GitHub puts `success() &&` before the condition."""
    return any(isinstance(node, Call) and node.function in STATUS_FUNCTIONS for node in walk(expression))


def _bare(text: Text) -> Expression:
    return parse(text) if text.value.strip(ecma.SPACE) else Call("success", (), text.span())


def _said(text: Text) -> Text:
    """What the string says that stands in `${{ '…' }}`, each of its characters with its place."""
    literal = _stripped(text.cut(3, len(text.value) - 2))
    runs = literal.value[1:-1].split("''")
    value, pieces, at = "", [], 1
    for index, run in enumerate(runs):
        kept = literal.cut(at, at + len(run) + (index < len(runs) - 1))
        pieces += [(len(value) + start, origin, length) for start, origin, length in kept.pieces]
        value += kept.value
        at += len(run) + 2
    return Text(value, text.source, tuple(pieces))


def _stripped(text: Text) -> Text:
    value = text.value
    start = len(value) - len(value.lstrip(ecma.SPACE))
    end = len(value.rstrip(ecma.SPACE))
    return text if (start, end) == (0, len(value)) else text.cut(start, max(start, end))


class _Parser:
    """Reads tokens into a tree by recursive descent; counts levels as GitHub does."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.words = tokens(text.value)
        self.next = next(self.words)
        self.level = 0

    def whole(self) -> Expression:
        part = self._expression()
        if self.next.kind is not Kind.END:
            raise self._unexpected()
        return part.node

    def _expression(self) -> Part:
        outer = self.level
        self._descend(outer + 1)
        parts, operators = [self._operand()], []
        either = both = 0
        while self.next.kind is Kind.MARK and self.next.text in _OPERATORS:
            operator = _OPERATORS[self._take().text]
            if operator == "||":
                either, both = 1, 0
            elif operator == "&&":
                both = 1
            self._descend(outer + 1 + either + both)
            operators.append(operator)
            parts.append(self._operand())
        self.level = outer
        return grouped(self.text, parts, operators, _LEVELS)

    def _operand(self) -> Part:
        outer, bangs = self.level, []
        while self._at("!"):
            bangs.append(self._take().start)
            self._descend(self.level + 1)
        part = self._path()
        self.level = outer
        for start in reversed(bangs):
            depth = above(start, part.end, part)
            part = Part(Not(part.node, self.text.span(start, part.end)), start, part.end, depth)
        return part

    def _path(self) -> Part:
        if self.next.kind is Kind.CONSTANT:
            word = self._take()
            return Part(Constant(word.value, self.text.span(word.start, word.end)), word.start, word.end)
        part, outer = self._primary(), self.level
        while self._at("[") or self._at("."):
            part = self._in_brackets(part) if self._at("[") else self._property(part)
            self._descend(self.level + 1)
        self.level = outer
        return part

    def _primary(self) -> Part:
        word = self._take()
        if word.kind is Kind.NAME:
            return self._call(word) if self._at("(") else self._context(word)
        if word.text != "(" or word.kind is not Kind.MARK:
            raise self._unexpected(word)
        inner = self._expression()
        close = self._expect(")")
        return Part(inner.node, word.start, close.end, inner.depth)

    def _context(self, word: Token) -> Part:
        name = word.text.lower()
        if name not in CONTEXTS | FORGES:
            raise Malformed(f"unknown context {quoted(word.text)}", word.start, word.end)
        return Part(Name(name, self.text.span(word.start, word.end)), word.start, word.end)

    def _call(self, word: Token) -> Part:
        name = _CALLED.get(word.text.lower())
        if name is None:
            raise Malformed(f"unknown function {quoted(word.text)}", word.start, word.end)
        self._expect("(")
        arguments: list[Part] = []
        while arguments or not self._at(")"):
            arguments.append(self._expression())
            if self._at(")"):
                break
            self._expect(",")
        end = self._expect(")").end
        _check_count(name, len(arguments), word)
        call = Call(name, tuple(part.node for part in arguments), self.text.span(word.start, end))
        return Part(call, word.start, end, above(word.start, end, *arguments))

    def _in_brackets(self, of: Part) -> Part:
        self._expect("[")
        if self._at("*"):
            self._take()
            return self._every(of, self._expect("]").end)
        key = self._expression()
        end = self._expect("]").end
        return self._index(of, key, end)

    def _property(self, of: Part) -> Part:
        self._expect(".")
        if self._at("*"):
            return self._every(of, self._take().end)
        word = self._take()
        if word.kind is not Kind.NAME:
            raise self._unexpected(word)
        key = Part(Constant(word.text, self.text.span(word.start, word.end)), word.start, word.end)
        return self._index(of, key, word.end)

    def _every(self, of: Part, end: int) -> Part:
        return Part(Every(of.node, self.text.span(of.start, end)), of.start, end, above(of.start, end, of))

    def _index(self, of: Part, key: Part, end: int) -> Part:
        depth = above(of.start, end, of, key)
        return Part(Index(of.node, key.node, self.text.span(of.start, end)), of.start, end, depth)

    def _at(self, mark: str) -> bool:
        return self.next.kind is Kind.MARK and self.next.text == mark

    def _take(self) -> Token:
        word = self.next
        if word.kind is not Kind.END:
            self.next = next(self.words)
        return word

    def _expect(self, mark: str) -> Token:
        if not self._at(mark):
            raise self._unexpected()
        return self._take()

    def _unexpected(self, word: Token | None = None) -> Malformed:
        found = word or self.next
        if found.kind is Kind.END:
            return Malformed("the expression ends too early", max(0, found.start - 1), found.start)
        return Malformed(f"unexpected {quoted(found.text)}", found.start, found.end)

    def _descend(self, level: int) -> None:
        if level > MAX_LEVELS:
            raise Malformed(f"nested more than {MAX_LEVELS} deep", self.next.start, self.next.end)
        self.level = level


def _check_count(name: str, count: int, word: Token) -> None:
    fewest, most = FUNCTIONS[name]
    if not fewest <= count <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise Malformed(f"{name} takes {wanted} arguments, not {count}", word.start, word.end)
    if name == "case" and count % 2 == 0:
        raise Malformed(f"case takes an odd number of arguments, not {count}", word.start, word.end)
