"""From the conditions under which a move was reached to its verdict (DESIGN section 4, "The verdict").

A condition is a boolean function of tests.  In the accident some of them are known: a comparison that could be worked out, and
lookups, which are taken to succeed.  Then a move is

* gated, if some answer to the comparisons keeps it from happening whatever the other tests say;
* manual, if a person's answer can keep it from happening; opaque, if an unread test can; weak, if any other test can;
* ungated, if nothing can.

What only says which of several cases a run is (the leg of a matrix) never helps: every case happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latest_guard.findings import Pointer, TraceStep, Verdict
from latest_guard.pipeline import Start
from latest_guard.replay.conditions import DECIDING, FALSE, TRUE, Condition, Conditions, Test, TestKind
from latest_guard.replay.publishing import approved, has_version
from latest_guard.replay.wording import RELEASED

if TYPE_CHECKING:
    from latest_guard.pipeline import Scenario
    from latest_guard.replay.scene import Asked, Reach, Scene
    from latest_guard.source import Span

#: From worst to best.
ORDER = (Verdict.UNGATED, Verdict.WEAK, Verdict.OPAQUE, Verdict.MANUAL, Verdict.GATED)


@dataclass(frozen=True, slots=True)
class Judged:
    """A reach with its verdict in one scenario, and what the rules want to know of it.

    `comparisons` are the tests that gate it, `turned` those that stand in its way and do not; `fails_open` the lookups whose failure
    lets it through; `weak` the tests that are no comparison.  `approved` is that somebody decides after the version came out, `publishes`
    that something of the version comes out in the run, `versioned` that the image has a tag of the version's own.
    """

    reach: Reach
    scenario: Scenario
    system: str
    verdict: Verdict
    reason: str
    trace: tuple[TraceStep, ...]
    comparisons: tuple[Test, ...]
    turned: tuple[Test, ...]
    fails_open: tuple[Test, ...]
    weak: tuple[Test, ...]
    asked: tuple[Asked, ...]
    releases: bool
    approved: bool
    publishes: bool
    versioned: bool


def united(scene: Scene) -> list[Reach]:
    """The scene's reaches, those that are one command reached by one way united: it moves the pointer where any of them does.

    A command whose words differ with the way that led to it (its tag was set under a comparison, or because a lookup failed) is one move.
    """
    groups: dict[object, list[Reach]] = {}
    for reach in scene.reaches:
        groups.setdefault((reach.span, reach.pointer, reach.via, reach.job, reach.frames), []).append(reach)
    return [_one(scene, group) for group in groups.values()]


def _one(scene: Scene, group: list[Reach]) -> Reach:
    if len(group) == 1:
        return group[0]
    conditions = scene.conditions
    whole = conditions.any(reach.condition for reach in group)
    ways: dict[tuple[Span, ...], Condition] = {}
    for reach in group:
        ways[reach.names] = conditions.either(ways.get(reach.names, FALSE), reach.condition)
    met = dict.fromkeys(test for way in ways.values() for test in conditions.support(way) if test.kind in DECIDING)
    decided = set(conditions.support(whole))
    names = tuple(dict.fromkeys(span for reach in group for span in reach.names))
    return replace(group[0], condition=whole, names=names, overruled=tuple(test for test in met if test not in decided))


def judged(scene: Scene) -> list[Judged]:
    """The verdicts of everything that the scene has reached."""
    reaches = united(scene)
    alone = [judge(scene, reach) for reach in reaches]
    gated: dict[Pointer, Condition] = {}
    for one in alone:
        if one.verdict is Verdict.GATED:
            left = scene.conditions.given(one.reach.condition, accidental)
            gated[one.reach.pointer] = scene.conditions.either(gated.get(one.reach.pointer, FALSE), left)
    torn = {pointer for pointer, left in gated.items() if not stoppable(scene.conditions, left, TestKind.COMPARISON)}
    whole = [_torn(one) if one.verdict is Verdict.GATED and one.reach.pointer in torn else one for one in alone]
    return [_anyhow(scene, one, whole) if one.verdict is Verdict.MANUAL else one for one in whole]


def _anyhow(scene: Scene, one: Judged, others: Iterable[Judged]) -> Judged:
    """A person who only chooses whose pointer of this name one command moves decides nothing: it moves one or the other."""
    here = (one.reach.span, one.reach.pointer.kind, one.reach.pointer.name)
    same = [o.reach for o in others if (o.reach.span, o.reach.pointer.kind, o.reach.pointer.name) == here]
    if len(same) < 2:
        return one
    together = judge(scene, replace(one.reach, condition=scene.conditions.any(reach.condition for reach in same)))
    if together.verdict is Verdict.MANUAL:
        return one
    return replace(one, verdict=together.verdict, reason=together.reason)


def _torn(one: Judged) -> Judged:
    """A move behind one outcome of a comparison, where another place moves the same pointer behind the other outcome."""
    reason = "both outcomes of a comparison move it, here or elsewhere: " + one.comparisons[-1].note
    return replace(one, verdict=Verdict.WEAK, reason=reason, turned=one.comparisons, comparisons=(), fails_open=())


def judge(scene: Scene, reach: Reach) -> Judged:
    """The verdict of one reach, taken by itself."""
    conditions = scene.conditions
    conditions.allow()
    condition = reach.condition
    support = conditions.support(condition)
    accident = conditions.given(condition, accidental)
    comparisons = tuple(test for test in support if test.kind is TestKind.COMPARISON)
    verdict = verdict_of(conditions, accident, comparisons, published(scene, reach))
    comes_out = conditions.any(scene.published.values())
    verdict = Verdict.OPAQUE if conditions.full else verdict
    gated = verdict is Verdict.GATED
    open_ = failing_open(conditions, condition) if gated else ()
    weak = tuple(test for test in support if test.kind in (TestKind.WEAK, TestKind.PRERELEASE, TestKind.PERSON, TestKind.UNREAD))
    return Judged(
        reach, scene.scenario, scene.system, verdict, reason(scene, verdict, comparisons, weak, support), trace(scene, reach, support),
        comparisons if gated else (), () if gated else comparisons, open_, weak, asked(scene, comparisons), scene.releases(),
        approved(scene, reach) or spares(conditions, condition, comes_out), comes_out != FALSE, has_version(scene, reach),
    )  # fmt: skip


def accidental(test: Test) -> bool | None:
    """How a test comes out in the accident: comparisons as they were worked out, lookups succeed."""
    if test.kind is TestKind.COMPARISON:
        return test.accident
    return False if test.kind is TestKind.LOOKUP else None


def verdict_of(conditions: Conditions, accident: Condition, comparisons: Iterable[Test], comes_out: Condition) -> Verdict:
    """The verdict of a move of whose condition `accident` is left in the accident; `comes_out` is when the version itself does."""
    if any(True for _ in comparisons) and stoppable(conditions, accident, TestKind.COMPARISON):
        return Verdict.GATED
    if accident == FALSE:
        return Verdict.WEAK
    if spares(conditions, accident, comes_out):
        return Verdict.MANUAL
    if stoppable(conditions, accident, TestKind.UNREAD):
        return Verdict.OPAQUE
    cases = (TestKind.SCENARIO, TestKind.WORK, TestKind.PERSON)
    anyhow = conditions.possible(accident, lambda test: test.kind in cases)
    return Verdict.UNGATED if anyhow == TRUE else Verdict.WEAK


def published(scene: Scene, reach: Reach) -> Condition:
    """When the version itself comes out in a run in which this move can be met: by the same job, or by one that can run beside it."""
    conditions = scene.conditions
    found = [when for (kind, job), when in scene.published.items() if kind == reach.pointer.kind and _beside(scene, reach, job, when)]
    return conditions.any(found)


def _beside(scene: Scene, reach: Reach, job: str, when: Condition) -> bool:
    return job == reach.job or scene.conditions.both(when, reach.condition) != FALSE


def spares(conditions: Conditions, accident: Condition, comes_out: Condition) -> bool:
    """Can a person release the version and spare the pointer?  Who only chooses what is released decides nothing about the pointer."""

    def others(test: Test) -> bool:
        return test.kind is not TestKind.PERSON

    stays = conditions.certain(conditions.no(accident), others)
    comes = TRUE if comes_out == FALSE else conditions.possible(comes_out, others)
    return conditions.both(stays, comes) != FALSE


def stoppable(conditions: Conditions, condition: Condition, kind: TestKind) -> bool:
    """Is there an answer to the tests of this kind with which the condition never holds?"""
    return conditions.certain(conditions.no(condition), lambda test: test.kind is not kind) != FALSE


def failing_open(conditions: Conditions, condition: Condition) -> tuple[Test, ...]:
    """The lookups whose failure, or else whose empty answer, lets a gated move through: one test for each place."""
    found: list[Test] = []
    for lookup in conditions.support(condition):
        if lookup.kind is not TestKind.LOOKUP or any(test.span == lookup.span for test in found):
            continue

        def answer(test: Test, failing: Test = lookup) -> bool | None:
            return True if test is failing else accidental(test)

        left = conditions.given(condition, answer)
        if left != FALSE and not stoppable(conditions, left, TestKind.COMPARISON):
            found.append(lookup)
    return tuple(found)


def asked(scene: Scene, comparisons: Iterable[Test]) -> tuple[Asked, ...]:
    """The lookups whose answers these comparisons compare."""
    names = {lookup.name for test in comparisons for lookup in test.lookups}
    return tuple(a for a in scene.lookups if a.name in names)


# Words ------------------------------------------------------------------------------------------------------------------


def reason(scene: Scene, verdict: Verdict, comparisons: tuple[Test, ...], weak: tuple[Test, ...], support: list[Test]) -> str:
    """Why, in one line."""
    if verdict is Verdict.GATED:
        return "a comparison stands in front of it: " + comparisons[-1].note
    if comparisons:
        return "a comparison is met on the way, and an older version gets through all the same: " + comparisons[-1].note
    if verdict is Verdict.UNGATED:
        called = scene.scenario.start is Start.ENTRY
        return "nothing in this file, or in what it runs, stands in front of it" if called else "nothing stands in front of it in a release"
    if verdict is Verdict.MANUAL:
        return "a person decides: " + _first(weak, TestKind.PERSON)
    if verdict is Verdict.OPAQUE:
        return "what decides cannot be read here: " + (_first(weak, TestKind.UNREAD) or "too many conditions meet here to be worked out")
    told = [test.note for test in weak] or [test.note for test in support]
    return "its condition compares no versions: " + (_telling(told) if told else "it depends on a lookup that fails")


def started(scenario: Scenario) -> str:
    """How a run begins, in words."""
    if scenario.start is Start.ENTRY:
        return "called with a version: by hand, or by what is not read here"
    return "starts on " + scenario.name


def _telling(notes: list[str]) -> str:
    """The note that says most about a release: the last one that speaks of its version, else the last one."""
    return next((note for note in reversed(notes) if RELEASED in note or "prerelease" in note), notes[-1])


def _first(tests: tuple[Test, ...], kind: TestKind) -> str:
    return next((test.note for test in tests if test.kind is kind), "")


ROLES = {
    TestKind.COMPARISON: "comparison", TestKind.LOOKUP: "lookup", TestKind.UNREAD: "unread", TestKind.PERSON: "condition",
    TestKind.WEAK: "condition", TestKind.PRERELEASE: "condition", TestKind.SCENARIO: "", TestKind.WORK: "",
}  # fmt: skip


def trace(scene: Scene, reach: Reach, support: list[Test]) -> tuple[TraceStep, ...]:
    """The way from the trigger to the move: trigger, jobs and steps, conditions, where the name is put together, the move."""
    steps = [TraceStep(scene.scenario.span, started(scene.scenario), "trigger"), *reach.frames]
    lookups = {test.span: test for test in reversed(support) if test.kind is TestKind.LOOKUP}  # the first of each place
    told = [test for test in support if test.kind is not TestKind.LOOKUP or lookups[test.span] is test]
    steps += [TraceStep(test.span, test.note, ROLES[test.kind]) for test in told if test.span is not None and ROLES[test.kind]]
    steps += [TraceStep(span, "the pointer's name comes from here", "name") for span in reach.names if span != reach.span]
    steps.append(TraceStep(reach.span, f"{reach.via} sets {reach.pointer.target}", "move"))
    return tuple(dict.fromkeys(steps))


KindTest = Callable[[Test], bool]
