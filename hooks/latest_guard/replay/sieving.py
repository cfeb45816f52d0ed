"""Loops that go through a list of versions and leave the prereleases out: what they keep is free of them.

An old prerelease stands in every list that is looked up.  Where a round has met it, and a variable that other rounds fill was not given it,
the loop leaves it out; the same goes for what rounds print.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from latest_guard.catalog.answers import OLD_PRERELEASE
from latest_guard.replay.alternatives import Alternative, Alternatives, Array, Content
from latest_guard.values import Piece, Str, Symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.replay.alternatives import Value, Variable
    from latest_guard.replay.machine import Machine


def lists_prereleases(value: Alternatives[Content] | None) -> bool:
    """Does the old prerelease stand among what is there?"""
    return any(_mentions(a.held) for a in value or ())


def _mentions(content: Content) -> bool:
    if isinstance(content, Array):
        return any(_mentions(item) for item in content.values())
    return any(isinstance(piece, Symbol) and piece.samples is not None and OLD_PRERELEASE in piece.samples[0] for piece in content or ())


@dataclass
class Sieve:
    """The rounds of one loop over such a list."""

    machine: Machine
    before: Mapping[str, Variable] = field(default_factory=dict)
    entered: Mapping[str, Variable] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)  # variables that a round was seen to give the prerelease
    printed: bool = False
    first: int = 0  # what was printed before the loop
    chunks: int = 0

    def __post_init__(self) -> None:
        self.before = dict(self.machine.variables)
        self.first = len(self.machine.out)

    def begin(self) -> None:
        """A round begins: its variable is set already."""
        self._note(self.before)
        self.entered, self.chunks = dict(self.machine.variables), len(self.machine.out)

    def end(self) -> None:
        """A round has ended."""
        self.printed = self.printed or any(_mentions(chunk.text) for chunk in self.machine.out[self.chunks :])
        self._note(self.entered)

    def _note(self, since: Mapping[str, Variable]) -> None:
        changed = (name for name, value in self.machine.variables.items() if value is not since.get(name) and lists_prereleases(value))
        self.filled.update(changed)

    def close(self) -> None:
        """The loop has ended: free of prereleases what was never given one."""
        for name, value in self.machine.variables.items():
            if name not in self.filled and value is not self.before.get(name) and not lists_prereleases(value):
                self.machine.variables[name] = tuple(Alternative(a.when, _freed_content(a.held)) for a in value)
        if not self.printed:
            for chunk in self.machine.out[self.first :]:
                chunk.text = _freed(chunk.text)


def _freed_content(content: Content) -> Content:
    if isinstance(content, Array):
        return replace(content, items=tuple((key, _freed(item)) for key, item in content.items))
    return content if content is None else _freed(content)


def _freed(string: Str) -> Str:
    return tuple(map(_without, string))


def _without(piece: Piece) -> Piece:
    if not isinstance(piece, Symbol) or piece.lookup is None or not piece.lookup.prereleases:
        return piece
    return replace(piece, lookup=replace(piece.lookup, prereleases=False))


def sieve(machine: Machine, listed: Value | None) -> Sieve | None:
    """Watches a loop over `listed`; None where no prerelease stands in it."""
    return Sieve(machine) if lists_prereleases(listed) else None
