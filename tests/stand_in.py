"""Fixtures that are run for real, with a docker that only writes down what it is asked to push, and through the replay."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from latest_guard.linter import lint

WORKFLOW = """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - run: |
          COMMAND
"""


@dataclass(frozen=True)
class Case:
    """A file of a task runner, and the command that makes it run; `files` are further files."""

    name: str
    text: str
    command: str
    files: tuple[tuple[str, str], ...] = ()


def case(name: str, text: str, command: str, **files: str) -> Case:
    """A case; names of files are written with `__` for the slash and `_` for the dot."""
    return Case(name, text, command, tuple((n.replace("__", "/").replace("_", "."), t) for n, t in files.items()))


def repository(folder: Path, made: Case, name: str) -> None:
    """The case as a repository with a workflow that runs its command."""
    for path_of, content in (((name, made.text),) if made.text else ()) + made.files:
        path = folder / path_of
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        if path_of.endswith(".sh"):
            path.chmod(0o755)
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "release.yml").write_text(WORKFLOW.replace("COMMAND", made.command))


def pushed_for_real(folder: Path, made: Case, *tools: str) -> list[str]:
    """What docker is asked to push when the command is run; `tools` are the paths of those that it needs."""
    stand_in = folder.parent / "bin"
    stand_in.mkdir()
    log = folder.parent / "pushed"
    log.touch()
    (stand_in / "docker").write_text(f'#!/bin/sh\necho "$2" >> {log}\n')
    (stand_in / "docker").chmod(0o755)
    environment = {
        "PATH": ":".join([str(stand_in), *(str(Path(tool).parent) for tool in tools), os.environ["PATH"]]),
        "HOME": str(folder.parent),
        "LC_ALL": "C",
    }
    subprocess.run(["bash", "-e", "-c", made.command], cwd=folder, env=environment, capture_output=True, check=False, timeout=60)
    return sorted({line for line in log.read_text().splitlines() if "latest" in line})


def pushed_by_replay(folder: Path) -> list[str]:
    """What the replay says that the workflow pushes."""
    return sorted({move.pointer.target for move in lint([folder]).moves if move.scenarios != ("called",)})
