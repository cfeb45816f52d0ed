"""What is in the lists and objects of a program: elements, fields, properties, membership, under conditions or in each world."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import BOUND, Alternative, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.programs import text_methods, tree
from latest_guard.replay.programs.items import (
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
    Scope,
    blend,
    describe,
    named,
    origins,
    raised,
    unknown,
    written,
)
from latest_guard.replay.programs.process import ROUNDS, Entry, Listed, Object, Process, UndecidedError
from latest_guard.replay.programs.text_methods import sequence
from latest_guard.replay.programs.worlds import (
    compare,
    concrete,
    each_world,
    lift,
    lower,
    lowered,
    plainly,
    settle,
    truth,
)
from latest_guard.values import NEWER, OLDER, Literal, Lookup, Str, Symbol, plain, show, symbols, text

if TYPE_CHECKING:
    from collections.abc import Sequence


def worldly(process: Process, items: Items) -> bool:
    """Is it a list whose elements are known in each world only?"""
    held = process.under(items)
    return process.world is not None or any(isinstance(a.held, Datum) for a in held)


def elements(process: Process, items: Items) -> list[Entry]:
    """What a loop goes through: each element with the condition that it is there."""
    both = process.scene.conditions.both
    made: list[Entry] = []
    for a in process.under(items):
        for when, item in elements_of(process, a.held):
            joint = both(a.when, when)
            if joint != FALSE:
                made.append((joint, item))
    return made[: BOUND * 8]


def elements_of(process: Process, item: Item) -> list[Entry]:
    """The elements of one alternative, each with the condition that it is there."""
    if process.world is not None:
        return [(TRUE, lowered(process, part)) for part in sequence(lower(process, item))]
    if isinstance(item, Reference):
        cell = process.heap[item.number]
        if isinstance(cell, Listed):
            return list(cell.entries)
        return [(TRUE, text(name)) for name in cell.fields] or _rest(cell)
    if isinstance(item, Datum):
        return _parts(process, item)
    if isinstance(item, tuple):
        whole = plain(item)
        if whole is not None:
            return [(TRUE, text(char)) for char in whole[:200]]
        return [(TRUE, item)]
    return [] if item is None else [(TRUE, unknown(origins(item), f"an element of {describe(item)}"))]


def _rest(cell: Object) -> list[Entry]:
    return [(TRUE, unknown([s for a in cell.rest for s in origins(a.held)], "a key"))] if cell.rest else []


def _parts(process: Process, datum: Datum) -> list[Entry]:
    """The elements of a list that is known in each world, one by one."""
    symbol = datum.symbol
    if datum.worlds is None:
        return [(TRUE, Datum(replace(symbol, name=named(f"an element of {symbol.name}"))))]
    try:
        worlds = [sequence(world) for world in datum.worlds]
    except TypeError:
        return []
    longest = max(len(worlds[OLDER]), len(worlds[NEWER]))
    made: list[Entry] = []
    for index in range(min(longest, ROUNDS)):
        parts = [world[index] if index < len(world) else world[-1] if world else None for world in worlds]
        when = TRUE
        outcomes = (len(worlds[OLDER]) > index, len(worlds[NEWER]) > index, len(worlds[NEWER]) > index)
        if outcomes[OLDER] != outcomes[NEWER]:
            when = settle(
                process,
                f"{symbol.name} has {index + 1}",
                f"{symbol.name} has {index + 1} elements or more",
                None,
                (symbol,),
                outcomes,
                orders=True,
            )
        label = replace(symbol, name=named(f"{symbol.name}[{index}]"), lookup=picked(symbol, datum.worlds, parts))
        made.append((when, raised((parts[0], parts[1], parts[2]), label, datum.ordered)))
    return made


def picked(symbol: Symbol, worlds: Sequence[Concrete] | None, parts: Sequence[Concrete]) -> Lookup | None:
    """The lookup of what was taken out of a list: one version is picked now; from a list of versions, where it was one."""
    lookup = symbol.lookup
    if lookup is None or not lookup.many:
        return lookup
    return replace(lookup, many=any(isinstance(part, tuple) for part in parts))


def fields(process: Process, items: Items) -> dict[str, Items]:
    """The fields of an object."""
    held = process.under(items)
    if process.world is not None:
        record = concrete(process, held)
        return {name: one(lowered(process, value)) for name, value in record.fields} if isinstance(record, Record) else {}
    made: dict[str, Items] = {}
    for a in held:
        if isinstance(a.held, Reference) and isinstance(cell := process.heap[a.held.number], Object):
            made.update(cell.fields)
        elif isinstance(a.held, Datum) and a.held.worlds is not None and isinstance(first := a.held.worlds[0], Record):
            made.update({name: one(_field(a.held, name)) for name, _ in first.fields})
        elif isinstance(a.held, Native):
            made["(native)"] = one(a.held)
    return made


def rest_of(process: Process, items: Items) -> Items:
    """What keys hold that the object was not seen to have."""
    held = process.under(items)
    if len(held) == 1 and isinstance(held[0].held, Reference) and isinstance(cell := process.heap[held[0].held.number], Object):
        return cell.rest
    return held if len(held) == 1 and isinstance(held[0].held, Datum) and held[0].held.worlds is None else ()


def key_text(process: Process, items: Items) -> str | None:
    """A key's name; None where only the run knows it."""
    held = process.under(items)
    if process.world is not None:
        return written(concrete(process, held))
    if len(held) != 1:
        return None
    key = held[0].held
    if isinstance(key, tuple):
        return plain(key) if plain(key) is not None else show(key)
    return written(key) if plainly(key) else None  # type: ignore[arg-type]


