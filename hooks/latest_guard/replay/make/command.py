"""`make` as a command: its options, its makefile, its goals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, Variable, one
from latest_guard.replay.composed import shell
from latest_guard.replay.conditions import TRUE
from latest_guard.replay.files import resolve, spelled
from latest_guard.replay.make.building import Building
from latest_guard.replay.make.expansion import Defined, Definition, Expander, View
from latest_guard.replay.make.functions import FUNCTIONS
from latest_guard.replay.make.makefile import Makefiles
from latest_guard.replay.make.references import words as references
from latest_guard.replay.make.tree import Held
from latest_guard.replay.scene import CHANNEL
from latest_guard.source import Source, Span
from latest_guard.values import Colour, Literal, Str, Symbol, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from latest_guard.replay.machine import Machine

NAMES = ("GNUmakefile", "makefile", "Makefile")
#: Calls of make in recipes of make.
NESTED = 8
#: Options that take the next word, or the rest of theirs.
VALUED = {
    "-C": "folder",
    "--directory": "folder",
    "-f": "file",
    "--file": "file",
    "--makefile": "file",
    "-I": "",
    "--include-dir": "",
    "-o": "",
    "-W": "",
    "-E": "",
    "--eval": "",
}
#: Options that may be followed by a number.
COUNTED = ("-j", "-l", "-O", "--jobs", "--load-average")
#: With these nothing is run.
IDLE = frozenset(("-n", "--just-print", "--dry-run", "--recon", "-q", "--question", "-t", "--touch", "-v", "--version", "-h", "--help"))
_OVERRIDE = re.compile(r"([A-Za-z_.][\w.-]*)[ \t]*(::?:?=|\?=|\+=|=)")
#: A variable of the process under which an override goes on to the makes that its recipes call.
HANDED = "make override "


@dataclass
class Line:
    """What a command line of make says."""

    folders: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    goals: list[Str] = field(default_factory=list)
    overrides: dict[str, Str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    unknown: bool = False  # a folder or file that only the run knows


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Run make as the command line says; False where its makefile or goal cannot be read."""
    line = parsed(list(words[1:]))
    if line.unknown or sum(frame.note.startswith("runs make") for frame in machine.scene.frames) > NESTED:
        return False
    if line.flags & IDLE:
        machine.finish(one(text("0")))
        return True
    process = shell(machine)
    for folder in line.folders:
        process.directory = resolve(process, folder)
    sources = makefiles(process, line.files)
    if not sources:
        return False
    machine.scene.enter(span, "runs make " + sources[0][0].path, "call")
    done = _run(machine, process, line, sources)
    machine.scene.leave()
    return done


def parsed(rest: list[Str]) -> Line:
    """The words behind `make`."""
    line = Line()
    while rest:
        word = rest.pop(0)
        head = word[0].text if word and isinstance(word[0], Literal) else ""
        found = _OVERRIDE.match(head)
        if found:
            line.overrides[found[1]] = _behind(word, found.end())
        elif head.startswith("-") and len(head) > 1:
            _option(line, word, head, rest)
        else:
            line.goals.append(word)
    return line


def _behind(word: Str, count: int) -> Str:
    first = word[0]
    assert isinstance(first, Literal)
    kept = text(first.text[count:], first.span)
    return (*kept, *word[1:])


def _option(line: Line, word: Str, head: str, rest: list[Str]) -> None:
    name, equals, _ = head.partition("=")
    if head.startswith("--"):
        if name in VALUED:
            _valued(line, VALUED[name], _behind(word, len(name) + 1) if equals else rest.pop(0) if rest else ())
        line.flags.add(name)
        return
    for at, letter in enumerate(head[1:], 1):
        flag = "-" + letter
        line.flags.add(flag)
        if flag in VALUED:
            value = _behind(word, at + 1)
            _valued(line, VALUED[flag], value or (rest.pop(0) if rest else ()))
            return
        if flag in COUNTED:
            if at == len(head) - 1 and rest and (plain(rest[0]) or "").replace(".", "").isdigit():
                rest.pop(0)
            return


def _valued(line: Line, meaning: str, value: Str) -> None:
    if not meaning:
        return
    said = spelled(value)
    if said is None:
        line.unknown = True
    elif meaning == "folder":
        line.folders.append(said)
    else:
        line.files.append(said)


def makefiles(process: Machine, files: list[str]) -> list[tuple[Source, str]]:
    """The makefiles to read with their names: those said, else the first of the names by default that is there."""
    found: list[tuple[Source, str]] = []
    for name in files or NAMES:
        source = process.scene.tree.read(resolve(process, name))
        if source is not None:
            found.append((source, name))
            if not files:
                break
    return found


def goals(process: Machine, source: Source, name: str) -> list[tuple[str, Span, str]]:
    """What a makefile can be asked to make: each explicit target that has a recipe, its place, and all that making it may come to say."""
    building = _read(process, Line(), [(source, name)], process.unset)
    found: list[tuple[str, Span, str]] = []
    for goal, entries in building.makefiles.entries.items():
        owner = next((entry for entry in reversed(entries) if entry.lines and entry.span.path == source.path), None)
        if owner is not None and not goal.startswith("."):
            found.append((goal, owner.span, building.said([goal])))
    return found


def _run(machine: Machine, process: Machine, line: Line, sources: list[tuple[Source, str]]) -> bool:
    read = machine.captured or machine.testing
    if not read and not machine.scene.relevance.making(sources[0][0].path, process.directory, list(map(_form, line.goals)), _said(line)):
        machine.finish(one(text("0")))
        return True
    building = _read(process, line, sources, machine.unset)
    wanted = _goals(building.makefiles, line)
    if not wanted or not all(building.has(goal) for goal in wanted):
        return False
    for goal in wanted:
        building.make(goal, View())
    machine.follow(process, "2")
    return True


