"""What decides about the pointer's move cannot be read here.

## Why

A program that is compiled, another repository's action that the catalog does not know, `eval` of something that only
the run knows: whether it compares versions is not to be seen, so it is never taken for a gate.

## Bad

```yaml
on:
  push:
    tags: ["v*"]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - id: decide
        uses: example/should-this-be-latest@v1
      - if: steps.decide.outputs.latest == 'true'
        run: docker push ghcr.io/example/kestrel:latest
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

An action that does compare versions is opaque until the catalog knows it. A suppression with that reason is the right
answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "opaque-gate"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves with the verdict opaque."""
    for move, _ in evidence.moves:
        if move.verdict is Verdict.OPAQUE:
            message = f"whether an older version moves {pointer(move)} back is not known: {move.reason}"
            yield finding(ID, Severity.WARNING, message, advice(move, evidence.sources), move)
