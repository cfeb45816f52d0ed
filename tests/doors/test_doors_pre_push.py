"""The pre-push door, alone and beside whatever else wants that hook."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sandbox import Done, Repo, Sandbox, installed, snapshot

from machine import REPOSITORY, tool

if TYPE_CHECKING:
    from collections.abc import Callable

SPY = "#!/bin/sh\nprintf '%s\\n' \"$0 $*\" >>{log}\ncat >>{log}\n"
FRAMEWORK = """repos:
- repo: local
  hooks:
  - {id: spy, name: spy, entry: sh -c 'echo "framework $PRE_COMMIT_REMOTE_BRANCH" >>../seen', language: system, always_run: true,
     pass_filenames: false, stages: [pre-push]}
"""
LEFTHOOK = "pre-push:\n  scripts:\n    spy:\n      runner: sh\n"


@pytest.fixture
def work(sandbox: Sandbox) -> Repo:
    """A clone whose origin has v1.0.0 and v2.0.0 on `main` and everything that is here."""
    origin = sandbox.bare("origin")
    work = sandbox.repository("work")
    work.git("remote", "add", "origin", origin.url)
    work.commit("second")
    work.git("tag", "v1.0.0", "HEAD~1")
    work.git("tag", "v2.0.0")
    work.git("push", "-q", "-u", "origin", "main", "--tags")
    return work


def refused(done: Done) -> bool:
    """Whether the door held."""
    return done.returncode != 0 and "latest-guard: " in done.stdout


# each brings one more manager of hooks into a repository; the name says what happened in which order


def nothing(work: Repo) -> None:
    """Our file alone."""
    work.guard("install", "pre-push")


def user_first(work: Repo) -> None:
    """A hook of the user's own."""
    work.hook("pre-push", SPY.format(log=work.sandbox.root / "seen"))
    work.guard("install", "pre-push")


def framework(name: str, work: Repo) -> None:
    """pre-commit or prek installs its hook."""
    (work.path / ".pre-commit-config.yaml").write_text(FRAMEWORK)
    work.sandbox.run(work.path, installed(name), "install", "-t", "pre-push")


def framework_first(name: str) -> Callable[[Repo], None]:
    """The framework was there when we came."""

    def install(work: Repo) -> None:
        framework(name, work)
        work.guard("install", "pre-push")

    return install


def framework_later(name: str) -> Callable[[Repo], None]:
    """The framework comes after us."""

    def install(work: Repo) -> None:
        work.guard("install", "pre-push", "--hook-files")
        framework(name, work)

    return install


def user_us_framework(work: Repo) -> None:
    """A hook of the user's own, then we, then pre-commit, which renames us to .legacy."""
    user_first(work)
    framework("pre-commit", work)


def user_framework_us(work: Repo) -> None:
    """A hook of the user's own, which pre-commit renames to .legacy, and then we."""
    work.hook("pre-push", SPY.format(log=work.sandbox.root / "seen"))
    framework("pre-commit", work)
    work.guard("install", "pre-push")


def hooks_path(work: Repo) -> None:
    """core.hooksPath inside the work tree."""
    (work.path / ".githooks").mkdir()
    work.git("config", "core.hooksPath", ".githooks")
    work.guard("install", "pre-push")


def prek_hooks_path(work: Repo) -> None:
    """core.hooksPath, into which prek installs."""
    (work.path / ".githooks").mkdir()
    work.git("config", "core.hooksPath", ".githooks")
    framework_first("prek")(work)


def node_tool(name: str) -> Path:
    """A package of npm's for the tests, as `.ci/run` installs it into .cache/node."""
    package = REPOSITORY / ".cache/node/node_modules" / name
    if not package.exists():
        tool(f"{name} (npm)")
    return package


