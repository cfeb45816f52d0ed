"""A release moves the pointer, and nothing stands in its way.

## Why

Every release moves the pointer, whatever its version. When 1.27.4 is released after 1.28.0, everybody who asks for
`latest` gets the older version, and nothing fails: the pipeline is green, the image is right, only the name points to
the wrong one.

## Bad

```yaml
on:
  push:
    tags: ["v*"]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - run: docker push ghcr.io/example/kestrel:latest
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

What decides may stand outside the repository, on a server that starts the pipeline only for some tags. That cannot be
read here; say it with a suppression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "ungated-latest"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves with the verdict ungated."""
    for move, _ in evidence.moves:
        if move.verdict is Verdict.UNGATED:
            message = f"releasing an older version (say 1.27.4 after 1.28.0) moves {pointer(move)} back: {move.reason}"
            yield finding(ID, Severity.ERROR, message, advice(move, evidence.sources), move)
