"""The report as SARIF 2.1.0, for code scanning and editors.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from latest_guard import __version__
from latest_guard.findings import Severity
from latest_guard.report.links import REPOSITORY
from latest_guard.report.links import page as address
from latest_guard.rules.pages import page
from latest_guard.triage.fingerprint import fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.findings import Finding, LintError, Report, TraceStep
    from latest_guard.report.look import Look
    from latest_guard.source import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"

#: How many lines above and below a place are shown with it.
AROUND = 2

#: How much a place on the way matters (section 3.38.13).
IMPORTANT = frozenset({"move", "missing", "comparison", "unread"})


def render(report: Report, look: Look) -> str:
    """The report as a SARIF log with one run."""
    ids = sorted({finding.rule for finding in report.findings})
    run = {
        "tool": {"driver": driver(ids, report)},
        "invocations": [{"executionSuccessful": not report.errors, "toolExecutionNotifications": [*map(notification, report.errors)]}],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that was linted."}}},
        "columnKind": "unicodeCodePoints",
        "results": [result(*pair, ids, report) for pair in zip(report.findings, fingerprints(report), strict=True)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def driver(ids: Sequence[str], report: Report) -> dict[str, Any]:
    """The tool, with the rules that found something."""
    worst = {rule: min((f.severity for f in report.findings if f.rule == rule), key=list(Severity).index) for rule in ids}
    return {
        "name": "latest-guard",
        "semanticVersion": __version__,
        "informationUri": REPOSITORY,
        "rules": [descriptor(rule, worst[rule]) for rule in ids],
    }


def descriptor(rule: str, severity: Severity) -> dict[str, Any]:
    """A rule: what it finds in a sentence, and its page as help."""
    text = page(rule)
    body = text.body or text.summary
    return {
        "id": rule,
        "name": "".join(word.capitalize() for word in rule.split("-")),
        "shortDescription": {"text": sentence(text.summary)},
        "fullDescription": {"text": sentence(text.summary)},
        "help": {"text": body, "markdown": body},
        "helpUri": address(rule),
        "defaultConfiguration": {"level": severity.value},
        "properties": {"tags": ["release", "supply-chain"], "precision": "high", "problem.severity": problem(severity)},
    }


def problem(severity: Severity) -> str:
    """A severity in the words of GitHub code scanning."""
    return "recommendation" if severity is Severity.NOTE else severity.value


def sentence(text: str) -> str:
    """A text with a capital in front and a full stop behind."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def result(finding: Finding, fingerprint: str, ids: Sequence[str], report: Report) -> dict[str, Any]:
    """A finding: its place, the way to it as a code flow, and its name over time."""
    words = sentence(finding.message)
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": finding.severity.value,
        "message": {"text": words, "markdown": f"{words}\n\n{finding.help}".rstrip()},
        "locations": [{"physicalLocation": physical(finding.span, report)}],
        "partialFingerprints": {"latestGuard/v1": fingerprint},
    }
    if finding.trace:
        steps = [flow_location(number, step, report) for number, step in enumerate(finding.trace, 1)]
        found["codeFlows"] = [{"message": {"text": "How it comes to that."}, "threadFlows": [{"locations": steps}]}]
    return found


def flow_location(number: int, step: TraceStep, report: Report) -> dict[str, Any]:
    """A place on the way."""
    return {
        "executionOrder": number,
        "importance": "essential" if step.role in IMPORTANT else "important",
        "location": {"physicalLocation": physical(step.span, report), "message": {"text": sentence(step.note)}},
    }


def physical(span: Span, report: Report) -> dict[str, Any]:
    """Where something stands: a path from the linted folder, the region, and the lines around it."""
    place: dict[str, Any] = {"artifactLocation": artifact(span.path), "region": region(span)}
    source = report.sources.get(span.path)
    if source and source.line(span.line):
        place["region"]["snippet"] = {"text": source.line(span.line)}
        first, last = max(1, span.line - AROUND), min(len(source.starts()), span.line + AROUND)
        lines = "\n".join(source.line(number) for number in range(first, last + 1))
        place["contextRegion"] = {"startLine": first, "endLine": last, "snippet": {"text": lines}}
    return place


def artifact(path: str) -> dict[str, str]:
    """A file, from the folder that was linted."""
    return {"uri": quote(path), "uriBaseId": ROOT}


def region(span: Span) -> dict[str, Any]:
    """A span; both count characters from 1, and end before the end column."""
    return {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}


def notification(error: LintError) -> dict[str, Any]:
    """What could not be read."""
    location = {"physicalLocation": {"artifactLocation": artifact(error.span.path), "region": region(error.span)}}
    return {"level": "error", "message": {"text": sentence(error.message)}, "locations": [location]}
