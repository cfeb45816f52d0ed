"""A version that was read, and what a scheme must offer.

A version's *key* decides everything: two texts with equal keys are the same version, and keys compare as versions do.
A key is ``(era, epoch, release, rest)``:

* ``era``: which of the configured schemes it belongs to (0 where the scheme never changed); a later era is higher;
* ``epoch``: PEP 440's epoch, 0 elsewhere;
* ``release``: the numbers, at least three, with no zero at the end beyond the third, so that 1.0, 1.0.0 and 1.0.0.0 are one;
* ``rest``: what makes a prerelease lower and a post-release higher; built by the scheme.

Release lines are prefixes of ``release``, so a line of any scheme is found by a slice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Key: TypeAlias = "tuple[int, int, tuple[int, ...], tuple[Any, ...]]"

#: The longest version text that is read: git itself stops at 255 bytes for a loose ref.
LONGEST = 200


class BadVersion(ValueError):
    """A text that the scheme cannot read.

    `reason` completes the sentence "… is no semver version: …"; `nearest` is the right spelling that is nearest, or empty.
    """

    def __init__(self, text: str, reason: str, nearest: str = "") -> None:
        super().__init__(f"{text}: {reason}")
        self.text = text
        self.reason = reason
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Version:
    """A version: ordered, and equal where its scheme says that two spellings are the same version."""

    #: as it was written, without the tag's prefix
    text: str
    #: the name of the scheme that read it
    scheme: str
    key: Key
    is_prerelease: bool = False
    #: what the scheme leaves out of the order (semver's build metadata)
    build: str = ""
    #: the scheme's own spelling of it (PEP 440's normal form); `text` where it has but one
    normal: str = ""

    @property
    def release(self) -> tuple[int, ...]:
        """The numbers: at least three, no zero at the end beyond the third."""
        return self.key[2]

    def line(self, depth: int) -> tuple[int, ...]:
        """The release line that this version stands on: its first `depth` numbers, with zeros where it has fewer."""
        return (self.release + (0,) * (depth - len(self.release)))[:depth]

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __le__(self, other: Version) -> bool:
        return self.key <= other.key

    def __gt__(self, other: Version) -> bool:
        return self.key > other.key

    def __ge__(self, other: Version) -> bool:
        return self.key >= other.key


class Scheme(Protocol):
    """How versions are written and ordered."""

    @property
    def name(self) -> str:
        """`semver`, `pep440`, `calver` or `loose`."""

    @property
    def era(self) -> int:
        """The first element of every key."""

    @property
    def by_numbers(self) -> bool:
        """Whether, of texts that begin with plain numbers and dots, the one with the higher first number is the higher version."""

    def parse(self, text: str) -> Version:
        """Read `text` as strictly as the scheme is defined; raise BadVersion, with the nearest right spelling, otherwise."""

    def keys(self, texts: Sequence[str]) -> list[Key | None]:
        """The key of each text, read with forgiveness: for tags that exist already, however they were spelled.

        None where there is nothing like a version. This is the hot path: it must bear a million texts.
        """

    def follows(self, lower: Version, version: Version) -> bool:
        """Whether `version` is the next one after the final version `lower`, with no number left out."""


def canonical(numbers: Sequence[int]) -> tuple[int, ...]:
    """`numbers` as keys hold them: at least three, no zero at the end beyond the third."""
    end = len(numbers)
    while end > 3 and numbers[end - 1] == 0:
        end -= 1
    return tuple(numbers[:end]) + (0,) * (3 - end)


def leaders(texts: Sequence[str], start: str = "", depth: int = 2) -> Sequence[str]:
    """Those of `texts` with the highest first number, and of these with the highest second one: a scheme by numbers has its highest there.

    All of them where some do not begin with plain numbers; none of what is returned need be a version.
    """
    heads = {text[len(start) :].partition(".")[0] for text in texts} if depth else set()
    if not heads or not all(head.isascii() and head.isdigit() and len(head) < LONGEST for head in heads):
        return texts
    numbers = sorted(heads, key=int)
    if len(numbers) > 1 and int(numbers[-1]) == int(numbers[-2]):  # 9 and 09
        return texts
    best = start + numbers[-1]
    return leaders([text for text in texts if text.startswith(f"{best}.") or text == best], f"{best}.", depth - 1)


def is_bump(lower: Sequence[int], higher: Sequence[int]) -> bool:
    """Whether exactly one number rose, by one, and all behind it are zero: 1.2.3 → 1.2.4, 1.3.0 or 2.0.0."""
    width = max(len(lower), len(higher))
    before = (*lower, *(0,) * (width - len(lower)))
    after = (*higher, *(0,) * (width - len(higher)))
    at = next((place for place in range(width) if before[place] != after[place]), width)
    return at < width and after[at] == before[at] + 1 and not any(after[at + 1 :])
