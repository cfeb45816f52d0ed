"""A pipeline's jobs in the order in which they would run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.pipeline import Binding, Call, Concurrency, Input, InputType, Job, Pipeline, Start
from latest_guard.replay import downstream, scripts
from latest_guard.replay import matrix as legs
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, TestKind
from latest_guard.replay.dialect import Dialect, dialect
from latest_guard.replay.evaluation import Contexts, Found, datum, lift, strings, template, tidy, truthy
from latest_guard.replay.machine import known
from latest_guard.replay.publishing import approvals, approvals_inside
from latest_guard.replay.ruling import Ruling, allowed, decided
from latest_guard.replay.steps import CALLS, Definitions, State, environment, handing, run_steps
from latest_guard.replay.variables import Layer, Variables, joined
from latest_guard.values import Colour, Kind, Symbol, plain, symbols, text

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Template
    from latest_guard.replay.scene import Scene
    from latest_guard.source import Span

#: How many times its even share of the steps that are left a job may take.
SHARE = 6
#: Tests that may be about the machine alone, and the colours of those that are about the version or the run.
MACHINE = frozenset((TestKind.WEAK, TestKind.UNREAD, TestKind.WORK, TestKind.SCENARIO))
SPEAKING = Colour.RELEASED | Colour.KNOWN | Colour.BRANCH | Colour.PERSON | Colour.PRERELEASE
#: The contexts that a called pipeline shares with its caller.
SHARED = ("github", "gitea", "forge", "forgejo", "vars", "runner")


@dataclass
class Done:
    """A job that was walked: when it ran, when it succeeded, what it gave.

    `sound` is that it and all before it succeeded, `broken` that one of them failed; `report` are variables for later jobs.
    """

    ran: Condition
    succeeded: Condition
    outputs: Mapping[str, Found] = field(default_factory=dict)
    report: Mapping[str, Found] = field(default_factory=dict)
    sound: Condition = TRUE
    broken: Condition = FALSE


@dataclass
class Walk:
    """One pipeline being walked. `cases` are what its own rules set, `given` the variables that its caller gives it."""

    scene: Scene
    definitions: Definitions
    pipeline: Pipeline
    names: dict[str, object]
    path: Condition
    depth: int
    dialect: Dialect
    given: Mapping[str, Found]
    env: Mapping[str, Found] = field(default_factory=dict)
    cases: Sequence[tuple[Condition, tuple[Binding, ...]]] = ()
    done: dict[str, Done] = field(default_factory=dict)

    def contexts(self, names: Mapping[str, object], status: Mapping[str, Condition] | None = None) -> Contexts:
        """What expressions can ask for outside of steps; without `status` everything before went well."""
        absent = self.dialect.absent
        said = status or {}
        return Contexts(
            names,
            lambda name: said.get(name, TRUE),
            language=self.dialect.language,
            absent=None if absent is None else lambda name, settings: absent(self.scene, name, settings),
        )


def walk(
    scene: Scene,
    definitions: Definitions,
    pipeline: Pipeline,
    names: Mapping[str, object],
    path: Condition,
    depth: int = 0,
    given: Mapping[str, Found] | None = None,
) -> tuple[dict[str, Found], Condition]:
    """Run every job of `pipeline` under `path`; what its outputs are, and when none of its jobs failed.

    `names` are the contexts from outside: `github`, `inputs`, `secrets`; `given` the variables that a caller gives.
    """
    base = dict(names)
    base.setdefault("vars", {"*": (Symbol("vars.*", Colour.SETTING),)})
    base.setdefault("secrets", {"*": (Symbol("secrets.*", Colour.SETTING),)})
    this = Walk(scene, definitions, pipeline, base, path, depth, dialect(pipeline.system), given or {})
    _start(this)
    wanted = scene.relevance.jobs(pipeline)
    if depth and (pipeline.outputs or scene.relevance.matters(pipeline.source.path)):
        wanted = frozenset(job.id for job in pipeline.jobs)  # what it says, or that it fails, may decide in its caller
    if this.path != FALSE:
        ordered = in_order(tuple(job for job in pipeline.jobs if job.id in wanted))
        for index, job in enumerate(ordered):
            before, scene.share = scene.share, _share(scene, len(ordered) - index)
            run_job(this, job)
            scene.share = before
    jobs = {name: {"outputs": d.outputs, "result": result(scene, d)} for name, d in this.done.items()}
    contexts = this.contexts({**base, "jobs": jobs})
    fine = scene.conditions.all(scene.conditions.either(scene.conditions.no(d.ran), d.succeeded) for d in this.done.values())
    return {b.name: strings(scene, datum(scene, contexts, b.value)) for b in pipeline.outputs}, fine


def _start(this: Walk) -> None:
    """The pipeline's own variables, and its rules."""
    scene, pipeline = this.scene, this.pipeline
    if this.dialect.absent is None:
        this.env = environment(scene, this.contexts(this.names), pipeline.env, {})
        this.names["env"] = this.env
        return
    filled_in = this.names.pop("variables", {})
    if isinstance(filled_in, Mapping) and not this.depth:
        this.given = {name: lift(scene, data) for name, data in filled_in.items()}
    this.env = {name: lift(scene, data) for name, data in scene.scenario.variables.items()}
    if this.depth:
        this.env.update((name, one(text(value))) for name, value in this.dialect.child)
    this.cases = ((TRUE, ()),)
    if pipeline.rules:
        ruling = decided(scene, this.contexts({**this.names, "env": _table(this, ())}), pipeline.rules, lambda _: TRUE)
        this.path = scene.conditions.both(this.path, ruling.runs)
        this.cases = _distinct(scene, ruling)


