"""What the parsers of this folder share: a tree under construction.

A parser keeps, beside each node, the stretch of text that it takes up with its parentheses, so that the operators around it
know where they begin and end, and how deep the tree is, so that nobody who walks it later runs out of stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.expressions.tree import Binary, BinaryOperator, Expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.source import Text

#: A tree that is deeper is refused. GitHub's own bound is 50 levels, where a chain of `&&` or `||` counts once.
MAX_DEPTH = 100

#: Operators whose chains may be grouped in any way: `a && (b && c)` is `(a && b) && c`.
_CHAINS = frozenset({"&&", "||"})


class Malformed(Exception):
    """The text is no expression: `reason` says why, `start` and `end` where (offsets in the text)."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Part:
    """A node, the stretch of text that it takes up with the parentheses around it, and the depth of its tree."""

    node: Expression
    start: int
    end: int
    depth: int = 1


def quoted(text: str) -> str:
    """A few characters of what was found, safe to show on one line."""
    return ascii(text if len(text) <= 40 else text[:39] + "…")


def above(start: int, end: int, *below: Part) -> int:
    """The depth of a node over `below`. Raises Malformed where it is too deep."""
    depth = 1 + max((part.depth for part in below), default=0)
    if depth > MAX_DEPTH:
        raise Malformed(f"nested more than {MAX_DEPTH} deep", start, end)
    return depth


def grouped(text: Text, parts: Sequence[Part], operators: Sequence[BinaryOperator], levels: Sequence[frozenset[BinaryOperator]]) -> Part:
    """The tree of `parts` with `operators` between them, one fewer; `levels` name the operators from the loosest to the tightest.

    All operators group to the left; long chains of `&&` and of `||` are grouped in the middle, which means the same and
    keeps the tree flat.
    """
    if not operators:
        return parts[0]
    loosest, tighter = levels[0], levels[1:]
    sides: list[Part] = []
    between: list[BinaryOperator] = []
    start = 0
    for index, operator in enumerate(operators):
        if operator in loosest:
            sides.append(grouped(text, parts[start : index + 1], operators[start:index], tighter))
            between.append(operator)
            start = index + 1
    sides.append(grouped(text, parts[start:], operators[start:], tighter))
    if loosest <= _CHAINS:
        return _halved(text, sides, between)
    return _to_the_left(text, sides, between)


def _halved(text: Text, sides: Sequence[Part], operators: Sequence[BinaryOperator]) -> Part:
    if not operators:
        return sides[0]
    middle = (len(sides) + 1) // 2
    left = _halved(text, sides[:middle], operators[: middle - 1])
    right = _halved(text, sides[middle:], operators[middle:])
    return _binary(text, left, operators[0], right)


def _to_the_left(text: Text, sides: Sequence[Part], operators: Sequence[BinaryOperator]) -> Part:
    tree = sides[0]
    for operator, right in zip(operators, sides[1:], strict=True):
        tree = _binary(text, tree, operator, right)
    return tree


def _binary(text: Text, left: Part, operator: BinaryOperator, right: Part) -> Part:
    start, end = left.start, right.end
    depth = above(start, end, left, right)
    return Part(Binary(operator, left.node, right.node, text.span(start, end)), start, end, depth)
