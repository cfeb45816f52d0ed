"""It asks GitHub for the latest release, which the release being published may already be."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity
from latest_guard.rules.evidence import Evidence, finding, pointer
from latest_guard.values import Order

ID = "circular-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves whose comparison is with GitHub's badge."""
    for move, one in evidence.releases():
        for test in one.comparisons:
            for lookup in test.lookups:
                if lookup.order is Order.BADGE:
                    message = f"`{lookup.name}` may already be the release that is being published, so {pointer(move)} is compared with itself"
                    yield finding(ID, Severity.WARNING, test.span or move.span, message, "compare with all released versions, with `latest-guard gate`", move, one.trace)
