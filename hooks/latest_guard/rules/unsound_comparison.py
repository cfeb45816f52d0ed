"""The versions are compared in an order that is not theirs.

## Why

As text 1.10 comes before 1.9. The newest tag by date is the back-port itself. `git describe` finds the nearest tag in
the history of this commit, which on a maintenance branch is an old one. `sort -V` puts `1.4.0-rc.1` above `1.4.0`, so
the release that follows its candidate is not the highest.

## Bad

```yaml
on:
  push:
    tags: ["v*"]
concurrency:
  group: release
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - run: |
          newest=$(git tag --list 'v*' --sort=-creatordate | head -n 1)
          if [ "$newest" = "$GITHUB_REF_NAME" ]; then
            docker push ghcr.io/example/kestrel:latest
          fi
```

## Good

```yaml
on:
  push:
    tags: ["v*"]
concurrency:
  group: release
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - run: |
          newest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)
          if [ "$newest" = "$GITHUB_REF_NAME" ]; then
            docker push ghcr.io/example/kestrel:latest
          fi
```

## Limits

How a program sorts inside cannot be seen; for those of the catalog it is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer
from latest_guard.values import Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Move
    from latest_guard.replay.conditions import Test
    from latest_guard.replay.verdicts import Judged
    from latest_guard.values import Lookup

ID = "unsound-comparison"
HELP = "compare versions as versions"

WHY = {
    Order.TEXT: "sorts versions as text, where 1.10 comes before 1.9",
    Order.DATE: "takes the newest by date, which a back-port is",
    Order.GRAPH: "takes the nearest tag in the history of this commit, which on a maintenance branch is an old one",
    Order.NONE: "takes versions in no order",
}


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves whose comparison rests on an order that can be wrong."""
    for move, one, test, lookup in evidence.compared():
        why = wrong(lookup)
        if why:
            yield _about(f"{why} (`{lookup.name}`)", evidence, move, one, test)
    for move, one in evidence.releases():
        for test in one.comparisons:
            if "(as text)" in test.note:
                yield _about("compares versions as text, where 1.10 comes before 1.9", evidence, move, one, test)


def wrong(lookup: Lookup) -> str:
    """What is wrong with the order in which a lookup gives versions; empty where nothing is."""
    if lookup.order is Order.VERSION and lookup.prereleases:
        return "sorts prereleases above their final version"
    return WHY.get(lookup.order, "")


def _about(why: str, evidence: Evidence, move: Move, one: Judged, test: Test) -> Finding:
    message = f"the comparison before {pointer(move)} {why}"
    return finding(ID, Severity.WARNING, message, f"{HELP}:\n\n{advice(move, evidence.sources)}", move, one, test.span)
