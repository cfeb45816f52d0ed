"""Simple commands: assignments, words, redirections with their here-documents, and the commands that declare variables.

Source of the rules: the Bash Reference Manual, sections 3.2.2 (simple commands), 3.4 (parameters), 3.6 (redirections), 6.7 (arrays).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.shell.read_conditions import ConditionReader
from latest_guard.shell.read_words import DOCUMENT, NAME, Parts
from latest_guard.shell.tree import Assignment, Chars, Command, Declare, NumberCommand, NumberOperation, Redirect, Redirected, Simple, Word

if TYPE_CHECKING:
    from latest_guard.shell.script import Script
    from latest_guard.shell.tree import Number

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?=|\[)")
_EQUALS = re.compile(r"\+?=")
_REDIRECTION = re.compile(
    r"(?:([0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(<<<|<<-|<<|<&|<>|<(?!\()|>>|>&|>\||>(?!\())|(&>>|&>))",
)
_REST_OF_LINE = re.compile(
    r"\n|[()]|\\.|\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?<=[ \t;&|(])#[^\n]*|[^\n()\\\"'# \t;&|]+|.",
    re.DOTALL,
)
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)
_QUOTING = re.compile(r"\\(.)|['\"]", re.DOTALL)
_DECLARING = frozenset(("export", "local", "readonly", "declare", "typeset"))
_QUOTED_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")


class SimpleReader(ConditionReader):
    """Reads simple commands."""

    def __init__(self, script: Script, depth: int = 0) -> None:
        super().__init__(script, depth)
        self._line = (0, -1, 0)  # the line end that was found last: from where, where, how deep
        self._documents_at: dict[int, tuple[int, Word, Word]] = {}

    def simple(self, start: int) -> Command:
        """The simple command that stands here: at least one assignment, word or redirection."""
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            stop = self.at
            self.skip_blank()
            redirect = self._redirect()
            item = None if redirect else self._item(first=not words)
            if redirect:
                redirects.append(redirect)
            elif isinstance(item, Assignment):
                assignments.append(item)
            elif item is None or not item.parts:
                self.at = stop
                break
            else:
                words.append(item)
                special = self._declaration_or_let(item, assignments, redirects, start) if len(words) == 1 else None
                if special:
                    return special
        if not (assignments or words or redirects):
            self.fail(f"`{self.peek()}` was not expected" if self.at < self.end else "a command is missing")
        return Simple(tuple(words), self.span(start), tuple(assignments), tuple(redirects))

    def redirects(self) -> list[Redirect]:
        """The redirections from here on."""
        found: list[Redirect] = []
        while True:
            stop = self.at
            self.skip_blank()
            redirect = self._redirect()
            if redirect is None:
                self.at = stop
                return found
            found.append(redirect)

    def _item(self, first: bool) -> Assignment | Word:
        if first and self.match(_ASSIGNMENT):
            return self._assignment_or_word()
        return self.word()

    # Assignments

    def _assignment_or_word(self) -> Assignment | Word:
        """What begins with a name and either an equals sign or a bracket: the latter may be a word with a glob."""
        start = self.at
        found = _ASSIGNMENT.match(self.text, self.at, self.end)
        if found is None:
            return self.word()
        name, sign = found.groups()
        if sign != "[":
            self.at = found.end()
            return self._assigned(name, None, sign, start)
        self.at += len(name)
        index, around = self._indexed()
        sign = self.match(_EQUALS)
        if sign:
            self.at += len(sign)
            return self._assigned(name, index, sign, start)
        named = Chars(name, False, self.span(start, start + len(name)))
        return Word((named, *around, *self.parts_of_word()), self.span(start))

    def _indexed(self) -> tuple[Word, Parts]:
        """`[…]` as what stands in it, and as parts of a word."""
        start = self.at
        index = self.subscript()
        opening = Chars("[", False, self.span(start, start + 1))
        return index, [opening, *index.parts, Chars("]", False, self.span(self.at - 1))]

    def _assigned(self, name: str, index: Word | None, sign: str, start: int) -> Assignment:
        append = sign == "+="
        if self.peek() == "(":
            items = self._items()
            return Assignment(name, self.span(start), None, index, append, items)
        value = self.word()
        return Assignment(name, self.span(start), value, index, append)

    def _items(self) -> tuple[tuple[Word | None, Word], ...]:
        """`( … )` with the elements of an array."""
        found: list[tuple[Word | None, Word]] = []
        self.at += 1
        self.descend()
        self.skip_lines()
        while not self.take(")"):
            found.append(self._element())
            self.skip_lines()
        self.ascend()
        return tuple(found)

    def _element(self) -> tuple[Word | None, Word]:
        start = self.at
        if self.peek() == "[":
            index, around = self._indexed()
            sign = self.match(_EQUALS)
            self.at += len(sign)
            if sign:
                return index, self.word()
            return None, Word((*around, *self.parts_of_word()), self.span(start))
        word = self.word()
        if not word.parts:
            self.fail("`)` is missing" if self.at >= self.end else f"`{self.peek()}` was not expected")
        return None, word

    # export and its kin, let

    def _declaration_or_let(self, word: Word, assignments: list[Assignment], redirects: list[Redirect], start: int) -> Command | None:
        keyword = literal(word)
        if keyword in _DECLARING:
            return self._declaration(keyword, tuple(assignments), redirects, start)
        if keyword == "let" and not assignments and not redirects:
            return self._let(start)
        return None

    def _declaration(self, keyword: str, environment: tuple[Assignment, ...], redirects: list[Redirect], start: int) -> Command:
        flags: list[str] = []
        assignments: list[Assignment] = []
        words: list[Word] = []
        while True:
            stop = self.at
            self.skip_blank()
            redirect = self._redirect()
            item = None if redirect else self._item(first=True)
            if redirect:
                redirects.append(redirect)
                continue
            if item is None or (isinstance(item, Word) and not item.parts):
                self.at = stop
                break
            _sort_in(item, flags, assignments, words)
        command = Declare(keyword, tuple(flags), tuple(assignments), self.span(start), tuple(words), environment)
        return Redirected(command, tuple(redirects), self.span(start)) if redirects else command

    def _let(self, start: int) -> Command | None:
        """`let` with all its expressions; None, and nothing read, where one of them cannot be read."""
        number = self.attempt(self._let_numbers)
        return None if number is None else NumberCommand(number, self.span(start))

    def _let_numbers(self) -> Number:
        start = self.at
        found = self._let_number()
        while self._more():
            found = NumberOperation(",", (found, self._let_number()), self.span(start))
        return found

    def _let_number(self) -> Number:
        """The next word as an expression."""
        self.skip_blank()
        start, end = self.at, self.end
        self.word()
        self.at, self.end = start, self.at
        number = self.number_up_to("", whole=True)
        self.end = end
        return number

    def _more(self) -> bool:
        """Whether another argument follows."""
        stop = self.at
        self.skip_blank()
        if self.at < self.end and self.peek() not in "\n|&;()<>":
            return True
        self.at = stop
        return False

    # Redirections

    def _redirect(self) -> Redirect | None:
        found = _REDIRECTION.match(self.text, self.at, self.end)
        if not found:
            return None
        start = self.at
        fd, operator = found[1] or "", found[2] or found[3]
        self.at = found.end()
        if operator in ("<<", "<<-"):
            return self._here_document(operator, fd, start)
        self.skip_blank()
        target = self.word()
        if not target.parts:
            self.fail(f"what stands behind `{operator}` is missing")
        return Redirect(operator, target, self.span(start), fd)

    def _here_document(self, operator: str, fd: str, start: int) -> Redirect:
        seen = self._documents_at.get(start)
        if seen is None:
            seen = self._documents_at[start] = self._read_document(strip=operator == "<<-")
        self.at, delimiter, document = seen
        return Redirect("<<", delimiter, self.span(start), fd, document)

    def _read_document(self, strip: bool) -> tuple[int, Word, Word]:
        """The delimiter's end, the delimiter, and the text that begins behind this line and ends with a line that holds the delimiter."""
        self.skip_blank()
        start = self.at
        delimiter = self.word()
        stop = self.at
        raw = self.text[start:stop]
        if not raw:
            self.fail("the delimiter of the here-document is missing")
        line_end = self._line_end()
        low = self.documents.get(line_end, min(line_end + 1, self.end))
        tabs = "\t*" if strip else ""
        wanted = re.escape(_QUOTING.sub(r"\1", raw))
        last = re.compile(f"^{tabs}{wanted}$", re.MULTILINE).search(self.text, low, self.end)
        high = last.start() if last else self.end
        self.documents[line_end] = min(last.end() + 1, self.end) if last else self.end
        return stop, delimiter, self._document(low, high, strip, literal=bool(_QUOTING.search(raw)))

    def _line_end(self) -> int:
        """Where the line ends behind which the here-document begins: line ends in quotes do not count."""
        start, end, depth = self._line
        if not (start <= self.at <= end and depth == self.depth):
            end = self._find_line_end()
            self._line = (self.at, end, self.depth)
        return end

    def _find_line_end(self) -> int:
        depth = 0
        for token in _REST_OF_LINE.finditer(self.text, self.at, self.end):
            text = token.group()
            if text == "\n":
                return token.start()
            depth += (text == "(") - (text == ")")
            if depth < 0:  # the substitution that this is in is closed; the quotes around it would mislead
                end = self.text.find("\n", token.end(), self.end)
                return self.end if end < 0 else end
        return self.end

    def _document(self, low: int, high: int, strip: bool, literal: bool) -> Word:
        if strip:
            tabs = [at for run in _LEADING_TABS.finditer(self.text, low, high) for at in range(run.start(), run.end())]
            if tabs:
                inner = type(self)(self.script.without(low, high, tabs), self.depth)
                return inner._document(0, inner.end, False, literal)
        at, end = self.at, self.end
        self.at, self.end = low, high
        parts = self.verbatim(high) if literal else self.parts(DOCUMENT)
        self.at, self.end = at, end
        return Word(tuple(parts), self.script.span(low, high))


