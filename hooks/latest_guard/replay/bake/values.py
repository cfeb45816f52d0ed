"""The values of bake's expressions: data under conditions, and lists whose elements are there under conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.replay.alternatives import BOUND, Alternative, Alternatives, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.values import Colour, Symbol, plain, scalar_text, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

Found: TypeAlias = Alternatives[object]
"""Alternatives of data: Str, float, bool, None, Items or Fields."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list: each element with the condition under which it is there."""

    entries: tuple[tuple[Condition, object], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """An object."""

    entries: tuple[tuple[str, object], ...]

    def get(self, name: str) -> object:
        """The field, None where there is none."""
        return next((value for key, value in reversed(self.entries) if key == name), None)


@dataclass
class Data:
    """What can be done with values in one scenario."""

    scene: Scene

    def tidy(self, alternatives: Iterable[Alternative[object]]) -> Found:
        """Equal alternatives united; past the bound they are one unread value."""
        merged: dict[tuple[type, object], Condition] = {}
        for a in alternatives:
            if a.when != FALSE:
                key = (type(a.held), a.held)
                merged[key] = self.scene.conditions.either(merged.get(key, FALSE), a.when)
        if len(merged) > BOUND:
            return one((Symbol("too many alternatives", Colour.UNREAD, reason="too many alternatives to follow"),))
        return tuple(Alternative(when, key[1]) for key, when in merged.items())

    def each(self, found: Found, change: Callable[[object], object]) -> Found:
        """`change` applied to every alternative."""
        return self.tidy(Alternative(a.when, change(a.held)) for a in found)

    def join(self, parts: Iterable[tuple[Condition, Found]]) -> Found:
        """Each of the values under its condition."""
        both = self.scene.conditions.both
        return self.tidy(Alternative(both(when, a.when), a.held) for when, found in parts for a in found)

    def strings(self, found: Found) -> Value:
        """The data as text."""
        return self.scene.algebra.each(found, scalar_text)

    def flag(self, holds: Condition) -> Found:
        """A boolean."""
        return self.tidy([Alternative(holds, True), Alternative(self.scene.conditions.no(holds), False)])

    def truthy(self, found: Found, span: Span | None) -> Condition:
        """The condition that a value is true: a boolean, or a text that says so."""
        conditions = self.scene.conditions
        return conditions.any(conditions.both(a.when, self._true(a.held, span)) for a in found)

    def _true(self, held: object, span: Span | None) -> Condition:
        if isinstance(held, tuple):
            known = plain(held)
            if known is not None:
                return TRUE if known.lower() in ("true", "1") else FALSE
            return self.scene.judge.equal(held, text("true"), span)
        return TRUE if held is True or (isinstance(held, float) and held and not isinstance(held, bool)) else FALSE

    def entries(self, found: Found) -> list[tuple[Condition, object]]:
        """The elements of a list; what is no list is taken as its one element."""
        both = self.scene.conditions.both
        made: list[tuple[Condition, object]] = []
        for a in found:
            if isinstance(a.held, Items):
                made += [(when, held) for when_of, held in a.held.entries if (when := both(a.when, when_of)) != FALSE]
            elif isinstance(a.held, Fields):
                made += [(a.when, value) for _, value in a.held.entries]
            elif a.held is not None:
                made.append((a.when, a.held))
        return self._united(made)

    def _united(self, entries: list[tuple[Condition, object]]) -> list[tuple[Condition, object]]:
        """Neighbours that are the same element under two conditions as one."""
        made: list[tuple[Condition, object]] = []
        for when, held in entries:
            if made and made[-1][1] == held and type(made[-1][1]) is type(held) and self.scene.conditions.both(made[-1][0], when) == FALSE:
                made[-1] = (self.scene.conditions.either(made[-1][0], when), held)
            else:
                made.append((when, held))
        return made
