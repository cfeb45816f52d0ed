"""Arithmetic: what stands in `$(( … ))`, `(( … ))`, `let` and `for (( … ))`.

Operators and their precedence are those of the Bash Reference Manual, section 6.5 (shell arithmetic).
"""

from __future__ import annotations

import re

from latest_guard.shell.cursor import MAX_CHAIN, Unparsed
from latest_guard.shell.read_words import DOCUMENT, NAME, WordReader
from latest_guard.shell.script import HOLE
from latest_guard.shell.tree import Chars, Number, NumberOperation, NumberWord, Parameter, Part, Word

_LEVELS = (
    (",",),
    ("=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="),
    ("?",),
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
    ("**",),
)
_LEVEL = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_ASSIGNMENT, _CONDITION, _POWER = 1, 2, 13
_BINARY = re.compile(r"<<=|>>=|\*\*|&&|\|\||<<|>>|[=!<>*/%+&^|-]=|[-+*/%&|^<>=?,]")
_UNARY = re.compile(r"\+\+|--|[-+!~]")
_STEP = re.compile(r"\+\+|--")
_DIGITS = re.compile(r"[A-Za-z0-9_#@]+")
_BLANK = re.compile(r"(?:[ \t\n]|\\\n)*")


class NumberReader(WordReader):
    """Reads arithmetic expressions, straight from the text: expansions in them are operands."""

    def number(self) -> Number:
        found = self._deeper(0)
        self._skip()
        return found

    def _skip(self) -> None:
        self.at += len(self.match(_BLANK))

    def _binary(self, floor: int) -> Number:
        """Operands joined by operators that bind at least as tightly as level `floor`."""
        start = self.at
        left = self._unary()
        for _ in range(MAX_CHAIN):
            self._skip()
            operator = self.match(_BINARY)
            level = _LEVEL.get(operator, -1)
            if level < floor:
                return left
            self.at += len(operator)
            left = self._joined(left, operator, level, start)
        raise Unparsed("nested too deeply", self.at)

    def _joined(self, left: Number, operator: str, level: int, start: int) -> Number:
        if level == _CONDITION:
            return self._conditional(left, start)
        right = self._deeper(level) if level in (_ASSIGNMENT, _POWER) else self._binary(level + 1)
        return NumberOperation(operator, (left, right), self.span(start))

    def _deeper(self, floor: int) -> Number:
        self.descend()
        found = self._binary(floor)
        self.ascend()
        return found

    def _conditional(self, test: Number, start: int) -> Number:
        yes = self._deeper(0)
        self._skip()
        self.expect(":")
        no = self._deeper(_CONDITION)
        return NumberOperation("?:", (test, yes, no), self.span(start))

    def _unary(self) -> Number:
        self._skip()
        start = self.at
        operator = self.match(_UNARY)
        if operator:
            self.at += len(operator)
            self.descend()
            operand = self._unary()
            self.ascend()
            return NumberOperation(operator, (operand,), self.span(start))
        if self.take("("):
            found = self.number()
            self._skip()
            self.expect(")")
            return found
        return self._operand(start)

    def _operand(self, start: int) -> Number:
        parts = self._operand_parts()
        if not parts:
            self.fail("a number is missing")
        word = NumberWord(Word(tuple(parts), self.span(start)), self.span(start))
        step = self.match(_STEP)
        if step and _is_name(parts):
            self.at += len(step)
            return NumberOperation(step, (word,), self.span(start), postfix=True)
        return word

    def _operand_parts(self) -> list[Part]:
        found: list[Part] = []
        while self.at < self.end:
            char = self.text[self.at]
            if char in "\"'":
                self.at += 1  # quotes have no meaning here, but what stands in them is an operand as well
            elif char in "$`" or char == HOLE or self.starts("\\\n"):
                found.extend(self._special(char, DOCUMENT))
            elif self.match(_DIGITS):
                found.append(self._digits())
            else:
                break
        return found

    def _digits(self) -> Part:
        """Digits or a name; an element of an array is the parameter that it would be in `${…}`."""
        start = self.at
        text = self.match(_DIGITS)
        self.at += len(text)
        index = self.subscript() if self.peek() == "[" and NAME.fullmatch(text) else None
        return Parameter(text, self.span(start), index) if index else Chars(text, False, self.span(start))


def _is_name(parts: list[Part]) -> bool:
    only = parts[0]
    return len(parts) == 1 and (isinstance(only, Parameter) or (isinstance(only, Chars) and bool(NAME.fullmatch(only.text))))
