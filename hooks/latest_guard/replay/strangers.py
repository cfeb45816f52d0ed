"""Programs that cannot be read here, and what they may have told later steps: outputs that nothing else has written are theirs.

A program of the project's own, called by its path, may have set the variables of later steps as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative
from latest_guard.replay.conditions import FALSE
from latest_guard.replay.machine import known
from latest_guard.values import Colour, Kind, Symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.replay.evaluation import Found
    from latest_guard.replay.machine import Machine
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

#: Tools that run code of the project's own, and the subcommands with which they do; none: with any.
RUNNING: dict[str, tuple[str, ...]] = {
    "npm": ("run", "run-script", "start", "exec", "test"), "yarn": ("run", "exec", "node"), "pnpm": ("run", "exec"), "bun": ("run", "x"),
    "cargo": ("run", "xtask", "make"), "go": ("run", "generate"), "dotnet": ("run", "cake", "script", "nuke"), "deno": ("run", "task"),
    "gradle": (), "gradlew": (), "mvn": (), "mvnw": (), "sbt": (), "mill": (), "nx": (), "turbo": (), "rake": (), "bazel": ("run",),
    "bazelisk": ("run",), "poetry": ("run",), "uv": ("run",), "pdm": ("run",), "hatch": ("run",), "composer": ("run", "run-script"),
    "bundle": ("exec",), "tox": (), "nox": (), "earthly": (), "mix": ("run",), "swift": ("run",), "stack": ("run", "exec"),
    "zig": ("build",),
}  # fmt: skip


def runs(tool: str, words: Sequence[str]) -> bool:
    """Does this command line run code of the project's own that nobody follows here?"""
    wanted = RUNNING.get(tool)
    return wanted is not None and (not wanted or any(word in wanted for word in words[:3]))


def is_program(words: Sequence[str]) -> bool:
    """Does it run a program whose answer somebody may want, and not build or test something?"""
    return any(word in ("run", "run-script", "exec", "x", "script", "xtask") for word in words[:3])


def met(machine: Machine, name: str, reason: str, span: Span) -> None:
    """A program that cannot be read runs at this place."""
    _may_write(machine, "GITHUB_OUTPUT", f"the output * of `{name}` at {span}", reason, span)
    if "/" in name and name[0] not in "/{~":  # of the project, and not installed
        _may_write(machine, "GITHUB_ENV", f"a variable that `{name}` sets at {span}", reason, span)


def _may_write(machine: Machine, channel: str, what: str, reason: str, span: Span) -> None:
    file = known(machine.string(channel))
    if file and machine.path != FALSE:
        symbol = Symbol(what, Colour.UNREAD, kind=Kind.ANY, span=span, reason=reason)
        machine.scene.strangers.setdefault(file, []).append(Alternative(machine.path, (symbol,)))


def written(scene: Scene, channel: str) -> Found:
    """What a name holds that nothing known has written to the file `channel`; () where no such program ran."""
    found = scene.strangers.get(channel, [])
    if not found:
        return ()
    conditions = scene.conditions
    rest = conditions.no(conditions.any(a.when for a in found))
    last = found[-1]
    ran = Alternative(conditions.no(rest), last.held)
    return (ran, Alternative(rest, None)) if rest != FALSE else (ran,)
