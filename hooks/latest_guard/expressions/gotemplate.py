"""Go's text/template as a tree (https://pkg.go.dev/text/template): what goreleaser and task write between `{{` and `}}`.

Not read: `template`, `block` and `define`. It never raises: an action that makes no sense is an `Unreadable`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from latest_guard.source import Span, Text

MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Constant:
    """A string, a number, a boolean, or `nil`."""

    value: str | float | bool | None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """`.A.B`, `$x.A` (`variable` is `$x`), `(…).A` (`of` is what stands in brackets), or `.` alone."""

    path: tuple[str, ...]
    variable: str = ""
    of: Pipeline | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A function's name."""

    name: str


Operand: TypeAlias = Constant | Field | Word


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands, each with its operands, whose result is the last operand of the next; `declares` is the variable that it is put into."""

    commands: tuple[tuple[Operand, ...], ...]
    span: Span
    declares: str = ""


@dataclass(frozen=True, slots=True)
class Chars:
    """The characters of the template from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Output:
    """`{{ pipeline }}`."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Branch:
    """`{{ if }}`, `{{ with }}` or `{{ range }}` with its bodies."""

    keyword: str
    pipeline: Pipeline
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that cannot be read."""

    reason: str
    span: Span


Node: TypeAlias = Chars | Output | Branch | Unreadable

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*')|(?P<number>[-+]?\d[\w.]*)|(?P<field>\$?\w*(?:\.\w+)+|\$\w*|\.)"""
    r"""|(?P<word>\w+)|(?P<mark>:=|=|\||\(|\)|,))""",
    re.S,
)
_ACTION = re.compile(r"\{\{(-(?=\s))?(.*?)((?<=\s)-)?\}\}", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def parse(text: Text) -> tuple[Node, ...]:
    """The parts of a template."""
    reader = _Reader(text, _pieces(text))
    nodes: list[Node] = []
    while reader.at < len(reader.pieces):
        nodes += reader.body(0)
        if reader.ended:
            nodes.append(Unreadable(f"`{reader.ended}` with nothing to end", text.span()))
    return tuple(nodes)


def has_actions(value: str) -> bool:
    """Does the text hold anything between `{{` and `}}`?"""
    return "{{" in value and "}}" in value


@dataclass(frozen=True, slots=True)
class _Action:
    start: int
    end: int


def _pieces(text: Text) -> list[Chars | _Action]:
    """The texts and the actions in order; `{{-` and `-}}` take away the blanks beside them."""
    made: list[Chars | _Action] = []
    value, low, trims = text.value, 0, False
    for found in _ACTION.finditer(value):
        made += _chars(value, low, found.start(), trims, bool(found[1]))
        made.append(_Action(found.start(2), found.end(2)))
        low, trims = found.end(), bool(found[3])
    return [*made, *_chars(value, low, len(value), trims, False)]


def _chars(value: str, start: int, end: int, head: bool, tail: bool) -> list[Chars]:
    while head and start < end and value[start].isspace():
        start += 1
    while tail and end > start and value[end - 1].isspace():
        end -= 1
    return [Chars(start, end)] if start < end else []


@dataclass
class _Reader:
    text: Text
    pieces: list[Chars | _Action]
    at: int = 0
    ended: str = ""  # what ended the last body: `end`, `else …`
    rest: _Action | None = field(default=None)

    def body(self, depth: int) -> list[Node]:
        """Nodes up to `end` or `else`, or to the end of the template."""
        made: list[Node] = []
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            self.at += 1
            if isinstance(piece, Chars):
                made.append(piece)
                continue
            words = self.text.value[piece.start : piece.end].split(None, 1)
            keyword = words[0] if words else ""
            if keyword in ("end", "else"):
                self.ended = keyword
                self.rest = piece
                return made
            if keyword in ("if", "with", "range"):
                made.append(self.branch(keyword, piece, depth))
            elif not keyword.startswith("/*") and keyword not in ("break", "continue"):
                made.append(self.output(piece))
        self.ended = ""
        return made

    def branch(self, keyword: str, piece: _Action, depth: int) -> Node:
        """A branch with its bodies."""
        start = self.text.value.index(keyword, piece.start) + len(keyword)
        pipeline = self.pipeline(start, piece.end)
        if depth > MAX_DEPTH:
            return Unreadable("nested too deeply", self.text.span(piece.start, piece.end))
        then = tuple(self.body(depth + 1))
        otherwise: tuple[Node, ...] = ()
        if self.ended == "else" and self.rest is not None:
            words = self.text.value[self.rest.start : self.rest.end].split(None, 2)
            if len(words) > 1 and words[1] in ("if", "with"):
                inner = self.text.value.index(words[1], self.rest.start + 4)
                otherwise = (self.branch(words[1], _Action(inner, self.rest.end), depth + 1),)
            else:
                otherwise = tuple(self.body(depth + 1))
        if isinstance(pipeline, Unreadable):
            return pipeline
        return Branch(keyword, pipeline, then, otherwise)

    def output(self, piece: _Action) -> Node:
        """An action that puts something out."""
        pipeline = self.pipeline(piece.start, piece.end)
        return pipeline if isinstance(pipeline, Unreadable) else Output(pipeline)

    def pipeline(self, start: int, end: int) -> Pipeline | Unreadable:
        """The text from `start` up to `end` as a pipeline."""
        tokens = _tokens(self.text.value, start, end)
        span = self.text.span(start, end)
        if tokens is None:
            return Unreadable(f"`{self.text.value[start:end].strip()}` is no template action", span)
        declares = ""
        if len(tokens) > 1 and tokens[1][1] in (":=", "=") and tokens[0][0] == "field":
            declares, tokens = tokens[0][1], tokens[2:]
        found = _Commands(tokens, span).commands(0)
        return Pipeline(found, span, declares) if found is not None else Unreadable("brackets that do not close", span)


_Token: TypeAlias = "tuple[str, str, int, int]"


def _tokens(value: str, start: int, end: int) -> list[_Token] | None:
    made: list[_Token] = []
    at = start
    while value[at:end].strip():
        found = _TOKEN.match(value, at, end)
        if found is None or found.lastgroup is None:
            return None
        kind = found.lastgroup
        made.append((kind, found[kind], found.start(kind), found.end(kind)))
        at = found.end()
    return made


@dataclass
class _Commands:
    tokens: list[_Token]
    span: Span
    at: int = 0

    def commands(self, depth: int) -> tuple[tuple[Operand, ...], ...] | None:
        """Commands up to a closing bracket or the end; None where brackets do not fit."""
        made: list[list[Operand]] = [[]]
        while self.at < len(self.tokens):
            kind, word, start, end = self.tokens[self.at]
            self.at += 1
            if word == ")" and kind == "mark":
                return tuple(map(tuple, made)) if depth else None
            if word == "|" and kind == "mark":
                made.append([])
            elif word == "(" and kind == "mark":
                inner = self.commands(depth + 1) if depth < MAX_DEPTH else None
                if inner is None:
                    return None
                made[-1].append(self._bracketed(Pipeline(inner, self.span)))
            elif kind != "mark":
                made[-1].append(_operand(kind, word, start, end))
        return None if depth else tuple(map(tuple, made))

    def _bracketed(self, inner: Pipeline) -> Operand:
        """`(…)`, and a field of what it yields."""
        if self.at < len(self.tokens):
            kind, word, start, _ = self.tokens[self.at]
            if kind == "field" and word.startswith(".") and len(word) > 1 and self.tokens[self.at - 1][3] == start:
                self.at += 1
                return Field(tuple(word[1:].split(".")), of=inner)
        return Field((), of=inner)


def _operand(kind: str, word: str, start: int, end: int) -> Operand:
    if kind == "string":
        plain = word[1:-1] if word[0] == "`" else re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), word[1:-1], flags=re.S)
        return Constant(plain, start + 1, end - 1)
    if kind == "number":
        try:
            return Constant(float(int(word, 0)))
        except ValueError:
            return Constant(float(word)) if re.fullmatch(r"[-+]?\d+(\.\d+)?", word) else Constant(word)
    if kind == "word":
        return {"true": Constant(True), "false": Constant(False), "nil": Constant(None)}.get(word) or Word(word)
    head, _, rest = word.partition(".")
    return Field(tuple(part for part in rest.split(".") if part), head)
