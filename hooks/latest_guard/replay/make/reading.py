"""Makefile text into statements (GNU Make Manual, sections 3 to 7). It never raises: a line that is nothing is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from latest_guard.replay.make.references import outside
from latest_guard.replay.make.tree import Assignment, Conditional, Export, Include, Loose, Recipe, Rule, Statement, Undefine
from latest_guard.source import Text

OPERATOR = re.compile(r"(:::=|::=|:=|\?=|\+=|!=|=)")
_WORD = re.compile(r"[ \t]*([^ \t#]+)")
_DEFINE = re.compile(r"[ \t]*((?:override[ \t]+|export[ \t]+|private[ \t]+)*)define(?:[ \t]+|$)")
_ENDEF = re.compile(r"[ \t]*endef[ \t]*(?:#.*)?$")
CONDITIONALS = ("ifeq", "ifneq", "ifdef", "ifndef")
MODIFIERS = frozenset(("export", "override", "private", "unexport"))
#: Conditionals inside conditionals are read this deep.
DEPTH = 60


def statements(text: Text) -> tuple[Statement, ...]:
    """The statements of a makefile."""
    return tuple(Reader(text).block(0))


@dataclass
class Reader:
    """Reads a makefile line by line."""

    text: Text
    at: int = 0
    in_rule: bool = False
    prefix: str = "\t"
    ended: str = ""  # the directive that ended the last block: `else …`, `endif`
    otherwise: tuple[int, int] = field(default=(0, 0))  # where the text behind an `else` stands

    def block(self, depth: int) -> list[Statement]:
        """Statements up to the `else` or `endif` that ends them, or to the end."""
        made: list[Statement] = []
        self.ended = ""
        while self.at < len(self.text.value):
            start, end = self.at, self._line_end(self.at)
            if self.in_rule and self.text.value.startswith(self.prefix, start):
                made.append(Recipe(self._recipe(start + len(self.prefix), end)))
                self.at = end + 1
                continue
            if (found := _DEFINE.match(self.text.value, start, end)) is not None:
                made += self._define(found, end)
                continue
            line = self._logical(start, end)
            self.at = end + 1
            word = _WORD.match(line.value)
            directive = word[1].partition("(")[0] if word else ""
            if directive in ("else", "endif"):
                self.ended = directive
                rest = word.end(1) if word else 0
                self._rest = line.cut(rest, len(line.value)) if rest < len(line.value) else None
                return made
            if directive in CONDITIONALS and word:
                made += self._conditional(line, word.start(1), directive, depth)
            else:
                made += self._statement(line)
        return made

    _rest: Text | None = None

    # Lines --------------------------------------------------------------------------------------------------------------

    def _line_end(self, start: int) -> int:
        """The offset of the line end that ends the line at `start` with all its continuations."""
        value = self.text.value
        at = start
        while True:
            end = value.find("\n", at)
            if end < 0:
                return len(value)
            back = end
            while back > at and value[back - 1] == "\\":
                back -= 1
            if (end - back) % 2 == 0:
                return end
            at = end + 1

    def _logical(self, start: int, end: int) -> Text:
        """A line as one: continuations are one blank, the comment is gone."""
        value = self.text.value
        parts: list[Text] = []
        at = start
        while (joint := value.find("\\\n", at, end)) >= 0:
            low = joint
            while low > at and value[low - 1] in " \t":
                low -= 1
            parts.append(self.text.cut(at, low))
            at = joint + 2
            while at < end and value[at] in " \t":
                at += 1
        parts.append(self.text.cut(at, end))
        line = joined(parts, " ")
        cut = comment(line.value)
        return line if cut < 0 else line.cut(0, cut)

    def _recipe(self, start: int, end: int) -> Text:
        """A recipe's line: continuations stay for the shell, the tab that begins each is taken off."""
        value = self.text.value
        parts: list[Text] = []
        at = start
        while (joint := value.find("\\\n", at, end)) >= 0:
            stop = joint + 2
            parts.append(self.text.cut(at, stop))
            at = stop + len(self.prefix) if value.startswith(self.prefix, stop) and stop < end else stop
        parts.append(self.text.cut(at, max(at, end)))
        return joined(parts, "")

    # Statements -----------------------------------------------------------------------------------------------------------

    def _conditional(self, line: Text, start: int, directive: str, depth: int) -> list[Statement]:
        sides = _sides(line, start + len(directive), directive)
        then = self.block(depth + 1) if depth < DEPTH else []
        otherwise: list[Statement] = []
        if self.ended == "else":
            rest = self._rest
            word = _WORD.match(rest.value) if rest is not None else None
            name = word[1].partition("(")[0] if word else ""
            if rest is not None and word is not None and name in CONDITIONALS:
                otherwise = self._conditional(rest, word.start(1), name, depth + 1)
            else:
                otherwise = self.block(depth + 1)
        if sides is None:
            return [*then, *otherwise]
        left, right = sides
        operator = next(name for name in CONDITIONALS if name == directive)
        return [Conditional(operator, left, right, tuple(then), tuple(otherwise), line.span())]  # type: ignore[arg-type]

    def _define(self, found: re.Match[str], end: int) -> list[Statement]:
        """`define name` up to its `endef`."""
        self.in_rule = False
        head = self._logical(found.end(), end)
        low = high = min(end + 1, len(self.text.value))
        level, at = 1, low
        while at < len(self.text.value):
            stop = self._line_end(at)
            level += bool(_DEFINE.match(self.text.value, at, stop)) - bool(_ENDEF.match(self.text.value, at, stop))
            if not level:
                high = max(low, at - 1)
                at = stop + 1
                break
            at = high = stop + 1
        self.at = at
        operator = OPERATOR.search(head.value)
        name = stripped(head if operator is None else head.cut(0, operator.start()))
        modifiers = frozenset(found[1].split())
        value = self.text.cut(low, min(high, len(self.text.value)))
        return [Assignment(name, operator[1] if operator else "=", value, name.span(), modifiers)] if name.value else []

    def _statement(self, line: Text) -> list[Statement]:
        if not line.value.strip():
            return []
        assignment = assigned(line)
        if assignment is not None:
            self.in_rule = False
            self._prefix(assignment)
            return [assignment]
        word = _WORD.match(line.value)
        keyword = word[1] if word else ""
        rest = stripped(line.cut(word.end(1), len(line.value))) if word else line
        span = line.span()
        if keyword in ("export", "unexport"):
            return [Export(rest if rest.value else None, keyword == "export", span)]
        if keyword in ("include", "-include", "sinclude"):
            return [Include(rest, keyword != "include", span)]
        if keyword == "undefine" or (keyword == "override" and rest.value.startswith("undefine")):
            return [Undefine(rest, span)]
        if keyword in ("vpath", "load", "-load"):
            return []
        return self._rule(line)

    def _prefix(self, assignment: Assignment) -> None:
        if assignment.name.value == ".RECIPEPREFIX":
            self.prefix = assignment.value.value[:1] or "\t"

    def _rule(self, line: Text) -> list[Statement]:
        value = line.value
        colon = outside(value, ":")
        if colon < 0:
            return [Loose(stripped(line))] if "$" in value else []
        self.in_rule = True
        double = value.startswith("::", colon)
        grouped = colon > 0 and value[colon - 1] == "&"
        targets = stripped(line.cut(0, colon - grouped))
        behind = line.cut(colon + 1 + double, len(value))
        span = targets.span()
        assignment = assigned(behind)
        if assignment is not None:
            return [Rule(targets, span, assignment=assignment)]
        semicolon = outside(behind.value, ";")
        recipe = [] if semicolon < 0 else [Recipe(stripped(behind.cut(semicolon + 1, len(behind.value))))]
        head = behind if semicolon < 0 else behind.cut(0, semicolon)
        second = outside(head.value, ":")
        if second >= 0:
            prerequisites = stripped(head.cut(second + 1, len(head.value)))
            return [Rule(targets, span, prerequisites, stripped(head.cut(0, second)), double), *recipe]
        return [Rule(targets, span, stripped(head), None, double), *recipe]


