"""Releases that are compared with the name of the default branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

LINE = """\
on:
  release: {types: [published]}
jobs:
  push:
    runs-on: ubuntu-latest
    env:
      DEFAULT: ${{ github.event.repository.default_branch }}
    steps:
      - run: |
          line=${GITHUB_REF%.*}
          line=${line##*/}
          if [[ "$line" == "$DEFAULT" ]]; then
            docker push ghcr.io/o/r:latest
          fi
"""
WHOLE = """\
on: {push: {tags: ['v*'], branches: [main]}}
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - if: github.ref_name == github.event.repository.default_branch
        run: docker push ghcr.io/o/r:latest
"""


def test_a_line_may_be_the_default_branch(tmp_path: Path) -> None:
    found = moves(tmp_path, {".github/workflows/release.yml": LINE})
    assert [move.verdict.value for move in found] == ["weak"]


def test_a_whole_version_is_no_branch(tmp_path: Path) -> None:
    found = moves(tmp_path, {".github/workflows/release.yml": WHOLE})
    assert [move.verdict.value for move in found] == ["branch"]
