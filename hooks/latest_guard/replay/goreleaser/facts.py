"""What goreleaser's templates can ask for: the version that is released, the environment, and what the command line says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.catalog.answers import newest
from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.goreleaser.functions import FUNCTIONS
from latest_guard.replay.gotemplates import Found, Names, Renderer
from latest_guard.replay.machine import Machine, scalar
from latest_guard.replay.texts import rewrite
from latest_guard.values import Colour, Data, Either, Order, Str, Symbol
from latest_guard.yamltree import Node, Scalar, Sequence

if TYPE_CHECKING:
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

#: What any run has (https://goreleaser.com/customization/templates/#common-fields).
CIRCUMSTANCES = frozenset(
    ("Commit", "FullCommit", "ShortCommit", "CommitDate", "CommitTimestamp", "Date", "Now", "Timestamp", "GitURL", "GitTreeState")
)


@dataclass
class Facts:
    """The data of the templates in one run of goreleaser."""

    machine: Machine
    flags: Mapping[str, bool]
    project: Str = ()
    own: dict[str, Value] = field(default_factory=dict)  # the configuration's own `env`

    def renderer(self) -> Renderer:
        """What renders the configuration's templates."""
        return Renderer(self.machine.scene, Names(self.field), FUNCTIONS)

    def field(self, name: str, span: Span) -> Found:
        """What `.name` is."""
        if name == "Env":
            return one(Names(self.variable))
        if name in ("Var", "Runtime", "Outputs", "Metadata"):
            return one(Names(lambda key, place: one((Symbol(f".{name}.{key}", span=place),))))
        if name.startswith("Is"):
            return one(self.flags.get(name, False))
        if name == "Prerelease":
            return one(prerelease())
        if name == "PreviousTag":
            answer, _ = self.machine.scene.ask(newest("goreleaser's previous tag", Order.GRAPH, local=True), span)
            return answer
        if name == "ProjectName":
            return one(self.project or (Symbol("the project's name", Colour.CIRCUMSTANCE),))
        made = self.version(name)
        if made is not None:
            return made
        return one((Symbol(f".{name}", Colour.CIRCUMSTANCE if name in CIRCUMSTANCES else Colour.NONE, span=span),))

    def version(self, name: str) -> Found | None:
        """The released version and its parts; None for other names."""
        part = PARTS.get(name)
        if part is None:
            return None
        return self.machine.scene.algebra.each(self.tag(), lambda held: (rewrite(held, part, name) or ()) if name != "Tag" else held)

    def tag(self) -> Value:
        """The tag that is released: what GORELEASER_CURRENT_TAG says, else the one on this commit."""
        said = self.machine.get("GORELEASER_CURRENT_TAG")
        if all(a.held for a in said):
            return self.machine.scene.algebra.each(said, scalar)
        return one(released(self.machine.scene))

    def variable(self, name: str, span: Span) -> Found:
        """What `.Env.name` is; None where it is not set."""
        if name in self.own:
            return self.own[name]
        return tuple(Alternative(a.when, None if a.held is None else scalar(a.held)) for a in self.machine.get(name))

    def take(self, entries: Node | None) -> None:
        """The configuration's `env`: lines `NAME=template`, each of which sees those before it."""
        for item in entries.items if isinstance(entries, Sequence) else ():
            if isinstance(item, Scalar) and "=" in item.value:
                name, _, value = item.value.partition("=")
                whole = item.text
                self.own[name.strip()] = self.renderer().render(whole.cut(len(whole.value) - len(value), len(whole.value)))


def released(scene: Scene) -> Str:
    """The tag that is being released, as the scenario has it."""
    for data in (*scene.scenario.variables.values(), *scene.scenario.contexts.values()):
        found = next(_tags(data), None)
        if found is not None:
            return (found,)
    return accident.released_tag() or ()


def _tags(data: Data) -> Iterator[Symbol]:
    if isinstance(data, tuple):
        yield from (piece for piece in data if isinstance(piece, Symbol) and piece.name == accident.TAG)
    elif isinstance(data, (list, Either)):
        for item in data if isinstance(data, list) else data.options:
            yield from _tags(item)
    elif isinstance(data, Mapping):
        for item in data.values():
            yield from _tags(item)


def prerelease() -> Str:
    """`.Prerelease`: what stands behind the hyphen of the version."""
    return (Symbol("the version's prerelease part", Colour.PRERELEASE, ("", "", "rc.1")),)


def _number(at: int) -> Callable[[str], str | None]:
    def part(tag: str) -> str | None:
        numbers = _bare(tag).partition("-")[0].split(".")
        return numbers[at] if at < len(numbers) else "0"

    return part


def _bare(tag: str) -> str:
    return tag.rpartition("/")[2].removeprefix("v")


PARTS: Mapping[str, Callable[[str], str | None]] = {
    "Tag": lambda tag: tag,
    "Version": _bare,
    "RawVersion": lambda tag: _bare(tag).partition("-")[0],
    "Major": _number(0),
    "Minor": _number(1),
    "Patch": _number(2),
}

__all__ = ["Facts", "prerelease", "released"]
