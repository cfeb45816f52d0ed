"""Semantic Versioning 2.0.0 (https://semver.org/spec/v2.0.0.html), its grammar and its precedence (clauses 2, 9, 10 and 11)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from latest_guard.versions.forgiving import leading_numbers
from latest_guard.versions.version import LONGEST, BadVersion, Key, Version, canonical, is_bump

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = r"(0|[1-9][0-9]*)"
_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_GRAMMAR = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?"
)
#: Many texts at once, one a line: three numbers and what stands behind them, or nothing.
_LINES = re.compile(rf"^(?:{_NUMBER}\.{_NUMBER}\.{_NUMBER}(.*)|.*)$", re.MULTILINE)
#: What may stand behind the numbers.
_TAIL = re.compile(_GRAMMAR.pattern.removeprefix(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"))
#: `rest` of a final version; a prerelease's begins with 0 and is lower (clause 11.3).
_FINAL: tuple[Any, ...] = (1,)


class _Numbers(dict[str, int]):
    """What digits mean, remembered: tags repeat their numbers."""

    def __missing__(self, digits: str) -> int:
        self[digits] = number = int(digits)
        return number


class _Tails(dict[str, "tuple[Any, ...]"]):
    """The `rest` of what stands behind the numbers, remembered; empty where the grammar does not allow it."""

    def __missing__(self, tail: str) -> tuple[Any, ...]:
        found = _TAIL.fullmatch(tail) if len(tail) < LONGEST // 2 else None
        self[tail] = rest = _rest(found[1]) if found else ()
        return rest


@dataclass(frozen=True, slots=True)
class SemVer:
    """The scheme `semver`."""

    era: int = 0
    name: str = "semver"
    #: see Scheme
    by_numbers: ClassVar[bool] = True

    def parse(self, text: str) -> Version:
        """Read `text` by the grammar of semver 2.0.0; raise BadVersion otherwise."""
        found = _GRAMMAR.fullmatch(text) if len(text) <= LONGEST else None
        if found is None:
            raise BadVersion(text, _reason(text), _nearest(text) if len(text) <= LONGEST else "")
        major, minor, patch, pre, build = found.groups()
        key = (self.era, 0, (int(major), int(minor), int(patch)), _rest(pre))
        return Version(text, self.name, key, pre is not None, build or "", text)

    def keys(self, texts: Sequence[str]) -> list[Key | None]:
        """The keys of `texts`, read with forgiveness."""
        found = _LINES.findall("\n".join(texts)) if texts else []
        if len(found) != len(texts):  # a text with a newline in it, which git allows in no tag
            return [self._key(text) for text in texts]
        era, numbers, tails = self.era, _Numbers(), _Tails()
        return [
            (era, 0, (numbers[major], numbers[minor], numbers[patch]), tails[tail]) if major and tails[tail] else self._forgiven(text)
            for text, (major, minor, patch, tail) in zip(texts, found, strict=True)
        ]

    def follows(self, lower: Version, version: Version) -> bool:
        """Whether one number rose by one, and all behind it are zero."""
        return is_bump(lower.release, version.release)

    def _key(self, text: str) -> Key | None:
        found = _GRAMMAR.fullmatch(text)
        if found is None or len(text) > LONGEST:
            return self._forgiven(text)
        major, minor, patch, pre, _ = found.groups()
        return (self.era, 0, (int(major), int(minor), int(patch)), _FINAL if pre is None else _rest(pre))

    def _forgiven(self, text: str) -> Key | None:
        read = leading_numbers(text)
        return None if read is None else (self.era, 0, canonical(read[0]), (0,) if read[1] else _FINAL)


def _rest(pre: str | None) -> tuple[Any, ...]:
    """Clause 11.4: identifiers of digits compare as numbers and are lower than words; more identifiers are higher than fewer."""
    if pre is None:
        return _FINAL
    return (0, *((0, int(word), "") if word.isdigit() else (1, 0, word) for word in pre.split(".")))


def _reason(text: str) -> str:
    """Which of the grammar's demands `text` breaks."""
    if len(text) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if not text.isascii():
        return "it has characters other than ASCII letters, digits, dots and hyphens"
    core = re.split(r"[-+]", text, maxsplit=1)[0]
    numbers = core.split(".")
    if any(number.isdigit() and len(number) > 1 and number[0] == "0" for number in numbers):
        return "its numbers must have no leading zeros"
    if len(numbers) != 3 and all(number.isdigit() for number in numbers):
        return f"it has {len(numbers)} number{'s' if len(numbers) != 1 else ''} where three are asked for"
    if all(number.isdigit() for number in numbers):
        return "the identifiers behind the numbers must be letters, digits and hyphens, not empty, and without leading zeros"
    return "it must be three numbers, MAJOR.MINOR.PATCH, with -prerelease and +build behind them"


_SHAPE = r"([0-9]+)(?:\.([0-9]+|[xX*]))?(?:\.([0-9]+|[xX*]))?[-._]?(.*)"


def _nearest(text: str) -> str:
    """The right spelling nearest to `text`, or nothing."""
    plain = "".join(str(unicodedata.digit(letter, letter)) for letter in text)
    found = re.match(_SHAPE, plain.lstrip("vV"), re.ASCII | re.DOTALL)
    if found is None:
        return ""
    core = ".".join(str(int(number)) if number and number.isdigit() else "0" for number in found.groups()[:3])
    pre, _, build = found[4].partition("+")
    nearest = core + _identifiers("-", _split_words(pre)) + _identifiers("+", build)
    return nearest if _GRAMMAR.fullmatch(nearest) else core


def _split_words(pre: str) -> str:
    """`rc1` as `rc.1`, so that the number counts as a number."""
    return re.sub(r"^([a-zA-Z]+)-?([0-9]+)$", r"\1.\2", pre)


def _identifiers(mark: str, text: str) -> str:
    """`text` as identifiers behind `mark`, each as the grammar asks; nothing for nothing."""
    words = [word for word in re.split(r"[^0-9a-zA-Z-]+", text) if word]
    if mark == "-":
        words = [str(int(word)) if word.isdigit() else word for word in words]
    return mark + ".".join(words) if words else ""
