"""The pre-tag door: a tag that is being made in this repository, seen by git's reference-transaction hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.config import load
from latest_guard.doors.ruling import Ruling, rule
from latest_guard.errors import UserError
from latest_guard.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latest_guard.doors.updates import Update

#: git has no `tag --no-verify`.
WAY_ROUND = "the way round: git -c core.hooksPath=/dev/null -c hook.latest-guard-pre-tag.enabled=false tag ..."


def judge_tags(updates: Sequence[Update], flags: Mapping[str, object]) -> Ruling:
    """Judge the tags that a transaction makes or moves; deletions pass, as a wrong tag that was not pushed must be removable.

    The transaction's old ids are not believed: `update-ref` writes zeros for tags that exist. Raises UserError where the remote cannot
    be asked and `offline` was not said.
    """
    made = [update for update in updates if update.tag and not update.deletes]
    if not made:
        return Ruling()
    repository = Repository.open(inherit=True)
    config = load(repository.root, flags)
    tags = repository.tags(config.text("remote") or None, offline=config.switch("offline"), limit=config.seconds("remote-timeout"))
    for gap in tags.gaps:
        if gap.kind != "offline":
            raise UserError(
                f"{gap.reason}; LATEST_GUARD_OFFLINE=1 judges by the tags that are here", ", ".join(update.tag for update in made)
            )
    return rule(made, tags, config, repository)
