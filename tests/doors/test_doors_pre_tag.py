"""The pre-tag door: what git shows to reference-transaction, what the shim does with it, and what it never touches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sandbox import Done, Flavour, Repo, Sandbox

from latest_guard.doors import shims
from latest_guard.doors.shims import BACKSTOP, PRE_PUSH, PRE_RECEIVE, PRE_TAG, Shim
from machine import tool

ALL_SHIMS = [PRE_TAG, PRE_PUSH, PRE_RECEIVE, BACKSTOP]


@pytest.fixture
def guarded(sandbox: Sandbox) -> Repo:
    """A repository with v1.0.0, v1.1.0 and the door; no remote."""
    repo = sandbox.repository("work")
    for tag in ("v1.0.0", "v1.1.0"):
        repo.git("tag", tag)
    repo.guard("install", "pre-tag")
    return repo


def refused(done: Done) -> bool:
    """Whether git stopped at the hook."""
    return done.returncode == 128 and "latest-guard: " in done.stdout


REFUSED = {
    "lightweight": ["tag", "v1.0.1"],
    "annotated": ["tag", "-a", "-m", "x", "v1.0.1"],
    "with options before the subcommand": ["-C", ".", "-c", "a.b=c", "--no-pager", "tag", "v1.0.1"],
    "an alias": ["-c", "alias.mark=tag -a -m x", "mark", "v1.0.1"],
    "a shell alias": ["-c", "alias.mark=!git tag", "mark", "v1.0.1"],
    "update-ref": ["update-ref", "refs/tags/v1.0.1", "HEAD"],
    "a bad spelling": ["tag", "v1.x.2"],
    "a zero in front": ["tag", "v1.02.3"],
    "the same version": ["tag", "v1.1.0+build"],
    "without its prefix": ["tag", "1.0.1"],
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(guarded: Repo, words: list[str]) -> None:
    done = guarded.git(*words, check=False)
    assert refused(done), done.stdout
    assert "the way round: git -c core.hooksPath=/dev/null" in done.stdout
    assert guarded.tags() == {"v1.0.0", "v1.1.0"}


def test_the_message_names_the_rule_and_the_versions(guarded: Repo) -> None:
    said = guarded.git("tag", "v1.0.1", check=False).stdout
    assert "v1.0.1: refused" in said
    assert "v1.1.0" in said


def test_the_way_round_that_is_told_works(guarded: Repo) -> None:
    guarded.git("-c", "core.hooksPath=/dev/null", "-c", "hook.latest-guard-pre-tag.enabled=false", "tag", "v1.0.1")
    assert "v1.0.1" in guarded.tags()


def test_a_moved_tag_is_refused_and_the_same_commit_is_fine(guarded: Repo) -> None:
    guarded.git("tag", "-f", "v1.1.0", "HEAD")
    guarded.git("tag", "-f", "v1.0.0", "v1.0.0")
    guarded.commit("second")
    for words in (["tag", "-f", "v1.1.0"], ["update-ref", "refs/tags/v1.1.0", "HEAD"]):
        done = guarded.git(*words, check=False)
        assert refused(done), done.stdout
        assert "moved-tag" in done.stdout


def test_signed_tags_are_judged_before_they_exist(guarded: Repo, tmp_path: Path) -> None:
    signer = tmp_path / "signer"
    signer.write_text('#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho "-----BEGIN PGP SIGNATURE-----"\necho x\n')
    signer.chmod(0o755)
    sign = ["-c", f"gpg.program={signer}", "-c", "user.signingKey=x", "tag", "-s", "-m", "x"]
    assert refused(guarded.git(*sign, "v1.0.1", check=False))
    guarded.git(*sign, "v1.2.0")
    assert "v1.2.0" in guarded.tags()


def test_what_passes(guarded: Repo) -> None:
    guarded.git("tag", "v1.2.0")
    guarded.git("tag", "nightly")
    guarded.git("update-ref", "refs/tags/v1.3.0", "HEAD")
    guarded.git("tag", "-d", "v1.2.0")
    guarded.git("update-ref", "-d", "refs/tags/v1.0.0")
    assert guarded.tags() == {"nightly", "v1.1.0", "v1.3.0"}


def test_a_transaction_is_judged_as_one_batch(guarded: Repo) -> None:
    lines = "".join(f"create refs/tags/{tag} HEAD\n" for tag in ("v1.10.0", "v1.9.0", "v1.8.0"))
    guarded.git("update-ref", "--stdin", stdin=lines)
    lines = "".join(f"create refs/tags/{tag} HEAD\n" for tag in ("v2.0.0", "v1.7.0"))
    done = guarded.git("update-ref", "--stdin", stdin=lines, check=False)
    assert refused(done)
    assert "v1.7.0: refused" in done.stdout
    assert "v2.0.0" not in guarded.tags(), "the transaction is refused as a whole"


def test_the_remotes_tags_count(sandbox: Sandbox) -> None:
    origin = sandbox.repository("origin")
    work = sandbox.clone(origin, "work")
    work.guard("install")
    origin.git("tag", "v3.0.0")
    done = work.git("tag", "v2.0.0", check=False)
    assert refused(done)
    assert "v3.0.0" in done.stdout


def test_a_remote_that_cannot_be_asked_is_no_yes(sandbox: Sandbox) -> None:
    work = sandbox.clone(sandbox.repository("origin"), "work")
    work.guard("install")
    work.git("remote", "set-url", "origin", f"file://{sandbox.root}/nowhere")
    done = work.git("tag", "v1.0.0", check=False)
    assert refused(done)
    assert "LATEST_GUARD_OFFLINE=1" in done.stdout
    work.git("tag", "v1.0.0", LATEST_GUARD_OFFLINE="1")


REFUSES = "#!/bin/sh\nexit 65\n"
UNTOUCHED = {
    "fetch": ["fetch", "-q", "--tags", "--force"],
    "fetch into a tag": ["fetch", "-q", "origin", "refs/tags/v1.0.1:refs/tags/v1.0.1"],
    "pull": ["pull", "-q", "--tags"],
    "pull --rebase": ["pull", "-q", "--rebase", "--tags"],
    "remote update": ["remote", "update"],
    "gc": ["gc", "-q"],
    "pack-refs": ["pack-refs", "--all"],
    "maintenance": ["maintenance", "run", "--task=gc"],
    "commit": ["commit", "-q", "--allow-empty", "-m", "x"],
    "rebase": ["rebase", "-q", "--force-rebase", "HEAD~1"],
    "a new work tree": ["worktree", "add", "-q", "../tree"],
    "a bundle": ["fetch", "-q", "../tags.bundle", "refs/tags/*:refs/tags/*"],
}


@pytest.mark.parametrize("words", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_what_is_never_touched(sandbox: Sandbox, tmp_path: Path, words: list[str]) -> None:
    """The guard is not even asked: here it is one that refuses everything."""
    origin = sandbox.repository("origin")
    work = sandbox.clone(origin, "work")
    for tag in ("v2.0.0", "v1.0.1", "v1.x", "v1.0.1+again"):
        origin.git("tag", tag)
    origin.git("bundle", "create", "-q", "../tags.bundle", "--all")
    origin.commit("second")
    work.commit("mine")
    work.git("tag", "v0.2.0")
    work.git("tag", "v0.1.0")
    work.git("config", "pull.rebase", "true")
    work.guard("install", "pre-tag")
    breaking(work, tmp_path / "python", REFUSES)
    work.git(*words)
    assert work.git("tag", "v9.0.0", check=False).returncode == 128


def test_clone_with_the_shim_everywhere(sandbox: Sandbox, tmp_path: Path) -> None:
    """A shim in a template or in a user's core.hooksPath sees a clone's tags in one transaction."""
    origin = sandbox.repository("origin")
    for tag in ("v2.0.0", "v1.0.0", "v1.x"):
        origin.git("tag", tag)
    work = sandbox.repository("work")
    work.guard("install", "pre-tag", "--hook-files")
    breaking(work, tmp_path / "python", REFUSES)
    sandbox.run(sandbox.root, "git", "clone", "-q", "-c", f"core.hooksPath={work.hooks}", origin.url, "copy")
    assert Repo(sandbox, sandbox.root / "copy").tags() == {"v2.0.0", "v1.0.0", "v1.x"}


def test_submodules_are_untouched(sandbox: Sandbox, tmp_path: Path) -> None:
    part = sandbox.repository("part")
    for tag in ("v2.0.0", "v1.0.0"):
        part.git("tag", tag)
    work = sandbox.repository("work")
    work.guard("install", "pre-tag")
    breaking(work, tmp_path / "python", REFUSES)
    work.git("submodule", "--quiet", "add", part.url, "part")
    work.git("submodule", "--quiet", "update", "--init", "--recursive")
    Repo(sandbox, work.path / "part").git("tag", "v1.5.0")


@pytest.mark.parametrize("place", ["linked work tree", "submodule", "sub folder", "from outside", "bare"])
def test_the_door_works_from(sandbox: Sandbox, place: str) -> None:
    work = sandbox.repository("work")
    work.git("tag", "v2.0.0")
    words: list[str] = []
    if place == "linked work tree":
        work.git("worktree", "add", "-q", "../tree")
        there = Repo(sandbox, sandbox.root / "tree")
    elif place == "submodule":
        outer = sandbox.repository("outer")
        outer.git("submodule", "--quiet", "add", work.url, "part")
        there = Repo(sandbox, outer.path / "part")
    elif place == "bare":
        sandbox.run(sandbox.root, "git", "clone", "-q", "--bare", work.url, "bare")
        there = Repo(sandbox, sandbox.root / "bare")
    else:
        (work.path / "deep/er").mkdir(parents=True)
        there = Repo(sandbox, work.path / "deep/er") if place == "sub folder" else Repo(sandbox, sandbox.root)
        words = [f"--git-dir={work.path}/.git", f"--work-tree={work.path}"] if place == "from outside" else []
    (work if place == "from outside" else there).guard("install", "pre-tag")
    done = there.git(*words, "tag", "v1.0.0", check=False)
    assert refused(done), done.stdout
    there.git(*words, "tag", "v2.1.0")


ODD = [
    "v2.0.0-$(touch${IFS}pwned)",
    "v2.0.0;touch",
    "v2.0.0'",
    'v2.0.0"',
    "v2.0.0`id`",
    "v2.0.0&",
    "v2.0.0|x",
    "-v",
    "@",
    "v%s%n",
    "v١.2",
    "ü/ñ",
    "a/b/v1",
]


@pytest.mark.parametrize("tag", [*ODD, "v1." + "9" * 230])
def test_odd_names(guarded: Repo, tag: str) -> None:
    """Every name that git takes is either judged or passed; nothing of it is run, and the door answers itself."""
    done = guarded.git("update-ref", "--", f"refs/tags/{tag}", "HEAD", check=False)
    assert done.returncode == 0 or refused(done), done.stdout
    assert "Traceback" not in done.stdout
    assert not list(guarded.path.glob("pwned*"))


def test_a_name_that_is_no_utf_8(guarded: Repo) -> None:
    words = [b"git", b"tag", b"v2.0.0-\xff\x9b2J"]
    done = subprocess.run(words, cwd=guarded.path, env=guarded.sandbox.environment, capture_output=True, check=False)
    assert done.returncode == 128
    assert b"latest-guard: " in done.stderr
    assert b"\x9b" not in done.stderr


@pytest.mark.parametrize("options", [["--object-format=sha256"], ["--ref-format=reftable"]], ids=["sha256", "reftable"])
def test_other_formats(sandbox: Sandbox, options: list[str]) -> None:
    if "reftable" in options[0] and sandbox.flavour.version < (2, 45):
        pytest.skip("this git has no reftable")
    work = sandbox.repository("work", *options)
    work.guard("install")
    work.git("tag", "v2.0.0")
    assert refused(work.git("tag", "v1.0.0", check=False))
    work.git("tag", "-a", "-m", "x", "v2.1.0")
    work.git("pack-refs", "--all")
    work.git("tag", "-d", "v2.1.0")


# what the guard was installed with is gone


BROKEN = {
    "no interpreter": None,
    "one that is no program": "garbage",
    "one without the package": "#!/bin/sh\nexit 97\n",
    "one that crashes": "#!/bin/sh\necho 'Fatal Python error: init_fs_encoding' >&2\nexit 1\n",
    "one that is killed": "#!/bin/sh\nkill -9 $$\n",
    "one that says 2": "#!/bin/sh\nexit 2\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_repository_is_never_blocked_and_warned_once(guarded: Repo, tmp_path: Path, text: str | None) -> None:
    breaking(guarded, tmp_path / "python", text)
    path = {"PATH": without_latest_guard(guarded)}
    first = guarded.git("tag", "v1.0.1", **path).stdout
    second = guarded.git("tag", "v1.0.2", **path).stdout
    assert "NOT checked" in first
    assert "NOT checked" not in second
    assert {"v1.0.1", "v1.0.2"} <= guarded.tags()
    for words in (
        ["commit", "-q", "--allow-empty", "-m", "x"],
        ["gc", "-q"],
        ["branch", "b"],
        ["fetch", "-q", ".", "HEAD:refs/tags/v0.1.0"],
    ):
        guarded.git(*words, **path)
    assert guarded.guard("doctor", check=False).returncode == 1


@pytest.mark.parametrize("code", [3, 65, 66])
def test_a_verdict_refuses(guarded: Repo, tmp_path: Path, code: int) -> None:
    breaking(guarded, tmp_path / "python", f"#!/bin/sh\nexit {code}\n")
    assert guarded.git("tag", "v9.0.0", check=False).returncode == 128


def test_a_lost_interpreter_is_made_up_for_by_the_path(guarded: Repo, tmp_path: Path) -> None:
    breaking(guarded, tmp_path / "python", None)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "latest-guard").write_text(f'#!/bin/sh\nexec {sys.executable} -m latest_guard "$@"\n')
    (folder / "latest-guard").chmod(0o755)
    assert refused(guarded.git("tag", "v1.0.1", check=False, PATH=f"{folder}{os.pathsep}{guarded.sandbox.environment['PATH']}"))


def test_a_moved_repository_still_works(sandbox: Sandbox, flavour: Flavour) -> None:
    """Hook files move along; a configured hook names a place that is gone, and then nothing is guarded, but nothing blocked either."""
    work = sandbox.repository("work")
    work.git("tag", "v2.0.0")
    work.guard("install", "pre-tag")
    moved = Repo(sandbox, work.path.rename(sandbox.root / "moved"))
    done = moved.git("tag", "v1.0.0", check=False)
    assert done.returncode == (0 if flavour.configured_hooks else 128)
    assert (moved.guard("doctor", check=False).stdout.splitlines()[0]).startswith(
        "pre-tag: NOT" if flavour.configured_hooks else "pre-tag: guarded"
    )


def test_nothing_is_imported_from_the_repository(guarded: Repo) -> None:
    for name in ("latest_guard.py", "argparse.py", "subprocess.py", "json.py"):
        (guarded.path / name).write_text("raise SystemExit('imported from the repository')\n")
    assert refused(guarded.git("tag", "v1.0.1", check=False, PYTHONPATH=str(guarded.path)))


def breaking(repo: Repo, python: Path, text: str | None) -> None:
    """Let the installed shim start `python`, which has this text, or is not there."""
    if text is not None:
        python.write_text(text)
        python.chmod(0o755)
    for shim in (repo.hooks / "reference-transaction", repo.git_dir / "latest-guard/pre-tag"):
        if shim.exists():
            shim.write_text(shim.read_text().replace(f"python={sys.executable}", f"python={python}"))


def without_latest_guard(repo: Repo) -> str:
    """The sandbox's PATH without the folders that have the command."""
    return os.pathsep.join(
        folder for folder in repo.sandbox.environment["PATH"].split(os.pathsep) if not (Path(folder) / "latest-guard").exists()
    )


