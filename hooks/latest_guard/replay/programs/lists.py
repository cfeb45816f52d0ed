"""Methods of the lists and objects that a program made: every element has its own condition."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from latest_guard.replay.alternatives import BOUND, Alternative, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.machine import compact
from latest_guard.replay.programs import text_methods
from latest_guard.replay.programs.elements import elements, elements_of, fields, heap_index, holds, key_text, nth, store
from latest_guard.replay.programs.items import (
    Datum,
    Item,
    Items,
    Reference,
    origins,
    unknown,
)
from latest_guard.replay.programs.known import by_name, halved, rows, symbols_of
from latest_guard.replay.programs.process import ROUNDS, Entry, Given, Listed, Object, Process
from latest_guard.replay.programs.worlds import (
    lift,
    true,
)
from latest_guard.values import Str, text


def heap_method(process: Process, item: Reference, cell: Listed, name: str, given: Given) -> Items:
    """A method of a list that the program made."""
    handler = HEAP.get(name)
    if handler is not None and process.world is None:
        return handler(process, item, cell, given)
    language = process.language
    changing = text_methods.CHANGING[language].get(name)
    work = text_methods.LISTS[language].get(name)
    if changing is not None:
        process.effect()
        made = lift(process, [one(item), *rows(given)], by_name(changing, given), name, given.node)
        return _changed(process, cell, made)
    if work is None:
        return one(unknown([*symbols_of(given)], f"{name} of a list"))
    return lift(process, [one(item), *rows(given)], by_name(work, given), name, given.node)


def _changed(process: Process, cell: Listed, made: Items) -> Items:
    pair = made[0].held
    if isinstance(pair, Reference) and isinstance(parts := process.heap[pair.number], Listed) and len(parts.entries) == 2:
        new, result = parts.entries[0][1], parts.entries[1][1]
        if isinstance(new, Reference) and isinstance(inner := process.heap[new.number], Listed):
            cell.entries = list(inner.entries)
        return one(result)
    if isinstance(pair, Datum):
        new, result = halved(process, made, 0), halved(process, made, 1)
        cell.entries = elements_of(process, new)
        return one(process.new(cell) if isinstance(result, Datum) and result.worlds and isinstance(result.worlds[0], tuple) else result)
    return one(None)


def _append(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    process.effect()
    for value in given.items:
        process.append(cell, value)
    return one(None)


def _extend(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    process.effect()
    both = process.scene.conditions.both
    cell.entries += [(both(process.path, when), part) for when, part in elements(process, given.get(0))]
    return one(None)


def _unshift(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    added = Listed()
    for value in given.items[-1:] if process.language == "python" else given.items:
        process.append(added, value)
    cell.entries[:0] = added.entries
    return one(None)


def _add(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    if not any(part == a.held for _, part in cell.entries for a in given.get(0)):
        _append(process, item, cell, given)
    return one(item)


def _join_list(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    separator = given.items[0][0].held if given.items else text(",")
    return joined(process, separator, item)


def joined(process: Process, separator: Item, parts: Item) -> Items:
    """The elements with `separator` between them."""
    if not isinstance(separator, tuple):
        return one(unknown(origins(parts), "joined"))
    if isinstance(parts, Datum):
        return lift(process, [one(separator), one(parts)], text_methods._joined, "join")
    conditions = process.scene.conditions
    states: list[tuple[Condition, bool, Str]] = [(process.path, False, ())]
    for when, item in elements(process, one(parts)):
        written_one = process.written(item)
        grown: dict[tuple[bool, Str], Condition] = {}
        for held, begun, string in states:
            there, not_there = conditions.both(held, when), conditions.both(held, conditions.no(when))
            longer = compact((*string, *(separator if begun else ()), *written_one))
            for key, condition in (((True, longer), there), ((begun, string), not_there)):
                if condition != FALSE:
                    grown[key] = conditions.either(grown.get(key, FALSE), condition)
        states = [(condition, begun, string) for (begun, string), condition in grown.items()]
        if len(states) > BOUND:
            value: Value = tuple(Alternative(condition, string) for condition, _, string in states)
            return one(process.scene.algebra.fold(value))
    return process.tidy([Alternative(condition, string) for condition, _, string in states])


def _map(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    made = Listed()
    _per_element(process, cell.entries, given, lambda value, _: process.append(made, value))
    return one(process.new(made))


def _filter(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    conditions = process.scene.conditions
    made = Listed()

    def keep(value: Items, part: Item) -> None:
        when = conditions.both(process.path, true(process, value, given.node))
        if when != FALSE:
            made.entries.append((when, part))

    _per_element(process, cell.entries, given, keep)
    return one(process.new(made))


def for_each(process: Process, entries: Sequence[Entry], given: Given) -> Items:
    """The function of a call run for every element."""
    _per_element(process, entries, given, lambda value, part: None)
    return one(None)


def _per_element(process: Process, entries: Sequence[Entry], given: Given, use: Callable[[Items, Item], None]) -> None:
    conditions = process.scene.conditions
    start = process.path
    after = FALSE
    skipped = start
    for at, (when, part) in enumerate(entries[:ROUNDS]):
        process.path = conditions.both(start, when)
        if process.path == FALSE:
            continue
        skipped = conditions.both(skipped, conditions.no(when))
        value = process.split(given.get(0), lambda f, p=part, i=at: process.invoke(process, f, Given([one(p), one(i)], {}, given.node)))  # type: ignore[misc]
        use(value, part)
        after = conditions.either(after, process.path)
        start = conditions.both(start, conditions.either(process.path, conditions.no(when)))
    process.path = start if entries else conditions.either(after, skipped)


def _some(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    conditions = process.scene.conditions
    found = [FALSE]

    def use(value: Items, part: Item) -> None:
        found[0] = conditions.either(found[0], conditions.both(process.path, true(process, value, given.node)))

    _per_element(process, cell.entries, given, use)
    return process.truths(found[0])


def _every(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    conditions = process.scene.conditions
    failed = [FALSE]

    def use(value: Items, part: Item) -> None:
        failed[0] = conditions.either(failed[0], conditions.both(process.path, conditions.no(true(process, value, given.node))))

    _per_element(process, cell.entries, given, use)
    return process.truths(conditions.no(failed[0]))


def _find(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    kept = _filter(process, item, cell, given)[0].held
    assert isinstance(kept, Reference)
    filtered = process.heap[kept.number]
    assert isinstance(filtered, Listed)
    return nth(process, filtered.entries, 0)


def _includes(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    return holds(process, one(item), given.get(0), given.node)


def _concat(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    return concatenated(process, item, tuple(a.held for row in given.items for a in row))


def concatenated(process: Process, first: Item, others: Sequence[Item]) -> Items:
    """Lists one behind the other."""
    entries = elements_of(process, first)
    for other in others:
        listed = not isinstance(other, tuple) or process.language == "python"
        entries = [*entries, *(elements_of(process, other) if listed else [(TRUE, other)])]
    return one(process.new(Listed(entries)))


def _same_list(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    return one(process.new(Listed(list(cell.entries))))


Handler = Callable[[Process, Reference, Listed, Given], Items]


HEAP: dict[str, Handler] = {
    "append": _append,
    "push": _append,
    "extend": _extend,
    "unshift": _unshift,
    "insert": _unshift,
    "add": _add,
    "join": _join_list,
    "map": _map,
    "filter": _filter,
    "some": _some,
    "every": _every,
    "find": _find,
    "includes": _includes,
    "has": _includes,
    "concat": _concat,
    "copy": _same_list,
    "forEach": lambda process, item, cell, given: for_each(process, cell.entries, given),
    "values": _same_list,
    "update": _extend,
    "flat": _same_list,
}


def object_method(process: Process, item: Reference, cell: Object, name: str, given: Given) -> Items | None:
    """A method that every object has; None where this is none of them."""
    if name in ("get", "pop", "setdefault"):
        found = process.split(given.get(0), lambda key: heap_index(process, cell, key))
        other = given.get(1)
        both = process.scene.conditions.both
        filled = [b for a in found for b in ([Alternative(both(a.when, o.when), o.held) for o in other] if a.held is None else [a])]
        return process.tidy(filled)
    if name in ("set", "setdefault") and len(given.items) == 2:
        store(process, item, key_text(process, given.get(0)), given.get(1))
        return one(item)
    if name in ("keys", "values", "items", "entries"):
        return entries(process, cell, name)
    if name in ("update", "assign"):
        cell.fields.update(fields(process, given.get(0)))
        cell.fields.update(given.named)
        return one(None)
    if name in ("has", "hasOwnProperty"):
        return holds(process, one(item), given.get(0), given.node)
    if name == "append" and len(given.items) == 2:
        return one(None)
    return None


def entries(process: Process, cell: Object, name: str) -> Items:
    """The keys, the values or the pairs of an object."""
    rows: list[Items] = []
    for key, value in cell.fields.items():
        if key.startswith("("):
            continue
        if name in ("items", "entries"):
            rows.append(one(process.listing([one(text(key)), value])))
        else:
            rows.append(one(text(key)) if name == "keys" else value)
    if cell.rest:  # what it holds under names that only the run knows
        key_item: Items = one(unknown([symbol for a in cell.rest for symbol in origins(a.held)], "a key"))
        rows.append({"keys": key_item, "values": cell.rest}.get(name) or one(process.listing([key_item, cell.rest])))
    return one(process.listing(rows))
