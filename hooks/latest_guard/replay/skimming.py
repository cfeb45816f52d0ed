"""What is left of a script past a bound of the replay: every mover in it is taken as reached, under a condition that nobody worked out.

Each statement is looked at once, whatever loops and calls it stands in, so that the cost past a bound grows with the text alone.
Variables hold whatever any of the statements may have given them.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from latest_guard.catalog import index
from latest_guard.replay import builtins, external, parsed
from latest_guard.replay.alternatives import Alternative, Array, Content, one
from latest_guard.replay.following import PROGRAMS, SHELLS
from latest_guard.replay.words import fields, string
from latest_guard.shell import tree
from latest_guard.values import Str, Symbol, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from latest_guard.replay.alternatives import Variable
    from latest_guard.replay.machine import Machine
    from latest_guard.shell.tree import Command
    from latest_guard.source import Source, Span

#: Alternatives of a variable that are kept apart, and calls of one function that are looked at.
KEPT = 12
CALLS = 8
#: Endings of files that hold commands as shells read them.
SHELL_FILES = (".sh", ".bash", "")

_NODES = tuple(kind for kind in vars(tree).values() if isinstance(kind, type) and kind.__module__ == tree.__name__)


def command(machine: Machine, left: Command | tree.Body, why: str = "") -> None:
    """Look through what is not walked, and through the scripts of the repository that it calls; `why` says for what bound."""
    scene = machine.scene
    child = machine.fork()
    child.variables, child.functions = machine.variables, machine.functions  # what is set past the bound holds for all that comes later
    child.path = scene.beyond(machine.path, left.span, why)
    child.testing, child.captured, child.unset = 0, False, _unknown(machine.unset)
    _look(child, left, scene.skimmed)


def follows(machine: Machine, node: tree.Simple) -> bool:
    """Does a command run what a file of the repository says in a language of its own?"""
    return posixpath.basename(_name(node) or "") in machine.scene.followers


def _unknown(before: Callable[[str], Variable] | None) -> Callable[[str], Variable]:
    """What a variable holds that nobody has set: there, it may have been set in what is not walked."""

    def held(name: str) -> Variable:
        found = before(name) if before is not None else one(None)
        return found if any(a.held is not None for a in found) else one((Symbol("$" + name),))

    return held


def _look(machine: Machine, left: object, seen: dict[object, object]) -> None:
    for node in _statements(left, seen):
        if isinstance(node, tree.Simple):
            _simple(machine, node)
        elif isinstance(node, tree.Assignment):
            _assign(machine, node)
        elif isinstance(node, tree.For) and node.words is not None:
            for row in fields(machine, node.words)[:KEPT]:
                _add(machine, node.name, [Alternative(row.when, word) for word in row.held])
        elif isinstance(node, tree.Function):
            machine.functions[node.name] = node
        elif isinstance(node, tree.Unread):
            external.unparsed(machine, node.text, node.span)


def _statements(left: object, seen: dict[object, object]) -> Iterator[object]:
    """The nodes of a tree that were not looked at before, those of the bodies of functions left out until they are called."""
    stack = [left]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(reversed(node))
        elif isinstance(node, _NODES):
            if isinstance(node, tree.Body | tree.Simple | tree.Function):
                if id(node) in seen:
                    continue
                seen[id(node)] = node
            yield node
            if not isinstance(node, tree.Function):
                stack.extend(getattr(node, name) for name in reversed(getattr(type(node), "__slots__", ())))


def _assign(machine: Machine, node: tree.Assignment) -> None:
    if node.value is not None and node.index is None:
        _add(machine, node.name, [Alternative(a.when, a.held) for a in string(machine, node.value)])
    elif node.items is not None:
        words = tuple(word for _, word in node.items)
        rows = fields(machine, words)[:KEPT]
        _add(machine, node.name, [Alternative(a.when, Array(tuple((str(i), word) for i, word in enumerate(a.held)))) for a in rows])


def _add(machine: Machine, name: str, found: list[Alternative[Content]]) -> None:
    """A variable may hold what was found as well as what it held before."""
    before = [a for a in machine.variables.get(name, ()) if a.held is not None]
    machine.variables[name] = machine.scene.algebra.tidy([*before, *found])[-KEPT:]


# Commands ---------------------------------------------------------------------------------------------------------------


def _simple(machine: Machine, node: tree.Simple) -> None:
    name = _name(node)
    if name is None or not (name in machine.functions or name in builtins.WRAPPERS or _known(machine, name)):
        return
    start = machine.path
    for row in fields(machine, node.words)[:KEPT]:
        machine.path = row.when
        _said(machine, row.held, node.span)
    machine.path = start


def _name(node: tree.Simple) -> str | None:
    """The command's name where it is written out."""
    if not node.words or not all(isinstance(part, tree.Chars) for part in node.words[0].parts):
        return None
    return "".join(part.text for part in node.words[0].parts if isinstance(part, tree.Chars))


