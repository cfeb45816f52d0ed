"""The door: a program in another language is read, and what it does happens to the machine that calls it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.replay import strangers
from latest_guard.replay.alternatives import literal, one
from latest_guard.replay.conditions import FALSE
from latest_guard.replay.machine import Machine, known
from latest_guard.replay.programs import loading, read_python, tree, words
from latest_guard.replay.programs.evaluate import evaluate
from latest_guard.replay.programs.process import STEPS, Frame, Process, UndecidedError
from latest_guard.replay.programs.program import LIMIT, Program
from latest_guard.replay.programs.running import body, hoist, invoke
from latest_guard.replay.programs.surroundings import channel
from latest_guard.values import Colour, Str, Symbol, derived, symbols, text

if TYPE_CHECKING:
    from latest_guard.replay.conditions import Test
    from latest_guard.source import Span

#: Languages by the names of the tools that run them. What is not here is read for its words.
LANGUAGES = {
    "python": "python",
    "python3": "python",
    "node": "javascript",
    "bun": "javascript",
    "deno": "javascript",
    "tsx": "javascript",
    "ts-node": "javascript",
    "js": "javascript",
    "zx": "javascript",
}


#: Why nobody knows what such a program answers.
WORDS = "a program that is read for its words only"


def read(machine: Machine, program: Program, tool: str, arguments: tuple[Str, ...], span: Span) -> None:
    """Replay a program: what it prints, sets, runs and moves happens on `machine`, and so does its exit status.

    `tool` is what runs it, with the option by which it gets it (`node -p`).
    """
    if len(program.text.value) > LIMIT:
        _unread(machine, program.text.source.path, span)
        return
    name, _, option = tool.partition(" ")
    language = LANGUAGES.get(name if name in LANGUAGES else name.rstrip("0123456789."), "")
    child = _child(machine)
    if not language:
        _by_words(machine, child, program)
        return
    process = Process(child, language, program, arguments, span, invoke)
    process.heeded = int(machine.testing > 0 or machine.captured)
    process.path_name = program.text.source.path if program.text.value == program.text.source.text else ""
    process.effects["require"] = lambda asking, wanted: loading.required(asking, wanted, body)
    try:
        statements = loading.statements(process, program)
    except (read_python.UnparsedError, RecursionError):
        _by_words(machine, child, program)
        return
    _walk(machine, process, statements, "p" in option)


def _unread(machine: Machine, path: str, span: Span) -> None:
    """A program that is too long: what it prints, hands on and answers only the run knows."""
    reason = "a program that is too long to be read"
    strangers.met(machine, path, reason, span)
    machine.write(one((*machine.unread(reason, span), *text("\n"))))
    machine.finish(one(machine.unread(reason, span)) if machine.testing else literal("0"))


def _child(machine: Machine) -> Machine:
    """A process of its own: it sees what is exported."""
    child = machine.fork()
    child.variables = {name: machine.variables[name] for name in machine.exported if name in machine.variables}
    child.functions, child.testing, child.aliases, child.options = {}, 0, {}, set()
    return child


def _by_words(machine: Machine, child: Machine, program: Program) -> None:
    compared = words.read(child, program)
    span = program.text.span(0, 0)
    strangers.met(machine, program.text.source.path, WORDS, span)
    machine.out.extend(child.out)
    if machine.captured:
        _printed(machine, compared, span)
    if not machine.testing or machine.lenient:
        machine.finish(literal("0"))
    elif compared is None:
        machine.finish_if(machine.scene.judge.unread(WORDS, span))
    else:
        machine.finish_if(machine.scene.conditions.test(compared))


def _printed(machine: Machine, compared: Test | None, span: Span) -> None:
    """What a program prints that is read for its words: the outcome of its comparison, what it made of its input, or nobody knows."""
    name = f"what the program at {span} prints"
    if compared is not None and compared.lookups:
        shade = Colour.RELEASED | Colour.KNOWN
        machine.write(one((Symbol(name, shade, span=span, lookup=replace(compared.lookups[0], many=False)), *text("\n"))))
        return
    for a in machine.stdin or one(()):
        found = symbols(a.held)
        made = derived(found, name, None) if found else Symbol(name, Colour.UNREAD, span=span, reason=WORDS)
        start, machine.path = machine.path, machine.scene.conditions.both(machine.path, a.when)
        if machine.path != FALSE:
            machine.write(one((made, *text("\n"))))
        machine.path = start


def _walk(machine: Machine, process: Process, statements: tuple[tree.Statement, ...], prints: bool) -> None:
    scene, child = process.scene, process.machine
    frames, reaches, path = len(scene.frames), len(scene.reaches), child.path
    frame = Frame()
    process.frames.append(frame)
    try:
        hoist(process, statements)
        body(process, statements[:-1] if prints else statements)
        last = statements[-1] if statements else None
        if prints and isinstance(last, tree.Do):
            child.write(process.strings(process.each(evaluate(process, last.value), lambda item: (*process.written(item), *text("\n")))))
    except (RecursionError, UndecidedError):
        del scene.frames[frames:], scene.reaches[reaches:]
        child.path = path
        _by_words(machine, child, program=process.program)
        return
    process.frames.pop()
    if process.steps > STEPS:
        strangers.met(machine, process.program.text.source.path, "a program that is longer than what is walked", process.span)
    _give(process, frame)
    _finish(machine, process, frame)


def _give(process: Process, frame: Frame) -> None:
    """What the script of a script action returns is its output `result`: as JSON, where it is not asked for as text."""
    encoding = known(process.machine.string("INPUT_RESULT-ENCODING")) or "json"
    start = process.path
    for when, value in frame.returned:
        process.path = when
        for a in value:
            process.path = process.scene.conditions.both(when, a.when)
            if a.held is not None and process.path != FALSE:
                said = process.written(a.held)
                quoted = (*text('"'), *said, *text('"')) if encoding != "string" and isinstance(a.held, tuple) else said
                channel(process, "GITHUB_OUTPUT", one(text("result")), one(quoted))
    process.path = start


def _finish(machine: Machine, process: Process, frame: Frame) -> None:
    """The exit status: 0 where it came to its end, 1 where it failed."""
    conditions = process.scene.conditions
    well = conditions.either(process.path, frame.left)
    for when, good in process.exits:
        well = conditions.either(well, conditions.both(when, good))
    well = conditions.both(well, conditions.no(process.failed))
    machine.out.extend(process.machine.out)
    machine.finish_if(well)