def literal(word: Word) -> str:
    """The text of a word that is nothing but unquoted characters, "" for any other."""
    if len(word.parts) == 1 and isinstance(word.parts[0], Chars) and not word.parts[0].quoted:
        return word.parts[0].text
    return ""


def _sort_in(item: Assignment | Word, flags: list[str], assignments: list[Assignment], words: list[Word]) -> None:
    """Put an argument of a declaring command where it belongs."""
    if isinstance(item, Assignment):
        assignments.append(item)
        return
    text = literal(item)
    if text[:1] in ("-", "+") and text:
        flags.append(text)
    elif NAME.fullmatch(text):
        assignments.append(Assignment(text, item.span))
    else:
        quoted = _quoted_assignment(item)
        if quoted:
            assignments.append(quoted)
        else:
            words.append(item)


def _quoted_assignment(word: Word) -> Assignment | None:
    """`"name=value"`, which is an assignment to `export` and its kin."""
    first = word.parts[0]
    found = _QUOTED_ASSIGNMENT.match(first.text) if isinstance(first, Chars) else None
    if not found or not isinstance(first, Chars):
        return None
    cut = found.end()
    span = replace(first.span, column=first.span.column + cut)
    rest = (Chars(first.text[cut:], first.quoted, span), *word.parts[1:])[cut == len(first.text) and len(word.parts) > 1 :]
    value = Word(rest, replace(word.span, line=span.line, column=span.column))
    return Assignment(found[1], word.span, value, append=bool(found[2]))
