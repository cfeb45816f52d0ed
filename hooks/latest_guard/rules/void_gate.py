"""A comparison is there, but another setting moves the pointer anyway.

## Why

The gate looks right and does nothing: `flavor: latest=auto`, the default of docker/metadata-action, adds `latest`
beside a raw tag with `enable=`; `'false'` is a string, and true; `false || 'auto'` is `auto`; a second push further
down has no condition; both arms of an `if` push.

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
          newest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)
          if [ "$newest" = "$GITHUB_REF_NAME" ]; then
            docker push ghcr.io/example/kestrel:latest
          fi
          docker push ghcr.io/example/kestrel:latest
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

What an action does with its inputs is known from the catalog; for one that it does not know, see `opaque-gate`.
"""

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
            yield finding(
                ID,
                Severity.ERROR,
                move.span,
                message,
                "let the comparison decide about every way in which the pointer moves",
                move,
                one.trace,
            )
