"""Loose versions: numbers and words, ordered as `sort -V` does, with prereleases where people mean them.

Numbers compare as numbers. The words that everybody uses for what comes before a release (alpha, beta, rc …) are lower than the
release without them; those for what comes after it (post, patch, sp …) are higher, and any other word is higher as well, but lower
than a further number. Separators (. - _ + and the step from digit to letter) only separate; `~` sorts below everything, as dpkg and
`sort -V` have it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from latest_guard.versions.version import LONGEST, BadVersion, Key, Version, canonical, is_bump

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRAMMAR = re.compile(r"([0-9]+(?:\.[0-9]+)*)([-._+~]?[0-9A-Za-z][-0-9A-Za-z._+~]*)?", re.ASCII)
_PIECE = re.compile(r"~|[0-9]+|[A-Za-z]+", re.ASCII)

#: How a word stands to the end of the version (4): below it, at it, or above it.
_RANKS: dict[str, tuple[int, str]] = {
    **dict.fromkeys(("dev", "snapshot", "nightly", "canary"), (1, "dev")),
    **dict.fromkeys(("alpha", "a"), (2, "a")),
    **dict.fromkeys(("beta", "b"), (2, "b")),
    **dict.fromkeys(("m", "milestone"), (2, "m")),
    **dict.fromkeys(("pre", "preview", "ea", "next"), (2, "pre")),
    **dict.fromkeys(("rc", "c", "cr"), (2, "rc")),
}
#: Words that say "this is the release itself".
_SILENT = frozenset({"final", "ga", "release", "stable"})
_END = (4,)


@dataclass(frozen=True, slots=True)
class Loose:
    """The scheme `loose`."""

    era: int = 0
    name: str = "loose"
    #: see Scheme
    by_numbers: ClassVar[bool] = True

    def parse(self, text: str) -> Version:
        """Read `text`: numbers with dots, then letters, digits and . - _ + ~; raise BadVersion otherwise."""
        key = self._key(text)
        if key is None:
            raise BadVersion(text, _reason(text), _nearest(text) if len(text) <= LONGEST else "")
        return Version(text, self.name, key, key[3] < _END, "", text)

    def keys(self, texts: Sequence[str]) -> list[Key | None]:
        """The keys of `texts`."""
        return [self._key(text) for text in texts]

    def follows(self, lower: Version, version: Version) -> bool:
        """Whether one number rose by one, and all behind it are zero; a version with a word behind it follows its own release."""
        return lower.release == version.release or is_bump(lower.release, version.release)

    def _key(self, text: str) -> Key | None:
        found = _GRAMMAR.fullmatch(text) if len(text) <= LONGEST else None
        if found is None:
            return None
        release = canonical([int(number) for number in found[1].split(".")])
        return (self.era, 0, release, _rest(found[2]) if found[2] else _END)


def _rest(tail: str) -> tuple[Any, ...]:
    """The pieces behind the numbers, each flattened so that any two tails compare, closed by the end of the version."""
    rest: list[Any] = []
    for piece in _PIECE.findall(tail):
        word = piece.lower()
        if piece == "~":
            rest.append(0)
        elif piece.isdigit():
            rest.extend((6, int(piece)))
        elif word not in _SILENT:
            rest.extend(_RANKS.get(word, (5, word)))
    return (*rest, *_END)


def _reason(text: str) -> str:
    """What keeps `text` from being read."""
    if len(text) > LONGEST:
        return f"it has more than {LONGEST} characters"
    return "it must begin with a number and go on with numbers, letters and . - _ + ~"


def _nearest(text: str) -> str:
    """`text` without what cannot be read."""
    kept = re.sub(r"[^0-9A-Za-z.+~_-]+", "-", text).strip("-._+~").lstrip("vV")
    return kept if _GRAMMAR.fullmatch(kept) else ""
