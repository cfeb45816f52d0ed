"""The first phase of make (GNU Make Manual, section 3.7): every makefile is read, variables and rules are taken in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from latest_guard.catalog.arguments import options
from latest_guard.catalog.strings import strip
from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.composed import printed
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.files import resolve, spelled
from latest_guard.replay.make import reading
from latest_guard.replay.make.expansion import LAST, Defined, Definition, Expander, Scope, View, listed, matched
from latest_guard.replay.make.functions import files
from latest_guard.replay.make.references import words
from latest_guard.replay.make.tree import (
    Assignment,
    Conditional,
    Export,
    Function,
    Held,
    Include,
    Loose,
    Recipe,
    Reference,
    Rule,
    Statement,
    Undefine,
    Words,
)
from latest_guard.replay.placed import placed
from latest_guard.replay.texts import MARKS
from latest_guard.source import Source, Span, Text
from latest_guard.values import Colour, Literal, Piece, Str, Symbol, join, plain, text

#: Makefiles that are read in one run.
FILES = 60
#: What a variable may be defined as that is kept apart.
ALTERNATIVES = 24


@dataclass
class Line:
    """A line of a recipe, and the condition under which it belongs to it."""

    when: Condition
    line: Text


@dataclass
class Entry:
    """A rule for one target, or for a pattern of targets: `%` in it stands for the stem."""

    target: str
    when: Condition
    prerequisites: Value
    span: Span
    double: bool = False
    stem: str = ""
    lines: list[Line] = field(default_factory=list)


class Marks:
    """Names of targets in which what only the run knows is one character, so that they can be told apart and matched as text."""

    def __init__(self) -> None:
        self.symbols: list[Symbol] = []

    def name(self, string: Str) -> str:
        """The string as text."""
        return "".join(piece.text if isinstance(piece, Literal) else self._mark(piece) for piece in string)

    def _mark(self, symbol: Symbol) -> str:
        if symbol not in self.symbols:
            self.symbols.append(symbol)
        return chr(MARKS + self.symbols.index(symbol))

    def string(self, name: str, span: Span | None = None) -> Str:
        """The text as a string again."""
        pieces: list[Piece] = []
        low = 0
        for at, char in enumerate(name):
            if 0 <= ord(char) - MARKS < len(self.symbols):
                pieces += text(name[low:at], span)
                pieces.append(self.symbols[ord(char) - MARKS])
                low = at + 1
        return (*pieces, *text(name[low:], span))


@dataclass
class Makefiles:
    """What the makefiles of one run say."""

    expander: Expander
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    patterns: list[Entry] = field(default_factory=list)
    specific: list[tuple[str, Assignment, Condition]] = field(default_factory=list)
    phony: set[str] = field(default_factory=set)
    exports: dict[str, bool] = field(default_factory=dict)
    export_all: bool = False
    first: str = ""
    missing: bool = False  # a makefile that is included is not in the repository
    marks: Marks = field(default_factory=Marks)
    current: list[Entry] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)  # what stands behind each variable's assignments

    def copy(self, expander: Expander) -> Makefiles:
        """The same rules for a run of make with these variables; both may read on by `eval` without the other's taking notice."""
        made = replace(
            self, expander=expander, entries={name: list(held) for name, held in self.entries.items()}, patterns=list(self.patterns),
            specific=list(self.specific), phony=set(self.phony), exports=dict(self.exports), current=[], files=list(self.files),
            texts={name: list(held) for name, held in self.texts.items()},
        )  # fmt: skip
        expander.read = made.read
        return made

    @property
    def path(self) -> Condition:
        """The condition under which the present statement is read."""
        return self.expander.machine.path

    # Files ----------------------------------------------------------------------------------------------------------------

    def file(self, source: Source, shown: str) -> None:
        """Read a makefile; `shown` is its name as make sees it from its folder."""
        if len(self.files) > FILES:
            return
        scene = self.expander.machine.scene
        scene.followed.add(source.path)
        self.files.append(shown)
        self.expander.define("MAKEFILE_LIST", one(Definition((Held(one(text(" ".join(["", *self.files])))),))))
        self.statements(parsed(self.expander, source))

    def statements(self, found: tuple[Statement, ...]) -> None:
        """Take statements in, in order."""
        for statement in found:
            if self.path == FALSE or self.expander.tired():
                return
            if isinstance(statement, Recipe):
                self._recipe(statement)
            elif isinstance(statement, Rule):
                self._rule(statement)
            elif isinstance(statement, Assignment):
                self.assign(statement)
            elif isinstance(statement, Conditional):
                self._conditional(statement)
            else:
                self._directive(statement)

    def _directive(self, statement: Include | Export | Undefine | Loose) -> None:
        if isinstance(statement, Include):
            self._include(statement)
        elif isinstance(statement, Export):
            self._export(statement)
        elif isinstance(statement, Undefine):
            name = self.expander.text(self.words(statement.name), View())
            if name:
                self.expander.define(name.split()[-1], one(None))
        else:
            self.read(self.expander.expand(self.words(statement.text), View()), statement.text.span())

    def words(self, source: Text) -> Words:
        """The references in a text, taken apart once."""
        cache = self.expander.machine.scene.cache
        found = cache.get(("make", id(source)))
        if found is None:
            found = cache["make", id(source)] = (source, words(source))
        return found[1]  # type: ignore[return-value]

    def _include(self, statement: Include) -> None:
        machine = self.expander.machine
        for a in self.expander.expand(self.words(statement.files), View()):
            with self.expander.under(a.when) as there:
                for word in listed(a.held) if there else ():
                    name = spelled(word)
                    for one_of in self._matching(name) if name else ():
                        source = machine.scene.tree.read(resolve(machine, one_of))
                        if source is not None:
                            self.file(source, one_of)
                        self.missing = self.missing or (source is None and not statement.optional)

    def _matching(self, name: str) -> list[str]:
        if not any(mark in name for mark in "*?["):
            return [name]
        return files(self.expander, name)

    # Variables ------------------------------------------------------------------------------------------------------------

    def assign(self, statement: Assignment) -> None:
        """`name = value` in all its forms."""
        for a in self.expander.expand(self.words(statement.name), View()):
            name = plain(a.held)
            if name:
                with self.expander.under(a.when):
                    self._assign(name.strip(), statement)

    def _assign(self, name: str, statement: Assignment) -> None:
        expander = self.expander
        self.texts.setdefault(name, []).append(statement.value.value)
        forced = "override" in statement.modifiers
        if "export" in statement.modifiers or "unexport" in statement.modifiers:
            self.exports[name] = "export" in statement.modifiers
        if name in expander.overrides and not forced:
            return
        if forced:
            if name in expander.overrides and name not in expander.forced:
                expander.define(name, expander.overrides[name])
            expander.forced.add(name)
        before = expander.lookup(name, View())
        made = self.defined(statement, before, View())
        held = expander.machine.scene.algebra.assign(self.path, made, before)
        expander.define(name, held if len(held) <= ALTERNATIVES else one(self._folded(name)))

    def _folded(self, name: str) -> Definition:
        """A variable that may hold more than is kept apart: of what its assignments say, the words of names under watch are remembered."""
        watched = self.expander.machine.scene.watch.mentioned
        words = dict.fromkeys(word for said in self.texts.get(name, ()) for word in said.split() if watched(word))
        symbol = Symbol(f"$({name})", Colour.UNREAD, reason="too many alternatives to follow", options=tuple(words)[:ALTERNATIVES])
        return Definition((Held(one((symbol,))),), "file", True)

    def defined(self, statement: Assignment, before: Defined, view: View) -> Defined:
        """What an assignment makes of a variable."""
        parts, operator = self.words(statement.value), statement.operator
        origin = "override" if "override" in statement.modifiers else "file"
        if operator in (":=", "::=", ":::="):
            return one(self.simple(parts, view, origin))
        if operator == "!=":
            value = printed(self.expander.machine, self.expander.expand(parts, view), statement.span)
            return one(Definition((Held(value),), origin, True))
        if operator == "?=":
            return tuple(Alternative(a.when, Definition(parts, origin) if a.held is None else a.held) for a in before)
        if operator == "+=":
            return tuple(Alternative(a.when, self._appended(a.held, parts, view, origin)) for a in before)
        return one(Definition(parts, origin))

    def simple(self, parts: Words, view: View, origin: str = "file") -> Definition:
        """A definition that is expanded now; worked out when it is asked for, unless it does something."""
        if view.scopes or any(_acts(part) for part in parts):
            return Definition((Held(self.expander.expand(parts, view)),), origin, True)
        return Definition(parts, origin, True, min(view.at, self.expander.tick()))

    def _appended(self, before: Definition | None, parts: Words, view: View, origin: str) -> Definition:
        if before is None:
            return Definition(parts, origin)
        if not before.simple:
            return Definition((*before.words, Literal(" "), *parts) if before.words else parts, origin)
        earlier = Held(self.expander.content(before, view))
        return self.simple((earlier, Literal(" "), *parts), view, origin)

    def _export(self, statement: Export) -> None:
        if statement.names is None:
            self.export_all = statement.exported
            return
        for name in (self.expander.text(self.words(statement.names), View()) or "").split():
            self.exports[name] = statement.exported

    # Conditionals ---------------------------------------------------------------------------------------------------------

    def _conditional(self, statement: Conditional) -> None:
        holds = self.holds(statement)
        for condition, branch in ((holds, statement.then), (self.expander.machine.scene.conditions.no(holds), statement.otherwise)):
            with self.expander.under(condition) as there:
                if there:
                    self.statements(branch)

    def holds(self, statement: Conditional) -> Condition:
        """The condition of `ifeq` and its kin."""
        conditions = self.expander.machine.scene.conditions
        if statement.right is None:
            found = self._is_set(statement.left)
        else:
            left, right = (self.expander.expand(self.words(side), View()) for side in (statement.left, statement.right))
            equal, place = self.expander.machine.scene.judge.equal, statement.span
            rows = self.expander.machine.scene.algebra.product((left, right))
            found = conditions.any(conditions.both(row.when, equal(strip(row.held[0]), strip(row.held[1]), place)) for row in rows)
        return conditions.no(found) if statement.operator in ("ifneq", "ifndef") else found

    def _is_set(self, name: Text) -> Condition:
        """`ifdef`: the variable's text is not empty; it is not expanded."""
        conditions = self.expander.machine.scene.conditions
        said = self.expander.text(self.words(name), View())
        if not said:
            return FALSE
        found: list[Condition] = []
        for a in self.expander.lookup(said.strip(), View()):
            if a.held is not None and a.held.words:
                held = len(a.held.words) == 1 and isinstance(a.held.words[0], Held)
                full = conditions.no(self.expander.empty(self.expander.content(a.held, View()))) if held or a.held.simple else a.when
                found.append(conditions.both(a.when, full))
        return conditions.any(found)

    # Rules ----------------------------------------------------------------------------------------------------------------

    def _rule(self, statement: Rule) -> None:
        view = View()
        made: list[Entry] = []
        for a in self.expander.expand(self.words(statement.targets), view):
            with self.expander.under(a.when) as there:
                names = [self.marks.name(word) for word in listed(a.held)] if there else []
                if statement.assignment is not None:
                    self.specific += [(name, statement.assignment, self.path) for name in names]
                elif names:
                    made += self._entries(statement, names, view)
        if statement.assignment is None:
            conditions = self.expander.machine.scene.conditions
            self.current = [entry for entry in self.current if conditions.both(entry.when, self.path) == FALSE] + made

    def _entries(self, statement: Rule, names: list[str], view: View) -> list[Entry]:
        prerequisites = self.expander.expand(self.words(statement.prerequisites), view) if statement.prerequisites else one(())
        pattern = (self.expander.text(self.words(statement.pattern), view) or "").strip() if statement.pattern else ""
        if names[0].startswith(".") and self._special(names[0], prerequisites):
            return []
        made: list[Entry] = []
        for name in names:
            entry = Entry(name, self.path, prerequisites, statement.span, statement.double)
            if pattern:
                self._static(entry, pattern)
            self._add(entry)
            made.append(entry)
        return made

    def _static(self, entry: Entry, pattern: str) -> None:
        stem = matched(pattern, entry.target)
        entry.stem = stem if stem is not None else ""
        put = self.marks.string(entry.stem)
        algebra = self.expander.machine.scene.algebra
        entry.prerequisites = algebra.each(entry.prerequisites, lambda held: stemmed(held, put))

    def _special(self, name: str, prerequisites: Value) -> bool:
        """The targets that tell make something (section 4.9)."""
        if name == ".PHONY":
            self.phony |= {self.marks.name(word) for a in prerequisites for word in listed(a.held)}
        elif name == ".EXPORT_ALL_VARIABLES":
            self.export_all = True
        elif name == ".ONESHELL":
            self.expander.define(".ONESHELL", one(Definition((Literal("1"),))))
        return name in SPECIAL

    def _add(self, entry: Entry) -> None:
        if "%" in entry.target and not entry.stem:
            self.patterns.append(entry)
            return
        self.entries.setdefault(entry.target, []).append(entry)
        if not self.first and (not entry.target.startswith(".") or "/" in entry.target):
            self.first = entry.target

    def _recipe(self, statement: Recipe) -> None:
        conditions = self.expander.machine.scene.conditions
        for entry in self.current:
            if (when := conditions.both(entry.when, self.path)) != FALSE:
                entry.lines.append(Line(when, statement.line))

    # Text that is read while make runs ----------------------------------------------------------------------------------------

    def read(self, value: Value, span: Span) -> None:
        """Read text as makefile text: what `eval` is given, and what a line of references expands to."""
        for a in value:
            if not listed(a.held):
                continue
            with self.expander.under(a.when) as there:
                if there:
                    self.statements(reading.statements(self._text(a.held, span)))

    def _text(self, held: Str, span: Span) -> Text:
        """A value as makefile text; what only the run knows stands in it as a variable."""
        parts: list[Text] = []
        for piece in held:
            if isinstance(piece, Symbol):
                name = "what the run knows " + self.marks.name((piece,))
                if name not in self.expander.names:
                    self.expander.define(name, one(Definition((Held(one((piece,))),))))
                parts.append(placed(self.expander.machine.scene, f"$({name})", None))
            else:
                parts.append(placed(self.expander.machine.scene, piece.text, piece.span or span))
        pieces: list[tuple[int, int, int]] = []
        at = 0
        home = next((part.source for part in parts if part.pieces), Source(span.path, ""))
        for part in parts:
            pieces += [(at + start, origin, length) for start, origin, length in part.pieces if part.source is home]
            at += len(part.value)
        return Text("".join(part.value for part in parts), home, tuple(pieces))


