"""Scripts of package.json: npm, yarn, pnpm, bun, npm-run-all (https://docs.npmjs.com/cli/using-npm/scripts).

What stands behind the script's name goes into its command line; `pre` and `post` scripts run before and behind it.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from latest_guard.catalog.answers import released
from latest_guard.replay import jsontree
from latest_guard.replay.alternatives import literal, one
from latest_guard.replay.composed import Segment, run, script, shell
from latest_guard.replay.conditions import FALSE
from latest_guard.replay.files import resolve
from latest_guard.replay.placed import string
from latest_guard.values import Literal, Str, plain, show, text
from latest_guard.yamltree import Mapping, Scalar

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Span

#: Scripts inside scripts.
DEPTH = 10
#: Packages of a workspace that are looked through.
PACKAGES = 400
#: Subcommands that run the script of their name.
LIFECYCLE = {"npm": ("test", "start", "stop", "restart", "t"), "bun": ("test",), "pnpm": ("test", "start", "t")}
RUNNING = ("run", "run-script", "rum", "urn")
#: Subcommands of yarn and pnpm; whatever is none of them is a script, where there is one of that name.
BUILTIN = frozenset(
    ("add", "install", "i", "publish", "pack", "link", "init", "config", "cache", "upgrade", "remove", "version", "dlx", "exec", "create",
     "npm", "audit", "outdated", "why", "info", "login", "logout", "owner", "tag", "set", "plugin", "ci", "deploy", "fetch", "list", "ls",
     "update", "x")
)  # fmt: skip
#: Options that take the next word.
VALUED = frozenset(
    ("--prefix", "-C", "--dir", "--cwd", "-w", "--workspace", "--filter", "-F", "--loglevel", "--workspace-concurrency", "-j", "--jobs")
)
FOLDERS = ("--prefix", "-C", "--dir", "--cwd")
CHOOSING = ("-w", "--workspace", "--filter", "-F")
EVERYWHERE = ("--workspaces", "-ws", "-r", "--recursive", "--workspaces=true")
_SAFE = re.compile(r"[\w./:@%+,=^-]+")


@dataclass
class Line:
    """What a command line asks for: the script, its arguments, and the packages it runs in."""

    name: str = ""
    arguments: list[Str] = field(default_factory=list)
    folder: str = ""
    chosen: list[str] = field(default_factory=list)
    everywhere: bool = False


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Run the script that the command line names; False where it names none, or one that is not there."""
    tool = posixpath.basename(plain(words[0]) or "")
    if tool in ("npm-run-all", "npm-run-all2", "run-s", "run-p"):
        return _several(machine, list(words[1:]), span)
    if tool in ("turbo", "nx"):
        found = [_run_named(machine, line, span) for line in _across(tool, [plain(word) or "" for word in words[1:]])]
        return any(found)
    line = _asked(tool, list(words[1:]))
    return line is not None and _run_named(machine, line, span)


def _run_named(machine: Machine, line: Line, span: Span) -> bool:
    """Run the script that a line names in the packages that it means; False where it is not there."""
    if sum(frame.note.startswith("runs the script") for frame in machine.scene.frames) > DEPTH:
        return False
    process = shell(machine)
    if line.folder:
        process.directory = resolve(process, line.folder)
    found = [(folder, scripts) for folder, scripts in _packages(process, line) if _entry(scripts, line.name) is not None]
    if not found:
        return False
    for folder, root in found:
        _run(machine, process, root, folder, line, span)
    machine.out.extend(process.out)
    machine.status = process.status
    return True


#: What turbo and nx do besides running scripts.
OWN = frozenset(
    ("release", "show", "graph", "init", "format", "format:check", "format:write", "login", "link", "prune", "reset", "watch", "exec")
)


def _across(tool: str, words: list[str]) -> list[Line]:
    """The scripts that turbo or nx runs in the packages of a workspace (https://turborepo.com/docs/reference/run, https://nx.dev/nx-api/nx)."""
    names = [word for word in words if word and not word.startswith("-")]
    values = {name: value for name, equals, value in (word.partition("=") for word in words) if equals}
    values |= {
        name: after
        for name, after in zip(words, words[1:], strict=False)
        if name in ("-t", "--target", "--targets", "-p", "--projects", "--filter", "-F")
    }
    chosen = [value for name in ("--filter", "-F", "-p", "--projects") for value in values.get(name, "").split(",") if value]
    if tool == "nx" and names[:1] in (["run-many"], ["affected"]):
        wanted = [one for name in ("-t", "--target", "--targets") for one in values.get(name, "").split(",") if one]
    elif tool == "nx" and names[:1] == ["run"] and len(names) > 1:
        project, _, target = names[1].partition(":")
        wanted, chosen = [target.partition(":")[0]], [project]
    elif tool == "nx":
        wanted, chosen = names[:1], names[1:2] or chosen
    else:
        wanted = [name for name in names[1 if names[:1] == ["run"] else 0 :] if name not in chosen]
    return [Line(name=name, chosen=list(chosen), everywhere=not chosen) for name in wanted if name not in OWN]


# The command line -----------------------------------------------------------------------------------------------------------


def _asked(tool: str, rest: list[Str]) -> Line | None:
    """Which script a command line runs."""
    line = Line()
    names = _options(line, rest, tool)
    if tool == "yarn" and names[:1] == ["workspace"]:
        line.chosen.append(names[1] if len(names) > 1 else "")
        names, rest[:] = names[2:], rest[2:]
    elif tool == "yarn" and names[:1] == ["workspaces"]:
        line.everywhere = True
        cut = next((at for at, name in enumerate(names) if name == "run"), len(names))
        names, rest[:] = names[cut:], rest[cut:]
    if names and names[0] in RUNNING:
        rest.pop(0)
        names = _options(line, rest, tool)
    elif tool == "npm" or tool == "bun":
        if not names or names[0] not in LIFECYCLE[tool]:
            return None
    elif not names or names[0] in BUILTIN:
        return None
    if not names:
        return None
    line.name = {"t": "test"}.get(names[0], names[0])
    line.arguments = [word for word in rest[1:] if plain(word) != "--"] if tool != "npm" else _behind(line, rest[1:])
    return line


