"""What a person decides: about the pointer, or only about what is released and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = """\
on:
  workflow_dispatch:
    inputs:
      action: {type: choice, options: [publish, recover]}
      version: {type: string, required: true}
jobs:
  publish:
    if: inputs.action == 'publish'
    runs-on: ubuntu-latest
    steps:
      - run: PUBLISH
  recover:
    if: inputs.action == 'recover'
    runs-on: ubuntu-latest
    steps:
      - run: gh release create "v${{ inputs.version }}" --latest
"""


def test_who_chooses_the_way_of_a_release_decides_nothing_about_the_pointer(tmp_path: Path) -> None:
    """Both ways make a release; the one that is chosen here moves the pointer whatever the version."""
    publish = 'gh release create "v${{ inputs.version }}" --latest=false'
    found = moves(tmp_path, {".github/workflows/a.yml": WORKFLOW.replace("PUBLISH", publish)})
    assert [m.verdict.value for m in found] == ["ungated"]


def test_who_can_publish_the_version_without_its_pointer_decides(tmp_path: Path) -> None:
    text = """\
on:
  workflow_dispatch:
    inputs:
      latest: {type: boolean}
      version: {type: string, required: true}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - run: docker push "ghcr.io/o/r:${{ inputs.version }}"
  latest:
    if: inputs.latest
    needs: image
    runs-on: ubuntu-latest
    steps:
      - run: docker push ghcr.io/o/r:latest
"""
    assert [m.verdict.value for m in moves(tmp_path, {".github/workflows/a.yml": text})] == ["manual"]