def husky(work: Repo) -> None:
    """husky with a hook of the project's own that wants standard input."""
    module = node_tool("husky") / "index.js"
    (work.path / ".husky").mkdir()
    (work.path / ".husky/pre-push").write_text(f"cat >>{work.sandbox.root}/seen\n")
    work.sandbox.run(work.path, tool("node"), "--input-type=module", "-e", f"import husky from '{module}'; console.log(husky())")
    work.guard("install", "pre-push")
    work.sandbox.run(work.path, tool("node"), "--input-type=module", "-e", f"import husky from '{module}'; console.log(husky())")


def lefthook_command(work: Repo) -> list[str]:
    """How lefthook is called."""
    return [tool("node"), str(node_tool("lefthook") / "bin/index.js")]


def project_script(work: Repo) -> None:
    """A pre-push script of the project's; a command would be passed over when a push brings no files."""
    (work.path / "lefthook.yml").write_text(LEFTHOOK)
    (work.path / ".lefthook/pre-push").mkdir(parents=True)
    (work.path / ".lefthook/pre-push/spy").write_text("echo lefthook >>../seen\n")


def lefthook(work: Repo) -> None:
    """lefthook with a pre-push hook of the project's."""
    project_script(work)
    work.sandbox.run(work.path, *lefthook_command(work), "install")
    work.guard("install", "pre-push")


def lefthook_takes_over(work: Repo) -> None:
    """lefthook without a pre-push hook, which gets one after we came, and pushes our file aside."""
    (work.path / "lefthook.yml").write_text("pre-commit:\n  commands:\n    x:\n      run: 'true'\n")
    work.sandbox.run(work.path, *lefthook_command(work), "install")
    work.guard("install", "pre-push")
    assert refused(work.git("push", "origin", "HEAD:refs/tags/v1.9.0", check=False))
    project_script(work)
    work.sandbox.run(work.path, *lefthook_command(work), "install")


MANAGERS: dict[str, Callable[[Repo], None]] = {
    "alone": nothing,
    "user": user_first,
    "pre-commit first": framework_first("pre-commit"),
    "pre-commit later": framework_later("pre-commit"),
    "prek first": framework_first("prek"),
    "prek later": framework_later("prek"),
    "user, we, pre-commit": user_us_framework,
    "user, pre-commit, we": user_framework_us,
    "core.hooksPath": hooks_path,
    "core.hooksPath with prek": prek_hooks_path,
    "husky": husky,
    "lefthook": lefthook,
    "lefthook takes over": lefthook_takes_over,
}

