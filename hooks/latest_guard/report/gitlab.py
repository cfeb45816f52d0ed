"""The report as GitLab Code Quality.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from latest_guard.findings import Severity
from latest_guard.triage.fingerprint import fingerprints

if TYPE_CHECKING:
    from latest_guard.findings import Finding, LintError, Report
    from latest_guard.report.look import Look
    from latest_guard.source import Span

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


def render(report: Report, look: Look) -> str:
    """The findings, and what could not be read, as a list of issues."""
    issues = [issue(*pair) for pair in zip(report.findings, fingerprints(report), strict=True)]
    return json.dumps([*issues, *map(unread, report.errors)], indent=2, ensure_ascii=False) + "\n"


def issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    """A finding."""
    return {
        "type": "issue",
        "check_name": finding.rule,
        "description": finding.message,
        "content": {"body": finding.help},
        "categories": ["Bug Risk"],
        "severity": SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": location(finding.span),
    }


def unread(error: LintError) -> dict[str, Any]:
    """What could not be read: it may hide a move."""
    return {
        "type": "issue",
        "check_name": "not-judged",
        "description": error.message,
        "categories": ["Bug Risk"],
        "severity": "major",
        "fingerprint": sha256(f"not-judged\0{error.span.path}\0{error.message}".encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "location": location(error.span),
    }


def location(span: Span) -> dict[str, Any]:
    """Lines; GitLab shows no columns."""
    return {"path": span.path, "lines": {"begin": span.line, "end": span.end_line}}
