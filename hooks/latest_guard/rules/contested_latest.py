"""Releases and branch builds move the same pointer to different things.

## Why

After a release `latest` is that version; after the next push to the main branch it is something that no release is
made of. What one gets depends on which ran last.

## Bad

```yaml
on:
  push:
    branches: [main]
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
    branches: [main]
    tags: ["v*"]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - if: github.ref_type == 'branch'
        run: docker push ghcr.io/example/kestrel:edge
```

## Limits

Two repositories that push to the same name are not seen. Where release-please, semantic-release or changesets make the
release on a branch, what they move belongs to a release and is contested by none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity, Verdict
from latest_guard.pipeline import Start
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Move

ID = "contested-latest"
#: What to do, by the kind of the pointer.
HELP = {
    "": "give the branch builds a name of their own, such as `edge`",
    "npm": "give the branch builds a dist-tag of their own: `npm publish --tag next`",
    "github-release": "let the branch builds say that they are not the latest release: `make_latest: false`, or `--latest=false`",
}


#: Tools whose work on a branch is a release.
RELEASING = ("release-please", "semantic-release", "changesets")


def check(evidence: Evidence) -> Iterator[Finding]:
    """Pointers that a release moves and a branch build as well."""
    released = {(move.pointer.kind, move.pointer.target) for move, _ in evidence.releases()}
    for move, group in evidence.moves:
        if (move.pointer.kind, move.pointer.target) not in released or _releases(move):
            continue
        if any(one.scenario.start is Start.BRANCH and one.verdict is not Verdict.OPAQUE for one in group):
            message = f"builds of a branch move {pointer(move)} as well as releases: what it points to depends on which ran last"
            yield finding(ID, Severity.WARNING, message, HELP.get(move.pointer.kind, HELP[""]), move)


def _releases(move: Move) -> bool:
    """Is the branch build that makes a move a release itself?"""
    return any(tool in move.via for tool in RELEASING)
