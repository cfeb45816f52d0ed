"""Names for findings that stay the same while a file grows around them."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latest_guard.findings import Finding, Report
    from latest_guard.source import Source, Span


def fingerprints(report: Report) -> tuple[str, ...]:
    """One name for each finding of a report, in order: 32 hexadecimal digits, all different.

    Made of the rule, the path, the pointer and the words that the finding points at, without their white space and
    without line numbers; findings that share all that are numbered in their order.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    names = []
    for finding in report.findings:
        parts = essence(finding, report.sources.get(finding.span.path))
        seen[parts] += 1
        names.append(sha256("\0".join((*parts, str(seen[parts]))).encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return tuple(names)


def essence(finding: Finding, source: Source | None) -> tuple[str, ...]:
    """What makes a finding this one, wherever in its file it stands."""
    pointer = finding.move.pointer if finding.move else None
    named = (pointer.kind, pointer.name, pointer.target) if pointer else ()
    return (finding.rule, finding.span.path, *named, words(finding.span, source))


def words(span: Span, source: Source | None) -> str:
    """The text of a span with single spaces."""
    if source is None:
        return ""
    lines = [source.line(number) for number in range(span.line, min(span.end_line, span.line + 100) + 1)]
    if span.end_line == span.line:
        lines = [lines[0][span.column - 1 : span.end_column - 1]]
    else:
        lines[0] = lines[0][span.column - 1 :]
        lines[-1] = lines[-1][: span.end_column - 1]
    return " ".join(" ".join(lines).split())
