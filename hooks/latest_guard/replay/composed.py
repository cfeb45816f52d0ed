"""Shell scripts that other tools put together: recipes of make, scripts of package.json, tasks. Their texts may be known in part.

What the tool puts in place of a reference is a hole in the script where it is one word, as with `${{ … }}`, and text of the script
where it may be more than that.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.expressions.tree import Expression, Name, Template
from latest_guard.replay.alternatives import Value, one
from latest_guard.replay.conditions import FALSE
from latest_guard.replay.machine import Machine, merge_exits, strip_newlines
from latest_guard.replay.parsed import body
from latest_guard.replay.placed import placed
from latest_guard.values import Colour, Literal, Str, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span, Text

Segment: TypeAlias = "tuple[Str, Span | None]"
"""A stretch of the script and the place of the reference that it stands for; None: it stands there itself."""

_ONE_WORD = re.compile(r"[\w./:@%+,=^-]+")
_COMMAND = re.compile(r"(?:^|[;&|(){!`\n]|\b(?:then|do|else|exec|sudo|time|env)[ \t])[ \t]*(?:\w+=\S*[ \t]+)*$")


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A script to run: its text with holes, and what stands in each."""

    template: Template
    holes: Mapping[Expression, Str]


def script(scene: Scene, segments: Sequence[Segment], span: Span) -> Script:
    """The script that the segments make; the same segments are put together once."""
    key = ("composed", tuple(segments), span)
    found = scene.cache.get(key)
    if found is None:
        found = scene.cache[key] = (key, _Composer(scene, segments, span).script())
    made = found[1]
    assert isinstance(made, Script)
    return made


@dataclass
class _Composer:
    scene: Scene
    segments: Sequence[Segment]
    span: Span
    parts: list[Text | Expression] = field(default_factory=list)
    holes: dict[Expression, Str] = field(default_factory=dict)
    said: str = ""

    def script(self) -> Script:
        self.path = self._path()
        for string, at in self.segments:
            if at is not None and self._is_word(string) and not _COMMAND.search(self.said[-400:]):
                self._hole(string, at)
            else:
                self._pieces(string, at)
        return Script(Template(tuple(self.parts), self.span), self.holes)

    def _path(self) -> str:
        """The file in which the script is taken to stand."""
        literals = [(piece, at) for string, at in self.segments for piece in string if isinstance(piece, Literal) and piece.span]
        own = [piece for piece, at in literals if at is None and piece.text.strip()] or [piece for piece, _ in literals]
        return own[0].span.path if own and own[0].span else self.span.path

    def _is_word(self, string: Str) -> bool:
        return bool(string) and all(isinstance(piece, Symbol) or _ONE_WORD.fullmatch(piece.text) for piece in string)

    def _hole(self, string: Str, at: Span) -> None:
        name = Name(f"hole {len(self.holes)} of a script", at)
        self.holes[name] = string
        self.parts.append(name)
        self.said += "x"

    def _pieces(self, string: Str, at: Span | None) -> None:
        for piece in string:
            if isinstance(piece, Symbol):
                self._hole((piece,), at or piece.span or self.span)
            else:
                self._text(piece, at)

    def _text(self, literal: Literal, at: Span | None) -> None:
        """Literal text at its own place where that is in the script's file and it is more than a word, else at the reference's."""
        place = literal.span
        if at is not None and (place is None or place.path != self.path or _ONE_WORD.fullmatch(literal.text)):
            place = at
        self.parts.append(placed(self.scene, literal.text, place))
        self.said += literal.text


@contextmanager
def answering(scene: Scene, holes: Mapping[Expression, Str]) -> Iterator[None]:
    """While the script runs, its holes are asked for as expressions of the CI system are."""
    before = scene.evaluate

    def evaluate(expression: Expression) -> object:
        if expression in holes:
            return one(holes[expression])
        if before is None:
            return one((Symbol("an expression outside a pipeline", Colour.UNREAD, reason="an expression outside a pipeline"),))
        return before(expression)

    scene.evaluate = evaluate  # type: ignore[assignment]
    try:
        yield
    finally:
        scene.evaluate = before


def shell(machine: Machine) -> Machine:
    """A fresh shell started by a process: it has the environment alone."""
    child = machine.fork()
    child.variables = {name: machine.variables[name] for name in machine.exported if name in machine.variables}
    child.exported = set(machine.exported)
    child.functions, child.options, child.aliases = {}, set(), {}
    child.testing, child.script, child.depth = 0, "", machine.depth + 1
    return child


def run(child: Machine, made: Script) -> None:
    """Run a script in a shell that stands ready, to its end."""
    with answering(child.scene, made.holes):
        child.body(body(child, made.template))
        merge_exits(child)


def printed(machine: Machine, command: Value, span: Span) -> Value:
    """What a command line prints that a tool runs by itself, the line ends at its end taken off."""
    child = shell(machine)
    both = machine.scene.conditions.both
    for a in command:
        child.path = both(machine.path, a.when)
        if child.path != FALSE:
            run(child, script(machine.scene, [(a.held, None)], span))
    return machine.scene.algebra.each(child.collect(child.out, machine.path), strip_newlines)


__all__ = ["Script", "Segment", "answering", "printed", "run", "script", "shell"]
