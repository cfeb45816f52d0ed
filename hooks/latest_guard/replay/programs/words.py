"""Code that is not understood, read for its words: what asks, what compares, what moves, and what stands around it.

A line that is a command in any language (`docker push $image`) is run as one, under what the heads of the blocks around it say: a
comparison, where the code makes one, else a condition that cannot be read.  Names that it hands on to later steps hold the outcome
of that comparison, or a value that cannot be read.  Time grows with the length of the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.catalog import index, vocabulary
from latest_guard.catalog.vocabulary import Sense
from latest_guard.expressions.tree import Name, Template
from latest_guard.replay.alternatives import Alternative, Value, Variable, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
from latest_guard.replay.files import write_file
from latest_guard.replay.machine import Machine, merge_exits, scalar
from latest_guard.replay.programs.program import HOLE, LIMIT, Program
from latest_guard.shell import parse
from latest_guard.values import Colour, Literal, Lookup, Order, Symbol, text

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Expression
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span, Text

#: What stands in a line for a value: a hole, and PowerShell's `$env:NAME`.
_VALUE = re.compile(rf"{HOLE.pattern}|\$\{{?env:(\w{{1,80}})\}}?", re.IGNORECASE)
#: A line that hands a value on to later steps, and the names in it.
_HANDED = re.compile(r"GITHUB_OUTPUT|GITHUB_ENV|set-output|setOutput|exportVariable")
_NAMED = re.compile(
    r"""["'`(\s=]([A-Za-z_][\w-]{0,60})=|set-output name=([\w-]{1,60})|(?:setOutput|exportVariable)\(\s*["'`]([\w-]{1,60})"""
)
#: The head of a block that is run under a condition.
_OPENS = re.compile(r"\b(?:if|elif|elseif|elsif|else|unless|when|case|switch)\b")
#: A variable that is given a text: `$name = "text"`, `name = 'text'`.
_ASSIGNED = re.compile(r"""^\$?(\w{1,80})\s*=\s*["']([^"'$]{0,200})["']\s*;?\s*$""")
#: Longer lines are no lines that somebody wrote.
LINE = 2_000


@dataclass(frozen=True, slots=True)
class _Line:
    """One line without its indentation: where it begins, and the head of the block that it stands in."""

    at: int
    text: str
    head: tuple[int, str] | None


@dataclass
class _Code:
    """A stretch of a program, what its words say, and the texts that its variables were given."""

    machine: Machine
    program: Program
    lines: list[_Line]
    compared: Test | None
    given: dict[str, str] = field(default_factory=dict)

    @property
    def scene(self) -> Scene:
        """The scenario's replay."""
        return self.machine.scene

    def span(self, line: _Line) -> Span:
        """Where a line stands."""
        return self.program.span(line.at, line.at + len(line.text))


def read(machine: Machine, program: Program, at: int = 0, end: int | None = None) -> Test | None:
    """Take a stretch of code for its words; the comparison of versions that it makes, if it makes one."""
    whole = program.text.value[at : at + LIMIT if end is None else min(end, at + LIMIT)]
    lines = _lines(whole, at)
    code = _Code(machine, program, lines, _comparison(program, whole, at))
    for line in lines:
        assigned = _ASSIGNED.match(line.text[:LINE])
        if assigned:
            code.given[assigned.group(1)] = assigned.group(2)
        elif _moves(line.text):
            _run(code, line)
        if _HANDED.search(line.text[:LINE]):
            _hand_on(code, line)
    return code.compared


def _lines(whole: str, at: int) -> list[_Line]:
    """The lines, each with the nearest head of a block above it that is less indented."""
    made: list[_Line] = []
    heads: list[tuple[int, tuple[int, str]]] = []  # by indentation
    for line in whole.split("\n"):
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if bare and bare[0] not in "})]":
            while heads and heads[-1][0] >= indent:
                heads.pop()
            made.append(_Line(at + indent, bare, heads[-1][1] if heads else None))
        if bare and _OPENS.search(bare[:LINE]):
            while heads and heads[-1][0] >= indent:
                heads.pop()
            heads.append((indent, (at + indent, bare)))
        at += len(line) + 1
    return made


def _moves(line: str) -> bool:
    words = line[:LINE].lstrip("& ").replace('"', " ").split()
    return len(words) > 1 and any(all(word in words for word in entry.words) for entry in index.movers(words[0]))


