"""Comments that take a finding away: `# latest-guard: ignore[rule] reason`.

A comment behind something speaks of its own line, a comment alone on its line of the next line that is no comment.  The
reason is required; one that takes nothing away is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.triage.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from latest_guard.findings import Report
    from latest_guard.source import Source, Span

UNUSED = "unused-suppression"
BAD = "bad-suppression"
#: The rules of this module and what each finds.
RULES = {
    UNUSED: "A suppression comment takes no finding away",
    BAD: "A suppression comment has no rule, no reason, or an unknown rule, and is not obeyed",
}

MARK = "latest-guard:"
COMMENT = re.compile(r"(?:(?<=\s)|^)(?:#|//)[ \t]*latest-guard:[ \t]*ignore(?:\[([^\]\n]{0,500})\])?([^\n]*)", re.MULTILINE)
ALONE = re.compile(r"[ \t]*(?:#|//)")
#: How many lines of comments may stand between a comment and the line that it speaks of.
BLOCK = 20


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment: the rules it names, why, where it stands, and the line it speaks of."""

    rules: tuple[str, ...]
    reason: str
    span: Span
    line: int

    def covers(self, finding: Finding) -> bool:
        """Whether it takes a finding away."""
        here = finding.span.path == self.span.path and finding.span.line <= self.line <= max(finding.span.line, finding.span.end_line)
        return here and finding.rule in self.rules


def suppressed(report: Report, known: Iterable[str]) -> Report:
    """The report without the findings that a comment takes away, and with findings about the comments themselves.

    `known` are the ids of all rules.
    """
    comments = [comment for source in report.sources.values() if MARK in source.text for comment in comments_of(source)]
    if not comments:
        return report
    rules = frozenset(known)
    complaints = {comment: complaint(comment, rules) for comment in comments}
    obeyed = [comment for comment in comments if not complaints[comment]]
    kept = tuple(finding for finding in report.findings if not any(comment.covers(finding) for comment in obeyed))
    bad = [about(comment, BAD, text) for comment, text in complaints.items() if text]
    unused = [finding for comment in obeyed for finding in idle(comment, report.findings)]
    return replace(report, findings=(*kept, *bad, *unused))


def comments_of(source: Source) -> Iterator[Suppression]:
    """The suppression comments of a file, in order."""
    for match in COMMENT.finditer(source.text):
        span = source.span(match.start(), match.end())
        rules = tuple(rule.strip() for rule in (match[1] or "").split(",") if rule.strip())
        yield Suppression(rules, match[2].strip(), span, subject(source, span.line))


def subject(source: Source, line: int) -> int:
    """The line that a comment on `line` speaks of."""
    if not ALONE.match(source.line(line)):
        return line
    for below in range(line + 1, line + BLOCK):
        if not ALONE.match(source.line(below)):
            return below
    return line


def complaint(comment: Suppression, known: frozenset[str]) -> str:
    """What is wrong with a comment; empty where it is to be obeyed."""
    if not comment.rules:
        return "a suppression names its rule: `# latest-guard: ignore[rule] reason`"
    for rule in comment.rules:
        if rule not in known:
            return f"there is no rule `{rule}`{nearest(rule, known)}"
    if not comment.reason:
        return "a suppression says why: `# latest-guard: ignore[rule] reason`"
    return ""


def idle(comment: Suppression, findings: Iterable[Finding]) -> Iterator[Finding]:
    """A finding for each rule of a comment that takes nothing away."""
    covered = {finding.rule for finding in findings if comment.covers(finding)}
    for rule in comment.rules:
        if rule not in covered:
            yield about(comment, UNUSED, f"`{rule}` finds nothing on line {comment.line}: this suppression can go")


def about(comment: Suppression, rule: str, message: str) -> Finding:
    """A finding about a comment."""
    return Finding(rule, Severity.WARNING, comment.span, message, "")
