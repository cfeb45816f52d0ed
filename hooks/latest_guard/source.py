"""Text and the place where it stands.

Lines and columns start at 1; columns count characters (code points); ends are exclusive, as in SARIF 2.1.0 section 3.30.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: from `line`:`column` up to, not including, `end_line`:`end_column`."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file that was read: its path as the user knows it (relative, with slashes) and its text.

    Lines end at `\\n`; offsets count code points from 0.
    """

    path: str
    text: str
    _starts: list[int] = field(default_factory=list, repr=False)

    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        if not self._starts:
            self._starts.append(0)
            at = self.text.find("\n")
            while at >= 0:
                self._starts.append(at + 1)
                at = self.text.find("\n", at + 1)
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, which may be one past the last character."""
        starts = self.starts()
        row = bisect_right(starts, offset) - 1
        return row + 1, offset - starts[row] + 1

    def span(self, start: int, end: int) -> Span:
        """The stretch of characters from offset `start` up to, not including, `end`."""
        starts = self.starts()
        line = bisect_right(starts, start)
        begins = starts[line - 1]
        if end <= start:
            return Span(self.path, line, start - begins + 1, line, start - begins + 1)
        if line == len(starts) or end < starts[line]:
            return Span(self.path, line, start - begins + 1, line, end - begins + 1)
        return Span(self.path, line, start - begins + 1, *self.position(end))

    def whole(self) -> Text:
        """The file as one text."""
        return Text(self.text, self, ((0, 0, len(self.text)),))

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its end; empty past the last line."""
        starts = self.starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")


_first = itemgetter(0)


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A string taken out of a source, which still knows where each of its characters stands.

    `pieces` are runs (offset in `value`, offset in the source, length), in order and without overlap; characters of
    `value` outside every run (escapes, folded line ends) have no place of their own and take that of the run before.
    """

    value: str
    source: Source
    pieces: tuple[tuple[int, int, int], ...]

    def offset(self, at: int) -> int:
        """The source offset of the character at `at` of the value."""
        pieces = self.pieces
        index = 0 if len(pieces) == 1 and at >= pieces[0][0] else bisect_right(pieces, at, key=_first) - 1
        if index < 0:
            return self.pieces[0][1] if self.pieces else 0
        start, origin, length = self.pieces[index]
        return origin + min(at - start, length)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Where the characters `start` up to `end` of the value stand in the source."""
        stop = len(self.value) if end is None else end
        first = self.offset(start)
        last = self.offset(stop - 1) + 1 if stop > start else first
        return self.source.span(first, max(first, last))

    def cut(self, start: int, end: int) -> Text:
        """The part of this text from `start` up to `end`, with its places."""
        pieces = []
        first = bisect_right(self.pieces, start, key=lambda piece: piece[0]) - 1
        last = bisect_right(self.pieces, end, key=lambda piece: piece[0])
        for at, origin, length in self.pieces[max(0, first) : last]:
            low, high = max(at, start), min(at + length, end)
            if low < high:
                pieces.append((low - start, origin + low - at, high - low))
        if not pieces:
            pieces.append((0, self.offset(start), 0))
        return Text(self.value[start:end], self.source, tuple(pieces))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be read: told to the user, the rest of the file is still judged."""

    message: str
    span: Span
