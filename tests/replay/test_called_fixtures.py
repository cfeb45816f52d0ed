"""The fixtures of what no pipeline runs: what is said of them, and what they do when they are called for real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from latest_guard.linter import lint
from machine import REPOSITORY

FIXTURES = REPOSITORY / "fixtures" / "called"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/label.json"))
POINTER = "ghcr.io/example/kestrel:latest"


def label(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / name / "label.json").read_text())
    return found


@pytest.mark.parametrize("name", NAMES)
def test_verdicts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / name)
    report = lint([Path()])
    assert [[move.span.path, move.span.line, move.verdict.value] for move in report.moves] == label(name)["moves"]
    assert {move.scenarios for move in report.moves} == {("called",)}
    assert not report.errors


def moved(folder: Path, name: str, version: str) -> bool:
    """Is the pointer pushed when the fixture is called in a repository that has 1.28.0?"""
    work, programs, log = folder / "work", folder / "bin", folder / "pushed"
    shutil.copytree(FIXTURES / name, work)
    programs.mkdir()
    log.touch()
    (programs / "docker").write_text(f'#!/bin/sh\n[ "$1" != push ] || echo "$2" >> {log}\n')
    (programs / "docker").chmod(0o755)
    home = {"HOME": str(folder), "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1"}
    run = ["git", "-c", "user.name=n", "-c", "user.email=e@example.com", "-C", str(work)]
    subprocess.run([*run, "init", "-q"], check=True, env=home)
    subprocess.run([*run, "commit", "-q", "--allow-empty", "-m", "m"], check=True, env=home)
    for tag in ("v1.27.3", "v1.28.0", f"v{version}"):
        subprocess.run([*run, "tag", tag], check=True, env=home)
    call = label(name)["call"].replace("{version}", version)
    subprocess.run(["bash", "-c", call], cwd=work, env=home, check=False, capture_output=True, timeout=60)
    return POINTER in log.read_text().split()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_pushed(name: str, tmp_path: Path) -> None:
    said = label(name)
    for version, key in (("1.27.4", "older"), ("1.29.0", "newer")):
        folder = tmp_path / key
        folder.mkdir()
        assert moved(folder, name, version) is said[key], key
