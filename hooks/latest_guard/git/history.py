"""The tags of a repository in the order in which they were made.

This is read for reports, and stands in no hook's way: it goes through GitPython, which is imported when it is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = "%(creatordate:unix)%00%(objectname)%00%(*objectname)%00%(refname:lstrip=2)"


@dataclass(frozen=True, slots=True)
class MadeTag:
    """A tag, and when it was made."""

    name: str
    #: the object that the ref holds
    target: str
    #: the commit (or other object) that it leads to
    commit: str
    #: when: of an annotated tag its own date, of a lightweight one its commit's, which is a guess; None where neither has one
    made: datetime | None


def made_tags(folder: Path) -> list[MadeTag]:
    """Every tag, oldest first; those without a date come first, and those of one second in the order of their names. Raises UserError."""
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

    try:
        listing = Git(str(folder)).for_each_ref("refs/tags", sort="creatordate", format=_FORMAT)
    except (GitCommandError, GitCommandNotFound) as error:
        raise UserError("its tags cannot be listed: is this a git repository?", str(folder)) from error
    return [_tag(line) for line in str(listing).split("\n") if line]


def _tag(line: str) -> MadeTag:
    seconds, target, peeled, name = line.split("\0")
    made = datetime.fromtimestamp(int(seconds), timezone.utc) if seconds else None
    return MadeTag(name, target, peeled or target, made)
