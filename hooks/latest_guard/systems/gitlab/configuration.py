"""A configuration put together: included files, `!reference` and `extends` resolved, in GitLab's order.

Sources: https://docs.gitlab.com/ci/yaml/#include, #extends, https://docs.gitlab.com/ci/yaml/yaml_optimization/ and
https://docs.gitlab.com/ci/inputs/.  Included files come first and are overridden by what includes them, mapping by mapping; lists are
replaced.  Then references are resolved, then `extends`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from latest_guard import yamltree
from latest_guard.files import normal
from latest_guard.shell import patterns
from latest_guard.source import Problem, Source
from latest_guard.systems.gitlab.components import component
from latest_guard.yamltree import Entry, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.files import Tree
    from latest_guard.systems.shapes import Shapes

#: GitLab's own bounds: https://docs.gitlab.com/ci/yaml/#include and #extends, https://docs.gitlab.com/ci/yaml/yaml_optimization/.
MAX_INCLUDES = 150
MAX_EXTENDS = 11
MAX_REFERENCES = 10
#: Keys that merging may copy; a configuration that needs more is an attack.
MAX_MERGED = 500_000

INPUT = re.compile(r"\$\[\[\s*inputs\.([A-Za-z0-9_.-]+)\s*(?:\|[^\]]{0,200})?\]\]")


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that is included from elsewhere and cannot be read here: `kind` is project, remote, template or component."""

    kind: str
    name: str
    node: Node
    inputs: Mapping | None


@dataclass(slots=True)
class Configuration:
    """The whole of a configuration. `merged` is what all files together say; `parts` are the paths of those included."""

    merged: Mapping
    foreign: list[Foreign] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def configuration(source: Source, tree: Tree | None, shapes: Shapes) -> Configuration | None:
    """The configuration in `source`; None where it cannot be read at all, with a problem."""
    loader = _Loader(tree, shapes)
    root = loader.content(source, None)
    if root is None:
        return None
    found = Configuration(root)
    try:
        merged = loader.with_includes(root, found, 0)
        merged = _References(merged, bool(found.foreign), shapes).resolved() if loader.refers else merged
        found.merged = _Extends(merged, shapes, loader.budget).resolved()
    except TooMuchError:
        shapes.problem(root, "the configuration grows out of bounds where its parts are put together, and is not read")
        return None
    return found


class TooMuchError(Exception):
    """Merging copies more than it may."""


@dataclass(slots=True)
class Budget:
    """What is left of the keys that may be copied."""

    left: int = MAX_MERGED

    def spend(self, count: int) -> None:
        """Take `count` keys. Raises TooMuchError."""
        self.left -= count
        if self.left < 0:
            raise TooMuchError


def merged_deep(below: Mapping, above: Mapping, budget: Budget) -> Mapping:
    """Both mappings in one: where both have a key `above` wins, except that two mappings are merged in turn."""
    budget.spend(len(below.entries) + len(above.entries))
    found = {entry.key.value: entry for entry in below.entries}
    for entry in above.entries:
        old = found.get(entry.key.value)
        if old is not None and isinstance(old.value, Mapping) and isinstance(entry.value, Mapping):
            found[entry.key.value] = Entry(entry.key, merged_deep(old.value, entry.value, budget))
        else:
            found[entry.key.value] = entry
    return Mapping(above.source, above.start, above.end, tuple(found.values()), above.tag, above.duplicates)


# Included files ---------------------------------------------------------------------------------------------------------


