"""What people give for a run, seen from a workflow that others call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

CALLED = """\
on:
  workflow_call: {inputs: {version: {type: string}, move: {type: boolean, default: false}}}
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - run: |
          if [ "${{ github.event.inputs.NAME }}" == "true" ]; then
            docker push ghcr.io/o/r:latest
          fi
"""


def test_what_the_event_of_the_caller_says_was_given_by_somebody(tmp_path: Path) -> None:
    for name in ("move", "other"):
        found = moves(tmp_path, {".github/workflows/push.yml": CALLED.replace("NAME", name)})
        assert [move.verdict.value for move in found] == ["manual"]
