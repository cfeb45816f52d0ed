"""What was released, and what that did to `latest`: the model that every format shows.

A guarded `latest` stands at the highest final version that was there; an unguarded one at the one that was released last. Prereleases move
neither. Every component has a `latest` of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from latest_guard.versions.patterns import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latest_guard.versions.patterns import TagPattern
    from latest_guard.versions.version import Key

#: `release`: higher than all before it. `back-port`: lower, and the highest of its line. `late`: lower than one of its own line, which the
#: tag guard refuses. `again`: the version of an earlier tag. Only the first three are final versions that would have moved `latest`.
Kind: TypeAlias = Literal["release", "back-port", "late", "prerelease", "again"]
#: Where a release line stands: the era, the epoch and the numbers of its versions' keys.
LineKey: TypeAlias = "tuple[int, int, tuple[int, ...]]"


class Release(NamedTuple):
    """A version tag: when it was made (seconds since 1970), and the tag at which a guarded `latest` stood after it.

    No dataclass, as there may be 100,000, and frozen ones take four times as long to make.
    """

    tag: str
    seconds: int
    key: Key
    line: LineKey
    kind: Kind
    latest: str

    @property
    def moves(self) -> bool:
        """Whether an unguarded `latest` goes to it."""
        return self.kind not in ("prerelease", "again")


@dataclass(frozen=True, slots=True)
class Setback:
    """An unguarded `latest` goes back from `before` to `after`, so many release `lines` down, until (seconds, None: to this day) it is at
    least as high again."""

    before: Release
    after: Release
    lines: int
    until: int | None

    @property
    def badness(self) -> tuple[object, ...]:
        """How far: by lines, then by the numbers of the versions."""
        return self.lines, tuple(there - here for there, here in zip(self.before.key[2], self.after.key[2], strict=False))


@dataclass(frozen=True, slots=True)
class Logged:
    """A move of `latest` that the release log has: when, where, from and to which version (empty: unknown) and line, by which command."""

    seconds: int
    place: str
    was: str
    to: str
    line: LineKey | None
    back: bool
    command: str
    why: str


@dataclass(frozen=True, slots=True)
class Track:
    """A component's releases in the order of time, its lines from the lowest to the highest with their names, and each setback."""

    component: str
    releases: Sequence[Release]
    lines: Mapping[LineKey, str]
    setbacks: Sequence[Setback]
    logged: Sequence[Logged] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """The history of a repository's tags.

    `patterns` are how tags hold versions; `undated` are version tags without a date, which have no place in time; `others` counts the tags
    that are no versions, or do not count.
    """

    tracks: Sequence[Track]
    patterns: tuple[TagPattern, ...]
    undated: Sequence[str] = ()
    others: int = 0

    def version(self, tag: str) -> str:
        """The version in a tag, as it is written."""
        found = split(tag, self.patterns)
        return found.version if found else tag

    @property
    def setbacks(self) -> list[Setback]:
        """Those of all components."""
        return [setback for track in self.tracks for setback in track.setbacks]
