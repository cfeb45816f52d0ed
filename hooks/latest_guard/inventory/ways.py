"""The ways on which pointers are reached: scenario, job, what stands in the way, pointer.  Shared by the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.findings import Verdict
from latest_guard.inventory.pointers import entries, gates

if TYPE_CHECKING:
    from latest_guard.findings import Move, Report


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a pointer: where it starts, the job and its file, what stands in the way, the pointer, and why its verdict."""

    scenario: str
    job: str
    path: str
    gate: str
    pointer: str
    verdict: Verdict
    reason: str


def ways(report: Report) -> tuple[Way, ...]:
    """Every way of a report, the pointers in their order."""
    found = [way for entry in entries(report) for move in entry.moves for way in ways_of(move)]
    return tuple(dict.fromkeys(found))


def ways_of(move: Move) -> list[Way]:
    """A way for each scenario of a move."""
    pointer = f"{move.pointer.kind} {move.pointer.target}"
    path = move.trace[0].span.path if move.trace else move.span.path
    return [Way(scenario, job_of(move), path, gate_of(move), pointer, move.verdict, move.reason) for scenario in move.scenarios]


def job_of(move: Move) -> str:
    """The job in which a move is made, or its file where no job is known."""
    job = next((step for step in move.trace if step.role == "job"), None)
    return job.note.removeprefix("job ") if job else move.span.path


def gate_of(move: Move) -> str:
    """What stands in the way, in words."""
    if move.verdict is Verdict.GATED:
        line = next((step.span.line for step in reversed(gates(move))), None)
        return f"comparison, line {line}" if line else "comparison"
    line = next((step.span.line for step in reversed(move.trace) if step.role in {"condition", "unread"}), None)
    words = WORDS[move.verdict]
    return f"{words}, line {line}" if line and move.verdict in {Verdict.WEAK, Verdict.OPAQUE} else words


WORDS = {
    Verdict.UNGATED: "nothing",
    Verdict.WEAK: "no comparison",
    Verdict.OPAQUE: "not readable",
    Verdict.MANUAL: "a person",
    Verdict.BRANCH: "no release comes here",
    Verdict.GATED: "comparison",
}
