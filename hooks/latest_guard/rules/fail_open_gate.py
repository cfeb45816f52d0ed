"""Where the lookup of the present version fails or finds nothing, the pointer moves all the same."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity
from latest_guard.rules.evidence import Evidence, finding, pointer

ID = "fail-open-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves that a failing lookup lets through."""
    for move, one in evidence.releases():
        for test in one.fails_open:
            message = f"where {test.note}, {pointer(move)} moves whatever the version: a release of 1.27.4 after 1.28.0 then moves it back"
            yield finding(ID, Severity.ERROR, test.span or move.span, message, "stop with an error where the lookup fails, as `latest-guard gate` does", move, one.trace)
