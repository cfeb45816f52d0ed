"""The pre-commit framework's door: as much of a push as pre-commit and prek let their hooks see.

They run no hook at all when a tag is pushed whose commit the remote has already, which is how releases are made, nor for
deletions; of several refs they show the first. So the variables that they set are a hint only: every local tag that the remote
lacks, or has on another object, is judged, as it is on its way. What they do not run stays invisible; the pre-push door sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.config import load
from latest_guard.doors.pre_push import listed
from latest_guard.doors.ruling import Ruling, rule
from latest_guard.doors.updates import TAGS, Update
from latest_guard.errors import UserError
from latest_guard.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.config import Config
    from latest_guard.git.tags import TagSet

#: Told with each refusal, and by `latest-guard doctor`.
LIMITS = (
    "pre-commit and prek run no hook when a tag is pushed whose commit the remote has already, nor for deletions;"
    " `latest-guard install pre-push` sees every tag of every push"
)
NOTHING = "0" * 40


def judge_framework(environment: Mapping[str, str], flags: Mapping[str, object]) -> Ruling:
    """Judge the local tags that the remote lacks, and the one that the framework names.

    `environment` has the framework's variables: PRE_COMMIT_REMOTE_NAME and _URL, PRE_COMMIT_REMOTE_BRANCH, PRE_COMMIT_LOCAL_BRANCH; none in
    a manual run. Raises UserError where the remote cannot be listed.
    """
    repository = Repository.open(inherit=True)
    config = load(repository.root, flags)
    theirs = tags_there(repository, environment, config)
    updates = [*named(repository, environment), *on_their_way(repository, theirs)]
    return rule(updates, theirs, config, repository)


def tags_there(repository: Repository, environment: Mapping[str, str], config: Config) -> TagSet:
    """The tags of the remote that is pushed to, or in a manual run of the one that has the releases."""
    name = environment.get("PRE_COMMIT_REMOTE_NAME") or config.text("remote") or repository.default_remote()
    if config.switch("offline") or not name:
        raise UserError("there is no remote to compare the tags with: `latest-guard check-tag TAG --offline` judges by those that are here")
    return listed(repository, name, environment.get("PRE_COMMIT_REMOTE_URL") or name, config.seconds("remote-timeout"))


def named(repository: Repository, environment: Mapping[str, str]) -> list[Update]:
    """The tag that the framework says is pushed, taken from the remote's ref: `git push origin HEAD:refs/tags/v1` names it there only."""
    ref, local = environment.get("PRE_COMMIT_REMOTE_BRANCH", ""), environment.get("PRE_COMMIT_LOCAL_BRANCH", "")
    new = repository.git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", local) if ref.startswith(TAGS) else None
    return [Update(ref, NOTHING, new)] if new else []


def on_their_way(repository: Repository, theirs: TagSet) -> list[Update]:
    """The local tags that the remote has not, or has on another object."""
    mine = repository.local_tags()
    return [Update(f"{TAGS}{tag}", NOTHING, new) for tag, new in mine.items() if theirs.refs.get(tag) != new]
