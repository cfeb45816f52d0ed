"""The pointer's move is conditional, but nothing compares versions.

## Why

A back-port is a final release like any other: "no prerelease", "from this repository", "the tag looks like a version"
all hold for it. Only the versions that exist already can tell that it must not be `latest`.

## Bad

```yaml
on:
  release:
    types: [published]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - if: ${{ !github.event.release.prerelease }}
        run: docker push ghcr.io/example/kestrel:latest
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
      - id: gate
        run: pipx run latest-guard gate "$GITHUB_REF_NAME" --image ghcr.io/example/kestrel
      - env:
          LATEST: ${{ steps.gate.outputs.latest }}
        run: |
          if [ "$LATEST" = true ]; then
            docker push ghcr.io/example/kestrel:latest
          fi
```

## Limits

A condition on the version itself that no older release can meet (`startsWith(github.ref_name, 'v2.')` while 1.x is
maintained) is weak as well: 2.0.1 after 2.1.0 meets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "weak-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves with the verdict weak."""
    for move, _ in evidence.moves:
        if move.verdict is Verdict.WEAK:
            message = f"releasing an older version (say 1.27.4 after 1.28.0) moves {pointer(move)} back: {move.reason}"
            yield finding(ID, Severity.ERROR, message, advice(move, evidence.sources), move)
