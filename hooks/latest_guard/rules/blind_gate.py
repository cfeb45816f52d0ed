"""It compares with tags that the checkout does not have.

## Why

actions/checkout fetches one commit and, on a tag, that tag only. `git tag` then lists nothing but the version that is
being released, so "am I the highest?" is always answered with yes.

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

Tags that a step fetches in a way that is not known here count as missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.rules.evidence import Evidence, finding, pointer
from latest_guard.rules.places import fenced

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "blind-gate"
HELP = f"check out with all tags, or run `git fetch --tags` first:\n\n{fenced('yaml', ['        with:', '          fetch-depth: 0'])}"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Gated moves whose comparison reads the tags of a shallow checkout."""
    for move, one in evidence.releases():
        if not one.comparisons:
            continue
        for asked in one.asked:
            if asked.local and asked.checkout == "shallow":
                message = (
                    f"`{asked.name}` sees only the tag being released in this checkout, "
                    f"so every version is the highest and moves {pointer(move)}"
                )
                yield finding(ID, Severity.ERROR, message, HELP, move, one, asked.span)