def assigned(line: Text) -> Assignment | None:
    """The line as an assignment, None where it is none."""
    value = line.value
    at, modifiers = 0, set()
    while (word := _WORD.match(value, at)) is not None and word[1] in MODIFIERS and not OPERATOR.match(value[word.end(1) :].lstrip()):
        modifiers.add(word[1])
        at = word.end(1)
    start = outside(value, ":=?+!", at)
    while start >= 0:
        found = OPERATOR.match(value, start)
        if found is not None:
            break
        if value[start] == ":":
            return None
        start = outside(value, ":=?+!", start + 1)
    if start < 0 or found is None:
        return None
    name = stripped(line.cut(at, start))
    if not name.value or outside(name.value, " \t") >= 0:
        return None
    low = found.end()
    while low < len(value) and value[low] in " \t":
        low += 1
    return Assignment(name, found[1], line.cut(low, len(value)), name.span(), frozenset(modifiers))


def _sides(line: Text, start: int, directive: str) -> tuple[Text, Text | None] | None:
    """What a conditional compares; None where it cannot be read."""
    rest = stripped(line.cut(start, len(line.value)))
    value = rest.value
    if directive in ("ifdef", "ifndef"):
        return (rest, None) if value else None
    if value.startswith("("):
        comma = outside(value, ",", 1)
        end = value.rfind(")")
        if comma < 0 or end < comma:
            return None
        return stripped(rest.cut(1, comma)), stripped(rest.cut(comma + 1, end))
    parts = []
    at = 0
    while at < len(value) and value[at] in "\"'":
        close = value.find(value[at], at + 1)
        if close < 0:
            return None
        parts.append(rest.cut(at + 1, close))
        at = close + 1
        while at < len(value) and value[at] in " \t":
            at += 1
    return (parts[0], parts[1]) if len(parts) == 2 else None


def comment(value: str) -> int:
    """Where the comment of a line begins, -1 where it has none; a hash inside a reference is none (since GNU Make 4.3)."""
    at = outside(value, "#")
    while at > 0 and value[at - 1] == "\\":
        at = outside(value, "#", at + 1)
    return at


def joined(parts: list[Text], separator: str) -> Text:
    """Texts of one source one after the other; the separator has no place of its own."""
    if len(parts) == 1:
        return parts[0]
    pieces: list[tuple[int, int, int]] = []
    at = 0
    for part in parts:
        pieces += [(at + start, origin, length) for start, origin, length in part.pieces]
        at += len(part.value) + len(separator)
    return Text(separator.join(part.value for part in parts), parts[0].source, tuple(pieces))


def stripped(text: Text) -> Text:
    """The text without blanks at its ends."""
    value = text.value
    start = len(value) - len(value.lstrip(" \t\r"))
    return text.cut(start, max(start, len(value.rstrip(" \t\r"))))
