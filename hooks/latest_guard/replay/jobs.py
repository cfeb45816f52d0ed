"""A pipeline's jobs and steps in the order in which they would run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from latest_guard.expressions.tree import Call as FunctionCall
from latest_guard.expressions.tree import Binary, Every, Expression, Index, Not, Template
from latest_guard.pipeline import Action, Binding, Concurrency, Input, InputType, Job, Matrix, MatrixValue, Pipeline, Run, Step, Use
from latest_guard.replay import matrix as legs
from latest_guard.replay import scripts, uses
from latest_guard.replay.alternatives import Alternative, Variable, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, TestKind
from latest_guard.replay.evaluation import Contexts, Found, datum, evaluate, strings, template, tidy, truthy
from latest_guard.replay.scene import Scene
from latest_guard.source import Span
from latest_guard.values import Colour, Kind, Symbol, plain, symbols, text

CALLS = 8


class Library(Protocol):
    """The repository's own actions and pipelines, read when they are called."""

    def action(self, path: str) -> Action | None:
        """The local action in the folder `path`."""

    def pipeline(self, path: str) -> Pipeline | None:
        """The pipeline in the file `path`."""


@dataclass
class Done:
    """A job that was walked: when it ran, when it succeeded, what it gave."""

    ran: Condition
    succeeded: Condition
    outputs: dict[str, Found]


@dataclass
class State:
    """What the steps of one job share."""

    scene: Scene
    library: Library
    pipeline: Pipeline
    job: Job
    names: dict[str, object]
    env: dict[str, Found]
    ran: Condition
    going: Condition  # every step up to here has succeeded
    steps: dict[str, object] = field(default_factory=dict)
    added: dict[str, Found] = field(default_factory=dict)  # what steps have put into the environment of later ones
    shell: str = ""
    directory: Template | None = None
    depth: int = 0
    prefix: str = ""
    root: str = ""  # the folder of the action whose steps these are

    def contexts(self) -> Contexts:
        """What a step's expressions can ask for."""
        env = {**self.env, **self.added}
        return Contexts({**self.names, "env": env, "steps": self.steps}, self.status)

    def status(self, name: str) -> Condition:
        """`success()` and its kin inside a job."""
        conditions = self.scene.conditions
        failed = conditions.both(self.ran, conditions.no(self.going))
        return {"success": conditions.no(failed), "failure": failed, "always": TRUE}.get(name, FALSE)


def walk(
    scene: Scene, library: Library, pipeline: Pipeline, names: Mapping[str, object], path: Condition, depth: int = 0
) -> dict[str, Found]:
    """Run every job of `pipeline` under `path`; what its outputs are. `names` are the contexts from outside: `github`, `inputs`, `secrets`."""
    done: dict[str, Done] = {}
    base = dict(names)
    base.setdefault("vars", {"*": (Symbol("vars.*", Colour.SETTING),)})
    base.setdefault("secrets", {"*": (Symbol("secrets.*", Colour.SETTING),)})
    env = environment(scene, Contexts(base, lambda _: TRUE), pipeline.env, {})
    base["env"] = env
    wanted = scene.relevance.jobs(pipeline)
    for job in in_order(tuple(job for job in pipeline.jobs if job.id in wanted)):
        run_job(scene, library, pipeline, job, base, env, path, done, depth)
    jobs = {name: {"outputs": d.outputs, "result": result(scene, d)} for name, d in done.items()}
    contexts = Contexts({**base, "jobs": jobs}, lambda _: TRUE)
    return {b.name: datum(scene, contexts, b.value) for b in pipeline.outputs}


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """The jobs so that each stands behind those it waits for; a cycle is left in the order of the file."""
    placed: dict[str, Job] = {}
    rest = list(jobs)
    while rest:
        ready = [job for job in rest if all(need in placed or all(need != j.id for j in rest) for need in job.needs)] or rest[:1]
        for job in ready:
            placed[job.id] = job
        rest = [job for job in rest if job.id not in placed]
    return list(placed.values())


