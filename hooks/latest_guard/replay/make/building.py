"""The second phase of make (GNU Make Manual, sections 4.10, 5, 10.5): goals are made, prerequisites first, each recipe line in a shell."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from latest_guard.catalog.strings import cut
from latest_guard.replay.alternatives import Variable, one
from latest_guard.replay.composed import Segment, answering, run, script
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.following import read_program
from latest_guard.replay.machine import RUNNER, Machine
from latest_guard.replay.make.expansion import Defined, Definition, Expander, Scope, View, listed, matched
from latest_guard.replay.make.functions import exists
from latest_guard.replay.make.makefile import Entry, Line, Makefiles, stemmed
from latest_guard.replay.make.outline import with_variables
from latest_guard.replay.make.tree import Held
from latest_guard.replay.programs.program import of_template
from latest_guard.values import Literal, Str, join, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from latest_guard.source import Span

#: Targets inside targets are made this deep.
DEPTH = 40
OPTIONS = {"e": "errexit", "u": "nounset", "x": "xtrace"}


@dataclass
class Building:
    """One run of make past its first phase.

    `done` says for each target under which condition it has been made; `failed` under which make has ended without success.
    """

    expander: Expander
    makefiles: Makefiles
    before: Callable[[str], Variable] | None  # what a name that nobody set holds
    ignore: bool = False  # make -i
    done: dict[str, Condition] = field(default_factory=dict)
    depth: int = 0

    @property
    def machine(self) -> Machine:
        """The make process."""
        return self.expander.machine

    # Targets --------------------------------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Is there a rule for this goal?"""
        return name in self.makefiles.entries or any(True for _ in self._implicit(name)) or ".DEFAULT" in self.makefiles.entries

    def said(self, goals: Iterable[str]) -> str:
        """All that the goals' recipes may come to say: their lines, those of what they wait for, and the variables named there."""
        marks, lines = self.makefiles.marks, list[str]()
        waiting, seen = list(goals), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for entry in (*self.makefiles.entries.get(name, ()), *self._implicit(name), *self.makefiles.entries.get(".DEFAULT", ())):
                lines += [line.line.value for line in entry.lines]
                waiting += [marks.name(word) for a in entry.prerequisites for word in listed(a.held)]
        lines += [assignment.value.value for _, assignment, _ in self.makefiles.specific]
        return "\n".join(with_variables(lines, self.makefiles.texts))

    def make(self, name: str, view: View) -> None:
        """Make a target, once."""
        conditions = self.machine.scene.conditions
        made = self.done.get(name, FALSE)
        if self.depth > DEPTH or conditions.both(self.machine.path, conditions.no(made)) == FALSE or self.machine.scene.tired():
            return
        with self.expander.under(conditions.no(made)):
            self.done[name] = conditions.either(made, self.machine.path)
            self.depth += 1
            for rules in self._rules(name):
                self._target(name, rules, view)
            self.depth -= 1

    def _rules(self, name: str) -> list[list[Entry]]:
        """The rules that make the target: those that go together, and each double-colon rule by itself."""
        entries = self.makefiles.entries.get(name, [])
        if any(entry.double for entry in entries):
            return [[entry] for entry in entries]
        if not any(entry.lines for entry in entries) and name not in self.makefiles.phony:
            found = next(self._implicit(name), None)
            if found is not None:
                return [[*entries, found]]
        if not entries and not exists(self.expander, self._path(name)):
            return [self.makefiles.entries.get(".DEFAULT", [])]
        return [entries]

    def _implicit(self, name: str) -> Iterator[Entry]:
        """The pattern rules that match, those with the shortest stem first, each made fit for the target."""
        conditions = self.machine.scene.conditions
        found: list[Entry] = []
        for entry in self.makefiles.patterns:
            stem = matched(entry.target, name)
            if stem and (entry.lines) and conditions.both(entry.when, self.machine.path) != FALSE:
                put = self.makefiles.marks.string(stem)
                prerequisites = self.machine.scene.algebra.each(entry.prerequisites, lambda held, put=put: stemmed(held, put))  # type: ignore[misc]
                found.append(replace(entry, prerequisites=prerequisites, stem=stem))
        yield from sorted((entry for entry in found if self._can(entry)), key=lambda entry: len(entry.stem))

    def _can(self, entry: Entry) -> bool:
        """Are the rule's prerequisites there, or is there a way to make them?"""
        if self.depth > DEPTH:
            return False
        self.depth += 1
        names = [self.makefiles.marks.name(word) for a in entry.prerequisites for word in listed(a.held) if plain(word) != "|"]
        found = all(name in self.makefiles.phony or exists(self.expander, self._path(name)) or self.has(name) for name in names)
        self.depth -= 1
        return found

    def _path(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self.machine.directory or ".", name))

    def _fresh(self, name: str, rules: list[Entry]) -> bool:
        """Is the target a file of the repository that waits for nothing? Then make leaves it as it is."""
        if name in self.makefiles.phony or any(a.held for entry in rules for a in entry.prerequisites):
            return False
        return bool(rules) and exists(self.expander, self._path(name))

    def _target(self, name: str, rules: list[Entry], view: View) -> None:
        if not rules or self._fresh(name, rules):
            return
        scope = self._scope(name, view)
        inner = view.inside(scope) if scope else view
        needed: list[Str] = []
        for entry in rules:
            with self.expander.under(entry.when) as there:
                needed += self._prerequisites(entry, inner) if there else []
        owners = [entry for entry in rules if entry.lines]
        if not owners or self.machine.path == FALSE:
            return
        owner = owners[-1]
        self.machine.scene.made.add(owner.span)
        self.machine.scene.enter(owner.span, f"makes {show(self.makefiles.marks.string(name))}", "call")
        with self.expander.under(owner.when) as there:
            if there:
                self._recipe(owner, inner.inside(self._automatic(name, owner, needed)))
        self.machine.scene.leave()

    def _prerequisites(self, entry: Entry, view: View) -> list[Str]:
        """Make what the rule waits for; the words in front of `|`."""
        found: list[Str] = []
        for a in entry.prerequisites:
            with self.expander.under(a.when) as there:
                ordinary = True
                for word in listed(a.held) if there else ():
                    if plain(word) == "|":
                        ordinary = False
                        continue
                    found += [word] if ordinary else []
                    self.make(self.makefiles.marks.name(word), view)
        return found

    # Variables of a target ------------------------------------------------------------------------------------------------

    def _scope(self, name: str, view: View) -> dict[str, Defined]:
        """The target's own variables; what it waits for sees them too."""
        scope: dict[str, Defined] = {}
        here = view.inside(scope)
        for target, assignment, when in self.makefiles.specific:
            if matched(target, name) is None:
                continue
            with self.expander.under(when) as there:
                variable = self.expander.text(self.makefiles.words(assignment.name), here)
                if not there or not variable or variable in self.expander.overrides:
                    continue
                if "export" in assignment.modifiers:
                    self.makefiles.exports[variable] = True
                before = self.expander.lookup(variable, here)
                made = self.makefiles.defined(assignment, before, here)
                scope[variable] = self.machine.scene.algebra.assign(self.machine.path, made, before)
        return scope

    def _automatic(self, name: str, entry: Entry, needed: list[Str]) -> Scope:
        """`$@`, `$<` and their kin (section 10.5.3)."""
        marks = self.makefiles.marks
        every = join(list(dict.fromkeys(needed)), " ")
        values = {
            "@": marks.string(name, entry.span), "<": needed[0] if needed else (), "^": every, "+": join(needed, " "), "?": every,
            "*": marks.string(entry.stem, entry.span), "|": (), "%": (),
        }  # fmt: skip
        return {key: one(Definition((Held(one(value)),), "automatic")) for key, value in values.items()}

    # Recipes --------------------------------------------------------------------------------------------------------------

    def _recipe(self, entry: Entry, view: View) -> None:
        shell = self._environment(view)
        lines = entry.lines
        whole = ".ONESHELL" in self.expander.names
        if whole and lines:
            self._line(lines, shell, view)
            return
        for line in lines:
            self._line([line], shell, view)
            if self.machine.path == FALSE:
                return

    def _line(self, lines: list[Line], shell: Callable[[], Machine], view: View) -> None:
        """Expand a line, and run what it says in every way that it can be said."""
        with self.expander.under(lines[0].when) as there:
            if not there:
                return
            for when, segments in self._said(lines, view):
                with self.expander.under(when) as possible:
                    if possible:
                        self._run(segments, shell(), view, lines[0].line.span())

    def _said(self, lines: list[Line], view: View) -> list[tuple[Condition, list[Segment]]]:
        """The texts that recipe lines expand to, each as what stands there itself and what stands for a reference."""
        places: list[Span | None] = []
        values = []
        for number, line in enumerate(lines):
            if number:
                places.append(None)
                values.append(one(text("\n")))
            for part in self.makefiles.words(line.line):
                literal = isinstance(part, (Literal, Held))
                places.append(None if literal else part.span)  # type: ignore[union-attr]
                values.append(self.expander.part(part, view))
        rows = self.machine.scene.algebra.product(values, self.machine.path)
        return [(row.when, list(zip(row.held, places, strict=True))) for row in rows]

    def _run(self, segments: list[Segment], child: Machine, view: View, span: Span) -> None:
        """Run a line's commands; where the line's text holds several lines, each has a shell of its own."""
        whole = ".ONESHELL" in self.expander.names
        for single in [segments] if whole else lines_of(segments):
            marks, rest = prefixed(single)
            if not any(string for string, _ in rest):
                continue
            each = child.fork()
            each.path = self.machine.path
            self._shell(rest, each, view, span)
            if "-" not in marks and not self.ignore:
                self.machine.path = self.machine.scene.conditions.both(self.machine.path, each.succeeded())
            if self.machine.path == FALSE:
                return

    def _shell(self, segments: list[Segment], child: Machine, view: View, span: Span) -> None:
        said = self._variable("SHELL", view) or "/bin/sh"
        flags = self._variable(".SHELLFLAGS", view) or "-c"
        made = script(self.machine.scene, segments, span)
        name = posixpath.basename((said.split() or ["sh"])[-1] if said.endswith("sh") else said.split()[0])
        if name.startswith(("python", "node", "perl", "ruby")):
            with answering(self.machine.scene, made.holes):
                read_program(child, of_template(made.template), name, (), span)
            return
        child.options = options(f"{said} {flags}")
        run(child, made)
        self.machine.out.extend(child.out)
        self.machine.status = child.status

    def _variable(self, name: str, view: View) -> str:
        value = self.expander.value(name, view)
        return (plain(value[0].held) if len(value) == 1 else "") or ""

    def _environment(self, view: View) -> Callable[[], Machine]:
        """Makes shells with the environment that make hands to the recipe's commands (section 5.7.2)."""
        machine = self.machine
        known: dict[str, Variable] = {}
        names = {name for name, exported in self.makefiles.exports.items() if exported} | set(self.expander.overrides)
        changed = {name for name in (*self.expander.names, *(n for s in view.scopes for n in s)) if name in machine.exported}
        hidden = {name for name, exported in self.makefiles.exports.items() if not exported}
        every = self.makefiles.export_all

        def exported(name: str) -> Variable:
            return self.expander.held(self.expander.lookup(name, view), view)

        def unset(name: str) -> Variable:
            if name not in known:
                own = name in names or name in changed or (every and name in self.expander.names and name not in hidden)
                known[name] = exported(name) if own else self.before(name) if self.before else one(None)
            return known[name]

        ready = machine.fork()
        own = names | changed | hidden
        ready.variables = {name: value for name, value in machine.variables.items() if name in machine.exported and name not in own}
        ready.variables.update({name: exported(name) for name in names if name in RUNNER or "_" in name[:8]})
        ready.exported = machine.exported | names
        ready.functions, ready.aliases, ready.options, ready.testing, ready.script = {}, {}, set(), 0, ""
        ready.unset = unset
        return ready.fork


