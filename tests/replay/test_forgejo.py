"""Forgejo's and Gitea's workflows: GitHub's language, with contexts, variables and names of actions of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

PUSH = """\
on: {push: {tags: ['v*']}}
jobs:
  publish:
    runs-on: docker
    steps:
      - uses: HOSTdocker/build-push-action@v6
        with:
          push: true
          tags: code.example.com/kestrel/kestrel:latest
"""
GATED = """\
on: {push: {tags: ['v*']}}
jobs:
  publish:
    runs-on: docker
    steps:
      - uses: https://code.forgejo.org/actions/checkout@v4
        with: {fetch-depth: 0}
      - id: compare
        run: |
          newest=$(git tag --list 'v*' | grep -v -- - | sort -V | tail -n 1)
          if [ "$newest" = "$PREFIX_REF_NAME" ]; then echo latest=true >> "$PREFIX_OUTPUT"; fi
      - if: steps.compare.outputs.latest == 'true' && LOWER.ref_type == 'tag'
        run: docker push code.example.com/kestrel/kestrel:latest
"""


@pytest.mark.parametrize("folder", [".forgejo", ".gitea"])
@pytest.mark.parametrize("host", ["", "https://code.forgejo.org/", "https://gitea.com/", "https://github.com/"])
def test_an_action_is_known_whatever_host_it_is_taken_from(folder: str, host: str, tmp_path: Path) -> None:
    found = moves(tmp_path, {f"{folder}/workflows/release.yml": PUSH.replace("HOST", host)})
    assert [(move.verdict.value, move.span.line, move.system) for move in found] == [("ungated", 9, folder[1:])]


@pytest.mark.parametrize(("folder", "prefix"), [(".forgejo", "FORGEJO"), (".gitea", "GITEA"), (".forgejo", "GITHUB"), (".gitea", "GITHUB")])
def test_contexts_and_variables_have_their_own_names(folder: str, prefix: str, tmp_path: Path) -> None:
    text = GATED.replace("PREFIX", prefix).replace("LOWER", prefix.lower())
    assert [move.verdict.value for move in moves(tmp_path, {f"{folder}/workflows/release.yml": text})] == ["gated"]


def test_github_does_not_know_them(tmp_path: Path) -> None:
    text = GATED.replace("PREFIX", "FORGEJO").replace("LOWER", "forgejo")
    assert moves(tmp_path, {".github/workflows/release.yml": text}) == []


RELEASE = """\
on: {push: {tags: ['v*']}}
jobs:
  publish:
    runs-on: docker
    steps:
      - uses: USES
        with:
          INPUT
"""


@pytest.mark.parametrize(
    ("uses", "setting", "verdicts"),
    [
        ("https://code.forgejo.org/actions/forgejo-release@v2", "direction: upload", ["ungated"]),
        ("actions/forgejo-release@v2", "direction: download", []),
        ("actions/forgejo-release@v2", "{direction: upload, prerelease: true}", []),
        ("https://gitea.com/actions/gitea-release-action@v1", "body: text", ["ungated"]),
        ("https://github.com/akkuman/gitea-release-action@v1", "draft: true", []),
        ("https://gitea.com/actions/release-action@main", "pre_release: false", ["ungated"]),
    ],
)
def test_actions_that_publish_a_release(uses: str, setting: str, verdicts: list[str], tmp_path: Path) -> None:
    text = RELEASE.replace("USES", uses).replace("INPUT", setting)
    found = moves(tmp_path, {".forgejo/workflows/release.yml": text})
    assert [move.verdict.value for move in found if move.pointer.kind == "github-release"] == verdicts
