"""Which tags are there: every kind of clone against its remote, and what is said where they cannot be known."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from latest_guard.cli import main
from latest_guard.errors import UserError
from latest_guard.git.command import Git
from latest_guard.git.repository import Repository
from repositories import ENVIRONMENT, Repo, new

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAGS = [f"v1.{minor}.0" for minor in range(7)] + ["v1.5.1", "v1.6.1", "v1.7.0", "v1.8.0"]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, ENVIRONMENT[name])


@pytest.fixture
def origin(tmp_path: Path) -> Repo:
    """11 tags: seven reachable from `release/1.6`, and the rest on main alone; the two back-ports are annotated."""
    repo = new(tmp_path / "origin")
    repo.tag(*TAGS[:5])
    repo.git("checkout", "--quiet", "-b", "release/1.6")
    repo.tag(*TAGS[5:7])
    repo.git("checkout", "--quiet", "main")
    repo.tag("v1.5.1", "v1.6.1", annotated=True)
    repo.tag("v1.7.0", "v1.8.0")
    return repo


def checkout_action(origin: Repo, path: Path, tag: str) -> Repo:
    """What actions/checkout does on a tag push with its defaults: one commit, and the tag as a ref on that commit, peeled."""
    repo = new(path)
    commit = origin.git("rev-parse", f"{tag}^{{commit}}")
    repo.git("remote", "add", "origin", f"file://{origin.path}")
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    options = ["--no-tags", "--prune", "--no-recurse-submodules", "--depth=1", "--quiet"]
    repo.git("fetch", *options, "origin", f"+{commit}:refs/tags/{tag}")
    repo.git("checkout", "--quiet", "--force", f"refs/tags/{tag}")
    return repo


def gitlab_default(origin: Repo, path: Path, ref: str, depth: int = 20) -> Repo:
    """What GitLab's runner does with its defaults: fetch of one ref, 20 commits deep, without tags, and a detached HEAD."""
    repo = new(path)
    repo.git("remote", "add", "origin", f"file://{origin.path}")
    kind = "tags" if ref.startswith("v") else "heads"
    target = f"refs/{kind}/{ref}:refs/tags/{ref}" if kind == "tags" else f"refs/heads/{ref}:refs/remotes/origin/{ref}"
    repo.git("fetch", "--quiet", "--no-tags", f"--depth={depth}", "origin", f"+{target}")
    repo.git("checkout", "--quiet", "--force", "--detach", f"refs/{'tags' if kind == 'tags' else 'remotes/origin'}/{ref}")
    return repo


def stale(origin: Repo, path: Path) -> Repo:
    repo = origin.clone(path)
    repo.git("tag", "-d", "v1.8.0", "v1.7.0")
    return repo


CLONES = {
    "full": (lambda origin, path: origin.clone(path), 11, False),
    "depth=1": (lambda origin, path: origin.clone(path, "--depth=1"), 1, True),
    "actions/checkout": (lambda origin, path: checkout_action(origin, path, "v1.6.1"), 1, True),
    "no-tags": (lambda origin, path: origin.clone(path, "--no-tags"), 0, False),
    "single-branch": (lambda origin, path: origin.clone(path, "--single-branch", "-b", "release/1.6"), 7, False),
    "stale": (stale, 9, False),
    "partial": (lambda origin, path: origin.clone(path, "--filter=blob:none"), 11, False),
    "bare": (lambda origin, path: origin.clone(path, "--bare"), 11, False),
    "mirror": (lambda origin, path: origin.clone(path, "--mirror"), 11, False),
    "gitlab": (lambda origin, path: gitlab_default(origin, path, "v1.6.1", 3), 1, True),
}


@pytest.mark.parametrize("name", CLONES)
def test_every_clone_sees_all_tags(name: str, origin: Repo, tmp_path: Path) -> None:
    make, local, shallow = CLONES[name]
    repository = Repository.open(make(origin, tmp_path / "clone").path)
    assert repository.is_shallow is shallow
    assert len(repository.local_tags()) == local
    tags = repository.tags()
    assert (sorted(tags.refs), tags.gaps, tags.is_complete) == (sorted(TAGS), (), True)


