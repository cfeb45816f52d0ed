"""The numbers of a report in words.  Shared by the formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Severity, Verdict

if TYPE_CHECKING:
    from latest_guard.findings import Report
    from latest_guard.report.look import Look


#: The verdicts that are no finding, as the last line says them; the gated ones always.
FINE = {Verdict.GATED: "gated", Verdict.MANUAL: "by hand", Verdict.BRANCH: "of branches"}


def closing(report: Report, look: Look) -> str:
    """The last line: files, moves, those that are no finding by their verdicts, findings, what was not judged, and the time."""
    fine = {verdict: sum(move.verdict is verdict for move in report.moves) for verdict in FINE}
    counts = [f"{count} {words}" for verdict, words in FINE.items() if (count := fine[verdict]) or verdict is Verdict.GATED]
    parts = [several(report.files, "file"), several(len(report.moves), "move"), *counts, findings(report, look)]
    if report.errors:
        parts.append(look.paint(f"{len(report.errors)} not judged", "warning"))
    return ", ".join(parts) + f", {report.seconds:.2f} s"


def findings(report: Report, look: Look) -> str:
    """How many findings there are, and how bad."""
    total = several(len(report.findings), "finding")
    if not report.findings:
        return look.paint(total, "good")
    counts = [(severity, sum(f.severity is severity for f in report.findings)) for severity in Severity]
    named = [look.paint(several(count, severity.value), severity.value) for severity, count in counts if count]
    return f"{total} ({', '.join(named)})"


def several(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
