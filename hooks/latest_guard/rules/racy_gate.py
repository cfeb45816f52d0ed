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
from latest_guard.rules.places import fenced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Move

ID = "racy-gate"
#: The keys of a job that keep its runs apart, by CI system.
GROUPS = {
    "github-actions": ("    concurrency:", "      group: release", "      cancel-in-progress: false"),
    "gitlab": ("  resource_group: release",),
}


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves in a job that two releases can be in at once."""
    told: set[int] = set()
    for move, one in evidence.releases():
        if all(test.settles for test in one.comparisons) or one.reach.serial == "apart" or id(move) in told:
            continue
        told.add(id(move))
        why = "a newer run cancels this one half way" if one.reach.serial == "cancels" else "two releases can run side by side"
        message = f"{why}: both compare before either moves {pointer(move)}, and the one that ends last wins"
        yield finding(ID, Severity.NOTE, message, help_of(move), move, one)


def help_of(move: Move) -> str:
    """How two releases are kept apart, in the words of the CI system."""
    said = "give the job a group that is the same for all versions, in which a run is never stopped"
    lines = GROUPS.get(move.system, ())
    return f"{said}:\n\n{fenced('yaml', list(lines))}" if lines else said
