"""A program's text with the places of its characters, and the values that stand in it instead of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Value, one
from latest_guard.source import Source, Span, Text
from latest_guard.values import Literal, Str

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.expressions.tree import Expression, Template

#: Stands in the text for a value that only the run knows: a name in any language, and easy to find inside a string.
HOLE = re.compile(r"hole_([0-9]{1,4})_of_the_replay")
#: Longer programs are not read.
LIMIT = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """`holes` are the values, by the number in their mark."""

    text: Text
    holes: tuple[Expression | Str, ...] = ()

    def span(self, at: int, end: int) -> Span:
        """The place of the characters `at` up to `end`, as far as their first line goes."""
        cut = self.text.value.find("\n", at, end)
        return self.text.span(at, cut if cut > at else end)

    def said(self, at: int, end: int, limit: int = 60) -> str:
        """The code there on one line, for people."""
        whole = " ".join(HOLE.sub("${{ … }}", self.text.value[at : min(end, at + 400)]).split())
        return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def of_source(source: Source) -> Program:
    """A file."""
    return Program(source.whole())


def of_template(template: Template) -> Program:
    """A script in a CI file, with a hole for each of its expressions."""
    builder = _Builder(template.span)
    for part in template.parts:
        if isinstance(part, Text):
            builder.text(part)
        else:
            builder.hole(part)
    return builder.program()


def of_string(string: Str, span: Span, source: Source | None) -> Program:
    """A script that a command line or a here-document gives; its literal parts are looked up in the file where they stand."""
    builder = _Builder(span)
    for piece in string:
        if isinstance(piece, Literal):
            builder.literal(piece, source)
        else:
            builder.hole((piece,))
    return builder.program()


class _Builder:
    def __init__(self, span: Span) -> None:
        self.parts: list[str] = []
        self.pieces: list[tuple[int, int, int]] = []
        self.holes: list[Expression | Str] = []
        self.source: Source | None = None
        self.length = 0
        self.whole = span

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def text(self, part: Text) -> None:
        """Text with its places."""
        self.source = self.source or part.source
        if part.source is self.source:
            self.pieces += [(self.length + at, origin, size) for at, origin, size in part.pieces]
        self._put(part.value)

    def literal(self, piece: Literal, source: Source | None) -> None:
        """A literal, whose lines are looked for at its place in the file."""
        self.source = self.source or source
        if source is not None and piece.span is not None and piece.span.path == source.path:
            self.pieces += [(self.length + at, origin, size) for at, origin, size in aligned(piece.text, piece.span, source)]
        self._put(piece.text)

    def hole(self, value: Expression | Str) -> None:
        """A value."""
        self._put(f"hole_{len(self.holes)}_of_the_replay")
        self.holes.append(value)

    def program(self) -> Program:
        """All of it."""
        source = self.source or Source(self.whole.path, "")
        pieces = self.pieces or [(0, _offset(source, self.whole), 0)]
        return Program(Text("".join(self.parts), source, tuple(pieces)), tuple(self.holes))


def _offset(source: Source, span: Span) -> int:
    starts = source.starts()
    return starts[span.line - 1] + span.column - 1 if 1 <= span.line <= len(starts) else 0


def aligned(text: str, span: Span, source: Source) -> Iterable[tuple[int, int, int]]:
    """Where the lines of `text` stand in the file: one line of the file for each, beginning at the place `span`."""
    starts = source.starts()
    at = 0
    for index, line in enumerate(text.split("\n")):
        number = span.line + index
        if number > len(starts):
            return
        bare = line.strip()
        found = source.line(number).find(bare, span.column - 1 if not index else 0) if bare else -1
        if found >= 0:
            yield at + len(line) - len(line.lstrip()), starts[number - 1] + found, len(bare)
        at += len(line) + 1


def pasted(text: str, span: Span) -> list[tuple[str, int]]:
    """A literal's text cut at its holes: (text, -1) and ("", number of the hole)."""
    made: list[tuple[str, int]] = []
    start = 0
    for match in HOLE.finditer(text):
        if match.start() > start:
            made.append((text[start : match.start()], -1))
        made.append(("", int(match.group(1))))
        start = match.end()
    if start < len(text):
        made.append((text[start:], -1))
    return made


def nothing() -> Value:
    """An empty string."""
    return one(())
