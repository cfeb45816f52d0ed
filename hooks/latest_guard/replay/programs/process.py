"""The state of a program while it is replayed: variables, lists and objects, and the condition under which it is at this place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.replay.alternatives import BOUND, Alternative, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.programs.items import ClassItem, Datum, Item, Items, Reference, Scope, as_text, blend, origins
from latest_guard.values import Str, Symbol, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latest_guard.replay.machine import Machine
    from latest_guard.replay.programs import tree
    from latest_guard.replay.programs.program import Program
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

#: Expressions and statements of one program, and rounds of one loop, that are walked.
STEPS = 12_000
ROUNDS = 16
DEPTH = 24

State: TypeAlias = "tuple[Condition, Condition, int, int, Scope, Program, str, list[Frame], list[Frame]]"
Entry: TypeAlias = "tuple[Condition, Item]"


class UndecidedError(Exception):
    """Something cannot be worked out in one world; it is done under conditions instead, or is unknown."""


@dataclass
class Listed:
    """A list that the program made: each element with the condition that it is there."""

    entries: list[Entry] = field(default_factory=list)


@dataclass
class Object:
    """An object, a dict or an instance that the program made.  `rest` is what a key that it was not seen to have holds."""

    fields: dict[str, Items] = field(default_factory=dict)
    rest: Items = ()
    of: ClassItem | None = None


@dataclass
class Frame:
    """What leaves a function or a loop: the conditions under which it did, and the values returned."""

    left: Condition = FALSE
    again: Condition = FALSE
    returned: list[tuple[Condition, Items]] = field(default_factory=list)


@dataclass
class Taint:
    """What a calculation in one world has rested on."""

    found: list[Symbol] = field(default_factory=list)
    ordered: bool = False  # an order was asked for
    versions: bool = False  # of versions or numbers
    texts: bool = False  # of texts
    moments: bool = False  # of dates
    refused: bool = False  # a text was no version


@dataclass
class Given:
    """The arguments of a call."""

    items: list[Items]
    named: dict[str, Items]
    node: tree.Call

    def get(self, index: int, name: str = "") -> Items:
        """An argument by its place or its name; nothing where it is not given."""
        if name and name in self.named:
            return self.named[name]
        return self.items[index] if index < len(self.items) else one(None)

    def has(self, index: int, name: str = "") -> bool:
        """Is it given?"""
        return index < len(self.items) or name in self.named


@dataclass
class Process:
    """One run of a program.  The machine has the environment, the files, what was printed, and the path."""

    machine: Machine
    language: str
    program: Program
    arguments: tuple[Str, ...]
    span: Span
    invoke: Callable[[Process, Item, Given], Items]
    scope: Scope = field(default_factory=Scope)
    heap: dict[int, Listed | Object] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    loops: list[Frame] = field(default_factory=list)
    thrown: Condition = FALSE
    failed: Condition = FALSE
    heeded: int = 0  # whether somebody takes notice of an error: a handler, or who reads what the program prints or answers
    exits: list[tuple[Condition, Condition]] = field(default_factory=list)  # where it left by exit, and whether well
    world: int | None = None
    taint: Taint = field(default_factory=Taint)
    steps: int = 0
    depth: int = 0
    path_name: str = ""
    modules: dict[str, Scope] = field(default_factory=dict)
    effects: dict[str, object] = field(default_factory=dict)

    @property
    def scene(self) -> Scene:
        """The scenario's replay."""
        return self.machine.scene

    @property
    def path(self) -> Condition:
        """The condition under which the next thing is reached."""
        return self.machine.path

    @path.setter
    def path(self, path: Condition) -> None:
        self.machine.path = path

    def spent(self) -> bool:
        """Has the bound of steps been hit?  Counts one."""
        self.steps += 1
        return self.steps > STEPS

    def span_of(self, node: tree.Expression | tree.Statement) -> Span:
        """Where a part of the program stands."""
        return self.program.span(node.at, node.end)

    def said(self, node: tree.Expression | tree.Statement) -> str:
        """A part of the program as it is written."""
        return self.program.said(node.at, node.end)

    # Values ---------------------------------------------------------------------------------------------------------------

    def tidy(self, alternatives: Sequence[Alternative[Item]]) -> Items:
        """Equal ones united, impossible ones dropped; past the bound they become one unknown value."""
        merged: dict[tuple[type, Item], Condition] = {}
        either = self.scene.conditions.either
        for a in alternatives:
            if a.when != FALSE:
                key = (type(a.held), a.held)
                merged[key] = either(merged[key], a.when) if key in merged else a.when
        made = tuple(Alternative(when, held) for (_, held), when in merged.items())
        return made if len(made) <= BOUND else one(self.folded(made))

    def folded(self, items: Items) -> Item:
        """One value for all: text by the algebra's rule, else unknown with all their origins."""
        texts: Value = tuple(Alternative(a.when, as_text(a.held)) for a in items)
        folded = self.scene.algebra.fold(texts)
        return folded if all(isinstance(a.held, tuple) for a in items) else Datum(blend(origins(folded), "one of many values"))

    def under(self, items: Items) -> Items:
        """Those alternatives that are possible here."""
        if self.path == TRUE or len(items) == 1:
            return items
        both = self.scene.conditions.both
        return self.tidy([Alternative(both(self.path, a.when), a.held) for a in items])

    def each(self, items: Items, function: Callable[[Item], Item]) -> Items:
        """`function` of every alternative."""
        return self.tidy([Alternative(a.when, function(a.held)) for a in items])

    def split(self, items: Items, function: Callable[[Item], Items]) -> Items:
        """`function` run for every alternative under its condition."""
        if len(items) == 1:
            return function(items[0].held)
        both, either = self.scene.conditions.both, self.scene.conditions.either
        start, after = self.path, FALSE
        made: list[Alternative[Item]] = []
        for a in items:
            self.path = both(start, a.when)
            if self.path == FALSE:
                continue
            made += [Alternative(both(a.when, result.when), result.held) for result in function(a.held)]
            after = either(after, self.path)
        self.path = after
        return self.tidy(made)

    def truths(self, condition: Condition) -> Items:
        """A condition as a value."""
        if condition <= TRUE:
            return one(condition == TRUE)
        return (Alternative(condition, True), Alternative(self.scene.conditions.no(condition), False))

    def strings(self, items: Items) -> Value:
        """The value where text is wanted."""
        return self.scene.algebra.tidy(Alternative(a.when, self.written(a.held)) for a in items)

    def written(self, item: Item) -> Str:
        """One alternative as text: booleans as the language writes them; what a command printed is what its object says."""
        if isinstance(item, Reference):
            cell = self.heap[item.number]
            if isinstance(cell, Object) and "stdout" in cell.fields and len(cell.fields["stdout"]) == 1:
                return as_text(cell.fields["stdout"][0].held)
            return (Symbol(f"the {type(cell).__name__.lower()} {item.number}"),)
        if self.language == "python" and (item is None or isinstance(item, bool)):
            return text(str(item))
        return as_text(item)

    # Heap -----------------------------------------------------------------------------------------------------------------

    def new(self, cell: Listed | Object) -> Reference:
        """A new list or object."""
        number = len(self.heap)
        self.heap[number] = cell
        return Reference(number)

    def listing(self, items: Sequence[Items]) -> Item:
        """A new list of these values."""
        cell = Listed()
        for item in items:
            self.append(cell, item)
        return self.new(cell)

    def append(self, cell: Listed, items: Items) -> None:
        """Put a value behind the last one, under the present path."""
        both = self.scene.conditions.both
        for a in items:
            when = both(self.path, a.when)
            if when != FALSE and len(cell.entries) < 2_000:
                cell.entries.append((when, a.held))

    def table(self, fields: dict[str, Items], rest: Items = ()) -> Item:
        """A new object of these fields."""
        return self.new(Object(fields, rest))

    def assigned(self, new: Items, old: Items) -> Items:
        """`new` under the present path, else `old`."""
        if self.path == TRUE or not old:
            return new
        conditions = self.scene.conditions
        otherwise = conditions.no(self.path)
        changed = [Alternative(conditions.both(self.path, a.when), a.held) for a in new]
        kept = [Alternative(conditions.both(otherwise, a.when), a.held) for a in old]
        return self.tidy([*changed, *kept])

    # Leaving --------------------------------------------------------------------------------------------------------------

    def throw(self, when: Condition) -> None:
        """An error, where `when` holds."""
        conditions = self.scene.conditions
        gone = conditions.both(self.path, when)
        if gone == FALSE:
            return
        if self.world is not None:
            raise UndecidedError
        self.thrown = conditions.either(self.thrown, gone)
        self.path = conditions.both(self.path, conditions.no(when))

    def exit(self, well: Condition) -> None:
        """End the program here."""
        if self.world is not None:
            raise UndecidedError
        self.exits.append((self.path, well))
        self.path = FALSE

    # Going back -----------------------------------------------------------------------------------------------------------

    def state(self) -> State:
        """Where the program is."""
        return (
            self.path,
            self.thrown,
            self.depth,
            self.heeded,
            self.scope,
            self.program,
            self.path_name,
            list(self.frames),
            list(self.loops),
        )

    def restore(self, state: State) -> None:
        """Go back to where it was; what it has changed stays changed."""
        self.path, self.thrown, self.depth, self.heeded, self.scope, self.program, self.path_name = state[:7]
        self.frames, self.loops = list(state[7]), list(state[8])

    def effect(self) -> None:
        """Something is about to be done to the world outside: not while one world alone is worked out."""
        if self.world is not None:
            raise UndecidedError
