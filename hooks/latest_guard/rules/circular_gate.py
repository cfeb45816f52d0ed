"""It asks GitHub for the latest release, which the release being published may already be.

## Why

GitHub decides by itself which release is "Latest", unless it is told. By the time a workflow runs for `release:
published`, the release may bear that badge already: the version is compared with itself, and wins.

## Bad

```yaml
on:
  release:
    types: [published]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - env:
          GH_TOKEN: ${{ github.token }}
        run: |
          newest=$(gh api repos/$GITHUB_REPOSITORY/releases/latest --jq .tag_name)
          if [ "$newest" = "$GITHUB_REF_NAME" ]; then
            docker push ghcr.io/example/kestrel:latest
          fi
```

## Good

```yaml
on:
  release:
    types: [published]
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

Where every release is made with `make_latest: false`, or by this tool's gate, the badge is set with care, and the
question is a fair one. Say so with a suppression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer
from latest_guard.values import Order

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "circular-gate"
HELP = "compare with all released versions"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves whose comparison is with GitHub's badge."""
    for move, one, test, lookup in evidence.compared():
        if lookup.order is Order.BADGE:
            message = f"`{lookup.name}` may already be the release that is being published, so {pointer(move)} is compared with itself"
            yield finding(ID, Severity.WARNING, message, f"{HELP}:\n\n{advice(move, evidence.sources)}", move, one, test.span)