def _comparison(program: Program, whole: str, at: int) -> Test | None:
    """The comparison of versions that the code makes, with the lookups that it makes."""
    found = vocabulary.sightings(whole)
    compares = [s for s in found if s.phrase.sense is Sense.COMPARISON]
    asks = [s for s in found if s.phrase.sense is Sense.LOOKUP]
    if not compares or not asks:
        return None
    span = program.span(at + compares[0].start, at + compares[0].end)
    lookups = tuple(Lookup(s.phrase.name, None, "git" in s.phrase.name, False, _order(s.phrase.order), True) for s in asks[:4])
    note = f"read for its words: compares with {compares[0].phrase.name} what {asks[0].phrase.name} says"
    return Test(f"compared at {span}", TestKind.COMPARISON, note, span, None, lookups)


def _order(order: Order) -> Order:
    """Lists are put in order by the comparison; what was picked before stays what it is."""
    return Order.VERSION if order in (Order.NONE, Order.TEXT, Order.DATE) else order


def _guard(code: _Code, line: _Line) -> Condition:
    """The condition that stands around a line."""
    if line.head is None:
        return TRUE
    if code.compared is not None:
        return code.scene.conditions.test(code.compared)
    at, said = line.head
    span = code.program.span(at, at + len(said))
    return code.scene.judge.unread(f"`{said[:60]}` is read for its words only", span, f"guard at {span}")


# Commands -----------------------------------------------------------------------------------------------------------------


def _run(code: _Code, line: _Line) -> None:
    child = code.machine.fork()
    child.path = code.scene.conditions.both(code.machine.path, _guard(code, line))
    child.options, child.testing = set(), 0
    child.unset = lambda name: _variable(code, name, line)
    if child.path == FALSE or code.machine.depth > 40:
        return
    parts: list[Text | Expression] = []
    values: dict[str, Value] = {}
    start = len(line.text) - len(line.text.lstrip("& "))
    for found in _VALUE.finditer(line.text[:LINE]):
        parts.append(code.program.text.cut(line.at + start, line.at + found.start()))
        name = f"value {len(values)}"
        values[name] = _value(code, found)
        parts.append(Name(name, code.span(line)))
        start = found.end()
    parts.append(code.program.text.cut(line.at + start, line.at + len(line.text)))
    run_parts(child, Template(tuple(parts), code.span(line)), values)


def run_parts(child: Machine, template: Template, values: dict[str, Value]) -> None:
    """Run a command line in which names stand for values that the shell does not look into."""
    scene = child.scene
    before = scene.evaluate
    outer = before or (lambda _: one(None))
    scene.evaluate = lambda e: values[e.name] if isinstance(e, Name) and e.name in values else outer(e)
    child.body(parse.parse(template))
    merge_exits(child)
    scene.evaluate = before


def _value(code: _Code, found: re.Match[str]) -> Value:
    if found.group(2):
        return code.machine.string(found.group(2))
    hole = code.program.holes[int(found.group(1))] if int(found.group(1)) < len(code.program.holes) else ()
    if isinstance(hole, tuple):
        return one(hole)
    from latest_guard.replay import evaluation

    return evaluation.strings(code.scene, code.scene.evaluate(hole)) if code.scene.evaluate is not None else one(())


def _variable(code: _Code, name: str, line: _Line) -> Variable:
    """What a variable of the code holds: the text that it was given, else only the run knows."""
    if name in code.given:
        return one(text(code.given[name], code.span(line)))
    return one(code.machine.unread(f"the variable {name} of code that is read for its words only", code.span(line)))


# Handing on ---------------------------------------------------------------------------------------------------------------


def _hand_on(code: _Code, line: _Line) -> None:
    """Names that a line hands on to later steps."""
    channel = "GITHUB_ENV" if "GITHUB_ENV" in line.text or "exportVariable" in line.text else "GITHUB_OUTPUT"
    for found in _NAMED.finditer(line.text[:LINE]):
        _hand(code, channel, next(part for part in found.groups() if part), code.span(line))


def _hand(code: _Code, channel: str, name: str, span: Span) -> None:
    """Write `name=…`: true or false by the comparison that the code makes, else a value that cannot be read here."""
    machine, conditions = code.machine, code.scene.conditions
    if code.compared is not None:
        holds = conditions.test(code.compared)
        value: Value = (Alternative(holds, text("true", span)), Alternative(conditions.no(holds), text("false", span)))
    else:
        reason = "the code that gives it is read for its words only"
        value = one((Symbol(f"{name} at {span}", Colour.UNREAD, span=span, reason=reason),))
    lines = code.scene.algebra.each(value, lambda held: (Literal(f"{name}="), *held, Literal("\n")))
    where = code.scene.algebra.each(machine.get(channel), scalar)
    write_file(machine, tuple(a for a in where if a.held), machine.chunks(lines), True)
