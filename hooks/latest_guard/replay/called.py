"""Entries of their own: scripts, makefiles and configurations of goreleaser that no pipeline of the repository runs (DESIGN section 4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latest_guard.findings import Verdict
from latest_guard.replay import caller, loose, scripts, simple
from latest_guard.replay.conditions import TRUE
from latest_guard.replay.following import file
from latest_guard.replay.parsed import body, whole
from latest_guard.replay.verdicts import ORDER, Judged, judged
from latest_guard.values import Colour, colours, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from latest_guard.replay.machine import Machine
    from latest_guard.replay.relevance import Relevance
    from latest_guard.replay.scene import Scene, Tree
    from latest_guard.source import Source, Span
    from latest_guard.values import Str

    Stage = Callable[[str, Span], Scene]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, or a target of a makefile, that can be called: its place, and what calls it in a shell."""

    path: str
    span: Span
    system: str
    call: Callable[[Machine], None]


@dataclass(frozen=True, slots=True)
class Called:
    """An entry that was called: the moves that it reached, and the files that it ran."""

    entry: Entry
    moves: tuple[Judged, ...]
    followed: frozenset[str]


def entries(tree: Tree, path: str, relevance: Relevance, stage: Stage) -> Iterator[Entry]:
    """What of a file can be called and may move a pointer. `stage` makes a scene for a system and a place."""
    source = tree.read(path)
    if source is None:
        return
    top = source.span(0, 0)
    if loose.GORELEASER.search(path):
        yield Entry(path, top, "goreleaser", lambda machine: _goreleaser(machine, path, top))
    elif loose.MAKEFILE.search(path) and relevance.file(path):
        yield from _goals(source, relevance, stage("make", top))
    elif (loose.SCRIPT.search(path) or loose.SHEBANG.match(source.line(1))) and relevance.file(path):
        yield Entry(path, top, "script", lambda machine: _script(machine, source, top))


def _goreleaser(machine: Machine, path: str, span: Span) -> None:
    from latest_guard.replay.goreleaser import command as goreleaser

    goreleaser.follow(machine, (text("goreleaser"), text("release"), text("--config"), text(path)), span)


def _script(machine: Machine, source: Source, span: Span) -> None:
    """A script is run in the folder where it stands, or in the repository's own; files are found in both."""
    arguments = caller.arguments(machine.scene, body(machine, whole(machine, source)), source.text)
    file(machine, text(source.path), arguments, span)


def _goals(source: Source, relevance: Relevance, scene: Scene) -> Iterator[Entry]:
    """The targets of a makefile in whose recipes, or in what they call, a mover can stand."""
    from latest_guard.replay.make import command as make

    folder, _, name = source.path.rpartition("/")
    process = _machine(scene)
    process.directory = folder
    for goal, span, said in make.goals(process, source, name):
        if relevance.text(said, folder):
            yield Entry(source.path, span, "make", _maker(source, goal, span))


def _maker(source: Source, goal: str, span: Span) -> Callable[[Machine], None]:
    def run(machine: Machine) -> None:
        from latest_guard.replay.make import command as make

        folder, _, name = source.path.rpartition("/")
        machine.directory = folder
        given = caller.overrides(machine.scene, source.text, machine.scene.watch)
        make.follow(machine, (text("make"), text("-f"), text(name), *given, text(goal)), span)

    return run


def _machine(scene: Scene) -> Machine:
    return scripts.start(scene, caller.contexts(scene), {}, TRUE, "called")


def walk(scene: Scene, entry: Entry) -> None:
    """Call an entry, and note whether any command on the way is told the version."""
    machine = _machine(scene)
    machine.dispatch = _noting
    entry.call(machine)


def _noting(machine: Machine, words: tuple[Str, ...], span: Span) -> None:
    machine.scene.typed = machine.scene.typed or any(Colour.RELEASED in colours(word) for word in words)
    simple.dispatch(machine, words, span)


def moves(scene: Scene) -> tuple[Judged, ...]:
    """The moves that an entry has reached."""
    involved = scene.typed or bool(scene.published)
    return tuple(_ordinary([one if involved else _by_hand(one) for one in judged(scene)]))


def _ordinary(found: list[Judged]) -> list[Judged]:
    """The moves without those of one command that the caller has named otherwise, where the file's own name for it is as bad."""
    plain = {
        (one.reach.span, one.reach.pointer.kind, one.reach.pointer.name): one.verdict
        for one in found
        if "{" not in one.reach.pointer.target
    }

    def told(one: Judged) -> bool:
        other = plain.get((one.reach.span, one.reach.pointer.kind, one.reach.pointer.name))
        return "{" in one.reach.pointer.target and other is not None and ORDER.index(other) <= ORDER.index(one.verdict)

    return [one for one in found if not told(one)]


def _by_hand(one: Judged) -> Judged:
    """No version is released here: whoever calls this means to move the pointer."""
    if one.verdict is Verdict.GATED:
        return one
    return replace(one, verdict=Verdict.MANUAL, reason="no version is released here: whoever calls it moves the pointer by hand")


def once(found: Iterable[Called], seen: Iterable[Judged]) -> list[Judged]:
    """The moves of entries that are not told already, by a pipeline or by an entry that calls this one."""
    rows = list(found)
    callers: dict[str, list[Called]] = {}
    for row in rows:
        for path in row.followed - {row.entry.path}:
            callers.setdefault(path, []).append(row)
    told = {_key(one) for one in seen}
    made = [one for row in rows if row.entry.path not in callers for one in row.moves if _key(one) not in told]
    told |= {_key(one) for one in made}
    for row in rows:
        outer = {(one.reach.pointer.kind, one.reach.via) for above in callers.get(row.entry.path, ()) for one in above.moves}
        if row.entry.path in callers:
            made += [one for one in row.moves if _key(one) not in told and (one.reach.pointer.kind, one.reach.via) not in outer]
    return made


def _key(one: Judged) -> tuple[object, ...]:
    return one.reach.span, one.reach.pointer.kind
