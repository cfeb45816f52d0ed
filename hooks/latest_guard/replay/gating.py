"""`latest-guard gate` and `check-tag` as commands: comparisons, each with all that it prints and writes.

The gate's answer for a pointer is one test. In the accident it is no for `latest` and for a major version's pointer, as a higher version
is there. Whether 1.27.4 is the highest of its own line the accident leaves open. But a *question* that is put about a line alone
(`--pointer '{major}.{minor}'`) is answered with yes there: who lets that answer decide about `latest` compares with the line only.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.catalog import gate as catalog
from latest_guard.errors import UserError
from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
from latest_guard.replay.files import write_file
from latest_guard.values import Colour, Literal, Lookup, Order, Piece, Str, Symbol, colours, join, plain, samples, show, text, transform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latest_guard.config import Config
    from latest_guard.replay.machine import Machine
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

#: The name under which the gate runs where GitHub's files do not reach it.
CONTAINED = "latest-guard@container"
FIELDS = ("major", "minor", "patch")
FIELD = re.compile(r"\{(major|minor|patch)\}")
#: What a tag may have in front of its version.
BEFORE = re.compile(r"\A(?:refs/tags/)?(?:.*[/@])?[vV]?(?=[0-9])", re.DOTALL)
YES, NO = "the highest of all versions", "1.28.0 is higher"
#: Pointers of a name that only the run knows.
UNKNOWN = -1


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> None:
    """Run `latest-guard gate …` or `latest-guard check-tag …`."""
    settings = configured(machine.scene)
    if plain(words[1]) == "gate":
        asked = catalog.gate(words[2:])
        if asked is None or settings is None or empty(asked.version):
            machine.finish(one(text("2")))
        else:
            contained = plain(words[0]) == CONTAINED
            Asking(machine, asked, settings, span).run(to_files=not contained)
    else:
        check_tag(machine, catalog.check_tag(words[2:]), settings, span)


def configured(scene: Scene) -> Config | None:
    """The repository's own settings; None where they are wrong, and every command fails."""
    from latest_guard import config

    found = scene.cache.get("settings")
    if found is None:
        files = {name: source.text for name in (config.OWN_FILE, "pyproject.toml") if (source := scene.tree.read(name)) is not None}
        try:
            read: Config | None = config.read(files)
        except UserError:
            read = None
        found = scene.cache["settings"] = (scene.tree, read)
    settings = found[1]
    assert settings is None or isinstance(settings, config.Config)
    return settings


def empty(version: Str) -> bool:
    """Is it text that is no version, so that the command fails? The name of a branch is not."""
    whole = plain(version)
    return whole is not None and BEFORE.match(whole) is None


# What is asked about ------------------------------------------------------------------------------------------------------


def compared(scene: Scene, version: Str, what: str, span: Span, accident: bool | None, lookup: Lookup, key: str) -> Condition:
    """The condition that a question about `version` is answered with yes: a comparison where that is the version being released."""
    shade = colours(version)
    name = show(version)
    if Colour.RELEASED in shade or (shade & (Colour.PERSON | Colour.SETTING) and not shade & Colour.KNOWN):
        return scene.conditions.test(Test(key, TestKind.COMPARISON, what.format(name), span, accident, (lookup,), shade))
    if shade & (Colour.KNOWN | Colour.BRANCH) or plain(version) is not None:
        note = f"latest-guard is asked about {name}, which is not the version being released"
        return scene.conditions.test(Test(key, TestKind.WEAK, note, span, lookups=(lookup,), shade=shade))
    return scene.judge.unread(f"which version latest-guard is asked about ({name})", span, key, shade)


def bare(tag: Str) -> Str:
    """The version in a tag."""
    return transform(tag, lambda whole: BEFORE.sub("", whole), "the version in")


# The gate ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer by its name for this version, and how many of the version's numbers say which line it belongs to."""

    name: Str
    depth: int


