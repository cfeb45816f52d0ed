"""The steps of a job in the order in which they would run."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeGuard

from latest_guard.files import normal
from latest_guard.pipeline import Action, Binding, Pipeline, Run, Step, Use
from latest_guard.replay import scripts, uses
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.evaluation import Contexts, Found, datum, strings, template, tidy, truthy
from latest_guard.replay.ruling import allowed
from latest_guard.values import Colour, Kind, Str, Symbol, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from latest_guard.expressions.tree import Template
    from latest_guard.replay.scene import Scene

CALLS = 8
#: Where steps have had all conditions that are worked out, each further one is allowed this part of them.
PARTS = 5


class Definitions(Protocol):
    """The repository's own actions and pipelines, read when they are called."""

    def action(self, path: str) -> Action | None:
        """The local action in the folder `path`."""

    def pipeline(self, path: str, caller: str = "") -> Pipeline | None:
        """The pipeline in the file `path`; one that no system claims by its name is of the system of the file `caller`."""


@dataclass
class State:
    """What the steps of one job share."""

    scene: Scene
    definitions: Definitions
    outer: Contexts  # what the job's own expressions can ask for
    env: dict[str, Found]
    ran: Condition
    going: Condition  # every step up to here has succeeded
    steps: dict[str, object] = field(default_factory=dict)
    added: dict[str, Found] = field(default_factory=dict)  # what steps have put into the environment of later ones
    shell: str = ""
    directory: Template | None = None
    depth: int = 0
    prefix: str = ""

    def contexts(self) -> Contexts:
        """What a step's expressions can ask for."""
        env = {**self.env, **self.added}
        return replace(self.outer, names={**self.outer.names, "env": env, "steps": self.steps}, status=self.status)

    def status(self, name: str) -> Condition:
        """`success()` and its kin inside a job."""
        conditions = self.scene.conditions
        failed = conditions.both(self.ran, conditions.no(self.going))
        return {"success": conditions.no(failed), "failure": failed, "always": TRUE}.get(name, FALSE)


def environment(scene: Scene, contexts: Contexts, bindings: Iterable[Binding], before: Mapping[str, Found]) -> dict[str, Found]:
    """`env:` entries as values; later ones see what was there before."""
    made = dict(before)
    for binding in bindings:
        seen = replace(contexts, names={**contexts.names, "env": dict(made)})
        made[binding.name] = strings(scene, template(scene, seen, binding.value))
    return made


def run_steps(state: State, steps: Sequence[Step]) -> None:
    """Walk the steps one after the other."""
    for index, step in enumerate(steps):
        state.scene.tired()
        if not _goes_on(step):
            before = state.scene.share
            state.scene.share = before if step is steps[-1] else state.scene.part()
            run_step(state, step, f"{state.prefix}/{index}", _behind(steps, index))
            state.scene.share = before


def _behind(steps: Sequence[Step], index: int) -> tuple[Run, ...]:
    """The steps behind one that go on in its shell."""
    found: list[Run] = []
    for step in steps[index + 1 :]:
        if not _goes_on(step):
            break
        found.append(step)
    return tuple(found)


def _goes_on(step: Step) -> TypeGuard[Run]:
    """Does a step go on in the shell of the one before?"""
    return isinstance(step, Run) and step.continues


def run_step(state: State, step: Step, place: str, more: tuple[Run, ...] = ()) -> None:
    """Walk one step under its condition, with those that go on in its shell."""
    scene, conditions = state.scene, state.scene.conditions
    if conditions.full:  # what an earlier step was too much for must not hide what this one asks
        conditions.allow(PARTS)
    contexts = state.contexts()
    own = environment(scene, contexts, step.env, {**state.env, **state.added})
    contexts = replace(contexts, names={**contexts.names, "env": own})
    fooled = len(scene.fooled)
    path = conditions.both(state.ran, allowed(scene, contexts, step.condition))
    if path == FALSE:
        del scene.fooled[fooled:]
        if step.id:
            state.steps[step.id] = {"outputs": {}, "outcome": text("skipped"), "conclusion": text("skipped")}
        return
    scene.enter(step.span, f"step {step.name or step.id or _what(step)}", "step")
    outputs, succeeded = _fitting(state, step, more, own, contexts, path, place)
    scene.leave()
    del scene.fooled[fooled:]
    failed = conditions.both(path, conditions.no(succeeded))
    tolerant = step.tolerant is not None and truthy(scene, datum(scene, contexts, step.tolerant)) != FALSE
    if not tolerant:
        state.going = conditions.settled(conditions.both(state.going, conditions.no(failed)))
    if step.id:
        outcome = tidy(scene, [
            Alternative(conditions.both(path, succeeded), text("success")), Alternative(failed, text("failure")),
            Alternative(conditions.no(path), text("skipped")),
        ])  # fmt: skip
        state.steps[step.id] = {"outputs": _within(scene, outputs, path), "outcome": outcome, "conclusion": outcome}


def _what(step: Step) -> str:
    return step.uses if isinstance(step, Use) else "run"


def _within(scene: Scene, outputs: Mapping[str, Found], path: Condition) -> dict[str, object]:
    """A step that did not run has no outputs."""
    if path == TRUE:
        return dict(outputs)
    conditions = scene.conditions
    absent: Alternative[object] = Alternative(conditions.no(path), None)
    return {
        name: tidy(scene, [*(Alternative(conditions.both(path, a.when), a.held) for a in found), absent]) for name, found in outputs.items()
    }


