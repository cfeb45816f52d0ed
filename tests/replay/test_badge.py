"""GitHub's badge: who asks for it, and who leaves it to GitHub."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from latest_guard.catalog.releases import edited
from latest_guard.linter import lint
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
    workflow = tmp_path / ".github" / "workflows" / "image.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(GATE.replace("SORT", sort))
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        report = lint([Path()])
    finally:
        os.chdir(before)
    assert rule in {f.rule for f in report.findings}
