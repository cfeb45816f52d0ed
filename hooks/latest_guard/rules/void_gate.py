"""A comparison is there, but another setting moves the pointer anyway."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.rules.evidence import Evidence, finding, pointer

ID = "void-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves with a comparison on the way that an older version gets past; and moves beside a gated one of the same pointer in the same job."""
    gated = {(one.reach.job, move.pointer.kind, move.pointer.target) for move, one in evidence.releases() if one.verdict is Verdict.GATED}
    for move, one in evidence.releases():
        if one.verdict not in (Verdict.UNGATED, Verdict.WEAK):
            continue
        if one.turned or (one.reach.job, move.pointer.kind, move.pointer.target) in gated:
            message = f"a comparison is there, but {pointer(move)} moves anyway: {one.reason}"
            yield finding(ID, Severity.ERROR, move.span, message, "let the comparison decide about every way in which the pointer moves", move, one.trace)
