"""Values as guarded alternatives: what a variable may hold, and under which condition it holds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from latest_guard.replay.conditions import FALSE, TRUE, Condition, Conditions, Test, TestKind
from latest_guard.values import Colour, Literal, Str, Symbol, derived, show, symbols, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T", covariant=True)
U = TypeVar("U")
V = TypeVar("V")

#: A value with more alternatives is folded into one symbol.
BOUND = 48
#: Texts of importance that are remembered of what a folded value may be.
OPTIONS = 24


@dataclass(frozen=True, slots=True)
class Alternative(Generic[T]):
    """`held` is what is there when `when` holds."""

    when: Condition
    held: T


Alternatives: TypeAlias = tuple[Alternative[T], ...]


@dataclass(frozen=True, slots=True)
class Array:
    """A shell array: its elements by key (`"0"`, `"1"` … for an indexed one), in order."""

    items: tuple[tuple[str, Str], ...]
    associative: bool = False

    def get(self, key: str) -> Str | None:
        """The element under `key`."""
        return next((value for name, value in self.items if name == key), None)

    def put(self, key: str, value: Str) -> Array:
        """The array with `value` under `key`."""
        if self.get(key) is None:
            return Array((*self.items, (key, value)), self.associative)
        return Array(tuple((n, value if n == key else v) for n, v in self.items), self.associative)

    def add(self, values: Sequence[Str]) -> Array:
        """The array with `values` behind its last element."""
        first = 1 + max((int(name) for name, _ in self.items if name.isdigit()), default=-1)
        return Array((*self.items, *((str(first + i), v) for i, v in enumerate(values))), self.associative)

    def values(self) -> list[Str]:
        """The elements in order."""
        return [value for _, value in self.items]


Content: TypeAlias = "Str | Array | None"
"""What a shell variable holds: a string, an array, or None where it is unset."""

Value: TypeAlias = Alternatives[Str]
Variable: TypeAlias = Alternatives[Content]


def one(held: V) -> Alternatives[V]:
    """The value that is `held` whatever happens."""
    return (Alternative(TRUE, held),)


def literal(value: str) -> Value:
    """A literal string."""
    return one(text(value))


class Algebra:
    """The operations on alternatives, over one scenario's conditions."""

    def __init__(self, conditions: Conditions, important: Callable[[str], bool] = bool) -> None:
        """`important` is asked which texts must not be forgotten when a value is folded."""
        self.conditions, self.important = conditions, important

    def tidy(self, alternatives: Iterable[Alternative[V]]) -> Alternatives[V]:
        """The same without what cannot be and with equal ones united, in order."""
        possible = tuple(a for a in alternatives if a.when != FALSE)
        if len(possible) < 2:
            return possible
        merged: dict[V, Condition] = {}
        either = self.conditions.either
        for alternative in possible:
            held = alternative.held
            merged[held] = either(merged[held], alternative.when) if held in merged else alternative.when
        if len(merged) == len(possible):
            return possible
        return tuple(Alternative(when, held) for held, when in merged.items())

    def each(self, value: Alternatives[V], function: Callable[[V], U]) -> Alternatives[U]:
        """`function` applied to every alternative."""
        return self.tidy(Alternative(a.when, function(a.held)) for a in value)

    def under(self, path: Condition, value: Alternatives[V]) -> Alternatives[V]:
        """Those alternatives that are possible under `path`, with their conditions narrowed to it."""
        both = self.conditions.both
        return self.tidy(Alternative(both(path, a.when), a.held) for a in value)

    def assign(self, path: Condition, new: Alternatives[V], old: Alternatives[V]) -> Alternatives[V]:
        """`new` where `path` holds, else `old`."""
        if path == TRUE:
            return new
        both = self.conditions.both
        otherwise = self.conditions.no(path)
        changed = [Alternative(both(path, a.when), a.held) for a in new]
        kept = [Alternative(both(otherwise, a.when), a.held) for a in old]
        return self.tidy([*changed, *kept])

    def product(self, values: Sequence[Value], path: Condition = TRUE) -> Alternatives[tuple[Str, ...]]:
        """Every combination of alternatives that can come together under `path`."""
        both = self.conditions.both
        rows: list[tuple[Condition, tuple[Str, ...]]] = [(path, ())]
        for value in values:
            if len(value) == 1:
                rows = [(when, (*held, value[0].held)) for when, held in rows]
                continue
            grown = [(both(when, a.when), (*held, a.held)) for when, held in rows for a in value]
            rows = [row for row in grown if row[0] != FALSE]
            if len(rows) > BOUND:
                folded = self.fold(value)
                rows = list({held[:-1]: (when, (*held[:-1], folded)) for when, held in rows}.values())
                rows = self._regroup(rows, grown)
        return self.tidy(Alternative(when, held) for when, held in rows)

    def _regroup(
        self, rows: list[tuple[Condition, tuple[Str, ...]]], grown: list[tuple[Condition, tuple[Str, ...]]]
    ) -> list[tuple[Condition, tuple[Str, ...]]]:
        either = self.conditions.either
        whens: dict[tuple[Str, ...], Condition] = {}
        for when, held in grown:
            whens[held[:-1]] = either(whens.get(held[:-1], FALSE), when)
        return [(whens[held[:-1]], held) for _, held in rows][: BOUND * 4]

    def fold(self, value: Value) -> Str:
        """One symbol for all the alternatives, past the bound: it keeps their colours and the conditions' kinds."""
        found: list[Symbol] = []
        for alternative in value:
            found += symbols(alternative.held)
            for test in self.conditions.support(alternative.when):
                found.append(Symbol(test.key, _shade(test)))
        found.append(Symbol("too many alternatives", Colour.UNREAD, reason="too many alternatives to follow"))
        name = "one of: " + " | ".join(sorted({show(a.held) for a in value}))
        options = sorted({option for a in value for option in self._options(a.held)})
        return (replace(derived(tuple(found), name, None), options=tuple(options[:OPTIONS])),)

    def _options(self, string: Str) -> list[str]:
        """What of importance a string may be, in words; what was folded before into a symbol of it comes apart again."""
        made = [show(string)] if any(isinstance(piece, Literal) and self.important(piece.text) for piece in string) else []
        for at, piece in enumerate(string):
            if isinstance(piece, Symbol) and piece.options:
                made += [show(string[:at]) + option + show(string[at + 1 :]) for option in piece.options]
        return made

    def bounded(self, value: Value) -> Value:
        """`value`, folded when it has too many alternatives."""
        return value if len(value) <= BOUND else one(self.fold(value))


def _shade(test: Test) -> Colour:
    return {
        TestKind.COMPARISON: Colour.RELEASED | Colour.KNOWN,
        TestKind.PERSON: Colour.PERSON,
        TestKind.PRERELEASE: Colour.PRERELEASE,
        TestKind.UNREAD: Colour.UNREAD,
        TestKind.LOOKUP: Colour.KNOWN,
    }.get(test.kind, Colour.NONE)
