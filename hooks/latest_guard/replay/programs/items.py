"""What a program's variables hold.

Text is a `Str` as everywhere; nothing, booleans and numbers that are known are themselves.  What is not text and not known outright
is a `Datum`: known in each of the three worlds (`latest_guard.values`) or not at all.  In a world, data are Python's own: str, int,
float, bool, None, tuple for a list, `Record` for an object, `Release` for a version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.replay.ordering import key
from latest_guard.values import Colour, Kind, Str, Symbol, symbols, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from latest_guard.replay.alternatives import Alternatives
    from latest_guard.replay.programs import tree

Concrete: TypeAlias = "None | bool | int | float | str | tuple[Concrete, ...] | Record | Release | Moment"


@dataclass(frozen=True, slots=True)
class Record:
    """An object in a world: its fields in order."""

    fields: tuple[tuple[str, Concrete], ...]

    def get(self, name: str) -> Concrete:
        """A field; None where there is none."""
        return next((value for key, value in self.fields if key == name), None)

    def has(self, name: str) -> bool:
        """Is there such a field?"""
        return any(key == name for key, _ in self.fields)


@dataclass(frozen=True, slots=True)
class Release:
    """A version in a world, which has an order."""

    text: str

    def key(self) -> tuple[tuple[int, ...], bool, str]:
        """What its order depends on."""
        return key(self.text) or ((), False, self.text)

    def parts(self) -> tuple[int, ...]:
        """Its numbers, three at least."""
        bare = self.text.lstrip("vV=").partition("-")[0].partition("+")[0]
        numbers = tuple(int(part) for part in bare.split(".") if part.isdigit() and len(part) < 20)
        return numbers + (0,) * (3 - len(numbers))

    def prerelease(self) -> str:
        """What stands behind the numbers; empty for a final version."""
        return key_rest(self.text)


class NoVersionError(ValueError):
    """A text that ought to be a version is none: every package of versions throws then."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in a world: it orders as its text does."""

    text: str


def key_rest(version: str) -> str:
    """What follows a version's numbers, build metadata apart."""
    found = key(version)
    return "" if found is None or found[1] else found[2].lstrip("-._~").partition("+")[0]


@dataclass(frozen=True, slots=True)
class Datum:
    """What is no text: `symbol` names it and has its colours; `worlds` are its three forms, None where nobody can tell.

    `ordered`: an order of versions took part in making it.
    """

    symbol: Symbol
    worlds: tuple[Concrete, Concrete, Concrete] | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A list or an object that the program made and can change: its content is in the process's heap."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function with the variables that it sees; `receiver` is its object."""

    function: tree.Function
    scope: Scope
    receiver: Item = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Native:
    """Something of the language or of a package by its dotted name: `subprocess.run`, `github.rest.repos`.

    `receiver` is the value whose method it is.
    """

    name: str
    receiver: Item = None


@dataclass(frozen=True, slots=True, eq=False)
class ClassItem:
    """A class: its methods and class variables stand in `scope`."""

    name: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression."""

    pattern: str
    flags: str = ""


Item: TypeAlias = "None | bool | int | float | Str | Datum | Reference | Closure | Native | ClassItem | Expression"
Items: TypeAlias = "Alternatives[Item]"


@dataclass(eq=False)
class Scope:
    """The variables of one function, or of a module."""

    parent: Scope | None = None
    names: dict[str, Items] | None = None
    outer: frozenset[str] = frozenset()  # names that belong to a scope further out
    fresh: bool = False  # made while one world alone is worked out

    def __post_init__(self) -> None:
        self.held: dict[str, Items] = self.names or {}

    def owner(self, name: str) -> Scope | None:
        """The nearest scope that has the name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.held and not (name in scope.outer and scope.parent is not None):
                return scope
            scope = scope.parent
        return None


# Making -------------------------------------------------------------------------------------------------------------------


def named(name: str) -> str:
    """A name of bearable length; what is cut off still tells it from others."""
    if len(name) <= 120:
        return name
    digest = hashlib.blake2s(name.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{name[:100]}…{digest}"


def blend(found: Iterable[Symbol], name: str) -> Symbol:
    """A symbol of everything in `found`: all colours, the first lookup and the first reason."""
    shades = Colour.NONE
    lookup, reason, span = None, "", None
    for symbol in found:
        shades |= symbol.colours
        lookup = lookup or symbol.lookup
        reason = reason or symbol.reason
        span = span or symbol.span
    return Symbol(named(name), shades, None, Kind.ANY, span, lookup, reason)


def unknown(found: Iterable[Symbol], name: str) -> Datum:
    """A value of which only its origin is known."""
    return Datum(blend(found, name))


def unread(name: str, reason: str) -> Datum:
    """A value that something made which cannot be read."""
    return Datum(Symbol(named(name), Colour.UNREAD, kind=Kind.ANY, reason=reason))


def raised(worlds: tuple[Concrete, Concrete, Concrete], symbol: Symbol, ordered: bool = False) -> Item:
    """Data of three worlds as a value: text becomes a string of one symbol."""
    first, second, third = worlds
    if isinstance(first, str) and isinstance(second, str):
        last = third if isinstance(third, str) else second
        return (replace(symbol, samples=(first, second, last), kind=Kind.STRING),)
    return Datum(symbol, worlds, ordered)


def origins(item: Item) -> tuple[Symbol, ...]:
    """The symbols that a value rests on."""
    if isinstance(item, tuple):
        return symbols(item)
    if isinstance(item, Datum):
        return (item.symbol,)
    if isinstance(item, Native) and item.receiver is not None:
        return origins(item.receiver)
    return ()


def as_text(item: Item) -> Str:
    """The value where a string is wanted."""
    if isinstance(item, tuple):
        return item
    if isinstance(item, Datum):
        return (text_symbol(item),)
    if isinstance(item, (bool, int, float)) or item is None:
        return text(written(item))
    return (Symbol(describe(item), kind=Kind.ANY),)


def text_symbol(datum: Datum) -> Symbol:
    """A datum as a symbol of text."""
    if datum.worlds is None:
        return datum.symbol
    first, second, third = (written(world) for world in datum.worlds)
    return replace(datum.symbol, samples=(first, second, third))


def describe(item: Item) -> str:
    """What the value is, for people."""
    if isinstance(item, Native):
        return item.name
    if isinstance(item, Closure):
        return f"the function {item.function.name}"
    return type(item).__name__.lower()


def written(value: Concrete) -> str:
    """Data of a world as text, as both languages write numbers and JavaScript writes the rest."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Release, Moment)):
        return value.text
    if isinstance(value, tuple):
        return ",".join(written(part) for part in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "[object Object]" if isinstance(value, Record) else str(value)


def loaded(data: object) -> Concrete:
    """What `json.loads` gave, as data of a world."""
    if isinstance(data, dict):
        return Record(tuple((str(name), loaded(value)) for name, value in data.items()))
    if isinstance(data, list):
        return tuple(loaded(value) for value in data)
    return data if isinstance(data, (bool, int, float, str)) else None


def dumped(value: Concrete) -> object:
    """Data of a world for `json.dumps`."""
    if isinstance(value, Record):
        return {name: dumped(held) for name, held in value.fields}
    if isinstance(value, tuple):
        return [dumped(held) for held in value]
    return value.text if isinstance(value, (Release, Moment)) else value


Work: TypeAlias = "Callable[..., Concrete]"