class _Loader:
    """Reads files and what they include."""

    def __init__(self, tree: Tree | None, shapes: Shapes) -> None:
        self.tree = tree
        self.shapes = shapes
        self.budget = Budget()
        self.count = 0
        self.refers = False

    def content(self, source: Source, inputs: Mapping | None) -> Mapping | None:
        """The configuration that a file holds, a header with `spec` cut off and its inputs filled in."""
        found = yamltree.documents(source)
        if isinstance(found, Problem):
            self.shapes.problems.append(found)
            return None
        self.refers = self.refers or "!reference" in source.text
        if not found:
            self.shapes.problems.append(Problem("the file is empty", source.span(0, 0)))
            return None
        header = found[0] if len(found) > 1 else None
        root = self.shapes.mapping(found[-1], "a GitLab configuration")
        if root is None and not isinstance(found[-1], Mapping) and not self.shapes.problems:
            self.shapes.problem(found[-1], "a GitLab configuration must be a mapping")
        if root is None or not isinstance(header, Mapping) or "$[[" not in source.text:
            return root
        filled = _filled(root, _values(header, inputs))
        return filled if isinstance(filled, Mapping) else root

    def with_includes(self, root: Mapping, into: Configuration, depth: int) -> Mapping:
        """The content of a file over that of all the files that it includes, in their order."""
        below: Mapping | None = None
        for entry in _includes(root.get("include")):
            for found in self.included(entry, into, depth):
                below = found if below is None else merged_deep(below, found, self.budget)
        return root if below is None else merged_deep(below, root, self.budget)

    def included(self, entry: Node, into: Configuration, depth: int) -> Iterator[Mapping]:
        """The files that one entry of `include` names, each with what it includes itself."""
        settings = entry if isinstance(entry, Mapping) else None
        named = settings.get("local") if settings else entry
        inputs = settings.get("inputs") if settings else None
        given = inputs if isinstance(inputs, Mapping) else None
        own = _component(settings)
        if own is not None:
            content = self.content(own, given)
            yield from () if content is None else (content,)
            return
        if not isinstance(named, Scalar) or _is_address(named.value):
            into.foreign.extend(_foreign(entry, given))
            return
        for path in self.paths(named):
            self.count += 1
            if self.count > MAX_INCLUDES:
                self.shapes.problem(named, f"more than {MAX_INCLUDES} files are included: the rest is not read")
                return
            source = self.tree.read(path) if self.tree else None
            if source is None:
                self.shapes.problem(named, f"the included file `{path}` cannot be read")
                continue
            into.parts.append(source.path)
            content = self.content(Source(source.path, source.text), given)
            if content is not None and depth < MAX_INCLUDES:
                yield self.with_includes(content, into, depth + 1)

    def paths(self, named: Scalar) -> list[str]:
        """The paths that a `local:` means; `*` and `**` choose among the repository's files."""
        path = normal(named.value.lstrip("/"))
        if "*" not in path or self.tree is None:
            return [path]
        return [one for one in self.tree.listing() if one.endswith((".yml", ".yaml")) and path_matches(path, one)]


def path_matches(pattern: str, path: str) -> bool:
    """Whether a path is what a pattern with `*` and `**` means, folder by folder."""
    parts, names = pattern.split("/"), path.split("/")
    places = {0}
    for name in names:
        reached = set()
        for place in places:
            while place < len(parts) and parts[place] == "**":
                reached.add(place)
                place += 1
            if place < len(parts) and patterns.matches(parts[place], name):
                reached.add(place + 1)
        places = reached
    return len(parts) in places or any(place < len(parts) and set(parts[place:]) == {"**"} for place in places)


