"""The pre-push door: every ref of a push, judged against the tags of the repository that is pushed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.config import load
from latest_guard.doors.ruling import Ruling, rule
from latest_guard.errors import UserError
from latest_guard.git.repository import Repository
from latest_guard.git.tags import HEADS, TAGS, TagSet, refs_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latest_guard.doors.updates import Update

WAY_ROUND = "the way round: git push --no-verify ..."


def judge_push(updates: Sequence[Update], remote: str, url: str, flags: Mapping[str, object]) -> Ruling:
    """Judge the tags of a push to `url`, which git calls `remote` (the same words where it has no name).

    Only the tags that are there count, not those that lie about here. Raises UserError where they cannot be listed; settings that say
    `offline` leave the local tags to judge by.
    """
    if not any(update.tag for update in updates):
        return Ruling()
    repository = Repository.open(inherit=True)
    config = load(repository.root, flags)
    if config.switch("offline"):
        return rule(updates, repository.tags(offline=True), config, repository)
    return rule(updates, listed(repository, remote, url, config.seconds("remote-timeout")), config, repository)


def listed(repository: Repository, remote: str, url: str, limit: float) -> TagSet:
    """The tags and branches of the repository at `url`."""
    answer = repository.remote_refs(url, limit=limit)
    if answer.status != 0:
        reason = answer.error or "git said nothing"
        raise UserError(f"{remote} could not be asked for its tags ({reason}); LATEST_GUARD_OFFLINE=1 judges by the tags that are here")
    return TagSet(refs_of(answer.out, TAGS), heads=refs_of(answer.out, HEADS), sources=(remote,))