#: Pushes that must be refused, each with what is prepared for it. The framework's own hooks see few of them.
BAD: dict[str, tuple[list[list[str]], list[str]]] = {
    "a tag on a commit that is there": ([["tag", "v1.0.1"]], ["push", "origin", "v1.0.1"]),
    "several of them": ([["tag", "v1.0.2"], ["tag", "v2.1.0"]], ["push", "origin", "v2.1.0", "v1.0.2"]),
    "by its remote name only": ([], ["push", "origin", "HEAD:refs/tags/v1.0.13"]),
    "a source with spaces": ([], ["push", "origin", "HEAD@{0 seconds ago}:refs/tags/v1.0.13"]),
    "all tags": ([["tag", "v1.0.3"]], ["push", "origin", "--tags"]),
    "on a new commit": ([["commit", "-q", "--allow-empty", "-m", "x"], ["tag", "v1.0.4"]], ["push", "origin", "v1.0.4"]),
    "--follow-tags": (
        [["commit", "-q", "--allow-empty", "-m", "x"], ["tag", "-am", "x", "v1.0.5"]],
        ["push", "--follow-tags", "origin", "main"],
    ),
    "--atomic": ([["commit", "-q", "--allow-empty", "-m", "x"], ["tag", "v1.0.6"]], ["push", "--atomic", "origin", "main", "v1.0.6"]),
    "behind a branch": ([["branch", "other"], ["tag", "v1.0.7"]], ["push", "origin", "main", "other", "v1.0.7"]),
    "deleted": ([], ["push", "origin", ":v1.0.0"]),
    "moved back by force": ([["tag", "-f", "v2.0.0", "HEAD~1"]], ["push", "--force", "origin", "v2.0.0"]),
    "to an address": ([["tag", "v1.0.8"]], ["push", "{url}", "v1.0.8"]),
    "an orphan": (
        [["checkout", "-q", "--orphan", "alone"], ["commit", "-q", "--allow-empty", "-m", "x"], ["tag", "v1.0.9"]],
        ["push", "origin", "v1.0.9"],
    ),
    "all refs": ([["tag", "v1.0.10"]], ["push", "--mirror", "origin"]),
}


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS.keys())
def test_every_push_is_seen_beside(work: Repo, manager: Callable[[Repo], None]) -> None:
    manager(work)
    assert "pre-push: guarded" in work.guard("doctor", check=False).stdout, work.guard("doctor", check=False).stdout
    assert refused(work.git("push", "origin", "HEAD:refs/tags/v1.0.1", check=False))
    assert refused(work.git("push", "origin", "main", ":v1.0.0", check=False))
    seen = work.sandbox.root / "seen"
    seen.unlink(missing_ok=True)
    new = work.commit("third")
    work.git("tag", "v2.1.0")
    work.git("push", "origin", "main", "v2.1.0")
    if manager not in (nothing, hooks_path):
        told = seen.read_text()
        assert told, "the hook that was there before is not run any more"
        assert "framework" in told or "lefthook" in told or f"{new} refs/tags/v2.1.0" in told, told
    work.guard("uninstall")
    work.git("push", "origin", "HEAD:refs/tags/v1.0.1")


@pytest.mark.parametrize(("before", "push"), BAD.values(), ids=BAD.keys())
def test_every_way_to_push(work: Repo, before: list[list[str]], push: list[str]) -> None:
    work.guard("install", "pre-push")
    there = work.ask("ls-remote", "origin")
    for words in before:
        work.git(*words)
    url = work.ask("remote", "get-url", "origin")
    done = work.git(*(word.replace("{url}", url) for word in push), check=False)
    assert refused(done), done.stdout
    assert work.ask("ls-remote", "origin") == there
    work.git(*(word.replace("{url}", url) for word in push), "--no-verify")


def test_what_passes(work: Repo) -> None:
    work.guard("install", "pre-push")
    work.git("branch", "release/1.0", "v1.0.0")
    work.git("push", "origin", "release/1.0")
    work.git("push", "origin", "v1.0.0:refs/tags/nightly")
    work.git("push", "origin", "HEAD:refs/tags/v2.1.0", "HEAD:refs/tags/v3.0.0")
    work.git("push", "origin", ":refs/tags/nightly", ":release/1.0")
    assert not work.git("push", "origin", "main").stdout.count("latest-guard")


def test_a_back_port_from_its_branch_in_the_same_push(work: Repo) -> None:
    work.guard("install", "pre-push")
    work.git("checkout", "-q", "-b", "fix", "v1.0.0")
    work.commit("fix")
    work.git("push", "origin", "HEAD:refs/heads/release/1.0", "HEAD:refs/tags/v1.0.1")


def test_a_fork_has_tags_of_its_own(work: Repo) -> None:
    """What counts are the tags of the repository that is pushed to."""
    fork = work.sandbox.bare("fork")
    work.guard("install", "pre-push")
    work.git("push", fork.url, "v1.0.0")
    work.git("push", fork.url, "HEAD:refs/tags/v1.1.0")
    assert refused(work.git("push", fork.url, "HEAD:refs/tags/v1.0.5", check=False))


def test_the_earlier_hook_decides_as_well(work: Repo) -> None:
    work.hook("pre-push", "#!/bin/sh\necho mine; exit 3\n")
    work.guard("install", "pre-push")
    done = work.git("push", "origin", "HEAD:refs/tags/v2.1.0", check=False)
    assert done.returncode
    assert "mine" in done.stdout


