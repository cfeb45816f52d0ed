"""The shell's control flow, replayed under conditions: one state, changed under the condition of the place where the change stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.replay import simple, skimming, testing
from latest_guard.replay.alternatives import Alternative, Alternatives, Array, Content, Value, literal, one
from latest_guard.replay.arithmetic import nonzero
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.machine import Frame, Machine, merge_exits
from latest_guard.replay.sieving import sieve
from latest_guard.replay.texts import lines
from latest_guard.replay.words import fields, string
from latest_guard.shell.tree import (
    AndOr,
    Assignment,
    Background,
    Body,
    Case,
    Chars,
    Command,
    Declare,
    For,
    ForArithmetic,
    Function,
    Group,
    If,
    Negated,
    NumberCommand,
    Pipe,
    Redirect,
    Redirected,
    Simple,
    TestCommand,
    Unread,
    While,
)
from latest_guard.values import Colour, Str, Symbol, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable

#: What an assignment in a statement that cannot be parsed looks like, and how much of such a statement is looked at.
ASSIGNED = re.compile(r"\b([A-Za-z_]\w{0,60})\+?=")
UNREAD = 20_000

#: What stands behind `||` where nothing else is tried.
GIVING_UP = frozenset(
    ("exit", "return", "true", ":", "false", "echo", "printf", "continue", "break", "die", "fail", "error", "err", "warn", "fatal")
)

#: Shells inside shells that are walked.
DEPTH = 60
#: Rounds of a loop that are walked.
ROUNDS = 24
#: Rounds of a loop whose test only the run can decide, and of one that counts tries; longer lists of numbers count tries.
UNDECIDED = 3
NUMBERS = 8


def run(machine: Machine, command: Command) -> None:
    """Replay one command under the machine's path."""
    if machine.path == FALSE:
        return
    if machine.scene.tired() or machine.depth > DEPTH:
        unread = machine.unread("what is not walked", command.span)
        skimming.command(machine, command, "" if machine.scene.over() else "it is nested too deeply to be walked")
        machine.write(one(unread))
        machine.finish_if(machine.scene.beyond(TRUE, command.span))
        return
    HANDLERS[type(command)](machine, command)


def _simple(machine: Machine, command: Simple) -> None:
    start = machine.path
    with_redirects(machine, command.redirects, lambda: simple.run(machine, command))
    if machine.scene.over() and skimming.follows(machine, command):
        machine.path, ended = start, machine.path
        skimming.command(machine, command)
        machine.path = ended
    errexit(machine)


def errexit(machine: Machine) -> None:
    """`set -e`: a failing command outside a condition ends the shell."""
    if "errexit" not in machine.options or machine.testing or machine.path == FALSE:
        return
    leave(machine, machine.scene.conditions.no(machine.succeeded()), machine.status)


def leave(machine: Machine, when: Condition, status: Value) -> None:
    """End the shell where `when` holds."""
    conditions = machine.scene.conditions
    gone = conditions.both(machine.path, when)
    if gone != FALSE:
        machine.exits.append((gone, status))
        machine.path = conditions.both(machine.path, conditions.no(when))


def _declare(machine: Machine, command: Declare) -> None:
    for assignment in command.assignments:
        if command.keyword == "local" or (command.keyword in ("declare", "typeset") and machine.frames and "-g" not in command.flags):
            machine.local(assignment.name)
        if command.keyword == "export" or any("x" in flag for flag in command.flags if flag.startswith("-")):
            machine.exported.add(assignment.name)
        arrays = any("a" in f or "A" in f for f in command.flags if f.startswith("-"))
        if assignment.value is not None or assignment.items is not None:
            _flagged(machine, assignment, command.flags)
        elif command.keyword == "local" or (arrays and machine.get(assignment.name) == one(None)):
            machine.set(assignment.name, one(Array((), any("A" in f for f in command.flags)) if arrays else None))
    machine.finish(literal("0"))


def _flagged(machine: Machine, assignment: Assignment, flags: tuple[str, ...]) -> None:
    if assignment.items is not None and any("A" in flag for flag in flags):
        machine.set(assignment.name, one(Array((), True)))
    simple.assign(machine, assignment)


