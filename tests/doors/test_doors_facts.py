"""What git itself tells a reference-transaction hook, which the pre-tag door rests on: a newer git that says something else is seen here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox import ZEROS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox import Repo, Sandbox

#: Writes down every transaction that is prepared, and what git shows of the tags at that moment.
SPY = """#!/bin/sh
[ "$1" = prepared ] || exit 0
lines=$(cat)
case $lines in *refs/tags/*) ;; *) exit 0 ;; esac
{ echo "-- $(git for-each-ref refs/tags | wc -l)"; echo "$lines"; } >>"$SEEN"
"""
TAGS = 12


class Watched:
    """A repository with a spy for a hook."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        self.seen = repo.sandbox.root / "seen"
        repo.hook("reference-transaction", SPY)

    def tells(self, *words: str) -> list[list[str]]:
        """The transactions of a git command that name a tag: for each its lines, the first being how many tags were shown."""
        self.seen.unlink(missing_ok=True)
        self.repo.git(*words, SEEN=str(self.seen))
        text = self.seen.read_text() if self.seen.exists() else ""
        return [part.strip().split("\n") for part in text.split("-- ")[1:]]


@pytest.fixture
def watched(sandbox: Sandbox) -> Watched:
    """A repository with one commit and v1.0.0, watched from then on."""
    repo = sandbox.repository("work")
    repo.git("tag", "v1.0.0")
    return Watched(repo)


def one_line(transactions: list[list[str]]) -> tuple[int, list[str]]:
    """How many tags were shown in the only transaction, and the words of its only line."""
    ((shown, line),) = transactions
    return int(shown), line.split(" ")


@pytest.mark.parametrize("options", [[], ["-a", "-m", "x"]], ids=["lightweight", "annotated"])
def test_a_tag_is_made(watched: Watched, options: list[str]) -> None:
    shown, words = one_line(watched.tells("tag", *options, "v2.0.0"))
    new = watched.repo.ask("rev-parse", "v2.0.0")
    assert (shown, words) == (1, [ZEROS, new, "refs/tags/v2.0.0"]), "git does not show it yet"


def test_a_tag_is_moved(watched: Watched) -> None:
    old, new = watched.repo.ask("rev-parse", "HEAD"), watched.repo.commit("second")
    assert one_line(watched.tells("tag", "-f", "v1.0.0", "HEAD"))[1] == [old, new, "refs/tags/v1.0.0"]
    assert one_line(watched.tells("tag", "-f", "v1.0.0", "HEAD"))[1] == [new, new, "refs/tags/v1.0.0"]


def test_update_ref_does_not_say_what_was_there(watched: Watched) -> None:
    new = watched.repo.commit("second")
    assert one_line(watched.tells("update-ref", "refs/tags/v1.0.0", "HEAD"))[1] == [ZEROS, new, "refs/tags/v1.0.0"]


def test_a_tag_is_deleted(watched: Watched) -> None:
    transactions = watched.tells("tag", "-d", "v1.0.0")
    assert transactions
    assert {line.split(" ")[1] for _, *lines in transactions for line in lines} == {ZEROS}


def test_packing_looks_like_making(watched: Watched) -> None:
    old = watched.repo.ask("rev-parse", "v1.0.0")
    lines = [line for _, *lines in watched.tells("pack-refs", "--all") for line in lines]
    assert f"{ZEROS} {old} refs/tags/v1.0.0" in lines


def test_a_fetch_brings_many(sandbox: Sandbox, watched: Watched) -> None:
    origin = sandbox.repository("origin")
    for number in range(TAGS):
        origin.git("tag", f"v3.{number}.0")
    transactions = watched.tells("fetch", "-q", "--tags", origin.url)
    assert sum(len(lines) - 1 for lines in transactions) >= TAGS
    assert len(transactions) == (TAGS if sandbox.flavour.version <= (2, 50) else 1)


def test_a_clone_brings_all_at_once(sandbox: Sandbox, watched: Watched) -> None:
    for number in range(TAGS):
        watched.repo.git("update-ref", f"refs/tags/v3.{number}.0", "HEAD", SEEN="/dev/null")
    hooks = f"core.hooksPath={watched.repo.hooks}"
    first, *_ = watched.tells("clone", "-q", "-c", hooks, watched.repo.url, "../copy")
    assert sum(" refs/tags/" in line for line in first) == TAGS + 1


@pytest.mark.parametrize(
    "words", [["commit", "-q", "--allow-empty", "-m", "x"], ["rebase", "-q", "--force-rebase", "--root"], ["checkout", "-q", "-b", "other"]]
)
def test_what_tells_of_no_tag(watched: Watched, words: list[str]) -> None:
    assert watched.tells(*words) == []


def test_a_written_file_is_never_told(watched: Watched) -> None:
    """What writes refs past git is seen by no door but CI's."""
    head = watched.repo.ask("rev-parse", "HEAD")
    (watched.repo.git_dir / "refs/tags/v0.0.1").write_text(f"{head}\n")
    assert "v0.0.1" in watched.repo.tags()
    assert watched.tells("tag", "-l") == []


def _by_dulwich(repo: Repo) -> None:
    from dulwich import porcelain

    porcelain.tag_create(str(repo.path), "v0.0.1")


def _by_libgit2(repo: Repo) -> None:
    import pygit2

    opened = pygit2.Repository(str(repo.path))
    opened.references.create("refs/tags/v0.0.1", opened.head.target)


@pytest.mark.parametrize("tag", [_by_dulwich, _by_libgit2])
def test_libraries_that_are_not_git_tell_nobody(watched: Watched, tag: Callable[[Repo], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that writes tags with a library of its own calls no hook: the pre-push door and CI see them later."""
    monkeypatch.setenv("SEEN", str(watched.seen))
    tag(watched.repo)
    assert "v0.0.1" in watched.repo.tags()
    assert not watched.seen.exists()
