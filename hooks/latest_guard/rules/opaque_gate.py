"""What decides about the pointer's move cannot be read here."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer

ID = "opaque-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves with the verdict opaque."""
    for move, _ in evidence.moves:
        if move.verdict is Verdict.OPAQUE:
            message = f"whether an older version moves {pointer(move)} back is not known: {move.reason}"
            yield finding(ID, Severity.WARNING, move.span, message, advice(move), move)
