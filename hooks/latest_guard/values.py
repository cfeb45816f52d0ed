"""Strings that are known only in part.

A value of a CI run is a string of pieces: literal text that stands in a file, and symbols for what only the run will
know.  A symbol says where it came from (its colours) and, where that is possible, what it would be in each of three
worlds, so that shell tools and tests can be worked out on it:

* `OLDER`: the accident. Version 1.27.4 is being released; 1.28.0 exists already.
* `NEWER`: the ordinary release. Version 1.29.0 is being released; 1.28.0 exists already.
* `PRERELEASE`: version 1.29.0-rc.1 is being released; 1.28.0 exists already.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.source import Span

Worlds: TypeAlias = tuple[str, str, str]
"""One text for each world: older, newer, prerelease."""

OLDER, NEWER, PRERELEASE = range(3)

RELEASED_VERSIONS: Worlds = ("1.27.4", "1.29.0", "1.29.0-rc.1")
HIGHEST_VERSION = "1.28.0"
KNOWN_VERSIONS = ("1.26.0", "1.27.2", "1.27.3", "1.28.0")


class Colour(enum.Flag):
    """Where a symbol came from."""

    NONE = 0
    RELEASED = enum.auto()  # from the version being released
    KNOWN = enum.auto()  # from the versions that exist already
    PRERELEASE = enum.auto()  # says whether the release is a prerelease
    BRANCH = enum.auto()  # from the name of a branch
    PERSON = enum.auto()  # somebody typed or ticked it for this run
    SETTING = enum.auto()  # configuration of the repository: secrets, variables
    UNREAD = enum.auto()  # made by something that cannot be read here
    CIRCUMSTANCE = enum.auto()  # what any ordinary run has: the repository's name, the commit, who started it

    # Colours are united and asked for millions of times in a long replay, and the library's own operators are slow.

    def __or__(self, other: Colour) -> Colour:
        return _colour(self._value_ | other._value_)

    def __and__(self, other: Colour) -> Colour:
        return _colour(self._value_ & other._value_)

    def __contains__(self, other: Colour) -> bool:
        return self._value_ & other._value_ == other._value_

    def __bool__(self) -> bool:
        return self._value_ != 0


_COLOURS: dict[int, Colour] = {}


def _colour(value: int) -> Colour:
    found = _COLOURS.get(value)
    if found is None:
        found = _COLOURS[value] = Colour(value)
    return found


class Kind(enum.Enum):
    """What a symbol is where the CI system has types."""

    STRING = "string"
    BOOLEAN = "boolean"
    NUMBER = "number"
    ANY = "any"


class Order(enum.Enum):
    """How a list of versions was put in order before one was picked from it."""

    NONE = "none"
    VERSION = "version"
    TEXT = "text"
    DATE = "date"
    GRAPH = "graph"  # what git describe finds walking back from a commit
    BADGE = "badge"  # GitHub's releases/latest
    POINTER = "pointer"  # what the pointer is now


@dataclass(frozen=True, slots=True)
class Lookup:
    """The question that a known symbol answers: what was asked, where, and what has been done to the list since."""

    name: str
    span: Span | None = None
    local: bool = False  # asks the checkout (git tags), which may not have them all
    many: bool = False  # still a list; False once one was picked
    order: Order = Order.NONE
    prereleases: bool = True  # prereleases may be among them


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in a file."""

    text: str
    span: Span | None = None

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(frozen=True, slots=True)
class Symbol:
    """What only the run will know.

    `name` identifies it: two symbols of the same name are the same thing.  `samples` is its text in each world, None where
    nobody here can tell.
    """

    name: str
    colours: Colour = Colour.NONE
    samples: Worlds | None = None
    kind: Kind = Kind.STRING
    span: Span | None = None
    lookup: Lookup | None = None
    reason: str = ""  # why it is unread
    options: tuple[str, ...] = ()  # what it may be, where it stands for more alternatives than are followed

    def __hash__(self) -> int:
        return hash(self.name)


Piece: TypeAlias = Literal | Symbol
Str: TypeAlias = tuple[Piece, ...]
"""A string: pieces in order."""


