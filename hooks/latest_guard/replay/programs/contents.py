"""Lists, objects and text of a program: what is in them, and what their methods do, under conditions or in each world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from latest_guard.catalog.answers import OLD_PRERELEASE
from latest_guard.replay.alternatives import BOUND, Alternative, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
from latest_guard.replay.machine import compact
from latest_guard.replay.programs import packages, text_methods, tree
from latest_guard.replay.programs.items import (
    ClassItem,
    Closure,
    Concrete,
    Datum,
    Expression,
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
from latest_guard.replay.programs.process import ROUNDS, Entry, Given, Listed, Object, Process, Taint, UndecidedError
from latest_guard.replay.programs.text_methods import sequence
from latest_guard.replay.programs.worlds import (
    ERRORS,
    callable_of,
    compare,
    concrete,
    each_world,
    lift,
    lower,
    lowered,
    plainly,
    settle,
    true,
    truth,
)
from latest_guard.values import NEWER, OLDER, Colour, Literal, Lookup, Order, Str, Symbol, plain, show, symbols, text

# Plain calculation --------------------------------------------------------------------------------------------------------


def number(value: Concrete) -> int | float:
    """A number; text that says one, too. Raises ValueError."""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        bare = value.strip()
        return int(bare) if bare.lstrip("+-").isdigit() and len(bare) < 20 else float(bare or "0")
    if isinstance(value, Moment):
        return float(int.from_bytes(value.text.encode()[:6], "big"))
    raise ValueError("no number")


def arithmetic(sign: str, left: Concrete, right: Concrete) -> Concrete:
    """`left sign right` in a world."""
    if sign == "+" and isinstance(left, (str, tuple)) and type(left) is type(right):
        return text_methods._cap(left + right) if isinstance(left, str) and isinstance(right, str) else (*left, *right)
    if sign == "*" and isinstance(left, str) and isinstance(right, int):
        return left * min(right, 100)
    if isinstance(left, Release) or isinstance(right, Release):
        raise UndecidedError
    if sign == "|" and isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(dict.fromkeys((*left, *right)))
    if sign == "-" and isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(part for part in left if part not in right)
    if sign == "/" and isinstance(left, str) and isinstance(right, str):
        return f"{left}/{right}"  # pathlib
    first, second = number(left), number(right)
    works: dict[str, Callable[[], int | float]] = {
        "+": lambda: first + second,
        "-": lambda: first - second,
        "*": lambda: first * second,
        "/": lambda: first / second,
        "//": lambda: first // second,
        "%": lambda: first % second,
        "|": lambda: int(first) | int(second),
        "&": lambda: int(first) & int(second),
    }
    return works[sign]()


def percent(pattern: Concrete, given: Concrete) -> str:
    """Python's `%` on text."""
    if not isinstance(pattern, str):
        raise TypeError("no text")
    values = list(given) if isinstance(given, tuple) else [given]
    out = pattern
    for sign in ("%s", "%d", "%r"):
        while sign in out and values:
            out = out.replace(sign, written(values.pop(0)), 1)
    return out


# Elements -----------------------------------------------------------------------------------------------------------------


def worldly(process: Process, items: Items) -> bool:
    """Is it a list whose elements are known in each world only?"""
    held = process.under(items)
    return process.world is not None or any(isinstance(a.held, Datum) for a in held)


def elements(process: Process, items: Items) -> list[Entry]:
    """What a loop goes through: each element with the condition that it is there."""
    both = process.scene.conditions.both
    made: list[Entry] = []
    for a in process.under(items):
        for when, item in _elements(process, a.held):
            joint = both(a.when, when)
            if joint != FALSE:
                made.append((joint, item))
    return made[: BOUND * 8]


def _elements(process: Process, item: Item) -> list[Entry]:
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


# Properties ---------------------------------------------------------------------------------------------------------------


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
    if isinstance(item, Closure) or item is None:
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
        return _heap_index(process, process.heap[item.number], key)
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


def _heap_index(process: Process, cell: Listed | Object, key: Item) -> Items:
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
    return _nth(process, entries, skip) if skip < 64 else one(None) if conditions else one(None)


def _nth(process: Process, entries: Sequence[Entry], skip: int) -> Items:
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


# Membership ---------------------------------------------------------------------------------------------------------------


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


# Methods ------------------------------------------------------------------------------------------------------------------


