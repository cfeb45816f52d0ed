"""A step that runs a script: its shell, its environment, and the files through which it speaks to later steps."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from latest_guard.replay import interpreter, simple, strangers
from latest_guard.replay.alternatives import Alternative, Array, Content, Value, Variable, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.evaluation import Contexts, Found, evaluate, lift, strings, template, tidy
from latest_guard.replay.following import read_program
from latest_guard.replay.machine import Machine, known, merge_exits
from latest_guard.replay.parsed import body
from latest_guard.replay.programs.program import of_template
from latest_guard.replay.scene import CHANNEL
from latest_guard.replay.texts import lines
from latest_guard.source import Source, Span, Text
from latest_guard.values import Literal, Piece, Str, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from latest_guard.expressions.tree import Template
    from latest_guard.pipeline import Run
    from latest_guard.replay.scene import Chunk, Scene

#: The variables that name the files by which a step hands on outputs and environment, and what each is for.
CHANNELS = {
    "GITHUB_OUTPUT": "outputs",
    "GITHUB_ENV": "environment",
    "GITHUB_STATE": "state",
    "GITHUB_PATH": "path",
    "GITHUB_STEP_SUMMARY": "summary",
    "FORGEJO_OUTPUT": "outputs",
    "FORGEJO_ENV": "environment",
    "GITEA_OUTPUT": "outputs",
    "GITEA_ENV": "environment",
}


@dataclass
class Result:
    """What a step gave: outputs, environment for later steps, and the condition that it succeeded."""

    succeeded: Condition
    outputs: dict[str, Found] = field(default_factory=dict)
    environment: dict[str, Found] = field(default_factory=dict)


def run(
    scene: Scene, steps: tuple[Run, ...], contexts: Contexts, env: Mapping[str, Found], path: Condition, place: str, shell: str,
    directory: Template | None,
) -> Result:  # fmt: skip
    """Run the scripts of steps that share one shell."""
    machine = start(scene, contexts, env, path, place)
    folder = known(template(scene, contexts, directory)) if directory is not None else None
    machine.directory = (folder or "").removeprefix("./").rstrip("/")
    first, *others = steps
    return execute(machine, first.script, shell, place, contexts, first.span, others)


def execute(
    machine: Machine, script: Template, shell: str, place: str, contexts: Contexts, span: Span, others: Sequence[Run] = ()
) -> Result:
    """Run a script in a machine that stands ready, and the scripts of `others` behind it in the same shell."""
    scene = machine.scene
    before = scene.evaluate
    scene.evaluate = lambda expression: evaluate(scene, contexts, expression)
    start_path = machine.path
    language = language_of(shell)
    if language:
        read_program(machine, of_template(script), language, (), span)
    else:
        machine.options = options_of(shell)
        machine.body(body(machine, script))
        for step in others:
            scene.enter(step.span, f"step {step.name}", "step")
            machine.body(body(machine, step.script))
            scene.leave()
        merge_exits(machine)
        _trap(machine)
    scene.evaluate = before
    conditions = scene.conditions
    succeeded = conditions.both(start_path, machine.succeeded())
    if conditions.settled(succeeded) == FALSE and not machine.exited:
        succeeded = start_path  # nobody has a step that always fails: something in it was misread, and hides nothing
    result = Result(succeeded)
    result.outputs = _written(scene, f"{CHANNEL}{place}/outputs", machine.out, "set-output")
    result.environment = _written(scene, f"{CHANNEL}{place}/environment", machine.out, "set-env")
    return result


def _written(scene: Scene, path: str, printed: list[Chunk], command: str) -> dict[str, Found]:
    """What a step hands on by a file; under `*` every other name, where a program that cannot be read may have written it."""
    found = channel(scene, path, printed, command)
    unread = strangers.written(scene, path)
    return {**found, "*": unread} if unread else found


def _trap(machine: Machine) -> None:
    from latest_guard.shell import parse

    trap = machine.aliases.pop("trap EXIT", "")
    if trap:
        for statement in parse.parse(Source("trap", trap).whole()).commands:
            machine.run(machine, statement)


def start(scene: Scene, contexts: Contexts, env: Mapping[str, Found], path: Condition, place: str) -> Machine:
    """A shell with a step's environment."""
    machine = Machine(scene, interpreter.run, simple.dispatch, path=path)
    for name, data in scene.scenario.variables.items():
        _export(machine, name, strings(scene, lift(scene, data)))
    for name, found in env.items():
        if name != "*":
            _export(machine, name, strings(scene, found), found)
    for name, purpose in CHANNELS.items():
        machine.variables[name] = one((Literal(f"{CHANNEL}{place}/{purpose}"),))
        machine.exported.add(name)
    machine.variables["@"] = one(Array(()))
    if "*" in env:
        machine.unset = _absent(scene, lambda name, settings: env["*"])
    if contexts.absent is not None:
        machine.unset = _absent(scene, contexts.absent)
    return machine


def _absent(scene: Scene, absent: Callable[[str, bool], Found]) -> Callable[[str], Variable]:
    """What a name holds that neither the files nor the script has set: the project's settings may."""

    def held(name: str) -> Variable:
        found = absent(name, True)
        unset: Variable = tuple(Alternative(a.when, None) for a in found if a.held is None)
        return (*strings(scene, tuple(a for a in found if a.held is not None)), *unset)

    return held


