"""A bake file as a tree: blocks, attributes, and the expressions of HCL (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from latest_guard.source import Span
    from latest_guard.values import Literal


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A string: literals and expressions in order."""

    parts: tuple[Literal | Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A number, a boolean or null."""

    value: float | bool | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A variable."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """`of.name` or `of[key]`."""

    of: Expression
    key: Expression
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function call; `spreads`: the last argument is a list of arguments."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span
    spreads: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """`{ key = value }`."""

    items: tuple[tuple[Expression, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operator with its operands: one, two, or three for `? :`."""

    operator: str
    operands: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """`[for name in of: value if test]`; with `key` it makes an object. `names` are one or two."""

    names: tuple[str, ...]
    of: Expression
    value: Expression
    test: Expression | None
    key: Expression | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Unread:
    """An expression that cannot be read."""

    reason: str
    span: Span


Expression: TypeAlias = Template | Constant | Name | Member | Call | Listing | Table | Operation | Loop | Unread


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`kind "label" { … }` with its attributes."""

    kind: str
    label: str
    attributes: dict[str, Expression]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """A bake file: its blocks, and its attributes at the top, which are variables too."""

    blocks: tuple[Block, ...]
    attributes: dict[str, Expression]
