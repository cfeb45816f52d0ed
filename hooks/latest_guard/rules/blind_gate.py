"""It compares with tags that the checkout does not have."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity
from latest_guard.rules.evidence import Evidence, finding, pointer

ID = "blind-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves whose comparison reads the tags of a shallow checkout."""
    for move, one in evidence.releases():
        if not one.comparisons:
            continue
        for asked in one.asked:
            if asked.local and asked.checkout == "shallow":
                message = f"`{asked.name}` sees only the tag being released in this checkout, so every version is the highest and moves {pointer(move)}"
                yield finding(ID, Severity.ERROR, asked.span or move.span, message, "check out with `fetch-depth: 0`, or run `git fetch --tags` first", move, one.trace)
