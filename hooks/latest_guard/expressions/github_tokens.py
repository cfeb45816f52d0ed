"""The words of GitHub's expression language.

Source: the lexer of `@actions/expressions`, and https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
("Literals", "Operators").
"""

from __future__ import annotations

import enum
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.expressions import ecma
from latest_guard.expressions.building import Malformed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(enum.Enum):
    """What a token is; a MARK is told by its text."""

    CONSTANT = "constant"
    NAME = "name"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression; `value` is what a CONSTANT says. `start` and `end` are offsets in the text."""

    kind: Kind
    text: str
    start: int
    end: int
    value: None | bool | float | str = None


_BLANK = re.compile(r"[ \t\r\n]*")
_MARK = re.compile(r"\|\||&&|[=!<>]=|[()\[\],!<>*]")
_STRING = re.compile(r"'((?:[^']|'')*)'(?!')")
_BOUNDARY = re.escape(ecma.SPACE + "([)],.!><=&|")
_WORD = re.compile(rf".[^{_BOUNDARY}]*", re.DOTALL)
_NUMBER = re.compile(rf".(?:\.|[^{_BOUNDARY}])*", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

_WORDS: dict[str, None | bool | float] = {"true": True, "false": False, "null": None, "NaN": math.nan, "Infinity": math.inf}


def tokens(source: str) -> Iterator[Token]:
    """The tokens of `source`, the last one of kind END. Raises Malformed at what is none."""
    before = Token(Kind.END, "", 0, 0)
    at = _blank(source, 0)
    while at < len(source):
        before = _token(source, at, before)
        yield before
        at = _blank(source, before.end)
    yield Token(Kind.END, "", at, at)


def _blank(source: str, at: int) -> int:
    found = _BLANK.match(source, at)
    return found.end() if found else at


def _token(source: str, at: int, before: Token) -> Token:
    first = source[at]
    if first == "'":
        return _string(source, at)
    if first == "." and _takes_property(before):
        return Token(Kind.MARK, ".", at, at + 1)
    if first in ".+-" or "0" <= first <= "9":
        return _number(source, at)
    mark = _MARK.match(source, at)
    if mark:
        return Token(Kind.MARK, mark[0], at, mark.end())
    return _word(source, at, before)


def _takes_property(before: Token) -> bool:
    return before.kind is Kind.NAME or (before.kind is Kind.MARK and before.text in "])*")


def _string(source: str, at: int) -> Token:
    found = _STRING.match(source, at)
    if not found:
        raise Malformed("a string is not closed", at, len(source))
    return Token(Kind.CONSTANT, found[0], at, found.end(), found[1].replace("''", "'"))


def _number(source: str, at: int) -> Token:
    found = _NUMBER.match(source, at)
    text = found[0] if found else source[at]
    value = ecma.number(text)
    if math.isnan(value):
        raise Malformed(f"unexpected {quoted(text)}", at, at + len(text))
    return Token(Kind.CONSTANT, text, at, at + len(text), value)


def _word(source: str, at: int, before: Token) -> Token:
    found = _WORD.match(source, at)
    text = found[0] if found else source[at]
    end = at + len(text)
    if not _NAME.fullmatch(text):
        raise Malformed(f"unexpected {quoted(text)}", at, end)
    if text in _WORDS and before.text != ".":
        return Token(Kind.CONSTANT, text, at, end, _WORDS[text])
    return Token(Kind.NAME, text, at, end)
