"""Methods of data that are known in each world: what they give, and what they do to the lookup behind the data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.catalog.answers import OLD_PRERELEASE
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import Test, TestKind
from latest_guard.replay.programs import text_methods, tree
from latest_guard.replay.programs.elements import picked
from latest_guard.replay.programs.items import (
    ClassItem,
    Closure,
    Concrete,
    Datum,
    Item,
    Items,
    Moment,
    Native,
    Record,
    Reference,
    Release,
    blend,
    describe,
    named,
    origins,
    raised,
    written,
)
from latest_guard.replay.programs.process import Given, Listed, Process, Taint
from latest_guard.replay.programs.worlds import (
    SORTING,
    callable_of,
    concrete,
    each_world,
    in_numbers,
    lift,
    lower,
    lowered,
    ordering,
    settle,
)
from latest_guard.values import NEWER, OLDER, Colour, Lookup, Order, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable


def rows(given: Given) -> list[Items]:
    """All the arguments of a call, those by place first."""
    return [*given.items, *given.named.values()]


def by_name(work: Callable[..., Concrete], given: Given) -> Callable[..., Concrete]:
    """`work` with the named arguments handed on by their names."""
    count, names = len(given.items), list(given.named)

    def called(receiver: Concrete, *arguments: Concrete) -> Concrete:
        return work(receiver, *arguments[:count], **dict(zip(names, arguments[count:], strict=True)))

    return called


def symbols_of(given: Given) -> list[Symbol]:
    """The symbols that the arguments of a call rest on."""
    return [symbol for row in rows(given) for a in row for symbol in origins(a.held)]


def method_of(process: Process, datum: Datum, name: str, given: Given) -> tuple[Item | None, Items]:
    """A method of data: what a list that the call changes is then (None: unchanged), and what the call gives."""
    changing = text_methods.CHANGING[process.language].get(name)
    sample = lower(process, datum) if process.world is not None else datum.worlds[OLDER] if datum.worlds is not None else None
    if changing is not None and (isinstance(sample, tuple) or sample is None):
        made = lifted(process, datum, changing, name, given)
        if isinstance(made[0].held, Reference):
            parts = process.heap[made[0].held.number]
            assert isinstance(parts, Listed)
            return parts.entries[0][1], one(parts.entries[1][1])
        return halved(process, made, 0), one(halved(process, made, 1))
    tables: list[tuple[type, dict[str, Callable[..., Concrete]]]] = [
        (tuple, dict(text_methods.LISTS[process.language])),
        (Release, dict(text_methods.RELEASES)),
        (Record, dict(text_methods.RECORDS)),
    ]
    work = next((table.get(name) for kind, table in tables if isinstance(sample, kind)), None)
    if work is None and sample is None:
        work = next((table[name] for _, table in tables if name in table), None)
    if work is None and isinstance(sample, (int, float, Moment)):
        work = {"toString": written, "getTime": lambda v: v, "toFixed": lambda v, *_: str(v), "isoformat": written}.get(name)
    if work is None:
        return None, one(Datum(blend([datum.symbol, *symbols_of(given)], f"{datum.symbol.name}.{name}()"), None, datum.ordered))
    return None, lifted(process, datum, work, name, given)


def halved(process: Process, made: Items, at: int) -> Item:
    """One side of the pair that a changing method gives."""
    item = made[0].held
    if not isinstance(item, Datum) or item.worlds is None:
        return item
    parts = [world[at] if isinstance(world, tuple) and len(world) == 2 else None for world in item.worlds]
    if all(part is None for part in parts):
        return None
    label = (
        item.symbol if at == 0 else replace(item.symbol, name=named(f"{item.symbol.name}, taken"), lookup=picked(item.symbol, None, parts))
    )
    if process.world is not None:
        return lowered(process, parts[process.world])
    return raised((parts[0], parts[1], parts[2]), label, item.ordered)


#: Methods whose answer is what an order or a search says, and no list any more.
PICKING = frozenset(["find", "findLast", "reduce", "at", "pop", "shift", "max", "min"])


def lifted(process: Process, datum: Datum, work: Callable[..., Concrete], name: str, given: Given) -> Items:
    """A method of data, with what it does to the lookup behind them."""
    if process.world is not None:
        return lift(process, [one(datum), *rows(given)], by_name(work, given), name, given.node)
    if datum.worlds is None:
        return one(guessed(process, datum, name, given))
    functions = [a.held for row in rows(given) for a in row if isinstance(a.held, (Closure, Native, ClassItem))]

    def run() -> Concrete:
        count = len(given.items)
        arguments = [_argument(process, row, given.node) for row in rows(given)]
        named_ones = dict(zip(given.named, arguments[count:], strict=True))
        return work(lower(process, datum), *arguments[:count], **named_ones)

    results, taint = each_world(process, run)
    label = blend([datum.symbol, *symbols_of(given), *taint.found], f"{datum.symbol.name}.{name}({', '.join(map(_short, functions))})")
    label = replace(label, lookup=advanced(datum, name, results, taint, bool(functions)))
    return _judged(process, datum, label, name, results, taint, given)


def _short(item: Item) -> str:
    return f"…{item.function.at}" if isinstance(item, Closure) else describe(item)


def _argument(process: Process, row: Items, node: tree.Call) -> Concrete:
    held = process.under(row)
    if len(held) == 1 and isinstance(held[0].held, (Closure, Native, ClassItem)):
        return callable_of(process, held[0].held, node)  # type: ignore[return-value]
    return concrete(process, row)


def _judged(
    process: Process,
    datum: Datum,
    label: Symbol,
    name: str,
    results: tuple[Concrete, Concrete, Concrete] | None,
    taint: Taint,
    given: Given,
) -> Items:
    """What a method of data gives, where the sketch of the data allows to say so."""
    ordered = taint.ordered or datum.ordered
    foreign = bool(Colour.RELEASED & label.colours)
    if results is None:
        return one(Datum(label, None, ordered))
    if all(isinstance(part, bool) for part in results):
        span = process.span_of(given.node)
        outcomes = (results[0] is True, results[1] is True, results[2] is True)
        return process.truths(
            settle(process, f"{label.name} at {span}", process.said(given.node), span, (label,), outcomes, orders=ordered, free=not foreign)
        )
    if name in ("find", "findLast", "get") and not ordered and (results[OLDER] is None or results[NEWER] is None or foreign):
        return _perhaps(process, label, results, given)
    if results[OLDER] == () and results[NEWER] == () and not ordered and datum.worlds and any(datum.worlds):
        return one(Datum(label))  # the sketch is written in another way than what this takes out
    if label.lookup is not None and not ordered and foreign and isinstance(results[OLDER], tuple):
        label = replace(label, colours=datum.symbol.colours)
    return one(raised(results, label, ordered))


def _perhaps(process: Process, label: Symbol, results: tuple[Concrete, Concrete, Concrete], given: Given) -> Items:
    """Something that is there or is not: both happen."""
    span = process.span_of(given.node)
    conditions = process.scene.conditions
    when = conditions.test(Test(f"found: {label.name} at {span}", TestKind.SCENARIO, f"{process.said(given.node)} finds something", span))
    if Colour.RELEASED in label.colours:  # what belongs to the version itself, of which nothing is known
        rest = Datum(Symbol(label.name, Colour.CIRCUMSTANCE, kind=label.kind, span=span))
        found: Item = process.table({}, one(rest))
    else:
        whole = all(part is not None for part in results)
        rest = Datum(replace(label, colours=Colour.CIRCUMSTANCE, lookup=None))
        found = raised(results, label) if whole else process.table({}, one(rest))
    return process.tidy([Alternative(when, found), Alternative(conditions.no(when), None)])


def advanced(datum: Datum, name: str, results: tuple[Concrete, Concrete, Concrete] | None, taint: Taint, function: bool) -> Lookup | None:
    """The lookup behind data after a method: put in order, freed of prereleases, picked from."""
    lookup = datum.symbol.lookup
    if lookup is None:
        return None
    if name in (*SORTING, "reduce") and lookup.many:
        lookup = replace(lookup, order=Order.VERSION if _holds_releases(results) else ordering(taint, function, lookup.order))
    older = results[OLDER] if results is not None else None
    if lookup.prereleases and isinstance(older, tuple) and datum.worlds is not None:
        had = OLD_PRERELEASE in _deep(datum.worlds[OLDER])
        lookup = replace(lookup, prereleases=not had or OLD_PRERELEASE in _deep(older))
    if lookup.many and (name in PICKING or (results is not None and not isinstance(older, tuple))):
        lookup = replace(lookup, many=False)
    return lookup


def _holds_releases(results: tuple[Concrete, Concrete, Concrete] | None) -> bool:
    """Is what was put in order, or picked, made of versions that know their order, or of their numbers?"""
    older = results[OLDER] if results is not None else None
    return in_numbers(older[0] if isinstance(older, tuple) and older else older)


def _deep(value: Concrete) -> str:
    if isinstance(value, tuple):
        return "\n".join(_deep(part) for part in value[:100])
    if isinstance(value, Record):
        return "\n".join(_deep(part) for _, part in value.fields)
    return written(value)


def guessed(process: Process, datum: Datum, name: str, given: Given) -> Item:
    """What a method of data gives that nobody can tell: it rests on what its functions ask, too."""
    found = [datum.symbol, *symbols_of(given)]
    ordered = datum.ordered
    functions = [a.held for row in rows(given) for a in row if isinstance(a.held, Closure)]
    before = len(process.scene.conditions.tests)
    for function in functions[:2]:
        element = Datum(replace(datum.symbol, name=named(f"an element of {datum.symbol.name}")))
        count = len(function.function.parameters)
        result = process.invoke(process, function, Given([one(element) for _ in range(count)], {}, given.node))
        found += [symbol for a in result for symbol in origins(a.held)]
        support = process.scene.conditions.tests[before:]
        if any(test.kind is TestKind.COMPARISON for test in support):
            found.append(Symbol("a comparison", Colour.RELEASED | Colour.KNOWN))
            ordered = True
    label = blend(found, f"{datum.symbol.name}.{name}()")
    lookup = label.lookup
    if lookup is not None and name in ("sort", "sorted", "max", "toSorted"):
        lookup = replace(lookup, order=Order.VERSION if functions or given.named else Order.TEXT)
    if lookup is not None and name in PICKING:
        lookup = replace(lookup, many=False)
    return Datum(replace(label, lookup=lookup), None, ordered)