def environment(scene: Scene, contexts: Contexts, bindings: Iterable[Binding], before: Mapping[str, Found]) -> dict[str, Found]:
    """`env:` entries as values; later ones see what was there before."""
    made = dict(before)
    names = dict(contexts.names)
    for binding in bindings:
        value = strings(scene, template(scene, Contexts({**names, "env": dict(made)}, contexts.status), binding.value))
        made[binding.name] = value
    return made


def asks_status(expression: Expression) -> bool:
    """Does a condition call a status function? Without one it means `success() && …`."""
    if isinstance(expression, FunctionCall):
        return expression.function.lower() in ("success", "failure", "always", "cancelled") or any(map(asks_status, expression.arguments))
    if isinstance(expression, Not):
        return asks_status(expression.operand)
    if isinstance(expression, Binary):
        return asks_status(expression.left) or asks_status(expression.right)
    if isinstance(expression, (Index, Every)):
        return asks_status(expression.of)
    return False


def allowed(scene: Scene, contexts: Contexts, condition: Expression | None) -> Condition:
    """The condition of an `if:`."""
    success = contexts.status("success")
    if condition is None:
        return success
    holds = truthy(scene, evaluate(scene, contexts, condition))
    return holds if asks_status(condition) else scene.conditions.both(success, holds)


def result(scene: Scene, done: Done) -> Found:
    """`needs.<job>.result`."""
    conditions = scene.conditions
    failed = conditions.both(done.ran, conditions.no(done.succeeded))
    return tidy(scene, [
        Alternative(done.succeeded, text("success")), Alternative(failed, text("failure")), Alternative(conditions.no(done.ran), text("skipped")),
    ])  # fmt: skip


# Jobs -------------------------------------------------------------------------------------------------------------------


def run_job(
    scene: Scene, library: Library, pipeline: Pipeline, job: Job, base: Mapping[str, object], env: Mapping[str, Found],
    path: Condition, done: dict[str, Done], depth: int,
) -> None:  # fmt: skip
    """Walk one job: its condition, then its steps or the pipeline that it calls."""
    conditions = scene.conditions
    needed = [done[name] for name in job.needs if name in done]
    names = dict(base)
    names["needs"] = {name: {"outputs": done[name].outputs, "result": result(scene, done[name])} for name in job.needs if name in done}
    every = _ancestors(pipeline, job)
    good = conditions.all(done[name].succeeded for name in every if name in done)
    bad = conditions.any(conditions.both(done[name].ran, conditions.no(done[name].succeeded)) for name in every if name in done)
    status = {"success": good if needed else TRUE, "failure": bad, "always": TRUE, "cancelled": FALSE}
    holds = allowed(scene, Contexts(names, lambda name: status.get(name, TRUE)), job.condition)
    ran = conditions.both(path, holds)
    if job.manual is not None and ran != FALSE:
        button = conditions.choice(f"the button of {job.id} {job.manual}", 2, TestKind.PERSON, "somebody presses the button", job.manual)[0]
        ran = conditions.both(ran, button)
    if ran == FALSE:
        done[job.id] = Done(FALSE, FALSE, {})
        return
    before, scene.job = scene.job, f"{scene.job}/{job.id}" if scene.job else job.id
    checkout, serial = scene.checkout, scene.serial
    scene.checkout = ""
    scene.enter(job.span, f"job {job.name or job.id}", "job")
    legs_found = legs.combinations(scene, Contexts(names, lambda _: TRUE), job.matrix)
    names["matrix"] = legs_found
    names["strategy"] = {"*": (Symbol("strategy.*"),)}
    scene.serial = serial or _serial(scene, Contexts(names, lambda _: TRUE), (pipeline.concurrency, job.concurrency))
    if job.call is not None:
        done[job.id] = _call(scene, library, pipeline, job, names, ran, depth)
    else:
        done[job.id] = _steps_of(scene, library, pipeline, job, names, env, ran, depth)
    scene.leave()
    scene.job, scene.checkout, scene.serial = before, checkout, serial