def test_a_push_without_tags_starts_no_python(work: Repo) -> None:
    work.guard("install", "pre-push")
    for shim in (work.hooks / "pre-push", work.git_dir / "latest-guard/pre-push"):
        if shim.exists():
            shim.write_text(shim.read_text().replace(f"python={sys.executable}", "python=/bin/false"))
    work.commit("x")
    assert "latest-guard" not in work.git("push", "origin", "main").stdout
    work.git("push", "origin")


def test_a_lost_guard_warns_once_and_passes(work: Repo) -> None:
    work.guard("install", "pre-push")
    for shim in (work.hooks / "pre-push", work.git_dir / "latest-guard/pre-push"):
        if shim.exists():
            shim.write_text(shim.read_text().replace(f"python={sys.executable}", "python=/nowhere"))
    path = ":".join(folder for folder in work.sandbox.environment["PATH"].split(":") if not (Path(folder) / "latest-guard").exists())
    assert "NOT checked" in work.git("push", "origin", "HEAD:refs/tags/v1.0.1", PATH=path).stdout
    assert "NOT checked" not in work.git("push", "origin", "HEAD:refs/tags/v1.0.2", PATH=path).stdout


def test_a_remote_that_cannot_be_listed_is_no_yes(work: Repo, tmp_path: Path) -> None:
    work.guard("install", "pre-push")
    script = "printf 'refs/heads/x %s refs/tags/v9.0.0 %040d\\n' $(git rev-parse HEAD) 0 | $HOOK origin file:///nowhere"
    hook = work.git_dir / "latest-guard/pre-push"
    hook = hook if hook.exists() else work.hooks / "pre-push"
    done = work.sandbox.run(work.path, "sh", "-c", script, HOOK=str(hook), check=False)
    assert done.returncode == 1
    assert "could not be asked" in done.stdout


