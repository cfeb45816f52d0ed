"""Taking symbolic strings apart as the tools do: lists, CSV, fields of JSON. Places are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.source import Span
from latest_guard.values import Literal, Piece, Str, Symbol, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHITE = " \t\r\n"
#: Stands for a symbol while a string is looked at as text; no literal text holds it afterwards.
HOLE = "\ufffc"


def veiled(string: Str) -> str:
    """The string as text in which each symbol is one `HOLE`."""
    return "".join(piece.text.replace(HOLE, "?") if isinstance(piece, Literal) else HOLE for piece in string)


def cut(string: Str, start: int, end: int) -> Str:
    """The part from `start` up to `end`, counted in the veiled text."""
    pieces: list[Piece] = []
    at = 0
    for piece in string:
        length = len(piece.text) if isinstance(piece, Literal) else 1
        low, high = max(start - at, 0), min(end - at, length)
        if low < high:
            pieces.append(piece if high - low == length else _part(piece, low, high))
        at += length
    return tuple(pieces)


def _part(piece: Piece, low: int, high: int) -> Piece:
    if isinstance(piece, Symbol):
        return piece
    return Literal(piece.text[low:high], _place(piece, low, high))


def _place(literal: Literal, low: int, high: int) -> Span | None:
    """Where a part of a literal stands: exact where the literal stands in the file as it is, the whole literal otherwise."""
    span, text = literal.span, literal.text
    if span is None:
        return None
    lines = text.rstrip("\n").count("\n")
    if lines == 0 and span.line == span.end_line and span.end_column - span.column in (len(text), len(text.rstrip("\n"))):
        return Span(span.path, span.line, span.column + low, span.line, span.column + high)
    if lines == 0 or span.end_line - span.line not in (lines, lines + 1):
        return span
    line = text.count("\n", 0, low)
    column = span.column + low - (text.rfind("\n", 0, low) + 1)
    length = len(text[low:high].partition("\n")[0])
    return Span(span.path, span.line + line, column, span.line + line, column + length)


def strip(string: Str, characters: str = WHITE) -> Str:
    """The string without `characters` at its ends."""
    seen = veiled(string)
    start = len(seen) - len(seen.lstrip(characters))
    return cut(string, start, max(start, len(seen.rstrip(characters))))


def split(string: Str, separators: str) -> list[Str]:
    """The parts between any of the `separators`, stripped, without the empty ones."""
    seen = veiled(string)
    parts, start = [], 0
    for at in range(len(seen) + 1):
        if at == len(seen) or seen[at] in separators:
            parts.append(strip(cut(string, start, at)))
            start = at + 1
    return [part for part in parts if part]


def words(strings: Sequence[Str], separators: str = ",") -> list[Str]:
    """The parts of all `strings` in order."""
    return [part for string in strings for part in split(string, separators)]


def lines(string: Str | None) -> list[Str]:
    """A list input of an action: one item a line, or separated by commas; comment lines are dropped."""
    return [part for part in split(string or (), "\n,") if not starts(part, "#")]


def csv(string: Str) -> list[Str]:
    """The fields of one line of CSV as RFC 4180 quotes them: `type=image,"name=a,b"` has two."""
    seen = veiled(string)
    fields: list[Str] = []
    start, quoted = 0, False
    for at in range(len(seen) + 1):
        if at < len(seen) and seen[at] == '"':
            quoted = not quoted
        if at == len(seen) or (seen[at] == "," and not quoted):
            fields.append(strip(cut(string, start, at), WHITE + '"'))
            start = at + 1
    return [field for field in fields if field]


def starts(string: Str, head: str) -> bool:
    """Does the string begin with this literal text?"""
    return veiled(string).startswith(head)


def without(string: Str, head: str) -> Str:
    """The string without `head` at its beginning."""
    return cut(string, len(head), len(veiled(string))) if starts(string, head) else string


def partition(string: Str, separator: str) -> tuple[Str, Str] | None:
    """What stands before and behind the first `separator` in literal text; None without it."""
    seen = veiled(string)
    at = seen.find(separator)
    return None if at < 0 else (cut(string, 0, at), cut(string, at + len(separator), len(seen)))


def truth(string: Str | None) -> bool | None:
    """Is it surely true ("true", "1", "yes"), surely false (also: empty or missing), or is that open (None)?"""
    if not string:
        return False
    known = plain(string)
    if known is None:
        return None
    return known.strip().lower() in ("true", "1", "yes", "t")


def json_field(string: Str, name: str) -> Str | None:
    """The value of the field `name` in JSON text that may have symbols in it: the first one, its quotes taken off."""
    seen = veiled(string)
    for quote in ('"', '\\"', "'"):
        at = seen.find(f"{quote}{name}{quote}")
        if at >= 0:
            start = at + len(name) + 2 * len(quote)
            return _json_value(string, seen, start)
    return None


def _json_value(string: Str, seen: str, start: int) -> Str | None:
    while start < len(seen) and seen[start] in WHITE + ":":
        start += 1
    rest = seen[start:]
    quote = next((q for q in ('\\"', '"', "'") if rest.startswith(q)), "")
    start += len(quote)
    end = seen.find(quote, start) if quote else _first(seen, start, lambda c: c in ",}]" + WHITE)
    return cut(string, start, end if end >= 0 else len(seen))


def _first(seen: str, start: int, holds: Callable[[str], bool]) -> int:
    return next((at for at in range(start, len(seen)) if holds(seen[at])), -1)