def pointer(template: Str, version: Str, span: Span) -> Pointer:
    """A pointer with the version's numbers put in."""
    whole = plain(template)
    if whole is None:
        return Pointer(template, UNKNOWN)
    depth = max((FIELDS.index(found) + 1 for found in FIELD.findall(whole)), default=0)
    parts = FIELD.split(whole)
    return Pointer(join([number(version, part) if at % 2 else text(part, span) for at, part in enumerate(parts)]), depth)


def number(version: Str, name: str) -> Str:
    """One of the version's numbers: major, minor or patch."""
    at = FIELDS.index(name)

    def cut(whole: str) -> str:
        numbers = whole.partition("-")[0].split(".")
        return numbers[at] if at < len(numbers) else "0"

    return transform(version, cut, name)


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which the gate may answer."""

    when: Condition
    latest: bool
    moved: tuple[Str, ...]


@dataclass
class Asking:
    """One question that a script puts to the gate."""

    machine: Machine
    asked: catalog.Gate
    settings: Config
    span: Span
    lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        self.lookup = Lookup("latest-guard gate", self.span, self.asked.offline, False, Order.VERSION, False)

    def run(self, to_files: bool) -> None:
        """Ask, print, write, and end with the command's status."""
        machine, conditions = self.machine, self.machine.scene.conditions
        question = Symbol(self.lookup.name, Colour.KNOWN, span=self.span, lookup=self.lookup)
        _, failed = machine.scene.ask(question, self.span)
        worked = conditions.no(failed)
        answers = [Answer(conditions.both(worked, a.when), a.latest, a.moved) for a in self.answers()]
        machine.write(self.each(answers, self.printed))
        if to_files:
            self.append("GITHUB_OUTPUT", self.each(answers, self.outputs))
        if self.asked.dotenv is not None:
            write_file(machine, one(self.asked.dotenv), machine.chunks(self.each(answers, self.dotenv)), True)
        stays = conditions.any(a.when for a in answers if not a.latest) if self.asked.exit_code else FALSE
        moves = conditions.both(worked, conditions.no(stays))
        machine.finish((Alternative(moves, text("0")), Alternative(stays, text("1")), Alternative(failed, text("2"))))

    def each(self, answers: Sequence[Answer], form: object) -> Value:
        """What is written for each answer, by `form`."""
        assert callable(form)
        return self.machine.scene.algebra.tidy(Alternative(a.when, form(a)) for a in answers)

    def append(self, variable: str, value: Value) -> None:
        """Add to the file that a variable names; nothing where it is empty."""
        names = tuple(a for a in self.machine.string(variable) if a.held)
        write_file(self.machine, names, self.machine.chunks(value), True)

    # What it answers ------------------------------------------------------------------------------------------------------

    def pointers(self) -> list[Pointer]:
        """The pointers asked about, the first of which is the answer."""
        names = [*(self.asked.pointers or self.said("pointer")), *(self.asked.channels or self.said("channel"))]
        return [self.pointer(name) for name in names]

    def said(self, option: str) -> list[Str]:
        return [text(name, self.span) for name in self.settings.texts(option)]

    def pointer(self, template: Str) -> Pointer:
        return pointer(template, self.version, self.span)

    def number(self, name: str) -> Str:
        return number(self.version, name)

    @property
    def version(self) -> Str:
        """The version asked about, without what stands before it in a tag."""
        return bare(self.asked.version)

    def answers(self) -> list[Answer]:
        """Every way in which it may answer; one of them holds."""
        pointers = self.pointers()
        holds = self.holds({pointer.depth for pointer in pointers})
        first = pointers[0]
        alone = self.alone(first) if first.depth > 0 else holds[first.depth]
        rows: list[tuple[Condition, dict[int, bool]]] = [(TRUE, {})]
        for depth, condition in holds.items():
            rows = [row for when, held in rows for row in self.split(when, held, depth, condition)]
        made: list[Answer] = []
        for when, held in rows:
            moved = tuple(pointer.name for pointer in pointers if held[pointer.depth])
            for part, flags in self.split(when, {}, 0, alone):
                made.append(Answer(part, flags[0], moved))
        return made

    def split(self, when: Condition, held: Mapping[int, bool], depth: int, condition: Condition) -> list[tuple[Condition, dict[int, bool]]]:
        conditions = self.machine.scene.conditions
        yes, no = conditions.both(when, condition), conditions.both(when, conditions.no(condition))
        return [(part, {**held, depth: answer}) for part, answer in ((yes, True), (no, False)) if part != FALSE]

    def holds(self, depths: set[int]) -> dict[int, Condition]:
        """When pointers of each depth move. The highest of all is the highest of its line as well."""
        made: dict[int, Condition] = {}
        above = FALSE
        for depth in sorted(depths - {UNKNOWN}):
            what = "latest-guard gate says that {} may move " + ("latest" if not depth else "the pointer of its line")
            above = self.machine.scene.conditions.either(above, self.test(what, f"depth {depth}", False if depth < 2 else None))
            made[depth] = above
        if UNKNOWN in depths:
            made[UNKNOWN] = self.machine.scene.judge.unread("which pointer latest-guard gate is asked about", self.span)
        return made

    def alone(self, pointer: Pointer) -> Condition:
        """The answer to a question that is put about a line."""
        return self.test("latest-guard gate is asked about a line's pointer only, and says that {} may move it", show(pointer.name), True)

    def test(self, what: str, key: str, accident: bool | None) -> Condition:
        sources = " ".join(show(source) for source in self.asked.sources)
        whole = f"latest-guard gate {show(self.asked.version)} {sources}: {key}"
        return compared(self.machine.scene, self.asked.version, what, self.span, accident, self.lookup, whole)

    # What it writes -------------------------------------------------------------------------------------------------------

    def image_tag(self) -> Str:
        """The version's own tag."""
        pattern = self.asked.image_tag or text(self.settings.texts("image-tag")[0], self.span)
        whole = plain(pattern)
        if whole is None:
            return (Symbol(f"the tag by {show(pattern)}", colours(self.version) | colours(pattern)),)
        head, found, tail = whole.partition("{version}")
        return (*text(head, self.span), *(self.version if found else ()), *text(tail, self.span))

    def tags(self, answer: Answer) -> list[Str]:
        """Every reference to push."""
        images = self.asked.images or self.said("image")
        return [join([image, tag], ":") for image in images for tag in (self.image_tag(), *answer.moved)]

    def metadata_tags(self, answer: Answer) -> list[Str]:
        """The same as entries of docker/metadata-action."""
        return [(Literal("type=raw,value=", self.span), *tag) for tag in (self.image_tag(), *answer.moved)]

    def npm_tag(self, answer: Answer) -> Str:
        """What `npm publish --tag` is given."""
        names = [(name, plain(name) or "") for name in answer.moved]
        named = next((name for name, whole in names if whole == "latest"), None)
        named = named or next((name for name, whole in names if whole[:1].isalpha()), None)
        return named or join([text("release", self.span), join([self.number("major"), self.number("minor")], ".")], "-")

    def outputs(self, answer: Answer) -> Str:
        """The step's outputs, as GitHub's file has them."""
        values: dict[str, list[Str]] = {
            "latest": [self.flag(answer)],
            "version": [self.version],
            "pointers": list(answer.moved),
            "tags": self.tags(answer),
            "metadata-tags": self.metadata_tags(answer),
            "npm-tag": [self.npm_tag(answer)],
            "reason": [text(reason(answer))],
        }
        lines = [line for name, value in values.items() for line in (text(f"{name}<<latest-guard-end"), *value, text("latest-guard-end"))]
        return join([*lines, ()], "\n")

    def flag(self, answer: Answer) -> Str:
        return text("true" if answer.latest else "false", self.span)

    def variables(self, answer: Answer, separator: str) -> dict[str, Str]:
        """The answer as variables, by their names behind `LATEST_GUARD_`."""
        return {
            "LATEST": self.flag(answer),
            "VERSION": self.version,
            "POINTERS": join(list(answer.moved), separator),
            "TAGS": join(self.tags(answer), separator),
            "NPM_TAG": self.npm_tag(answer),
        }

    def dotenv(self, answer: Answer) -> Str:
        """The answer as a dotenv report."""
        rows = self.variables(answer, ",").items()
        return join([*((Literal(f"LATEST_GUARD_{name}=", self.span), *value) for name, value in rows), ()], "\n")

    def printed(self, answer: Answer) -> Str:
        """What stands on standard output."""
        if self.asked.form == "shell":
            rows = {**self.variables(answer, " "), "REASON": text(reason(answer))}.items()
            return join([*((Literal(f"LATEST_GUARD_{name}='", self.span), *value, Literal("'")) for name, value in rows), ()], "\n")
        return self.json(answer) if self.asked.form == "json" else self.text(answer)

    def text(self, answer: Answer) -> Str:
        """A line for each pointer."""
        rows = [self.version]
        for pointer in self.pointers():
            state = f"  moves        {YES}" if pointer.name in answer.moved else f"  stays        {NO}"
            rows.append((Literal("  "), *pointer.name, Literal(state, self.span)))
        return join([*rows, ()], "\n")

    def json(self, answer: Answer) -> Str:
        """The document, with a mark for each string that only the run knows."""
        marks: dict[str, Str] = {}

        def mark(value: Str) -> str:
            key = f"mark-{len(marks)}-end"
            marks[key] = value if samples(value) is not None else text("only-the-run-knows")
            return key

        first, *_ = pointers = self.pointers()
        document = {
            "schema": "latest-guard/gate-1",
            "version": mark(self.version),
            "pointers": {mark(p.name): self.decision(answer.latest if p is first else p.name in answer.moved) for p in pointers},
            "sources": [],
            "tags": [mark(tag) for tag in self.tags(answer)],
            "metadata_tags": [mark(tag) for tag in self.metadata_tags(answer)],
            "npm_tag": mark(self.npm_tag(answer)),
        }
        return unmarked(json.dumps(document) + "\n", marks, self.span)

    def decision(self, move: bool) -> dict[str, object]:
        return {"move": move, "state": "moves" if move else "stays", "reason": YES if move else NO, "now": []}


