"""`check-tag` as docs/ci.md has it for each CI system, in the clone that the system makes by default for the pipeline of a tag."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from machine import REPOSITORY
from repositories import ENVIRONMENT, Repo, new

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (REPOSITORY / "docs" / "ci.md").read_text(encoding="utf-8")
LINES = dict(re.findall(r"^\| (\w+) \| `(latest-guard check-tag [^`]*)`", PAGE, re.MULTILINE))


@dataclass(frozen=True)
class System:
    """How a CI system clones for a tag: git's words, one command a line, with {url}, {tag} and {sha} in them; and what it says of the tag."""

    clone: str
    environment: dict[str, str]


INIT = "init --quiet\nremote add origin {url}\n"
SYSTEMS = {
    "GitHub": System(
        INIT + "fetch --no-tags --prune --no-recurse-submodules --depth=1 origin +{sha}:refs/tags/{tag}\ncheckout --force refs/tags/{tag}",
        {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/tags/{tag}", "GITHUB_REF_NAME": "{tag}"},
    ),
    "GitLab": System(
        INIT + "fetch origin +refs/pipelines/7:refs/pipelines/7 +refs/tags/{tag}:refs/tags/{tag} --depth 20 --prune --quiet --no-tags\n"
        "checkout -f -q {sha}",
        {"GITLAB_CI": "true", "CI_COMMIT_TAG": "{tag}", "CI_COMMIT_REF_NAME": "{tag}"},
    ),
    "CircleCI": System(
        "clone --quiet --filter=blob:none {url} .\nfetch --quiet --force origin refs/tags/{tag}\ncheckout --force -q {tag}\nreset --hard -q {sha}",
        {"CIRCLECI": "true", "CIRCLE_TAG": "{tag}"},
    ),
    "Drone": System(INIT + "fetch origin +refs/tags/{tag}:\ncheckout -qf FETCH_HEAD", {"DRONE": "true", "DRONE_TAG": "{tag}"}),
    "Woodpecker": System(
        "init --quiet -b main\nremote add origin {url}\nfetch --tags --depth=1 --filter=tree:0 origin +{sha}:\nreset --hard -q {sha}",
        {"CI": "woodpecker", "CI_COMMIT_TAG": "{tag}"},
    ),
    "Jenkins": System(
        INIT + "fetch --no-tags --force --progress -- {url} +refs/heads/*:refs/remotes/origin/* +refs/tags/{tag}:refs/tags/{tag}\n"
        "config core.sparsecheckout false\ncheckout -f {sha}",
        {"JENKINS_URL": "http://127.0.0.1", "TAG_NAME": "{tag}"},
    ),
    "Bitbucket": System("clone --branch={tag} --depth 50 {url} .\nreset --hard {sha}", {"BITBUCKET_TAG": "{tag}"}),
    "Buildkite": System(
        "clone -v -- {url} .\nfetch -v --prune -- origin {sha}\ncheckout -f {sha}", {"BUILDKITE": "true", "BUILDKITE_TAG": "{tag}"}
    ),
}


@pytest.fixture
def origin(tmp_path: Path) -> Repo:
    """v1.27.0 to v1.28.0 on main, then more work; `release/1.27` with v1.27.3 on it, and with 60 commits behind that, v1.27.4 at its tip."""
    repo = new(tmp_path / "origin")
    repo.tag("v1.27.0", "v1.27.1", "v1.27.2")
    repo.git("checkout", "--quiet", "-b", "release/1.27")
    repo.tag("v1.27.3", annotated=True)
    repo.git("checkout", "--quiet", "main")
    repo.tag("v1.28.0", annotated=True)
    repo.commit("later")
    for setting in ("allowAnySHA1InWant", "allowFilter"):
        repo.git("config", f"uploadpack.{setting}", "true")
    return repo


def cloned(system: System, origin: Repo, tag: str, folder: Path) -> Repo:
    """The clone that the system makes."""
    folder.mkdir()
    sha = origin.git("rev-parse", f"{tag}^{{commit}}")
    origin.git("update-ref", "refs/pipelines/7", sha)
    for line in system.clone.splitlines():
        words = [word.format(url=f"file://{origin.path}", tag=tag, sha=sha) for word in line.split()]
        done = subprocess.run(["git", *words], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return Repo(folder)


def check(name: str, clone: Repo, tag: str, programs: Path) -> tuple[int, str]:
    """Run the page's line for a system in its clone: exit code and output."""
    programs.mkdir()
    (programs / "latest-guard").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m latest_guard "$@"\n')
    (programs / "latest-guard").chmod(0o755)
    told = {key: value.format(tag=tag) for key, value in SYSTEMS[name].environment.items()}
    kept = {key: value for key, value in ENVIRONMENT.items() if not key.startswith(("GITHUB", "CI"))}
    environment = {**kept, **told, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", LINES[name]], cwd=clone.path, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_system_of_the_page_is_tried() -> None:
    assert set(LINES) == set(SYSTEMS)


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_newest_passes(name: str, origin: Repo, tmp_path: Path) -> None:
    origin.tag("v1.29.0", annotated=True)
    code, told = check(name, cloned(SYSTEMS[name], origin, "v1.29.0", tmp_path / "clone"), "v1.29.0", tmp_path / "bin")
    assert (code, "accepted, higher than v1.28.0" in told) == (0, True), told


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_back_port_from_its_branch_passes(name: str, origin: Repo, tmp_path: Path) -> None:
    origin.git("checkout", "--quiet", "release/1.27")
    origin.tag("v1.27.4")
    origin.git("checkout", "--quiet", "main")
    code, told = check(name, cloned(SYSTEMS[name], origin, "v1.27.4", tmp_path / "clone"), "v1.27.4", tmp_path / "bin")
    assert (code, "accepted as a back-port on line 1.27" in told) == (0, True), told


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_accident_is_stopped(name: str, origin: Repo, tmp_path: Path) -> None:
    """A lower version tagged on main: refused, or said to be unknown where the clone is too shallow to tell; never accepted."""
    origin.tag("v1.27.4")
    origin.commit("and on")
    code, told = check(name, cloned(SYSTEMS[name], origin, "v1.27.4", tmp_path / "clone"), "v1.27.4", tmp_path / "bin")
    assert code in (1, 2), told
    assert "releasing 1.27.4 after v1.28.0 would move `latest` back" in told
    assert code == 1 or "cannot be known here" in told


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_the_remote_knows_counts(name: str, origin: Repo, tmp_path: Path) -> None:
    """The same version in another spelling, which no shallow clone holds, is refused everywhere."""
    origin.git("tag", "1.29.0", "v1.28.0^{commit}")
    origin.tag("v1.29.0")
    code, told = check(name, cloned(SYSTEMS[name], origin, "v1.29.0", tmp_path / "clone"), "v1.29.0", tmp_path / "bin")
    assert (code, "duplicate-version" in told) == (1, True), told


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_remote_that_lets_nobody_in_is_no_yes(name: str, origin: Repo, tmp_path: Path) -> None:
    clone = cloned(SYSTEMS[name], origin, "v1.28.0", tmp_path / "clone")
    clone.git("remote", "set-url", "origin", f"file://{tmp_path}/closed")
    code, told = check(name, clone, "v1.28.0", tmp_path / "bin")
    assert (code, "could not be asked for its tags" in told) == (2, True), told


def test_annotations_on_github(origin: Repo, tmp_path: Path) -> None:
    origin.git("tag", "1.29.0", "v1.28.0^{commit}")
    origin.tag("v1.29.0")
    _, told = check("GitHub", cloned(SYSTEMS["GitHub"], origin, "v1.29.0", tmp_path / "clone"), "v1.29.0", tmp_path / "bin")
    (line,) = (line for line in told.splitlines() if line.startswith("::error "))
    assert line.startswith("::error title=latest-guard%3A duplicate-version::v1.29.0 is the same version as 1.29.0")
