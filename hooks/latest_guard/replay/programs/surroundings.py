"""What a program finds around it: environment, arguments, files, the event that started the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.expressions.tree import Constant, Index, Name
from latest_guard.replay.alternatives import Alternative, Array, one
from latest_guard.replay.conditions import FALSE, Test, TestKind
from latest_guard.replay.files import read_file, write_file
from latest_guard.replay.machine import scalar
from latest_guard.replay.programs.items import Datum, Item, Items, Native
from latest_guard.values import Colour, Kind, Literal, Str, Symbol, plain, samples

if TYPE_CHECKING:
    from latest_guard.replay.programs import tree
    from latest_guard.replay.programs.process import Process

# Environment --------------------------------------------------------------------------------------------------------------


def variable(process: Process, name: str) -> Items:
    """An environment variable; nothing where it is not set."""
    held = process.machine.get(name)
    return process.tidy([Alternative(a.when, scalar(a.held) if isinstance(a.held, Array) else a.held) for a in process.under(tuple(held))])  # type: ignore[arg-type]


def export(process: Process, name: str, value: Items) -> None:
    """Set an environment variable for this program and what it runs."""
    process.effect()
    process.machine.set(name, tuple(Alternative(a.when, a.held) for a in process.strings(value)))
    process.machine.exported.add(name)


def arguments(process: Process) -> list[Items]:
    """The arguments on the command line, without the program's own name."""
    return [one(word) for word in process.arguments]


# The event ----------------------------------------------------------------------------------------------------------------

#: What `context` of @actions/github is called in the `github` context.
CONTEXT = {
    "payload": "event",
    "eventName": "event_name",
    "runId": "run_id",
    "runNumber": "run_number",
    "apiUrl": "api_url",
    "serverUrl": "server_url",
    "runAttempt": "run_attempt",
    "graphqlUrl": "graphql_url",
}


def event(process: Process, name: str) -> Items:
    """`context.a.b`: a value of the `github` context; what has further parts stays a name."""
    parts = name.split(".")[1:]
    if parts[:1] == ["repo"]:
        return _repository(process, name, parts)
    if not parts or process.scene.evaluate is None:
        return one(Native(name))
    path = [CONTEXT.get(parts[0], parts[0]), *parts[1:]]
    expression: Name | Index = Name("github", process.span)
    for part in path:
        expression = Index(expression, Constant(part, process.span), process.span)
    made: list[Alternative[Item]] = []
    for a in process.scene.evaluate(expression):
        made.append(Alternative(a.when, _datum(a.held, name)))
    return process.tidy(made)


def _repository(process: Process, name: str, parts: list[str]) -> Items:
    if len(parts) == 1:
        fields = {key: one((Symbol(f"the repository's {key}", Colour.CIRCUMSTANCE),)) for key in ("owner", "repo")}
        return one(process.table({key: tuple(Alternative(a.when, a.held) for a in value) for key, value in fields.items()}))
    return one((Symbol(f"the repository's {parts[1]}", Colour.CIRCUMSTANCE),))


def _datum(held: object, name: str) -> Item:
    if held is None or isinstance(held, (bool, int, float)):
        return held
    if isinstance(held, tuple):
        if len(held) == 1 and isinstance(held[0], Symbol) and held[0].kind is not Kind.STRING:
            return of_symbol(held[0])
        return held
    return Native(name)


def of_symbol(symbol: Symbol) -> Item:
    """A symbol of the CI system that is no text."""
    if symbol.kind is Kind.BOOLEAN and symbol.samples is not None:
        first, second, third = (sample == "true" for sample in symbol.samples)
        return Datum(symbol, (first, second, third))
    return Datum(symbol) if symbol.samples is None else (symbol,)


# Files --------------------------------------------------------------------------------------------------------------------


def contents(process: Process, name: Items, node: tree.Expression) -> Items:
    """The text of a file; of the event's own file, the event."""
    process.effect()
    names = process.strings(name)
    if len(names) == 1 and plain(names[0].held) in ("0", "/dev/stdin"):
        return standard_input(process)
    if len(names) == 1 and (plain(names[0].held) or "").endswith("_github_workflow/event.json"):
        return one(Native("context.payload"))
    return tuple(Alternative(a.when, a.held) for a in read_file(process.machine, names, process.span_of(node)))


def standard_input(process: Process) -> Items:
    """What is piped into the program; nothing where nothing is."""
    return tuple(Alternative(a.when, a.held) for a in process.machine.stdin or one(()))


def exists(process: Process, node: tree.Expression) -> Items:
    """Whether a file is there: both happen."""
    span = process.span_of(node)
    return process.truths(
        process.scene.conditions.test(Test(f"there: {process.said(node)} at {span}", TestKind.SCENARIO, process.said(node), span))
    )


def write(process: Process, name: Items, value: Items, *, append: bool) -> None:
    """Write text to a file."""
    process.effect()
    names = tuple(a for a in process.strings(name) if a.held)
    write_file(process.machine, names, process.machine.chunks(process.strings(value)), append)


def channel(process: Process, variable_name: str, name: Items, value: Items) -> None:
    """Hand a named value on to later steps, by the file that a variable names."""
    process.effect()
    conditions = process.scene.conditions
    start = process.path
    for a in process.strings(name):
        for b in process.strings(value):
            process.path = conditions.both(start, conditions.both(a.when, b.when))
            if process.path != FALSE:
                write(process, variable(process, variable_name), one(_line(a.held, b.held)), append=True)
    process.path = start


def _line(name: Str, value: Str) -> Str:
    worlds = samples(value)
    many = any(isinstance(p, Literal) and "\n" in p.text for p in value) or (worlds is not None and any("\n" in world for world in worlds))
    said = plain(name) or "".join(p.text if isinstance(p, Literal) else p.name for p in name)
    if many:
        end = "end_of_the_value"
        return (Literal(f"{said}<<{end}\n"), *value, Literal(f"\n{end}\n"))
    return (Literal(f"{said}="), *value, Literal("\n"))
