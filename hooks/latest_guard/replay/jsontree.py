"""JSON, read for values and for places, into the same tree as YAML. Tabs and comments may stand between its tokens (as in JSONC)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from latest_guard.source import Problem, Source
from latest_guard.yamltree import MAX_CHARACTERS, MAX_DEPTH, Entry, Mapping, Node, Scalar, Sequence

_BLANK = re.compile(r"(?:[ \t\r\n]|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_WORD = re.compile(r"[-+.\w]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class _BrokenError(Exception):
    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


def read(source: Source) -> Node | Problem:
    """The document in a file."""
    if len(source.text) > MAX_CHARACTERS:
        return Problem(f"the file has more than {MAX_CHARACTERS:,} characters, and is not read", source.span(0, 0))
    try:
        return _Reader(source).node(0)
    except _BrokenError as error:
        return Problem(f"not JSON: {error}", source.span(error.at, error.at))


@dataclass
class _Reader:
    source: Source
    at: int = 0

    def skip(self) -> str:
        """Go to the next token; its first character, "" at the end."""
        found = _BLANK.match(self.source.text, self.at)
        self.at = found.end() if found else self.at
        return self.source.text[self.at : self.at + 1]

    def node(self, depth: int) -> Node:
        """A value."""
        char = self.skip()
        if depth > MAX_DEPTH:
            raise _BrokenError("nested too deeply", self.at)
        if char == "{":
            return self.mapping(depth)
        if char == "[":
            return self.sequence(depth)
        return self.string() if char == '"' else self.word()

    def string(self) -> Scalar:
        """A string, its escapes read."""
        found = _STRING.match(self.source.text, self.at)
        if found is None:
            raise _BrokenError("a string that is not closed", self.at)
        self.at = found.end()
        value, pieces = _unescaped(found[1], found.start(1))
        return Scalar(self.source, found.start(), found.end(), value, style='"', pieces=pieces)

    def word(self) -> Scalar:
        """A number, a boolean or null."""
        found = _WORD.match(self.source.text, self.at)
        if found is None:
            raise _BrokenError("a value is missing", self.at)
        self.at = found.end()
        return Scalar(self.source, found.start(), found.end(), found[0])

    def mapping(self, depth: int) -> Mapping:
        """An object."""
        start = self.at
        self.at += 1
        entries: list[Entry] = []
        while self.skip() != "}":
            if self.source.text[self.at : self.at + 1] != '"':
                raise _BrokenError("a key is missing", self.at)
            key = self.string()
            self.take(":")
            entries.append(Entry(key, self.node(depth + 1)))
            if self.skip() == ",":
                self.at += 1
        self.at += 1
        return Mapping(self.source, start, self.at, tuple({entry.key.value: entry for entry in entries}.values()))

    def sequence(self, depth: int) -> Sequence:
        """An array."""
        start = self.at
        self.at += 1
        items: list[Node] = []
        while self.skip() != "]":
            items.append(self.node(depth + 1))
            if self.skip() == ",":
                self.at += 1
        self.at += 1
        return Sequence(self.source, start, self.at, tuple(items))

    def take(self, char: str) -> None:
        """Step over a character that must be there."""
        if self.skip() != char:
            raise _BrokenError(f"`{char}` is missing", self.at)
        self.at += 1


def _unescaped(raw: str, origin: int) -> tuple[str, tuple[tuple[int, int, int], ...]]:
    """The text of a string, and where its characters stand."""
    if "\\" not in raw:
        return raw, ((0, origin, len(raw)),)
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    low = size = 0
    for found in (*_ESCAPE.finditer(raw), None):
        end = found.start() if found else len(raw)
        if end > low:
            parts.append(raw[low:end])
            pieces.append((size, origin + low, end - low))
            size += end - low
        if found is not None:
            parts.append(chr(int(found[1], 16)) if found[1] else _ESCAPES.get(found[2], found[2]))
            size += 1
            low = found.end()
    return "".join(parts), tuple(pieces) or ((0, origin, 0),)