def reason(answer: Answer) -> str:
    """Why, in words of the accident."""
    return YES if answer.latest else NO


def unmarked(whole: str, marks: Mapping[str, Str], span: Span) -> Str:
    """The text with the strings put in for their marks."""
    pieces: list[Piece] = []
    for part in re.split(r"(mark-\d+-end)", whole):
        pieces += marks[part] if part in marks else [Literal(part, span)]
    return tuple(pieces)


# The tag guard ------------------------------------------------------------------------------------------------------------

STRICT = "latest-guard check-tag (policy strict) lets {} pass"
LENIENT = "latest-guard check-tag (policy {}) lets back-ports pass"


def check_tag(machine: Machine, asked: catalog.CheckTag | None, settings: Config | None, span: Span) -> None:
    """Policy strict refuses every version below the highest: a comparison. The others accept a back-port, which is what the accident is."""
    if asked is None or settings is None or empty(asked.tag):
        machine.finish(one(text("2")))
        return
    conditions = machine.scene.conditions
    policy = plain(asked.policy) if asked.policy is not None else settings.text("policy")
    lookup = Lookup("latest-guard check-tag", span, asked.offline, False, Order.VERSION, False)
    strict = policy == "strict"
    what = STRICT if strict else LENIENT.format(policy or "of the run")
    key = f"latest-guard check-tag {show(asked.tag)} {policy}"
    passes = compared(machine.scene, asked.tag, what, span, not strict, lookup, key)
    _, failed = machine.scene.ask(Symbol(lookup.name, Colour.KNOWN, span=span, lookup=lookup), span)
    worked = conditions.no(failed)
    status = (
        Alternative(conditions.both(worked, passes), text("0")),
        Alternative(conditions.both(worked, conditions.no(passes)), text("1")),
        Alternative(failed, text("2")),
    )
    machine.finish(machine.scene.algebra.tidy(status))
