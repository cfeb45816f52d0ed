"""A makefile as a tree: statements with the texts of their parts, and those texts taken apart into literals and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from typing import Literal as OneOf

from latest_guard.values import Literal

if TYPE_CHECKING:
    from latest_guard.replay.alternatives import Value
    from latest_guard.source import Span, Text

# Texts --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """`$(name)`, or `$(name:from=to)` where `swap` holds the two."""

    name: Words
    span: Span
    swap: tuple[Words, Words] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """`$(name argument,argument…)`."""

    name: str
    arguments: tuple[Words, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A value that stands here as it is: one of the environment, of the command line, or of an earlier expansion."""

    value: Value


Part: TypeAlias = Literal | Reference | Function | Held
Words: TypeAlias = tuple[Part, ...]

# Statements -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """`name = value` with `=` `:=` `::=` `:::=` `?=` `+=` `!=`, or `define`; `modifiers` are `export`, `override`, `private`."""

    name: Text
    operator: str
    value: Text
    span: Span
    modifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Undefine:
    """`undefine name`."""

    name: Text
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """`export names` or `unexport names`; without names it means all of them."""

    names: Text | None
    exported: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Include:
    """`include files`; `optional` where a missing one is no error."""

    files: Text
    optional: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """`targets: prerequisites | order-only`, `targets: target-pattern: prerequisite-patterns`, or a target's own variable."""

    targets: Text
    span: Span
    prerequisites: Text | None = None
    pattern: Text | None = None
    double: bool = False
    assignment: Assignment | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """A line of the recipe of the rule before it, without its tab; continued lines are in it with their line ends."""

    line: Text


@dataclass(frozen=True, slots=True, eq=False)
class Loose:
    """A line that is nothing but references: what they expand to is read as makefile text."""

    text: Text


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """`ifeq` and its kin. `ifdef` and `ifndef` have one side: the name."""

    operator: OneOf["ifeq", "ifneq", "ifdef", "ifndef"]
    left: Text
    right: Text | None
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span


Statement: TypeAlias = Assignment | Undefine | Export | Include | Rule | Recipe | Loose | Conditional
