"""A small repository, written to a folder and linted: how tests of the replay ask for verdicts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.linter import lint

if TYPE_CHECKING:
    from latest_guard.findings import Move
    from latest_guard.linter import Report

RELEASE = """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - run: |
"""


def reported(folder: Path, files: dict[str, str], asked: str = ".") -> Report:
    """What lint says of a repository of these files, by path, when it is run there."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    before = Path.cwd()
    os.chdir(folder)
    try:
        report = lint([Path(asked)])
    finally:
        os.chdir(before)
    assert not report.errors, report.errors
    return report


def moves(folder: Path, files: dict[str, str]) -> list[Move]:
    """The moves that it tells of."""
    return list(reported(folder, files).moves)


def script(folder: Path, lines: str, **files: str) -> list[str]:
    """The verdicts of the moves of a script that is run when a tag is pushed; `files` by name, with `_` for the dot."""
    body = "".join(f"          {line}\n" for line in lines.strip("\n").split("\n"))
    found = moves(folder, {".github/workflows/release.yml": RELEASE + body, **{n.replace("_", "."): t for n, t in files.items()}})
    return sorted({move.verdict.value for move in found})
