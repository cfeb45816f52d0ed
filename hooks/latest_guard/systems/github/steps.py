"""Steps: of jobs, and of composite actions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard.expressions import github
from latest_guard.pipeline import Binding, Run, Step, Use
from latest_guard.systems.shapes import Shapes, is_null, words
from latest_guard.yamltree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from latest_guard.expressions.tree import Expression, Template


#: Forgejo and Gitea take an action from any host: its name is the same as of the one that it mirrors.
#: https://forgejo.org/docs/latest/user/actions/reference/#jobsjob_idstepsiuses
HOST = re.compile(r"\Ahttps?://[^/\s]+/")


def template(node: Node | None, what: str, shapes: Shapes) -> Template | None:
    """A single value with expressions in it; None where there is none."""
    found = shapes.scalar(node, what)
    return github.template(words(found)) if found is not None and found.data() is not None else None


def condition(node: Node | None, shapes: Shapes) -> Expression | None:
    """An `if`."""
    found = shapes.scalar(node, "`if`")
    return github.condition(words(found)) if found is not None else None


def bindings(node: Node | None, what: str, shapes: Shapes) -> tuple[Binding, ...]:
    """Names with values: `env`, `with`, `outputs`."""
    made = []
    for entry in shapes.entries(node, what):
        scalar = shapes.scalar(entry.value, f"`{entry.key.value}`")
        if scalar is not None:
            made.append(Binding(entry.key.value, github.template(words(scalar)), entry.key.span))
    return tuple(made)


def read_steps(node: Node | None, shapes: Shapes) -> tuple[Step, ...]:
    """The steps that can be read."""
    made = []
    for item in shapes.items(node, "`steps`"):
        found = shapes.mapping(item, "a step")
        step = _step(found, shapes) if found else None
        if found is None and is_null(item):
            shapes.problem(item, "a step is empty")
        if step:
            made.append(step)
    return tuple(made)


def _step(node: Mapping, shapes: Shapes) -> Step | None:
    run, uses = node.get("run"), node.get("uses")
    if run is not None and uses is not None:
        shapes.problem(node, "a step has both `run` and `uses`: only `run` is read")
    if isinstance(run, Scalar):
        return _run(node, run, shapes)
    if isinstance(uses, Scalar):
        return _use(node, uses, shapes)
    shapes.problem(node, "a step needs `run` or `uses` with a text")
    return None


def _run(node: Mapping, run: Scalar, shapes: Shapes) -> Run:
    return Run(
        id=shapes.string(node.get("id"), "`id`"),
        name=shapes.string(node.get("name"), "`name`"),
        span=node.span,
        condition=condition(node.get("if"), shapes),
        script=github.template(words(run)),
        shell=shapes.string(node.get("shell"), "`shell`"),
        env=bindings(node.get("env"), "`env`", shapes),
        directory=template(node.get("working-directory"), "`working-directory`", shapes),
        tolerant=template(node.get("continue-on-error"), "`continue-on-error`", shapes),
    )


def _use(node: Mapping, uses: Scalar, shapes: Shapes) -> Use:
    return Use(
        id=shapes.string(node.get("id"), "`id`"),
        name=shapes.string(node.get("name"), "`name`"),
        span=node.span,
        condition=condition(node.get("if"), shapes),
        uses=HOST.sub("", words(uses).value),
        uses_span=uses.span,
        inputs=bindings(node.get("with"), "`with`", shapes),
        env=bindings(node.get("env"), "`env`", shapes),
        tolerant=template(node.get("continue-on-error"), "`continue-on-error`", shapes),
    )
