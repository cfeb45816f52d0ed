"""`[[ … ]]`. Source of the rules: the Bash Reference Manual, section 3.2.5.2 (conditional constructs)."""

from __future__ import annotations

import re
from typing import Literal

from latest_guard.shell.cursor import MAX_CHAIN, Unparsed
from latest_guard.shell.read_numbers import NumberReader
from latest_guard.shell.read_words import REGEX, WORD, Mode
from latest_guard.shell.tree import Chars, TestBinary, TestBoth, TestNot, TestTree, TestUnary, Word

_NOT = re.compile(r"!(?=[ \t\n(])")
_UNARY = re.compile(r"-[a-hknoprstuvwxzGLNORS](?=[ \t\n\\])")
_BINARY = re.compile(r"=~|==|!=|=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef)(?=[ \t\n\\])")
_END = re.compile(r"\]\](?=[ \t\n|&;()<>]|\\\n|$)")


class ConditionReader(NumberReader):
    """Reads the tests between `[[` and `]]`."""

    def condition(self) -> TestTree:
        """The tests from here up to the `]]`, which is read too."""
        found = self._either()
        self.skip_lines()
        if not self.match(_END):
            self.fail("`]]` is missing")
        self.at += 2
        return found

    def _either(self) -> TestTree:
        start, found = self.at, self._both()
        for _ in range(MAX_CHAIN):
            if not self._joins("||"):
                return found
            found = TestBoth("||", found, self._both(), self.span(start))
        raise Unparsed("nested too deeply", self.at)

    def _both(self) -> TestTree:
        start, found = self.at, self._single()
        for _ in range(MAX_CHAIN):
            if not self._joins("&&"):
                return found
            found = TestBoth("&&", found, self._single(), self.span(start))
        raise Unparsed("nested too deeply", self.at)

    def _joins(self, operator: Literal["&&", "||"]) -> bool:
        self.skip_lines()
        return self.take(operator)

    def _single(self) -> TestTree:
        self.skip_lines()
        start = self.at
        self.descend()
        if self.match(_NOT):
            self.at += 1
            found: TestTree = TestNot(self._single(), self.span(start))
        elif self.take("("):
            found = self._either()
            self.skip_lines()
            self.expect(")")
        else:
            found = self._primary(start)
        self.ascend()
        return found

    def _primary(self, start: int) -> TestTree:
        operator = self.match(_UNARY)
        if operator:
            self.at += len(operator)
            self.skip_lines()
            if not self.match(_END):
                return TestUnary(operator, self._test_word(WORD), self.span(start))
            self.at = start
        left = self._test_word(WORD)
        self.skip_lines()
        operator = self.match(_BINARY)
        if not operator:
            return TestUnary("-n", left, left.span)
        self.at += len(operator)
        return TestBinary(operator, left, self._right(operator), self.span(start))

    def _right(self, operator: str) -> Word:
        self.skip_lines()
        return self._test_word(REGEX if operator == "=~" else WORD)

    def _test_word(self, mode: Mode) -> Word:
        word = self.word(mode)
        if not word.parts or word.parts == (Chars("]]", False, word.span),):
            self.fail("a word is missing in `[[ … ]]`")
        return word