def method(process: Process, item: Item, name: str, given: Given) -> tuple[Item | None, Items]:
    """`item.name(…)`: what a list that the call changes is then (None: unchanged), and what the call gives."""
    if item is None:
        process.throw(TRUE)
        return None, one(None)
    if isinstance(item, Native):
        return None, process.invoke(process, Native(f"{item.name}.{name}", item.receiver), given)
    if name == "then" and given.items:
        return None, process.split(given.items[0], lambda f: process.invoke(process, f, Given([one(item)], {}, given.node)))
    if name in ("finally", "nothrow", "quiet", "json", "cwd") and not isinstance(item, Reference) and _passes(item):
        return None, one(item)
    if isinstance(item, Closure):
        return None, process.invoke(process, item, Given(given.items[1:], given.named, given.node) if name in ("call", "bind") else given)
    if isinstance(item, Reference):
        return None, _heap_method(process, item, name, given)
    if isinstance(item, Expression):
        return None, _pattern_method(process, item, name, given)
    if name == "forEach":
        return None, _for_each(process, elements(process, one(item)), given)
    if isinstance(item, Datum):
        return _datum_method(process, item, name, given)
    return None, _text_method(process, item, name, given)


def _passes(item: Item) -> bool:
    return isinstance(item, Datum) or (isinstance(item, tuple) and True)


def _rows(given: Given) -> list[Items]:
    return [*given.items, *given.named.values()]


def _named_work(work: Callable[..., Concrete], given: Given) -> Callable[..., Concrete]:
    """`work` with the named arguments handed on by their names."""
    count, names = len(given.items), list(given.named)

    def called(receiver: Concrete, *arguments: Concrete) -> Concrete:
        return work(receiver, *arguments[:count], **dict(zip(names, arguments[count:], strict=True)))

    return called


def _text_method(process: Process, item: Item, name: str, given: Given) -> Items:
    if name in ("match", "test", "startswith", "endswith", "startsWith", "endsWith", "includes") and process.world is None:
        found = _asked(process, item, name, given)
        if found is not None:
            return found
    work = text_methods.STRINGS[process.language].get(name)
    if work is None and name in ("compare", "inc", "bump_patch", "bump_minor", "next_patch"):
        return method(process, _as_release(process, item), name, given)[1]
    if work is None:
        return one(unknown([*origins(item), *_arguments(given)], f"{name} of {show(item) if isinstance(item, tuple) else describe(item)}"))
    marks = name in text_methods.MOVING and not any(isinstance(a.held, (Expression, Closure)) for row in given.items for a in row)
    if name == "join" and process.world is None and given.items:
        return process.split(given.items[0], lambda parts: _joined(process, item, parts))
    return lift(process, [one(item), *_rows(given)], _named_work(work, given), name, given.node, marks=marks)


def _arguments(given: Given) -> list[Symbol]:
    return [symbol for row in _rows(given) for a in row for symbol in origins(a.held)]


def _as_release(process: Process, item: Item) -> Item:
    return lift(process, [one(item)], text_methods.release_of, "version")[0].held


def _asked(process: Process, item: Item, name: str, given: Given) -> Items | None:
    """A question to text that is answered with a condition of its own kind: prerelease, another line, another component."""
    if not isinstance(item, tuple) or plain(item) is not None or not given.items or len(given.items[0]) != 1:
        return None
    wanted = given.items[0][0].held
    if isinstance(wanted, Expression) and name == "match":
        return match(process, item, wanted, "search", given.node)
    said = plain(wanted) if isinstance(wanted, tuple) else None
    if said is None or name in ("match", "test"):
        return None
    accepts = {"startswith": str.startswith, "startsWith": str.startswith, "endswith": str.endswith, "endsWith": str.endswith}.get(
        name, str.__contains__
    )
    if name.lower() == "startswith" and isinstance(item[0], Literal) and len(item[0].text) >= len(said):
        return one(item[0].text.startswith(said))
    if name == "includes" and any(isinstance(piece, Literal) and said in piece.text for piece in item):
        return one(True)
    key, span = f"{show(item)} {name} {said}", process.span_of(given.node)
    literal = said if name.lower() == "startswith" else ""
    return process.truths(
        process.scene.judge.matches(item, lambda whole: accepts(whole, said), key, process.said(given.node), span, literal)
    )