def _export(machine: Machine, name: str, value: Value, found: Found = ()) -> None:
    absent = [a for a in found if a.held is None]
    kept: list[Alternative[Content]] = [Alternative(a.when, a.held) for a in value]
    if absent and len(found) == len(absent):
        kept = [Alternative(TRUE, None)]
    machine.variables[name] = tuple(kept)
    machine.exported.add(name)


def language_of(shell: str) -> str:
    """The language of a `shell:` that is no shell of POSIX's kind, "" for one that is."""
    name = shell.split()[0].rpartition("/")[2] if shell.split() else ""
    for language in ("python", "pwsh", "powershell", "node", "perl", "ruby", "cmd"):
        if name.startswith(language):
            return language
    return ""


def options_of(shell: str) -> set[str]:
    """What a `shell:` sets: none means `bash -e`, `bash` means `bash -eo pipefail`, a command line says it itself."""
    words = shell.split()
    if not words:
        return {"errexit"}
    if len(words) == 1:
        return {"errexit", "pipefail"} if words[0] == "bash" else {"errexit"}
    made = {"errexit"} if any(w.startswith("-") and not w.startswith("--") and "e" in w for w in words) else set()
    return made | ({"pipefail"} if "pipefail" in words else set())


# Reports ----------------------------------------------------------------------------------------------------------------


def report(scene: Scene, path: str) -> dict[str, Found]:
    """The names and values in a file of `NAME=value` lines that a job wrote."""
    wanted = posixpath.basename(path)
    keys = [key for key in scene.files if key == path or posixpath.basename(key) == wanted]
    return {name: found for key in keys[:1] for name, found in channel(scene, key, [], "").items()}


# Channels ---------------------------------------------------------------------------------------------------------------


def channel(scene: Scene, path: str, printed: list[Chunk], command: str) -> dict[str, Found]:
    """The names and values that were written to a channel's file, and by the old `::set-output` on standard output."""
    made: dict[str, Found] = {}
    state = _Document(scene, made)
    for chunk in scene.files.get(path, ()):
        state.feed(chunk)
    for chunk in printed:
        for line in lines(chunk.text):
            _command(scene, made, line, chunk.when, command)
    return made


def _command(scene: Scene, made: dict[str, Found], line: Str, when: Condition, command: str) -> None:
    first = line[0].text if line and isinstance(line[0], Literal) else ""
    head, found, rest = first.lstrip().partition(f"::{command} name=")
    if not found or head:
        return
    name, _, value = rest.partition("::")
    put(scene, made, name, ((Literal(value, line[0].span),) if value else ()) + tuple(line[1:]), when)


def put(scene: Scene, made: dict[str, Found], name: str, value: Str, when: Condition) -> None:
    """`name` is `value` where `when` holds; else what it was."""
    conditions = scene.conditions
    before = made.get(name) or one(None)
    otherwise = conditions.no(when)
    made[name] = tidy(scene, [Alternative(when, value), *(Alternative(conditions.both(otherwise, a.when), a.held) for a in before)])


class _Document:
    """Reads `name=value` lines and `name<<END … END` blocks out of what was written piece by piece."""

    def __init__(self, scene: Scene, made: dict[str, Found]) -> None:
        self.scene, self.made = scene, made
        self.name = ""
        self.end = ""
        self.held: Found = ()
        self.when: Condition = FALSE

    def feed(self, chunk: Chunk) -> None:
        """One piece of what was written."""
        if chunk.when == FALSE:
            return
        for line in lines(chunk.text):
            if self.name:
                self._inside(line, chunk.when)
            else:
                self._line(line, chunk.when)

    def _line(self, line: Str, when: Condition) -> None:
        whole = show(line)
        head = "".join(p.text for p in takewhile(lambda p: isinstance(p, Literal), line) if isinstance(p, Literal))
        name, marker, end = whole.partition("<<")
        if marker and "=" not in name and name.strip():
            self.name, self.end, self.held, self.when = name.strip(), end.strip(), one(()), when
            return
        key, equals, _ = head.partition("=")
        if equals and key.strip():
            put(self.scene, self.made, key.strip(), _after(line, len(key) + 1), when)

    def _inside(self, line: Str, when: Condition) -> None:
        if show(line).strip() == self.end:
            conditions = self.scene.conditions
            for a in self.held:
                if isinstance(a.held, tuple):
                    value = a.held[:-1] if a.held and isinstance(a.held[-1], Literal) and a.held[-1].text == "\n" else a.held
                    put(self.scene, self.made, self.name, value, conditions.both(self.when, a.when))
            self.name = ""
            return
        conditions = self.scene.conditions
        otherwise = conditions.no(conditions.both(self.when, when)) if when != self.when else FALSE
        grown: list[Alternative[object]] = []
        for a in self.held:
            before = a.held if isinstance(a.held, tuple) else ()
            grown.append(Alternative(conditions.both(a.when, conditions.no(otherwise)), (*before, *line, Literal("\n"))))
            grown.append(Alternative(conditions.both(a.when, otherwise), before))
        self.held = tidy(self.scene, grown)


def _after(line: Str, count: int) -> Str:
    pieces: list[Piece] = []
    left = count
    for piece in line:
        if left and isinstance(piece, Literal):
            rest = piece.text[left:]
            left = max(0, left - len(piece.text))
            if rest:
                pieces.append(Literal(rest, piece.span))
        else:
            pieces.append(piece)
    return tuple(pieces)


__all__ = ["Text", "plain", "text"]
