"""Shell patterns (globs) on concrete strings.

Source of the rules: the Bash Reference Manual, sections 3.5.8.1 (pattern matching, with extglob) and 3.5.3 (parameter expansion).

A pattern is a string, or pieces of one with whether they are quoted: quoted characters stand for themselves. Matching moves sets
of positions, kept as the bits of a number, through the pattern, so that no pattern takes more than its length times the text's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Pieces: TypeAlias = Sequence[tuple[str, bool]]
Pattern: TypeAlias = "str | Pieces"

_Marked: TypeAlias = list[tuple[str, bool]]
"""Single characters, each with whether it is quoted."""

CLASSES: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "digit": lambda char: char in "0123456789",
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": lambda char: char in " \t\n\v\f\r",
    "blank": lambda char: char in " \t",
    "punct": lambda char: char.isprintable() and not char.isalnum() and char != " ",
    "print": str.isprintable,
    "graph": lambda char: char.isprintable() and char != " ",
    "cntrl": lambda char: char < " " or char == "\x7f",
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
    "word": lambda char: char.isalnum() or char == "_",
}
"""The character classes of POSIX, and bash's `word`."""


@dataclass(frozen=True, slots=True)
class Set:
    """A bracket expression: ranges of characters and the names of classes."""

    ranges: tuple[tuple[str, str], ...]
    classes: tuple[str, ...] = ()
    negated: bool = False

    def __contains__(self, char: str) -> bool:
        inside = any(low <= char <= high for low, high in self.ranges) or any(CLASSES[name](char) for name in self.classes)
        return inside != self.negated


@dataclass(frozen=True, slots=True)
class _Star:
    """`*`: any characters, none as well."""


@dataclass(frozen=True, slots=True)
class _Group:
    """`?(…)`, `*(…)`, `+(…)`, `@(…)`, `!(…)` with their alternatives."""

    kind: str
    options: tuple[_Tokens, ...]


_Tokens: TypeAlias = "tuple[Set | _Star | _Group, ...]"

_STAR = _Star()
_ANY = Set((), (), negated=True)


def matches(pattern: Pattern, text: str) -> bool:
    """Whether the pattern matches the whole text, as in `case` and `[[ text == pattern ]]`."""
    return _Matcher(text).ends(_compile(_pieces(pattern)), 1) >> len(text) & 1 == 1


def remove_prefix(text: str, pattern: Pattern, longest: bool) -> str:
    """`${text#pattern}`, with `longest` `${text##pattern}`."""
    found = _Matcher(text).ends(_compile(_pieces(pattern)), 1)
    return text[_pick(found, longest) :] if found else text


def remove_suffix(text: str, pattern: Pattern, longest: bool) -> str:
    """`${text%pattern}`, with `longest` `${text%%pattern}`."""
    found = _Matcher(text[::-1]).ends(_reversed(_compile(_pieces(pattern))), 1)
    return text[: len(text) - _pick(found, longest)] if found else text


def substitute(text: str, pattern: Pattern, replacement: Pattern = "", every: bool = False, anchor: str = "") -> str:
    """`${text/pattern/replacement}`: `every` is `//`, `anchor` is `#` or `%`.

    An unquoted `&` in a replacement of pieces is the text that matched (bash 5.2).
    """
    tokens = _compile(_pieces(pattern))
    if anchor == "%":
        return _substitute_suffix(text, tokens, replacement)
    matcher = _Matcher(text)
    if anchor:
        found = matcher.ends(tokens, 1)
        end = found.bit_length() - 1
        return _replacement(replacement, text[:end]) + text[end:] if found else text
    return _substitute_anywhere(text, tokens, matcher, replacement, every)


def _substitute_anywhere(text: str, tokens: _Tokens, matcher: _Matcher, replacement: Pattern, every: bool) -> str:
    if not text:
        return _replacement(replacement, "") if tokens and matcher.ends(tokens, 1) else ""
    made: list[str] = []
    at = 0
    while at < len(text):
        end = matcher.ends(tokens, 1 << at).bit_length() - 1 if tokens else -1
        if end >= at:
            made.append(_replacement(replacement, text[at:end]))
            if not every:
                return "".join(made) + text[end:]
        if end <= at:
            made.append(text[at])
            end = at + 1
        at = end
    return "".join(made)


def _substitute_suffix(text: str, tokens: _Tokens, replacement: Pattern) -> str:
    found = _Matcher(text[::-1]).ends(_reversed(tokens), 1)
    if not found:
        return text
    at = len(text) - _pick(found, longest=True)
    return text[:at] + _replacement(replacement, text[at:])


def _replacement(pieces: Pattern, matched: str) -> str:
    if isinstance(pieces, str):
        return pieces
    return "".join(text if quoted else text.replace("&", matched) for text, quoted in pieces)


def _pick(found: int, longest: bool) -> int:
    return found.bit_length() - 1 if longest else (found & -found).bit_length() - 1


def _pieces(pattern: Pattern) -> tuple[tuple[str, bool], ...]:
    return ((pattern, False),) if isinstance(pattern, str) else tuple(pattern)


# Reading a pattern


@lru_cache(maxsize=256)
def _compile(pieces: tuple[tuple[str, bool], ...]) -> _Tokens:
    marked = [(char, quoted) for text, quoted in pieces for char in text]
    return _Reader(_without_backslashes(marked)).tokens("")


