"""Work on strings that are known in part: rewriting, splitting, joining, each keeping what is known as literal text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.values import NEWER, OLDER, Colour, Literal, Order, Piece, Str, Symbol, Worlds, derived, plain, samples, show, symbols

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.source import Span

WORDS = re.compile(r"\s+|\S+")
MARKS = 0xE000  # the first code point of the private use area: no text of a CI file means anything by it


def rewrite(string: Str, function: Callable[[str], str | None], name: str, safe: bool = False) -> Str | None:
    """`function` applied to `string`; None where it cannot tell even for literal text.

    Symbols are put through as marks: where that gives in every world what the function gives on the world's own text, the result
    keeps its literal parts.  Where it does not, the result is one symbol.  `safe`: the function looks at no single character of what
    it moves, so that the marks can be trusted for a symbol of unknown text.
    """
    whole = plain(string)
    if whole is not None:
        made = function(whole)
        return None if made is None else relocate(made, string, {})
    found = symbols(string)
    marks = {chr(MARKS + index): symbol for index, symbol in enumerate(dict.fromkeys(found))}
    names = {symbol: mark for mark, symbol in marks.items()}
    marked = function("".join(p.text if isinstance(p, Literal) else names[p] for p in string))
    worlds = samples(string)
    if worlds is None:
        if marked is not None and safe:
            return relocate(marked, string, marks)
        return (derived(found, f"{name}({show(string)})", None),)
    outcomes = [function(world) for world in worlds]
    if marked is not None and all(_unmark(marked, marks, at) == outcome for at, outcome in enumerate(outcomes)):
        return relocate(marked, string, marks)
    first, second, third = outcomes
    changed = None if first is None or second is None else (first, second, second if third is None else third)
    return (derived(found, f"{name}({show(string)})", changed),)


def _unmark(text: str, marks: dict[str, Symbol], world: int) -> str:
    for mark, symbol in marks.items():
        if symbol.samples is not None:
            text = text.replace(mark, symbol.samples[world])
    return text


def relocate(text: str, origin: Str, marks: dict[str, Symbol]) -> Str:
    """`text` as a string: marks become their symbols again, literal parts take the places of the literals they came from."""
    pieces: list[Piece] = []
    places = _Places(origin)
    start = 0
    for at, char in enumerate(text):
        if char in marks:
            pieces += places.cut(text[start:at])
            pieces.append(marks[char])
            start = at + 1
    pieces += places.cut(text[start:])
    return tuple(pieces)


class _Places:
    """Where the literal text of a string stands: text that was cut out of it is sought where it was left off, else from the start."""

    def __init__(self, origin: Str) -> None:
        self.origin = [piece for piece in origin if isinstance(piece, Literal)]
        self.first = next((piece.span for piece in origin if piece.span), None)
        self.starts: list[int] = []
        texts: list[str] = []
        size = 0
        for piece in origin:
            part = piece.text if isinstance(piece, Literal) else chr(MARKS - 1)
            if isinstance(piece, Literal):
                self.starts.append(size)
            texts.append(part)
            size += len(part)
        self.whole = "".join(texts)
        self.at = 0

    def cut(self, text: str) -> list[Piece]:
        """`text` as the literals that it came from."""
        if not text:
            return []
        found = self.whole.find(text, self.at)
        found = self.whole.find(text) if found < 0 else found
        if found < 0:
            words = WORDS.findall(text)
            return [piece for word in words for piece in self.cut(word)] if len(words) > 1 else [Literal(text, self._likely(text))]
        self.at = end = found + len(text)
        made: list[Piece] = []
        index = bisect_right(self.starts, found) - 1
        while found < end:
            piece, start = self.origin[index], self.starts[index]
            stop = min(end, start + len(piece.text))
            if stop > found:
                made.append(Literal(self.whole[found:stop], piece.span))
            found, index = stop, index + 1
        return made

    def _likely(self, text: str) -> Span | None:
        """The place of text that was put together anew: of the first literal of which a part of it is."""
        inside = (p.span for p in self.origin if p.span and p.text.strip() and p.text.strip() in text)
        return next(inside, self.first)


_SPELT = re.compile(r"\bv(?=[0-9])")


def bare(string: Str) -> Str:
    """The string as one of numbers: a `v` before a version that was looked up elsewhere is a guess of ours, and is dropped."""

    def dropped(piece: Piece) -> Piece:
        if not isinstance(piece, Symbol) or piece.samples is None or piece.lookup is None or piece.lookup.local:
            return piece
        if Colour.RELEASED in piece.colours:
            return piece
        first, second, third = (_SPELT.sub("", world) for world in piece.samples)
        return replace(piece, samples=(first, second, third))

    return tuple(map(dropped, string))


def combine(strings: list[Str], function: Callable[[list[str]], str | None], name: str) -> Str:
    """`function` of several strings: literal where all are, worked out on the samples where they are known, else one symbol."""
    texts = [plain(string) for string in strings]
    known = [t for t in texts if t is not None]
    found = tuple(symbol for string in strings for symbol in symbols(string))
    if len(known) == len(texts):
        made = function(known)
        return (Symbol(name, Colour.UNREAD, reason=f"{name} cannot be worked out"),) if made is None else _literal(made)
    worlds = [samples(string) for string in strings]
    sampled = [w for w in worlds if w is not None]
    changed: Worlds | None = None
    if len(sampled) == len(worlds):
        older, newer, third = (function([w[at] for w in sampled]) for at in range(3))
        if older is not None and newer is not None:
            changed = (older, newer, newer if third is None else third)
    return (derived(found, f"{name}({', '.join(map(show, strings))})", changed),)


def _literal(text: str) -> Str:
    return (Literal(text),) if text else ()


def split(string: Str, separators: str, parts: int = 0) -> list[Str]:
    """The fields of `string` between `separators`, by the shell's rule (POSIX 2.6.5): blanks run together, others each separate.

    A symbol of unknown text with a version's colour is taken to have `parts` fields where the separators are no blanks (0: it is one).
    """
    fields: list[list[Piece]] = [[]]
    open_field = False
    for piece in string:
        for index, part in enumerate(_cut(piece, separators, parts)):
            if index and (open_field or not separators.isspace()):
                fields.append([])
                open_field = False
            if part is not None:
                fields[-1].append(part)
                open_field = True
    made = [tuple(field) for field in fields]
    if made and not made[-1]:
        made.pop()
    return [f for f in made if f] if separators.isspace() else made


def _cut(piece: Piece, separators: str, parts: int) -> list[Piece | None]:
    if isinstance(piece, Literal):
        return [Literal(text, piece.span) if text else None for text in _fields(piece.text, separators)]
    if piece.samples is None:
        if parts and not separators.isspace() and piece.colours & (Colour.RELEASED | Colour.KNOWN):
            return [replace(piece, name=f"{piece.name}[{index}]") for index in range(parts)]
        return [piece]
    split_worlds = [_fields(world, separators) for world in piece.samples]
    count = max(len(split_worlds[OLDER]), len(split_worlds[NEWER]))
    if count == 1 and len(split_worlds[2]) == 1:
        return [piece]
    padded = [(world + [""] * count)[:count] for world in split_worlds]
    made: list[Piece | None] = []
    for index in range(count):
        worlds = (padded[0][index], padded[1][index], padded[2][index])
        made.append(_field(piece, index, worlds, listed=separators.isspace()) if any(worlds) else None)
    return made


def _field(piece: Symbol, index: int, worlds: Worlds, listed: bool) -> Symbol:
    """One field of a symbol. One of a list that was put in order is picked: its place says how it compares with the others."""
    lookup = piece.lookup
    if listed and lookup is not None and lookup.many and lookup.order is not Order.NONE:
        lookup = replace(lookup, many=False)
    return replace(piece, name=f"{piece.name}[{index}]", samples=worlds, lookup=lookup)


def _fields(text: str, separators: str) -> list[str]:
    if not separators:
        return [text]
    first = separators[0]
    for other in separators[1:]:
        text = text.replace(other, first)
    return text.split(first)


def lines(string: Str) -> list[Str]:
    """The lines of `string`; a line end at its end begins no further line."""
    found: list[list[Piece]] = [[]]
    for piece in string:
        for index, part in enumerate(_cut(piece, "\n", 0)):
            if index:
                found.append([])
            if part is not None:
                found[-1].append(part)
    made = [tuple(line) for line in found]
    if made and not made[-1]:
        made.pop()
    return made
