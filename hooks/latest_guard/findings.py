"""What a run of the linter yields: moves with their verdicts, findings, errors.  Frozen when a rule hands them over."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latest_guard.source import Source, Span


class Verdict(enum.Enum):
    """What is known of a move, from worst to best (DESIGN: "Verdicts of a move")."""

    UNGATED = "ungated"
    WEAK = "weak"
    OPAQUE = "opaque"
    MANUAL = "manual"
    BRANCH = "branch"
    GATED = "gated"


class Severity(enum.Enum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is moved: `kind` is docker, npm, github-release, git-tag, homebrew, docs, storage or helm."""

    kind: str
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One place on the way from the trigger to the move.

    `role` is trigger, job, condition, name, lookup, comparison, missing, unread or move.
    """

    span: Span
    note: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A move as it is reported: where, what, when, and the verdict with its trace."""

    span: Span
    pointer: Pointer
    via: str
    system: str
    scenarios: tuple[str, ...]
    verdict: Verdict
    reason: str
    trace: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: one primary place; the rest is the trace."""

    rule: str
    severity: Severity
    span: Span
    message: str
    help: str
    trace: tuple[TraceStep, ...] = ()
    move: Move | None = None


@dataclass(frozen=True, slots=True)
class LintError:
    """A file that could not be read, or not in whole: told, and the rest goes on."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run of the linter says. `sources` holds the text of every file that a span points into, by path."""

    moves: tuple[Move, ...]
    findings: tuple[Finding, ...]
    errors: tuple[LintError, ...]
    files: int
    sources: dict[str, Source]
    seconds: float = 0.0
