"""Two releases can run side by side, and the one that ends last wins.

## Why

Both look up the present version before either moves the pointer. If 1.28.0 and 1.27.4 are released within minutes,
both comparisons can pass, and the slower one is `latest` afterwards. A concurrency group keeps them apart only if its
name is the same for both: one that holds the ref is not.

## Bad

```yaml
on:
  push:
    tags: ["v*"]
concurrency:
  group: release-${{ github.ref }}
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

Releases in two repositories, or in two CI systems, are not kept apart by either.

`latest-guard reconcile` needs no group: it looks again after it wrote, and what it sets does not depend on who else runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "racy-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves in a job that two releases can be in at once."""
    told: set[int] = set()
    for move, one in evidence.releases():
        if all(test.settles for test in one.comparisons) or one.reach.serial == "apart" or id(move) in told:
            continue
        told.add(id(move))
        why = "a newer run cancels this one half way" if one.reach.serial == "cancels" else "two releases can run side by side"
        message = f"{why}: both compare before either moves {pointer(move)}, and the one that ends last wins"
        yield finding(
            ID,
            Severity.NOTE,
            move.span,
            message,
            "give the job a concurrency group that is the same for all versions, without cancel-in-progress",
            move,
            one.trace,
        )