def in_order(jobs: Sequence[Job]) -> list[Job]:
    """The jobs so that each stands behind those it waits for; a cycle is left in the order of the file."""
    by_id = {job.id: job for job in jobs}
    placed: dict[str, Job] = {}
    seen: set[str] = set()
    stack = list(reversed(by_id))
    while stack:
        name = stack[-1]
        waiting = [need for need in by_id[name].needs if need in by_id and need not in seen] if name not in seen else []
        seen.add(name)
        if waiting:
            stack += reversed(waiting)
        else:
            placed.setdefault(name, by_id[stack.pop()])
    return list(placed.values())


def _share(scene: Scene, jobs: int) -> int:
    """Where the next of so many jobs must end: none may use up what those behind it need, and what it leaves is theirs."""
    bound = scene.share or scene.bound()
    left = max(0, bound - scene.steps)
    return scene.steps + left * min(SHARE, jobs) // jobs


def result(scene: Scene, done: Done) -> Found:
    """`needs.<job>.result`."""
    conditions = scene.conditions
    failed = conditions.both(done.ran, conditions.no(done.succeeded))
    said = ((done.succeeded, "success"), (failed, "failure"), (conditions.no(done.ran), "skipped"))
    return tidy(scene, [Alternative(when, text(word)) for when, word in said])


# Jobs -------------------------------------------------------------------------------------------------------------------


def run_job(this: Walk, job: Job) -> None:
    """Walk one job: its condition and its rules, then its steps or the pipeline that it calls."""
    scene = this.scene
    before, scene.job = scene.job, f"{scene.job}/{job.id}" if scene.job else job.id
    checkout, serial, forwards, fooled = scene.checkout, scene.serial, scene.forwards, len(scene.fooled)
    scene.approvals[scene.job] = approvals(scene, before, job)
    scene.conditions.allow()
    names = dict(this.names)
    needed = {name: this.done[name] for name in job.needs if name in this.done}
    names["needs"] = {name: {"outputs": d.outputs, "result": result(scene, d)} for name, d in needed.items()}
    status = _status(scene, needed.values())
    flat = this.dialect.absent is not None
    if flat:
        names["matrix"] = legs.combinations(scene, this.contexts({**names, "env": _table(this, ())}), job.matrix)
        names["env"] = _table(this, ((job.env,)), names)
    ruling = _ruling(this, job, names, status)
    ran = scene.conditions.both(this.path, ruling.runs)
    if ran == FALSE:
        this.done[job.id] = _finished(this, Done(FALSE, FALSE), needed.values())
    else:
        scene.enter(job.span, f"job {job.name or job.id}", "job")
        if flat:
            names["env"] = _job_env(this, job, names, ruling, needed.values())
        else:
            names["matrix"] = legs.combinations(scene, this.contexts(names), job.matrix)
            names["strategy"] = {"*": (Symbol("strategy.*"),)}
        contexts = this.contexts(names)
        scene.checkout = _checkout(scene, contexts, job)
        scene.serial = serial or _serial(scene, contexts, (this.pipeline.concurrency, job.concurrency))
        done = _call(this, job, job.call, contexts, ran) if job.call is not None else _steps_of(this, job, contexts, ran, ruling.tolerant)
        this.done[job.id] = _finished(this, done, needed.values())
        scene.leave()
    scene.job, scene.checkout, scene.serial, scene.forwards = before, checkout, serial, forwards
    del scene.fooled[fooled:]


def _status(scene: Scene, needed: Iterable[Done]) -> dict[str, Condition]:
    """`success()` and its kin before a job."""
    needed = tuple(needed)
    good = scene.conditions.all(d.sound for d in needed)
    bad = scene.conditions.any(d.broken for d in needed)
    return {"success": good, "failure": bad, "always": TRUE, "cancelled": FALSE}


