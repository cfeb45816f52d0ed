"""PEP 440 (https://packaging.python.org/en/latest/specifications/version-specifiers/): Python's versions.

The grammar is the one of the specification's appendix B, the order that of its "Summary of permitted suffixes and relative
ordering". The order is written out here because a key of our own is five times faster than objects of `packaging`, with which
the tests compare it; the normal form is that of `packaging` itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from latest_guard.versions.forgiving import leading_numbers
from latest_guard.versions.version import LONGEST, BadVersion, Key, Version, canonical, is_bump

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRAMMAR = re.compile(
    r"""
    v?(?:(?P<epoch>[0-9]+)!)?(?P<release>[0-9]+(?:\.[0-9]+)*)
    (?P<pre>[-_.]?(?P<pre_word>alpha|beta|preview|pre|a|b|c|rc)[-_.]?(?P<pre_number>[0-9]*))?
    (?P<post>-(?P<post_dash>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?P<post_number>[0-9]*))?
    (?P<dev>[-_.]?dev[-_.]?(?P<dev_number>[0-9]*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    """,
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
_WORDS = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}
#: `rest` of a final version: (prerelease, post, dev, local); see _rest.
_FINAL: tuple[Any, ...] = ((3,), -1, (1,), ())


@dataclass(frozen=True, slots=True)
class Pep440:
    """The scheme `pep440`."""

    era: int = 0
    name: str = "pep440"
    #: see Scheme
    by_numbers: ClassVar[bool] = True

    def parse(self, text: str) -> Version:
        """Read `text` as PEP 440 does, spelled in any way that it allows; raise BadVersion otherwise."""
        found = _GRAMMAR.fullmatch(text) if len(text) <= LONGEST and text[:1] not in "vV" else None
        if found is None:
            raise BadVersion(text, _reason(text), _nearest(text) if len(text) <= LONGEST else "")
        key = self._strict(found)
        return Version(text, self.name, key, found["pre"] is not None or found["dev"] is not None, "", _normal(found))

    def keys(self, texts: Sequence[str]) -> list[Key | None]:
        """The keys of `texts`, read with forgiveness."""
        return [self._key(text) for text in texts]

    def follows(self, lower: Version, version: Version) -> bool:
        """Whether one number rose by one, and all behind it are zero; a post-release follows its own release."""
        return lower.release == version.release or is_bump(lower.release, version.release)

    def _key(self, text: str) -> Key | None:
        found = _GRAMMAR.fullmatch(text) if len(text) <= LONGEST else None
        if found is not None:
            return self._strict(found)
        read = leading_numbers(text)
        return None if read is None else (self.era, 0, canonical(read[0]), ((-1,), -1, (1,), ()) if read[1] else _FINAL)

    def _strict(self, found: re.Match[str]) -> Key:
        release = canonical([int(number) for number in found["release"].split(".")])
        return (self.era, int(found["epoch"] or 0), release, _rest(found))


def _nearest(text: str) -> str:
    """The normal form of what can be read at the start of `text`, or nothing."""
    plain = "".join(str(unicodedata.digit(letter, letter)) for letter in text)
    numbers = re.match(r"[vV]?([0-9]+(?:\.[0-9]+)*)[-_.]?([a-zA-Z]*)[-_.]?([0-9]*)", plain, re.ASCII)
    if numbers is None:
        return ""
    release, word, number = numbers.groups()
    found = _GRAMMAR.fullmatch(f"{release}{word}{number if word else ''}") or _GRAMMAR.fullmatch(release)
    return _normal(found) if found else ""


def _rest(found: re.Match[str]) -> tuple[Any, ...]:
    """Order within one release: .devN, aN, bN, rcN, (none), .postN; dev below what it develops; local above all."""
    if not (found["pre"] or found["post"] or found["dev"] or found["local"]):
        return _FINAL
    pre: tuple[Any, ...] = (3,)
    if found["pre"]:
        word = found["pre_word"].lower()
        pre = (("a", "b", "rc").index(_WORDS.get(word, word)), int(found["pre_number"] or 0))
    elif found["dev"] and not found["post"]:
        pre = (-1,)
    post = int(found["post_dash"] or found["post_number"] or 0) if found["post"] else -1
    dev = (0, int(found["dev_number"] or 0)) if found["dev"] else (1,)
    return (pre, post, dev, _local(found["local"]))


def _local(text: str | None) -> tuple[Any, ...]:
    """Local segments: numbers above words, compared as numbers; more segments above fewer."""
    words = re.split(r"[-_.]", text.lower()) if text else []
    return tuple((1, int(word), "") if word.isdigit() else (0, 0, word) for word in words)


def _normal(found: re.Match[str]) -> str:
    """The specification's normal form, as the reference has it. Imported late: lists of tags are ordered without it."""
    from packaging.version import Version as Reference

    return str(Reference(found.group()))


def _reason(text: str) -> str:
    """What keeps `text` from being read."""
    if len(text) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if not text.isascii():
        return "it has characters other than ASCII letters, digits and . - _ + !"
    return "it must be N(.N)* with aN, bN, rcN, .postN, .devN or +local behind it"
