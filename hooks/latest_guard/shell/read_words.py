"""Words: quotes, escapes, and everything that begins with a dollar sign or a backquote.

Source of the rules: the Bash Reference Manual, sections 3.1.2 (quoting) and 3.5 (expansions), and bash itself.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from latest_guard.expressions.tree import Unreadable
from latest_guard.shell.cursor import Cursor, Unclosed, Unparsed
from latest_guard.shell.escapes import decode
from latest_guard.shell.script import HOLE, Script
from latest_guard.shell.tree import Arithmetic, Body, Chars, Hole, Number, NumberWord, Parameter, Part, Substitution, Unread, Word

if TYPE_CHECKING:
    from collections.abc import Callable

Parts: TypeAlias = list[Part]


@dataclass(frozen=True, slots=True)
class Mode:
    """How characters are read in one kind of place.

    `plain` matches a run of characters that stand for themselves, `stops` end the word. `escapes` are the characters from which a
    backslash takes their meaning, "" for all. `single`, `double`: such quotes quote here. `opens`: a bracket whose
    counterpart `closes` must follow before the word can end; between them the mode is `inside`.
    """

    plain: re.Pattern[str]
    stops: str
    quoted: bool = False
    single: bool = True
    double: bool = True
    escapes: str = ""
    opens: str = ""
    closes: str = ""


def _mode(stops: str, special: str = "\"'`$\\", opens: str = "", closes: str = "", quoted: bool = False, escapes: str = "") -> Mode:
    plain = re.compile("[^" + re.escape(stops + special + opens + HOLE) + "]+")
    return Mode(plain, stops, quoted, "'" in special, '"' in special, escapes, opens, closes)


_BREAKS = " \t\n|&;()<>"
_GLOB = "?*+@!"
WORD = Mode(re.compile(f"(?:[^ \t\n|&;()<>\"'`$\\\\{HOLE}{_GLOB}]|[{_GLOB}](?!\\())+"), _BREAKS)
_QUOTE = _mode('"', '"`$\\', quoted=True, escapes='$`"\\\n')
DOCUMENT = _mode("", "`$\\", quoted=True, escapes="$`\\\n")
_BRACE = Mode(re.compile(f"(?:[^}}\"'`$\\\\<>{HOLE}]|[<>](?!\\())+"), "}")
_BRACE_QUOTED = _mode("}", '"`$\\', quoted=True, escapes='$`"\\}\n')
_PATTERN = _mode("}")
_SUBSTITUTED = _mode("/}")
_OFFSET = _mode(":}", opens="(", closes=")")
SUBSCRIPT = _mode("]", opens="[", closes="]")
_BRACE_SUBSCRIPT = _mode("]}", opens="[", closes="]")
_GROUPED = _mode(")", opens="(", closes=")")
REGEX = _mode(" \t\n&;<>)", opens="(", closes=")")

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_ANY_NAME = r"(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])"
_HEAD = re.compile(rf"(?:(#)(?={_ANY_NAME}[\[}}])|(!)(?=[A-Za-z0-9_@*#]))?({_ANY_NAME})")
_OPERATOR = re.compile(r":[-=+?]|[-=+?]|##?|%%?|/[/#%]?|\^\^?|,,?|~~?|@|:")
_ALL_NAMES = re.compile(r"[*@](?=\})")
_ANSI = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL)
_BACKQUOTED = re.compile(r"(?:[^`\\]|\\.)*", re.DOTALL)
_ESCAPED = re.compile(r"\\[`\\$]", re.DOTALL)
_ESCAPED_QUOTED = re.compile(r"\\[`\\$\"]", re.DOTALL)


class WordReader(Cursor):
    """Reads words. What stands in `$(…)` and `$((…))` is left to the readers built on this one."""

    def __init__(self, script: Script, depth: int = 0) -> None:
        super().__init__(script, depth)
        self._no_number: set[int] = set()
        self._brackets: dict[int, tuple[bool, int]] = {}

    @abstractmethod
    def enclosed(self) -> Body:
        """The statements from here up to the bracket, or the end, that closes them."""

    @abstractmethod
    def number(self) -> Number:
        """The arithmetic expression that stands here."""

    def word(self, mode: Mode = WORD) -> Word:
        """The word that stands here; it has no parts where none does."""
        start = self.at
        parts = tuple(self.parts(mode))
        only = len(parts) == 1 and isinstance(parts[0], Chars) and not parts[0].quoted
        return Word(parts, parts[0].span if only else self.span(start))

    def parts(self, mode: Mode) -> Parts:
        """The parts from here up to a character that ends the word in this mode."""
        found: Parts = []
        while self.at < self.end:
            plain = mode.plain.match(self.text, self.at, self.end)
            if plain:
                found.append(Chars(plain.group(), mode.quoted, self.script.span(self.at, plain.end())))
                self.at = plain.end()
                continue
            char = self.text[self.at]
            if char in "<>" and self.peek(1) == "(" and (mode is WORD or mode is _BRACE):
                found.append(self._substitution(2, False, char))
            elif char in mode.stops:
                break
            else:
                found.extend(self._special(char, mode))
        return found

    def parts_of_word(self) -> Parts:
        """The rest of the word that stands here."""
        return self.parts(WORD)

    def _close(self, char: str, what: str) -> None:
        """Step over the character that closes `what`."""
        if not self.take(char):
            if self.at >= self.end:
                self._unclosed(what)
            self.fail(f"`{char}` is missing before `{self.peek()}`")

    def _unclosed(self, what: str) -> NoReturn:
        raise Unclosed(f"{what} is not closed", self.end)

    def _special(self, char: str, mode: Mode) -> Parts:
        if char == "$":
            return self._dollar(mode)
        if char == "\\":
            return self._escape(mode)
        if char == '"' and mode.double:
            return self._double_quoted()
        if char == "'" and mode.single:
            return self._single_quoted()
        if char == "`":
            return [self._backquoted(mode.quoted)]
        if mode.opens and char == mode.opens:
            return self._bracketed(mode)
        if mode is WORD and char in _GLOB:
            return self._literal(1, False) + self._bracketed(_GROUPED)
        return self._literal(1, mode.quoted)

    def _literal(self, length: int, quoted: bool) -> Parts:
        """The next characters, which stand for themselves; an expression among them is a hole."""
        start, stop = self.at, self.at + length
        self.at = stop
        found: Parts = []
        while start < stop:
            hole = self.script.holes.get(start)
            if hole is not None:
                found.append(Hole(hole, self.span(start, start + 1), quoted))
                start += 1
                continue
            end = self.text.find(HOLE, start + 1, stop)
            end = stop if end < 0 else end
            found.append(Chars(self.text[start:end], quoted, self.span(start, end)))
            start = end
        return found

    def verbatim(self, end: int) -> Parts:
        """The text from here up to `end`, all of it quoted."""
        return self._literal(end - self.at, True)

    def _bracketed(self, mode: Mode) -> Parts:
        """A bracket, what stands in it, and its counterpart: `( … )` in a pattern, `[ … ]` in a subscript."""
        self.descend()
        found = self._literal(1, mode.quoted)
        found += self.parts(_GROUPED if mode.opens == "(" else mode)
        if self.peek() != mode.closes:
            self._unclosed(f"`{mode.opens}`")
        found += self._literal(1, mode.quoted)
        self.ascend()
        return found

    def _escape(self, mode: Mode) -> Parts:
        escaped = self.peek(1)
        if escaped == "\n":
            self.at += 2
            return []
        if not escaped or self.at + 1 in self.script.holes or (mode.escapes and escaped not in mode.escapes):
            return self._literal(1, mode.quoted)
        self.at += 2
        return [Chars(escaped, True, self.span(self.at - 2))]

    def _double_quoted(self) -> Parts:
        start = self.at
        self.at += 1
        found = self.parts(_QUOTE)
        self._close('"', "a double quote")
        return found or [Chars("", True, self.span(start))]

    def _single_quoted(self) -> Parts:
        start = self.at
        close = self.text.find("'", start + 1, self.end)
        if close < 0:
            self._unclosed("a single quote")
        self.at += 1
        found = self.verbatim(close)
        self.at = close + 1
        return found or [Chars("", True, self.span(start))]

    def _ansi_quoted(self) -> Parts:
        start = self.at
        self.at += 2
        content = self.match(_ANSI)[:-1]
        if not self.starts(content + "'"):
            self._unclosed("a single quote")
        found = self._literal(len(content), True) if content and ("\\" not in content or HOLE in content) else []
        self.at = start + len(content) + 3
        return found or [Chars(decode(content), True, self.span(start))]

    # What begins with a dollar sign

    def _dollar(self, mode: Mode) -> Parts:
        after = self.peek(1)
        if after == "{":
            return [self._braced(mode.quoted)]
        if after == "(":
            return [self._dollar_bracket(mode.quoted)]
        if after == "[":
            return [self._old_arithmetic(mode.quoted)]
        if after == "'" and mode.single:
            return self._ansi_quoted()
        if after == '"' and mode.double and not mode.quoted:
            self.at += 1
            return self._double_quoted()
        return [self._named(mode.quoted)]

    def _named(self, quoted: bool) -> Part:
        """`$name`, or a dollar sign that stands for itself."""
        start = self.at
        self.at += 1
        if self.at in self.script.holes:
            self.at += 1
            return self._unreadable("the name of a variable comes from an expression", start, quoted)
        name = self.match(_VARIABLE)
        self.at += len(name)
        return Parameter(name, self.span(start), quoted=quoted) if name else Chars("$", quoted, self.span(start))

    def _unreadable(self, reason: str, start: int, quoted: bool) -> Hole:
        span = self.span(start)
        return Hole(Unreadable(reason, span), span, quoted)

    def _dollar_bracket(self, quoted: bool) -> Part:
        """`$((…))`, or `$(…)`: bash takes the former only where the two brackets are closed together."""
        start = self.at
        if self.peek(2) != "(":
            return self._substitution(2, quoted)
        self.at += 3
        number = self.attempt(lambda: self.number_up_to("))"))
        if number is not None:
            return Arithmetic(number, self.span(start), quoted)
        together, end = self.double_bracket()
        if end < 0:
            self._unclosed("`$((`")
        if together:
            self.at = end
            return Arithmetic(self.unreadable_number(start), self.span(start), quoted)
        self.at = start + 2
        body = self._between(end - 1, [])
        self.at = end
        return Substitution(body, self.span(start), "", quoted)

    def double_bracket(self) -> tuple[bool, int]:
        """Whether the `((` that was just read is closed by `))`, and where what closes it ends: -1 where nothing does."""
        start, depth = self.at, self.depth
        if start not in self._brackets:
            try:
                self._brackets[start] = self._closing_brackets()
            except Unclosed:
                self._brackets[start] = False, -1
            self.at, self.depth = start, depth
        return self._brackets[start]

    def _closing_brackets(self) -> tuple[bool, int]:
        self.descend()
        self.parts(_GROUPED)
        self._close(")", "`((`")
        together = self.peek() == ")"
        if not together:
            self.parts(_GROUPED)
        self._close(")", "`((`")
        return together, self.at

    def _old_arithmetic(self, quoted: bool) -> Part:
        start = self.at
        self.at += 2
        number = self.attempt(lambda: self.number_up_to("]"))
        if number is not None:
            return Arithmetic(number, self.span(start), quoted)
        self.parts(SUBSCRIPT)
        self._close("]", "`$[`")
        return Arithmetic(self.unreadable_number(start), self.span(start), quoted)

    def attempt(self, read: Callable[[], Number]) -> Number | None:
        """What `read` finds here; None, and nothing read, where it fails. What failed once is not tried again."""
        start, depth, end = self.at, self.depth, self.end
        if start in self._no_number:
            return None
        try:
            return read()
        except Unparsed:
            self._no_number.add(start)
            self.at, self.depth, self.end = start, depth, end
            return None

    def number_up_to(self, close: str, whole: bool = False) -> Number:
        """The arithmetic expression from here up to `close`, which is read too; with `whole` nothing may follow."""
        number = self.number()
        self.expect(close)
        if whole and self.at < self.end:
            self.fail(f"`{self.peek()}` was not expected")
        return number

    def unreadable_number(self, start: int) -> Number:
        """Stands for an arithmetic expression from `start` up to here that makes no sense."""
        hole = self._unreadable("an arithmetic expression that cannot be read", start, True)
        return NumberWord(Word((hole,), hole.span), hole.span)

    def _substitution(self, length: int, quoted: bool, process: str = "") -> Substitution:
        start = self.at
        self.at += length
        self.descend()
        body = self.enclosed()
        self._close(")", "`(`")
        self.ascend()
        return Substitution(body, self.span(start), process, quoted)

    def _backquoted(self, quoted: bool) -> Substitution:
        start = self.at
        self.at += 1
        close = self.at + len(self.match(_BACKQUOTED))
        if self.text[close : close + 1] != "`" or close >= self.end:
            self._unclosed("a backquote")
        self.descend()
        escaped = _ESCAPED_QUOTED if quoted else _ESCAPED
        body = self._between(close, [found.start() for found in escaped.finditer(self.text, self.at, close)])
        self.ascend()
        self.at = close + 1
        return Substitution(body, self.span(start), "", quoted)

    def _between(self, close: int, dropped: list[int]) -> Body:
        """The statements from here up to `close`, without the characters at the offsets `dropped`.

        Bash reads them when it comes to them, so that nothing outside is spoilt by what makes no sense in them.
        """
        start, end, depth = self.at, self.end, self.depth
        try:
            if dropped:
                return type(self)(self.script.without(start, close, dropped), depth).all_enclosed()
            self.end = close
            return self.all_enclosed()
        except Unparsed as problem:
            self.depth = depth
            span = self.span(start, close)
            return Body((Unread(problem.reason, span, self.text[start:close]),), span)
        finally:
            self.end = end

    def all_enclosed(self) -> Body:
        """The statements from here up to the end."""
        body = self.enclosed()
        if self.at < self.end:
            self.fail(f"`{self.peek()}` was not expected")
        return body

    # ${…}

    def _braced(self, quoted: bool) -> Part:
        start = self.at
        self.at += 2
        self.descend()
        part = self._expansion(start, quoted)
        self.ascend()
        return part

    def _expansion(self, start: int, quoted: bool) -> Part:
        head = _HEAD.match(self.text, self.at, self.end)
        if not head:
            return self._bad_substitution(start, quoted)
        length, indirect, name = bool(head[1]), bool(head[2]), head[3]
        self.at = head.end()
        index = None
        if self.take("["):
            index = self.word(_BRACE_SUBSCRIPT)
            if not self.take("]"):
                return self._bad_substitution(start, quoted)
        if self.take("}"):
            keys = indirect and index is not None and _is_all(index)
            return Parameter(name, self.span(start), index, length, indirect and not keys, keys, quoted=quoted)
        operator = (self.match(_ALL_NAMES) if indirect else "") or self.match(_OPERATOR)
        if length or not operator:
            return self._bad_substitution(start, quoted)
        self.at += len(operator)
        argument, second = self._arguments(operator, quoted)
        self._close("}", "`${`")
        return Parameter(name, self.span(start), index, False, indirect, False, operator, argument, second, quoted)

    def subscript(self) -> Word:
        """`[…]`: what stands in the brackets."""
        self.at += 1
        index = self.word(SUBSCRIPT)
        self._close("]", "`[`")
        return index

    def _arguments(self, operator: str, quoted: bool) -> tuple[Word | None, Word | None]:
        if operator in ("*", "@") and self.peek() == "}":
            return None, None
        if operator[0] == "/":
            pattern = self._substituted(operator)
            return pattern, self.word(_PATTERN) if self.take("/") else None
        if operator == ":":
            offset = self.word(_OFFSET)
            return offset, self.word(_OFFSET) if self.take(":") else None
        if operator[0] in "#%^,~@":
            return self.word(_PATTERN), None
        return self.word(_BRACE_QUOTED if quoted else _BRACE), None

    def _substituted(self, operator: str) -> Word:
        """The pattern of `${name/pattern/…}`; a slash that comes first in `${name//…}` belongs to it."""
        start = self.at
        first = self._literal(1, False) if operator == "//" and self.peek() == "/" else []
        return Word((*first, *self.parts(_SUBSTITUTED)), self.span(start))

    def _bad_substitution(self, start: int, quoted: bool) -> Hole:
        """`${…}` that bash refuses when it comes to it, or whose name an expression makes."""
        self.parts(_BRACE_QUOTED if quoted else _BRACE)
        self._close("}", "`${`")
        return self._unreadable("a substitution that cannot be read", start, quoted)


def _is_all(index: Word) -> bool:
    return len(index.parts) == 1 and isinstance(index.parts[0], Chars) and index.parts[0].text in ("@", "*")
