"""A release moves the pointer, and nothing stands in its way."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer

ID = "ungated-latest"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves with the verdict ungated."""
    for move, _ in evidence.moves:
        if move.verdict is Verdict.UNGATED:
            message = f"releasing an older version (say 1.27.4 after 1.28.0) moves {pointer(move)} back: {move.reason}"
            yield finding(ID, Severity.ERROR, move.span, message, advice(move), move)