def _pipe(machine: Machine, command: Pipe) -> None:
    conditions = machine.scene.conditions
    before = machine.stdin
    feed = machine.stdin
    worked = TRUE
    start = machine.path
    for index, stage in enumerate(command.commands):
        last = index == len(command.commands) - 1
        child = machine.fork()
        child.stdin = feed
        child.testing += not last or "pipefail" not in machine.options
        run(child, stage)
        merge_exits(child)
        machine.functions.update(child.functions if last and "lastpipe" in machine.options else {})
        if not last:
            feed = machine.collect(child.out, start)
            worked = conditions.both(worked, child.succeeded()) if "pipefail" in machine.options else TRUE
        else:
            machine.out.extend(child.out)
            machine.status = child.status
            if worked != TRUE:
                machine.finish_if(conditions.both(worked, child.succeeded()))
    machine.stdin = before
    errexit(machine)


def _negated(machine: Machine, command: Negated) -> None:
    machine.finish_if(machine.scene.conditions.no(tested(machine, command.command)))


def tested(machine: Machine, command: Command) -> Condition:
    """Run a command as a condition: errexit does not count; the condition that it succeeded."""
    machine.testing += 1
    try:
        run(machine, command)
    finally:
        machine.testing -= 1
    return machine.succeeded()


def tested_body(machine: Machine, body: Body) -> Condition:
    """The same for statements: the last one decides."""
    machine.testing += 1
    try:
        machine.body(body)
    finally:
        machine.testing -= 1
    return machine.succeeded()


def _and_or(machine: Machine, command: AndOr) -> None:
    conditions = machine.scene.conditions
    before, machine.lenient = machine.lenient, command.operator == "&&" or _gives_up(command.right)
    holds = tested(machine, command.left)
    machine.lenient = before
    wanted = holds if command.operator == "&&" else conditions.no(holds)
    start = machine.path
    skipped = conditions.both(start, conditions.no(wanted))
    machine.path = conditions.both(start, wanted)
    if machine.path != FALSE:
        run(machine, command.right)
    machine.path = conditions.either(machine.path, skipped)


def _gives_up(command: Command) -> bool:
    """Does a fallback only end the script, say something or do nothing?"""
    if isinstance(command, Group):
        return all(_gives_up(inner) for inner in command.body.commands)
    if not isinstance(command, Simple) or not command.words:
        return False
    first = command.words[0].parts
    return len(first) == 1 and isinstance(first[0], Chars) and first[0].text in GIVING_UP


def _if(machine: Machine, command: If) -> None:
    conditions = machine.scene.conditions
    ended = FALSE
    before, machine.lenient = machine.lenient, False
    for test, body in command.branches:
        holds = tested_body(machine, test)
        rest = conditions.both(machine.path, conditions.no(holds))
        machine.path = conditions.both(machine.path, holds)
        machine.finish(literal("0"))
        machine.body(body)
        ended = conditions.either(ended, machine.path)
        machine.path = rest
        if rest == FALSE:
            break
    machine.finish(literal("0"))
    if command.otherwise is not None and machine.path != FALSE:
        machine.body(command.otherwise)
    machine.path = conditions.either(ended, machine.path)
    machine.lenient = before


def _case(machine: Machine, command: Case) -> None:
    conditions = machine.scene.conditions
    word = string(machine, command.word)
    ended = FALSE
    through = FALSE
    for patterns, body, end in command.arms:
        holds = conditions.any(testing.matches_word(machine, word, pattern) for pattern in patterns)
        rest = conditions.both(machine.path, conditions.no(holds))
        machine.path = conditions.either(conditions.both(machine.path, holds), through)
        machine.body(body)
        through = machine.path if end == ";&" else FALSE
        if end == ";;&":
            machine.path = conditions.either(machine.path, rest)
            continue
        ended = conditions.either(ended, FALSE if end == ";&" else machine.path)
        machine.path = rest
    machine.path = conditions.any((ended, machine.path, through))


