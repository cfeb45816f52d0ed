"""`earthly --push`: what the targets of an Earthfile push (https://docs.earthly.dev/docs/earthfile).

A target is run as the shell script that it nearly is: `SAVE IMAGE --push` pushes, `ARG` gives a variable unless the caller did, and what it
is built from is run before it.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.catalog.arguments import options, parse
from latest_guard.replay.alternatives import literal, one
from latest_guard.replay.composed import shell
from latest_guard.replay.files import resolve
from latest_guard.replay.machine import merge_exits
from latest_guard.replay.parsed import body
from latest_guard.source import Text
from latest_guard.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.machine import Machine
    from latest_guard.source import Source, Span
    from latest_guard.values import Str

VALUED = options(
    "--build-arg --secret --secret-file --arg-file-path --env-file-path --platform --buildkit-host --config --org --project --sat "
    "--satellite"
)
#: The file of a folder's targets.
NAMES = ("Earthfile",)
#: Targets inside targets.
DEPTH = 20
_TARGET = re.compile(r"([A-Za-z][\w.-]{0,80}):[ \t]*(?:#.*)?$")
_NEEDS = re.compile(
    r"(?:^|[ \t(])([\w./@:-]{0,200})\+([A-Za-z][\w.-]{0,80})"
    r"((?:[ \t]+--[\w-]{1,80}=(?:\"[^\"]{0,400}\"|[^\s)]{0,400})){0,20})"
)
_GIVEN = re.compile(r"--([\w-]{1,80})=(?:\"([^\"]{0,400})\"|([^\s)]{0,400}))")
_ARGUMENT = re.compile(r"(?:--(?:required|global)[ \t]+){0,2}([A-Za-z_]\w{0,80})(?:[ \t]*=[ \t]*(.*))?$", re.S)
_WORD = re.compile(r"[^\s\"']+|\"[^\"]*\"|'[^']*'")


@dataclass(frozen=True, slots=True)
class Line:
    """A command of an Earthfile: its word, and the text behind it with its place."""

    word: str
    rest: str
    at: int


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Build the targets that the command line names; False where there is no Earthfile for them."""
    front = list(words[1:])
    named = next((at for at, word in enumerate(front) if "+" in (plain(word) or "")), None)
    if named is None:
        return False
    arguments = parse(front[:named], VALUED)
    whole = plain(front[named]) or ""
    folder, _, target = whole.rpartition("+")
    process = shell(machine)
    process.directory = resolve(process, folder) if folder else process.directory
    source = process.scene.tree.read(posixpath.normpath(posixpath.join(process.directory or ".", NAMES[0])))
    if source is None or folder.startswith(("github.com/", "gitlab.com/")):
        return False
    pushes = arguments.has("--push") or plain(machine.string("EARTHLY_PUSH")[0].held) in ("true", "1")
    given = {name.lstrip("-"): value for name, value in parse(front[named + 1 :]).options if value is not None}
    for value in arguments.values("--build-arg"):
        name, _, said = (plain(value) or "").partition("=")
        given[name] = literal(said)[0].held
    machine.finish(literal("0"))
    run = _Run(process, span, pushes)
    for name, value in given.items():
        process.variables[name] = one(value)
    run.target(source, target, process, 0)
    return True


def targets(source: Source) -> dict[str, list[Line]]:
    """The targets of an Earthfile with their commands; what stands in front of them all is under an empty name."""
    found: dict[str, list[Line]] = {"": []}
    current, at, code = found[""], 0, source.text
    while at < len(code):
        end = _end(code, at)
        raw = code[at:end]
        head = _TARGET.match(raw)
        if head is not None:
            current = found.setdefault(head[1], [])
        elif (bare := raw.strip()) and not bare.startswith("#"):
            begin = at + len(raw) - len(raw.lstrip())
            word = bare.split(None, 1)[0]
            after = begin + len(word)
            skip = len(code[after:end]) - len(code[after:end].lstrip())
            current.append(Line(word.upper(), code[after + skip : end].rstrip(), after + skip))
        at = end + 1
    return found


def _end(code: str, at: int) -> int:
    """Where the line ends that begins at `at`, with those that go on from it."""
    while (end := code.find("\n", at)) >= 0:
        if end == 0 or code[end - 1] != "\\":
            return end
        at = end + 1
    return len(code)