def field(process: Process, cell: Object, name: str) -> Items:
    """A field of an object: its own, its class's, or what any other holds."""
    found = cell.fields.get(name)
    if found is None and cell.of is not None:
        owner: Scope | None = cell.of.scope
        found = owner.held.get(name) if owner else None
    if found is not None:
        return process.under(found)
    if cell.rest and name not in text_methods.RECORDS:
        return process.each(cell.rest, lambda item: _named_part(item, name))
    return ()


def _named_part(item: Item, name: str) -> Item:
    if isinstance(item, Datum) and item.worlds is None:
        return Datum(replace(item.symbol, name=named(f"{item.symbol.name}.{name}")))
    return item


def _field(datum: Datum, name: str) -> Item:
    """`datum.name` in each world."""
    label = replace(datum.symbol, name=named(f"{datum.symbol.name}.{name}"))
    if datum.worlds is None:
        return Datum(label, None, datum.ordered)
    found = [world.get(name) if isinstance(world, Record) else None for world in datum.worlds]
    lost = not any(isinstance(world, Record) and world.has(name) for world in datum.worlds)
    if lost and any(isinstance(world, Record) and not world.has("(match)") for world in datum.worlds):
        return Datum(label, None, datum.ordered)  # the real answer has more fields than its sketch here
    if name.endswith(("_at", "At", "date", "Date")):
        found = [Moment(part) if isinstance(part, str) else part for part in found]
    return raised((found[0], found[1], found[2]), label, datum.ordered)


def attribute(process: Process, item: Item, name: str, node: tree.Expression) -> Items:
    """`item.name` of a value that is no module."""
    if isinstance(item, Native):
        return one(Native(f"{item.name}.{name}", item.receiver))
    if name in ("length", "size", "stdout", "data") and (found := _special(process, item, name, node)) is not None:
        return found
    if isinstance(item, Datum):
        if process.world is not None:
            return one(lowered(process, _world_attribute(lower(process, item), name)))
        if item.worlds is not None and isinstance(item.worlds[OLDER], Release):
            return lift(process, [one(item)], lambda value: _world_attribute(value, name), f".{name} of ")
        return one(_field(item, name))
    if isinstance(item, tuple):
        return one(_text_attribute(process, item, name))
    if isinstance(item, (Closure, Reference)) or item is None:
        return one(None)
    return one(unknown(origins(item), f"{describe(item)}.{name}"))


def _special(process: Process, item: Item, name: str, node: tree.Expression) -> Items | None:
    if name in ("length", "size"):
        return size(process, item, node)
    if isinstance(item, tuple) and name == "stdout":
        return one(item)
    return None


