"""Expansion of makefile text: variables as they are defined at a place, under every condition (GNU Make Manual, section 6)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.replay.alternatives import BOUND, Alternative, Alternatives, Content, Value, Variable, one
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.machine import Machine, compact, scalar
from latest_guard.replay.make.tree import Function, Held, Part, Reference, Words
from latest_guard.replay.texts import rewrite, split
from latest_guard.values import Literal, Str, join, plain, show, text

if TYPE_CHECKING:
    from latest_guard.source import Span

#: References inside what references yield are followed this deep.
DEPTH = 60
#: Statements and references that are gone through while makefiles are read; they cost no steps of the scenario.
READING = 30_000
#: The time of what is expanded when a recipe runs: every definition was made before it.
LAST = 1 << 60
BLANKS = " \t\n"


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """What a variable was set to: `simple` ones (`:=`) were expanded when that was done, at the time `at`."""

    words: Words
    origin: str = "file"
    simple: bool = False
    at: int = LAST


Defined: TypeAlias = "Alternatives[Definition | None]"
Scope: TypeAlias = Mapping[str, Defined]


@dataclass(frozen=True, slots=True)
class View:
    """From where a text is expanded: arguments of `call`, a target's own variables, innermost first; and the time."""

    scopes: tuple[Scope, ...] = ()
    at: int = LAST

    def inside(self, scope: Scope) -> View:
        """The same with a further scope in front."""
        return View((scope, *self.scopes), self.at)