def match(process: Process, item: Str, wanted: Expression, how: str, node: tree.Expression) -> Items:
    """A regular expression on text: the match where it holds, nothing where it does not."""
    span = process.span_of(node)

    def work(value: Concrete) -> Concrete:
        whole = value if isinstance(value, str) else ""
        if "g" in wanted.flags and how == "search" and process.language == "javascript":
            return tuple(found.groups[0] for found in text_methods.every_match(wanted.pattern, wanted.flags, whole)) or None
        found = text_methods.matched(wanted.pattern, wanted.flags, whole, how)
        if found is None and whole[:1].isdigit():
            return text_methods.matched(wanted.pattern, wanted.flags, "v" + whole, how)
        return text_methods.matched(wanted.pattern, wanted.flags, whole[1:], how) if found is None and whole[:1] == "v" else found

    label = blend(symbols(item), f"the match of {process.said(node)}")
    if plain(item) is not None or process.world is not None:
        return lift(process, [one(item)], work, "match")
    results, _ = each_world(process, lambda: work(lower(process, item)))
    if results is None or (results[OLDER] is None and results[NEWER] is None):
        if results is not None and len(wanted.pattern) < 200 and Colour.RELEASED in label.colours:
            condition = _fits(process, item, wanted, node)
            both = process.scene.conditions
            return process.tidy([Alternative(condition, Datum(label)), Alternative(both.no(condition), None)])
        return one(Datum(label))
    if results[OLDER] is not None and results[NEWER] is not None and results[2] is not None:
        return one(raised(results, label))
    outcomes = (results[0] is not None, results[1] is not None, results[2] is not None)
    condition = settle(process, f"{show(item)} matches {wanted.pattern}", process.said(node), span, symbols(item), outcomes, orders=False)
    filled = tuple(part if part is not None else results[NEWER] if results[NEWER] is not None else results[OLDER] for part in results)
    return process.tidy(
        [Alternative(condition, raised(filled, label)), Alternative(process.scene.conditions.no(condition), None)]  # type: ignore[arg-type]
    )


def _fits(process: Process, item: Str, wanted: Expression, node: tree.Expression) -> Condition:
    """A released version that is never of the form asked for."""
    key = f"{show(item)} matches {wanted.pattern}"
    bare = wanted.pattern.lstrip("^").replace("\\", "")
    return process.scene.judge.matches(item, lambda _: False, key, process.said(node), process.span_of(node), bare)


def _pattern_method(process: Process, item: Expression, name: str, given: Given) -> Items:
    if name in ("search", "match", "fullmatch", "exec", "test") and given.items:
        how = name if name in ("match", "fullmatch") else "search"

        def one_match(value: Item) -> Items:
            if not isinstance(value, tuple):
                return one(unknown(origins(value), "a match"))
            found = match(process, value, item, how, given.node)
            return process.truths(true(process, found, given.node)) if name == "test" else found

        return process.split(given.items[0], one_match)
    works: dict[str, Callable[..., Concrete]] = {
        "sub": lambda p, r, s, n=0: text_methods.substituted(p.get("(pattern)"), p.get("flags"), r, s, n),
        "findall": lambda p, s: _found_all(p, s),
        "split": lambda p, s: tuple(text_methods._cut(s, p.get("(pattern)"), p.get("flags"))),
        "finditer": lambda p, s: tuple(
            text_methods.match_record(f, p.get("(pattern)")) for f in text_methods.every_match(p.get("(pattern)"), p.get("flags"), s)
        ),
    }
    if name not in works:
        return one(unknown(_arguments(given), name))
    return lift(process, [one(item), *_rows(given)], works[name], f"{item.pattern} {name}", given.node)


def _found_all(pattern: Concrete, whole: Concrete) -> Concrete:
    assert isinstance(pattern, Record) and isinstance(whole, str)
    found = text_methods.every_match(str(pattern.get("(pattern)")), str(pattern.get("flags")), whole)
    return tuple(
        one_of.groups[0] if len(one_of.groups) == 1 else one_of.groups[1] if len(one_of.groups) == 2 else one_of.groups[1:]
        for one_of in found
    )


# Data known in each world ---------------------------------------------------------------------------------------------------