def _without_backslashes(marked: _Marked) -> _Marked:
    """A backslash that came out of a variable quotes the character behind it."""
    found: _Marked = []
    after_backslash = False
    for char, quoted in marked:
        if char == "\\" and not quoted and not after_backslash:
            after_backslash = True
            continue
        found.append((char, quoted or after_backslash))
        after_backslash = False
    return [*found, ("\\", True)] if after_backslash else found


class _Reader:
    """Turns marked characters into tokens."""

    def __init__(self, marked: _Marked) -> None:
        self._marked = marked
        self._at = 0

    def _peek(self, ahead: int = 0) -> str:
        """The unquoted character that stands here, "" for a quoted one."""
        at = self._at + ahead
        return self._marked[at][0] if at < len(self._marked) and not self._marked[at][1] else ""

    def tokens(self, closers: str, depth: int = 0) -> _Tokens:
        """The tokens up to an unquoted character of `closers`."""
        found: list[Set | _Star | _Group] = []
        while self._at < len(self._marked):
            char = self._peek()
            if char and char in closers:
                break
            found.append(self._token(char, depth))
        return tuple(found)

    def _token(self, char: str, depth: int) -> Set | _Star | _Group:
        if char and char in "?*+@!" and self._peek(1) == "(" and depth < 20:
            start = self._at
            group = self._group(char, depth)
            if group:
                return group
            self._at = start
        if char == "[":
            start = self._at
            bracket = self._bracket()
            if bracket:
                return bracket
            self._at = start
        self._at += 1
        if char == "*":
            return _STAR
        if char == "?":
            return _ANY
        plain = self._marked[self._at - 1][0]
        return Set(((plain, plain),))

    def _group(self, kind: str, depth: int) -> _Group | None:
        self._at += 2
        options = [self.tokens("|)", depth + 1)]
        while self._peek() == "|":
            self._at += 1
            options.append(self.tokens("|)", depth + 1))
        if self._peek() != ")":
            return None
        self._at += 1
        return _Group(kind, tuple(options))

    def _bracket(self) -> Set | None:
        """`[…]`; None where it is never closed: then the bracket stands for itself."""
        self._at += 1
        negated = self._peek() in ("!", "^") and self._peek() != ""
        self._at += negated
        ranges: list[tuple[str, str]] = []
        classes: list[str] = []
        first = True
        while self._at < len(self._marked):
            if self._peek() == "]" and not first:
                self._at += 1
                return Set(tuple(ranges), tuple(classes), negated)
            first = False
            name = self._class_name()
            if name:
                classes.append(name)
            else:
                ranges.append(self._range())
        return None

    def _class_name(self) -> str:
        if self._peek() != "[" or self._peek(1) != ":":
            return ""
        for end in range(self._at + 2, min(self._at + 12, len(self._marked) - 1)):
            if self._marked[end][0] == ":" and self._marked[end + 1][0] == "]":
                name = "".join(char for char, _ in self._marked[self._at + 2 : end])
                if name in CLASSES:
                    self._at = end + 2
                    return name
        return ""

    def _range(self) -> tuple[str, str]:
        low = self._character()
        if self._peek() == "-" and self._at + 1 < len(self._marked) and self._peek(1) != "]":
            self._at += 1
            return low, self._character()
        return low, low

    def _character(self) -> str:
        """One character of a bracket expression; `[.x.]` and `[=x=]` are x."""
        mark = self._peek(1)
        if self._peek() == "[" and mark in (".", "=") and self._peek(3) == mark and self._peek(4) == "]":
            self._at += 5
            return self._marked[self._at - 3][0]
        self._at += 1
        return self._marked[self._at - 1][0]


# Matching


def _reversed(tokens: _Tokens) -> _Tokens:
    """The tokens that match the same texts read backwards."""
    return tuple(
        _Group(token.kind, tuple(_reversed(option) for option in token.options)) if isinstance(token, _Group) else token
        for token in reversed(tokens)
    )


class _Matcher:
    """Matches tokens against one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._all = (1 << len(text) + 1) - 1
        self._found: dict[Set, int] = {}

    def ends(self, tokens: _Tokens, starts: int) -> int:
        """Where matches that begin at the positions `starts` can end; positions are bits."""
        found = starts
        for token in tokens:
            if not found:
                return 0
            if isinstance(token, Set):
                found = (found & self._where(token)) << 1
            elif isinstance(token, _Star):
                found = self._from(found)
            else:
                found = self._group_ends(token, found)
        return found

    def _where(self, wanted: Set) -> int:
        """The positions whose character is in the set."""
        if wanted not in self._found:
            self._found[wanted] = int("0" + "".join("01"[char in wanted] for char in reversed(self._text)), 2)
        return self._found[wanted]

    def _from(self, starts: int) -> int:
        """All positions at and behind the first of `starts`."""
        return self._all & -(starts & -starts)

    def _group_ends(self, group: _Group, starts: int) -> int:
        if group.kind == "!":
            return self._other_ends(group, starts)
        found = self._option_ends(group, starts)
        if group.kind in "*+":
            reached = found
            while reached:
                reached = self._option_ends(group, reached) & ~found
                found |= reached
        return found | starts if group.kind in "*?" else found

    def _option_ends(self, group: _Group, starts: int) -> int:
        found = 0
        for option in group.options:
            found |= self.ends(option, starts)
        return found

    def _other_ends(self, group: _Group, starts: int) -> int:
        """`!(…)`: from each start everything that no alternative matches."""
        found = 0
        for at in range(starts.bit_length()):
            if starts >> at & 1:
                found |= self._from(1 << at) & ~self._option_ends(group, 1 << at)
        return found
