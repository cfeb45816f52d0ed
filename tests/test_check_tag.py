"""check-tag from outside: what it prints, its exit codes, and bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from latest_guard.cli import main
from repositories import ENVIRONMENT, Repo, new

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """v1.26.0, v1.27.2 and v1.28.0 on main."""
    made = new(tmp_path / "repo")
    made.tag("v1.26.0", "v1.27.2", "v1.28.0")
    return made


def run(*words: str, **environment: str) -> tuple[int, str, str]:
    """The command as a process of its own: exit code, output, errors."""
    command = [sys.executable, "-m", "latest_guard", "check-tag", *words]
    answer = subprocess.run(command, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, check=False)
    return answer.returncode, answer.stdout, answer.stderr


def test_the_accident_in_words(repo: Repo) -> None:
    code, told, errors = run("v1.27.3", "--repo", str(repo.path))
    assert (code, errors) == (1, "")
    assert told == (
        "v1.27.3: refused\n"
        "  back-port: releasing 1.27.3 after v1.28.0 would move `latest` back: its commit is on no release branch of line 1.27\n"
        "    fix: release a version above v1.28.0, or tag this back-port on a release branch of line 1.27 (release/1.27), "
        'or list it: maintenance-lines = ["1.27"]\n'
    )


def test_accepted_in_words(repo: Repo) -> None:
    repo.commit()
    assert run("v1.28.1", "--repo", str(repo.path)) == (0, "v1.28.1: accepted, higher than v1.28.0\n", "")
    repo.git("checkout", "--quiet", "-b", "release/1.27", "v1.27.2")
    code, told, _ = run("v1.27.3", "--repo", str(repo.path))
    assert (code, told.splitlines()[0]) == (0, "v1.27.3: accepted as a back-port on line 1.27")
    assert "its commit is on release/1.27; `latest` stays at v1.28.0" in told


def test_the_first_version(tmp_path: Path) -> None:
    new(tmp_path).commit()
    assert run("v0.1.0", "--repo", str(tmp_path)) == (0, "v0.1.0: accepted, the first version\n", "")


def test_json(repo: Repo) -> None:
    code, told, _ = run("v1.27.3", "nightly", "--repo", str(repo.path), "--format", "json")
    found = json.loads(told)
    assert (code, found["schema"], found["sources"], found["gaps"]) == (1, "latest-guard/1", ["local"], [])
    assert [tag["outcome"] for tag in found["tags"]] == ["refused", "other"]
    assert found["tags"][0] == {
        "tag": "v1.27.3",
        "outcome": "refused",
        "version": "1.27.3",
        "component": "",
        "line": "1.27",
        "newest": "v1.28.0",
        "back_port": True,
        "refusals": [{"rule": "back-port", "message": found["tags"][0]["refusals"][0]["message"], "help": found["tags"][0]["refusals"][0]["help"], "unknown": False}],  # noqa: E501
        "notes": [],
    }  # fmt: skip


def test_annotations_on_github(repo: Repo) -> None:
    _, told, _ = run("v1.27.3", "--repo", str(repo.path), GITHUB_ACTIONS="true")
    assert "\n::error title=latest-guard%3A back-port::releasing 1.27.3 after v1.28.0 would move `latest` back" in told
    assert told == run("v1.27.3", "--repo", str(repo.path), "--format", "github")[1]
    assert "::error" not in run("v1.27.3", "--repo", str(repo.path))[1]
    assert "100%25" in run("v1.0.0-100%", "--repo", str(repo.path), GITHUB_ACTIONS="true")[1]


def test_the_branch_that_ci_names(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "--detach", "v1.27.2")
    repo.commit()
    assert run("v1.27.3", "--repo", str(repo.path))[0] == 1
    assert run("v1.27.3", "--repo", str(repo.path), CI_COMMIT_BRANCH="release/1.27")[0] == 0
    assert run("v1.27.3", "--repo", str(repo.path), GITHUB_ACTIONS="true", GITHUB_REF="refs/heads/release/1.27")[0] == 0
    assert run("v1.27.3", "--repo", str(repo.path), GITHUB_ACTIONS="true", GITHUB_REF="refs/tags/v1.27.3")[0] == 1


def test_a_batch(repo: Repo) -> None:
    repo.commit()
    code, told, _ = run("v1.30.0", "v1.29.0", "refs/tags/v1.29.1", "--repo", str(repo.path))
    assert (code, [line.split(",")[0] for line in told.splitlines()]) == (
        0,
        [f"{tag}: accepted" for tag in ("v1.30.0", "v1.29.0", "v1.29.1")],
    )


def test_on_a_commit(repo: Repo) -> None:
    repo.commit()
    assert run("v1.28.0", "--repo", str(repo.path))[0] == 1
    code, told, _ = run("v1.28.0", "--repo", str(repo.path), "--commit", "v1.28.0")
    assert (code, "v1.28.0 is there already, on the same commit" in told) == (0, True)


@pytest.mark.parametrize(
    ("tag", "code", "said"),
    [
        ("v1.2.x", 1, "v1.2.x is no semver version"),
        ("v١.2", 1, "has characters other than ASCII"),
        ("v1.2." + "3" * 245, 1, "it has more than 200 characters"),
        ("v1", 1, "it has 1 number where three are asked for"),
        ("-v1", 2, "latest-guard: -v1: git takes no tag that begins with a hyphen\n"),
        ("", 2, "latest-guard: git takes no tag of this name\n"),
        ("a..b", 2, "latest-guard: a..b: git takes no tag of this name\n"),
        ("v1 2", 2, "latest-guard: v1 2: git takes no tag of this name\n"),
        ("v1\x1b[31m", 2, "latest-guard: v1?[31m: git takes no tag of this name\n"),
        ("v1.0.0\u202e", 1, "has characters other than ASCII"),
        ("v1.0." + "1" * 5000, 1, "it has more than 200 characters"),
    ],
)
def test_bad_tags(tag: str, code: int, said: str, repo: Repo) -> None:
    status, told, errors = run("--repo", str(repo.path), tag)
    assert (status, said in told + errors) == (code, True), told + errors
    if code == 2:
        assert (told, errors.count("\n")) == ("", 1)


def test_bad_repositories(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    new(tmp_path / "empty")
    for name, said in {
        "folder": "this is no git repository",
        "gone": "there is no such folder",
        "file": "this is no folder",
        "empty": "there is no commit yet that could be tagged",
    }.items():
        code, told, errors = run("v1.0.0", "--repo", str(tmp_path / name))
        assert (code, told, errors) == (2, "", f"latest-guard: {tmp_path / name}: {said}\n")


def test_bad_settings_and_revisions(repo: Repo) -> None:
    assert run("v1.29.0", "--repo", str(repo.path), "--commit", "nope")[::2] == (
        2,
        "latest-guard: nope: there is no such commit in this clone\n",
    )
    assert run("v1.29.0", "--repo", str(repo.path), "--commit", "--all")[0] == 2
    assert run("--repo", str(repo.path))[::2] == (2, "latest-guard: which tag? Say latest-guard check-tag TAG\n")
    repo.write(".latest-guard.toml", 'polcy = "auto"\n')
    said = "latest-guard: .latest-guard.toml:1: unknown setting 'polcy'; did you mean 'policy'?\n"
    assert run("v1.29.0", "--repo", str(repo.path))[::2] == (2, said)


def test_without_git(repo: Repo, tmp_path: Path) -> None:
    code, _, errors = run("v1.29.0", "--repo", str(repo.path), PATH=str(tmp_path))
    assert (code, errors) == (2, "latest-guard: git is not installed, or not on PATH\n")


def test_it_imports_nothing_heavy(repo: Repo) -> None:
    heavy = ("git", "yaml", "tomlkit", "packaging", "tree_sitter", "json", "gitdb", "difflib", "asyncio", "urllib.request")
    code = f"import sys; from latest_guard.cli import main; main(['check-tag', 'v1.29.0', '--repo', {str(repo.path)!r}])"
    code += f"; print(sorted(set({heavy!r}) & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_deleting_the_newest_tag_opens_no_door(repo: Repo, tmp_path: Path) -> None:
    """A tag that only the remote has still counts."""
    clone = repo.clone(tmp_path / "clone")
    clone.git("tag", "-d", "v1.28.0")
    assert main(["check-tag", "--repo", str(clone.path), "v1.27.3"]) == 1
    assert main(["check-tag", "--repo", str(clone.path), "v1.27.3", "--offline", "--ancestry", "off"]) == 0
