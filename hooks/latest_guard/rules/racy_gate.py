"""Two releases can run side by side, and the one that ends last wins."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity
from latest_guard.rules.evidence import Evidence, finding, pointer

ID = "racy-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves in a job that two releases can be in at once."""
    for move, one in evidence.releases():
        if not one.comparisons or one.reach.serial == "apart":
            continue
        why = "a newer run cancels this one half way" if one.reach.serial == "cancels" else "two releases can run side by side"
        message = f"{why}: both compare before either moves {pointer(move)}, and the one that ends last wins"
        yield finding(ID, Severity.NOTE, move.span, message, "give the job a concurrency group that is the same for all versions, without cancel-in-progress", move, one.trace)