def _for(machine: Machine, command: For) -> None:
    conditions = machine.scene.conditions
    if command.words is None:
        rows = tuple(Alternative(a.when, tuple(a.held.values()) if isinstance(a.held, Array) else ()) for a in machine.get("@"))
    else:
        rows = fields(machine, command.words)
    rows = tuple(Alternative(a.when, _tries(_listed(a.held))) for a in rows)
    longest = max((len(a.held) for a in rows), default=0)
    watched = sieve(machine, tuple(Alternative(a.when, word) for a in rows for word in a.held))
    frame = Frame()
    machine.loops.append(frame)
    start = machine.path
    done = FALSE
    machine.finish(literal("0"))
    for index in range(min(longest, ROUNDS)):
        there = conditions.any(a.when for a in rows if len(a.held) > index)
        done = conditions.either(done, conditions.both(machine.path, conditions.no(there)))
        machine.path = conditions.both(machine.path, there)
        if machine.path == FALSE:
            break
        value: Value = tuple(Alternative(a.when, a.held[index]) for a in rows if len(a.held) > index)
        machine.set(command.name, machine.scene.algebra.tidy(value))
        if watched:
            watched.begin()
        machine.body(command.body)
        if watched:
            watched.end()
        machine.path = conditions.either(machine.path, frame.again)
        frame.again = FALSE
    if longest > ROUNDS:
        _rest(machine, command, rows)
    machine.loops.pop()
    if watched:
        watched.close()
    machine.path = conditions.any((machine.path, frame.left, done)) if longest else start


def _rest(machine: Machine, command: For, rows: Alternatives[tuple[Str, ...]]) -> None:
    """The rounds past the bound, looked through together: the words of names under watch before others."""
    left = [Alternative(a.when, word) for a in rows for word in a.held[ROUNDS:]]
    left.sort(key=lambda a: not machine.scene.watch.mentioned(show(a.held)))
    machine.set(command.name, machine.scene.algebra.tidy(left[: skimming.KEPT]))
    skimming.command(machine, command.body, "the loop has more rounds than are walked")


def _listed(held: tuple[Str, ...]) -> tuple[Str, ...]:
    """A word that is a whole list is gone through line by line where its lines are known, else once for all."""
    made: list[Str] = []
    for field in held:
        parts = lines(field)
        made += parts if len(parts) > 1 else [field]
    return tuple(made)


def _tries(held: tuple[Str, ...]) -> tuple[Str, ...]:
    """A long run of numbers counts tries, one like the other: a few stand for all."""
    if len(held) <= NUMBERS or not all((plain(word) or "x").isdigit() for word in held):
        return held
    return held[:UNDECIDED]


def _for_arithmetic(machine: Machine, command: ForArithmetic) -> None:
    if command.start is not None:
        simple.compute(machine, command.start)
    _loop(
        machine,
        lambda: TRUE if command.test is None else nonzero(machine, command.test, string),
        command.body,
        lambda: simple.compute(machine, command.step) if command.step is not None else None,
    )


def _while(machine: Machine, command: While) -> None:
    conditions = machine.scene.conditions

    def test() -> Condition:
        holds = tested_body(machine, command.condition)
        return conditions.no(holds) if command.until else holds

    _loop(machine, test, command.body, lambda: None)


def _loop(machine: Machine, test: Callable[[], Condition], body: Body, step: Callable[[], object]) -> None:
    """Rounds until the test is known to fail; a loop that asks the world again and again is walked a few times.

    Its status is that of the last command of the last round, 0 where there was none: not that of the test that ended it.
    """
    conditions = machine.scene.conditions
    frame = Frame()
    machine.loops.append(frame)
    ended = FALSE
    undecided = 0
    watched = sieve(machine, machine.stdin)
    status = literal("0")
    for _ in range(ROUNDS):
        feed = machine.stdin
        holds = test()
        undecided += holds not in (TRUE, FALSE) and machine.stdin is feed
        ended = conditions.either(ended, conditions.both(machine.path, conditions.no(holds)))
        machine.path = conditions.both(machine.path, holds)
        if machine.path == FALSE:
            break
        round_ = machine.path
        machine.finish(literal("0"))
        if watched:
            watched.begin()
        machine.body(body)
        if watched:
            watched.end()
        status = machine.scene.algebra.assign(round_, machine.status, status)
        machine.path = conditions.either(machine.path, frame.again)
        frame.again = FALSE
        if machine.path != FALSE:
            step()
        if undecided >= UNDECIDED:
            break
    machine.loops.pop()
    if watched:
        watched.close()
    machine.path = conditions.any((ended, frame.left, machine.path))
    machine.finish(status)