# the scripts themselves


@pytest.mark.parametrize("chained", [True, False])
@pytest.mark.parametrize("shim", ALL_SHIMS, ids=lambda shim: shim.door)
def test_the_scripts_are_posix(shim: Shim, chained: bool, tmp_path: Path) -> None:
    path = tmp_path / "hook"
    path.write_text(shims.text(shim, chained=chained))
    done = subprocess.run([tool("shellcheck"), "-s", "sh", path], capture_output=True, text=True, check=False)
    assert not done.stdout


@pytest.mark.parametrize("shell", ["dash", "bash --posix", "busybox sh", "mksh", "yash"])
def test_every_shell_tells_a_tag_from_a_fetch(tmp_path: Path, shell: str) -> None:
    sandbox = Sandbox(tmp_path / "sandbox", Flavour("installed", "", (0, 0)))
    words = shell.split()
    repo = sandbox.repository("work")
    repo.git("tag", "v1.1.0")
    repo.guard("install", "pre-tag", "--hook-files")
    hook = repo.hooks / "reference-transaction"
    hook.write_text(hook.read_text().replace("#!/bin/sh", f"#!{tool(words[0])} {' '.join(words[1:])}".strip(), 1))
    assert refused(repo.git("tag", "v1.0.1", check=False))
    assert refused(repo.git("-c", "a.b=tag c", "tag", "v1.0.1", check=False))
    repo.git("-c", "a.b=tag", "fetch", "-q", ".", "HEAD:refs/tags/v1.0.2")
    repo.git("tag", "v1.2.0")
    repo.git("gc", "-q")
    (repo.hooks / "reference-transaction.before-latest-guard").write_text("#!/bin/sh\ncat >>seen\n")
    (repo.hooks / "reference-transaction.before-latest-guard").chmod(0o755)
    assert refused(repo.git("tag", "v1.0.1", check=False))
    repo.git("tag", "v1.3.0")
    assert "refs/tags/v1.3.0" in (repo.path / "seen").read_text()
