"""What git tells its hooks: the refs that are about to change, in the three ways in which it writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TAGS = "refs/tags/"


@dataclass(frozen=True, slots=True)
class Update:
    """One ref that changes from the object `old` to the object `new`; zeros stand for none (or, in `old`, for unknown)."""

    ref: str
    old: str
    new: str

    @property
    def tag(self) -> str:
        """The tag's name, empty when the ref is no tag."""
        return self.ref[len(TAGS) :] if self.ref.startswith(TAGS) else ""

    @property
    def deletes(self) -> bool:
        """Whether the ref goes away."""
        return not self.new.strip("0")


def pushed(lines: Iterable[str]) -> Iterator[Update]:
    """Read pre-push's lines, `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`, as updates of the remote's refs.

    The first word is what the user typed and may hold spaces (`HEAD@{1 day ago}`), so each line is read from its end.
    """
    for line in lines:
        words = whole(line, 4)
        yield Update(words[2], words[3], words[1])


def received(lines: Iterable[str]) -> Iterator[Update]:
    """Read the lines of pre-receive and reference-transaction, `OLD-ID NEW-ID REF`."""
    for line in lines:
        words = whole(line, 3)
        yield Update(words[2], words[0], words[1])


def whole(line: str, count: int) -> list[str]:
    """Split a line into `count` words, the first of which may hold spaces; a line with fewer is a UserError."""
    words = line.rstrip("\n").rsplit(" ", count - 1)
    if len(words) != count:
        raise UserError(f"git handed over a line that has not {count} words: {line.strip()[:200]!r}; nothing was judged", "standard input")
    return words


def tags_only(updates: Iterable[Update]) -> list[Update]:
    """Only the updates of tags."""
    return [update for update in updates if update.tag]
