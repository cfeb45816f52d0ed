"""The inventory as a Markdown table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.inventory.pointers import entries, gates
from latest_guard.report.markup import code, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Move, Report
    from latest_guard.inventory.pointers import Entry
    from latest_guard.report.look import Look


def render(report: Report, look: Look) -> str:
    """A row for each move, those of a pointer together."""
    rows = [row for entry in entries(report) for row in told(entry)]
    head = ["| pointer | moved by | when | behind | verdict |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n" if rows else "Nothing here moves a pointer.\n"


def told(entry: Entry) -> Iterator[str]:
    """The rows of a pointer; its name stands in the first."""
    name = f"{entry.pointer.kind} {code(entry.pointer.target, table=True)}"
    for move in entry.moves:
        yield f"| {' | '.join((name, *cells(move)))} |"
        name = ""


def cells(move: Move) -> tuple[str, str, str, str]:
    """What is said of a move."""
    place = f"{code(move.via, table=True)} at {code(f'{move.span.path}:{move.span.line}', table=True)}"
    behind = "<br>".join(f"{plain(step.note)} (line {step.span.line})" for step in gates(move))
    return place, ", ".join(code(name, table=True) for name in move.scenarios), behind, move.verdict.value
