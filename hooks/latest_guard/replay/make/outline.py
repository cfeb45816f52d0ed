"""What making a goal can come to say whatever the variables hold: read off the text of makefiles, nothing expanded.

Every branch of a conditional counts, and a name that is put together stands for all names of its form.  What is said here is therefore more
than any run of make says; where even that holds no mover, make need not be replayed.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from latest_guard.replay.make import reading
from latest_guard.replay.make.references import CLOSING, FUNCTIONS, arguments, closing
from latest_guard.replay.make.tree import Assignment, Conditional, Include, Loose, Recipe, Rule, Statement
from latest_guard.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Makefiles that are read for one, and names that one text may stand for.
FILES = 60
NAMES = 400
#: Variables in the values of variables are looked up this deep.
DEPTH = 6
_NAME = re.compile(r"[\w.-]+")
#: A variable that a text names, for make or, with two dollar signs, for the shell.
_REFERENCE = re.compile(r"\$[({](?:(?:call|value)[ \t]+)?([\w.-]+)|\$(\w+)")
_PLAIN = re.compile(r"[\w./+*-]*[\w./+-][\w./+*-]*")
#: A call of make up to the end of its command; what follows are options, goals and variables.
_CALL = re.compile(
    r"(?:\$\(MAKE\)|\$\{MAKE\}|(?<![\w./$({-])g?make(?![\w./:=-]))"
    r"((?:[ \t]+(?:\$\(\w+\)|\$\{\{[^{}\n]*\}\}|\"[^\"'\n]*\"|'[^\"'\n]*'|[^\s;|&<>()`\"'#])+)*)"
)
_PUT = re.compile(r"\$\{\{[^{}\n]*\}\}|\$?\$\{\w+\}|\$?\$\(\w+\)|\$?\$\w+")
_BLANKS = re.compile(r"[ \t]+(?![^{}]*\}\})")
_FILES = re.compile(r"\$\((?:wildcard|shell) ")
#: Functions that yield what stands in their last arguments, and how many these are; what changes in it is a reference there, or `%`.
_KEPT = {
    "foreach": 1, "patsubst": 2, "sort": 1, "strip": 1, "filter": 1, "filter-out": 1, "if": 2, "or": 9, "and": 9,
    "firstword": 1, "lastword": 1, "wordlist": 1, "word": 1,
}  # fmt: skip
_SWAPPED = re.compile(r"([\w.-]+):([^=:(){}]*)=([^=(){}$]*)")
_WILDCARD = re.compile(r"\$\(wildcard ([^()$]*)\)")
#: Options of make with which it reads other files than those of the folder.
_ELSEWHERE = ("-C", "-f", "-I", "--dir", "--file", "--make", "--eval", "--inc")


@dataclass
class Outline:
    """The rules of a makefile with all that it includes, and the texts of its variables."""

    rules: list[tuple[str, list[str], list[str]]] = field(default_factory=list)  # a form of targets, forms of what it waits for, lines
    texts: dict[str, list[str]] = field(default_factory=dict)

    def has(self, goal: str) -> bool:
        """Is there a rule that may make the goal?"""
        return any(alike(form, goal) for form, _, _ in self.rules)

    def lines(self, goals: Iterable[str]) -> list[str]:
        """The lines of the recipes that making the goals may run, calls of make in them followed; `*` in a goal is any text."""
        lines, waiting, seen = list[str](), list(goals), set[str]()
        while waiting:
            goal = waiting.pop()
            if goal in seen:
                continue
            seen.add(goal)
            found = [rule for rule in self.rules if alike(rule[0], goal)] or [rule for rule in self.rules if rule[0] == ".DEFAULT"]
            for _, needed, recipe in found:
                waiting += needed
                for line in recipe:
                    rest, inner = calls(line)
                    known = all(map(self.has, inner))
                    lines.append(rest if known else line)
                    waiting += inner if known else []
        return lines

    def said(self, lines: Iterable[str]) -> str:
        """All that such lines may come to say: themselves, and the variables named in them."""
        return "\n".join(with_variables(list(lines), self.texts))


def with_variables(lines: list[str], texts: dict[str, list[str]]) -> list[str]:
    """The lines with the texts of the variables that they name, and of those that these name, and so on."""
    seen, at = set[str](), 0
    while at < len(lines):
        for found in _REFERENCE.finditer(lines[at]):
            name = found[1] or found[2]
            if name in seen:
                continue
            seen.add(name)
            put_together = lines[at].startswith("$", found.end())
            for other in [key for key in texts if key.startswith(name)] if put_together else [name]:
                lines += texts.get(other, ())
        at += 1
    return lines


def calls(text: str) -> tuple[str, list[str]]:
    """The text without its calls of make, and their goals; a call whose goals or folder are not plain words is left in it."""
    goals: list[str] = []

    def without(found: re.Match[str]) -> str:
        words = [_PUT.sub("*", word.replace('"', "").replace("'", "")) for word in _BLANKS.split(found[1]) if word]
        named = [word for word in words if not word.startswith("-") and "=" not in word and not word.isdigit()]
        if not named or not all(map(_PLAIN.fullmatch, named)) or any(word.startswith(_ELSEWHERE) for word in words):
            return found[0]
        goals.extend(named)
        return " ".join(word for word in found[1].split() if "=" in word)

    return _CALL.sub(without, text), goals


def alike(form: str, other: str) -> bool:
    """Can both forms, in which `*` stands for anything, be of one name?"""
    if "*" not in form and "*" not in other:
        return form == other
    heads, tails = (form.partition("*")[0], other.partition("*")[0]), (form.rpartition("*")[2], other.rpartition("*")[2])
    if "*" not in other:
        return fnmatchcase(other, form.replace("[", "[[]").replace("?", "[?]"))
    if "*" not in form:
        return alike(other, form)
    return _overlap(*heads, str.startswith) and _overlap(*tails, str.endswith)


def _overlap(one: str, other: str, ends: Callable[[str, str], bool]) -> bool:
    return ends(one, other) or ends(other, one)


@dataclass
class Outliner:
    """Reads a makefile and what it includes into an outline."""

    read: Callable[[str], Source | None]
    listing: Callable[[], Iterable[str]]
    folder: str
    made: Outline = field(default_factory=Outline)
    seen: set[str] = field(default_factory=set)
    late: list[Rule | Recipe] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)  # variables whose text is read as makefile text, and texts that were

    def outline(self, path: str) -> Outline:
        """The makefile at `path`, called in the folder."""
        self._file(path)
        recipe: list[str] = []
        for statement in self.late:
            if isinstance(statement, Recipe):
                recipe.append(statement.line.value)
            elif statement.assignment is None:
                recipe = []
                needed = self._forms(statement.prerequisites.value) if statement.prerequisites else []
                for form in self._forms(statement.targets.value):
                    self.made.rules.append((form, needed, recipe))
            else:
                recipe = []
        return self.made

    def _file(self, path: str) -> None:
        if path in self.seen or len(self.seen) > FILES:
            return
        self.seen.add(path)
        source = self.read(path)
        if source is not None:
            self._statements(reading.statements(source.whole()))

    def _statements(self, found: Iterable[Statement]) -> None:
        for statement in found:
            if isinstance(statement, Conditional):
                self._statements((*statement.then, *statement.otherwise))
            elif isinstance(statement, Assignment):
                self._assignment(statement)
            elif isinstance(statement, Include):
                self._include(statement.files.value)
            elif isinstance(statement, (Rule, Recipe)):
                self._rule(statement)
            elif isinstance(statement, Loose):
                self._bring(statement.text.value)

    def _rule(self, statement: Rule | Recipe) -> None:
        """Rules are understood when every variable is known; a target's own variable is one as well."""
        self.late.append(statement)
        if isinstance(statement, Rule) and statement.assignment is not None:
            self._assignment(statement.assignment)

    def _assignment(self, statement: Assignment) -> None:
        name, value = statement.name.value, statement.value.value
        self.made.texts.setdefault(name, []).append(value)
        if name in self.brought:
            self._statements(reading.statements(Source("", value + "\n").whole()))
        self._evaluated(value)

    def _evaluated(self, value: str) -> None:
        """What stands in an `eval` is read as makefile text."""
        at = value.find("(eval ")
        while at >= 0:
            end = closing(value, at, len(value))
            self._bring(value[at + 6 : end if end > at else len(value)].strip())
            at = value.find("(eval ", at + 6)

    def _bring(self, text: str) -> None:
        """Read text as makefile text, and so the variables that it names."""
        self._evaluated(text)
        if not text.startswith("$") and text not in self.brought:
            self.brought.add(text)  # text that is no statement is brought in again, as itself
            self._statements(reading.statements(Source("", text + "\n").whole()))
        for found in _REFERENCE.finditer(text):
            name = found[1] or found[2]
            if name not in self.brought:
                self.brought.add(name)
                for held in tuple(self.made.texts.get(name, ())):
                    self._statements(reading.statements(Source("", held + "\n").whole()))

    def _include(self, files: str) -> None:
        for form in self._forms(_WILDCARD.sub(r"\1", files)):
            wanted = posixpath.normpath(posixpath.join(self.folder, form.lstrip("/")))
            if "*" not in form:
                self._file(wanted)
                continue
            for path in self.listing():
                if fnmatchcase(path, wanted) or (form.startswith("*") and fnmatchcase(path, form)):
                    self._file(path)

    # Names ----------------------------------------------------------------------------------------------------------------

    def _forms(self, text: str, depth: int = 0) -> list[str]:
        """The words that the text may stand for, each with `*` for what is not known."""
        made: list[str] = []
        for word in _words(text):
            made += self._form(word, depth)
            if len(made) > NAMES:
                return ["*"]
        return made

    def _form(self, word: str, depth: int) -> list[str]:
        if word == "|" or _FILES.match(word):
            return []
        at = word.find("$")
        if at < 0:
            return [word.replace("%", "*")]
        if "$$" in word:
            return ["*"]
        end = closing(word, at + 1, len(word)) if word[at + 1 : at + 2] in CLOSING else at + 1
        rest = self._form(word[end + 1 :], depth) if end >= at + 1 and word[end + 1 :] else [""]
        values = self._values(word[at + 2 : end], depth + 1) if end > at + 1 and depth < DEPTH else ["*"]
        return [word[:at] + value + ending for value in values for ending in rest][: NAMES + 1]

    def _values(self, reference: str, depth: int) -> list[str]:
        """What a reference may stand for."""
        if reference in self.made.texts:
            return [form for text in self.made.texts[reference] for form in self._forms(text, depth)]
        name, _, rest = reference.partition(" ")
        found = arguments(rest, FUNCTIONS[name]) if name in FUNCTIONS else [reference]
        if name in ("addprefix", "addsuffix") and len(found) == 2:
            ends, words = self._forms(found[0], depth), self._forms(found[1], depth)
            return [end + word if name == "addprefix" else word + end for end in ends for word in words]
        kept = found[-_KEPT[name] :] if name in _KEPT else []
        swapped = _SWAPPED.fullmatch(reference) if name not in FUNCTIONS else None
        if swapped and swapped[1] in self.made.texts:
            kept = [f"$({swapped[1]})", swapped[3] if "%" in swapped[2] else "%" + swapped[3]]
        return [form for argument in kept for form in self._forms(argument, depth)] if kept else ["*"]


def _words(text: str) -> list[str]:
    """The words of a text; blanks inside references part none."""
    made, level, low = list[str](), 0, 0
    for at, char in enumerate(text):
        if char in "({" and (level or text[at - 1 : at] == "$"):
            level += 1
        elif char in ")}" and level:
            level -= 1
        elif char in " \t\n\\" and not level:
            made.append(text[low:at])
            low = at + 1
    return [word for word in (*made, text[low:]) if word]
