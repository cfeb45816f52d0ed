"""The report as GitHub annotations: lines of standard output that the runner shows beside the code.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from latest_guard.findings import Severity
from latest_guard.report.counts import closing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.findings import Finding, Report
    from latest_guard.report.look import Look
    from latest_guard.source import Span

#: How many annotations of one level GitHub shows for a step.
SHOWN = 10
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, look: Look) -> str:
    """One annotation a finding, or one a rule and file where GitHub would not show them all; then the closing line."""
    lines = [annotation("error", error.span, "not judged", error.message) for error in report.errors]
    for severity, level in LEVELS.items():
        found = [finding for finding in report.findings if finding.severity is severity]
        groups = [[finding] for finding in found] if len(found) <= SHOWN else grouped(found)
        lines += [annotation(level, group[0].span, group[0].rule, told(group)) for group in groups]
    return "\n".join([*lines, closing(report, look)]) + "\n"


def grouped(found: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of one rule in one file together, in the order of their first ones."""

    def key(finding: Finding) -> tuple[str, str]:
        return finding.rule, finding.span.path

    return [list(group) for _, group in groupby(sorted(found, key=key), key)]


def told(group: Sequence[Finding]) -> str:
    """The message of the first finding, its help, and the lines of the others."""
    parts = [group[0].message[:1].upper() + group[0].message[1:]]
    if len(group) > 1:
        parts.append("The same on line " + ", ".join(str(finding.span.line) for finding in group[1:]))
    if group[0].help:
        parts.append(group[0].help)
    return "\n\n".join(parts)


def annotation(level: str, span: Span, title: str, message: str) -> str:
    """A workflow command. GitHub shows columns only for a span within one line."""
    places = {"file": span.path, "line": span.line, "endLine": span.end_line, "title": title}
    if span.line == span.end_line:
        places |= {"col": span.column, "endColumn": span.end_column}
    return f"::{level} " + ",".join(f"{name}={escaped(str(value), ':,')}" for name, value in places.items()) + f"::{escaped(message)}"


def escaped(text: str, more: str = "") -> str:
    """`text` with the characters that would end a command, and those in `more`, written as percent and number."""
    return "".join(f"%{ord(character):02X}" if character in "%\r\n" + more else character for character in text)
