"""What is asked of the guard, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.versions.version import Version

#: `other` is a tag that is no version tag; `unknown` one that could not be judged, which is never a yes.
Outcome: TypeAlias = Literal["accepted", "other", "unknown", "refused"]

#: The rules, by their names in messages and JSON.
Rule: TypeAlias = Literal[
    "bad-spelling",
    "duplicate-version",
    "moved-tag",
    "deleted-tag",
    "not-above-line",
    "back-port",
    "not-descended",
    "declared-differs",
    "version-gap",
    "unseen-tags",
]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tag that somebody wants to make, move or delete."""

    #: its name, without refs/tags/
    tag: str
    #: the object that it will point to (the tag object of an annotated tag); None: it is being deleted
    new: str | None
    #: the object that it points to now, where the guard stands; None: it is not there yet
    old: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against a tag."""

    rule: Rule
    #: what is wrong, in the words of the accident
    message: str
    #: what to do
    help: str
    #: nothing is proven against the tag, but what must be known could not be known: exit code 2
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard says about one proposal."""

    tag: str
    refusals: tuple[Refusal, ...] = ()
    #: what the user should know about an accepted tag
    notes: tuple[str, ...] = ()
    #: None for what is no version tag, and for a version that cannot be read
    version: Version | None = None
    component: str = ""
    #: the release line's name, 1.27
    line: str = ""
    #: the newest tag before this one, "" for the first
    newest: str = ""
    is_back_port: bool = False
    is_version_tag: bool = True

    @property
    def outcome(self) -> Outcome:
        """The verdict in one word."""
        if any(not refusal.unknown for refusal in self.refusals):
            return "refused"
        if self.refusals:
            return "unknown"
        return "accepted" if self.is_version_tag else "other"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A version that one of the project's files declares."""

    path: str
    #: the text in the file; "" where the file says that the version is taken from the tag
    version: str
    line: int = 0
    #: such as setuptools-scm, where the version comes from the tag
    from_tag_by: str = ""


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches that contain a commit."""

    names: tuple[str, ...]
    #: why there may be more of them; "" when they are all known
    unseen: str = ""


class Evidence(Protocol):
    """What the guard asks about history; only when a rule needs it. Every answer may be "unknown"."""

    def commit(self, proposal: Proposal) -> str | None:
        """The commit that a proposed tag leads to; None if it cannot be known here."""

    def descends(self, commit: str, tag: str) -> bool | None:
        """Whether `commit` is, or descends from, the one that the existing `tag` leads to; None if it cannot be known here."""

    def branches(self, commit: str) -> Branches:
        """The branches that contain `commit`."""

    def declared(self, commit: str, component: str) -> Sequence[Declaration]:
        """What the files at `commit` declare for `component`."""


class NoEvidence:
    """Knows nothing: the rules over versions alone."""

    def commit(self, proposal: Proposal) -> str | None:
        """Unknown."""
        return proposal.new

    def descends(self, commit: str, tag: str) -> bool | None:
        """Unknown."""
        return None

    def branches(self, commit: str) -> Branches:
        """Unknown."""
        return Branches((), "history was not looked at")

    def declared(self, commit: str, component: str) -> Sequence[Declaration]:
        """Nothing."""
        return ()