def _options(line: Line, rest: list[Str], tool: str) -> list[str]:
    """Take the options in front off; the words that are left as texts."""
    while rest and (head := show(rest[0])).startswith("-") and head != "--":
        word = rest.pop(0)
        name, equals, value = head.partition("=")
        if not equals and name in VALUED and rest and (True):
            value = plain(rest.pop(0)) or ""
        if name in FOLDERS:
            line.folder = value
        elif name in CHOOSING:
            line.chosen.append(value)
        elif plain(word) in EVERYWHERE:
            line.everywhere = True
    return [plain(word) or show(word) for word in rest]


def _behind(line: Line, rest: list[Str]) -> list[Str]:
    """What npm hands to the script: what stands behind `--`, and the words that are no options; options are npm's own."""
    front: list[Str] = []
    while rest and plain(rest[0]) != "--":
        _options(line, rest, "npm")
        if rest and plain(rest[0]) != "--":
            front.append(rest.pop(0))
    return [*front, *rest[1:]]


# Packages -------------------------------------------------------------------------------------------------------------------


def package(machine: Machine, folder: str) -> Mapping | None:
    """The package.json of a folder."""
    path = posixpath.normpath(posixpath.join(folder or ".", "package.json"))
    source = machine.scene.tree.read(path)
    if source is None:
        return None
    root = machine.scene.once("package.json", source, jsontree.read)
    return root if isinstance(root, Mapping) else None


def _packages(process: Machine, line: Line) -> list[tuple[str, Mapping]]:
    """The packages that the line means: that of the folder (or of one above it), or those of the workspace."""
    folder = process.directory
    if not line.chosen and not line.everywhere:
        found = package(process, folder)
        while found is None and posixpath.dirname(folder) != folder and folder != ".":
            folder = posixpath.dirname(folder)
            found = package(process, folder)
        return [(folder, found)] if found is not None else []
    made: list[tuple[str, Mapping]] = []
    paths = [path for path in process.scene.tree.listing() if posixpath.basename(path) == "package.json"]
    for path in paths[:PACKAGES]:
        inner = posixpath.dirname(path)
        root = package(process, inner)
        if line.everywhere and inner == ("" if folder in ("", ".") else folder):
            continue  # the workspace's own root is none of its members
        if root is not None and (line.everywhere or any(_is(inner, root, wanted) for wanted in line.chosen)):
            made.append((inner, root))
    return made


def _is(folder: str, root: Mapping, wanted: str) -> bool:
    """Is this the package that a filter means: by its name, or by its folder?"""
    name = root.get("name")
    said = name.value if isinstance(name, Scalar) else ""
    bare = wanted.strip("^.{}").removeprefix("./").rstrip("/")
    return fnmatchcase(said, wanted.strip("^.")) or folder == bare or (bool(bare) and posixpath.basename(folder) == bare)


def _entry(root: Mapping, name: str) -> Scalar | None:
    scripts = root.get("scripts")
    found = scripts.get(name) if isinstance(scripts, Mapping) else None
    return found if isinstance(found, Scalar) else None


# Running --------------------------------------------------------------------------------------------------------------------


def _run(machine: Machine, process: Machine, root: Mapping, folder: str, line: Line, span: Span) -> None:
    """The script with those before and behind it."""
    scene = machine.scene
    scene.followed.add(root.source.path)
    scene.enter(span, f"runs the script {line.name} of {root.source.path}", "call")
    for name in ("pre" + line.name, line.name, "post" + line.name):
        node = _entry(root, name)
        if node is None or process.path == FALSE:
            continue
        child = shell(process)
        child.directory = folder
        child.variables["npm_lifecycle_event"] = literal(name)
        child.variables["npm_package_version"] = one((released("the version in package.json"),))
        child.exported |= {"npm_lifecycle_event", "npm_package_version"}
        segments: list[Segment] = [(string(node.text), None)]
        segments += [((*text(" "), *_quoted(word)), span) for word in line.arguments if name == line.name]
        run(child, script(scene, segments, node.span))
        process.out.extend(child.out)
        process.status = child.status
        process.path = scene.conditions.both(process.path, child.succeeded())
    scene.leave()


def _quoted(word: Str) -> Str:
    """An argument as one word of a script."""
    if all(not isinstance(piece, Literal) or _SAFE.fullmatch(piece.text) for piece in word):
        return word
    inner = tuple(Literal(re.sub(r'([\\"$`])', r"\\\1", piece.text), piece.span) if isinstance(piece, Literal) else piece for piece in word)
    return (*text('"'), *inner, *text('"'))


def _several(machine: Machine, rest: list[Str], span: Span) -> bool:
    """`npm-run-all lint build:*`, `run-s`, `run-p`: scripts by patterns, one after the other."""
    root = package(machine, machine.directory)
    scripts = root.get("scripts") if root is not None else None
    if not isinstance(scripts, Mapping):
        return False
    wanted = [plain(word) or "" for word in rest if not (plain(word) or "").startswith("-")]
    for pattern in wanted:
        name, *arguments = pattern.split()
        for entry in scripts.entries:
            if fnmatchcase(entry.key.value, name.replace("**", "*")) and ("*" in name or entry.key.value == name):
                follow(machine, (text("npm"), text("run"), text(entry.key.value), text("--"), *map(text, arguments)), span)
    return True