# bringing back what was there


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS.keys())
def test_uninstall_restores(sandbox: Sandbox, manager: Callable[[Repo], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same steps without us, and with us and `uninstall` behind them, end in the same files."""
    without, with_us = sandbox.repository("work"), None
    guard = Repo.guard
    monkeypatch.setattr(Repo, "guard", lambda *_words, **_options: None)
    monkeypatch.setattr(sys.modules[__name__], "refused", lambda _done: True)
    manager(without)
    expected = snapshot(without.path)
    monkeypatch.setattr(Repo, "guard", guard)
    shutil.rmtree(without.path)
    with_us = sandbox.repository("work")
    manager(with_us)
    with_us.guard("uninstall")
    found = snapshot(with_us.path)
    ignored = {".git/logs/HEAD", ".git/logs/refs/heads/main", ".git/refs/heads/main", ".git/info/lefthook.checksum"}
    assert {name: value for name, value in found.items() if name not in ignored} == {
        name: value for name, value in expected.items() if name not in ignored
    }


def test_installing_twice_is_installing_once(work: Repo) -> None:
    work.hook("pre-push", "#!/bin/sh\nexit 0\n")
    before = snapshot(work.path)
    work.guard("install")
    once = snapshot(work.path)
    work.guard("install")
    assert snapshot(work.path) == once
    work.guard("uninstall")
    work.guard("uninstall")
    assert snapshot(work.path) == before


def test_a_hook_that_is_a_link_is_kept(work: Repo) -> None:
    (work.path / "mine.sh").write_text("#!/bin/sh\ncat >>../seen\n")
    (work.path / "mine.sh").chmod(0o755)
    work.hooks.mkdir(exist_ok=True)
    (work.hooks / "pre-push").symlink_to("../../mine.sh")
    before = snapshot(work.path)
    work.guard("install", "--hook-files")
    work.git("push", "origin", "HEAD:refs/tags/v2.1.0")
    assert "refs/tags/v2.1.0" in (work.sandbox.root / "seen").read_text()
    work.guard("uninstall")
    work.git("update-ref", "-d", "refs/tags/v2.1.0")
    assert snapshot(work.path) == before


# the doctor


def test_the_doctor_says_what_is_not_guarded(work: Repo) -> None:
    assert work.guard("doctor", check=False).returncode == 1
    work.guard("install", "pre-push")
    said = work.guard("doctor", check=False)
    assert said.returncode == 1
    assert "pre-tag: NOT guarded" in said.stdout
    assert "pre-push: guarded" in said.stdout
    work.guard("install")
    assert work.guard("doctor").returncode == 0


def test_the_doctor_sees_that_pre_commit_deleted_us(work: Repo) -> None:
    work.guard("install", "--hook-files")
    framework("pre-commit", work)
    assert work.guard("doctor").returncode == 0
    work.sandbox.run(work.path, installed("pre-commit"), "install", "-f", "-t", "pre-push")
    said = work.guard("doctor", check=False)
    assert "pre-push: NOT guarded" in said.stdout
    work.guard("install")
    assert work.guard("doctor").returncode == 0


def test_the_doctor_sees_a_hook_that_git_does_not_run(work: Repo) -> None:
    work.guard("install", "--hook-files")
    for harm in (lambda: (work.hooks / "pre-push").chmod(0o644), lambda: work.git("config", "core.hooksPath", "elsewhere")):
        harm()
        assert "pre-push: NOT guarded" in work.guard("doctor", check=False).stdout


def test_the_doctor_names_the_limits_of_the_framework(work: Repo) -> None:
    (work.path / ".pre-commit-config.yaml").write_text("repos: [{repo: x, rev: y, hooks: [{id: monotonic-tag}]}]\n")
    assert "run no hook when a tag is pushed" in work.guard("doctor", check=False).stdout.replace("do not run any hook", "run no hook")


def test_hooks_of_a_whole_machine_are_not_touched_unasked(work: Repo, tmp_path: Path) -> None:
    shared = tmp_path / "hooks of all"
    shared.mkdir()
    work.git("config", "core.hooksPath", str(shared))
    done = work.guard("install", "pre-push", "--hook-files", check=False)
    assert done.returncode == 2
    assert "--shared" in done.stdout
    assert not list(shared.iterdir())
    work.guard("install", "--hook-files", "--shared")
    assert refused(work.git("push", "origin", "HEAD:refs/tags/v1.0.1", check=False))
    assert work.guard("doctor").returncode == 0


def test_a_door_that_is_none(work: Repo) -> None:
    done = work.guard("install", "back", check=False)
    assert done.returncode == 2
    assert "pre-tag" in done.stdout
    assert work.guard("install", "server", check=False).returncode == 2


CLONES = {
    "shallow": ["--depth=1"],
    "no tags": ["--no-tags"],
    "single branch": ["--single-branch", "-b", "old"],
    "partial": ["--filter=blob:none"],
    "treeless": ["--filter=tree:0"],
    "stale": [],
}


@pytest.mark.parametrize("options", CLONES.values(), ids=CLONES.keys())
def test_a_clone_that_lacks_tags_is_judged_by_its_remote(work: Repo, options: list[str]) -> None:
    origin = Repo(work.sandbox, work.sandbox.root / "origin")
    origin.git("branch", "old", "v1.0.0")
    origin.git("config", "uploadpack.allowFilter", "true")
    clone = work.sandbox.clone(origin, "clone", *options)
    clone.guard("install")
    origin.git("tag", "v5.0.0", "main")
    done = clone.git("tag", "v4.0.0", check=False)
    assert done.returncode == 128
    assert "v5.0.0" in done.stdout
    assert refused(clone.git("push", "origin", "HEAD:refs/tags/v4.0.0", check=False))
    clone.git("tag", "v6.0.0")
    clone.git("push", "origin", "v6.0.0")
