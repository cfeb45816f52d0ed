"""The text of a makefile taken apart: `$(…)`, `${…}`, `$x` and `$$` (GNU Make Manual, sections 6.1 and 8.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.replay.make.tree import Function, Part, Reference, Words
from latest_guard.replay.placed import literals

if TYPE_CHECKING:
    from latest_guard.source import Text

#: The functions and how many arguments each has at most; commas past the last belong to it.
FUNCTIONS = {
    "abspath": 1, "addprefix": 2, "addsuffix": 2, "and": 99, "basename": 1, "call": 99, "dir": 1, "error": 1, "eval": 1, "file": 2,
    "filter": 2, "filter-out": 2, "findstring": 2, "firstword": 1, "flavor": 1, "foreach": 3, "guile": 1, "if": 3, "info": 1,
    "intcmp": 5, "join": 2, "lastword": 1, "let": 3, "notdir": 1, "or": 99, "origin": 1, "patsubst": 3, "realpath": 1, "shell": 1,
    "sort": 1, "strip": 1, "subst": 3, "suffix": 1, "value": 1, "warning": 1, "wildcard": 1, "word": 2, "wordlist": 3, "words": 1,
}  # fmt: skip

CLOSING = {"(": ")", "{": "}"}
#: References inside references are read this deep.
DEPTH = 30
_CALL = re.compile(r"([a-z-]+)(?:[ \t\n]+|$)")


def words(text: Text, start: int = 0, end: int | None = None, depth: int = 0) -> Words:
    """The literals and references of the text from `start` up to `end`."""
    stop = len(text.value) if end is None else end
    parts: list[Part] = []
    at = low = start
    while (at := text.value.find("$", at, stop)) >= 0 and at + 1 < stop:
        parts += literals(text, low, at)
        part, at = _reference(text, at, stop, depth)
        parts += part
        low = at
    return (*parts, *literals(text, low, stop))


def _reference(text: Text, at: int, stop: int, depth: int) -> tuple[list[Part], int]:
    """What begins with the dollar sign at `at`, and the offset behind it."""
    value = text.value
    opening = value[at + 1]
    if opening == "$":
        return list(literals(text, at + 1, at + 2)), at + 2
    if opening not in CLOSING:
        return [Reference(tuple(literals(text, at + 1, at + 2)), text.span(at, at + 2))], at + 2
    close = closing(value, at + 1, stop)
    if close < 0 or depth > DEPTH:
        return list(literals(text, at, stop)), stop
    return [_inside(text, at + 2, close, depth)], close + 1


def closing(value: str, at: int, stop: int) -> int:
    """The offset of the bracket that closes the one at `at`, -1 where there is none."""
    opening, wanted = value[at], CLOSING[value[at]]
    level = 0
    for here in range(at, stop):
        if value[here] == opening:
            level += 1
        elif value[here] == wanted:
            level -= 1
            if not level:
                return here
    return -1


def _inside(text: Text, start: int, end: int, depth: int) -> Part:
    """What stands between the brackets of a reference."""
    span = text.span(start - 2, end + 1)
    found = _CALL.match(text.value, start, end)
    if found and found[1] in FUNCTIONS and (found.end() < end or found.end() > found.end(1)):
        cuts = _commas(text.value, found.end(), end, FUNCTIONS[found[1]])
        return Function(found[1], tuple(words(text, low, high, depth + 1) for low, high in cuts), span)
    colon = _outside(text.value, ":", start, end)
    equals = _outside(text.value, "=", colon + 1, end) if colon >= 0 else -1
    if equals < 0:
        return Reference(words(text, start, end, depth + 1), span)
    swap = words(text, colon + 1, equals, depth + 1), words(text, equals + 1, end, depth + 1)
    return Reference(words(text, start, colon, depth + 1), span, swap)


def arguments(value: str, most: int) -> list[str]:
    """The arguments of a function, which takes at most so many."""
    return [value[low:high] for low, high in _commas(value, 0, len(value), most)]


def _commas(value: str, start: int, end: int, most: int) -> list[tuple[int, int]]:
    """Where the arguments of a function stand."""
    cuts: list[tuple[int, int]] = []
    low = start
    while len(cuts) < most - 1 and (at := _outside(value, ",", low, end)) >= 0:
        cuts.append((low, at))
        low = at + 1
    return [*cuts, (low, end)]


def _outside(value: str, wanted: str, start: int, end: int) -> int:
    """The first of the characters `wanted` outside every bracket, -1 where there is none."""
    at = start
    level: list[str] = []
    while at < end:
        char = value[at]
        if not level and char in wanted:
            return at
        if char in CLOSING:
            level.append(CLOSING[char])
        elif level and char == level[-1]:
            level.pop()
        at += 1
    return -1


def outside(value: str, wanted: str, start: int = 0, end: int | None = None) -> int:
    """The first of the characters `wanted` outside every `$(…)` and `${…}`, -1 where there is none."""
    stop = len(value) if end is None else end
    at = start
    while at < stop:
        if value[at] == "$" and at + 1 < stop:
            close = closing(value, at + 1, stop) if value[at + 1] in CLOSING else at + 1
            if close < 0:
                return -1
            at = close + 1
        elif value[at] in wanted:
            return at
        else:
            at += 1
    return -1
