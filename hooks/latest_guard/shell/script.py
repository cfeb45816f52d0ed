"""A script as one string in which every expression of the CI system is one character, and the places of its characters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from latest_guard.source import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.expressions.tree import Expression, Template

HOLE = "\ufffc"
"""Stands for an expression. Text may hold this character too: only `Script.holes` says what is one."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of the script that stand side by side in one line of a file, or the one character of an expression.

    `end_line` and `end_column` are where the run ends: behind a line end that is in the next line.
    """

    start: int
    length: int
    line: int
    column: int
    end_line: int
    end_column: int

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of the character at `at` of the script; characters behind the run are at its end."""
        ahead = at - self.start
        return (self.line, self.column + ahead) if ahead < self.length else (self.end_line, self.end_column)

    def cut(self, low: int, high: int, to: int) -> _Run:
        """What stands from `low` up to `high` of the script, as a run that begins at `to`."""
        line, column = self.place(low)
        end_line, end_column = self.place(high)
        return _Run(to, max(0, high - low), line, column, end_line, end_column)


class Script:
    """`value` is the text with `HOLE` where an expression stands, `holes` has the expression for each such offset."""

    __slots__ = ("_offsets", "_path", "_runs", "_starts", "holes", "value")

    def __init__(self, value: str, runs: list[_Run], holes: dict[int, Expression], path: str) -> None:
        self.value = value
        self.holes = holes
        self._offsets = sorted(holes)
        self._runs = runs or [_Run(0, 0, 1, 1, 1, 1)]
        self._starts = [run.start for run in self._runs]
        self._path = path

    def span(self, start: int, end: int) -> Span:
        """Where the characters from `start` up to, not including, `end` stand; an empty stretch has the place of `start`."""
        run = self._runs[bisect_right(self._starts, start) - 1]
        line, column = run.place(start)
        if end <= start:
            return Span(self._path, line, column, line, column)
        if end > run.start + run.length:
            run = self._runs[bisect_right(self._starts, end - 1) - 1]
        end_line, end_column = run.place(end)
        if run.length < end - run.start:  # the last character has no place of its own
            end_column += 1
        return Span(self._path, line, column, end_line, end_column)

    def without(self, start: int, end: int, dropped: list[int]) -> Script:
        """The stretch from `start` up to `end` as a script of its own, without the characters at the offsets `dropped` (ascending)."""
        parts: list[str] = []
        runs: list[_Run] = []
        inside = self._offsets[bisect_left(self._offsets, start) : bisect_left(self._offsets, end)]
        holes = {at - start - bisect_left(dropped, at): self.holes[at] for at in inside}
        to = 0
        for before, high in pairwise([start - 1, *dropped, end]):
            low = before + 1
            parts.append(self.value[low:high])
            runs.extend(self._cut(low, high, to))
            to += high - low
        return Script("".join(parts), runs, holes, self._path)

    def _cut(self, start: int, end: int, to: int) -> Iterator[_Run]:
        if start >= end:
            return
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1)
        for run in self._runs[max(0, first) : last]:
            low, high = max(run.start, start), min(max(run.start, start, run.start + run.length), end)
            yield run.cut(low, high, to + low - start)


def script_of(template: Template | Text) -> Script:
    """The script that a string of a CI file holds."""
    parts: tuple[Text | Expression, ...] = (template,) if isinstance(template, Text) else template.parts
    value: list[str] = []
    runs: list[_Run] = []
    holes: dict[int, Expression] = {}
    at = 0
    for part in parts:
        if isinstance(part, Text):
            value.append(part.value)
            runs.extend(_runs(part, at))
            at += len(part.value)
        else:
            value.append(HOLE)
            holes[at] = part
            runs.append(_Run(at, 1, part.span.line, part.span.column, part.span.end_line, part.span.end_column))
            at += 1
    return Script("".join(value), _from_zero(runs), holes, _path(parts))


def _runs(text: Text, base: int) -> Iterator[_Run]:
    """The runs of a text that begins at `base` of the script: its pieces, cut at line ends."""
    for start, origin, length in text.pieces:
        line, column = text.source.position(origin)
        low, high = start, start + length
        while low < high:
            found = text.value.find("\n", low, high)
            stop = high if found < 0 else found + 1
            end = (line, column + stop - low) if found < 0 else (line + 1, 1)
            yield _Run(base + low, stop - low, line, column, *end)
            low, (line, column) = stop, end
        if not length:
            yield _Run(base + start, 0, line, column, line, column)


def _from_zero(runs: list[_Run]) -> list[_Run]:
    """The runs, the first of them beginning with the script: every character belongs to one."""
    if runs and runs[0].start > 0:
        runs.insert(0, replace(runs[0], start=0, length=0, end_line=runs[0].line, end_column=runs[0].column))
    return runs


def _path(parts: tuple[Text | Expression, ...]) -> str:
    for part in parts:
        return part.source.path if isinstance(part, Text) else part.span.path
    return ""
