"""A release pushes `latest` and no tag of the version's own for the same image.

Off unless it is [selected](../configuration.md#the-linter).

## Why

After the next release nobody can get this version any more: there is nothing to pin, nothing to go back to, and nothing by which to tell
what `latest` was. A pointer is moved safely by putting it on a version that is published already; that version must be there.

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
      - id: gate
        run: latest-guard gate "$GITHUB_REF_NAME" --image ghcr.io/example/kestrel
      - if: steps.gate.outputs.latest == 'true'
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
        run: latest-guard gate "$GITHUB_REF_NAME" --image ghcr.io/example/kestrel
      - run: docker push "ghcr.io/example/kestrel:${GITHUB_REF_NAME#v}"
      - if: steps.gate.outputs.latest == 'true'
        run: docker push ghcr.io/example/kestrel:latest
```

## Limits

It looks at images only, and within one run: a version's tag that another run has pushed counts where the pointer is copied from it
(`latest-guard promote`, crane, skopeo, `docker buildx imagetools`). A tag that only the run knows counts as a version's, that of
a commit, of a branch and of a line (`1.27`) does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.pipeline import Start
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "unversioned-latest"
#: Runs of which the beginning is known; what else they do is known as well.
WHOLE = frozenset((Start.RELEASE, Start.MANUAL))


def check(evidence: Evidence) -> Iterator[Finding]:
    """Images of which a release leaves nothing but the pointer."""
    for move, one in evidence.releases():
        if move.pointer.kind == "docker" and not one.versioned and one.scenario.start in WHOLE:
            image = move.pointer.target.rpartition(":")[0] or "the image"
            message = (
                f"{pointer(move)} is pushed and no tag of the version's own beside it: after the next release nobody can get this version"
            )
            yield finding(ID, Severity.WARNING, message, f"push {image} under its version as well, first", move, one)
