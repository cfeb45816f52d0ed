"""Settings of JavaScript tools: a key of package.json, or a file in JSON, YAML, or JavaScript that is no more than an object."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from latest_guard import yamltree
from latest_guard.replay import jsontree
from latest_guard.source import Source
from latest_guard.yamltree import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.replay.machine import Machine
    from latest_guard.yamltree import Node

_OBJECT = re.compile(r"(?:module\.exports\s*=|export\s+default)\s*(?=\{)|(?:const|let|var)\s+\w{1,80}\s*(?::[^={]{0,80})?=\s*(?=\{)")
_COMMENT = re.compile(r"(?m)(?<=[\s,{}\[\]])//[^\n]*|^//[^\n]*")


def found(machine: Machine, key: str, names: Iterable[str]) -> Mapping | None:
    """The settings of a tool in the machine's folder: `key` in package.json, else the first of the files `names` that is there."""
    manifest = _read(machine, "package.json")
    inner = manifest.get(key) if manifest is not None else None
    if isinstance(inner, Mapping):
        return inner
    for name in names:
        read = _read(machine, name)
        if read is not None:
            return read
    return None


def manifest(machine: Machine) -> Mapping | None:
    """The package.json of the machine's folder."""
    return _read(machine, "package.json")


def _read(machine: Machine, name: str) -> Mapping | None:
    path = posixpath.normpath(posixpath.join(machine.directory or ".", name))
    source = machine.scene.tree.read(path)
    if source is None:
        return None
    root = machine.scene.once("settings", source, _parsed)
    return root if isinstance(root, Mapping) else None


def _parsed(source: Source) -> object:
    ending = posixpath.splitext(source.path)[1]
    if ending in (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"):
        return _script(source)
    return jsontree.read(source) if ending == ".json" else yamltree.read(source)


def _script(source: Source) -> Node | None:
    """The object that a script gives away, where it is written as YAML's flow style reads it as well; every character keeps its place."""
    begins = _OBJECT.search(source.text)
    if begins is None:
        return None
    end = _closing(source.text, begins.end())
    blank = "".join("\n" if char == "\n" else " " for char in source.text[: begins.end()])
    code = _COMMENT.sub(lambda said: " " * len(said[0]), source.text[begins.end() : end])
    read = yamltree.read(Source(source.path, blank + code.replace("`", '"').replace("\t", " ")))
    return read if isinstance(read, Mapping) else None


def _closing(code: str, at: int) -> int:
    """Where the brace that opens at `at` is closed; texts are passed over."""
    depth = 0
    for token in re.finditer(r"""["'`]|[{}]|\\.""", code[at:]):
        if token[0] == "{":
            depth += 1
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                return at + token.end()
    return len(code)


__all__ = ["found", "manifest"]