def _function(machine: Machine, command: Function) -> None:
    machine.functions[command.name] = command


def _group(machine: Machine, command: Group) -> None:
    if not command.subshell:
        machine.body(command.body)
        return
    child = machine.fork()
    child.body(command.body)
    merge_exits(child)
    machine.out.extend(child.out)
    machine.status = child.status
    errexit(machine)


def _redirected(machine: Machine, command: Redirected) -> None:
    with_redirects(machine, command.redirects, lambda: run(machine, command.command))


def _test(machine: Machine, command: TestCommand) -> None:
    machine.finish_if(testing.tree(machine, command.test))
    errexit(machine)


def _number(machine: Machine, command: NumberCommand) -> None:
    machine.finish_if(nonzero(machine, command.expression, string))
    errexit(machine)


def _background(machine: Machine, command: Background) -> None:
    child = machine.fork()
    run(child, command.command)
    machine.out.extend(child.out)
    machine.finish(literal("0"))


def _unread(machine: Machine, command: Unread) -> None:
    """A statement that could not be parsed: where it decides, the answer is unread; and so is every variable that it may have set."""
    unread = machine.unread("a statement that cannot be parsed", command.span)
    machine.finish(one(unread) if machine.testing else literal("0"))
    for name in dict.fromkeys(ASSIGNED.findall(command.text[:UNREAD])):
        machine.set(name, one(unread))
    simple.vocabulary(machine, command.text[:UNREAD], command.span)


# Redirections -------------------------------------------------------------------------------------------------------------


def with_redirects(machine: Machine, redirects: tuple[Redirect, ...], action: Callable[[], object]) -> None:
    """Run `action` with its standard input and output turned."""
    if not redirects:
        action()
        return
    stdin, out = machine.stdin, machine.out
    target: Value | None = None
    append = False
    turned = False
    for redirect in redirects:
        if redirect.operator in ("<", "<<<", "<<"):
            machine.stdin = _input(machine, redirect)
        elif redirect.operator in (">", ">>", ">|", "&>", "&>>") and redirect.fd in ("", "1"):
            target, append, turned = string(machine, redirect.target), redirect.operator.endswith(">>"), True
        elif redirect.operator == ">&" and redirect.fd in ("", "1"):
            target, turned = None, True
    if turned:
        machine.out = []
    action()
    written = machine.out
    machine.stdin = stdin
    if turned:
        machine.out = out
        if target is not None:
            simple.write_file(machine, target, written, append)


def _input(machine: Machine, redirect: Redirect) -> Value:
    if redirect.operator == "<":
        return simple.read_file(machine, string(machine, redirect.target), redirect.span)
    word = redirect.document if redirect.operator == "<<" else redirect.target
    value = string(machine, word)
    if redirect.operator == "<<<":
        return machine.scene.algebra.each(value, lambda held: (*held, *text("\n")))
    return value


HANDLERS: dict[type, Callable[..., None]] = {
    Simple: _simple, Declare: _declare, Pipe: _pipe, Negated: _negated, AndOr: _and_or, If: _if, Case: _case, For: _for,
    ForArithmetic: _for_arithmetic, While: _while, Function: _function, Group: _group, Redirected: _redirected, TestCommand: _test,
    NumberCommand: _number, Background: _background, Unread: _unread,
}  # fmt: skip

__all__ = ["Colour", "Content", "Symbol", "run", "show"]