def _finished(this: Walk, done: Done, needed: Iterable[Done]) -> Done:
    """The job with what those behind it ask of it and of all before it."""
    conditions = this.scene.conditions
    failed = conditions.both(done.ran, conditions.no(done.succeeded))
    status = _status(this.scene, needed)
    if this.dialect.lenient:
        failed = _matters(this.scene, done.ran, failed)
    if this.dialect.lenient:
        done.sound = conditions.both(conditions.no(failed), status["success"])
    else:
        # GitHub skips a job as well where one further up was skipped, even if the job between ran all the same; a move that
        # only this side effect holds back is not taken to be gated
        done.sound = done.succeeded
    done.broken = conditions.either(failed, status["failure"])
    return done


def _matters(scene: Scene, ran: Condition, failed: Condition) -> Condition:
    """The failure of a job as far as the version decides it.

    What fails because of the machine is tried again until it succeeds, and a job that could not but fail would let nothing out at all.
    """
    decided = scene.conditions.certain(failed, lambda test: test.kind in MACHINE and not test.shade & SPEAKING)
    return FALSE if decided == ran and scene.scenario.start is Start.RELEASE else decided


def _ruling(this: Walk, job: Job, names: Mapping[str, object], status: Mapping[str, Condition]) -> Ruling:
    """When the job runs: its condition, its rules, and the button that somebody must press."""
    conditions = this.scene.conditions

    def button(span: Span) -> Condition:
        return conditions.choice(f"the button of {this.scene.job} {span}", 2, TestKind.PERSON, "somebody presses the button", span)[0]

    contexts = this.contexts(names, status)
    if job.rules:
        ruling = decided(this.scene, contexts, job.rules, button)
    else:
        holds = allowed(this.scene, contexts, job.condition)
        ruling = Ruling(holds, [(TRUE, ())])
    if job.manual is not None and ruling.runs != FALSE:
        ruling.runs = conditions.both(ruling.runs, button(job.manual))
    return ruling


def _checkout(scene: Scene, contexts: Contexts, job: Job) -> str:
    """How much of the history a job has before its first step: "" where no system fetches it."""
    if job.depth is None:
        return ""
    return "full" if known(template(scene, contexts, job.depth)) == "0" else "shallow"


def _serial(scene: Scene, contexts: Contexts, settings: Iterable[Concurrency | None]) -> str:
    """What keeps two releases apart: "" nothing, "apart" one group for all versions, "cancels" one that stops a run half way."""
    for setting in settings:
        if setting is None:
            continue
        group = template(scene, contexts, setting.group)
        differs = any(
            s.colours & (Colour.RELEASED | Colour.PERSON | Colour.CIRCUMSTANCE) and not _fixed(s) for a in group for s in symbols(a.held)
        )
        if differs:
            continue
        return "cancels" if setting.cancels is not None and _said(scene, contexts, setting.cancels) else "apart"
    return ""


def _said(scene: Scene, contexts: Contexts, switch: Template) -> bool:
    """Is a switch of the file surely on? Written out it is the text `true` or `false`, and every text is true as an expression."""
    return all(plain(a.held) == "true" for a in strings(scene, datum(scene, contexts, switch)))


def _fixed(symbol: Symbol) -> bool:
    """A circumstance that is the same in every run: the repository and its owner."""
    return any(word in symbol.name for word in ("repository", "owner", "the project's name", "the project's group"))


# Variables --------------------------------------------------------------------------------------------------------------


def _table(
    this: Walk,
    layers: Iterable[Layer],
    names: Mapping[str, object] | None = None,
    case: Iterable[Binding] = (),
    inherits: frozenset[str] | None = None,
) -> Variables:
    """The variables that the pipeline has (`inherits`: of its files those alone), with `layers` above them and those of its caller."""
    own = (b for b in (*this.pipeline.env, *case) if inherits is None or b.name in inherits)
    below: tuple[Layer, ...] = (this.env, tuple(own))
    return Variables(this.scene, this.contexts(names or this.names), (*below, *layers, this.given))


def _distinct(scene: Scene, ruling: Ruling) -> tuple[tuple[Condition, tuple[Binding, ...]], ...]:
    """The cases of rules, of which those that set the same are one."""
    found: dict[tuple[Binding, ...], Condition] = {}
    for when, bindings in ruling.cases:
        found[bindings] = scene.conditions.either(found.get(bindings, FALSE), when)
    return tuple((when, bindings) for bindings, when in found.items()) or ((TRUE, ()),)