@pytest.mark.parametrize("name", CLONES)
def test_every_clone_refuses_the_accident(name: str, origin: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, _, _ = CLONES[name]
    clone = make(origin, tmp_path / "clone")
    assert main(["check-tag", "--repo", str(clone.path), "v1.5.1", "--policy", "strict", "--commit", "HEAD"]) == 1
    assert "releasing 1.5.1 after v1.8.0 would move `latest` back" in capsys.readouterr().out


def verdict(repo: Repo, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main(["check-tag", "--repo", str(repo.path), "--format", "json", *words])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["tags"][0]
    return found


def test_checkout_peels_an_annotated_tag(origin: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clone = checkout_action(origin, tmp_path / "clone", "v1.6.1")
    assert clone.git("cat-file", "-t", "v1.6.1") == "commit"
    assert origin.git("cat-file", "-t", "v1.6.1") == "tag"
    assert Repository.open(clone.path).tags().split["v1.6.1"][0] == clone.git("rev-parse", "HEAD")
    said = verdict(clone, capsys, "v1.6.1", "--policy", "line")
    assert said["outcome"] == "accepted"
    assert "v1.6.1 is there already, on the same commit" in said["notes"]


def test_a_back_port_in_the_default_clones(origin: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The release branch's tip is known from the remote, so the back-port is accepted; one commit further down it cannot be known."""
    origin.git("checkout", "--quiet", "release/1.6")
    origin.tag("v1.6.2")
    origin.git("checkout", "--quiet", "main")
    for number, make in enumerate((checkout_action, gitlab_default)):
        said = verdict(make(origin, tmp_path / f"tip{number}", "v1.6.2"), capsys, "v1.6.2")
        assert (said["outcome"], said["back_port"]) == ("accepted", True)
        assert "its commit is on release/1.6" in " ".join(said["notes"])
    origin.git("checkout", "--quiet", "release/1.6")
    origin.commit("later")
    origin.git("checkout", "--quiet", "main")
    clone = checkout_action(origin, tmp_path / "below", "v1.6.2")
    said = verdict(clone, capsys, "v1.6.2")
    assert said["outcome"] == "unknown"
    assert "this clone is shallow" in said["refusals"][0]["message"]
    assert verdict(clone, capsys, "v1.6.2", "--branch", "release/1.6")["outcome"] == "accepted"
    assert verdict(clone, capsys, "v1.6.2", "--maintenance-lines", "1.6")["outcome"] == "accepted"


def test_a_newer_release_passes_in_the_default_clones(origin: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, make in enumerate((checkout_action, gitlab_default)):
        said = verdict(make(origin, tmp_path / str(number), "v1.8.0"), capsys, "v1.8.0")
        assert (said["outcome"], said["newest"]) == ("accepted", "v1.7.0")


def test_ancestry_in_a_shallow_clone_is_unknown(origin: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clone = origin.clone(tmp_path / "clone", "--depth=1", "--no-single-branch")
    clone.commit()
    repository = Repository.open(clone.path)
    assert repository.is_ancestor(clone.git("rev-parse", "origin/release/1.6"), "HEAD") is None
    assert Repository.open(origin.path).is_ancestor("release/1.6", "main") is False
    said = verdict(clone, capsys, "v1.8.1")
    assert said["outcome"] == "accepted"
    assert said["notes"] == []  # v1.8.0 is in the clone, and HEAD descends from it


def test_a_tag_that_only_the_remote_has_is_moved(origin: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clone = origin.clone(tmp_path / "clone", "--no-tags", "--depth=1")
    said = verdict(clone, capsys, "v1.6.1", "--policy", "line")
    assert [refusal["rule"] for refusal in said["refusals"]] == ["moved-tag"]
    assert origin.git("rev-parse", "v1.6.1^{commit}")[:12] in said["refusals"][0]["message"]


# what cannot be seen


def test_an_unreachable_remote_is_never_a_yes(origin: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clone = origin.clone(tmp_path / "clone")
    clone.git("remote", "set-url", "origin", f"file://{tmp_path}/gone")
    words = ["check-tag", "--repo", str(clone.path), "v1.9.0"]
    assert main(words) == 2
    told = capsys.readouterr().out
    assert "the remote origin could not be asked for its tags" in told
    assert "--offline" in told
    assert main([*words, "--offline"]) == 0
    assert main([*words, "--remote", str(origin.path)]) == 0
    assert main(["check-tag", "--repo", str(clone.path), "v1.0.1"]) == 1  # proven by what is here


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_remote_that_hangs_is_given_up(origin: Repo, silent_server: int, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    remote = f"git://127.0.0.1:{silent_server}/x"
    assert main(["check-tag", "--repo", str(origin.path), "v1.9.0", "--remote", remote, "--remote-timeout", "0.5"]) == 2
    assert time.monotonic() - started < 5
    assert "no answer within 0.5 s" in capsys.readouterr().out


def test_what_git_started_ends_with_it(tmp_path: Path) -> None:
    """A transport that holds the pipes open does not keep us waiting."""
    repo = new(tmp_path / "repo")
    mark = tmp_path / "mark"
    script = tmp_path / "slow"
    script.write_text(f"#!/bin/sh\nsleep 3\necho > {mark}\n")
    script.chmod(0o755)
    started = time.monotonic()
    answer = Git(repo.path).run("-c", f"core.sshCommand={script}", "ls-remote", "ssh://host/x", limit=0.5)
    assert answer.too_slow
    assert time.monotonic() - started < 2.5
    time.sleep(3.2 - (time.monotonic() - started))
    assert not mark.exists()


@pytest.mark.parametrize("remote", ["-oProxyCommand=touch x", "--upload-pack=touch x", "-"])
def test_a_remote_is_never_an_option(remote: str, origin: Repo) -> None:
    with pytest.raises(UserError, match="no remote's name"):
        Repository.open(origin.path).tags(remote)


def test_a_shallow_clone_without_remote_is_not_whole(origin: Repo, tmp_path: Path) -> None:
    clone = origin.clone(tmp_path / "clone", "--depth=1")
    clone.git("remote", "remove", "origin")
    tags = Repository.open(clone.path).tags()
    assert [gap.kind for gap in tags.gaps] == ["no-remote"]
    assert Repository.open(origin.path).tags().is_complete


def test_which_remote(origin: Repo, tmp_path: Path) -> None:
    clone = origin.clone(tmp_path / "clone")
    assert Repository.open(clone.path).default_remote() == "origin"
    clone.git("remote", "rename", "origin", "mine")
    clone.git("remote", "add", "theirs", "x")
    assert Repository.open(clone.path).default_remote() == "mine"
    clone.git("branch", "--unset-upstream")
    with pytest.raises(UserError, match="mine, theirs"):
        Repository.open(clone.path).default_remote()


def test_both_sides_are_united(origin: Repo, tmp_path: Path) -> None:
    clone = origin.clone(tmp_path / "clone", "--no-tags")
    clone.tag("v2.0.0")
    tags = Repository.open(clone.path).tags()
    assert sorted(tags.refs) == sorted([*TAGS, "v2.0.0"])
    assert tags.sources == ("local", "origin")
    assert set(tags.heads) == {"main", "release/1.6"}


# odd repositories


@pytest.mark.parametrize("options", [("--object-format=sha256",), ("--bare",), ("--separate-git-dir=apart",)])
def test_other_repositories(options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    repo = new(tmp_path / "repo", *options)
    if "--bare" in options:
        tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin", stdin="")
        repo.git("update-ref", "refs/heads/main", repo.git("commit-tree", tree, "-m", "x"))
    else:
        repo.commit()
    repo.git("tag", "v1.0.0")
    assert main(["check-tag", "--repo", str(repo.path), "v1.0.1", "--ancestry", "required"]) == 0
    assert main(["check-tag", "--repo", str(repo.path), "v0.9.0"]) == 1


def test_a_linked_worktree(origin: Repo, tmp_path: Path) -> None:
    origin.git("worktree", "add", "--quiet", str(tmp_path / "linked"), "release/1.6")
    assert main(["check-tag", "--repo", str(tmp_path / "linked"), "v1.6.2", "--ancestry", "off"]) == 0
    assert main(["check-tag", "--repo", str(tmp_path / "linked"), "v1.4.1"]) == 1


def test_a_subfolder(origin: Repo) -> None:
    (origin.path / "deep" / "er").mkdir(parents=True)
    (origin.path / ".latest-guard.toml").write_text('policy = "line"\n')
    assert main(["check-tag", "--repo", str(origin.path / "deep" / "er"), "v1.4.1", "--ancestry", "off"]) == 0


ODD = [
    "v1.0.0-ümlaut",
    "v1.0.0-\u202e",
    "a%b",
    'q"uote',
    "a'b",
    "a$(b)",
    "a;b",
    "a&b",
    "a|b",
    "a<b",
    "a`b",
    "a!b",
    "a#b",
    "a,b",
    "é",
    "{x}",
    "v1.0.0@x",
    "+1",
]


def test_every_character_that_git_allows_in_a_tag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new(tmp_path / "repo")
    repo.commit()
    for name in ODD:
        repo.git("tag", "--", name)
    repo.git("update-ref", "refs/tags/" + "x" * 240, "HEAD")
    repo.git("pack-refs", "--all")
    clone = repo.clone(tmp_path / "clone")
    assert set(Repository.open(clone.path).tags().refs) == {*ODD, "x" * 240}
    for name in ODD:
        assert main(["check-tag", "--repo", str(clone.path), "--", name]) in (0, 1)
    told = capsys.readouterr().out
    assert "\u202e" not in told


def test_a_tag_that_is_no_utf8(tmp_path: Path) -> None:
    repo = new(tmp_path / "repo")
    repo.commit()
    subprocess.run([b"git", b"tag", b"v1.0.0-\xff\xfe"], cwd=repo.path, env=ENVIRONMENT, check=True)
    assert main(["check-tag", "--repo", str(repo.path), "v1.0.1"]) == 0
    command = [sys.executable.encode(), b"-m", b"latest_guard", b"check-tag", b"--repo", os.fsencode(repo.path), b"v1.0.0-\xff\xfe"]
    answer = subprocess.run(command, capture_output=True, check=False)
    assert answer.returncode == 1, answer.stderr
    assert b"bad-spelling" in answer.stdout


def test_hook_variables_do_not_lead_astray(origin: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = new(tmp_path / "other")
    other.commit()
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    assert len(Repository.open(origin.path).local_tags()) == 11
    assert len(Repository.open(origin.path, inherit=True).local_tags()) == 0


def test_over_http(origin: Repo, tmp_path: Path) -> None:
    """The dumb protocol is enough to list tags."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    bare = origin.clone(tmp_path / "served", "--bare")
    bare.git("update-server-info")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answer = Repository.open(origin.path).remote_refs(f"http://127.0.0.1:{server.server_port}/served")
        server.shutdown()
    assert answer.status == 0, answer.error
    assert answer.text.count("refs/tags/") == 11
