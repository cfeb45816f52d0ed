"""semantic-release: which branch releases to which channel, and what its plugins move then.

https://semantic-release.gitbook.io/semantic-release/usage/workflow-configuration: the first plain branch publishes to npm's `latest`, the
others and maintenance branches to a channel of their own; where a maintenance line is declared as a plain branch, `latest` follows it.
On its main branch the tool only goes forwards.  GitHub's badge it leaves to GitHub, whatever the branch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from latest_guard.catalog import index
from latest_guard.catalog.arguments import options, parse
from latest_guard.catalog.entries import Form, Target
from latest_guard.pipeline import Start
from latest_guard.replay.alternatives import literal
from latest_guard.replay.builds import settings
from latest_guard.replay.composed import Segment, run, script, shell
from latest_guard.replay.conditions import FALSE, Condition, Test, TestKind
from latest_guard.replay.evaluation import lift, strings
from latest_guard.values import Str, Symbol, plain, text
from latest_guard.yamltree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span, Text
    from latest_guard.yamltree import Node

NAMES = (
    ".releaserc", ".releaserc.json", ".releaserc.yaml", ".releaserc.yml", ".releaserc.js", ".releaserc.cjs", ".releaserc.mjs",
    ".releaserc.ts",
    "release.config.js", "release.config.cjs", "release.config.mjs", "release.config.ts",
)  # fmt: skip
VALUED = options("-b --branches -r --repository-url -t --tag-format -p --plugins -e --extends --verify-conditions --publish --prepare")
#: Words of another tool of this name.
OTHER = ("version", "publish", "changelog", "generate-config", "print-version")
#: Where a run finds the name of its branch.
BRANCHES = ("CI_COMMIT_BRANCH", "GITHUB_REF_NAME")
MAIN = ("master", "main")
PLUGINS = ("@semantic-release/npm", "@semantic-release/github")
#: Keys of the exec plugin that hold commands (https://github.com/semantic-release/exec).
COMMANDS = ("verifyReleaseCmd", "prepareCmd", "publishCmd", "addChannelCmd", "successCmd")
_RANGE = re.compile(r"\d+(?:\.\d+)?(?:\.x){1,2}")
_LINE = re.compile(r"(?:^|[/_-])v?\d+(?:[._]\d+){0,3}(?:[._-]x){0,2}$|release|hotfix|maint|stable|support|lts", re.IGNORECASE)
_PATTERN = re.compile(r"[*?+@!\[({]")
_HOLE = re.compile(r"\$\{([^{}]{1,200})\}|<%[-=]?([^%]{1,200})%>")


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that releases: its channel ("" is the default one), and whether only what is newer than all before comes out of it."""

    name: str
    channel: str
    forwards: bool
    span: Span | None


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Release as the configuration says; False where it is another tool of this name."""
    arguments = parse(words[1:], VALUED)
    if arguments.texts()[:1] and arguments.texts()[0] in OTHER:
        return False
    scene = machine.scene
    machine.finish(literal("0"))
    pulled = scene.scenario.name.startswith(("pull_request", "merge_request"))
    if pulled or arguments.has("-d", "--dry-run", "--dryRun", "-h", "--help", "-v", "--version"):
        return True
    root = settings.found(machine, "release", NAMES)
    if root is not None:
        scene.followed.add(root.source.path)
    said = [plain(value) or "" for value in arguments.values("-b", "--branches")]
    declared = list(_declared(root.get("branches") if root is not None else None)) if not said else [Branch(said[0], "", True, None)]
    scene.enter(span, f"runs semantic-release with {root.source.path if root is not None else 'its defaults'}", "call")
    for branch in _run_on(machine, declared):
        _release(machine, root, branch, span)
    scene.leave()
    return True


# Branches -------------------------------------------------------------------------------------------------------------------


def _declared(node: Node | None) -> Iterator[Branch]:
    """The branches that publish no prereleases; by default the main ones, each with its channel."""
    items = node.items if isinstance(node, Sequence) else [node] if node is not None else []
    if not items:
        yield from (Branch(name, "", True, None) for name in MAIN)
        yield Branch("*.x", "x", False, None)
        return
    plain_ones = 0
    for item in items:
        name, channel, ranged = _said(item, "name"), _channel(item), _said(item, "range")
        if not name or (_said(item, "prerelease") or "false") != "false":
            continue
        if ranged or _RANGE.fullmatch(name) or (_PATTERN.search(name) and name.endswith("x")):
            yield Branch(name, name if channel is None else channel, False, item.span)
            continue
        first, plain_ones = plain_ones == 0, plain_ones + 1
        yield Branch(name, channel or "" if first else name if channel is None else channel, _LINE.search(name) is None, item.span)


def _said(item: Node, key: str) -> str:
    held = item.get(key) if isinstance(item, Mapping) else item if key == "name" else None
    return held.value if isinstance(held, Scalar) else ""


def _channel(item: Node) -> str | None:
    """The channel that is written: None where none is, "" for the default one."""
    held = item.get("channel") if isinstance(item, Mapping) else None
    if not isinstance(held, Scalar) or held.data() is None:
        return None
    return "" if held.data() is False or held.value == "latest" else held.value


def _run_on(machine: Machine, declared: list[Branch]) -> list[Branch]:
    """Those branches on which this run can be."""
    variables = machine.scene.scenario.variables
    name = next((variables[key] for key in BRANCHES if variables.get(key)), None)
    if machine.scene.scenario.start is Start.RELEASE and name is None:
        return []
    on = strings(machine.scene, lift(machine.scene, name)) if name is not None else literal("main")
    known = plain(on[0].held) if len(on) == 1 else None
    if known is None:
        return declared if any(isinstance(piece, Symbol) for piece in on[0].held) and not _is_tag(machine) else []
    found = [branch for branch in declared if fnmatchcase(known, branch.name)]
    return found or [branch for branch in declared if known in MAIN and branch.name in MAIN]


def _is_tag(machine: Machine) -> bool:
    kinds = machine.scene.scenario.variables.get("GITHUB_REF_TYPE")
    tagged = isinstance(kinds, tuple) and plain(kinds) == "tag"
    return tagged or bool(machine.scene.scenario.variables.get("CI_COMMIT_TAG"))


# Plugins --------------------------------------------------------------------------------------------------------------------


def _release(machine: Machine, root: Mapping | None, branch: Branch, span: Span) -> None:
    """What the plugins move when a branch releases."""
    scene = machine.scene
    scene.releasing = True
    path = machine.path
    if branch.forwards:
        note = f"semantic-release releases `{branch.name}` only forwards"
        path = scene.conditions.both(path, scene.conditions.test(Test(note, TestKind.COMPARISON, note, branch.span, False)))
    plugins = root.get("plugins") if root is not None else None
    named = [(_named(item), item) for item in plugins.items] if isinstance(plugins, Sequence) else [(name, None) for name in PLUGINS]
    for name, item in named:
        own = item.items[1] if isinstance(item, Sequence) and len(item.items) > 1 else None
        place = item.span if item is not None else branch.span or span
        _plugin(machine, name, own if isinstance(own, Mapping) else None, branch, place, path)


def _named(item: Node) -> str:
    first = item.items[0] if isinstance(item, Sequence) and item.items else item
    return first.value if isinstance(first, Scalar) else _said(first, "path")


def _plugin(machine: Machine, name: str, own: Mapping | None, branch: Branch, place: Span, path: Condition) -> None:
    scene = machine.scene
    tool = name.removeprefix("@semantic-release/")
    if tool == "npm" and _flag(own, "npmPublish") is not False and not branch.channel:
        scene.reach("npm", "semantic-release npm", Target(text("latest"), Form.TAG), place, path)
    elif tool == "github" and not _flag(own, "draftRelease"):
        scene.reach("github-release", "semantic-release github", Target((), Form.RELEASE), place, path)
    elif tool == "exec" and own is not None:
        for key in COMMANDS:
            held = own.get(key)
            if isinstance(held, Scalar):
                _command(machine, held, branch, path)
    elif "docker" in tool:
        _images(machine, own, place, path)


def _flag(own: Mapping | None, key: str) -> object:
    held = own.get(key) if own is not None else None
    return held.data() if isinstance(held, Scalar) else None


def _images(machine: Machine, own: Mapping | None, place: Span, path: Condition) -> None:
    """The docker plugins: they tag `latest` unless they are told their tags."""
    name = _said(own, "dockerImage") or _said(own, "name") if own is not None else ""
    tags = next((held for key in ("dockerTags", "tags") if own is not None and (held := own.get(key)) is not None), None)
    listed = [tag for tag in tags.items if isinstance(tag, Scalar)] if isinstance(tags, Sequence) else []
    for value, span in [(tag.value, tag.span) for tag in listed] or [("latest", place)]:
        if "{{" not in value:
            machine.scene.reach("docker", "semantic-release docker", Target(text(value, span), Form.TAG, repository=name), span, path)


def _command(machine: Machine, held: Scalar, branch: Branch, path: Condition) -> None:
    """A command of the exec plugin, with what it is told of the release."""
    if path == FALSE:
        return
    child = shell(machine)
    child.path = path
    run(child, script(machine.scene, list(_segments(held.text, branch)), held.span))


def _segments(code: Text, branch: Branch) -> Iterator[Segment]:
    from latest_guard.replay.placed import literals

    at = 0
    for hole in _HOLE.finditer(code.value):
        yield tuple(literals(code, at, hole.start())), None
        yield _value((hole[1] or hole[2]).strip(), branch), code.span(hole.start(), hole.end())
        at = hole.end()
    yield tuple(literals(code, at, len(code.value))), None


def _value(said: str, branch: Branch) -> Str:
    if said.startswith("nextRelease.channel"):
        return text(branch.channel)
    if said.startswith("nextRelease."):
        return (index.declared_version("semantic-release's next version"),)
    return text(branch.name) if said == "branch.name" and not _PATTERN.search(branch.name) else (Symbol(said),)
