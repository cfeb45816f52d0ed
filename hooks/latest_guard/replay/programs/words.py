"""Code that is not understood, read for its words: what asks, what compares, what moves, and what stands around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.catalog import index, vocabulary
from latest_guard.catalog.vocabulary import Sense
from latest_guard.replay import following
from latest_guard.replay.conditions import FALSE, Condition, Test, TestKind
from latest_guard.replay.machine import Machine, merge_exits
from latest_guard.replay.programs.program import HOLE, LIMIT, Program
from latest_guard.shell import parse
from latest_guard.values import Lookup, Order

if TYPE_CHECKING:
    from latest_guard.replay.programs.process import Process
    from latest_guard.source import Span

#: A line that hands a value on to later steps: the name behind a quote or `echo`.
_HANDED = re.compile(r"(?:GITHUB_OUTPUT|GITHUB_ENV|set-output|setOutput|exportVariable)")
_NAMED = re.compile(
    r"""["'`(\s=]([A-Za-z_][\w-]{0,60})=|set-output name=([\w-]{1,60})|(?:setOutput|exportVariable)\(\s*["'`]([\w-]{1,60})"""
)


def fragment(process: Process, at: int, end: int) -> None:
    """A stretch of a program that the grammar does not know."""
    read(process.machine, process.program, at, min(end, at + LIMIT))


def read(machine: Machine, program: Program, at: int = 0, end: int | None = None, language: str = "") -> None:
    """Take a stretch of code for its words: moves are reached under what their surroundings say, values handed on are unread."""
    code = program.text.value[at : end if end is not None else at + LIMIT]
    found = vocabulary.sightings(code)
    compared = _comparison(machine, program, code, at, found)
    start = machine.path
    for line_at, line in _lines(code):
        mover = _moves(line)
        if mover:
            guard = _guard(machine, program, code, line_at, at, compared)
            machine.path = machine.scene.conditions.both(start, guard)
            _run_line(machine, program, line, at + line_at)
            machine.path = start
    _hand_on(machine, program, code, at, compared)


def _lines(code: str) -> list[tuple[int, str]]:
    made: list[tuple[int, str]] = []
    start = 0
    for line in code.split("\n"):
        made.append((start + len(line) - len(line.lstrip()), line.strip()))
        start += len(line) + 1
    return made


def _moves(line: str) -> bool:
    words = line.lstrip("&").replace('"', " ").split()
    return len(words) > 1 and any(all(word in words for word in entry.words) for entry in index.movers(words[0]))


def _comparison(machine: Machine, program: Program, code: str, at: int, found: list[vocabulary.Sighting]) -> Test | None:
    """A comparison of versions in the code, with the lookups that it makes."""
    compares = [s for s in found if s.phrase.sense is Sense.COMPARISON]
    asks = [s for s in found if s.phrase.sense is Sense.LOOKUP]
    if not compares or not asks:
        return None
    span = program.span(at + compares[0].start, at + compares[0].end)
    lookups = tuple(Lookup(s.phrase.name, None, "git" in s.phrase.name, False, _order(s.phrase.order, compares), True) for s in asks[:4])
    note = f"read for its words: compares with {compares[0].phrase.name} what {asks[0].phrase.name} says"
    return Test(f"compared at {span}", TestKind.COMPARISON, note, span, None, lookups)


def _order(order: Order, compares: list[vocabulary.Sighting]) -> Order:
    return Order.VERSION if order in (Order.NONE, Order.TEXT, Order.DATE) and compares else order


_OPENS = re.compile(r"\b(?:if|elseif|elsif|unless|when|case|switch)\b")


def _guard(machine: Machine, program: Program, code: str, at: int, base: int, compared: Test | None) -> Condition:
    """The condition that stands around a line: what a block's head asks, by indentation and braces."""
    head = _head(code, at)
    if head is None:
        return machine.scene.conditions.test(compared) if False else 1
    if compared is not None:
        return machine.scene.conditions.test(compared)
    start, end = head
    said = program.said(base + start, base + end)
    span = program.span(base + start, base + end)
    return machine.scene.judge.unread(f"`{said}` is read for its words only", span, f"guard at {span}")


def _head(code: str, at: int) -> tuple[int, int] | None:
    """The nearest line above, less indented, that begins a block under a condition."""
    lines = code[:at].split("\n")
    indent = len(lines[-1]) if not lines[-1].strip() else len(lines[-1]) - len(lines[-1].lstrip())
    end = at
    for number in range(len(lines) - 2, -1, -1):
        line = lines[number]
        end -= len(lines[number + 1]) + 1
        own = len(line) - len(line.lstrip())
        if line.strip() and own < indent:
            indent = own
            if _OPENS.search(line) or "else" in line:
                return end - len(line) + own, end
    return None


def _run_line(machine: Machine, program: Program, line: str, at: int) -> None:
    """A line that is a command in any language: `docker push $image`."""
    child = machine.fork()
    child.options, child.testing = set(), 0
    text = program.text.cut(at, at + len(line))
    if HOLE.search(line):
        text = program.text.cut(at, at + len(line))
    if machine.depth < 40:
        child.body(parse.parse(text))
        merge_exits(child)


def _hand_on(machine: Machine, program: Program, code: str, at: int, compared: Test | None) -> None:
    """Names that the code hands on to later steps: the outcome of its comparison, or unread."""
    from latest_guard.replay.programs.handing import hand

    for line_at, line in _lines(code):
        mark = _HANDED.search(line[:2_000])
        if mark is None:
            continue
        channel = "GITHUB_ENV" if "ENV" in line or "exportVariable" in line else "GITHUB_OUTPUT"
        for match in _NAMED.finditer(line[:2_000]):
            name = next(part for part in match.groups() if part)
            hand(machine, channel, name, _span(program, at + line_at, line), compared)


def _span(program: Program, at: int, line: str) -> Span:
    return program.span(at, at + len(line))


__all__ = ["FALSE", "following"]
