"""Asking a YAML tree for the shape that it should have.

Every reader of a CI system asks in the same way: what is not there is None, what is there in the wrong shape is None too and
leaves a Problem with its place, so that the rest of the file is still read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.expressions import ecma
from latest_guard.source import Problem, Text
from latest_guard.yamltree import Entry, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator


def words(scalar: Scalar) -> Text:
    """The scalar as the string that a CI system makes of it: `1.10` is the number 1.1, `TRUE` is `true`, `~` is nothing."""
    data = scalar.data()
    if isinstance(data, str):
        return scalar.text
    said = "" if data is None else ("true" if data else "false") if isinstance(data, bool) else ecma.shown(data)
    return scalar.text if said == scalar.value else Text(said, scalar.source, ((0, scalar.start, 0),))


def is_null(node: Node | None) -> bool:
    """Whether there is nothing: no node, or one that says so."""
    return node is None or (isinstance(node, Scalar) and node.data() is None)


class Shapes:
    """Asks for shapes, and keeps the problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, node: Node, message: str) -> None:
        """Remember what is wrong with a node."""
        span = node.span
        if span.end_line > span.line:
            end = node.source.starts()[span.line - 1] + len(node.source.line(span.line))
            span = node.source.span(node.start, max(end, node.start))
        self.problems.append(Problem(message, span))

    def mapping(self, node: Node | None, what: str) -> Mapping | None:
        """A mapping; nothing is none."""
        if isinstance(node, Mapping):
            return node
        if node is not None and not is_null(node):
            self.problem(node, f"{what} must be a mapping (`key: value`), and is not read")
        return None

    def entries(self, node: Node | None, what: str) -> tuple[Entry, ...]:
        """The entries of a mapping; nothing has none."""
        found = self.mapping(node, what)
        return found.entries if found else ()

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """The items of a list; nothing has none."""
        if isinstance(node, Sequence):
            return node.items
        if node is not None and not is_null(node):
            self.problem(node, f"{what} must be a list (`- item`), and is not read")
        return ()

    def scalar(self, node: Node | None, what: str) -> Scalar | None:
        """A single value, be it null."""
        if node is None or isinstance(node, Scalar):
            return node
        self.problem(node, f"{what} must be a single value, and is not read")
        return None

    def text(self, node: Node | None, what: str) -> Text | None:
        """A single value as a string; None where there is none."""
        found = self.scalar(node, what)
        return words(found) if found is not None else None

    def string(self, node: Node | None, what: str) -> str:
        """A single value as a plain string; empty where there is none."""
        found = self.text(node, what)
        return found.value if found else ""

    def several(self, node: Node | None, what: str) -> Iterator[Scalar]:
        """One value, or a list of values."""
        if isinstance(node, Scalar):
            if node.data() is not None:
                yield node
            return
        for item in self.items(node, what):
            found = self.scalar(item, f"an item of {what}")
            if found is not None:
                yield found
