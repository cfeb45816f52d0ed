"""check-version: the declared version against the newest tag of its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from latest_guard.cli import main
from repositories import Repo, new

if TYPE_CHECKING:
    from pathlib import Path


def pyproject(version: str) -> str:
    return f'[project]\nname = "x"\nversion = "{version}"\n'


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """On release/1.27, at v1.27.2, which declares 1.27.2; main is at v1.28.0."""
    made = new(tmp_path / "repo")
    made.commit("one", **{"pyproject.toml": pyproject("1.27.2")})
    made.git("tag", "v1.27.2")
    made.commit("two", **{"pyproject.toml": pyproject("1.28.0")})
    made.git("tag", "v1.28.0")
    made.git("checkout", "--quiet", "-b", "release/1.27", "v1.27.2")
    return made


def check(repo: Repo, *words: str) -> int:
    return main(["check-version", "--repo", str(repo.path), *words])


def stage(repo: Repo, version: str) -> None:
    repo.write("pyproject.toml", pyproject(version))
    repo.git("add", "--all")


@pytest.mark.parametrize(
    ("version", "code", "said"),
    [
        ("1.27.3", 0, "pyproject.toml:3: 1.27.3 is above v1.27.2, the newest tag of line 1.27"),
        ("1.27.1", 1, "pyproject.toml:3: 1.27.1 is below v1.27.2, the newest tag of line 1.27: raise it before the next release"),
        ("1.28.1", 1, "pyproject.toml:3 declares 1.28.1, but release/1.27 is the branch of line 1.27"),
        ("1.27.x", 1, "pyproject.toml:3: 1.27.x is no semver version"),
        ("1.27.3rc1", 1, "write 1.27.3-rc.1"),
    ],
)
def test_on_a_release_branch(version: str, code: int, said: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    stage(repo, version)
    assert check(repo) == code
    assert said in capsys.readouterr().out


def test_what_is_staged_counts(repo: Repo) -> None:
    stage(repo, "1.27.3")
    repo.write("pyproject.toml", pyproject("1.27.1"))
    assert check(repo) == 0
    stage(repo, "1.27.1")
    repo.write("pyproject.toml", pyproject("1.27.3"))
    assert check(repo) == 1


def test_the_released_commit_itself_is_fine_and_work_on_top_of_it_is_not(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(repo) == 0
    assert "1.27.2 is released as v1.27.2" in capsys.readouterr().out
    repo.write("fix.txt", "x")
    repo.git("add", "fix.txt")
    assert check(repo) == 1
    assert "equals v1.27.2" in capsys.readouterr().out
    repo.commit("fix")
    assert check(repo) == 1
    assert check(repo, "--commit", "v1.27.2") == 0


def test_other_branches(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.git("checkout", "--quiet", "main")
    repo.commit("work")
    assert check(repo) == 0
    stage(repo, "1.27.1")
    assert check(repo) == 1
    assert check(repo, "--release-branches-only") == 0
    assert "main is no release branch: nothing to check" in capsys.readouterr().out
    assert check(repo, "--release-branches-only", "--branch", "release/1.27") == 1


def test_a_new_line(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.git("checkout", "--quiet", "main")
    stage(repo, "1.29.0")
    assert check(repo) == 0
    assert "1.29.0 is the first version of line 1.29" in capsys.readouterr().out


def test_setup_cfg_and_several_files(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("setup.cfg", "[metadata]\nversion = 1.27.0\n")
    stage(repo, "1.27.3")
    assert check(repo, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["path"], one["fine"], one["rule"]) for one in found["declared"]] == [
        ("pyproject.toml", True, ""),
        ("setup.cfg", False, "not-above-line"),
    ]


def test_a_component(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.git("tag", "api/v2.0.0")
    repo.write("api/package.json", '{"version": "1.9.0"}')
    stage(repo, "1.27.3")
    assert check(repo, "--component", "api", "--branch", "x", "--line", "major") == 0
    assert "is the first version of line 1" in capsys.readouterr().out
    repo.write("api/package.json", '{"version": "2.0.0-rc.1"}')
    repo.git("add", "--all")
    assert check(repo, "--component", "api", "--branch", "x") == 1


def test_nothing_declared_and_from_the_tag(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("pyproject.toml", "[tool.setuptools_scm]\n")
    repo.git("add", "--all")
    assert check(repo) == 0
    assert "the version is taken from the tag (setuptools-scm)" in capsys.readouterr().out
    repo.git("rm", "--quiet", "--cached", "pyproject.toml")
    assert check(repo) == 0
    assert "no file here declares a version" in capsys.readouterr().out


def test_the_remote_counts_and_is_never_guessed(repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clone = repo.clone(tmp_path / "clone", "--depth=1", "--no-tags")
    stage(clone, "1.27.1")
    assert check(clone) == 1
    stage(clone, "1.27.3")
    assert check(clone) == 0
    clone.git("remote", "set-url", "origin", f"file://{tmp_path}/gone")
    assert check(clone) == 2
    assert "could not be asked" in capsys.readouterr().out
    assert check(clone, "--offline") == 0


def test_annotations(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    stage(repo, "1.27.1")
    check(repo, "--format", "github")
    assert "::error file=pyproject.toml,line=3,title=latest-guard%3A not-above-line::" in capsys.readouterr().out


def test_before_the_first_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new(tmp_path)
    stage(repo, "0.1.0")
    assert check(repo) == 0
    assert check(repo, "--commit", "nope") == 2
    assert "nope: there is no such commit" in capsys.readouterr().err
