"""Text on a screen of characters: made harmless, measured, cut and wrapped.

What is shown comes out of files that anyone may have written: a terminal must not obey it, and what one sees must be
what is there (no escape sequences, no characters that turn the direction of writing round).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TAB = "    "


def clean(text: str) -> str:
    """`text` in one line, with control and format characters written out as escapes and tabs as spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\t":
        return TAB
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return f"\\u{{{ord(character):x}}}"
    return character


#: What the logs of Azure Pipelines, GitHub and TeamCity take for a command, wherever in a line it stands.
ORDERS = ("##vso[", "##[", "##teamcity[")


def harmless(line: str) -> str:
    """A line of output that no CI system takes for a command to itself."""
    for order in ORDERS:
        if order in line:
            line = line.replace(order, f"{order[:-1]}\\[")
    words = line.lstrip()
    return line[: len(line) - len(words)] + "\\" + words if words.startswith("::") else line


def columns(text: str) -> int:
    """How many columns cleaned text takes: wide characters two (UAX #11), combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def cut(text: str, width: int) -> str:
    """Cleaned `text`, no wider than `width` columns, with an ellipsis where something was cut off."""
    if columns(text) <= width:
        return text
    if width < 1:
        return ""
    taken, used = [], 1
    for character in text:
        used += _columns(character)
        if used > width:
            break
        taken.append(character)
    return "".join(taken).rstrip() + "…"


def squeeze(text: str, width: int) -> str:
    """Cleaned `text`, no wider than `width` columns, with an ellipsis in its middle where something was taken out."""
    if columns(text) <= width:
        return text
    end = _tail(text, (width - 1) * 2 // 3)
    return cut(text, width - columns(end)) + end


def wrap(text: str, width: int) -> Iterator[str]:
    """Cleaned `text` in lines of at most `width` columns, broken at spaces; a longer word stays whole."""
    line, used = "", 0
    for word in text.split(" "):
        wide = columns(word)
        if line and used + 1 + wide > width:
            yield line
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + 1 + wide) if line else (word, wide)
    yield line


def window(text: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    """The part of a source line that fits in `width` columns and shows its characters `start` up to `end`.

    Gives what stands before the stretch, the stretch, and what stands behind it: cleaned, without the line's indentation.
    """
    end = max(start, min(end, len(text)))
    left = min(len(text) - len(text.lstrip()), start)
    before, marked, after = clean(text[left:start]), clean(text[start:end]), clean(text[end:].rstrip())
    if columns(before) + columns(marked) + columns(after) <= width:
        return before, marked, after
    if columns(before) + columns(marked) > width - 1:
        before = "…" + _tail(before, max(0, width - 2 - columns(marked)) // 2) if before else ""
        marked = cut(marked, max(1, width - columns(before)))
    return before, marked, cut(after, width - columns(before) - columns(marked))


def _tail(text: str, width: int) -> str:
    """The end of `text` that is no wider than `width` columns."""
    taken, used = "", 0
    for character in reversed(text):
        used += _columns(character)
        if used > width:
            break
        taken = character + taken
    return taken
