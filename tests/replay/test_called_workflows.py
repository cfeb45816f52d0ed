"""Jobs that are other workflows: what their failure holds back, what they are handed, and what stands in a matrix that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

PUSH = "docker push ghcr.io/o/r:latest"
CHECK = """\
on: {workflow_call: {}}
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - run: |
          highest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)
          [ "$highest" = "$GITHUB_REF_NAME" ] STATUS
"""
CALLER = f"""\
on: {{push: {{tags: ['v*']}}}}
jobs:
  check:
    uses: ./.github/workflows/check.yml
  push:
    needs: check
    runs-on: ubuntu-latest
    steps:
      - run: {PUSH}
"""
MATRIX = f"""\
on: {{push: {{tags: ['v*']}}}}
jobs:
  make:
    runs-on: ubuntu-latest
    outputs: {{matrix: "${{{{ steps.make.outputs.matrix }}}}"}}
    steps:
      - id: make
        uses: somebody/matrix@v1
  push:
    needs: make
    runs-on: ubuntu-latest
    strategy:
      matrix: ${{{{ fromJSON(needs.make.outputs.matrix) }}}}
    steps:
      - if: CONDITION
        run: {PUSH}
"""
PUSHER = f"""\
on:
  workflow_call:
    inputs:
      latest: {{type: boolean, default: false}}
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - if: inputs.latest
        run: {PUSH}
"""
HANDING = """\
on: {push: {tags: ['v*']}}
jobs:
  push:
    uses: ./.github/workflows/push.yml
    with:
      latest: ${{ !contains(github.ref_name, '-') }}
"""


@pytest.mark.parametrize(("status", "verdict"), [("|| exit 1", "gated"), ("|| true", "ungated")])
def test_a_called_workflow_that_fails_holds_back_what_waits_for_it(status: str, verdict: str, tmp_path: Path) -> None:
    files = {".github/workflows/release.yml": CALLER, ".github/workflows/check.yml": CHECK.replace("STATUS", status)}
    assert {move.verdict.value for move in moves(tmp_path, files)} == {verdict}


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [("matrix.platform == 'linux/amd64'", "ungated"), ("matrix.latest == 'true'", "opaque"), ("matrix.latest", "opaque")],
)
def test_which_leg_of_a_matrix_runs_is_a_case_and_a_flag_is_not(condition: str, verdict: str, tmp_path: Path) -> None:
    files = {".github/workflows/release.yml": MATRIX.replace("CONDITION", condition)}
    assert {move.verdict.value for move in moves(tmp_path, files)} == {verdict}


def test_what_is_handed_over_stands_on_the_trace(tmp_path: Path) -> None:
    found = moves(tmp_path, {".github/workflows/release.yml": HANDING, ".github/workflows/push.yml": PUSHER})
    assert {move.verdict.value for move in found} == {"weak"}
    places = [(step.span.path.rpartition("/")[2], step.span.line) for step in found[0].trace]
    assert ("release.yml", 6) in places