def options(said: str) -> set[str]:
    """The shell options in `SHELL` and `.SHELLFLAGS`."""
    found = {name for name in said.split() if name in ("errexit", "pipefail", "nounset")}
    for word in said.split():
        if word.startswith("-") and not word.startswith("--"):
            found |= {OPTIONS[letter] for letter in word if letter in OPTIONS}
    return found


def lines_of(segments: list[Segment]) -> list[list[Segment]]:
    """The segments cut at line ends that no backslash continues."""
    lines: list[list[Segment]] = [[]]
    for string, place in segments:
        held: list[Str] = [()]
        for piece in string:
            if not isinstance(piece, Literal) or "\n" not in piece.text:
                held[-1] += (piece,)
                continue
            for index, part in enumerate(_split(piece)):
                if index:
                    held.append(())
                held[-1] += (part,) if part.text else ()
        for index, part_of in enumerate(held):
            if index:
                lines.append([])
            lines[-1].append((part_of, place))
    return lines


def _split(literal: Literal) -> list[Literal]:
    """A literal cut at its line ends, each part with its place."""
    made: list[Literal] = []
    low = 0
    value = literal.text
    while True:
        at = value.find("\n", low)
        while at > 0 and value[at - 1] == "\\":
            at = value.find("\n", at + 1)
        piece = cut((literal,), low, at if at >= 0 else len(value))
        made.append(next((p for p in piece if isinstance(p, Literal)), Literal("", literal.span)))
        if at < 0:
            return made
        low = at + 1


def prefixed(segments: list[Segment]) -> tuple[str, list[Segment]]:
    """The marks `@`, `-` and `+` in front of a recipe's line, and what stands behind them."""
    marks = ""
    rest = list(segments)
    while rest:
        string, place = rest[0]
        first = string[0] if string else None
        if first is None:
            rest.pop(0)
            continue
        if not isinstance(first, Literal):
            return marks, rest
        stripped = first.text.lstrip(" \t@-+")
        marks += first.text[: len(first.text) - len(stripped)]
        if stripped:
            kept = cut((first,), len(first.text) - len(stripped), len(first.text))
            return marks, [((*kept, *string[1:]), place), *rest[1:]]
        rest[0] = (string[1:], place)
    return marks, rest