def _ancestors(pipeline: Pipeline, job: Job) -> list[str]:
    by_id = {j.id: j for j in pipeline.jobs}
    found: dict[str, None] = {}
    stack = list(job.needs)
    while stack:
        name = stack.pop()
        if name not in found:
            found[name] = None
            stack += by_id[name].needs if name in by_id else ()
    return list(found)


def _serial(scene: Scene, contexts: Contexts, settings: Iterable[Concurrency | None]) -> str:
    """What keeps two releases apart: "" nothing, "apart" one group for all versions, "cancels" one that stops a run half way."""
    for setting in settings:
        if setting is None:
            continue
        group = template(scene, contexts, setting.group)
        differs = any(s.colours & (Colour.RELEASED | Colour.PERSON | Colour.CIRCUMSTANCE) and not _fixed(s) for a in group for s in symbols(a.held))
        if differs:
            continue
        cancels = setting.cancels is not None and truthy(scene, datum(scene, contexts, setting.cancels)) == TRUE
        return "cancels" if cancels else "apart"
    return ""


def _fixed(symbol: Symbol) -> bool:
    """A circumstance that is the same in every run: the repository and its owner."""
    return "repository" in symbol.name or "owner" in symbol.name


def _steps_of(
    scene: Scene, library: Library, pipeline: Pipeline, job: Job, names: dict[str, object], env: Mapping[str, Found], ran: Condition, depth: int
) -> Done:
    contexts = Contexts(names, lambda _: TRUE)
    own = environment(scene, contexts, job.env, env)
    names["job"] = {"status": text("success"), "*": (Symbol("job.*"),)}
    state = State(
        scene, library, pipeline, job, names, own, ran, ran, shell=job.shell or pipeline.shell, directory=job.directory or pipeline.directory,
        depth=depth, prefix=scene.job,
    )  # fmt: skip
    run_steps(state, job.steps)
    final = Contexts({**names, "env": {**own, **state.added}, "steps": state.steps}, state.status)
    outputs = {b.name: datum(scene, final, b.value) for b in job.outputs}
    succeeded = ran if job.tolerant is not None and truthy(scene, datum(scene, final, job.tolerant)) == TRUE else state.going
    return Done(ran, succeeded, outputs)


def _call(scene: Scene, library: Library, pipeline: Pipeline, job: Job, names: dict[str, object], ran: Condition, depth: int) -> Done:
    """A job that is another pipeline."""
    call = job.call
    assert call is not None
    inner = library.pipeline(call.uses) if depth < CALLS else None
    if inner is None:
        reason = f"`{call.uses}` stands in another repository" if not call.uses.startswith("./") else f"`{call.uses}` is not there"
        symbol = Symbol(f"the output * of {call.uses}", Colour.UNREAD, kind=Kind.ANY, span=call.uses_span, reason=reason)
        return Done(ran, ran, {"*": one((symbol,))})
    contexts = Contexts(names, lambda _: TRUE)
    given = {b.name.lower(): datum(scene, contexts, b.value) for b in call.inputs}
    inputs: dict[str, object] = {}
    for declared in inner.inputs:
        inputs[declared.name] = given.get(declared.name.lower()) or _default(scene, contexts, declared)
    outside: dict[str, object] = {name: data for name, data in names.items() if name in ("github", "gitea", "forge", "forgejo", "vars", "runner")}
    if call.inherits_secrets and "secrets" in names:
        outside["secrets"] = names["secrets"]
    elif call.secrets:
        outside["secrets"] = {**{b.name: datum(scene, contexts, b.value) for b in call.secrets}, "*": (Symbol("secrets.*", Colour.SETTING),)}
    scene.followed.add(inner.source.path)
    scene.enter(call.uses_span, f"calls {inner.source.path}", "call")
    outputs = walk(scene, library, inner, {**outside, "inputs": inputs}, ran, depth + 1)
    scene.leave()
    return Done(ran, ran, outputs)