def _datum_method(process: Process, datum: Datum, name: str, given: Given) -> tuple[Item | None, Items]:
    changing = text_methods.CHANGING[process.language].get(name)
    sample = lower(process, datum) if process.world is not None else datum.worlds[OLDER] if datum.worlds is not None else None
    if changing is not None and (isinstance(sample, tuple) or sample is None):
        made = _lifted(process, datum, lambda *a: changing(*a), name, given)
        if isinstance(made[0].held, Reference):
            parts = process.heap[made[0].held.number]
            assert isinstance(parts, Listed)
            return parts.entries[0][1], one(parts.entries[1][1])
        return _halved(process, made, 0), one(_halved(process, made, 1))
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
        return None, one(Datum(blend([datum.symbol, *_arguments(given)], f"{datum.symbol.name}.{name}()"), None, datum.ordered))
    return None, _lifted(process, datum, work, name, given)


def _halved(process: Process, made: Items, at: int) -> Item:
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


def _lifted(process: Process, datum: Datum, work: Callable[..., Concrete], name: str, given: Given) -> Items:
    """A method of data, with what it does to the lookup behind them."""
    if process.world is not None:
        return lift(process, [one(datum), *_rows(given)], _named_work(work, given), name, given.node)
    if datum.worlds is None:
        return one(guessed(process, datum, name, given))
    functions = [a.held for row in _rows(given) for a in row if isinstance(a.held, (Closure, Native, ClassItem))]

    def run() -> Concrete:
        count = len(given.items)
        arguments = [_argument(process, row, given.node) for row in _rows(given)]
        named_ones = dict(zip(given.named, arguments[count:], strict=True))
        return work(lower(process, datum), *arguments[:count], **named_ones)

    results, taint = each_world(process, run)
    label = blend([datum.symbol, *_arguments(given), *taint.found], f"{datum.symbol.name}.{name}({', '.join(map(_short, functions))})")
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
    if name in ("sort", "toSorted", "sorted", "max", "min", "reduce") and lookup.many:
        lookup = replace(lookup, order=ordering(taint, function, lookup.order))
    older = results[OLDER] if results is not None else None
    if lookup.prereleases and isinstance(older, tuple) and datum.worlds is not None:
        had = OLD_PRERELEASE in _deep(datum.worlds[OLDER])
        lookup = replace(lookup, prereleases=not had or OLD_PRERELEASE in _deep(older))
    if lookup.many and (name in PICKING or (results is not None and not isinstance(older, tuple))):
        lookup = replace(lookup, many=False)
    return lookup


def ordering(taint: Taint, function: bool, before: Order) -> Order:
    """The order into which a sort puts versions."""
    if taint.moments:
        return Order.DATE
    if taint.versions:
        return Order.VERSION
    if taint.texts or not function:
        return Order.TEXT
    return before


def _deep(value: Concrete) -> str:
    if isinstance(value, tuple):
        return "\n".join(_deep(part) for part in value[:100])
    if isinstance(value, Record):
        return "\n".join(_deep(part) for _, part in value.fields)
    return written(value)


def guessed(process: Process, datum: Datum, name: str, given: Given) -> Item:
    """What a method of data gives that nobody can tell: it rests on what its functions ask, too."""
    found = [datum.symbol, *_arguments(given)]
    ordered = datum.ordered
    functions = [a.held for row in _rows(given) for a in row if isinstance(a.held, Closure)]
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


# Lists that the program made ------------------------------------------------------------------------------------------------


def _heap_method(process: Process, item: Reference, name: str, given: Given) -> Items:
    cell = process.heap[item.number]
    if isinstance(cell, Object):
        return _object_method(process, item, cell, name, given)
    handler = HEAP.get(name)
    if handler is not None and process.world is None:
        return handler(process, item, cell, given)
    language = process.language
    changing = text_methods.CHANGING[language].get(name)
    work = text_methods.LISTS[language].get(name)
    if changing is not None:
        process.effect()
        made = lift(process, [one(item), *_rows(given)], _named_work(changing, given), name, given.node)
        return _changed(process, cell, made)
    if work is None:
        return one(unknown([*_arguments(given)], f"{name} of a list"))
    return lift(process, [one(item), *_rows(given)], _named_work(work, given), name, given.node)


def _changed(process: Process, cell: Listed, made: Items) -> Items:
    pair = made[0].held
    if isinstance(pair, Reference) and isinstance(parts := process.heap[pair.number], Listed) and len(parts.entries) == 2:
        new, result = parts.entries[0][1], parts.entries[1][1]
        if isinstance(new, Reference) and isinstance(inner := process.heap[new.number], Listed):
            cell.entries = list(inner.entries)
        return one(result)
    if isinstance(pair, Datum):
        new, result = _halved(process, made, 0), _halved(process, made, 1)
        cell.entries = _elements(process, new)
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
    return _joined(process, separator, item)


