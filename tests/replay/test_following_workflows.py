"""A workflow that runs after others releases something only where one of those does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

AFTER = """\
name: Publish
on:
  workflow_run: {workflows: [NAME], types: [completed]}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - run: docker push ghcr.io/example/kestrel:latest
"""
BEFORE = """\
name: Build
on: ON
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        ("{push: {tags: ['v*']}}", "ungated"),
        ("{push: {branches: [main]}}", "branch"),
        ("[push]", "ungated"),
        ("{schedule: [{cron: '0 0 * * *'}]}", "branch"),
        ("{release: {types: [published]}}", "ungated"),
    ],
)
def test_it_is_a_release_where_the_one_before_is(on: str, verdict: str, tmp_path: Path) -> None:
    files = {".github/workflows/build.yml": BEFORE.replace("ON", on), ".github/workflows/publish.yml": AFTER.replace("NAME", "Build")}
    assert [move.verdict.value for move in moves(tmp_path, files)] == [verdict]


def test_a_chain_is_followed_to_its_beginning(tmp_path: Path) -> None:
    middle = "name: Middle\non: {workflow_run: {workflows: [Build]}}\njobs: {m: {runs-on: x, steps: [{run: make}]}}\n"
    for on, verdict in (("{push: {branches: [main]}}", "branch"), ("{push: {tags: ['v*']}}", "ungated")):
        files = {"build": BEFORE.replace("ON", on), "middle": middle, "publish": AFTER.replace("NAME", "Middle")}
        found = moves(tmp_path, {f".github/workflows/{name}.yml": text for name, text in files.items()})
        assert [move.verdict.value for move in found] == [verdict]


def test_two_that_follow_each_other_and_one_that_is_not_there(tmp_path: Path) -> None:
    files = {".github/workflows/publish.yml": AFTER.replace("NAME", "Publish")}
    assert [move.verdict.value for move in moves(tmp_path, files)] == ["branch"]
    files = {".github/workflows/publish.yml": AFTER.replace("NAME", "Elsewhere")}
    assert [move.verdict.value for move in moves(tmp_path, files)] == ["ungated"]