def _job_env(this: Walk, job: Job, names: Mapping[str, object], ruling: Ruling, needed: Iterable[Done]) -> dict[str, Found]:
    """A job's variables: those of the pipeline, its own, those of the rule that holds, those that earlier jobs report."""
    reports = tuple(done.report for done in needed if done.report)
    cases: list[tuple[Condition, Mapping[str, Found]]] = []
    for outer, case in this.cases:
        for inner, bindings in _distinct(this.scene, ruling):
            when = this.scene.conditions.both(outer, inner)
            if when != FALSE:
                cases.append((when, _table(this, (job.env, bindings, *reports), names, case, job.inherits)))
    return joined(this.scene, cases)


# What it runs -----------------------------------------------------------------------------------------------------------


def _steps_of(this: Walk, job: Job, contexts: Contexts, ran: Condition, tolerant: Condition) -> Done:
    scene, pipeline = this.scene, this.pipeline
    if this.dialect.absent is None:
        own = environment(scene, contexts, job.env, this.env)
    else:
        env = contexts.names["env"]
        assert isinstance(env, dict)
        own = env
    names = {**contexts.names, "env": own, "job": {"status": text("success"), "*": (Symbol("job.*"),)}}
    outer = this.contexts(names)
    shell, directory = job.shell or pipeline.shell, job.directory or pipeline.directory
    state = State(scene, this.definitions, outer, own, ran, ran, shell=shell, directory=directory, depth=this.depth, prefix=scene.job)
    run_steps(state, job.steps)
    final = state.contexts()
    outputs = {b.name: strings(scene, datum(scene, final, b.value)) for b in job.outputs}
    forgiven = TRUE if job.tolerant is not None and truthy(scene, datum(scene, final, job.tolerant)) == TRUE else tolerant
    succeeded = scene.conditions.either(state.going, scene.conditions.both(ran, forgiven))
    path = known(template(scene, final, job.report)) if job.report is not None else None
    return Done(ran, succeeded, outputs, scripts.report(scene, path) if path else {})


def _call(this: Walk, job: Job, call: Call, contexts: Contexts, ran: Condition) -> Done:
    """A job that is another pipeline."""
    scene = this.scene
    inner = this.definitions.pipeline(call.uses, this.pipeline.source.path) if this.depth < CALLS else None
    if inner is None:
        downstream.moves(scene, call, contexts, ran)
        reason = f"`{call.uses}` stands in another repository" if not call.uses.startswith("./") else f"`{call.uses}` is not there"
        symbol = Symbol(f"the output * of {call.uses}", Colour.UNREAD, kind=Kind.ANY, span=call.uses_span, reason=reason)
        return Done(ran, ran, {"*": one((symbol,))})
    scene.followed.add(inner.source.path)
    scene.enter(call.uses_span, f"calls {inner.source.path}", "call")
    names = _outside(scene, call, contexts)
    if this.dialect.absent is None:
        inputs = _inputs(scene, call, inner, contexts)
        with handing(scene, call.inputs, inputs):
            outputs, fine = walk(scene, this.definitions, inner, {**names, "inputs": inputs}, ran, this.depth + 1)
        succeeded = scene.conditions.both(ran, fine)
    else:
        outputs, _ = walk(scene, this.definitions, inner, names, ran, this.depth + 1, _handed(this, call, contexts))
        succeeded = ran
    approvals_inside(scene, inner.jobs)
    scene.leave()
    return Done(ran, succeeded, outputs)


def _outside(scene: Scene, call: Call, contexts: Contexts) -> dict[str, object]:
    """What a called pipeline sees of its caller."""
    outside: dict[str, object] = {name: data for name, data in contexts.names.items() if name in SHARED}
    if call.inherits_secrets and "secrets" in contexts.names:
        outside["secrets"] = contexts.names["secrets"]
    elif call.secrets:
        outside["secrets"] = {
            **{b.name: datum(scene, contexts, b.value) for b in call.secrets},
            "*": (Symbol("secrets.*", Colour.SETTING),),
        }
    return outside


def _inputs(scene: Scene, call: Call, inner: Pipeline, contexts: Contexts) -> dict[str, object]:
    given = {b.name.lower(): datum(scene, contexts, b.value) for b in call.inputs}
    return {declared.name: given.get(declared.name.lower()) or _default(scene, contexts, declared) for declared in inner.inputs}


def _handed(this: Walk, call: Call, contexts: Contexts) -> dict[str, Found]:
    """The variables that a job hands to the pipeline that it starts: its own and those of its pipeline's file, unless it says otherwise."""
    env = contexts.names["env"]
    assert isinstance(env, Mapping)
    said = () if call.keeps else (*this.pipeline.env, *call.inputs)
    names = dict.fromkeys(b.name for b in said if b.name in env)
    return {**(this.given if call.forwards else {}), **{name: env[name] for name in names}}


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