def _fitting(
    state: State, step: Step, more: tuple[Run, ...], env: Mapping[str, Found], contexts: Contexts, path: Condition, place: str
) -> tuple[Mapping[str, Found], Condition]:
    """Walk what the step does; where that is nested too deeply, look through it."""
    scene = state.scene
    share, frames, evaluate = scene.share, len(scene.frames), scene.evaluate
    try:
        return _run(state, step, more, env, contexts, path, place)
    except RecursionError:
        scene.share, scene.evaluate, scene.cut = share, evaluate, True
        del scene.frames[frames:]
    before, scene.deep = scene.deep, True
    try:
        return _run(state, step, more, env, contexts, path, place)
    finally:
        scene.deep = before


def _run(
    state: State, step: Step, more: tuple[Run, ...], env: Mapping[str, Found], contexts: Contexts, path: Condition, place: str
) -> tuple[Mapping[str, Found], Condition]:
    if isinstance(step, Run):
        result = scripts.run(
            state.scene, (step, *more), contexts, env, path, place, step.shell or state.shell, step.directory or state.directory
        )
        _keep(state, result.environment, path)
        if state.scene.over():
            return {**result.outputs, "*": one((_unwalked(step),))}, result.succeeded
        return result.outputs, result.succeeded
    if step.uses.startswith("./") or step.uses.startswith("../"):
        return _local(state, step, contexts, path, place)
    done = uses.run(state.scene, step, contexts, env, path, place)
    _keep(state, done.environment, path)
    return done.outputs, done.succeeded


def _keep(state: State, environment_: Mapping[str, Found], path: Condition) -> None:
    """What a step put into the environment of those behind it."""
    conditions = state.scene.conditions
    for name, found in environment_.items():
        before = state.added.get(name) or state.env.get(name) or one(None)
        otherwise = conditions.no(path)
        state.added[name] = tidy(state.scene, [
            *(Alternative(conditions.both(path, a.when), a.held) for a in found),
            *(Alternative(conditions.both(otherwise, a.when), a.held) for a in before),
        ])  # fmt: skip


@contextmanager
def handing(scene: Scene, inputs: Iterable[Binding], held: Mapping[str, object]) -> Iterator[None]:
    """While what is called runs, those of its inputs that may hold one thing or another stand on the trace."""
    values = {name.lower(): value for name, value in held.items()}
    open_ = [binding for binding in inputs if len(_several(values.get(binding.name.lower()))) > 1]
    for binding in open_:
        scene.enter(binding.span, f"input `{binding.name}`", "call")
    try:
        yield
    finally:
        for _ in open_:
            scene.leave()


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) and value and isinstance(value[0], Alternative) else ()


def _unwalked(step: Step) -> Symbol:
    """What a step that was not walked to its end may have set."""
    name = f"the output * of what is not walked at {step.span}"
    return Symbol(name, Colour.UNREAD, kind=Kind.ANY, span=step.span, reason="it is not walked")


def _forge(contexts: Contexts, folder: Str) -> dict[str, object]:
    """The context of the run, in which an action finds its own folder."""
    found = {name: contexts.names.get(name) for name in ("github", "forge", "gitea", "forgejo")}
    return {name: {**held, "action_path": folder} for name, held in found.items() if isinstance(held, Mapping)}


def _local(state: State, step: Use, contexts: Contexts, path: Condition, place: str) -> tuple[Mapping[str, Found], Condition]:
    """A composite action of the repository."""
    scene = state.scene
    action = state.definitions.action(scene.inside(normal(step.uses))) if state.depth < CALLS else None
    if action is None or action.opaque:
        reason = action.opaque if action is not None else f"`{step.uses}` is not in this repository"
        symbol = Symbol(
            f"the output * of {step.uses} at {step.uses_span}", Colour.UNREAD, kind=Kind.ANY, span=step.uses_span, reason=reason
        )
        return {"*": one((symbol,))}, path
    scene.followed.add(action.source.path)
    if scene.over() and scene.skimmed.setdefault(id(action), step) is not step:
        return {"*": one((_unwalked(step),))}, path
    given = {b.name.lower(): strings(scene, datum(scene, contexts, b.value)) for b in step.inputs}
    inputs: dict[str, object] = {}
    for declared in action.inputs:
        value = given.get(declared.name.lower())
        found = value if value is not None else strings(scene, template(scene, contexts, declared.default))
        inputs[declared.name] = found
    folder = text(posixpath.dirname(action.source.path) or ".")
    outer = replace(contexts, names={**contexts.names, **_forge(contexts, folder), "inputs": inputs})
    env = {**state.env, **state.added, "GITHUB_ACTION_PATH": one(folder)}
    inner = State(scene, state.definitions, outer, env, path, path, shell=state.shell, depth=state.depth + 1, prefix=place)
    scene.enter(step.uses_span, f"uses {action.source.path}", "call")
    with handing(scene, step.inputs, inputs):
        run_steps(inner, action.steps)
    scene.leave()
    _keep(state, inner.added, path)
    final = inner.contexts()
    return {b.name: strings(scene, datum(scene, final, b.value)) for b in action.outputs}, inner.going
