r"""Where the lookup of the present version fails or finds nothing, the pointer moves all the same.

## Why

A comparison needs two versions. Scripts often take "no present version found" for "this is the first release" and go
on; but a registry that does not answer, a login that ran out and a tag that was removed look the same, and then an
older version moves the pointer.

## Bad

```yaml
on:
  push:
    tags: ["v*"]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - run: |
          move=true
          if docker pull ghcr.io/example/kestrel:latest; then
            newest=$(docker inspect --format '{{ index .Config.Labels "org.opencontainers.image.version" }}' ghcr.io/example/kestrel:latest)
            if [ "$(printf '%s\n' "$newest" "${GITHUB_REF_NAME#v}" | sort -V | tail -n 1)" != "${GITHUB_REF_NAME#v}" ]; then
              move=false
            fi
          fi
          if [ "$move" = true ]; then
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

The very first release has to be let through somehow. Do it by hand, or with `latest-guard gate --first-release`,
which says so where one can see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.rules.advice import advice
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "fail-open-gate"
HELP = "stop with an error where the lookup fails, as the gate does"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves that a failing lookup lets through."""
    for move, one in evidence.releases():
        for test in one.fails_open:
            message = f"where {test.note}, {pointer(move)} moves whatever the version: a release of 1.27.4 after 1.28.0 then moves it back"
            yield finding(ID, Severity.ERROR, message, f"{HELP}:\n\n{advice(move, evidence.sources)}", move, one, test.span)
