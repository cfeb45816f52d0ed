"""Actions of the repository itself: `action.yml`.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard import yamltree
from latest_guard.pipeline import Action, Binding
from latest_guard.source import Problem, Source
from latest_guard.systems.github.inputs import read_inputs
from latest_guard.systems.github.steps import read_steps, template
from latest_guard.systems.shapes import Shapes
from latest_guard.yamltree import Mapping

if TYPE_CHECKING:
    from latest_guard.yamltree import Node


def read_action(source: Source) -> Action:
    """The action in `source`; what of it cannot be read is among its problems."""
    root = yamltree.read(source)
    if isinstance(root, Problem):
        return Action(source, source.path, (), (), (), "its file is no YAML", (root,))
    shapes = Shapes()
    found = shapes.mapping(root, "an action")
    runs = shapes.mapping(found.get("runs"), "`runs`") if found else None
    if not found or not runs:
        if not shapes.problems:
            shapes.problem(root, "the action has no `runs`")
        return Action(source, source.path, (), (), (), "its file is no action", tuple(shapes.problems))
    name = shapes.string(found.get("name"), "`name`") or source.path
    inputs = read_inputs(found.get("inputs"), "`inputs`", shapes)
    opaque = _opaque(runs, shapes)
    steps = () if opaque else read_steps(runs.get("steps"), shapes)
    return Action(source, name, inputs, _outputs(found.get("outputs"), shapes), steps, opaque, tuple(shapes.problems))


def _opaque(runs: Mapping, shapes: Shapes) -> str:
    """Why an action that is not composite cannot be read; empty for one that is."""
    using = shapes.string(runs.get("using"), "`runs.using`")
    if using == "composite":
        return ""
    if using == "docker":
        return f"the action runs the container `{shapes.string(runs.get('image'), '`runs.image`')}`"
    if using.startswith("node"):
        return f"the action runs the JavaScript `{shapes.string(runs.get('main'), '`runs.main`')}`"
    return f"the action runs with `{using}`, which is not known"


def _outputs(node: Node | None, shapes: Shapes) -> tuple[Binding, ...]:
    """What the action hands back; the outputs of one that is not composite have no value here."""
    made = []
    for entry in shapes.entries(node, "`outputs`"):
        declared = entry.value if isinstance(entry.value, Mapping) else None
        value = template(declared.get("value") if declared else None, f"the output `{entry.key.value}`", shapes)
        if value:
            made.append(Binding(entry.key.value, value, entry.key.span))
    return tuple(made)