def _includes(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def _component(entry: Mapping | None) -> Source | None:
    """The file of a component whose content is known here."""
    named = entry.get("component") if entry else None
    return component(named.value) if isinstance(named, Scalar) else None


def _is_address(text: str) -> bool:
    return "://" in text


def _foreign(entry: Node, inputs: Mapping | None) -> Iterator[Foreign]:
    """What an entry of `include` brings from elsewhere."""
    if isinstance(entry, Scalar):
        yield Foreign("remote", entry.value, entry, inputs)
        return
    if not isinstance(entry, Mapping):
        return
    for kind in ("component", "remote", "template", "project"):
        named = entry.get(kind)
        if isinstance(named, Scalar):
            files = entry.get("file")
            for file in files.items if isinstance(files, Sequence) else (files,):
                suffix = f"/{file.value.lstrip('/')}" if isinstance(file, Scalar) else ""
                yield Foreign(kind, named.value + suffix, named, inputs)


# Inputs -----------------------------------------------------------------------------------------------------------------


def _values(header: Mapping, given: Mapping | None) -> dict[str, Node]:
    """The inputs of a file: what was given, else the defaults of its `spec`."""
    spec = header.get("spec")
    declared = spec.get("inputs") if isinstance(spec, Mapping) else None
    found = {}
    for entry in declared.entries if isinstance(declared, Mapping) else ():
        default = entry.value.get("default") if isinstance(entry.value, Mapping) else None
        value = given.get(entry.key.value) if given else None
        if value is not None or default is not None:
            found[entry.key.value] = value if value is not None else default
    return {name: node for name, node in found.items() if node is not None}


def _filled(node: Node, inputs: dict[str, Node]) -> Node:
    """The tree with `$[[ inputs.name ]]` replaced by what the input holds."""
    if isinstance(node, Scalar):
        return _filled_scalar(node, inputs) if "$[[" in node.value else node
    if isinstance(node, Sequence):
        return replace(node, items=tuple(_filled(item, inputs) for item in node.items))
    entries = tuple(Entry(_key(entry.key, inputs), _filled(entry.value, inputs)) for entry in node.entries)
    return Mapping(node.source, node.start, node.end, entries, node.tag, node.duplicates)


def _key(key: Scalar, inputs: dict[str, Node]) -> Scalar:
    filled = _filled_scalar(key, inputs) if "$[[" in key.value else key
    return filled if isinstance(filled, Scalar) else key


def _filled_scalar(scalar: Scalar, inputs: dict[str, Node]) -> Node:
    whole = INPUT.fullmatch(scalar.value.strip())
    if whole and whole[1] in inputs:
        value = inputs[whole[1]]
        return replace(value, source=scalar.source, start=scalar.start, end=scalar.end, pieces=()) if isinstance(value, Scalar) else value
    text, parts, pieces, at, length = scalar.text, [], [], 0, 0
    for found in INPUT.finditer(scalar.value):
        given = inputs.get(found[1])
        if not isinstance(given, Scalar):
            continue
        pieces += _moved(text.cut(at, found.start()).pieces, length) if found.start() > at else []
        parts += [scalar.value[at : found.start()], given.value]
        length += found.start() - at + len(given.value)
        at = found.end()
    pieces += _moved(text.cut(at, len(scalar.value)).pieces, length) if at < len(scalar.value) else []
    made = "".join(parts) + scalar.value[at:]
    return replace(scalar, value=made, pieces=tuple(pieces) or ((0, scalar.start, 0),))


def _moved(pieces: tuple[tuple[int, int, int], ...], by: int) -> list[tuple[int, int, int]]:
    return [(at + by, origin, length) for at, origin, length in pieces]


# References -------------------------------------------------------------------------------------------------------------


class _References:
    """Resolves `!reference [job, key, …]`."""

    def __init__(self, root: Mapping, foreign: bool, shapes: Shapes) -> None:
        self.root = root
        self.foreign = foreign  # what is not found may stand in a file from elsewhere
        self.shapes = shapes
        self.done: dict[int, Node] = {}
        self.count = 0

    def resolved(self) -> Mapping:
        """The whole configuration without references."""
        found = self.node(self.root, 0)
        return found if isinstance(found, Mapping) else self.root

    def node(self, node: Node, depth: int) -> Node:
        """A tree without references; what it shares stays shared."""
        if isinstance(node, Scalar):
            return node
        known = self.done.get(id(node))
        if known is not None:
            return known
        self.count += 1
        if self.count > MAX_MERGED:
            raise TooMuchError
        made = self.reference(node, depth) if node.tag == "!reference" and isinstance(node, Sequence) else self.parts(node, depth)
        self.done[id(node)] = made
        return made

    def parts(self, node: Mapping | Sequence, depth: int) -> Node:
        if isinstance(node, Sequence):
            return replace(node, items=tuple(self.node(item, depth) for item in node.items))
        entries = tuple(Entry(entry.key, self.node(entry.value, depth)) for entry in node.entries)
        return Mapping(node.source, node.start, node.end, entries, node.tag, node.duplicates)

    def reference(self, node: Sequence, depth: int) -> Node:
        """What a reference stands for; an empty list where it cannot be told."""
        found: Node | None = self.root
        for item in node.items:
            found = found.get(item.value) if isinstance(found, Mapping) and isinstance(item, Scalar) else None
        names = ", ".join(item.value for item in node.items if isinstance(item, Scalar))
        if found is None and not self.foreign:
            self.shapes.problem(node, f"`!reference [{names}]` names nothing that can be read here")
        elif found is not None and depth >= MAX_REFERENCES:
            self.shapes.problem(node, f"`!reference [{names}]` goes through more than {MAX_REFERENCES} references")
        elif found is not None:
            return self.node(found, depth + 1)
        return Sequence(node.source, node.start, node.end, ())


# Extends ----------------------------------------------------------------------------------------------------------------


class _Extends:
    """Resolves `extends` of all jobs."""

    def __init__(self, root: Mapping, shapes: Shapes, budget: Budget) -> None:
        self.root = root
        self.shapes = shapes
        self.budget = budget
        self.done: dict[str, Mapping] = {}

    def resolved(self) -> Mapping:
        """The configuration with every job complete."""
        entries = []
        for entry in self.root.entries:
            value = entry.value
            if isinstance(value, Mapping) and value.get("extends") is not None:
                value = self.job(entry.key.value, value, 0)
            entries.append(Entry(entry.key, value))
        return Mapping(self.root.source, self.root.start, self.root.end, tuple(entries), self.root.tag, self.root.duplicates)

    def job(self, name: str, node: Mapping, depth: int) -> Mapping:
        """A job over those that it extends, the last of them uppermost."""
        if name in self.done:
            return self.done[name]
        parents = node.get("extends")
        made: Mapping | None = None
        for parent in self.shapes.several(parents, "`extends`"):
            base = self.root.get(parent.value)
            if not isinstance(base, Mapping):
                continue
            if depth >= MAX_EXTENDS or parent.value == name:
                self.shapes.problem(parent, f"`extends` goes more than {MAX_EXTENDS} levels deep, or round in a circle")
                continue
            base = self.job(parent.value, base, depth + 1) if base.get("extends") is not None else base
            made = base if made is None else merged_deep(made, base, self.budget)
        found = node if made is None else merged_deep(made, node, self.budget)
        self.done[name] = found
        return found


def missing(node: Mapping, root: Mapping) -> tuple[Scalar, ...]:
    """The names that a job extends and that stand in no file that can be read."""
    parents = node.get("extends")
    named = parents.items if isinstance(parents, Sequence) else (parents,)
    return tuple(one for one in named if isinstance(one, Scalar) and root.get(one.value) is None)