@dataclass
class Expander:
    """The variables of one run of make, and the expansion of text that uses them.

    `machine` is the process: its path is the condition under which the present text is expanded.  `environment` says what a variable was
    before make began; `overrides` are those of the command line, which no makefile can change without `override`.
    """

    machine: Machine
    environment: Callable[[str], Variable]
    functions: Mapping[str, Callable[[Expander, Function, View], Value]]
    overrides: dict[str, Defined] = field(default_factory=dict)
    names: dict[str, list[tuple[int, Defined]]] = field(default_factory=dict)
    forced: set[str] = field(default_factory=set)  # set by `override`
    environment_first: bool = False  # make -e
    now: int = 0
    depth: int = 0
    reading: bool = False  # the first phase is under way
    steps: int = 0
    start: Condition = FALSE
    known: dict[object, Value] = field(default_factory=dict)
    read: Callable[[Value, Span], None] | None = None  # reads text as makefile text: `eval`

    def copy(self, machine: Machine, environment: Callable[[str], Variable]) -> Expander:
        """The same variables for another process that stands where this one stood."""
        names = {name: list(held) for name, held in self.names.items()}
        known, forced = dict(self.known), set(self.forced)
        return replace(
            self, machine=machine, environment=environment, names=names, known=known, forced=forced, read=None, start=machine.path
        )

    def tired(self) -> bool:
        """Has a bound of steps been hit?  Counts one step."""
        if not self.reading:
            return self.machine.scene.tired()
        self.steps += 1
        over = self.steps > READING
        self.machine.scene.cut = self.machine.scene.cut or over
        return over

    # Variables ------------------------------------------------------------------------------------------------------------

    def tick(self) -> int:
        """The time of the next statement."""
        self.now += 1
        return self.now

    def define(self, name: str, defined: Defined) -> None:
        """The variable is this from now on."""
        self.names.setdefault(name, []).append((self.tick(), defined))

    def lookup(self, name: str, view: View) -> Defined:
        """What the variable is, seen from there."""
        for scope in view.scopes:
            if name in scope:
                return scope[name]
        if name in self.overrides and name not in self.forced:
            return self.overrides[name]
        found = next((defined for at, defined in reversed(self.names.get(name, ())) if at <= view.at), None)
        if found is None or (self.environment_first and name not in self.forced):
            outside = self.outside(name)
            if found is None or all(a.held is not None for a in outside):
                return outside
        return found

    def outside(self, name: str) -> Defined:
        """What the environment says of the variable."""
        made: list[Alternative[Definition | None]] = []
        for a in self.environment(name):
            held = None if a.held is None else Definition((Held(one(scalar(a.held))),), "environment")
            made.append(Alternative(a.when, held))
        return tuple(made)

    def value(self, name: str, view: View) -> Value:
        """The variable expanded; one that nobody set is empty."""
        return self.machine.scene.algebra.each(self.held(self.lookup(name, view), view), scalar)

    def held(self, defined: Defined, view: View) -> Variable:
        """A variable expanded; None where nobody set it."""
        made: list[Alternative[Content]] = []
        both = self.machine.scene.conditions.both
        for a in defined:
            if a.held is None:
                made.append(Alternative(a.when, None))
            else:
                made += [Alternative(both(a.when, v.when), v.held) for v in self.content(a.held, view)]
        return self.machine.scene.algebra.tidy(made)

    def content(self, definition: Definition, view: View) -> Value:
        """What a definition expands to."""
        if not definition.simple:
            return self.expand(definition.words, view)
        found = self.known.get(definition)
        if found is None:
            path, self.machine.path = self.machine.path, self.start
            found = self.known[definition] = self.expand(definition.words, View((), definition.at))
            self.machine.path = path
        return found

    # Text -----------------------------------------------------------------------------------------------------------------

    def expand(self, words: Words, view: View) -> Value:
        """The text with its references replaced."""
        if len(words) == 1 and isinstance(words[0], Literal):
            return one((words[0],))
        values = [self.part(part, view) for part in words]
        if len(values) == 1:
            return values[0]
        algebra = self.machine.scene.algebra
        return algebra.each(algebra.product(values), lambda parts: compact(join(list(parts))))

    def part(self, part: Part, view: View) -> Value:
        """One literal or reference."""
        if isinstance(part, Literal):
            return one((part,))
        if isinstance(part, Held):
            return part.value
        if self.depth > DEPTH or self.tired():
            return one(self.machine.unread("a make variable that leads too deep", part.span))
        self.depth += 1
        found = self.functions[part.name](self, part, view) if isinstance(part, Function) else self._reference(part, view)
        self.depth -= 1
        return found if len(found) <= BOUND else one(self.machine.scene.algebra.fold(found))

    def _reference(self, reference: Reference, view: View) -> Value:
        made: list[Alternative[Str]] = []
        both = self.machine.scene.conditions.both
        for name in self.expand(reference.name, view):
            said = plain(name.held)
            if said is None:
                made.append(Alternative(name.when, self.machine.unread("a make variable whose name only the run knows", reference.span)))
                continue
            made += [Alternative(both(name.when, a.when), a.held) for a in self.named(said.strip(), view)]
        value = self.machine.scene.algebra.tidy(made)
        return value if reference.swap is None else self._swapped(reference, value, view)

    def named(self, name: str, view: View) -> Value:
        """A variable by its name; `@D` and its kin are the folder or the file of an automatic one."""
        if len(name) == 2 and name[0] in "@<*^+?%" and name[1] in "DF":
            change = folder if name[1] == "D" else posixpath.basename
            return self.each_word(self.value(name[0], view), lambda word: rewrite(word, change, name) or ())
        return self.value(name, view)

    def _swapped(self, reference: Reference, value: Value, view: View) -> Value:
        """`$(name:from=to)`: as patsubst, where a `from` without `%` is an ending."""
        assert reference.swap is not None
        before, after = (self.text(words, view) for words in reference.swap)
        if before is None or after is None:
            return one(self.machine.unread("a substitution that only the run knows", reference.span))
        if "%" not in before:
            before, after = "%" + before, "%" + after
        return self.each_word(value, lambda word: swapped(word, before, after))

    # What functions share ----------------------------------------------------------------------------------------------------

    def text(self, words: Words, view: View) -> str | None:
        """The one literal text that the words expand to, None where only the run knows."""
        value = self.expand(words, view)
        return plain(value[0].held) if len(value) == 1 else None

    def each_word(self, value: Value, change: Callable[[Str], Str]) -> Value:
        """`change` applied to every word."""
        return self.machine.scene.algebra.each(value, lambda held: join([made for word in listed(held) if (made := change(word))], " "))

    @contextmanager
    def under(self, condition: Condition) -> Iterator[bool]:
        """Go where `condition` holds, and come back; yields whether that can be."""
        conditions, machine = self.machine.scene.conditions, self.machine
        start = machine.path
        machine.path = conditions.both(start, condition)
        yield machine.path != FALSE
        machine.path = conditions.either(machine.path, conditions.both(start, conditions.no(condition)))

    def empty(self, value: Value) -> Condition:
        """The condition that the value is nothing but blanks."""
        conditions, judge = self.machine.scene.conditions, self.machine.scene.judge
        return conditions.any(conditions.both(a.when, judge.empty(join(listed(a.held), " "), _span(a.held))) for a in value)


def listed(string: Str) -> list[Str]:
    """The words of a string."""
    return split(string, BLANKS)


def swapped(word: Str, before: str, after: str) -> Str:
    """`patsubst` on one word: where it matches `before`, it becomes `after` with what `%` stood for."""
    made = rewrite(word, lambda whole: _swap(whole, before, after), f"patsubst {before} {after}")
    return made if made is not None else word


def _swap(whole: str, before: str, after: str) -> str:
    stem = matched(before, whole)
    return whole if stem is None else after.replace("%", stem, 1)


def matched(pattern: str, word: str) -> str | None:
    """What `%` stands for where the word matches the pattern, None where it does not; a pattern without `%` must be the word."""
    head, mark, tail = pattern.partition("%")
    if not mark:
        return "" if word == pattern else None
    if len(word) < len(head) + len(tail) or not word.startswith(head) or not word.endswith(tail):
        return None
    return word[len(head) : len(word) - len(tail)]


def folder(path: str) -> str:
    """The folder of a path as `$(@D)` gives it."""
    return posixpath.dirname(path) or "."


def _span(string: Str) -> Span | None:
    return next((piece.span for piece in string if piece.span), None)


__all__ = ["Defined", "Definition", "Expander", "Scope", "View", "listed", "matched", "show", "swapped", "text"]