def _known(machine: Machine, name: str) -> bool:
    """Can a command of this name move something, or run what does?"""
    tool = posixpath.basename(name)
    follows = tool in machine.scene.followers or tool in SHELLS or tool in PROGRAMS or "/" in name or name in (".", "source", "eval")
    return follows or bool(index.movers(tool) or index.runners(tool)) or posixpath.splitext(name)[1] in (".sh", ".bash", ".py", ".js")


def _said(machine: Machine, words: tuple[Str, ...], span: Span) -> None:
    """A command with its words."""
    name = plain(words[0]) if words else None
    if name is None:
        return
    if name in machine.functions:
        _function(machine, name, words[1:])
    elif name in builtins.WRAPPERS:
        _said(machine, tuple(builtins.WRAPPERS[name](machine, words[1:])), span)
    elif not external.moves(machine, posixpath.basename(name), list(words[1:]), span):
        _runs(machine, name, words, span)


def _function(machine: Machine, name: str, arguments: tuple[Str, ...]) -> None:
    """A function's body, looked at anew for what it is given, a few times."""
    function = machine.functions[name]
    calls = machine.scene.skimmed.setdefault(("calls", id(function)), [])
    if not isinstance(calls, list) or len(calls) >= CALLS:
        return
    calls.append(function)
    before = machine.variables.get("@", one(Array(())))
    machine.variables["@"] = one(Array(tuple((str(i), word) for i, word in enumerate(arguments))))
    _look(machine, function.body, {})
    machine.variables["@"] = before


def _runs(machine: Machine, name: str, words: tuple[Str, ...], span: Span) -> None:
    """A command that runs another, or files of the repository."""
    tool = posixpath.basename(name)
    for entry in index.runners(tool):
        arguments = index.arguments_of(entry, list(words[1:]))
        inner = entry.inner(arguments) if arguments is not None else None
        if inner:
            _said(machine, tuple(inner), span)
            return
    for path in machine.scene.relevance.named(" ".join(plain(word) or "" for word in words), machine.directory):
        source = machine.scene.tree.read(path)
        if source is not None and path not in machine.scene.skimmed and machine.scene.relevance.file(path):
            machine.scene.skimmed[path] = source
            before = len(machine.scene.reaches)
            machine.scene.enter(span, f"runs {path}", "call")
            _file(machine, source)
            machine.scene.leave()
            machine.scene.lost = machine.scene.lost or len(machine.scene.reaches) == before


def _file(machine: Machine, source: Source) -> None:
    machine.scene.followed.add(source.path)
    first = source.line(1)
    if posixpath.splitext(source.path)[1] in SHELL_FILES and (first.startswith("#!") or source.path.endswith(SHELL_FILES[:2])):
        if any(shell in first for shell in SHELLS) or not first.startswith("#!"):
            _look(machine, parsed.body(machine, parsed.whole(machine, source)), machine.scene.skimmed)
        return
    start = 0
    for line in source.text.splitlines(keepends=True):
        place = source.span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
        external.mentioned(machine, line, place)
        start += len(line)
