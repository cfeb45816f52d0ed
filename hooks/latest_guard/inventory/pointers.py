"""The moves of a report by the pointer that they move.  Shared by the formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.findings import Verdict

if TYPE_CHECKING:
    from latest_guard.findings import Move, Pointer, Report, TraceStep

#: Verdicts from the worst to the best.
ORDER = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A pointer with all its moves, the worst first."""

    pointer: Pointer
    moves: tuple[Move, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of its moves."""
        return self.moves[0].verdict


def entries(report: Report) -> tuple[Entry, ...]:
    """Every pointer of a report, by kind and target."""
    by_pointer: dict[Pointer, list[Move]] = {}
    for move in report.moves:
        by_pointer.setdefault(move.pointer, []).append(move)
    found = [Entry(pointer, tuple(sorted(moves, key=badness))) for pointer, moves in by_pointer.items()]
    return tuple(sorted(found, key=lambda entry: (entry.pointer.kind, entry.pointer.target, entry.pointer.name)))


def badness(move: Move) -> tuple[object, ...]:
    """The order of the moves of one pointer: the worst verdict first, then by place."""
    return ORDER.index(move.verdict), move.span, move.via


def gates(move: Move) -> tuple[TraceStep, ...]:
    """The comparisons on the way to a move."""
    return tuple(step for step in move.trace if step.role == "comparison")
