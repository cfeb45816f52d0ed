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

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Move
    from latest_guard.replay.verdicts import Judged

ID = "void-gate"
HELP = "let the condition decide about every way in which the pointer moves, and let it compare versions"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves that a comparison or another condition was meant to decide about, and that an older version gets past."""
    gated = {_place(move, one) for move, one in evidence.releases() if one.verdict is Verdict.GATED}
    for move, one in evidence.releases():
        if one.verdict not in (Verdict.UNGATED, Verdict.WEAK):
            continue
        meant = _meant(one, _place(move, one) in gated)
        if meant:
            why = "an older version gets past it" if one.turned else one.reason
            message = f"{meant}, but {pointer(move)} moves anyway: {why}"
            yield finding(ID, Severity.ERROR, message, HELP, move, one)


def _place(move: Move, one: Judged) -> tuple[object, ...]:
    """What a comparison is there for: a pointer that a job moves in a run that starts so."""
    return one.scenario.span, one.scenario.name, one.reach.job, move.pointer.kind, move.pointer.target


def _meant(one: Judged, beside: bool) -> str:
    """What was to decide about the move, in words; empty where nothing was."""
    if one.turned or beside:
        return "a comparison is there" + (f" ({one.turned[-1].note})" if one.turned else "")
    if one.reach.fooled:
        return f"a condition asks for the text that comes of a test ({one.reach.fooled[0].note}), and every text is true, `false` as well"
    return f"one way of naming it here is for certain runs only ({one.reach.overruled[0].note})" if one.reach.overruled else ""