def _text_attribute(process: Process, item: Str, name: str) -> Item:
    """A property of text: of paths as Python has them; of a symbol of any kind, what an object of that origin has."""
    if name in ("name", "stem", "parent", "suffix"):
        whole = lift(process, [one(item)], lambda value: _path_part(str(value), name), f".{name} of", marks=True)
        return whole[0].held
    if name in ("prerelease", "major", "minor", "patch", "micro", "version") and len(item) == 1 and isinstance(item[0], Symbol):
        return lift(process, [one(item)], lambda value: _world_attribute(text_methods.release_of(value), name), f".{name} of")[0].held
    if len(item) == 1 and isinstance(item[0], Symbol):
        return Datum(replace(item[0], name=named(f"{item[0].name}.{name}"), samples=None))
    return None


def _path_part(path: str, name: str) -> str:
    parent, _, last = path.rpartition("/")
    stem, dot, suffix = last.rpartition(".")
    return {"name": last, "parent": parent or ".", "stem": stem if dot and stem else last, "suffix": dot + suffix if dot and stem else ""}[
        name
    ]


def _world_attribute(value: Concrete, name: str) -> Concrete:
    if isinstance(value, Release):
        return _release_attribute(value, name)
    if isinstance(value, Record):
        found = value.get(name)
        return Moment(found) if isinstance(found, str) and name.endswith(("_at", "At")) else found
    if name in ("length", "size"):
        return len(sequence(value))
    if isinstance(value, str) and name in ("name", "parent", "stem", "suffix"):
        return _path_part(value, name)
    raise UndecidedError


def _release_attribute(value: Release, name: str) -> Concrete:
    parts = value.parts()
    rest = value.prerelease()
    simple: dict[str, Concrete] = {
        "major": parts[0],
        "minor": parts[1],
        "micro": parts[2],
        "patch": parts[2],
        "release": parts,
        "version": value.text.lstrip("vV="),
        "is_prerelease": bool(rest),
        "is_devrelease": "dev" in rest,
        "is_postrelease": False,
        "raw": value.text,
        "base_version": ".".join(map(str, parts)),
        "public": value.text.lstrip("v"),
        "build": None,
        "epoch": 0,
        "local": None,
    }
    if name == "prerelease":
        return tuple(rest.split(".")) if rest else ()
    if name in ("pre", "dev", "post"):
        return rest or None
    return simple[name]


def size(process: Process, item: Item, node: tree.Expression) -> Items | None:
    """How many elements or characters; None where the value has no size of its own."""
    if isinstance(item, Reference):
        cell = process.heap[item.number]
        if isinstance(cell, Object):
            return process.under(cell.fields["length"]) if "length" in cell.fields else one(len(cell.fields))
        return _count(process, cell)
    if isinstance(item, tuple) or (isinstance(item, Datum) and item.worlds is not None):
        return lift(
            process,
            [one(item)],
            lambda value: value.get("length") if isinstance(value, Record) and value.has("length") else len(sequence(value)),
            "the length of",
        )
    return None


def _count(process: Process, cell: Listed) -> Items:
    conditions = process.scene.conditions
    counts: dict[int, Condition] = {0: process.path}
    for when, _ in cell.entries:
        grown: dict[int, Condition] = {}
        for count, held in counts.items():
            for more, here in ((0, conditions.both(held, conditions.no(when))), (1, conditions.both(held, when))):
                if here != FALSE:
                    grown[count + more] = conditions.either(grown.get(count + more, FALSE), here)
        counts = grown
        if len(counts) > 12:
            return one(unknown((), "the length of a list"))
    return process.tidy([Alternative(when, count) for count, when in counts.items()])


def index(process: Process, item: Item, key: Item, node: tree.Expression, count: int = 0) -> Items:
    """`item[key]`; `count` is how many elements are unpacked at once."""
    if process.world is not None:
        return one(lowered(process, _world_index(lower(process, item), lower(process, key))))
    if isinstance(item, Reference):
        return heap_index(process, process.heap[item.number], key)
    if isinstance(item, Datum) and item.worlds is not None and plainly(key):
        return _datum_index(process, item, plain(key) if isinstance(key, tuple) else key)  # type: ignore[arg-type]
    if isinstance(item, Datum) and item.worlds is not None and isinstance(key, Datum) and key.worlds is not None:
        return _datum_at(item, item.worlds, key, key.worlds)
    if isinstance(item, Datum):
        return one(Datum(_element_symbol(item.symbol, f"{item.symbol.name}[…]"), None, item.ordered))
    if item is None:
        return one(None)
    if isinstance(item, tuple) and len(item) == 1 and isinstance(item[0], Symbol) and (item[0].samples is None or isinstance(key, tuple)):
        return one(Datum(replace(_element_symbol(item[0], f"{item[0].name}[{describe(key)}]"), samples=None)))
    return lift(process, [one(item), one(key)], _world_index, "an element of")


