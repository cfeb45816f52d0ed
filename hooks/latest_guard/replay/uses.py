"""A step that runs an action by name, as the catalog knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog import index
from latest_guard.catalog.entries import ActionCheck, ActionCommand, ActionMover, ActionOutputs, ActionScript, Order
from latest_guard.expressions.tree import Expression, Template
from latest_guard.files import normal
from latest_guard.replay import metadata, scripts
from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.conditions import FALSE, Condition
from latest_guard.replay.evaluation import Contexts, Found, strings, template, tidy
from latest_guard.replay.external import ordered, three_way
from latest_guard.replay.files import spelled
from latest_guard.replay.following import dispatch
from latest_guard.replay.scene import CHANNEL
from latest_guard.replay.scripts import Result
from latest_guard.source import Source, Span, Text
from latest_guard.values import Colour, Kind, Str, Symbol, plain, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.pipeline import Binding, Use
    from latest_guard.replay.machine import Machine
    from latest_guard.replay.scene import Scene


def run(scene: Scene, step: Use, contexts: Contexts, env: Mapping[str, Found], path: Condition, place: str) -> Result:
    """Do what the catalog says of the action."""
    name = step.uses.partition("@")[0].strip()
    result = Result(path)
    given = {b.name.lower(): b for b in step.inputs}
    if name.lower() == "actions/checkout":
        _checkout(scene, contexts, step, given, path)
    if name.lower() == "docker/metadata-action":
        result.outputs = metadata.outputs(scene, step, contexts, path)
        result.environment = metadata.environment(result.outputs)
        return result
    entry, outputs = index.action(name), index.action_outputs(name)
    if isinstance(entry, ActionScript):
        return _script(scene, step, entry, contexts, env, path, place)
    if isinstance(entry, ActionCommand):
        return _command(scene, step, entry, contexts, env, path, place)
    if isinstance(entry, ActionCheck):
        result.succeeded = _checked(scene, step, entry, contexts, path)
    if isinstance(entry, ActionMover):
        _moves(scene, step, entry, contexts, path)
    if outputs is not None:
        result.outputs = _outputs(scene, step, outputs, contexts, path)
    result.outputs["*"] = one((_other(step, known=entry is not None or outputs is not None),))
    return result


def _other(step: Use, known: bool) -> Symbol:
    """An output that the catalog says nothing about: ordinary where it knows the action, unread where it does not."""
    name = f"the output * of {step.uses.partition('@')[0]} at {step.uses_span}"
    if known:
        return Symbol(name, kind=Kind.ANY, span=step.uses_span)
    reason = f"`{step.uses}` stands in another repository and is not in the catalog"
    return Symbol(name, Colour.UNREAD, kind=Kind.ANY, span=step.uses_span, reason=reason)


def _checkout(scene: Scene, contexts: Contexts, step: Use, given: Mapping[str, Binding], path: Condition) -> None:
    """How much of the history and which tags a checkout brings along, and where the repository then is.

    One commit, except in the action's first version. A further checkout in a folder of its own takes nothing away.
    """
    folder = _folder(scene, contexts, given)
    if not _is_own(scene, contexts, given):
        return
    if folder:
        scene.placed.add(folder)
    if not folder:
        scene.checked_out(template(scene, contexts, given["ref"].value) if "ref" in given else (), path, step.uses_span)
    depth, tags = _text(scene, contexts, given, "fetch-depth"), _text(scene, contexts, given, "fetch-tags")
    whole = depth == "0" or tags == "true" or (not depth and step.uses.partition("@")[2].split(".")[0] == "v1")
    scene.checkout = "full" if whole or (folder and scene.checkout == "full") else "shallow"


def _is_own(scene: Scene, contexts: Contexts, given: Mapping[str, Binding]) -> bool:
    """Is it this repository that is checked out? One that is spelled out is taken for another."""
    binding = given.get("repository")
    return binding is None or all(plain(a.held) is None for a in template(scene, contexts, binding.value))


def _folder(scene: Scene, contexts: Contexts, given: Mapping[str, Binding]) -> str:
    binding = given.get("path")
    value = template(scene, contexts, binding.value) if binding else ()
    return normal(spelled(value[0].held) or "") if len(value) == 1 and value[0].held else ""


def _text(scene: Scene, contexts: Contexts, given: Mapping[str, Binding], name: str) -> str:
    binding = given.get(name)
    if binding is None:
        return ""
    value = template(scene, contexts, binding.value)
    return plain(value[0].held) or "" if len(value) == 1 else ""


def rows(
    scene: Scene, contexts: Contexts, step: Use, names: tuple[str, ...], defaults: Mapping[str, str], path: Condition
) -> list[tuple[Condition, dict[str, Str]]]:
    """Every combination of the values of the inputs `names`."""
    given = {b.name.lower(): b for b in step.inputs}
    read = [name for name in names if name.lower() in given]
    values: list[Value] = [strings(scene, _found(template(scene, contexts, given[name.lower()].value))) for name in read]
    made: list[tuple[Condition, dict[str, Str]]] = []
    for row in scene.algebra.product(values, path):
        if row.when != FALSE:
            filled = {name: text(default) for name, default in defaults.items()}
            filled.update(zip(read, row.held, strict=True))
            made.append((row.when, filled))
    return made


def _found(value: Value) -> Found:
    return value


def _moves(scene: Scene, step: Use, entry: ActionMover, contexts: Contexts, path: Condition) -> None:
    settings = [b.span for b in step.inputs if b.name.lower() in {name.lower() for name in entry.reads}]
    for when, inputs in rows(scene, contexts, step, entry.reads, entry.defaults or {}, path):
        for target in entry.targets(inputs):
            scene.reach(entry.kind, entry.name, target, _place(step, target.text, settings), when, tuple(settings))


def _place(step: Use, named: Str, settings: list[Span]) -> Span:
    """The most specific place of a move by an action: the text that names the pointer, where it stands in this step; else the setting that
    brings it from elsewhere; else, for what the action does by itself, the line that names it."""
    for piece in named:
        span = piece.span
        if span is not None and span.path == step.span.path and step.span.line <= span.line <= step.span.end_line:
            return span
    return settings[0] if named and settings else step.uses_span


def _checked(scene: Scene, step: Use, entry: ActionCheck, contexts: Contexts, path: Condition) -> Condition:
    """The condition that a step which fails unless an order holds has succeeded."""
    succeeded = FALSE
    for when, inputs in rows(scene, contexts, step, entry.reads, {}, path):
        order = entry.order(inputs)
        holds = when if order is None else scene.conditions.both(when, ordered(scene, order, step.uses_span, entry.name))
        succeeded = scene.conditions.either(succeeded, holds)
    return succeeded


def _outputs(scene: Scene, step: Use, entry: ActionOutputs, contexts: Contexts, path: Condition) -> dict[str, Found]:
    made: dict[str, list[Alternative[object]]] = {}
    for when, inputs in rows(scene, contexts, step, entry.reads, {}, path):
        for name, answer in entry.outputs(inputs).items():
            for a in _answer(scene, answer, step.uses_span, entry.name):
                joint = scene.conditions.both(when, a.when)
                made.setdefault(name, []).append(Alternative(joint, a.held))
    return {name: tidy(scene, found) for name, found in made.items()}


def _answer(scene: Scene, answer: Symbol | Order, span: Span, name: str) -> Value:
    if isinstance(answer, Symbol):
        value, _ = scene.ask(answer, span)
        return value
    if answer.operator == "compare":
        return one(three_way(answer, name))
    condition = ordered(scene, answer, span, name)
    return (Alternative(condition, text("true")), Alternative(scene.conditions.no(condition), text("false")))


def _script(
    scene: Scene, step: Use, entry: ActionScript, contexts: Contexts, env: Mapping[str, Found], path: Condition, place: str
) -> Result:
    """An action that runs a script given as one of its inputs."""
    given = {b.name.lower(): b for b in step.inputs}
    found = [given[name.lower()] for name in entry.inputs if name.lower() in given]
    if not found and not entry.prefix:
        return Result(path)
    machine = scripts.start(scene, contexts, env, path, place)
    folder = given.get(entry.directory.lower()) if entry.directory else None
    if folder is not None:
        machine.directory = (_text(scene, contexts, given, entry.directory.lower())).removeprefix("./").rstrip("/")
    if entry.shell:
        _inputs(scene, machine, given, contexts, found)
    script = found[0].value if len(found) == 1 and not entry.prefix else _line(step, entry.prefix, found)
    result = scripts.execute(machine, script, entry.shell, place, contexts, step.span)
    returned = Symbol(
        f"what the script returns at {step.span}", Colour.UNREAD, span=step.span, reason="what this script returns cannot be read"
    )
    result.outputs.setdefault("result", one((returned,)))
    return result


def _command(
    scene: Scene, step: Use, entry: ActionCommand, contexts: Contexts, env: Mapping[str, Found], path: Condition, place: str
) -> Result:
    """An action that runs one command, for each combination of its inputs."""
    machine = scripts.start(scene, contexts, env, path, place)
    succeeded, opaque = FALSE, FALSE
    for when, inputs in rows(scene, contexts, step, entry.reads, entry.defaults, path):
        for name, variable in entry.variables.items():
            inputs.setdefault(name, machine.string(variable)[0].held)
        words = entry.words(inputs)
        if words is None:
            opaque = scene.conditions.either(opaque, when)
            continue
        machine.path = when
        if entry.directory in inputs:
            machine.directory = normal(plain(inputs[entry.directory]) or "")
        dispatch(machine, tuple(words), step.uses_span)
        succeeded = scene.conditions.either(succeeded, scene.conditions.both(when, machine.succeeded()))
    result = Result(scene.conditions.either(succeeded, opaque))
    result.outputs = scripts.channel(scene, f"{CHANNEL}{place}/outputs", machine.out, "set-output")
    result.outputs["*"] = one((_other(step, known=opaque == FALSE),))
    return result


def _inputs(scene: Scene, machine: Machine, given: Mapping[str, Binding], contexts: Contexts, script: list[Binding]) -> None:
    """An action finds its inputs in its environment."""
    for name, binding in given.items():
        if binding not in script:
            variable = "INPUT_" + name.replace(" ", "_").upper()
            machine.variables[variable] = tuple(
                Alternative(a.when, a.held) for a in strings(scene, template(scene, contexts, binding.value))
            )
            machine.exported.add(variable)


def _line(step: Use, prefix: str, found: list[Binding]) -> Template:
    """A command line of a fixed beginning and the values of inputs."""
    head = Source(step.uses_span.path, prefix + " ")
    parts: list[Text | Expression] = [Text(head.text, head, ())] if prefix else []
    for binding in found:
        parts += binding.value.parts
        parts.append(Text(" ", head, ()))
    return Template(tuple(parts), step.uses_span)
