"""Release lines: the versions that share a prefix, `1.27` say, and the branches that are named after them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latest_guard.versions.version import Key

_FIELD = re.compile(r"\{[a-z]+\}")


@dataclass(frozen=True, slots=True)
class LineShape:
    """How much of a version names its line: `major`, `major.minor`, `year.month` or a pattern such as `r{major}-{minor}`.

    The number of fields is what counts; their words are for the reader. Raises ValueError for a text without any.
    """

    text: str = "major.minor"

    def __post_init__(self) -> None:
        if not _FIELD.search(self._pattern):
            raise ValueError(f"a line is named like major, major.minor or r{{major}}-{{minor}}, not {self.text!r}")

    @property
    def depth(self) -> int:
        """How many of the release's numbers belong to the line's name."""
        return len(_FIELD.findall(self._pattern))

    def name(self, key: Key) -> str:
        """The name of the line that `key` stands on: 1.27."""
        numbers = iter(padded(key[2], self.depth))
        return _FIELD.sub(lambda _: str(next(numbers)), self._pattern)

    def numbers(self, key: Key) -> tuple[int, ...]:
        """The numbers of the line that `key` stands on: (1, 27)."""
        return padded(key[2], self.depth)

    @property
    def _pattern(self) -> str:
        return self.text if "{" in self.text else re.sub(r"([a-z]+)", r"{\1}", self.text)


def padded(release: tuple[int, ...], depth: int) -> tuple[int, ...]:
    """The first `depth` numbers of a release, with zeros where it has fewer."""
    return release[:depth] if len(release) >= depth else release + (0,) * (depth - len(release))


#: Branches that hold a line's back-ports when nothing is configured.
RELEASE_BRANCHES = (
    "release/{line}",
    "release-{line}",
    "release_{line}",
    "releases/{line}",
    "rel/{line}",
    "rel-{line}",
    "stable/{line}",
    "stable-{line}",
    "support/{line}",
    "support-{line}",
    "maint/{line}",
    "maint-{line}",
    "maintenance/{line}",
    "backport/{line}",
    "branch-{line}",
    "{line}-branch",
    "hotfix/{line}",
    "{line}-stable",
    "{line}-maintenance",
    "{line}",
)


@dataclass(frozen=True, slots=True)
class BranchPattern:
    """A release branch's name with `{line}` in it. Raises ValueError where `{line}` does not stand in it exactly once."""

    text: str

    def __post_init__(self) -> None:
        if self.text.count("{line}") != 1:
            raise ValueError(f"a release branch's pattern has {{line}} in it once: {self.text!r}")

    def numbers(self, branch: str) -> tuple[int, ...] | None:
        """The line that `branch` is named after, as numbers; None if its name is another's.

        Around the numbers a `v` in front and an `.x` behind are allowed, and - or _ between them: `v1.27.x`, `1_27`.
        """
        start, end = self.text.split("{line}")
        if not (branch.startswith(start) and branch.endswith(end) and len(branch) > len(start) + len(end)):
            return None
        return line_numbers(branch[len(start) : len(branch) - len(end)])


_LINE = re.compile(r"[vV]?([0-9]{1,18}(?:[._-][0-9]{1,18}){0,3})(?:[._-][xX*])*", re.ASCII)


def line_numbers(text: str) -> tuple[int, ...] | None:
    """The numbers of a line's name, `1.27`, `v1.27`, `1.27.x`; None if it is none."""
    found = _LINE.fullmatch(text)
    return tuple(int(number) for number in re.split(r"[._-]", found[1])) if found else None


def holds(line: tuple[int, ...], key: Key) -> bool:
    """Whether the version with `key` stands on `line`, however long the line's name is."""
    return padded(key[2], len(line)) == line