def _element_symbol(symbol: Symbol, name: str) -> Symbol:
    lookup = replace(symbol.lookup, many=False) if symbol.lookup else None
    return replace(symbol, name=named(name), lookup=lookup)


def _world_index(value: Concrete, key: Concrete) -> Concrete:
    if isinstance(value, Record):
        return value.get(written(key))
    if isinstance(value, (tuple, str)) and isinstance(key, (int, float)):
        at = int(key)
        return value[at] if -len(value) <= at < len(value) else None
    raise UndecidedError


def _datum_index(process: Process, datum: Datum, key: Concrete) -> Items:
    assert datum.worlds is not None
    if isinstance(key, str):
        return one(_field(datum, key))
    found: list[Concrete] = []
    for world in datum.worlds:
        try:
            found.append(_world_index(world, key))
        except UndecidedError:
            return one(Datum(_element_symbol(datum.symbol, f"{datum.symbol.name}[{key}]")))
    label = replace(datum.symbol, name=named(f"{datum.symbol.name}[{key}]"), lookup=picked(datum.symbol, datum.worlds, found))
    if (
        found[OLDER] is None
        and found[NEWER] is None
        and not any(isinstance(w, Record) and w.has("(match)") for w in datum.worlds)
        and any(datum.worlds)
    ):
        return one(None)
    return one(raised((found[0], found[1], found[2]), label, datum.ordered))


def _datum_at(datum: Datum, lists: Sequence[Concrete], key: Datum, keys: Sequence[Concrete]) -> Items:
    """The element at a place that differs from world to world: `tags[tags.length - 1]`."""
    try:
        found = [_world_index(world, at) for world, at in zip(lists, keys, strict=True)]
    except UndecidedError:
        found = [None, None, None]
    label = blend([datum.symbol, key.symbol], f"{datum.symbol.name}[{key.symbol.name}]")
    if found[OLDER] is None or found[NEWER] is None:
        return one(Datum(label, None, datum.ordered))
    label = replace(label, lookup=picked(datum.symbol, lists, found))
    return one(raised((found[0], found[1], found[2]), label, datum.ordered))


def heap_index(process: Process, cell: Listed | Object, key: Item) -> Items:
    """The element or field of a list or an object that the program made."""
    conditions = process.scene.conditions
    if isinstance(cell, Object):
        name = plain(key) if isinstance(key, tuple) else written(key) if plainly(key) else None  # type: ignore[arg-type]
        if name is not None:
            return field(process, cell, name) or one(None)
        shown = show(key) if isinstance(key, tuple) else None
        if shown is not None and shown in cell.fields:
            return process.under(cell.fields[shown])
        held = [symbol for value in cell.fields.values() for a in value for symbol in origins(a.held)]
        return one(unknown([*held, *origins(key)], "a field of an object"))
    if isinstance(key, bool) or not isinstance(key, (int, float)):
        return one(unknown([s for _, item in cell.entries for s in origins(item)], "an element of a list"))
    wanted = int(key)
    entries = cell.entries if wanted >= 0 else cell.entries[::-1]
    skip = wanted if wanted >= 0 else -wanted - 1
    return nth(process, entries, skip) if skip < 64 else one(None) if conditions else one(None)


def nth(process: Process, entries: Sequence[Entry], skip: int) -> Items:
    """The element before which `skip` others are there."""
    conditions = process.scene.conditions
    counts: dict[int, Condition] = {0: process.path}
    made: list[Alternative[Item]] = []
    for when, item in entries:
        here = conditions.both(counts.get(skip, FALSE), when)
        made.append(Alternative(here, item))
        grown: dict[int, Condition] = {}
        for count, held in counts.items():
            for more, part in ((0, conditions.both(held, conditions.no(when))), (1, conditions.both(held, when))):
                if part != FALSE and count + more <= skip:
                    grown[count + more] = conditions.either(grown.get(count + more, FALSE), part)
        counts = grown
        if not counts:
            break
    made += [Alternative(when, None) for when in counts.values()]
    return process.tidy(made)


