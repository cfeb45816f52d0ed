"""Modules of the repository that a program imports: read once, run once, their names handed on."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import one
from latest_guard.replay.programs import read_javascript, read_python, tree
from latest_guard.replay.programs.items import ClassItem, Closure, Items, Scope
from latest_guard.replay.programs.process import Process
from latest_guard.replay.programs.program import LIMIT, Program, of_source

if TYPE_CHECKING:
    from latest_guard.source import Source
    from latest_guard.values import Str

Body = Callable[[Process, Sequence[tree.Statement]], None]

MODULES = 12
ENDINGS = {
    "python": (".py", "/__init__.py"),
    "javascript": ("", ".js", ".mjs", ".cjs", ".ts", ".mts", "/index.js", "/index.ts", "/index.mjs"),
}


def statements(process: Process, program: Program) -> tuple[tree.Statement, ...]:
    """A program's tree, parsed once for a text. Raises read_python.UnparsedError, RecursionError."""
    key = ("program", process.language, program.text.value)
    found = process.scene.cache.get(key)
    if found is None:
        reader = read_python.read if process.language == "python" else read_javascript.read
        found = process.scene.cache[key] = (None, reader(program.text.value))
    made = found[1]
    assert isinstance(made, tuple)
    return made


def imported(process: Process, module: str, part: str, body: Body) -> Items | None:
    """`part` of a module of the repository; None where the module is no file of it."""
    source = _find(process, module)
    if source is None and process.language == "python" and part:
        source = _find(process, f"{module.rstrip('.')}.{part}" if module.strip(".") else f"{module}{part}")
        part = "" if source is not None else part
    if source is None:
        return None
    scope = _run(process, source, body)
    if part in ("", "*"):
        return one(ClassItem(module, scope))
    return scope.held.get(part) or (one(ClassItem(module, scope)) if part == "default" else one(None))


def required(process: Process, module: str, body: Body) -> Items | None:
    """What `require` gives of a module of the repository: what it put in place of its exports, else all that it exports."""
    source = _find(process, module)
    if source is None:
        return None
    scope = _run(process, source, body)
    given = scope.held.get("default")
    if given is not None and all(isinstance(a.held, (Closure, ClassItem)) for a in given):
        return given
    return one(ClassItem(module, scope))


def _find(process: Process, module: str) -> Source | None:
    folder = posixpath.dirname(process.path_name)
    if process.language == "python":
        dots = len(module) - len(module.lstrip("."))
        name = module.lstrip(".").replace(".", "/")
        base = posixpath.join(folder, *[".."] * max(0, dots - 1), name)
    elif module.startswith("."):
        base = posixpath.join(folder, module)
    else:
        return None
    path = posixpath.normpath(base)
    if path.startswith(("..", "/")) or not path.strip("./"):
        return None
    stem = path.removesuffix(".js") if process.language == "javascript" else path
    for candidate in (*(path + ending for ending in ENDINGS[process.language]), stem + ".ts"):
        found = process.scene.tree.read(candidate) if posixpath.splitext(candidate)[1] not in ("", ".json") else None
        if found is not None and len(found.text) <= LIMIT:
            return found
    return None


def _run(process: Process, source: Source, body: Body) -> Scope:
    known = process.modules.get(source.path)
    if known is not None:
        return known
    scope = process.modules[source.path] = Scope()
    if len(process.modules) > MODULES or process.world is not None:
        return scope
    program = of_source(source)
    process.effects[f"program {source.path}"] = program
    process.scene.followed.add(source.path)
    try:
        found = statements(process, program)
    except (read_python.UnparsedError, RecursionError):
        return scope
    outer = (process.scope, process.program, process.path_name, process.frames, process.loops)
    process.scope, process.program, process.path_name, process.frames, process.loops = scope, program, source.path, [], []
    scope.held["__name__"] = one(_name(source.path))
    body(process, found)
    process.scope, process.program, process.path_name, process.frames, process.loops = outer
    return scope


def _name(path: str) -> Str:
    from latest_guard.values import text

    return text(posixpath.splitext(posixpath.basename(path))[0])


def program_of(process: Process, closure: Closure) -> Program:
    """The program in which a function stands."""
    found = process.effects.get(f"program {closure.path}")
    return found if isinstance(found, Program) else process.program
