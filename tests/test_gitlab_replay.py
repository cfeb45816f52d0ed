"""GitLab pipelines judged by the replay, and run for real by gitlab-ci-local with a stand-in for docker that records pushes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from latest_guard.findings import Report
from latest_guard.linter import lint
from latest_guard.systems.gitlab.variables import SERVER
from machine import REPOSITORY, tool

FIXTURES = REPOSITORY / "fixtures" / "gitlab"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/label.json"))
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]

OLDER, NEWER, PRERELEASE = "v1.27.4", "v1.29.0", "v1.29.0-rc.1"

DOCKER = """#!/bin/sh
if [ "$1" = push ]; then echo "$2" >> "$PUSHED"; fi
"""


def label(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / name / "label.json").read_text())
    return found


def judged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(folder)
    return lint([Path()])


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_and_findings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said, report = label(name), judged(FIXTURES / name, monkeypatch)
    moves = [(move.span.path, move.span.line, move.verdict.value) for move in report.moves]
    assert moves == [(said.get("path", ".gitlab-ci.yml"), said["line"], said["verdict"])] * said.get("moves", 1)
    assert sorted(finding.rule for finding in report.findings) == sorted(said["rules"])
    assert not report.errors


def test_every_verdict_and_every_rule_that_gitlab_knows_has_a_fixture() -> None:
    labels = [label(name) for name in NAMES]
    assert {said["verdict"] for said in labels} == {"ungated", "weak", "opaque", "manual", "branch", "gated"}
    # circular-gate is about GitHub's badge
    assert {rule for said in labels for rule in said["rules"]} >= {
        *("ungated-latest", "weak-gate", "opaque-gate", "fail-open-gate", "void-gate", "blind-gate", "unsound-comparison"),
        *("racy-gate", "contested-latest"),
    }


# For real ---------------------------------------------------------------------------------------------------------------


@dataclass
class Repository:
    """A copy of a fixture with tags, and gitlab-ci-local to run it."""

    root: Path
    bin: Path

    def git(self, *words: str) -> None:
        subprocess.run([*GIT, *words], cwd=self.root, check=True, capture_output=True)

    def pushes(self, *, tag: str = "", job: str = "") -> set[str]:
        """The images that a pipeline pushes, for a tag or for main."""
        recorded = self.bin / "pushed"
        recorded.write_text("")
        if tag:
            self.git("tag", tag)
        ref = ["CI_COMMIT_TAG=" + tag] if tag else ["CI_COMMIT_BRANCH=main"]
        set_to = [*ref, f"CI_COMMIT_REF_NAME={tag or 'main'}", f"CI_REGISTRY_IMAGE=registry.{SERVER}/example"]
        options = [word for one in set_to for word in ("--variable", one)]
        options += ["--unset-variable", "CI_COMMIT_BRANCH" if tag else "CI_COMMIT_TAG"]
        command = [tool("gitlab-ci-local"), "--no-json-schema-validation", "--no-shell-isolation", *options, *([job] if job else [])]
        environment = {**os.environ, "HOME": str(self.bin), "CI": "", "PATH": f"{self.bin}:{os.environ['PATH']}", "PUSHED": str(recorded)}
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=120, check=False)
        if tag:
            self.git("tag", "-d", tag)
        self.log = done.stdout + done.stderr
        return set(recorded.read_text().split())

    def moves(self, *, tag: str = "", job: str = "") -> bool:
        """Does a pipeline move `latest` or a variant of it?"""
        return any(image.rpartition(":")[2].startswith("latest") for image in self.pushes(tag=tag, job=job))


@pytest.fixture
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Repository:
    root, programs = tmp_path / "repository", tmp_path / "bin"
    shutil.copytree(FIXTURES / request.param, root)
    (root / "label.json").unlink()
    programs.mkdir()
    for name, text in (("docker", DOCKER), ("release-oracle", "#!/bin/sh\nexit 0\n")):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    made = Repository(root, programs)
    made.git("init", "-q", "-b", "main")
    made.git("remote", "add", "origin", f"https://{SERVER}/example/kestrel.git")
    made.git("add", ".")
    made.git("commit", "-q", "-m", "x")
    for tag in ("v1.26.0", "v1.27.3", "v1.28.0"):
        made.git("tag", tag)
    return made


@pytest.mark.parametrize("repository", [name for name in NAMES if label(name).get("judge", True)], indirect=True)
def test_what_is_pushed_for_real_agrees_with_the_verdict(repository: Repository, request: pytest.FixtureRequest) -> None:
    said = label(request.node.callspec.params["repository"])
    verdict, button = said["verdict"], said.get("button", "")
    older, newer = repository.moves(tag=OLDER), repository.moves(tag=NEWER)
    if verdict in ("ungated", "weak", "opaque"):
        assert older, repository.log
    if verdict == "gated":
        assert newer, repository.log
        assert not older
    if verdict in ("manual", "branch"):
        assert not older, repository.log
        assert not newer
    if verdict == "manual":
        assert repository.moves(tag=OLDER, job=button), repository.log
    if verdict == "branch":
        assert repository.moves(), repository.log
    if said.get("prerelease") is False:
        assert not repository.moves(tag=PRERELEASE), repository.log
