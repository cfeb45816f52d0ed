"""Where a checkout puts the repository, and which of its tags it brings along."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import moves, reported

ACTION = """\
runs:
  using: composite
  steps:
    - shell: bash
      run: ${{ github.action_path }}/push.sh
"""
CALLER = """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {path: "${{ github.workspace }}/src/kestrel"}
      - uses: ./src/kestrel/.github/actions/push
"""
GATED = """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@VERSION
        with: {WITH}
      - uses: actions/checkout@v4
        with: {path: docs}
      - run: |
          FETCH
          newest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)
          if [ "$newest" = "$GITHUB_REF_NAME" ]; then docker push ghcr.io/o/r:latest; fi
"""


def test_a_local_action_below_the_folder_of_the_checkout(tmp_path: Path) -> None:
    files = {
        ".github/workflows/release.yml": CALLER,
        ".github/actions/push/action.yml": ACTION,
        ".github/actions/push/push.sh": "#!/bin/bash\ndocker push ghcr.io/o/r:latest\n",
    }
    assert [(m.span.path, m.verdict.value) for m in moves(tmp_path, files)] == [(".github/actions/push/push.sh", "ungated")]


@pytest.mark.parametrize(
    ("version", "given", "fetch", "blind"),
    [
        ("v4", "submodules: true", "true", True),
        ("v4", "submodules: true", "git fetch origin main", True),
        ("v4", "submodules: true", "git fetch --tags --force", False),
        ("v4", "submodules: true", "git fetch origin 'refs/tags/*:refs/tags/*'", False),
        ("v4", "submodules: true", "git fetch --prune --unshallow", False),
        ("v4", "fetch-depth: 0", "true", False),
        ("v1", "submodules: true", "true", False),
    ],
)
def test_which_tags_are_there(tmp_path: Path, version: str, given: str, fetch: str, blind: bool) -> None:
    report = reported(
        tmp_path, {".github/workflows/release.yml": GATED.replace("VERSION", version).replace("WITH", given).replace("FETCH", fetch)}
    )
    assert [m.verdict.value for m in report.moves] == ["gated"]
    assert ("blind-gate" in {f.rule for f in report.findings}) == blind


def test_a_local_action_of_the_repository(tmp_path: Path) -> None:
    caller = CALLER.replace('        with: {path: "${{ github.workspace }}/src/kestrel"}\n', "").replace("./src/kestrel/", "./")
    files = {".github/workflows/release.yml": caller, ".github/actions/push/action.yml": ACTION}
    files[".github/actions/push/push.sh"] = "#!/bin/bash\ndocker push ghcr.io/o/r:latest\n"
    assert [m.verdict.value for m in moves(tmp_path, files)] == ["ungated"]