def sliced(process: Process, item: Item, parts: Sequence[Items], node: tree.Expression) -> Items:
    """`item[start:stop:step]`."""
    if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Listed) and process.world is None:
        ends = [process.under(part) for part in parts]
        if all(len(end) == 1 and (end[0].held is None or isinstance(end[0].held, int)) for end in ends):
            start, stop, step = (held if isinstance(held := end[0].held, int) else None for end in ends)
            return one(process.new(Listed(cell.entries[slice(start, stop, step)])))
    if item is None:
        return one(None)
    marks = isinstance(item, tuple)
    return lift(process, [one(item), *parts], lambda value, a, b, c: value[slice(a, b, c)], "a part of", marks=marks)


def store(process: Process, item: Reference, name: str | None, value: Items) -> None:
    """`item.name = value`."""
    process.effect()
    cell = process.heap[item.number]
    if isinstance(cell, Object):
        if name is None:
            cell.rest = value
        else:
            cell.fields[name] = process.assigned(value, cell.fields.get(name) or one(None))
        return
    if name is not None and name.lstrip("-").isdigit() and -len(cell.entries) <= int(name) < len(cell.entries) and len(value) == 1:
        when, _ = cell.entries[int(name)]
        cell.entries[int(name)] = (when, value[0].held)
    else:
        process.append(cell, value)


def holds(process: Process, whole: Items, part: Items, node: tree.Expression, *, keys: bool = False) -> Items:
    """`part in whole`: as text, as an element, as a key."""
    if process.world is not None:
        return one(_world_holds(concrete(process, whole), concrete(process, part)))
    conditions = process.scene.conditions
    found = FALSE
    for a in process.under(whole):
        for b in process.under(part):
            when = conditions.both(a.when, b.when)
            if when != FALSE:
                found = conditions.either(found, conditions.both(when, _holds(process, a.held, b.held, node)))
    return process.truths(found)


def _world_holds(whole: Concrete, part: Concrete) -> bool:
    if isinstance(whole, str):
        return isinstance(part, str) and part in whole
    if isinstance(whole, Record):
        return isinstance(part, str) and whole.has(part)
    if isinstance(whole, tuple):
        return part in whole
    raise UndecidedError


def _holds(process: Process, whole: Item, part: Item, node: tree.Expression) -> Condition:
    conditions, span = process.scene.conditions, process.span_of(node)
    if isinstance(whole, Reference):
        cell = process.heap[whole.number]
        if isinstance(cell, Object):
            name = plain(part) if isinstance(part, tuple) else None
            return TRUE if name in cell.fields else truth(process, cell.rest[0].held, "", span) if cell.rest else FALSE
        same = (conditions.both(when, _same(process, item, part, node)) for when, item in cell.entries)
        return conditions.any(same)
    if isinstance(whole, tuple) and isinstance(part, tuple):
        return _contains(process, whole, part, node)
    if isinstance(whole, Native):
        return TRUE
    asked = (*origins(whole), *origins(part))
    results, taint = each_world(process, lambda: _world_holds(lower(process, whole), lower(process, part)))
    outcomes = None if results is None else (bool(results[0]), bool(results[1]), bool(results[2]))
    return settle(
        process, f"{process.said(node)} at {span}", process.said(node), span, (*asked, *taint.found), outcomes, orders=False, free=False
    )


def _same(process: Process, item: Item, part: Item, node: tree.Expression) -> Condition:
    result = compare(process, one(item), "==", one(part), node)
    return process.scene.conditions.any(a.when for a in result if a.held is True)


def _contains(process: Process, whole: Str, part: Str, node: tree.Expression) -> Condition:
    wanted = plain(part)
    span = process.span_of(node)
    if wanted is not None:
        if any(isinstance(piece, Literal) and wanted in piece.text for piece in whole):
            return TRUE
        return process.scene.judge.matches(
            whole, lambda value: wanted in value, f"{show(whole)} has {wanted}", process.said(node), span, wanted
        )
    results, taint = each_world(process, lambda: _world_holds(lower(process, whole), lower(process, part)))
    outcomes = None if results is None else (bool(results[0]), bool(results[1]), bool(results[2]))
    found = (*symbols(whole), *symbols(part), *taint.found)
    return settle(process, f"{show(whole)} has {show(part)}", process.said(node), span, found, outcomes, orders=False)
