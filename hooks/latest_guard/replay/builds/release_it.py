"""release-it: what it publishes by its settings and its command line (https://github.com/release-it/release-it/tree/main/docs).

It publishes the version that it is asked for, from wherever it is run, and compares it with nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.arguments import Arguments, options, parse
from latest_guard.catalog.entries import Form, Target
from latest_guard.replay.alternatives import literal
from latest_guard.replay.builds import settings
from latest_guard.replay.composed import run, script, shell
from latest_guard.replay.placed import string
from latest_guard.values import plain, text
from latest_guard.yamltree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span
    from latest_guard.values import Str

NAMES = tuple(".release-it" + ending for ending in (".json", ".js", ".ts", ".cjs", ".mjs", ".yaml", ".yml"))
VALUED = options("-c --config -i --increment --npm.tag --preReleaseId --git.tagName --github.releaseName --npm.otp --preRelease=")


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Release as the settings and the command line say."""
    arguments = parse(words[1:], VALUED)
    machine.finish(literal("0"))
    if arguments.has("-d", "--dry-run", "-h", "--help", "-v", "--version", "--release-version", "--changelog"):
        return True
    root = settings.found(machine, "release-it", NAMES)
    scene = machine.scene
    scene.releasing = True
    if root is not None:
        scene.followed.add(root.source.path)
    scene.enter(span, f"runs release-it with {root.source.path if root is not None else 'its defaults'}", "call")
    _hooks(machine, root)
    if not arguments.has("--preRelease", "--preReleaseId") and not any(name.startswith("--preRelease") for name, _ in arguments.options):
        _npm(machine, root, arguments, span)
        _github(machine, root, arguments, span)
    scene.leave()
    return True


def _said(root: Mapping | None, arguments: Arguments, part: str, key: str) -> object:
    """A setting: the command line's `--part.key`, `--no-part.key`, `--no-part`, else the file's."""
    if arguments.has(f"--no-{part}.{key}") or arguments.has(f"--no-{part}"):
        return False
    flag = arguments.flag(f"--{part}.{key}")
    if flag is not None:
        return {"true": True, "false": False}.get(plain(flag) or "", plain(flag))
    held = root.get(part) if root is not None else None
    if isinstance(held, Scalar):
        return False if held.data() is False else None
    inner = held.get(key) if isinstance(held, Mapping) else None
    return inner.data() if isinstance(inner, Scalar) else None


def _place(root: Mapping | None, part: str, key: str, span: Span) -> Span:
    held = root.get(part) if root is not None else None
    inner = held.get(key) if isinstance(held, Mapping) else None
    return inner.span if inner is not None else held.span if isinstance(held, Mapping) else span


def _npm(machine: Machine, root: Mapping | None, arguments: Arguments, span: Span) -> None:
    manifest = settings.manifest(machine)
    private = manifest.get("private") if manifest is not None else None
    if manifest is None or (isinstance(private, Scalar) and private.data() is True):
        return
    if _said(root, arguments, "npm", "publish") is False:
        return
    tag = arguments.value("--npm.tag") or text(str(_said(root, arguments, "npm", "tag") or "latest"))
    machine.scene.reach("npm", "release-it npm", Target(tag, Form.TAG), _place(root, "npm", "tag", span), machine.path)


def _github(machine: Machine, root: Mapping | None, arguments: Arguments, span: Span) -> None:
    if _said(root, arguments, "github", "release") is not True:
        return
    if any(_said(root, arguments, "github", key) is True for key in ("draft", "preRelease")):
        return
    latest = text("false") if _said(root, arguments, "github", "makeLatest") is False else ()
    place = _place(root, "github", "release", span)
    machine.scene.reach("github-release", "release-it github", Target(latest, Form.RELEASE), place, machine.path)


def _hooks(machine: Machine, root: Mapping | None) -> None:
    """The commands of the settings, in the order in which they stand."""
    hooks = root.get("hooks") if root is not None else None
    for entry in hooks.entries if isinstance(hooks, Mapping) else ():
        held = entry.value.items if isinstance(entry.value, Sequence) else [entry.value]
        for command in held:
            if isinstance(command, Scalar):
                run(shell(machine), script(machine.scene, [(string(command.text), None)], command.span))
