"""`docker` where it builds what files say: `docker buildx bake`, `docker compose build --push`, `docker compose push`.

https://docs.docker.com/reference/cli/docker/compose/build/ and …/push/: services that are built are pushed under their `image`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from latest_guard.catalog.arguments import Arguments, options, parse
from latest_guard.replay.alternatives import literal
from latest_guard.replay.bake import command
from latest_guard.replay.bake.command import Bake, definition
from latest_guard.replay.bake.files import COMPOSE
from latest_guard.replay.files import resolve, spelled
from latest_guard.values import plain, text

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Source, Span
    from latest_guard.values import Str

VALUED = options(
    "-f --file -p --project-name --profile --env-file --project-directory --ansi --progress --parallel --build-arg --builder -m"
)
#: What a file beside the first adds, where no file is named.
OVERRIDES = tuple(name.replace(".y", ".override.y") for name in COMPOSE)


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Build and push what files say; False where the command does something else."""
    tool = posixpath.basename(plain(words[0]) or "")
    rest = list(words[1:])
    if tool.endswith("compose"):
        return _compose(machine, rest, span)
    if rest and plain(rest[0]) == "compose":
        return _compose(machine, rest[1:], span)
    return command.follow(machine, words, span)


def _compose(machine: Machine, rest: list[Str], span: Span) -> bool:
    arguments = parse(rest, VALUED)
    asked = arguments.texts()[:1]
    if asked not in (["build"], ["push"]):
        return False
    machine.finish(literal("0"))
    pushing = asked == ["push"] or arguments.has("--push")
    sources = _sources(machine, arguments) if pushing and not arguments.has("--dry-run") else []
    if not sources:
        return pushing is False
    scene = machine.scene
    scene.enter(span, f"composes {sources[0].path}", "call")
    pushed = Arguments((("--push", text("true")),), arguments.positionals[1:], arguments.words)
    bake = Bake(machine, pushed, definition(machine, sources), span, f"docker compose {asked[0]}")
    for name in bake.goals():
        bake.build(name, machine.path, 0)
    scene.leave()
    return True


def _sources(machine: Machine, arguments: Arguments) -> list[Source]:
    """The compose files that are named, else the first there is by default and what overrides it."""
    said = [name for value in arguments.values("-f", "--file") if (name := spelled(value)) is not None]
    found = [source for name in said or COMPOSE if (source := machine.scene.tree.read(resolve(machine, name))) is not None]
    if said or not found:
        return found
    over = [source for name in OVERRIDES if (source := machine.scene.tree.read(resolve(machine, name))) is not None]
    return [*found[:1], *over[:1]]
