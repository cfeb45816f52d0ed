"""The versions are compared in an order that is not theirs."""

from __future__ import annotations

from collections.abc import Iterator

from latest_guard.findings import Finding, Severity
from latest_guard.rules.evidence import Evidence, finding, pointer
from latest_guard.values import Order

ID = "unsound-comparison"

WHY = {
    Order.TEXT: "sorts versions as text, where 1.10 comes before 1.9",
    Order.DATE: "takes the newest by date, which a back-port is",
    Order.GRAPH: "takes the nearest tag in the history of this commit, which on a maintenance branch is an old one",
    Order.NONE: "takes versions in no order",
}


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves whose comparison rests on an order that can be wrong."""
    for move, one in evidence.releases():
        for test in one.comparisons:
            for lookup in test.lookups:
                why = WHY.get(lookup.order)
                if why is None and lookup.order is Order.VERSION and lookup.prereleases:
                    why = "sorts prereleases above their final version"
                if why is not None:
                    message = f"the comparison before {pointer(move)} {why} (`{lookup.name}`)"
                    yield finding(ID, Severity.WARNING, test.span or move.span, message, "compare versions as versions, with `latest-guard gate`", move, one.trace)
            if "(as text)" in test.note:
                message = f"the comparison before {pointer(move)} compares versions as text, where 1.10 comes before 1.9"
                yield finding(ID, Severity.WARNING, test.span or move.span, message, "compare versions as versions, with `latest-guard gate`", move, one.trace)
