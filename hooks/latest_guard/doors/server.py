"""The server door: every push to a bare repository, judged as one batch while no other push of tags can come between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.config import OWN_FILE, Config, read
from latest_guard.doors.lock import PushLock, Receiver
from latest_guard.doors.ruling import HEADS, Ruling, pushed_heads, rule
from latest_guard.git.repository import Repository
from latest_guard.git.tags import TagSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.doors.updates import Update

#: The administrator's settings, in the git directory. They go before those of the project.
SETTINGS = "latest-guard.toml"


def judge_received(updates: Sequence[Update], parent: int) -> Ruling:
    """Judge a push in pre-receive, whose parent process has the number `parent`; keep others out until its refs are there.

    Raises UserError when another push does not end, or this one has ended already.
    """
    if not any(update.tag for update in updates):
        return Ruling()
    receiver = Receiver.above(parent)
    repository = Repository.open(inherit=True)
    lock = PushLock.take(repository.git_dir.absolute())
    ruling = judge_here(updates, repository)
    if ruling.code:
        lock.release()
    else:
        lock.leave(receiver, {update.ref: update.new for update in updates if update.tag})
    return ruling


def judge_backstop(updates: Sequence[Update]) -> Ruling:
    """Judge a transaction that pre-receive has not seen: a tag that somebody makes on the server itself."""
    made = [update for update in updates if update.tag and not update.deletes]
    return judge_here(made, Repository.open(inherit=True)) if made else Ruling()


def judge_here(updates: Sequence[Update], repository: Repository) -> Ruling:
    """Judge against the tags of this repository, which are all there are."""
    return rule(updates, TagSet(repository.local_tags()), settings(repository, updates), repository)


def settings(repository: Repository, updates: Sequence[Update]) -> Config:
    """The administrator's settings, else those at the tip of the default branch, as it was before the push.

    What is pushed must not choose the rules by which it is judged; only the very first push brings its own.
    """
    own = repository.git_dir / SETTINGS
    if own.is_file():
        return read({OWN_FILE: own.read_text(encoding="utf-8", errors="surrogateescape")})
    branch = (repository.git.ask("symbolic-ref", "-q", "HEAD") or "").removeprefix(HEADS)
    commit = repository.commit_of("HEAD") or pushed_heads(updates).get(branch)
    files = repository.files_at(commit, (OWN_FILE, "pyproject.toml")) if commit else {}
    return read({name: content.decode("utf-8", "surrogateescape") for name, content in files.items()})