@dataclass(frozen=True, slots=True)
class Either:
    """One of `options`, and nothing here says which.

    With colour PERSON somebody chose it for this run; without a colour every one of them really happens (the legs of a matrix).
    """

    name: str
    options: tuple[Data, ...]
    colours: Colour = Colour.NONE
    span: Span | None = None


Data: TypeAlias = "None | bool | float | Str | Either | tuple[()] | list[Data] | Mapping[str, Data]"
"""What a CI context holds: JSON with symbolic strings. An array is a `list`, a string a tuple of pieces.

In a mapping the key `*` answers for every key that is not listed: a string of one symbol, in whose name `*` stands for the key.
"""


def text(value: str, span: Span | None = None) -> Str:
    """A literal string."""
    return (Literal(value, span),) if value else ()


def plain(string: Str) -> str | None:
    """The text of a string without symbols, None where it has one."""
    parts = []
    for piece in string:
        if not isinstance(piece, Literal):
            return None
        parts.append(piece.text)
    return "".join(parts)


def samples(string: Str) -> Worlds | None:
    """What the string is in each world; None where a piece of it is not known there."""
    parts: list[Worlds] = []
    for piece in string:
        if isinstance(piece, Literal):
            parts.append((piece.text, piece.text, piece.text))
        elif piece.samples is None:
            return None
        else:
            parts.append(piece.samples)
    return ("".join(p[OLDER] for p in parts), "".join(p[NEWER] for p in parts), "".join(p[PRERELEASE] for p in parts))


def colours(string: Str) -> Colour:
    """All the colours of a string."""
    found = 0
    for piece in string:
        if isinstance(piece, Symbol):
            found |= piece.colours.value
    return _colour(found)


def symbols(string: Str) -> tuple[Symbol, ...]:
    """The symbols of a string, in order."""
    return tuple([piece for piece in string if isinstance(piece, Symbol)])


def spans(string: Str) -> tuple[Span, ...]:
    """Where the pieces of a string stand."""
    return tuple(piece.span for piece in string if piece.span is not None)


def scalar_text(held: object) -> Str:
    """A string, a number or a truth value as HCL and Go write it; anything else is empty."""
    if isinstance(held, tuple):
        return held
    if isinstance(held, bool):
        return text("true" if held else "false")
    if isinstance(held, float):
        return text(str(int(held)) if held.is_integer() else str(held))
    return ()


def unread(reason: str, span: Span) -> Str:
    """A string that cannot be read here, and why."""
    return (Symbol(f"{reason} at {span}", Colour.UNREAD, span=span, reason=reason),)


def show(string: Str) -> str:
    """The string in words for people: literal text, and `{name}` for what only the run will know."""
    return "".join(piece.text if isinstance(piece, Literal) else "{" + piece.name + "}" for piece in string)


def join(strings: list[Str], separator: str = "") -> Str:
    """The strings one after the other, with `separator` between them."""
    pieces: list[Piece] = []
    for index, string in enumerate(strings):
        if index and separator:
            pieces.append(Literal(separator))
        pieces.extend(string)
    return tuple(pieces)


def transform(string: Str, function: Callable[[str], str], name: str) -> Str:
    """`function` applied to the string: to its text where that is known, else to its samples; its colours and lookup stay.

    `name` says in words what the function does; it becomes part of the new symbol's name.
    """
    known = plain(string)
    if known is not None:
        return text(function(known), string[0].span if string else None)
    found = symbols(string)
    worlds = samples(string)
    changed = None if worlds is None else (function(worlds[OLDER]), function(worlds[NEWER]), function(worlds[PRERELEASE]))
    return (derived(found, f"{name}({show(string)})", changed),)


def derived(found: tuple[Symbol, ...], name: str, worlds: Worlds | None) -> Symbol:
    """A symbol made from those in `found`: it has all their colours, and the first lookup and reason among them."""
    shades = Colour.NONE
    for symbol in found:
        shades |= symbol.colours
    first = found[0] if found else Symbol(name)
    return replace(
        first,
        name=name if len(name) <= 200 else name[:199] + "…",
        colours=shades,
        samples=worlds,
        kind=Kind.STRING,
        lookup=next((s.lookup for s in found if s.lookup), None),
        reason=next((s.reason for s in found if s.reason), ""),
        options=(),
    )
