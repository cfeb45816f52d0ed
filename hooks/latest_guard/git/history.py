"""The tags of a repository in the order in which they were made.

This is read for reports, and stands in no hook's way: it goes through GitPython, which is imported when it is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from operator import attrgetter
from typing import IO, TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DATE = "%(creatordate:unix)"
_NAMESPACE = len("refs/tags/")
#: The bytes of git's answer that are read at a time.
_PART = 1 << 16
#: What stands for "no date": what git has none for, and what no calendar of four figures has, as anyone can write any number into a tag.
UNDATED = -1
_LAST = 253_402_300_799


@dataclass(frozen=True, slots=True)
class MadeTag:
    """A tag, and when it was made."""

    name: str
    #: the object that the ref holds
    target: str
    #: the commit (or other object) that it leads to
    commit: str
    #: when, in seconds since 1970: of an annotated tag its own date, of a lightweight one its commit's, which is a guess; or UNDATED
    seconds: int

    @property
    def made(self) -> datetime | None:
        """The same as a date, UTC."""
        return None if self.seconds == UNDATED else datetime.fromtimestamp(self.seconds, timezone.utc)


def made_tags(folder: Path) -> list[MadeTag]:
    """Every tag, oldest first; those without a date come first, and those of one second in the order of their names. Raises UserError."""
    columns = _columns(folder, "%(refname)", "%(objectname)", "%(*objectname)", _DATE)
    tags = [_tag(*fields) for part in columns for fields in zip(*part, strict=True)]
    return sorted(tags, key=attrgetter("seconds"))


def tag_dates(folder: Path) -> Iterator[tuple[list[str], list[int]]]:
    """The names and the dates (as MadeTag has them) of every tag, in the order of the names, a part at a time while git still works.

    100,000 are read in the time that git takes. Raises UserError.
    """
    for names, dates in _columns(folder, "%(refname)", _DATE):
        yield [name[_NAMESPACE:] for name in names], [_seconds(date) for date in dates]


def _tag(name: str, target: str, peeled: str, date: str) -> MadeTag:
    return MadeTag(name[_NAMESPACE:], target, peeled or target, _seconds(date))


def _seconds(date: str) -> int:
    seconds = int(date) if date else UNDATED
    return seconds if 0 <= seconds <= _LAST else UNDATED


def _columns(folder: Path, *fields: str) -> Iterator[list[list[str]]]:
    """What git says of the tags in the repository around `folder`: a list for each of `fields`, a part at a time. Raises UserError."""
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

    try:
        process = Git(str(folder)).for_each_ref("refs/tags", format="%00".join(fields), as_process=True)
        for lines in _parts(process.stdout):
            texts = lines.replace(b"\n", b"\0").decode("utf-8", "surrogateescape").split("\0")  # neither can be in a name
            yield [texts[at :: len(fields)] for at in range(len(fields))]
        process.wait()
    except (GitCommandError, GitCommandNotFound) as error:
        raise UserError("its tags cannot be listed: is this a git repository?", str(folder)) from error


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    """What a stream holds, in parts that end with a line."""
    rest = b""
    while read := stream.read(_PART):
        lines, newline, rest = (rest + read).rpartition(b"\n")
        if newline:
            yield lines
