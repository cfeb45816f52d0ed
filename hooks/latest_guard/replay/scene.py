"""One scenario being replayed: its conditions, the files that are there, and every move that was reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from latest_guard.catalog.entries import Effect, Form, Target
from latest_guard.catalog.images import is_highest
from latest_guard.findings import Pointer, TraceStep
from latest_guard.pipeline import Pipeline, Scenario, Start
from latest_guard.replay.alternatives import Algebra, Alternative, Alternatives, Value, literal, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Conditions, Test, TestKind
from latest_guard.replay.judge import Judge
from latest_guard.replay.pointers import Watch, folded, moved, versioned
from latest_guard.source import Source, Span
from latest_guard.values import Colour, Data, Either, Order, Str, Symbol, colours, plain, spans, symbols

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Expression

#: What a reader makes of a file.
Read = TypeVar("Read")

#: Commands and steps in one scenario, and in one that no pipeline starts or that releases nothing; past it the rest is not walked.
STEPS = 15_000
IDLE_STEPS = 1_500
ENTRY_STEPS = 8_000
#: Kinds of pointers whose content is built of what is checked out.
BUILT = frozenset(("docker", "docs", "storage"))
#: Where, among the files that a run has written, stands what a step hands to those behind it.
CHANNEL = "/channel/"
#: Calls inside calls: functions, scripts, make targets, workflows.
DEPTH = 24


class Relevance(Protocol):
    """Says which jobs of a pipeline are worth walking."""

    def jobs(self, pipeline: Pipeline) -> frozenset[str]:
        """The ids of those jobs."""

    def matters(self, path: str) -> bool:
        """Is a script worth walking whose output nobody reads?"""

    def file(self, path: str) -> bool:
        """Can a mover stand in this file, or in one that it names?"""

    def named(self, text: str, folder: str) -> list[str]:
        """The files of the repository that a command line names, or that the tool which it calls reads in this folder."""

    def making(self, path: str, folder: str, goals: Sequence[str], said: str) -> bool:
        """The same for goals of a makefile, in which `*` stands for what is not known of one; `said` is what the command line sets."""


class Tree(Protocol):
    """The repository's files, for following what a pipeline calls."""

    def read(self, path: str) -> Source | None:
        """The text of a file inside the repository by its path from the root; None where there is none or it is no text."""

    def source(self, path: str) -> Source | None:
        """The text of a file that was read already, by the path that its spans have."""

    def listing(self) -> Iterable[str]:
        """The paths of the repository's files."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A move that was reached: under which condition, and by which way.

    `overruled` are tests that decide about one way of naming the pointer here, while another way names it whatever they say;
    `fooled` tests that a condition on the way asks about, where either answer is a text, and every text is true.
    """

    pointer: Pointer
    via: str
    span: Span
    condition: Condition
    frames: tuple[TraceStep, ...]
    names: tuple[Span, ...]
    job: str
    serial: str
    overruled: tuple[Test, ...] = ()
    fooled: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A lookup that was made: where, on which checkout, under which condition."""

    name: str
    span: Span | None
    failure: Condition
    local: bool
    checkout: str = ""


@dataclass(slots=True)
class Chunk:
    """Text that was written under a condition; `fresh` means that what was there before is gone."""

    when: Condition
    text: Str
    fresh: bool = False


@dataclass
class Scene:
    """Everything that one scenario's replay shares."""

    scenario: Scenario
    tree: Tree
    watch: Watch
    system: str
    relevance: Relevance
    followers: Mapping[str, Callable[..., bool]] = field(default_factory=dict)  # tools that run what a file of the repository says
    reader: Callable[..., None] | None = None  # reads a program in another language than the shell's
    conditions: Conditions = field(default_factory=Conditions)
    reaches: list[Reach] = field(default_factory=list)
    lookups: list[Asked] = field(default_factory=list)
    frames: list[TraceStep] = field(default_factory=list)
    files: dict[str, list[Chunk]] = field(default_factory=dict)
    named: list[tuple[str, Str, Condition, Span]] = field(default_factory=list)
    followed: set[str] = field(default_factory=set)
    readings: dict[object, list[Any]] = field(default_factory=dict)  # makefiles as they were read in this scenario
    made: set[Span] = field(default_factory=set)  # the rules of makefiles that were made, by their places
    strangers: dict[str, list[Alternative[Str]]] = field(default_factory=dict)  # by a step's outputs: who may have written them unread
    job: str = ""
    checkout: str = ""  # what the checkout brings along: "", "shallow" or "full"
    forwards: Condition = FALSE  # the highest version is checked out: what is built of it moves no pointer back
    fooled: list[Test] = field(default_factory=list)  # what conditions above ask about in vain
    placed: set[str] = field(default_factory=set)  # folders, besides its root, in which the repository is checked out
    serial: str = ""  # what keeps two releases apart here: "" nothing, "apart" one group for all, "cancels" one that stops runs half way
    released: bool = False  # the project's own version was read
    typed: bool = False  # a version was typed for this run that no file asks for
    releasing: bool = False  # a tool releases that finds its version by itself, whatever starts it
    builds: bool = False  # the pipeline builds branches as well
    published: dict[tuple[str, str], Condition] = field(default_factory=dict)  # by kind and job: when the version itself comes out
    versions: set[str] = field(default_factory=set)  # the images of which a tag of the version's own is pushed
    approvals: dict[str, frozenset[str]] = field(default_factory=dict)  # by job: those whose environments are approved before it
    steps: int = 0
    share: int = 0  # the count of steps at which the job being walked has had its share; 0 where it may have all
    cut: bool = False  # something was not walked to its end
    lost: bool = False  # and what can move something in it was not even looked through
    deep: bool = False  # what is walked is nested too deeply
    skimmed: dict[object, object] = field(default_factory=dict)  # what was looked through past a bound
    cache: dict[object, tuple[object, object]] = field(default_factory=dict)
    evaluate: Callable[[Expression], Alternatives[object]] | None = None

    def __post_init__(self) -> None:
        self.algebra = Algebra(self.conditions, self.watch.mentioned)
        self.judge = Judge(self.conditions)

    def releases(self) -> bool:
        """Is a version being released in this scenario?

        A manual run is a release where a version is typed for it, or, in a pipeline that builds no branches, read from the project's files.
        """
        if self.releasing:
            return True
        if self.scenario.start is Start.MANUAL:
            typed = self.typed or any(_released(data) for data in self.scenario.contexts.values())
            return typed or (self.released and not self.builds)
        return self.scenario.start in (Start.RELEASE, Start.CALLED, Start.ENTRY)

    def once(self, kind: str, source: Source, read: Callable[[Source], Read]) -> Read:
        """What `read` makes of a file, worked out once; `kind` tells it from what others make of the same file."""
        key = kind, source.path
        if key not in self.cache:
            self.cache[key] = source, read(source)
        return cast("Read", self.cache[key][1])

    # Frames -------------------------------------------------------------------------------------------------------------

    def enter(self, span: Span, note: str, role: str = "") -> None:
        """Go into a job, a step, a script: it stands on the trace of what is reached inside."""
        head = span if span.line == span.end_line else Span(span.path, span.line, span.column, span.line, span.column + 1)
        self.frames.append(TraceStep(head, note, role))
        self.conditions.place = head

    def leave(self) -> None:
        """Come back out."""
        self.frames.pop()

    def tired(self) -> bool:
        """Has a bound been hit?  Counts one step."""
        self.steps += 1
        over = self.over()
        self.cut = self.cut or over
        return over

    def over(self) -> bool:
        """Is what comes next past a bound: of steps, of conditions, of depth?"""
        return self.deep or self.conditions.full or self.steps > (self.share or self.bound())

    def beyond(self, path: Condition, span: Span, why: str = "") -> Condition:
        """When a place is reached that is past a bound, by a way that leads along `path`: what decides on the rest of it is unread."""
        full = self.conditions.full
        note = why or (
            "it is nested too deeply to be walked" if self.deep
            else "too many conditions meet before it to be worked out" if full
            else "more happens before it than is walked"
        )  # fmt: skip
        unread = self.judge.unread(note, span, f"past a bound: {note} {self.job}")
        return unread if full else self.conditions.both(path, unread)

    def part(self) -> int:
        """The count of steps at which one of several things to walk has had its part: three quarters of what is left."""
        return self.steps + max(((self.share or self.bound()) - self.steps) * 3 // 4, 1)

    def bound(self) -> int:
        """The bound of steps of the whole scenario."""
        return {Start.BRANCH: IDLE_STEPS, Start.ENTRY: ENTRY_STEPS}.get(self.scenario.start, STEPS)

    def inside(self, path: str) -> str:
        """A path of the run as one of the repository: without the folder into which it was checked out."""
        for folder in self.placed:
            if path.startswith(folder + "/"):
                return path[len(folder) + 1 :]
        return path

    # Lookups ------------------------------------------------------------------------------------------------------------

    def ask(self, symbol: Symbol, span: Span) -> tuple[Value, Condition]:
        """The answer of a lookup, and the condition that it failed.

        Its alternatives: the symbol; or, where it fails or finds nothing, an empty string.
        """
        if Colour.RELEASED in symbol.colours:
            self.released = True
        if Colour.KNOWN not in symbol.colours:
            return one((symbol,)), FALSE
        failure, silence = self._unanswered(symbol, span)
        local = symbol.lookup.local if symbol.lookup else False
        self.lookups.append(Asked(symbol.name, span, failure, local, self.checkout))
        nothing = self.conditions.either(failure, silence)
        answer: Value = (Alternative(self.conditions.no(nothing), (symbol,)), Alternative(nothing, ()))
        return answer, failure

    def _unanswered(self, symbol: Symbol, span: Span) -> tuple[Condition, Condition]:
        """The conditions that a lookup fails, and that it succeeds with an empty answer.

        Tags of a whole checkout are always there, and who asks for one version and finds none is told so by an error.
        """
        name, test = symbol.name, self.conditions.test
        failure = test(Test(f"lookup fails: {name} at {span}", TestKind.LOOKUP, f"`{name}` fails or finds nothing", span))
        lookup = symbol.lookup
        if lookup is None or lookup.local or not (lookup.many or lookup.order is Order.DATE):
            return failure, FALSE
        return failure, test(Test(f"lookup finds nothing: {name} at {span}", TestKind.LOOKUP, f"`{name}` finds nothing", span))

    def checked_out(self, ref: Value, path: Condition, span: Span) -> None:
        """Something else is checked out under `path` from now on; it may be the highest version, which is worked out before."""
        highest = self.conditions.any(a.when for a in ref if is_highest(a.held))
        lookups = tuple(dict.fromkeys(s.lookup for a in ref for s in symbols(a.held) if s.lookup is not None))
        test = Test(f"checks out the highest {span}", TestKind.COMPARISON, "the highest version is checked out", span, True, lookups)
        held = self.conditions.both(highest, self.conditions.test(test)) if highest != FALSE else FALSE
        stays = self.conditions.both(self.forwards, self.conditions.no(path))
        self.forwards = self.conditions.either(stays, self.conditions.both(path, held))

    # Moves --------------------------------------------------------------------------------------------------------------

    def reach(self, kind: str, via: str, target: Target, span: Span, path: Condition, settings: tuple[Span, ...] = ()) -> None:
        """`target` is being set under `path`: a move where its name is under watch. `settings` are places that say how it is done."""
        if target.effect is Effect.PUSH_ALL:
            self._push_all(kind, via, target, span, path)
            return
        found = moved(kind, target, self.watch)
        if target.effect in (Effect.MOVE, Effect.PUBLISH) and not target.points and _publishes(kind, target, found):
            self.published[kind, self.job] = self.conditions.either(self.published.get((kind, self.job), FALSE), path)
        if kind == "docker":
            self.versions.update(versioned(target))
        if found is None or target.effect is Effect.PUBLISH:
            return
        path = self.conditions.both(path, self.allowed(target, span))
        if folded(target.text) is not None:
            path = self.beyond(path, span, "too many alternatives meet in its name to be followed")
        if target.compares:
            note = f"{via} moves only forwards"
            test = Test(f"{note} {span}", TestKind.COMPARISON, note, span, False, settles=target.settles)
            path = self.conditions.both(path, self.conditions.test(test))
        if kind in BUILT and not target.copies:
            path = self.conditions.both(path, self.conditions.no(self.forwards))
        if path == FALSE:
            return
        if target.effect is Effect.NAME:
            if target.form is Form.IMAGE:
                self.named.append((found.target.rpartition(":")[0], target.text, path, span))
            return
        places = tuple(dict.fromkeys((*settings, *spans(target.text))))
        self.reaches.append(Reach(found, via, span, path, tuple(self.frames), places, self.job, self.serial, fooled=tuple(self.fooled)))

    def allowed(self, target: Target, span: Span) -> Condition:
        """The condition that the target's own switches let it happen."""
        held = [self.truthy(text, span) for text in target.only_if]
        held += [self.conditions.no(self.truthy(text, span)) for text in target.unless]
        return self.conditions.all(held)

    def truthy(self, string: Str, span: Span | None) -> Condition:
        """A switch that tools read: `true`, `1`, `yes` are on; empty, `false`, `0`, `no` are off."""
        known = plain(string)
        if known is not None:
            return TRUE if known.strip().lower() in ("true", "1", "yes", "on", "always") else FALSE
        if len(string) == 1 and isinstance(string[0], Symbol) and string[0].kind.value == "boolean":
            return self.judge.true(string, span)
        return self.judge.equal(string, literal("true")[0].held, span)

    def _push_all(self, kind: str, via: str, target: Target, span: Span, path: Condition) -> None:
        if target.form is Form.REF:
            return
        repository = plain(target.text) or ""
        for image, text, when, place in list(self.named):
            if image == repository or not repository or image.endswith("/" + repository):
                note = "the name was given here"
                self.enter(place, note, "name")
                self.reach(kind, via, Target(text, Form.IMAGE), span, self.conditions.both(path, when))
                self.leave()


def _publishes(kind: str, target: Target, found: Pointer | None) -> bool:
    """Does this publish the version itself? Releases and packages do whatever pointer they set, an image by the version's name."""
    if target.form is Form.RELEASE or kind == "npm":
        return True
    return found is None and bool(colours(target.text) & Colour.RELEASED)


def _released(data: Data) -> bool:
    """Does the released version stand anywhere in this data?"""
    if isinstance(data, tuple):
        return any(isinstance(piece, Symbol) and Colour.RELEASED in piece.colours for piece in data)
    if isinstance(data, Either):
        return any(_released(option) for option in data.options)
    if isinstance(data, list):
        return any(_released(item) for item in data)
    return isinstance(data, Mapping) and any(_released(value) for value in data.values())
