"""docs/doors.md: its commands guard a clone, what it shows of a refusal is what comes, and uninstall leaves nothing."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

from machine import REPOSITORY

if TYPE_CHECKING:
    from sandbox import Repo, Sandbox

PAGE = (REPOSITORY / "docs" / "doors.md").read_text(encoding="utf-8")
INSTALL, UNINSTALL = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMAND, *SHOWN = PAGE.split("```console\n")[1].split("\n```")[0].splitlines()


@pytest.fixture
def work(sandbox: Sandbox) -> Repo:
    """A clone with v1.27.3, and v1.28.0 on the commit behind it."""
    origin = sandbox.repository("origin")
    origin.git("tag", "v1.27.3")
    origin.commit("second")
    origin.git("tag", "v1.28.0")
    return sandbox.clone(origin, "work")


def follow(work: Repo, script: str) -> str:
    """Run a block of the page; what it says."""
    programs = work.sandbox.root / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "latest-guard").write_text(f'#!/bin/sh\nexec {sys.executable} -m latest_guard "$@"\n')
    (programs / "latest-guard").chmod(0o755)
    path = f"{programs}{os.pathsep}{work.sandbox.environment['PATH']}"
    return work.sandbox.run(work.path, "sh", "-eu", "-c", script, PATH=path).stdout


def test_what_the_page_says_guards_a_clone(work: Repo) -> None:
    told = follow(work, INSTALL)
    assert "pre-tag: guarded" in told
    assert "pre-push: guarded" in told
    done = work.git(*COMMAND.removeprefix("$ git ").split(), check=False)
    assert done.returncode == 128
    assert re.sub(r"^fatal: .*", SHOWN[-1], done.stdout, flags=re.MULTILINE).splitlines() == SHOWN
    refused = work.git("push", "origin", "HEAD:refs/tags/v1.27.4", check=False)
    assert "v1.27.4: refused" in refused.stdout
    work.git("push", "--no-verify", "origin", "HEAD:refs/tags/v1.27.4")


def test_the_way_back(work: Repo) -> None:
    before = work.ask("config", "--local", "--list")
    follow(work, INSTALL)
    follow(work, UNINSTALL)
    assert work.ask("config", "--local", "--list") == before
    assert not work.hooks.exists() or not list(work.hooks.iterdir())
    work.git("tag", "v1.27.4")


def test_the_hooks_of_the_page_are_ours() -> None:
    ours = set(re.findall(r"^- id: (\S+)", (REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^  - id: (\S+)", PAGE, re.MULTILINE)) <= ours
