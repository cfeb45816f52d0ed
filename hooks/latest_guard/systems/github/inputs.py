"""Inputs: what a workflow or an action declares, and what they hold in a scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.expressions import github
from latest_guard.pipeline import Input, InputType
from latest_guard.source import Text
from latest_guard.systems.shapes import is_null, words
from latest_guard.values import Colour, Data, Either, Kind, Str, Symbol, text
from latest_guard.yamltree import Entry, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latest_guard.systems.shapes import Shapes

KINDS = {InputType.BOOLEAN: Kind.BOOLEAN, InputType.NUMBER: Kind.NUMBER}


def read_inputs(node: Node | None, what: str, shapes: Shapes) -> tuple[Input, ...]:
    """The inputs that a mapping of names to declarations declares; `what` is where it stands, for problems."""
    return tuple(_input(entry, f"{what}.{entry.key.value}", shapes) for entry in shapes.entries(node, what))


def _input(entry: Entry, what: str, shapes: Shapes) -> Input:
    declared = shapes.mapping(entry.value, what)
    get = declared.get if declared else lambda _: None
    default = shapes.text(get("default"), f"{what}.default")
    if is_null(get("default")):
        default = None
    required = isinstance(get("required"), Scalar) and shapes.string(get("required"), what) == "true"
    options = tuple(words(one).value for one in shapes.several(get("options"), f"{what}.options"))
    kind = _type(get("type"), what, shapes)
    return Input(entry.key.value, kind, github.template(default) if default else None, required, options, entry.key.span)


def _type(node: Node | None, what: str, shapes: Shapes) -> InputType:
    said = shapes.string(node, f"{what}.type") or "string"
    try:
        return InputType(said)
    except ValueError:
        if node is not None:
            shapes.problem(node, f"there is no input type `{said}`: {', '.join(kind.value for kind in InputType)}")
        return InputType.STRING


def chosen_inputs(inputs: Iterable[Input]) -> tuple[dict[str, Data], dict[str, Data]]:
    """What a person's choice makes of the inputs of a manual run: for `inputs`, with types, and for `github.event.inputs`, all strings."""
    inputs = tuple(inputs)
    return {one.name: _chosen(one) for one in inputs}, {one.name: _as_string(_chosen(one)) for one in inputs}


def _chosen(one: Input) -> Data:
    shown = f"inputs.{one.name}"
    if one.type is InputType.BOOLEAN:
        return accident.ticked(shown, one.span)
    if one.type is InputType.CHOICE and one.options:
        return Either(shown, tuple(text(option, one.span) for option in one.options), Colour.PERSON, one.span)
    if one.type in (InputType.NUMBER, InputType.ENVIRONMENT):
        return (Symbol(shown, Colour.PERSON, kind=KINDS.get(one.type, Kind.STRING), span=one.span),)
    typed = accident.typed(one.name, shown, one.span)
    default = _default(one)
    return Either(shown, (default, typed), Colour.PERSON, one.span) if default else typed


def _as_string(data: Data) -> Data:
    """A choice as the event tells it: a box is `true` or `false`, and either string is true where it is asked alone."""
    if not isinstance(data, tuple) or len(data) != 1 or not isinstance(data[0], Symbol):
        return data
    symbol = data[0]
    if symbol.kind is Kind.BOOLEAN:
        return Either(f"github.event.{symbol.name}", (text("true"), text("false")), symbol.colours, symbol.span)
    return (replace(symbol, kind=Kind.STRING),)


def _default(one: Input) -> Str:
    """The default as it is written; one with an expression in it has a value only when it is asked for."""
    if one.default is None or not all(isinstance(part, Text) for part in one.default.parts):
        return ()
    return text("".join(part.value for part in one.default.parts if isinstance(part, Text)), one.default.span)


def called_inputs(inputs: Iterable[Input]) -> dict[str, Data]:
    """What the inputs of a workflow hold whose callers cannot be seen from here."""
    return {one.name: _called(one) for one in inputs}


def _called(one: Input) -> Data:
    shown = f"inputs.{one.name}"
    if one.type is InputType.STRING:
        worlds = accident.typed(one.name, shown)[0]
        if isinstance(worlds, Symbol) and worlds.samples:
            return (Symbol(shown, Colour.RELEASED, worlds.samples, span=one.span),)
    kind = KINDS.get(one.type, Kind.STRING)
    return (
        Symbol(shown, Colour.UNREAD, kind=kind, span=one.span, reason=f"what the caller gives as `{one.name}` cannot be seen from here"),
    )