def _default(scene: Scene, contexts: Contexts, declared: Input) -> Found:
    if declared.default is not None:
        value = datum(scene, contexts, declared.default)
        if declared.type is InputType.BOOLEAN:
            return tuple(Alternative(a.when, _boolean(a.held)) for a in value)
        return value
    return one(False if declared.type is InputType.BOOLEAN else 0.0 if declared.type is InputType.NUMBER else text(""))


def _boolean(held: object) -> object:
    if isinstance(held, tuple):
        return plain(held) == "true" if plain(held) is not None else held
    return held


# Steps ------------------------------------------------------------------------------------------------------------------


def run_steps(state: State, steps: Sequence[Step]) -> None:
    """Walk the steps one after the other."""
    for index, step in enumerate(steps):
        if state.scene.tired():
            return
        run_step(state, step, f"{state.prefix}/{index}")


def run_step(state: State, step: Step, place: str) -> None:
    """Walk one step under its condition."""
    scene, conditions = state.scene, state.scene.conditions
    contexts = state.contexts()
    own = environment(scene, contexts, step.env, {**state.env, **state.added})
    contexts = Contexts({**contexts.names, "env": own}, state.status)
    path = conditions.both(state.ran, allowed(scene, contexts, step.condition))
    if path == FALSE:
        if step.id:
            state.steps[step.id] = {"outputs": {}, "outcome": text("skipped"), "conclusion": text("skipped")}
        return
    scene.enter(step.span, f"step {step.name or step.id or _what(step)}", "step")
    outputs, succeeded = _run(state, step, own, contexts, path, place)
    scene.leave()
    failed = conditions.both(path, conditions.no(succeeded))
    tolerant = step.tolerant is not None and truthy(scene, datum(scene, contexts, step.tolerant)) != FALSE
    if not tolerant:
        state.going = conditions.both(state.going, conditions.no(failed))
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


def _run(
    state: State, step: Step, env: Mapping[str, Found], contexts: Contexts, path: Condition, place: str
) -> tuple[Mapping[str, Found], Condition]:
    if isinstance(step, Run):
        result = scripts.run(state.scene, step, contexts, env, path, place, step.shell or state.shell, step.directory or state.directory)
        _keep(state, result.environment, path)
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


def _local(state: State, step: Use, contexts: Contexts, path: Condition, place: str) -> tuple[Mapping[str, Found], Condition]:
    """A composite action of the repository."""
    scene = state.scene
    action = state.library.action(step.uses) if state.depth < CALLS else None
    if action is None or action.opaque:
        reason = action.opaque if action is not None else f"`{step.uses}` is not in this repository"
        symbol = Symbol(f"the output * of {step.uses} at {step.uses_span}", Colour.UNREAD, kind=Kind.ANY, span=step.uses_span, reason=reason)
        return {"*": one((symbol,))}, path
    scene.followed.add(action.source.path)
    given = {b.name.lower(): strings(scene, datum(scene, contexts, b.value)) for b in step.inputs}
    inputs: dict[str, object] = {}
    for declared in action.inputs:
        value = given.get(declared.name.lower())
        found = value if value is not None else strings(scene, template(scene, contexts, declared.default))
        inputs[declared.name] = found
    names = {**contexts.names, "inputs": inputs}
    inner = State(
        scene, state.library, state.pipeline, state.job, names, {**state.env, **state.added}, path, path, shell=state.shell,
        depth=state.depth + 1, prefix=place, root=step.uses,
    )  # fmt: skip
    scene.enter(step.uses_span, f"uses {action.source.path}", "call")
    run_steps(inner, action.steps)
    scene.leave()
    _keep(state, inner.added, path)
    final = Contexts({**names, "env": {**inner.env, **inner.added}, "steps": inner.steps}, inner.status)
    return {b.name: datum(scene, final, b.value) for b in action.outputs}, inner.going


__all__ = ["Library", "Matrix", "MatrixValue", "Span", "Variable", "walk"]
