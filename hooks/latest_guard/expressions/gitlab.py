"""GitLab's `rules: if` (and `workflow: rules`) as the same tree.

Sources: https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions, and for what the page leaves open
lib/gitlab/ci/pipeline/expression/ of GitLab.  How the tree says it:

* `$NAME` is a Name without the `$`. A variable that does not exist is null.
* `"text"`, `'text'`, `null`, `true` and `false` are Constants; no variable is expanded in a string, and there are no escapes.
* `/pattern/flags` is a Call of `regex` with two Constants, the pattern (RE2 syntax, `\\/` already `/`) and the flags.
  `=~` looks for it anywhere in the text.  A variable may stand in its place and hold `/pattern/flags`; one that holds anything
  else is asked whether it has the left side in it.
* `$[[ inputs.name ]]` is an Index, `inputs` being the Name; in a string with more text it is an argument of a Call of `format`,
  as GitHub's has it.

`==`, `!=`, `=~` and `!~` bind tighter than `&&`, that tighter than `||`.  The whole is true unless it is null, false or the empty string.
But on the way `&&` and `||` stop at null and false alone, as in Ruby: with EMPTY set to nothing `$EMPTY && "x"` is `"x"`, so true, and
`$EMPTY || "x"` is empty, so false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.expressions.building import Malformed, Part, above, grouped, quoted
from latest_guard.expressions.tree import BinaryOperator, Call, Constant, Expression, Index, Name, Not, Unreadable

if TYPE_CHECKING:
    from latest_guard.source import Text

#: Parentheses and `!` in each other.
MAX_LEVELS = 50

#: Names after dots in `$[[ … ]]`, and so how deep the tree of one word can be: those, the name before them, a call around them.
_MAX_KEYS = 8
_LEAF_DEPTH = _MAX_KEYS + 2

_LEVELS: tuple[frozenset[BinaryOperator], ...] = (frozenset({"||"}), frozenset({"&&"}), frozenset({"==", "!=", "=~", "!~"}))
_OPERATORS: dict[str, BinaryOperator] = {operator: operator for level in _LEVELS for operator in level}
_WORDS: dict[str, None | bool] = {"null": None, "true": True, "false": False}

_INPUT = re.compile(r"\$\[\[\s*([A-Za-z0-9_.-]+)\s*(?:\|[^\]]{0,200})?\]\]")
_TOKEN = re.compile(
    r"""
      (?P<blank> \s+ )
    | (?P<mark> [()] | == | != | =~ | !~ | && | \|\| | ! )
    | (?P<input> \$\[\[ \s* [A-Za-z0-9_.-]+ \s* (?: \| [^\]]{0,200} )? \]\] )
    | (?P<variable> \$ \w+ )
    | (?P<string> "[^"\n]*" | '[^'\n]*' )
    | (?P<pattern> / (?: [^/\\\n] | \\. )+ / [ismU]* )
    | (?P<word> (?: null | true | false ) \b )
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse(text: Text) -> Expression:
    """The expression that `text` is; `Unreadable` where GitLab would refuse it."""
    try:
        return _Parser(text, _tokens(text.value)).whole()
    except Malformed as error:
        return Unreadable(error.reason, text.span(error.start, error.end))


def _tokens(source: str) -> list[_Token]:
    found, at = [], 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if not match:
            raise Malformed(f"unexpected {quoted(source[at : at + 40].split(maxsplit=1)[0])}", at, at + 1)
        at = match.end()
        if match.lastgroup and match.lastgroup != "blank":
            found.append(_Token(match.lastgroup, match[0], match.start(), at))
    found.append(_Token("end", "", len(source), len(source)))
    return found


class _Parser:
    def __init__(self, text: Text, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.level = 0

    def whole(self) -> Expression:
        part = self._expression()
        if self._here().kind != "end":
            raise self._unexpected(self._here())
        return part.node

    def _expression(self) -> Part:
        parts, operators = [self._operand()], []
        while self._here().text in _OPERATORS and self._here().kind == "mark":
            operators.append(_OPERATORS[self._take().text])
            parts.append(self._operand())
        return grouped(self.text, parts, operators, _LEVELS)

    def _operand(self) -> Part:
        token = self._take()
        if token.kind == "mark" and token.text in {"(", "!"}:
            self.level += 1
            if self.level > MAX_LEVELS:
                raise Malformed(f"nested more than {MAX_LEVELS} deep", token.start, token.end)
            part = self._group(token) if token.text == "(" else self._not(token)
            self.level -= 1
            return part
        if token.kind in {"mark", "end"}:
            raise self._unexpected(token)
        return self._leaf(token)

    def _group(self, opened: _Token) -> Part:
        inner = self._expression()
        closed = self._take()
        if closed.kind != "mark" or closed.text != ")":
            raise self._unexpected(closed)
        return Part(inner.node, opened.start, closed.end, inner.depth)

    def _not(self, bang: _Token) -> Part:
        part = self._operand()
        node = Not(part.node, self.text.span(bang.start, part.end))
        return Part(node, bang.start, part.end, above(bang.start, part.end, part))

    def _leaf(self, token: _Token) -> Part:
        span = self.text.span(token.start, token.end)
        node: Expression
        if token.kind == "variable":
            node = Name(token.text[1:], span)
        elif token.kind == "input":
            node = self._input(token.start, token.end)
        elif token.kind == "pattern":
            pattern, _, flags = token.text[1:].rpartition("/")
            node = Call("regex", (Constant(pattern.replace("\\/", "/"), span), Constant(flags, span)), span)
        elif token.kind == "word":
            node = Constant(_WORDS[token.text], span)
        else:
            node = self._string(token)
        return Part(node, token.start, token.end, _LEAF_DEPTH)

    def _input(self, start: int, end: int) -> Expression:
        """`$[[ first.second ]]` as an Index into the Name `first`; its parts have the place of the whole."""
        span = self.text.span(start, end)
        found = _INPUT.match(self.text.value, start)
        first, *rest = (found[1] if found else "").split(".", _MAX_KEYS)
        node: Expression = Name(first, span)
        for key in rest:
            node = Index(node, Constant(key, span), span)
        return node

    def _string(self, token: _Token) -> Expression:
        """A string; with `$[[ … ]]` in it what these are put together to."""
        span = self.text.span(token.start, token.end)
        shape, at = "", token.start + 1
        inputs: list[Expression] = []
        for found in _INPUT.finditer(self.text.value, token.start + 1, token.end - 1):
            shape += _literal(self.text.value[at : found.start()]) + "{" + str(len(inputs)) + "}"
            inputs.append(self._input(found.start(), found.end()))
            at = found.end()
        rest = self.text.value[at : token.end - 1]
        if not inputs:
            return Constant(rest, span)
        whole = shape + _literal(rest)
        return inputs[0] if whole == "{0}" else Call("format", (Constant(whole, span), *inputs), span)

    def _here(self) -> _Token:
        return self.tokens[self.at]

    def _take(self) -> _Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def _unexpected(self, token: _Token) -> Malformed:
        if token.kind == "end":
            return Malformed("the expression ends too early", max(0, token.start - 1), token.start)
        return Malformed(f"unexpected {quoted(token.text)}", token.start, token.end)


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
