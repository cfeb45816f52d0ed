"""What every source is asked and what it answers: the released versions, and what each pointer is now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latest_guard.versions.version import Key


@dataclass(frozen=True, slots=True)
class Released:
    """A version that exists: the `name` its source has for it, the version's `text`, its key, and whether it is no prerelease."""

    name: str
    text: str
    key: Key
    final: bool


@dataclass(frozen=True, slots=True)
class Pointer:
    """A name that moves from release to release.

    `covers` says which versions it may ever stand for: every final one for `latest`, those of 1.27 for `1.27`, prereleases only
    for a channel of their own.
    """

    name: str
    covers: Callable[[Released], bool] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """What `pointer` is now in one source.

    `version` is the text of the version that it stands for, empty where it is not there or cannot be told; `how` says how that
    is known, or why it is not; `digest` is what it is in a registry.
    """

    pointer: str
    version: str
    how: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a source is asked: how its names are read as versions (`read` leaves out what is none), and which pointers matter."""

    read: Callable[[Sequence[str]], list[Released]]
    pointers: tuple[Pointer, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said: its name, every version released there, what the asked pointers are now, and what it has left out.

    `left_out` counts what is there but no released version to its users: deprecated, yanked, drafts.
    """

    source: str
    released: tuple[Released, ...]
    standings: tuple[Standing, ...] = ()
    left_out: int = 0
    requests: int = 0


class Source(Protocol):
    """One place that knows which versions are released."""

    @property
    def name(self) -> str:
        """What stands in the report and before its errors: `image ghcr.io/owner/name`, `git tags of origin`."""

    def ask(self, question: Question) -> Answer:
        """Answer whole or raise UserError: a lookup that fails, or that may have left something out, is no answer.

        Where there is nothing at all, and only then, `released` is empty.
        """
