"""The hooks of .pre-commit-hooks.yaml, run for real by pre-commit and prek, and what those two never show to any hook."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sandbox import Flavour, Sandbox, installed

from machine import REPOSITORY

if TYPE_CHECKING:
    from sandbox import Done, Repo

FRAMEWORKS = ["pre-commit", "prek"]
IDS = ["gated-latest", "monotonic-version", "monotonic-tag"]

UNGATED = """on:
  release:
    types: [published]
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - run: docker push example/app:latest
"""
GATED = """on:
  push:
    tags: ['v*']
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - run: |
          newest=$(git tag --list 'v*' --sort=-v:refname | grep -v -- - | head -n 1)
          if [ "$newest" = "$GITHUB_REF_NAME" ]; then
            docker push example/app:latest
          fi
    concurrency:
      group: latest
"""


@pytest.fixture
def flavour() -> Flavour:
    """The installed git alone: the frameworks bring their own ways."""
    return Flavour("installed", "", (0, 0))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as others get it: a repository with one commit of what would be published."""
    folder = tmp_path_factory.mktemp("published")
    sandbox = Sandbox(folder / "sandbox", Flavour("installed", "", (0, 0)))
    repo = sandbox.bare("latest-guard", bare=False)
    for name in (".pre-commit-hooks.yaml", "setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        if (REPOSITORY / name).exists():
            shutil.copy(REPOSITORY / name, repo.path)
    shutil.copytree(REPOSITORY / "hooks", repo.path / "hooks", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache"))
    repo.git("add", ".")
    repo.commit("publish")
    return repo.path


@pytest.fixture
def project(sandbox: Sandbox) -> Repo:
    """A project on its release branch 1.0, whose remote has v2.0.0 and v1.0.0."""
    origin = sandbox.bare("origin")
    work = sandbox.repository("work")
    work.git("remote", "add", "origin", origin.url)
    work.git("tag", "v1.0.0")
    work.commit("second")
    work.git("tag", "v2.0.0")
    work.git("push", "-q", "-u", "origin", "main", "--tags")
    work.git("checkout", "-q", "-b", "release/1.0", "v1.0.0")
    (work.path / ".github/workflows").mkdir(parents=True)
    return work


def write(project: Repo, workflow: str, version: str) -> None:
    """The files of the project, staged."""
    (project.path / ".github/workflows/release.yml").write_text(workflow)
    (project.path / "pyproject.toml").write_text(f'[project]\nname = "x"\nversion = "{version}"\n')
    project.git("add", ".")


def outcomes(done: Done) -> dict[str, str]:
    """What a framework printed about each hook: Passed, Failed or Skipped, by the hook's id."""
    found = re.findall(r"(Passed|Failed|Skipped)\n- hook id: ([\w-]+)", done.stdout)
    return {identifier: word for word, identifier in found}


def try_all(framework: str, project: Repo, published: Path) -> Done:
    """`try-repo` with all hooks, as somebody would try them by hand."""
    stage = ["--hook-stage", "manual"]
    home = {"PRE_COMMIT_HOME": str(published / "../home-pre-commit"), "PREK_HOME": str(published / "../home-prek")}
    command = [installed(framework), "try-repo", str(published), "--verbose", "--all-files", *stage]
    return project.sandbox.run(project.path, *command, check=False, **home)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_project_that_must_pass(framework: str, project: Repo, published: Path) -> None:
    write(project, GATED, "1.0.1")
    project.commit("release")
    project.git("tag", "v1.0.1")
    done = try_all(framework, project, published)
    assert outcomes(done) == dict.fromkeys(IDS, "Passed"), done.stdout


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_project_that_must_fail(framework: str, project: Repo, published: Path) -> None:
    write(project, UNGATED, "1.0.0")
    project.commit("release")
    project.git("tag", "v1.5.0")
    done = try_all(framework, project, published)
    assert outcomes(done) == dict.fromkeys(IDS, "Failed"), done.stdout
    assert "ungated-latest" in done.stdout
    assert "v1.5.0: refused" in done.stdout
    assert "`latest-guard install pre-push` sees every tag" in done.stdout, "the limit is told where the user meets it"


# what the frameworks show to a hook: the table that the documentation and `doctor` rest on


SPY = """repos:
- repo: local
  hooks:
  - {id: spy, name: spy, language: system, always_run: true, pass_filenames: false, stages: [pre-push],
     entry: sh -c 'echo "$PRE_COMMIT_LOCAL_BRANCH > $PRE_COMMIT_REMOTE_BRANCH" >>../seen'}
"""
COMMIT = ["commit", "-qm", "x", "--allow-empty"]
#: What is prepared, what is pushed, and which remote ref each framework shows; None: the hook is not run at all.
SHOWN: dict[str, tuple[list[list[str]], list[str], str | None, str | None]] = {
    "a tag on a commit that is there": ([["tag", "v3"]], ["v3"], None, None),
    "several of them": ([["tag", "v4"], ["tag", "v5"]], ["v4", "v5"], None, None),
    "by its remote name": ([], ["HEAD:refs/tags/v13"], None, None),
    "a tag on a new commit": ([COMMIT, ["tag", "v6"]], ["v6"], "refs/tags/v6", "refs/tags/v6"),
    "follow-tags": (
        [COMMIT, ["tag", "-am", "x", "v7"]],
        ["--follow-tags", "main"],
        "refs/heads/main",
        "refs/heads/main",
    ),
    "atomic": ([COMMIT, ["tag", "v9"]], ["--atomic", "main", "v9"], "refs/heads/main", "refs/heads/main"),
    "behind two branches": (
        [COMMIT, ["branch", "other", "HEAD~1"], ["tag", "v11"]],
        ["main", "other", "v11"],
        "refs/heads/main",
        "refs/heads/main",
    ),
    "several on new commits": ([COMMIT, ["tag", "v20"], COMMIT, ["tag", "v21"]], ["v20", "v21"], "refs/tags/v20", "refs/tags/v20"),
    "an orphan": ([["checkout", "-q", "--orphan", "alone"], COMMIT, ["tag", "v14"]], ["v14"], "refs/tags/v14", "refs/tags/v14"),
    "to an address": ([COMMIT, ["tag", "v12"]], ["{url}", "v12"], "refs/tags/v12", "refs/tags/v12"),
    "deleted": ([], [":v1"], None, None),
    "forced back": ([["tag", "-f", "v2", "v1"]], ["--force", "v2"], "refs/tags/v2", None),
}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(("before", "push", "by_pre_commit", "by_prek"), SHOWN.values(), ids=SHOWN.keys())
def test_what_the_frameworks_show(
    sandbox: Sandbox, framework: str, before: list[list[str]], push: list[str], by_pre_commit: str | None, by_prek: str | None
) -> None:
    origin, work = sandbox.bare("origin"), sandbox.repository("work")
    work.git("remote", "add", "origin", origin.url)
    work.git("tag", "v1")
    work.commit("second")
    work.git("tag", "v2")
    (work.path / ".pre-commit-config.yaml").write_text(SPY)
    work.git("push", "-q", "origin", "main", "--tags")
    sandbox.run(work.path, installed(framework), "install", "-t", "pre-push")
    for words in before:
        work.git(*words)
    words = [word.format(url=origin.url) for word in push]
    work.git("push", *([] if words != push else ["origin"]), *words)
    seen = sandbox.root / "seen"
    shown = seen.read_text().split(" > ")[1].strip() if seen.exists() else None
    assert shown == (by_pre_commit if framework == "pre-commit" else by_prek)


# what monotonic-tag makes of it


def framework_door(work: Repo, **variables: str) -> Done:
    """The hook's entry, as a framework would run it."""
    return work.guard("hook", "framework", check=False, **variables)


def test_every_tag_that_the_remote_lacks_is_judged(project: Repo) -> None:
    assert framework_door(project).returncode == 0
    project.git("tag", "v1.5.0", "main")
    done = framework_door(project)
    assert done.returncode == 1
    assert "v1.5.0: refused" in done.stdout
    project.git("tag", "-d", "v1.5.0")
    project.git("tag", "-f", "v2.0.0", "v1.0.0")
    assert "moved-tag" in framework_door(project).stdout


def test_the_variables_are_a_hint(project: Repo) -> None:
    """`git push origin HEAD:refs/tags/v1.5.0` makes no local tag."""
    hint = {
        "PRE_COMMIT_REMOTE_NAME": "origin",
        "PRE_COMMIT_REMOTE_URL": project.ask("remote", "get-url", "origin"),
        "PRE_COMMIT_LOCAL_BRANCH": "HEAD",
    }
    assert framework_door(project, PRE_COMMIT_REMOTE_BRANCH="refs/tags/v1.5.0", **hint).returncode == 1
    assert framework_door(project, PRE_COMMIT_REMOTE_BRANCH="refs/heads/main", **hint).returncode == 0
    assert framework_door(project, PRE_COMMIT_REMOTE_BRANCH="refs/tags/v2.5.0", **hint).returncode == 0


def test_a_remote_that_cannot_be_asked_is_no_yes(project: Repo) -> None:
    project.git("remote", "set-url", "origin", "file:///nowhere")
    assert framework_door(project).returncode == 2
    project.git("remote", "remove", "origin")
    done = framework_door(project)
    assert done.returncode == 2
    assert "no remote" in done.stdout


# which files wake gated-latest


def files_pattern() -> re.Pattern[str]:
    """The `files` of gated-latest."""
    import yaml

    hooks = {hook["id"]: hook for hook in yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())}
    assert list(hooks) == IDS
    return re.compile(hooks["gated-latest"]["files"])


WAKES = [
    ".github/workflows/release.yml",
    ".github/actions/push/action.yaml",
    "action.yml",
    ".gitlab-ci.yml",
    ".gitlab/ci/release.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    ".azure/release.yaml",
    "Jenkinsfile",
    "ci/Jenkinsfile.release",
    ".travis.yml",
    ".drone.yml",
    ".woodpecker.yml",
    ".woodpecker/release.yaml",
    "cloudbuild.yaml",
    "bitbucket-pipelines.yml",
    ".tekton/release.yaml",
    ".goreleaser.yaml",
    "Makefile",
    "make/release.mk",
    "justfile",
    "Taskfile.yml",
    "package.json",
    "web/package.json",
    "docker-bake.hcl",
    "compose.yaml",
    "scripts/release.sh",
    "ci/push",
    ".latest-guard.toml",
    "pyproject.toml",
    "hack/release.py",
]
SLEEPS = ["README.md", "src/main.rs", "docs/latest.md", "src/package.jsonc", "lib/action.py", "CHANGELOG", "image.png", "src/app.py"]


@pytest.mark.parametrize("path", WAKES)
def test_files_that_wake_gated_latest(path: str) -> None:
    assert files_pattern().search(path)


@pytest.mark.parametrize("path", SLEEPS)
def test_files_that_do_not(path: str) -> None:
    assert not files_pattern().search(path)


@pytest.mark.parametrize(
    "path", [*WAKES, "sub/.gitlab-ci.yml", "ci/release.gitlab-ci.yml", ".github/workflows/a/b.yml", "tools/action.yml"]
)
def test_whatever_a_ci_system_claims_wakes_it(path: str) -> None:
    """The pattern is written twice: there, and in the modules of `systems`."""
    from latest_guard.systems import registry

    assert registry.claims(path) is None or files_pattern().search(path)
