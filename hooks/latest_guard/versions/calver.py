"""Calendar versions (https://calver.org): dates and counters, by a format such as `YYYY.0M.MICRO`.

A format is made of the site's tokens and separators; what stands in brackets may be left out: `YYYY.MM[.MICRO]`. Without a format
every version is read that begins with a year and has up to three more numbers. Behind the numbers a modifier may stand (`-rc.1`,
`b2`, `.dev3`): the words for prereleases are lower than the version without them, `post` and others higher.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from latest_guard.versions.forgiving import leading_numbers
from latest_guard.versions.version import LONGEST, BadVersion, Key, Version, canonical, is_bump

if TYPE_CHECKING:
    from collections.abc import Sequence

#: token → the text it allows, and the numbers it allows.
_TOKENS: dict[str, tuple[str, range]] = {
    "YYYY": (r"[1-9][0-9]{3}", range(1970, 10000)),
    "0Y": (r"[0-9]{2,3}", range(1000)),
    "YY": (r"(?:0|[1-9][0-9]{0,2})", range(1000)),
    "0M": (r"[0-9]{2}", range(1, 13)),
    "MM": (r"[1-9][0-9]?", range(1, 13)),
    "0W": (r"[0-9]{2}", range(1, 54)),
    "WW": (r"[1-9][0-9]?", range(1, 54)),
    "0D": (r"[0-9]{2}", range(1, 32)),
    "DD": (r"[1-9][0-9]?", range(1, 32)),
    "MAJOR": (r"(?:0|[1-9][0-9]*)", range(0)),
    "MINOR": (r"(?:0|[1-9][0-9]*)", range(0)),
    "MICRO": (r"(?:0|[1-9][0-9]*)", range(0)),
}
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))
_MODIFIER = re.compile(r"(?:[-._]?([a-zA-Z]+)[-._]?([0-9]*))?", re.ASCII)
_ANY = r"([1-9][0-9]{3})(?:[.-]([0-9]+))?(?:[.-]([0-9]+))?(?:[.-]([0-9]+))?"
#: A date without separators, 20240131 or 202401.
_COMPACT = re.compile(r"\A([1-9][0-9]{3})([0-9]{2})([0-9]{2})?(?![0-9])", re.ASCII)
_BEFORE = {"dev": 0, "nightly": 0, "snapshot": 0, "alpha": 1, "a": 1, "beta": 2, "b": 2, "pre": 3, "preview": 3, "rc": 3, "c": 3}
_FINAL: tuple[Any, ...] = (9,)


@dataclass(frozen=True, slots=True)
class CalVer:
    """The scheme `calver`. `format` is empty for "a year and up to three numbers"; raises BadVersion for one that is no format."""

    era: int = 0
    format: str = ""
    name: str = "calver"
    #: 20240131 is below 2024.2
    by_numbers: ClassVar[bool] = False
    _grammar: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _tokens: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        grammar, tokens = _compiled(self.format) if self.format else (_FREE, ("YYYY", "MINOR", "MINOR", "MICRO"))
        object.__setattr__(self, "_grammar", grammar)
        object.__setattr__(self, "_tokens", tokens)

    def parse(self, text: str) -> Version:
        """Read `text` by the format; raise BadVersion otherwise."""
        key = self._strict(text)
        if key is None:
            raise BadVersion(text, self._reason(text), self._nearest(text) if len(text) <= LONGEST else "")
        return Version(text, self.name, key, key[3] < _FINAL, "", text)

    def keys(self, texts: Sequence[str]) -> list[Key | None]:
        """The keys of `texts`, read with forgiveness."""
        return [self._strict(text) or self._forgiven(text) for text in texts]

    def follows(self, lower: Version, version: Version) -> bool:
        """Whether the date went on, or else the first counter that changed rose by one with zeros behind it."""
        dated = sum(not token.startswith(("MA", "MI")) for token in self._tokens)
        now, then = version.line(dated), lower.line(dated)
        return now > then or is_bump(lower.release, version.release) or lower.release == version.release

    def _strict(self, text: str) -> Key | None:
        plain = text if self.format else _COMPACT.sub(lambda date: ".".join(filter(None, date.groups())), text, count=1)
        found = self._grammar.fullmatch(plain) if len(text) <= LONGEST else None
        if found is None:
            return None
        *numbers, word, count = found.groups()
        values = [int(number) for number in numbers if number is not None]
        if any(_TOKENS[token][1] and value not in _TOKENS[token][1] for token, value in zip(self._tokens, values)):  # noqa: B905
            return None
        return (self.era, 0, canonical(values), _rest(word, count))

    def _forgiven(self, text: str) -> Key | None:
        read = leading_numbers(text)
        return None if read is None else (self.era, 0, canonical(read[0]), (-1,) if read[1] else _FINAL)

    def _reason(self, text: str) -> str:
        if len(text) > LONGEST:
            return f"it has more than {LONGEST} characters"
        if self.format:
            return f"it is not written as {self.format}, or has a month, week or day that no calendar has"
        return "it must be a year and up to three numbers"

    def _nearest(self, text: str) -> str:
        """The numbers of `text` as the format writes them, if they make a date."""
        numbers = [int(number) for number in re.findall(r"[0-9]{1,9}", text, re.ASCII)]
        written = _written(self.format or "YYYY.MINOR[.MICRO]", numbers)
        return written if written and self._strict(written) else ""


def _rest(word: str | None, count: str | None) -> tuple[Any, ...]:
    """The modifier's place in the order: known prerelease words below the final version, anything else above it."""
    if not word:
        return _FINAL
    known = _BEFORE.get(word.lower())
    return (10, word.lower(), int(count or 0)) if known is None else (known, int(count or 0))


_FREE = re.compile(_ANY + _MODIFIER.pattern, re.ASCII)


@lru_cache(maxsize=16)
def _compiled(form: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The grammar of a format, with one group a token and two for the modifier, and its tokens in order."""
    text, tokens, at, depth = "", [], 0, 0
    while at < len(form):
        token = _TOKEN.match(form, at)
        if token:
            tokens.append(token[0])
            text += f"({_TOKENS[token[0]][0]})"
            at = token.end()
            continue
        sign = form[at]
        if sign not in "[].-_":
            raise BadVersion(form, f"{sign!r} is neither one of {', '.join(_TOKENS)} nor a separator or bracket")
        depth += (sign == "[") - (sign == "]")
        text += {"[": "(?:", "]": ")?"}.get(sign, re.escape(sign))
        at += 1
        if depth < 0:
            break
    if depth or not tokens or tokens[0] not in ("YYYY", "YY", "0Y"):
        raise BadVersion(form, "a format begins with YYYY, YY or 0Y and closes the brackets that it opens", "YYYY.MM.MICRO")
    return re.compile(text + _MODIFIER.pattern, re.ASCII), tuple(tokens)


def _written(form: str, numbers: list[int]) -> str:
    """`form` with its tokens replaced by `numbers` in turn; what is bracketed is left out when they run out."""
    rest = list(numbers)
    required, _, optional = form.partition("[")

    def write(found: re.Match[str]) -> str:
        number = rest.pop(0) if rest else 0
        return f"{number:02d}" if found[0].startswith("0") else str(number)

    text = _TOKEN.sub(write, required)
    return text + (_TOKEN.sub(write, optional.replace("[", "").replace("]", "")) if rest else "")
