"""The run that publishes the release moves `latest`, and nobody approves in between.

Off unless it is [selected](../configuration.md#the-linter).

## Why

What is pushed by the build is what everybody gets, in the same minute: nobody has looked at the version that came out before it became
`latest`, and nobody said that it should. A comparison keeps `latest` from going back; it does not keep a broken release from
becoming `latest`. Where the pointer is moved by an act of its own, the release can be looked at first, and moving it back is
the same act again.

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
      - run: docker push "ghcr.io/example/kestrel:${GITHUB_REF_NAME#v}"
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
      - run: docker push "ghcr.io/example/kestrel:${GITHUB_REF_NAME#v}"
  latest:
    needs: image
    environment: latest
    runs-on: ubuntu-latest
    steps:
      - run: latest-guard promote "$GITHUB_REF_NAME" --image ghcr.io/example/kestrel --yes
```

## Limits

An environment counts as an approval: whether somebody has to approve is said in the settings of the CI system, and not in a file. So do
a button (`when: manual`), an input that a person sets for the pointer alone, and a run of its own that a person starts. What starts by
itself after a release does not, nor does what starts when somebody publishes a release on GitHub: that is the release.

The whole set-up: [a release that cannot go back](../a-release-that-cannot-go-back.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.findings import Finding, Severity
from latest_guard.pipeline import Start
from latest_guard.rules.evidence import Evidence, finding, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.replay.verdicts import Judged

ID = "coupled-release"
HELP = "move the pointer in a job of its own that waits for an approval, with `latest-guard promote`: docs/a-release-that-cannot-go-back.md"


def check(evidence: Evidence) -> Iterator[Finding]:
    """Moves in the run of a release that nobody approves."""
    for move, one in evidence.releases():
        if coupled(one):
            message = f"the run that publishes the release moves {pointer(move)} as well, and nobody approves in between"
            yield finding(ID, Severity.WARNING, message, HELP, move, one)


def coupled(one: Judged) -> bool:
    """Is this a run that a release starts, or one that publishes a version, and does nobody decide about the pointer?"""
    released = one.scenario.start is Start.RELEASE or (one.scenario.start is Start.MANUAL and one.publishes)
    return released and not one.approved