SPECIAL = options(
    ".PHONY .SUFFIXES .PRECIOUS .INTERMEDIATE .NOTINTERMEDIATE .SECONDARY .SECONDEXPANSION .DELETE_ON_ERROR .IGNORE "
    ".LOW_RESOLUTION_TIME .SILENT .EXPORT_ALL_VARIABLES .NOTPARALLEL .ONESHELL .POSIX .WAIT"
)


def parsed(expander: Expander, source: Source) -> tuple[Statement, ...]:
    """The statements of a makefile, read once."""
    return expander.machine.scene.once("makefile", source, lambda source: reading.statements(source.whole()))


def stemmed(prerequisites: Str, stem: Str) -> Str:
    """Prerequisites of a pattern rule with the stem in place of `%`, once in each word."""
    made: list[Str] = []
    for word in listed(prerequisites):
        changed: list[Piece] = []
        done = False
        for piece in word:
            if isinstance(piece, Literal) and "%" in piece.text and not done:
                before, _, after = piece.text.partition("%")
                changed += [*text(before, piece.span), *stem, *text(after, piece.span)]
                done = True
            else:
                changed.append(piece)
        made.append(tuple(changed))
    return join(made, " ")


def _acts(part: object) -> bool:
    """Does expanding this do something besides yielding a text?"""
    if isinstance(part, Function):
        return part.name in ("eval", "error", "call") or any(_acts(inner) for argument in part.arguments for inner in argument)
    return isinstance(part, Reference) and any(_acts(inner) for inner in part.name)


__all__ = ["LAST", "Entry", "Line", "Makefiles", "Marks", "Scope"]
