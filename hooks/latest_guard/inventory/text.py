"""The inventory for people: a pointer, and under it a line for each move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Verdict
from latest_guard.inventory.pointers import entries, gates
from latest_guard.report.counts import several
from latest_guard.report.look import VERDICTS
from latest_guard.report.screen import clean, cut, harmless, squeeze, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Move, Report
    from latest_guard.inventory.pointers import Entry
    from latest_guard.report.look import Look

#: What each verdict says, for a legend.
MEANINGS = {
    Verdict.UNGATED: "a release reaches it with no condition at all",
    Verdict.WEAK: "it is conditional, but nothing compares versions",
    Verdict.OPAQUE: "what decides cannot be read here",
    Verdict.MANUAL: "a person decides",
    Verdict.BRANCH: "only builds of a branch or a schedule reach it",
    Verdict.GATED: "a comparison of versions stands in front of it",
}
#: The column at which what is said of a move begins.
INDENT = 13


def render(report: Report, look: Look) -> str:
    """Every pointer with its moves, and a closing line."""
    found = entries(report)
    lines = [line for entry in found for line in (*told(entry, look), "")]
    lines += [*legend(report, look), ""] if found else []
    closing = f"{several(len(found), 'pointer')}, {several(len(report.moves), 'move')} in {several(report.files, 'file')}"
    return "\n".join(map(harmless, [*lines, closing])) + "\n"


def legend(report: Report, look: Look) -> Iterator[str]:
    """The verdicts that are there: how often, and what each says."""
    for verdict, meaning in MEANINGS.items():
        count = sum(move.verdict is verdict for move in report.moves)
        if count:
            yield f"{count:>3} {look.paint(f'{verdict.value:<8}', VERDICTS[verdict])} {cut(meaning, look.width - INDENT)}"


def told(entry: Entry, look: Look) -> Iterator[str]:
    """A pointer and its moves."""
    verdict = entry.verdict.value
    name = squeeze(clean(f"{entry.pointer.kind} {entry.pointer.target}"), look.width - len(verdict) - 2)
    yield f"{look.paint(name, 'strong')}  {look.paint(verdict, VERDICTS[entry.verdict])}"
    for move in entry.moves:
        yield from told_move(move, look)


def told_move(move: Move, look: Look) -> Iterator[str]:
    """A move: its verdict and place, how it is made and when, and what it stands behind."""
    place = squeeze(clean(f"{move.span.path}:{move.span.line}"), look.width - INDENT)
    yield f"    {look.paint(f'{move.verdict.value:<8}', VERDICTS[move.verdict])} {look.paint(place, 'place')}"
    told = [f"{move.via}, when {', '.join(move.scenarios)}", *(f"behind line {step.span.line}: {step.note}" for step in gates(move))]
    for line in told:
        for part in wrap(clean(line), look.width - INDENT):
            yield " " * INDENT + cut(part, look.width - INDENT)
