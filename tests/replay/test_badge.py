"""GitHub's badge: who asks for it, and who leaves it to GitHub."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import reported

from latest_guard.catalog.releases import edited
from latest_guard.values import text

GATE = """\
on: {push: {tags: ['v*']}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - run: |
          newest=$(gh api "repos/$GITHUB_REPOSITORY/releases/latest" --jq .tag_name)
          if [ "$(printf '%s\\n' "${newest#v}" "${GITHUB_REF_NAME#v}" | SORT | tail -n 1)" = "${GITHUB_REF_NAME#v}" ]; then
            docker push ghcr.io/o/r:latest
          fi
"""


@pytest.mark.parametrize(("said", "moves"), [("true", True), ("legacy", True), ("false", False)])
def test_legacy_leaves_it_to_github(said: str, moves: bool) -> None:
    assert bool(edited(text(said), text("false"), None)) == moves


@pytest.mark.parametrize(("sort", "rule"), [("sort -V", "circular-gate"), ("sort", "unsound-comparison")])
def test_a_sort_does_not_mend_what_was_asked(tmp_path: Path, sort: str, rule: str) -> None:
    report = reported(tmp_path, {".github/workflows/image.yml": GATE.replace("SORT", sort)})
    assert rule in {f.rule for f in report.findings}
