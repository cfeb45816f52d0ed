"""Workflows, read into the pipeline model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard import yamltree
from latest_guard.expressions import github
from latest_guard.pipeline import Binding, Call, Concurrency, Job, Matrix, MatrixValue, Pipeline
from latest_guard.source import Problem, Source
from latest_guard.systems.github.events import default_branch, events, scenarios
from latest_guard.systems.github.inputs import read_inputs
from latest_guard.systems.github.runs import Facts
from latest_guard.systems.github.steps import bindings, condition, read_steps, template
from latest_guard.systems.shapes import Shapes, is_null
from latest_guard.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Template


def read_workflow(source: Source, system: str) -> Pipeline:
    """The workflow in `source`; what of it cannot be read is among its problems."""
    root = yamltree.read(source)
    if isinstance(root, Problem):
        return Pipeline(source, system, source.path, (), (), problems=(root,))
    shapes = Shapes()
    if not isinstance(root, Mapping):
        shapes.problem(root, "a workflow must be a mapping with `on` and `jobs`")
        return Pipeline(source, system, source.path, (), (), problems=tuple(shapes.problems))
    for key in ("on", "jobs"):
        if root.get(key) is None:
            shapes.problem(root, f"the workflow has no `{key}`")
    return _Workflow(source, system, root, shapes).pipeline()


class _Workflow:
    """Reads one workflow."""

    def __init__(self, source: Source, system: str, root: Mapping, shapes: Shapes) -> None:
        self.source = source
        self.system = system
        self.root = root
        self.shapes = shapes

    def pipeline(self) -> Pipeline:
        """All of it."""
        root, shapes = self.root, self.shapes
        name = shapes.string(root.get("name"), "`name`") or self.source.path
        on = root.get("on")
        found = events(on, shapes) if on else ()
        facts = Facts(self.source.path, name, self.source.text, self.system, default_branch(found, self.source.text))
        called = next((event.settings for event in found if event.name == "workflow_call"), None)
        shell, directory = self.run_defaults(root)
        pipeline = Pipeline(
            source=self.source,
            system=self.system,
            name=name,
            scenarios=scenarios(found, facts),
            jobs=self.jobs(),
            env=bindings(root.get("env"), "`env`", shapes),
            concurrency=concurrency(root.get("concurrency"), shapes),
            shell=shell,
            directory=directory,
            callable=any(event.name == "workflow_call" for event in found),
            inputs=read_inputs(called.get("inputs") if called else None, "`on.workflow_call.inputs`", Shapes()),
            outputs=self.outputs(called),
        )
        return _with_problems(pipeline, shapes)

    def outputs(self, called: Mapping | None) -> tuple[Binding, ...]:
        """What a callable workflow hands back."""
        made = []
        for entry in self.shapes.entries(called.get("outputs") if called else None, "`on.workflow_call.outputs`"):
            declared = self.shapes.mapping(entry.value, f"the output `{entry.key.value}`")
            value = template(declared.get("value") if declared else None, f"the output `{entry.key.value}`", self.shapes)
            if value:
                made.append(Binding(entry.key.value, value, entry.key.span))
        return tuple(made)

    def run_defaults(self, node: Mapping) -> tuple[str, Template | None]:
        """The shell and the folder that `defaults.run` sets for the scripts below `node`."""
        defaults = self.shapes.mapping(node.get("defaults"), "`defaults`")
        run = self.shapes.mapping(defaults.get("run"), "`defaults.run`") if defaults else None
        if not run:
            return "", None
        return self.shapes.string(run.get("shell"), "`shell`"), template(run.get("working-directory"), "`working-directory`", self.shapes)

    def jobs(self) -> tuple[Job, ...]:
        """The jobs that can be read."""
        found = []
        for entry in self.shapes.entries(self.root.get("jobs"), "`jobs`"):
            node = self.shapes.mapping(entry.value, f"the job `{entry.key.value}`")
            if node:
                found.append(self.job(entry.key, node))
            elif is_null(entry.value):
                self.shapes.problem(entry.key, f"the job `{entry.key.value}` is empty")
        return tuple(found)

    def job(self, key: Scalar, node: Mapping) -> Job:
        """One job."""
        shapes = self.shapes
        shell, directory = self.run_defaults(node)
        call = self.call(node)
        image, container_env = self.container(node.get("container"))
        if call is None and node.get("steps") is None:
            shapes.problem(key, f"the job `{key.value}` has neither `steps` nor `uses`")
        return Job(
            id=key.value,
            name=shapes.string(node.get("name"), "`name`"),
            span=key.span,
            condition=condition(node.get("if"), shapes),
            needs=tuple(one.value for one in shapes.several(node.get("needs"), "`needs`")),
            env=(*container_env, *bindings(node.get("env"), "`env`", shapes)),
            steps=read_steps(node.get("steps"), shapes) if call is None else (),
            call=call,
            outputs=bindings(node.get("outputs"), "`outputs`", shapes),
            matrix=matrix(node.get("strategy"), shapes),
            environment=self.environment(node.get("environment")),
            concurrency=concurrency(node.get("concurrency"), shapes),
            tolerant=template(node.get("continue-on-error"), "`continue-on-error`", shapes),
            shell=shell or self.run_defaults(self.root)[0] or self.runner_shell(node.get("runs-on")),
            directory=directory,
            container=image,
        )

    def runner_shell(self, node: Node | None) -> str:
        """The shell of a runner that has another than bash by default: Windows has PowerShell."""
        labels = [one.value.lower() for one in node.items if isinstance(one, Scalar)] if isinstance(node, Sequence) else []
        if isinstance(node, Scalar):
            labels = [node.value.lower()]
        return "pwsh" if any(label.startswith("windows") for label in labels) else ""

    def call(self, node: Mapping) -> Call | None:
        """The workflow that a job calls."""
        uses = self.shapes.text(node.get("uses"), "`uses`")
        if uses is None:
            return None
        secrets = node.get("secrets")
        inherits = isinstance(secrets, Scalar) and secrets.value == "inherit"
        given = () if inherits else bindings(secrets, "`secrets`", self.shapes)
        return Call(uses.value, uses.span(), bindings(node.get("with"), "`with`", self.shapes), given, inherits)

    def container(self, node: Node | None) -> tuple[Template | None, tuple[Binding, ...]]:
        """The image in which a job runs, and the variables that it sets there."""
        if isinstance(node, Mapping):
            return template(node.get("image"), "`image`", self.shapes), bindings(node.get("env"), "`container.env`", self.shapes)
        return template(node, "`container`", self.shapes), ()

    def environment(self, node: Node | None) -> Template | None:
        """The name of the environment that a job deploys to."""
        if isinstance(node, Mapping):
            node = node.get("name")
        return template(node, "`environment`", self.shapes)


def _with_problems(pipeline: Pipeline, shapes: Shapes) -> Pipeline:
    from dataclasses import replace

    return replace(pipeline, problems=tuple(shapes.problems)) if shapes.problems else pipeline


def concurrency(node: Node | None, shapes: Shapes) -> Concurrency | None:
    """A concurrency group: its name alone, or a mapping."""
    if node is None:
        return None
    if isinstance(node, Mapping):
        group = template(node.get("group"), "`concurrency.group`", shapes)
        return Concurrency(group, template(node.get("cancel-in-progress"), "`cancel-in-progress`", shapes), node.span) if group else None
    group = template(node, "`concurrency`", shapes)
    return Concurrency(group, None, node.span) if group else None


# The matrix -------------------------------------------------------------------------------------------------------------


def matrix(strategy: Node | None, shapes: Shapes) -> Matrix | None:
    """The matrix of a job's strategy; either of them may be an expression."""
    if isinstance(strategy, Scalar):
        made = template(strategy, "`strategy`", shapes)
        return Matrix((), (), (), made, strategy.span) if made else None
    found = shapes.mapping(strategy, "`strategy`")
    node = found.get("matrix") if found else None
    if isinstance(node, Scalar):
        made = template(node, "`matrix`", shapes)
        return Matrix((), (), (), made, node.span) if made else None
    legs = shapes.mapping(node, "`matrix`")
    if legs is None:
        return None
    axes = tuple((entry.key.value, value(entry.value)) for entry in legs.entries if entry.key.value not in ("include", "exclude"))
    return Matrix(axes, _legs(legs.get("include")), _legs(legs.get("exclude")), None, legs.span)


def _legs(node: Node | None) -> tuple[MatrixValue, ...]:
    """The legs of `include` or `exclude`; an expression that yields them all is the only item."""
    if node is None:
        return ()
    found = value(node)
    return found if isinstance(found, tuple) else (found,)


def value(node: Node) -> MatrixValue:
    """JSON-like data whose strings may hold expressions."""
    if isinstance(node, Sequence):
        return tuple(value(item) for item in node.items)
    if isinstance(node, Mapping):
        return {entry.key.value: value(entry.value) for entry in node.entries}
    data = node.data()
    return github.template(node.text) if isinstance(data, str) else data