@dataclass
class _Run:
    machine: Machine
    span: Span
    pushes: bool
    done: set[tuple[str, str, str]] = field(default_factory=set)

    def target(self, source: Source, name: str, caller: Machine, depth: int, given: str = "") -> None:
        """Run a target, behind those that it is built from."""
        key = (source.path, name, given)
        lines = targets(source).get(name)
        if lines is None or depth > DEPTH or key in self.done:
            return
        self.done.add(key)
        scene = self.machine.scene
        scene.followed.add(source.path)
        child = shell(caller)
        child.path, child.directory = caller.path, posixpath.dirname(source.path)
        child.variables.update({key: value for key, value in caller.variables.items() if depth == 0 and key not in child.variables})
        for found in _GIVEN.finditer(given):
            child.variables[found[1]] = one(literal(found[2] or found[3] or "")[0].held)
        place = source.span(lines[0].at, lines[0].at + 1) if lines else self.span
        scene.enter(place, f"builds +{name} of {source.path}", "call")
        for line in lines:
            for folder, other, rest in self._needed(line):
                there = self._file(source, folder)
                if there is not None:
                    self.target(there, other, child, depth + 1, rest)
        child.body(body(child, _script(source, lines, self.pushes)))
        merge_exits(child)
        scene.leave()

    def _needed(self, line: Line) -> Iterator[tuple[str, str, str]]:
        if line.word in ("FROM", "BUILD", "COPY", "DO"):
            for found in _NEEDS.finditer(line.rest):
                yield found[1], found[2], found[3].strip()

    def _file(self, source: Source, folder: str) -> Source | None:
        base = posixpath.join(posixpath.dirname(source.path), folder or ".", NAMES[0])
        return source if not folder else self.machine.scene.tree.read(posixpath.normpath(base))


def _script(source: Source, lines: list[Line], pushes: bool) -> Text:
    """A target as a shell script, in which every word keeps its place."""
    writer = _Writer(source)
    ends: list[str] = []
    for line in lines:
        if line.word == "ARG" or line.word in ("LET", "SET"):
            writer.argument(line)
        elif line.word == "SAVE" and pushes:
            writer.images(line)
        elif line.word == "RUN":
            writer.command(line)
        elif line.word == "IF":
            writer.put("if ", line.rest, line.at, "; then :\n")
            ends.append("fi")
        elif line.word == "ELSE":
            elif_ = line.rest.startswith("IF ")
            writer.put("elif " if elif_ else "else :\n", line.rest[3:] if elif_ else "", line.at + 3, "; then :\n" if elif_ else "")
        elif line.word == "FOR":
            name, _, held = line.rest.partition(" IN ")
            writer.put(f"for {name.split()[-1] if name.split() else 'x'} in ", held, line.at + len(name) + 4, "; do :\n")
            ends.append("done")
        elif line.word == "END" and ends:
            writer.put(ends.pop() + "\n", "", 0, "")
    writer.put("\n".join(reversed(ends)), "", 0, "\n")
    return writer.text()


@dataclass
class _Writer:
    source: Source
    parts: list[str] = field(default_factory=list)
    pieces: list[tuple[int, int, int]] = field(default_factory=list)
    at: int = 0

    def put(self, before: str, said: str, origin: int, after: str) -> None:
        """Text of our own, text of the file, and text of our own."""
        if before.strip() and said:
            self.pieces.append((self.at, origin, 1))  # our own words stand where the file's do
        if said:
            self.pieces.append((self.at + len(before), origin, len(said)))
        self.parts += [before, said, after]
        self.at += len(before) + len(said) + len(after)

    def argument(self, line: Line) -> None:
        """`ARG name=value`."""
        found = _ARGUMENT.match(line.rest)
        if found is not None and found[2] is not None:
            name, value = found[1], found[2]
            before = f'[ -n "${{{name}+x}}" ] || {name}=' if line.word == "ARG" else f"{name}="
            self.put(before, value, line.at + found.start(2), "\n")

    def images(self, line: Line) -> None:
        """`SAVE IMAGE --push name…`."""
        words = list(_WORD.finditer(line.rest))
        said = [word[0] for word in words]
        if said[:1] == ["IMAGE"] and "--push" in said:
            for word in words[1:]:
                if not word[0].startswith("--"):
                    self.put("docker push ", word[0], line.at + word.start(), "\n")

    def command(self, line: Line) -> None:
        """`RUN [--push] [--secret …] command`."""
        at = 0
        while (option := re.match(r"--[\w-]+(?:=\S+)?[ \t]+|--\s+", line.rest[at:])) is not None:
            at += option.end()
        if not line.rest[at:].startswith("["):
            self.put("", line.rest[at:], line.at + at, "\n")

    def text(self) -> Text:
        """The script."""
        return Text("".join(self.parts), self.source, tuple(self.pieces))
