"""docs/log.md: its commands, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from latest_guard.git.repository import Repository
from latest_guard.ledger.notes import Notes
from latest_guard.ledger.records import read
from ledger_case import written
from machine import REPOSITORY
from repositories import ENVIRONMENT, Repo, new

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (REPOSITORY / "docs" / "log.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
#: What needs a registry is recorded elsewhere; here something that needs none stands in its place.
PROMOTE = "latest-guard promote 1.28.0 --image ghcr.io/example/app --yes"


def run(block: str, folder: Path, instead: str) -> str:
    """Run a block of the page in `folder`, with `instead` where it promotes; everything in it must succeed."""
    assert PROMOTE in block or "sha256sum" in block
    (folder.parent / "bin").mkdir(exist_ok=True)
    program = folder.parent / "bin" / "latest-guard"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m latest_guard "$@"\n')
    program.chmod(0o755)
    nobody = {name: value for name, value in ENVIRONMENT.items() if not name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_", "EMAIL"))}
    environment = {**nobody, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.useConfigOnly", "GIT_CONFIG_VALUE_0": "true"}
    environment |= {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(REPOSITORY / "hooks")}
    script = "set -e\n" + block.replace(PROMOTE, instead)
    done = subprocess.run(["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_lines(tmp_path: Path) -> None:
    repo = new(tmp_path / "repo")
    repo.tag("v1.27.3")
    repo.commit()
    out = run(BLOCKS[0], repo.path, "latest-guard check-tag v1.28.0")
    assert "check-tag 1.28.0  accepted" in out
    assert "release.log: 1 record, whole" in out


def test_an_id_by_hand(tmp_path: Path) -> None:
    written(tmp_path / "release.log", 1)
    assert run(BLOCKS[1], tmp_path, "").split()[0] == read(tmp_path / "release.log")[0].id


def test_notes_of_many(tmp_path: Path) -> None:
    """Three clones record, one after the other and two at the same time; the remote has it all, in chains that join."""
    origin = new(tmp_path / "origin")
    origin.tag("v1.27.3")
    origin.commit()
    clones = [origin.clone(tmp_path / name) for name in ("a", "b", "c")]
    for number, clone in enumerate(clones):
        run(BLOCKS[2], clone.path, f"latest-guard check-tag v1.28.{number}")
    between = "git --git-dir ../c/.git push -q origin refs/notes/latest-guard"
    clones[2].git("fetch", "-q", "origin")
    write(clones[2], "v1.29.0")
    run(BLOCKS[2], clones[0].path, f"{between} && latest-guard check-tag v1.30.0")
    log = Notes(Repository.open(origin.path))
    found = log.verify()
    assert (found.faults, len(found.notes)) == ((), 1)
    assert {record.tag for record in log.read()} == {"v1.28.0", "v1.28.1", "v1.28.2", "v1.29.0", "v1.30.0"}
    run(BLOCKS[2], clones[1].path, "latest-guard check-tag v1.31.0")
    assert (log.verify().faults, log.verify().notes, len(log.read())) == ((), (), 6)


def write(repo: Repo, tag: str) -> None:
    """A record in the notes of a clone that are not pushed."""
    command = [sys.executable, "-m", "latest_guard", "check-tag", tag, "--log-notes"]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(REPOSITORY / "hooks")}
    subprocess.run(command, cwd=repo.path, env=environment, check=True, capture_output=True)


def test_every_kind_and_decision_is_on_the_page() -> None:
    from typing import get_args

    from latest_guard.ledger.records import Command, Decision
    from latest_guard.ledger.verifying import Kind

    assert [word for word in (*get_args(Kind), *get_args(Decision), *get_args(Command)) if f"`{word}`" not in PAGE] == []
