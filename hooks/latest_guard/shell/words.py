"""What bash does to words once they are concrete: brace expansion, and the operators of `${name…}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.shell import patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from latest_guard.shell.patterns import Pattern

MAX_TEXT = 10_000
"""Longer texts are not worked on."""

MAX_WORDS = 1000
"""Brace expansion that makes more words than this is left as it stands."""

_SEQUENCE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?|([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?", re.ASCII)

_Marked: TypeAlias = "list[tuple[str, bool]]"


class _TooMany(Exception):
    """More than MAX_WORDS words."""


def braces(word: Pattern) -> list[str]:
    """The words that `{a,b}` and `{1..3}` make (Bash Reference Manual, section 3.5.1). Quoted pieces stand for themselves."""
    pieces = [(word, False)] if isinstance(word, str) else word
    marked = [(char, quoted) for text, quoted in pieces for char in text]
    if ("{", False) not in marked:
        return [_text(marked)]
    try:
        return [_text(found) for found in _expand(marked, [MAX_WORDS], 0)]
    except (_TooMany, RecursionError):
        return [_text(marked)]


def _text(marked: _Marked) -> str:
    return "".join(char for char, _ in marked)


def _expand(marked: _Marked, left: list[int], depth: int) -> list[_Marked]:
    """Every word that the first brace with alternatives makes, the rest expanded as well."""
    if depth > 50:
        raise _TooMany
    for start, end, commas in _brace_pairs(marked):
        middle = marked[start + 1 : end]
        options = _options(middle, [comma - start - 1 for comma in commas], left, depth)
        if options is None:
            continue
        rests = _expand(marked[end + 1 :], left, depth + 1)
        left[0] -= len(options) * len(rests)
        if left[0] < 0:
            raise _TooMany
        return [[*marked[:start], *option, *rest] for option in options for rest in rests]
    return [marked]


def _options(middle: _Marked, commas: list[int], left: list[int], depth: int) -> list[_Marked] | None:
    if not commas:
        found = _sequence(middle, left[0])
        return None if found is None else [[(char, True) for char in text] for text in found]
    bounds = [-1, *commas, len(middle)]
    parts = [middle[low + 1 : high] for low, high in zip(bounds, bounds[1:], strict=False)]
    return [word for part in parts for word in _expand(part, left, depth + 1)]


def _brace_pairs(marked: _Marked) -> Iterator[tuple[int, int, list[int]]]:
    """Each unquoted `{` in order, with its `}` and the commas between them that belong to it."""
    closed: dict[int, tuple[int, list[int]]] = {}
    opened: list[tuple[int, list[int]]] = []
    for at, (char, quoted) in enumerate(marked):
        if quoted:
            continue
        if char == "{":
            opened.append((at, []))
        elif char == "," and opened:
            opened[-1][1].append(at)
        elif char == "}" and opened:
            start, commas = opened.pop()
            closed[start] = (at, commas)
    for start in sorted(closed):
        yield start, *closed[start]


def _sequence(middle: _Marked, most: int) -> list[str] | None:
    """`1..5`, `01..10..3`, `a..e`; None where it is none."""
    found = _SEQUENCE.fullmatch(_text(middle)) if not any(quoted for _, quoted in middle) else None
    if not found:
        return None
    first, last, step, low, high, letter_step = found.groups()
    if low:
        return [chr(code) for code in _steps(ord(low), ord(high), letter_step, most)]
    padded = any(re.match(r"-?0\d", text) for text in (first, last))
    width = max(len(first), len(last)) if padded else 0
    return [_padded(value, width) for value in _steps(int(first), int(last), step, most)]


def _padded(value: int, width: int) -> str:
    return f"{value:0{width}d}" if width else str(value)


def _steps(first: int, last: int, step: str | None, most: int) -> range:
    size = abs(int(step or 1)) or 1
    if abs(last - first) // size > most:
        raise _TooMany
    return range(first, last + 1, size) if first <= last else range(first, last - 1, -size)


# ${name<operator>argument}


def operate(text: str, operator: str, argument: Pattern = "", second: Pattern = "", quoted: bool = False) -> str | None:
    """`${text<operator>argument}` for the operators that change the text: `#` `%` `/` `^` `,` `~` `@` and their kin.

    `quoted` says that the argument stands in quotes as a whole; it may also be given as pieces, each with whether it is
    quoted. `second` is the replacement of `/`. None for an operator, or a transformation behind `@`, that is not known, and for
    a text longer than `MAX_TEXT`.
    """
    if len(text) > MAX_TEXT:
        return None
    pattern = ((argument, True),) if quoted and isinstance(argument, str) else argument
    if operator in ("#", "##"):
        return patterns.remove_prefix(text, pattern, longest=len(operator) == 2)
    if operator in ("%", "%%"):
        return patterns.remove_suffix(text, pattern, longest=len(operator) == 2)
    if operator in ("/", "//", "/#", "/%"):
        return patterns.substitute(text, pattern, second, every=operator == "//", anchor=operator[1:].strip("/"))
    if operator in _CASES:
        return _change_case(text, pattern, _CASES[operator], every=len(operator) == 2)
    if operator == "@" and isinstance(argument, str) and argument in _TRANSFORMATIONS:
        return _TRANSFORMATIONS[argument](text)
    return None


def _upper(char: str) -> str:
    return char.upper() if len(char.upper()) == 1 else char


def _lower(char: str) -> str:
    return char.lower() if len(char.lower()) == 1 else char


def _swap(char: str) -> str:
    return _lower(char) if char.isupper() else _upper(char)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


_CASES: dict[str, Callable[[str], str]] = {"^": _upper, "^^": _upper, ",": _lower, ",,": _lower, "~": _swap, "~~": _swap}
_TRANSFORMATIONS: dict[str, Callable[[str], str]] = {
    "U": str.upper,
    "u": lambda text: text[:1].upper() + text[1:],
    "L": str.lower,
    "Q": _quote,
}


def _change_case(text: str, pattern: Pattern, change: Callable[[str], str], every: bool) -> str:
    wanted = pattern or "?"
    return "".join(change(char) if (every or at == 0) and patterns.matches(wanted, char) else char for at, char in enumerate(text))
