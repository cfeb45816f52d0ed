"""What is written down of a decision: the guard's verdicts, the gate's answers, plans and what became of them. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.guard import told
from latest_guard.ledger.records import Change, Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from latest_guard.gate.decision import Decision as Answered
    from latest_guard.gate.outcome import Outcome
    from latest_guard.guard.verdict import Verdict
    from latest_guard.ledger.records import Decision, Record, State
    from latest_guard.pointers.carrying import Halt
    from latest_guard.pointers.levels import Level
    from latest_guard.pointers.plan import Plan, Step

#: Puts into a record what it is about.
Filling: TypeAlias = "Callable[[Record], Record]"

OUTCOMES: dict[str, Decision] = {"accepted": "accepted", "other": "accepted", "unknown": "unknown", "refused": "refused"}


def of_verdict(verdict: Verdict, commit: str, sources: Sequence[str]) -> Filling:
    """What the guard says of a tag that is to stand on `commit`, having asked `sources`."""
    version = verdict.version.text if verdict.version else ""
    against = [f"{found.rule}: {found.message}" for found in verdict.refusals]
    why = against or [told.standing(verdict).removeprefix(", ").strip(), *verdict.notes]
    words = "; ".join(filter(None, why)) or "no version tag"
    decision = OUTCOMES[verdict.outcome]
    return lambda draft: replace(
        draft, decision=decision, version=version, tag=verdict.tag, commit=commit, sources=tuple(sources), why=words
    )


def of_outcome(outcome: Outcome) -> Filling:
    """What the gate answers: accepted where it lets the first pointer move, otherwise refused."""
    changes = tuple(change for decision in outcome.decisions for change in of_answer(decision, outcome))
    sources = tuple(answer.source for answer in outcome.answers)
    decision: Decision = "accepted" if outcome.latest else "refused"
    return lambda draft: replace(draft, decision=decision, pointers=changes, sources=sources, why=outcome.reason)


def of_answer(decision: Answered, outcome: Outcome) -> Iterator[Change]:
    """What the gate says of one pointer, for each source that knows the pointer; once, without a place, where none does."""
    state: State = "moves" if decision.state == "moves" else "there" if decision.state == "there" else "stays"
    found = [(answer, standing) for answer in outcome.answers for standing in answer.standings if standing.pointer == decision.pointer]
    for source, was in [(answer.source, Mark(standing.version, standing.digest)) for answer, standing in found] or [("", Mark())]:
        to = Mark(outcome.version.text) if decision.move else was
        yield Change(source, decision.pointer, state, was, to, why=decision.reason)


def of_plan(plan: Plan, state: Callable[[Step], State]) -> Filling:
    """A plan, or what became of it; `state` says what becomes of each step."""
    places = tuple(dict.fromkeys(step.place for step in plan.steps))
    return lambda draft: replace(draft, sources=places, pointers=tuple(of_step(step, state(step)) for step in plan.steps))


def of_step(step: Step, state: State) -> Change:
    """One step of a plan."""
    was = Mark(step.now, step.mark)
    to = was if state == "stays" else Mark(step.version.text, step.goal)
    return Change(step.place, step.pointer, state, was, to, step.way == "back", step.why)


def intended(step: Step) -> State:
    """What is to become of a step."""
    return "moves" if step.moves else left_alone(step)


def left_alone(step: Step) -> State:
    """What a step is when nothing is moved."""
    return "there" if step.way == "there" else "stays"


def done(step: Step) -> State:
    """What has become of a step when all went well."""
    return "moved" if step.moves else left_alone(step)


def after(halt: Halt) -> Callable[[Step], State]:
    """What has become of each step when one of them failed."""
    special: dict[Step, State] = {halt.failed: "failed", **dict.fromkeys(halt.left, "left")}
    return lambda step: special.get(step) or done(step)


def of_levels(levels: Sequence[Level], state: Callable[[Level], State]) -> Filling:
    """Pointers that reconcile sets, has set, or finds where they should be."""
    places = tuple(dict.fromkeys(level.place for level in levels))
    known = {level.goal: level.version.text for level in levels}
    return lambda draft: replace(draft, sources=places, pointers=tuple(of_level(level, state(level), known) for level in levels))


def of_level(level: Level, state: State, known: Mapping[str, str]) -> Change:
    """One pointer of reconcile's. What it was is told by its digest: that of a version in `known`, or of none that one asked about."""
    was, to = Mark(known.get(level.mark, ""), level.mark), Mark(level.version.text, level.goal)
    return Change(level.place, level.pointer, state, was, to, why=f"{level.version.text} is the highest of its line")
