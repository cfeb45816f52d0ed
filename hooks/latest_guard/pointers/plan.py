"""What is to be moved, decided before anything is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from latest_guard.gate.decision import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from latest_guard.gate.naming import Template
    from latest_guard.sources.contract import Answer, Pointer, Released, Standing

#: `there`: nothing to do; `new`: not there yet; `forward`, `back`: by version, or by what is certain of it; `stays`: a prerelease.
Way: TypeAlias = Literal["there", "new", "forward", "back", "stays"]


@dataclass(frozen=True, slots=True)
class Step:
    """One pointer in one place: what it is (`now`, its `mark`), what it is to be (`version`, its `goal`), which way that is, and why."""

    place: str
    pointer: str
    now: str
    mark: str
    version: Released
    goal: str
    way: Way
    why: str
    new_major: bool = False

    @property
    def moves(self) -> bool:
        """Whether carrying it out changes something."""
        return self.way in ("new", "forward", "back")


@dataclass(frozen=True, slots=True)
class Plan:
    """All the steps of one act, place by place."""

    steps: tuple[Step, ...]

    @property
    def moves(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.moves)

    @property
    def back(self) -> tuple[Step, ...]:
        """The steps that go back."""
        return tuple(step for step in self.steps if step.way == "back")

    @property
    def grave(self) -> bool:
        """Whether it wants more than a yes: a new major version, or more than one pointer that goes back."""
        return any(step.new_major for step in self.moves) or len(self.back) > 1

    def without_going_back(self) -> Plan:
        """The same plan with the pointers that would go back left where they are."""
        return Plan(tuple(step if step.way != "back" else stayed(step) for step in self.steps))


def stayed(step: Step) -> Step:
    """The step as one that leaves its pointer alone."""
    return Step(step.place, step.pointer, step.now, step.mark, step.version, step.goal, "stays", step.why)


def step_for(template: Template, pointer: Pointer, version: Released, goal: str, answer: Answer) -> Step:
    """The step that sets `pointer` to `version` in the place that gave `answer`."""
    standing = next((found for found in answer.standings if found.pointer == pointer.name), None)
    mark = standing.digest if standing else ""
    now = present(answer, standing)
    way, why = way_of(template, pointer, version, goal, mark, now, answer)
    raises_major = template.depth == 0 and way == "forward" and now is not None and now.key[2][:1] < version.key[2][:1]
    return Step(answer.source, pointer.name, standing.version if standing else "", mark, version, goal, way, why, raises_major)


def present(answer: Answer, standing: Standing | None) -> Released | None:
    """The released version that a pointer stands for now, None where it is not there or cannot be told."""
    text = standing.version if standing else ""
    return next((version for version in answer.released if text and text in (version.text, version.name)), None)


def way_of(
    template: Template, pointer: Pointer, version: Released, goal: str, mark: str, now: Released | None, answer: Answer
) -> tuple[Way, str]:
    """Which way the pointer would go, and the reason in words."""
    if not version.final and not template.channel:
        return "stays", f"{version.text} is a prerelease"
    if mark == goal:
        return "there", f"it is {version.text} already"
    if not mark:
        return "new", "it is not there yet"
    if now is None:
        highest = highest_of(pointer, answer.released)
        certain = highest is not None and highest.key <= version.key
        return ("forward", f"{version.text} is the highest") if certain else ("back", "nobody can tell what it is now")
    if now.key == version.key:
        return "forward", f"another build of {version.text}"
    return ("forward", f"{version.text} is higher") if now.key < version.key else ("back", f"{now.text} is higher")


def highest_of(pointer: Pointer, released: Iterable[Released]) -> Released | None:
    """The highest version that the pointer may stand for."""
    return max((version for version in released if pointer.covers(version)), key=key_of, default=None)


def lines_of(templates: Sequence[Template], released: Sequence[Released]) -> list[tuple[Template, Pointer, Released]]:
    """Every pointer that the versions `released` call for, with the version that it should be: the highest of its line.

    The order is that of the templates, and from the highest line down. A name that is a version's own is no pointer.
    """
    found: dict[str, tuple[Template, Pointer, Released]] = {}
    names = {version.name for version in released}
    for template in templates:
        for version in sorted(released, key=key_of, reverse=True):
            name = template.name(version)
            if (version.final or template.channel) and name not in found and name not in names:
                found[name] = (template, template.pointer(version), version)
    return list(found.values())
