"""The inventory for people: a pointer, and under it a line for each move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.inventory.pointers import entries, gates
from latest_guard.report.counts import several
from latest_guard.report.look import VERDICTS
from latest_guard.report.screen import clean, cut, harmless, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Move, Report
    from latest_guard.inventory.pointers import Entry
    from latest_guard.report.look import Look

#: The column at which what is said of a move begins.
INDENT = 13


def render(report: Report, look: Look) -> str:
    """Every pointer with its moves, and a closing line."""
    found = entries(report)
    lines = [line for entry in found for line in (*told(entry, look), "")]
    closing = f"{several(len(found), 'pointer')}, {several(len(report.moves), 'move')} in {several(report.files, 'file')}"
    return "\n".join(map(harmless, [*lines, closing])) + "\n"


def told(entry: Entry, look: Look) -> Iterator[str]:
    """A pointer and its moves."""
    verdict = entry.verdict.value
    name = cut(clean(f"{entry.pointer.kind} {entry.pointer.target}"), look.width - len(verdict) - 2)
    yield f"{look.paint(name, 'strong')}  {look.paint(verdict, VERDICTS[entry.verdict])}"
    for move in entry.moves:
        yield from told_move(move, look)


def told_move(move: Move, look: Look) -> Iterator[str]:
    """A move: its verdict and place, how it is made and when, and what it stands behind."""
    place = cut(clean(f"{move.span.path}:{move.span.line}"), look.width - INDENT)
    yield f"    {look.paint(f'{move.verdict.value:<8}', VERDICTS[move.verdict])} {look.paint(place, 'place')}"
    told = [f"{move.via}, when {', '.join(move.scenarios)}", *(f"behind line {step.span.line}: {step.note}" for step in gates(move))]
    for line in told:
        for part in wrap(clean(line), look.width - INDENT):
            yield " " * INDENT + cut(part, look.width - INDENT)
