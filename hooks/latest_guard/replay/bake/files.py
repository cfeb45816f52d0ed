"""Bake's files: HCL, JSON, and compose files; which of them there are, and all of them together as one definition."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard import yamltree
from latest_guard.replay import jsontree
from latest_guard.replay.bake import hcl
from latest_guard.replay.bake.tree import Block, Constant, Expression, File, Listing, Table, Template
from latest_guard.replay.placed import literals
from latest_guard.source import Problem, Source
from latest_guard.values import Literal
from latest_guard.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.scene import Scene

#: Looked for in this order where none is said; all that are there count (docs.docker.com/build/bake/introduction).
COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
NAMES = (*COMPOSE, "docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl")
_SUBSTITUTED = re.compile(r"\$(?:\$|(\w+)|\{(\w+)(?:(:?[-?+])([^{}]*))?\})")


@dataclass
class Definition:
    """What the files say together: later ones add to and override earlier ones."""

    targets: dict[str, Block] = field(default_factory=dict)
    groups: dict[str, Block] = field(default_factory=dict)
    variables: dict[str, Block] = field(default_factory=dict)
    functions: dict[str, Block] = field(default_factory=dict)
    attributes: dict[str, Expression] = field(default_factory=dict)

    def add(self, file: File) -> None:
        """Take a further file in."""
        self.attributes.update(file.attributes)
        kinds = {"target": self.targets, "group": self.groups, "variable": self.variables, "function": self.functions}
        for block in file.blocks:
            held = kinds.get(block.kind)
            if held is None:
                continue
            before = held.get(block.label)
            merged = {**before.attributes, **block.attributes} if before is not None else block.attributes
            held[block.label] = Block(block.kind, block.label, merged, block.span)


def read(scene: Scene, source: Source) -> File | Problem:
    """A file by its name; read once."""
    return scene.once("bake", source, _read)


def _read(source: Source) -> File | Problem:
    if source.path.endswith(".hcl"):
        return hcl.read(source)
    written = source.path.endswith((".yml", ".yaml"))
    root = yamltree.read(source) if written else jsontree.read(source)
    if isinstance(root, Problem):
        return root if written or source.path.endswith(".json") else hcl.read(source)
    if not isinstance(root, Mapping):
        return File((), {})
    return _compose(root) if written else _json(root)


# JSON (https://github.com/hashicorp/hcl/blob/main/json/spec.md) -------------------------------------------------------------


def _json(root: Mapping) -> File:
    blocks: list[Block] = []
    attributes: dict[str, Expression] = {}
    for entry in root.entries:
        if entry.key.value in ("target", "group", "variable", "function") and isinstance(entry.value, Mapping):
            blocks += _labelled(entry.key.value, entry.value)
        else:
            attributes[entry.key.value] = _expression(entry.value)
    return File(tuple(blocks), attributes)


def _labelled(kind: str, held: Mapping) -> Iterator[Block]:
    for entry in held.entries:
        if isinstance(entry.value, Mapping):
            inner = {part.key.value: _expression(part.value) for part in entry.value.entries}
            yield Block(kind, entry.key.value, inner, entry.key.span)


def _expression(node: Node) -> Expression:
    if isinstance(node, Mapping):
        return Table(tuple((_literal(entry.key), _expression(entry.value)) for entry in node.entries), node.span)
    if isinstance(node, Sequence):
        return Listing(tuple(_expression(item) for item in node.items), node.span)
    data = node.data()
    if not isinstance(data, str):
        return Constant(data, node.span)
    if "${" in node.value and node.style == '"':
        return hcl.template(node.source, node.start + 1, node.end - 1)
    return _literal(node)


def _literal(node: Scalar) -> Template:
    return Template(tuple(literals(node.text)), node.span)


# Compose (https://docs.docker.com/build/bake/compose-file/) -----------------------------------------------------------------


def _compose(root: Mapping) -> File:
    """Services that are built are targets; `image` and `build.tags` name what they make."""
    services = root.get("services")
    blocks: list[Block] = []
    names: list[Expression] = []
    for entry in services.entries if isinstance(services, Mapping) else ():
        build = entry.value.get("build") if isinstance(entry.value, Mapping) else None
        if build is None or not isinstance(entry.value, Mapping):
            continue
        found: dict[str, Expression] = {}
        tags = [entry.value.get("image")]
        if isinstance(build, Mapping):
            tags += _listed(build.get("tags"))
            extra = build.get("x-bake")
            if isinstance(extra, Mapping):
                found = {part.key.value: _expression(part.value) for part in extra.entries}
        named = tuple(_substituted(tag) for tag in tags if isinstance(tag, Scalar))
        found.setdefault("tags", Listing(named, entry.key.span))
        blocks.append(Block("target", entry.key.value.replace(".", "_"), found, entry.key.span))
        names.append(Template((Literal(entry.key.value.replace(".", "_")),), entry.key.span))
    blocks.append(Block("group", "default", {"targets": Listing(tuple(names), root.span)}, root.span))
    return File(tuple(blocks), {})


def _listed(node: Node | None) -> list[Node | None]:
    return list(node.items) if isinstance(node, Sequence) else [node]


def _substituted(node: Scalar) -> Expression:
    """`${NAME:-default}` as compose puts variables in."""
    from latest_guard.replay.bake.tree import Name, Operation

    text = node.text
    parts: list[Literal | Expression] = []
    low = 0
    for found in _SUBSTITUTED.finditer(text.value):
        parts += literals(text, low, found.start())
        low = found.end()
        span = text.span(found.start(), found.end())
        if found[0] == "$$":
            parts.append(Literal("$", span))
            continue
        name = Name(found[1] or found[2], span)
        empty = Operation("==", (name, Template((), span)), span)
        other = Template(tuple(literals(text, found.start(4), found.end(4))), span) if found[4] is not None else Template((), span)
        sign = (found[3] or "").lstrip(":")
        parts.append(
            Operation("?", (empty, other, name), span)
            if sign == "-"
            else Operation("?", (empty, Template((), span), other), span)
            if sign == "+"
            else name
        )
    parts += literals(text, low, len(text.value))
    return Template(tuple(parts), node.span)
