"""Simple commands: assignments, functions, files, and who is to run the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay import builtins, external, following, skimming
from latest_guard.replay.alternatives import Alternative, Array, Content, Value, Variable, literal, one
from latest_guard.replay.arithmetic import nonzero
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.files import read_file, write_file
from latest_guard.replay.machine import Frame, Machine, known, scalar
from latest_guard.replay.words import fields, string, subscript
from latest_guard.shell.tree import Assignment, Number, NumberOperation, Simple
from latest_guard.values import Str, plain

if TYPE_CHECKING:
    from latest_guard.source import Span

#: Functions inside functions that are walked, and one and the same inside itself.
CALLS = 16
RECURSION = 6


def run(machine: Machine, command: Simple) -> None:
    """Replay a simple command."""
    if not command.words:
        status = machine.status
        for assignment in command.assignments:
            assign(machine, assignment)
        if machine.status is status:  # no `$(…)` was run, whose status it would have; `x=$?` itself still sees the one before
            machine.finish(literal("0"))
        return
    rows = fields(machine, command.words)
    restore = _environment(machine, command.assignments)
    conditions = machine.scene.conditions
    start, after = machine.path, FALSE
    for row in rows:
        machine.path = conditions.both(start, row.when)
        if machine.path != FALSE:
            dispatch(machine, row.held, command.span)
            after = conditions.either(after, machine.path)
    machine.path = after
    for name, (before, exported) in restore.items():
        machine.variables[name] = before
        if not exported:
            machine.exported.discard(name)


def _environment(machine: Machine, assignments: tuple[Assignment, ...]) -> dict[str, tuple[Variable, bool]]:
    """Set the variables in front of a command; what they held before."""
    restore: dict[str, tuple[Variable, bool]] = {}
    for assignment in assignments:
        name = assignment.name
        restore.setdefault(name, (machine.get(name), name in machine.exported))
        assign(machine, assignment)
        machine.exported.add(name)
    return restore


def assign(machine: Machine, assignment: Assignment) -> None:
    """`name=value` in all its forms."""
    name = assignment.name
    if assignment.items is not None:
        machine.set(name, _array(machine, assignment))
        return
    value = string(machine, assignment.value)
    if assignment.index is not None:
        machine.set(name, _element(machine, assignment, value))
        return
    if assignment.append:
        machine.set(name, _appended(machine, name, value))
        return
    machine.set(name, tuple(Alternative(a.when, a.held) for a in value))


def _appended(machine: Machine, name: str, value: Value) -> Variable:
    made: list[Alternative[Content]] = []
    both = machine.scene.conditions.both
    for before in machine.get(name):
        for after in value:
            when = both(before.when, after.when)
            if isinstance(before.held, Array):
                made.append(Alternative(when, before.held.put("0", (before.held.get("0") or ()) + after.held)))
            else:
                made.append(Alternative(when, scalar(before.held) + after.held))
    return machine.scene.algebra.tidy(made)


def _array(machine: Machine, assignment: Assignment) -> Variable:
    """`name=(…)` and `name+=(…)`."""
    algebra, both = machine.scene.algebra, machine.scene.conditions.both
    before = machine.get(assignment.name)
    associative = any(isinstance(a.held, Array) and a.held.associative for a in before)
    rows: Variable = before if assignment.append else one(Array((), associative))
    for key, word in assignment.items or ():
        if key is None:
            spread = fields(machine, (word,))
            rows = algebra.tidy(
                Alternative(when, _as_array(row.held).add(field.held))
                for row in rows for field in spread if (when := both(row.when, field.when)) != FALSE
            )  # fmt: skip
        else:
            names, values = string(machine, key), string(machine, word)
            rows = algebra.tidy(
                Alternative(both(row.when, both(n.when, v.when)), _as_array(row.held).put(plain(n.held) or "?", v.held))
                for row in rows for n in names for v in values
            )  # fmt: skip
    return rows


def _as_array(content: Content) -> Array:
    if isinstance(content, Array):
        return content
    return Array(()) if content is None else Array((("0", content),))


def _element(machine: Machine, assignment: Assignment, value: Value) -> Variable:
    """`name[index]=value`."""
    assert assignment.index is not None
    both = machine.scene.conditions.both
    made: list[Alternative[Content]] = []
    for key in string(machine, assignment.index):
        for before in machine.get(assignment.name):
            array = _as_array(before.held)
            at = _key(machine, key.held, array, assignment.index.span)
            for after in value:
                held = (array.get(at) or ()) + after.held if assignment.append else after.held
                made.append(Alternative(both(both(key.when, before.when), after.when), array.put(at, held)))
    return machine.scene.algebra.tidy(made)


def _key(machine: Machine, said: Str, array: Array, span: Span) -> str:
    """The element that is set. What only the run knows, or what comes to several numbers, is an element of its own."""
    return (plain(said) if array.associative else known(subscript(machine, said, span))) or "?"


def compute(machine: Machine, tree: Number) -> Condition:
    """Evaluate arithmetic for its effects; the condition that it is not zero."""
    if isinstance(tree, NumberOperation) and tree.operator == ",":
        for part in tree.operands:
            result = compute(machine, part)
        return result
    return nonzero(machine, tree, string)


# Dispatch ---------------------------------------------------------------------------------------------------------------


def dispatch(machine: Machine, words: tuple[Str, ...], span: Span) -> None:
    """Run one command with its expanded words."""
    if not words:
        machine.finish(literal("0"))
        return
    name = plain(words[0])
    if name is None:
        external.unknown(machine, words, span)
    elif " " in name.strip():
        following.spoken(machine, words, span)
    elif name in machine.functions:
        call(machine, name, words[1:], span)
    elif name in builtins.BUILTINS:
        builtins.BUILTINS[name](machine, words, span)
    elif name in builtins.WRAPPERS:
        inner = builtins.WRAPPERS[name](machine, words[1:])
        dispatch(machine, tuple(inner), span)
    else:
        external.run(machine, name, words, span)


def call(machine: Machine, name: str, arguments: tuple[Str, ...], span: Span) -> None:
    """Call a function."""
    if sum(f.function == name for f in machine.frames) > RECURSION:
        machine.finish(one(machine.unread(f"the function {name} called too deep", span)))
        return
    if machine.depth + len(machine.frames) > CALLS:
        skimming.command(machine, machine.functions[name].body, "it is nested too deeply to be walked")
        machine.finish(one(machine.unread(f"the function {name} called too deep", span)))
        return
    frame = Frame(function=name)
    machine.frames.append(frame)
    before = machine.variables.get("@", one(Array(())))
    machine.variables["@"] = one(Array(tuple((str(i), word) for i, word in enumerate(arguments))))
    machine.scene.enter(span, f"calls {name}()", "call")
    loops, machine.loops = machine.loops, []
    machine.finish(literal("0"))
    machine.run(machine, machine.functions[name].body)
    machine.loops = loops
    machine.scene.leave()
    machine.frames.pop()
    machine.path = machine.scene.conditions.either(machine.path, frame.left)
    machine.variables["@"] = before
    machine.variables.update(frame.saved)


def vocabulary(machine: Machine, statement: str, span: Span) -> None:
    """A statement that could not be parsed may still move a pointer: what its words say is taken under an unread condition."""
    external.unparsed(machine, statement, span)


__all__ = ["read_file", "write_file"]
