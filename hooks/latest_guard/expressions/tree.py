"""Expressions of CI systems as a tree: one shape for GitHub's `${{ }}`, GitLab's `rules: if` and their kin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from typing import Literal as OneOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.source import Span, Text

BinaryOperator: TypeAlias = OneOf["&&", "||", "==", "!=", "<", "<=", ">", ">=", "=~", "!~"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: null, a boolean, a number or a string."""

    value: None | bool | float | str
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A context or a variable: `github`, `CI_COMMIT_TAG`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`of.key` or `of[key]`; a property name is a Constant."""

    of: Expression
    key: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Every:
    """The object filter `of.*`."""

    of: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands with an operator between them."""

    operator: BinaryOperator
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Text that should be an expression and is none; `reason` says what is wrong with it."""

    reason: str
    span: Span


Expression: TypeAlias = Constant | Name | Index | Every | Call | Not | Binary | Unreadable


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A string of a CI file with expressions in it: literal texts and expressions, in order."""

    parts: tuple[Text | Expression, ...]
    span: Span


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all that is in it, each node before what it holds."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_held(node)))


def _held(node: Expression) -> tuple[Expression, ...]:
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Index):
        return (node.of, node.key)
    if isinstance(node, Every):
        return (node.of,)
    if isinstance(node, Not):
        return (node.operand,)
    return node.arguments if isinstance(node, Call) else ()