def _form(goal: Str) -> str:
    """The goal with `*` for what only the run knows."""
    return "".join(piece.text if isinstance(piece, Literal) else "*" for piece in goal)


def _said(line: Line) -> str:
    return "\n".join(show(value) for value in line.overrides.values())


def _read(process: Machine, line: Line, sources: list[tuple[Source, str]], before: Callable[[str], Variable] | None) -> Building:
    """The first phase: the makefiles read, with what the command line and the environment say; `before` says what nobody set."""
    start, process.path = process.path, TRUE  # what is read holds wherever make is run
    outside = _environment(process, line)
    expander = Expander(process, outside, FUNCTIONS, start=TRUE)
    expander.environment_first = "-e" in line.flags
    expander.overrides = {**_handed(process), **_overrides(line, expander)}
    handed = {name: expander.held(defined, View()) for name, defined in expander.overrides.items()}
    for name, value in handed.items():
        process.variables[HANDED + name] = value
        process.exported.add(HANDED + name)
    said = tuple(shown for _, shown in sources), tuple(handed.items()), expander.environment_first
    readings = process.scene.readings.setdefault((said, process.directory, _written(process)), [])
    found = next((made for reading in readings if (made := reading.again(expander)) is not None), None)
    if found is None:
        reading = Reading()
        expander.environment = lambda name: reading.asked.setdefault(name, outside(name))
        _builtin(expander)
        found = _first_phase(expander, sources)
        expander.environment = outside
        if process.path == TRUE and not process.out:
            reading.keep(found)
            readings.append(reading)
    process.path = process.scene.conditions.both(start, process.path)
    return Building(found.expander, found, before, ignore=bool(line.flags & {"-i", "--ignore-errors"}))


def _first_phase(expander: Expander, sources: list[tuple[Source, str]]) -> Makefiles:
    found = Makefiles(expander)
    expander.read = found.read
    expander.reading = True
    for source, shown in sources:
        found.file(source, shown)
    expander.reading = False
    return found


@dataclass
class Reading:
    """A first phase that was gone through: what it asked of its surroundings, and what came of it."""

    asked: dict[str, Variable] = field(default_factory=dict)
    held: Makefiles | None = None

    def keep(self, found: Makefiles) -> None:
        """Keep a copy of what was read."""
        self.held = found.copy(found.expander.copy(found.expander.machine, found.expander.environment))

    def again(self, expander: Expander) -> Makefiles | None:
        """What reading the same makefiles gives in these surroundings, None where they differ."""
        if self.held is None or any(expander.environment(name) != value for name, value in self.asked.items()):
            return None
        return self.held.copy(self.held.expander.copy(expander.machine, expander.environment))


def _written(process: Machine) -> tuple[tuple[str, int], ...]:
    """The files that the run has written, which `$(shell …)` may read; what steps hand to each other stands in none of its own."""
    return tuple((name, len(chunks)) for name, chunks in process.scene.files.items() if not name.startswith(CHANNEL))


def _goals(found: Makefiles, line: Line) -> list[str]:
    if line.goals:
        return [found.marks.name(goal) for goal in line.goals if goal]
    said = found.expander.value(".DEFAULT_GOAL", View())
    goal = plain(said[0].held) if len(said) == 1 else None
    first = (goal or "").strip() or found.first
    return [first] if first else []


def _environment(process: Machine, line: Line) -> Callable[[str], Variable]:
    """What a variable is in the surroundings that make was given: its environment, and the goals that it was asked for."""
    goals: Str = tuple(piece for index, goal in enumerate(line.goals) for piece in ((*text(" "), *goal) if index else goal))

    def outside(name: str) -> Variable:
        if name == "MAKECMDGOALS":
            return one(goals)
        return process.get(name) if name.replace("_", "a").isalnum() and not name.isdigit() else one(None)

    return outside


def _overrides(line: Line, expander: Expander) -> dict[str, Defined]:
    """Variables of the command line; literal text in them may hold references."""
    made: dict[str, Defined] = {}
    for name, value in line.overrides.items():
        parts: list[object] = []
        for piece in value:
            if isinstance(piece, Literal) and "$" in piece.text:
                parts += references(Source("", piece.text).whole())
            else:
                parts.append(Held(one((piece,))))
        made[name] = one(Definition(tuple(parts), "command line"))  # type: ignore[arg-type]
    return made


def _handed(process: Machine) -> dict[str, Defined]:
    """The overrides of the make that called this one."""
    made: dict[str, Defined] = {}
    for name, variable in process.variables.items():
        if name.startswith(HANDED):
            held = [
                Alternative(a.when, Definition((Held(one(a.held)),), "command line") if isinstance(a.held, tuple) else None)
                for a in variable
            ]
            made[name.removeprefix(HANDED)] = tuple(held)
    return made


def _builtin(expander: Expander) -> None:
    """The variables that make sets itself (section 10.3 and appendix "Quick Reference")."""
    folder = expander.machine.directory
    workspace = Symbol("GITHUB_WORKSPACE", Colour.CIRCUMSTANCE)
    here: Str = (workspace, Literal("/" + folder)) if folder not in ("", ".") else (workspace,)
    values: dict[str, Str] = {
        "MAKE": text("make"), "CURDIR": here, "PWD": here, "SHELL": text("/bin/sh"), ".SHELLFLAGS": text("-c"),
        "MAKE_VERSION": text("4.4"), "MAKELEVEL": text("0"), "RM": text("rm -f"), "CC": text("cc"), "MAKE_COMMAND": text("make"),
    }  # fmt: skip
    for name, value in values.items():
        expander.define(name, one(Definition((Held(one(value)),), "default")))
