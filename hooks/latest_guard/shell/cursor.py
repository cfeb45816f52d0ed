"""A place in a script, and what stands there: the ground that the readers of words, numbers, tests and commands share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from latest_guard.shell.script import Script
    from latest_guard.source import Span

MAX_DEPTH = 60
"""How deep constructs may stand in one another. Deeper text is unread, so that no walk over the tree runs out of stack."""

MAX_CHAIN = 100
"""How many operators of one kind may follow each other (`a && b && …`), as each of them makes the tree one level deeper."""

_BLANK = re.compile(r"(?:[ \t]|\\\n)*(?:#[^\n]*)?")


class Unparsed(Exception):
    """The text at offset `at` is not what the grammar asks for."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Unclosed(Unparsed):
    """A quote or a bracket in a word is never closed."""


class Cursor:
    """Reads `script` from `at` up to `end`; offsets are those of the script's value.

    `documents` says for a line end behind which here-documents stand where these end: the text goes on there.
    """

    def __init__(self, script: Script, depth: int = 0) -> None:
        self.script = script
        self.text = script.value
        self.at = 0
        self.end = len(script.value)
        self.depth = depth
        self.documents: dict[int, int] = {}

    def span(self, start: int, end: int | None = None) -> Span:
        """Where the text from `start` up to `end`, or up to here, stands."""
        return self.script.span(start, self.at if end is None else end)

    def fail(self, reason: str, at: int | None = None) -> NoReturn:
        """Give up on what is being read."""
        raise Unparsed(reason, self.at if at is None else at)

    def starts(self, text: str) -> bool:
        """Whether `text` stands here."""
        return self.text.startswith(text, self.at, self.end)

    def peek(self, ahead: int = 0) -> str:
        """The character `ahead` of here, "" past the end."""
        at = self.at + ahead
        return self.text[at] if at < self.end else ""

    def match(self, pattern: re.Pattern[str]) -> str:
        """What `pattern` matches here, "" where it does not; does not move."""
        found = pattern.match(self.text, self.at, self.end)
        return found.group() if found else ""

    def take(self, text: str) -> bool:
        """Step over `text` if it stands here."""
        if not self.text.startswith(text, self.at, self.end):
            return False
        self.at += len(text)
        return True

    def expect(self, text: str) -> None:
        """Step over `text`, which must stand here."""
        if not self.take(text):
            self.fail(f"`{text}` is missing" if self.at >= self.end else f"`{text}` is missing before `{self.peek()}`")

    def skip_blank(self) -> None:
        """Go to the next token of this line: over blanks, continued lines and a comment."""
        found = _BLANK.match(self.text, self.at, self.end)
        if found:
            self.at = found.end()

    def skip_lines(self) -> None:
        """Go to the next token: over line ends as well, and over the here-documents behind them."""
        self.skip_blank()
        while self.peek() == "\n":
            self.at = self.documents.get(self.at, self.at + 1)
            self.skip_blank()

    def descend(self) -> None:
        """One construct deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("nested too deeply")

    def ascend(self) -> None:
        """Out of it again."""
        self.depth -= 1