def _joined(process: Process, separator: Item, parts: Item) -> Items:
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


def _for_each(process: Process, entries: Sequence[Entry], given: Given) -> Items:
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
    return _nth(process, filtered.entries, 0)


def _includes(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    return holds(process, one(item), given.get(0), given.node)


def _concat(process: Process, item: Reference, cell: Listed, given: Given) -> Items:
    return concatenated(process, item, tuple(a.held for row in given.items for a in row))


def concatenated(process: Process, first: Item, others: Sequence[Item]) -> Items:
    """Lists one behind the other."""
    entries = _elements(process, first)
    for other in others:
        listed = not isinstance(other, tuple) or process.language == "python"
        entries = [*entries, *(_elements(process, other) if listed else [(TRUE, other)])]
    return one(process.new(Listed(entries)))


def joined_path(process: Process, parts: Sequence[Items]) -> Items:
    """Parts of a path with slashes between."""
    return lift(process, parts, packages.joined_path, "a path", marks=True)


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
    "forEach": lambda process, item, cell, given: _for_each(process, cell.entries, given),
    "values": _same_list,
    "update": _extend,
    "flat": _same_list,
}


def _object_method(process: Process, item: Reference, cell: Object, name: str, given: Given) -> Items:
    if name in ("get", "pop", "setdefault"):
        found = process.split(given.get(0), lambda key: _heap_index(process, cell, key))
        other = given.get(1)
        both = process.scene.conditions.both
        filled = [b for a in found for b in ([Alternative(both(a.when, o.when), o.held) for o in other] if a.held is None else [a])]
        return process.tidy(filled)
    if name in ("set", "setdefault") and len(given.items) == 2:
        store(process, item, key_text(process, given.get(0)), given.get(1))
        return one(item)
    if name in ("keys", "values", "items", "entries"):
        return _entries(process, cell, name)
    if name in ("update", "assign"):
        cell.fields.update(fields(process, given.get(0)))
        cell.fields.update(given.named)
        return one(None)
    if name in ("has", "hasOwnProperty"):
        return holds(process, one(item), given.get(0), given.node)
    if name == "append" and len(given.items) == 2:
        return one(None)
    if "stdout" in cell.fields:
        return process.split(cell.fields["stdout"], lambda out: method(process, out, name, given)[1])
    told = [symbol for value in cell.fields.values() for a in value for symbol in origins(a.held)]
    return one(unknown([*told, *_arguments(given)], f"{name} of an object"))


def _entries(process: Process, cell: Object, name: str) -> Items:
    rows: list[Items] = []
    for key, value in cell.fields.items():
        if key.startswith("("):
            continue
        if name in ("items", "entries"):
            rows.append(one(process.listing([one(text(key)), value])))
        else:
            rows.append(one(text(key)) if name == "keys" else value)
    return one(process.listing(rows))


def mapped(
    process: Process, iterable: Items, function: tree.Function, tests: Sequence[tree.Function], scope: Scope, node: tree.Expression
) -> Items:
    """A comprehension over a list that is known in each world: those that pass the tests, each put through the function."""
    call = tree.Call(tree.Name("comprehension", node.at, node.end), (), False, node.at, node.end)

    def one_list(item: Item) -> Items:
        held: Items = one(item)
        for test in tests:
            held = process.split(held, lambda part, t=test: _comprehended(process, part, "filter", t, scope, call))  # type: ignore[misc]
        return process.split(held, lambda part: _comprehended(process, part, "map", function, scope, call))

    return process.split(iterable, one_list)


def _comprehended(process: Process, item: Item, name: str, function: tree.Function, scope: Scope, call: tree.Call) -> Items:
    given = Given([one(Closure(function, scope, None, process.path_name))], {}, call)
    if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Listed) and process.world is None:
        return HEAP[name](process, item, cell, given)
    works: dict[str, Callable[..., Concrete]] = {
        "map": lambda p, f: tuple(f(x) for x in sequence(p)),
        "filter": lambda p, f: tuple(x for x in sequence(p) if text_methods.true(f(x))),
    }
    if isinstance(item, Datum):
        return _lifted(process, item, works[name], name, given)
    return lift(process, [one(item), given.items[0]], works[name], name, call)


__all__ = ["ERRORS"]
