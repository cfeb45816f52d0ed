"""Gradle's scripts, Groovy or Kotlin, taken apart as far as it is needed: blocks in braces, texts, and names that are given texts.

It never raises, and reads every character once: what it does not know it passes over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.source import Source, Span

_TOKEN = re.compile(
    r"""//[^\n]*|/\*(?:[^*]|\*(?!/)){0,20000}\*/|'''|\"\"\"|"|'|[{}]"""
)  # fmt: skip
_HOLE = re.compile(r"\$(?:\{([^{}]{0,200})\}|([A-Za-z_]\w{0,80}(?:\.\w{1,80}){0,4}))")
_ESCAPE = re.compile(r"\\(.)", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b"}
#: A name that is given something: `def name = `, `val name: String = `, `name.set(`, `name(`, `name `, with a list begun or not.
_GIVEN = re.compile(
    r"(\w{1,80})(?:\s{0,4}:\s{0,4}[\w<>?]{1,80})?\s{0,8}(?:\+?=|\.set\(|\.add\(|\.addAll\(|\()?[\s\[]{0,40}"
    r"(?:(?:listOf|setOf|arrayOf|Set\.of|List\.of|file)\()?[\s\[]{0,40}$"
)
#: Longer texts are no names of images.
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Hole:
    """`${expression}` in a text."""

    expression: str
    start: int
    end: int


Part: TypeAlias = "str | Hole"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text: its parts, where each begins, and the block that it stands in."""

    parts: tuple[tuple[Part, int], ...]
    start: int
    end: int
    block: Block
    name: str  # the name that it is given to, or the setting that it is an argument of

    def plain(self) -> str:
        """The text with its holes left as blanks."""
        return "".join(part if isinstance(part, str) else " " for part, _ in self.parts)


@dataclass(eq=False, slots=True)
class Block:
    """`header { … }`; the whole script is one without a header."""

    header: str
    start: int
    end: int = 0
    outer: Block | None = None

    def inside(self) -> Iterator[Block]:
        """The block, and those around it from the inside out."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.outer


@dataclass(slots=True)
class Script:
    """A script's blocks and texts, in order."""

    source: Source
    blocks: list[Block] = field(default_factory=list)
    texts: list[Quoted] = field(default_factory=list)

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch."""
        return self.source.span(start, end)


def read(source: Source) -> Script:
    """The blocks and texts of a script."""
    code, script = source.text, Script(source)
    block = Block("", 0, len(code))
    script.blocks.append(block)
    at = since = 0  # `since`: where the words in front of the next brace or quote begin
    while (found := _TOKEN.search(code, at)) is not None:
        token, at = found[0], found.end()
        if token == "{":
            block = Block(_header(code, since, found.start()), at, len(code), block)
            script.blocks.append(block)
            since = at
        elif token == "}":
            block.end = found.start()
            block, since = block.outer or block, at
        elif token[0] in "'\"":
            given = _GIVEN.search(code[max(since, found.start() - 200) : found.start()])
            name = script.texts[-1].name if _goes_on(code, script.texts, found.start()) else given[1] if given else ""
            text, at = _text(code, found, block, name)
            script.texts.append(text)
    return script


def _goes_on(code: str, texts: list[Quoted], at: int) -> bool:
    """Does a text at this place stand in one list with the one before?"""
    return bool(texts) and at - texts[-1].end < 200 and code[texts[-1].end : at].strip("'\" \t\r\n") == ","


def _header(code: str, since: int, end: int) -> str:
    """The words in front of a brace, back to the line's begin."""
    start = max(since, end - 300)
    return code[start:end].rpartition("\n")[2].rpartition(";")[2].strip()


def _text(code: str, opened: re.Match[str], block: Block, name: str) -> tuple[Quoted, int]:
    """The text that begins with a quote, and where the code goes on behind it."""
    quote, start = opened[0], opened.end()
    end = _closing(code, quote, start)
    raw = code[start:end]
    parts: list[tuple[Part, int]] = []
    at = 0
    for hole in _HOLE.finditer(raw) if quote[0] == '"' else ():
        if hole.start() and raw[hole.start() - 1] == "\\":
            continue
        parts.append((_unescaped(raw[at : hole.start()]), start + at))
        parts.append((Hole((hole[1] or hole[2] or "").strip(), start + hole.start(), start + hole.end()), start + hole.start()))
        at = hole.end()
    parts.append((_unescaped(raw[at:]), start + at))
    kept = tuple(part for part in parts if part[0] != "")
    return Quoted(kept, start, end, block, name), min(len(code), end + len(quote))


def _closing(code: str, quote: str, start: int) -> int:
    """Where a text ends: its quote, or for a short one the line's end."""
    at = start
    while (end := code.find(quote, at, start + LONGEST)) >= 0:
        back = end
        while back > start and code[back - 1] == "\\":
            back -= 1
        if (end - back) % 2 == 0:
            break
        at = end + 1
    line = code.find("\n", start) if len(quote) == 1 else -1
    found = end if end >= 0 else min(len(code), start + LONGEST)
    return min(found, line) if line >= 0 else found


def _unescaped(raw: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), raw) if "\\" in raw else raw


__all__ = ["Block", "Hole", "Quoted", "Script", "read"]
