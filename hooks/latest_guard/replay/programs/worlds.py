"""Work on values in each of the three worlds: what a pure function makes of them, whether they are true, how they compare."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import BOUND, Alternative, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
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
    NoVersionError,
    Record,
    Reference,
    Release,
    as_text,
    blend,
    describe,
    named,
    origins,
    raised,
    unknown,
)
from latest_guard.replay.programs.process import Given, Listed, Object, Process, Taint, UndecidedError
from latest_guard.replay.texts import MARKS, relocate
from latest_guard.values import NEWER, OLDER, Colour, Kind, Literal, Order, Str, Symbol, plain, samples, show, symbols, text

if TYPE_CHECKING:
    from latest_guard.replay.judge import Outcomes
    from latest_guard.replay.programs import tree
    from latest_guard.source import Span

#: Errors that working something out in a world may make: the program itself would have failed there, or it cannot be told.
ERRORS = (UndecidedError, TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError, RecursionError, MemoryError)

Work = Callable[..., Concrete]


# Down into a world --------------------------------------------------------------------------------------------------------


def concrete(process: Process, items: Items) -> Concrete:
    """What a value is in the world that is being worked out. Raises UndecidedError."""
    held = process.under(items)
    if len(held) != 1:
        held = _expected(process, held)
    if len(held) != 1:
        raise UndecidedError
    return lower(process, held[0].held)


def _expected(process: Process, items: Items) -> Items:
    """The alternative that is there where lookups succeed, if that decides."""
    conditions = process.scene.conditions

    def answer(test: Test) -> bool | None:
        return False if test.kind is TestKind.LOOKUP else None

    path = conditions.given(process.path, answer)
    sure = [a for a in items if conditions.both(path, conditions.no(conditions.given(a.when, answer))) == FALSE]
    return (sure[0],) if sure else items


def lower(process: Process, item: Item) -> Concrete:
    """One alternative in the world that is being worked out; the symbols in it are remembered."""
    if item is None or isinstance(item, (bool, int, float)):
        return item
    world = process.world
    assert world is not None
    if isinstance(item, tuple):
        process.taint.found += symbols(item)
        worlds = samples(item)
        if worlds is None:
            raise UndecidedError
        return worlds[world]
    if isinstance(item, Datum):
        process.taint.found.append(item.symbol)
        process.taint.ordered |= item.ordered
        if item.worlds is None:
            raise UndecidedError
        return item.worlds[world]
    if isinstance(item, Reference):
        return _content(process, process.heap[item.number])
    if isinstance(item, Expression):
        return _expression(item)
    raise UndecidedError


def _expression(item: Expression) -> Record:
    return Record((("(pattern)", item.pattern), ("flags", item.flags)))


def _content(process: Process, cell: Listed | Object) -> Concrete:
    conditions = process.scene.conditions
    if isinstance(cell, Object):
        if cell.rest:
            raise UndecidedError
        return Record(tuple((name, concrete(process, held)) for name, held in cell.fields.items()))
    made: list[Concrete] = []
    for when, item in cell.entries:
        here = conditions.both(process.path, when)
        if here == FALSE:
            continue
        if here != process.path and len(_expected(process, (Alternative(when, item),))) == 1 and not _surely(process, when):
            raise UndecidedError
        made.append(lower(process, item))
    return tuple(made)


def _surely(process: Process, when: Condition) -> bool:
    """Does `when` hold here if lookups succeed?"""
    conditions = process.scene.conditions
    left = conditions.both(process.path, conditions.no(when))
    return conditions.given(left, lambda test: False if test.kind is TestKind.LOOKUP else None) == FALSE


def lowered(process: Process, value: Concrete) -> Item:
    """Data of the world that is being worked out, as a value in it."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return text(value)
    return Datum(Symbol("a value"), (value, value, value))


# Up again -----------------------------------------------------------------------------------------------------------------


def kept(process: Process, value: Concrete) -> Item:
    """Data that are the same in every world, as a value that the program can change."""
    if isinstance(value, tuple):
        return process.listing([one(kept(process, part)) for part in value])
    if isinstance(value, Record):
        return process.table({name: one(kept(process, part)) for name, part in value.fields})
    return lowered(process, value)


def each_world(process: Process, work: Callable[[], Concrete]) -> tuple[tuple[Concrete, Concrete, Concrete] | None, Taint]:
    """`work` done in every world, and what it rested on. None where it cannot be done in the first two."""
    before, world = process.taint, process.world
    process.taint = Taint()
    state = process.state()
    results: list[Concrete] = []
    try:
        for process.world in range(3):
            results.append(work())
            process.restore(state)
    except ERRORS as error:
        process.taint.refused = isinstance(error, NoVersionError)
        if len(results) == 2:
            results.append(results[NEWER])
    finally:
        taint, process.taint, process.world = process.taint, before, world
        process.restore(state)
    return ((results[0], results[1], results[2]) if len(results) == 3 else None), taint


def plainly(item: Item) -> bool:
    """Is there nothing in the value that only the run knows?"""
    return item is None or isinstance(item, (bool, int, float)) or (isinstance(item, tuple) and plain(item) is not None)


def lift(process: Process, rows: Sequence[Items], work: Work, name: str, node: tree.Call | None = None, *, marks: bool = False) -> Items:
    """`work` of every combination of the arguments `rows`.

    `name` says in words what it does.  `marks`: it moves text about without looking at single characters, so that symbols can go
    through it as they are.
    """
    made: list[Alternative[Item]] = []
    for when, row in _combined(process, rows):
        try:
            made.append(Alternative(when, _lifted(process, row, work, name, node, marks)))
        except NoVersionError:
            if process.world is not None:
                raise
            process.throw(when)
    return _decided(process, process.tidy(made), name, node) if made else one(None)


def _combined(process: Process, rows: Sequence[Items]) -> list[tuple[Condition, tuple[Item, ...]]]:
    both = process.scene.conditions.both
    start = TRUE if all(len(row) == 1 for row in rows) else process.path
    made: list[tuple[Condition, tuple[Item, ...]]] = [(start, ())]
    for row in rows:
        grown = [(both(when, a.when), (*held, a.held)) for when, held in made for a in row]
        made = [one_of for one_of in grown if one_of[0] != FALSE]
        if len(made) > BOUND:
            folded = process.folded(row)
            made = [(when, (*held[:-1], folded)) for when, held in made[:BOUND]]
    return made


def _lifted(process: Process, row: tuple[Item, ...], work: Work, name: str, node: tree.Call | None, marks: bool) -> Item:
    if process.world is not None:
        return lowered(process, work(*(_argument(process, item, node) for item in row)))
    functions = any(isinstance(item, (Closure, Native, ClassItem)) for item in row)
    if not functions and all(plainly(item) for item in row):
        try:
            return kept(process, work(*(plain(item) if isinstance(item, tuple) else item for item in row)))
        except NoVersionError:
            raise
        except ERRORS:
            return unknown((), name)
    if not functions:
        moved = _marked(process, row, work, marks)
        if moved is not None:
            return moved
    results, taint = each_world(process, lambda: work(*(_argument(process, item, node) for item in row)))
    if taint.refused and any(_wordless(item) for item in row):
        raise NoVersionError
    found = tuple(symbol for item in row for symbol in origins(item)) + tuple(taint.found)
    label = named(f"{name}({', '.join(_word(item) for item in row)})")
    if taint.ordered and own_alone(found):
        return Datum(Symbol(label, Colour.CIRCUMSTANCE, kind=Kind.ANY))
    made = _sorted(blend(found, label), name, taint, functions)
    if results is None:
        return Datum(made, None, taint.ordered)
    if not found and results[0] == results[1] == results[2]:
        return kept(process, results[0])
    return raised(results, made, taint.ordered)


#: Functions that put in order, or take the first or the last by an order.
SORTING = ("sort", "toSorted", "sorted", "max", "min")


def ordering(taint: Taint, function: bool, before: Order) -> Order:
    """The order into which a sort puts versions."""
    if taint.moments:
        return Order.DATE
    if taint.versions:
        return Order.VERSION
    if taint.texts or not function:
        return Order.TEXT
    return before


def _sorted(label: Symbol, name: str, taint: Taint, function: bool) -> Symbol:
    """What is made of a list by a function of that name: in the order that it is put into."""
    if name not in SORTING or label.lookup is None:
        return label
    many = label.lookup.many and name not in ("max", "min")
    return replace(label, lookup=replace(label.lookup, many=many, order=ordering(taint, function, label.lookup.order)))


def _wordless(item: Item) -> bool:
    """Is it a text without any number, whatever is released?"""
    whole = plain(item) if isinstance(item, tuple) else None
    return whole is not None and not any(char.isdigit() for char in whole)


def own_alone(found: Sequence[Symbol]) -> bool:
    """Does the version being released meet only the one that the project's files declare?  It may be the last one."""
    shades = [symbol for symbol in found if symbol.colours & (Colour.RELEASED | Colour.KNOWN)]
    declared = [symbol for symbol in shades if DECLARED in symbol.name]
    return bool(declared) and len(declared) < len(shades) and not any(Colour.KNOWN in symbol.colours for symbol in shades)


#: Stands in the names of versions that files of the project declare.
DECLARED = "the version in "


def _argument(process: Process, item: Item, node: tree.Call | None) -> Concrete:
    if isinstance(item, (Closure, Native, ClassItem)) and node is not None:
        return callable_of(process, item, node)  # type: ignore[return-value]
    return lower(process, item)


def _word(item: Item) -> str:
    if isinstance(item, tuple):
        return show(item)
    return item.symbol.name if isinstance(item, Datum) else describe(item) if not plainly(item) else repr(item)


def _marked(process: Process, row: tuple[Item, ...], work: Work, safe: bool) -> Item | None:
    """`work` on text with a mark for each symbol, where that agrees with what it does to the symbols' own texts.

    `safe`: the marks can be trusted for a symbol of unknown text.
    """
    strings = [item for item in row if isinstance(item, tuple)]
    found = list(dict.fromkeys(symbol for string in strings for symbol in symbols(string)))
    marks = {chr(MARKS + index): symbol for index, symbol in enumerate(found)}
    names = {symbol: mark for mark, symbol in marks.items()}
    if not found or not all(isinstance(item, (tuple, Expression)) or plainly(item) for item in row):
        return None
    if not safe and any(symbol.samples is None for symbol in found):
        return None

    def put(item: Item, world: int | None) -> Concrete:
        if not isinstance(item, tuple):
            return _expression(item) if isinstance(item, Expression) else item  # type: ignore[return-value]
        return "".join(
            p.text if isinstance(p, Literal) else names[p] if world is None else (p.samples or ("", "", ""))[world] for p in item
        )

    try:
        moved = work(*(put(item, None) for item in row))
        for world in range(3) if all(symbol.samples is not None for symbol in found) else ():
            if work(*(put(item, world) for item in row)) != _unmarked(moved, marks, world):
                return None
    except ERRORS:
        return None
    return _remade(process, moved, tuple(piece for string in strings for piece in string), marks)


def _unmarked(value: Concrete, marks: dict[str, Symbol], world: int) -> Concrete:
    if isinstance(value, tuple):
        return tuple(_unmarked(part, marks, world) for part in value)
    if isinstance(value, str):
        for mark, symbol in marks.items():
            value = value.replace(mark, symbol.samples[world] if symbol.samples else mark)
    return value


def _remade(process: Process, value: Concrete, origin: Str, marks: dict[str, Symbol]) -> Item | None:
    if isinstance(value, str):
        return relocate(value, origin, marks)
    if isinstance(value, tuple) and value and all(isinstance(part, str) for part in value):
        return process.listing([one(_remade(process, part, origin, marks)) for part in value])
    return None


def callable_of(process: Process, item: Closure | Native | ClassItem, node: tree.Call) -> Callable[..., Concrete]:
    """A function of the program as a plain one, for data of the world that is being worked out."""

    def called(*arguments: Concrete) -> Concrete:
        wanted = list(arguments)
        if isinstance(item, Closure) and not any(p.gathers for p in item.function.parameters):
            wanted = wanted[: len(item.function.parameters)]
        if process.spent():
            raise UndecidedError
        given = concrete(process, process.invoke(process, item, Given([one(lowered(process, value)) for value in wanted], {}, node)))
        if process.language == "python":  # what it sorts by
            process.taint.versions |= in_numbers(given)
            process.taint.texts |= isinstance(given, str)
        return given

    return called


def in_numbers(value: Concrete) -> bool:
    """Is it a number, a version, or one in pieces: something that has an order which is no text's?"""
    if isinstance(value, tuple):
        return bool(value) and all(map(in_numbers, value))
    return isinstance(value, (Release, int, float)) and not isinstance(value, bool)


# Truth --------------------------------------------------------------------------------------------------------------------


def true_world(value: Concrete, language: str) -> bool:
    """Is the value true in its language?"""
    if isinstance(value, (tuple, Record)):
        return True if language == "javascript" else bool(value if isinstance(value, tuple) else value.fields)
    return not (value is None or value is False or value == 0 or value == "" or value != value)  # noqa: PLR0124


def _decided(process: Process, items: Items, name: str, node: tree.Call | None) -> Items:
    """Booleans that differ from world to world become alternatives under the condition that they hold."""
    if process.world is not None or not any(_is_choice(a.held) for a in items):
        return items
    both = process.scene.conditions.both
    made: list[Alternative[Item]] = []
    span = process.span_of(node) if node is not None else None
    for a in items:
        if _is_choice(a.held):
            holds = truth(process, a.held, name, span)
            made += [Alternative(both(a.when, t.when), t.held) for t in process.truths(holds)]
        else:
            made.append(a)
    return process.tidy(made)


def _is_choice(item: Item) -> bool:
    return isinstance(item, Datum) and item.worlds is not None and all(isinstance(world, bool) for world in item.worlds)


def true(process: Process, items: Items, node: tree.Expression) -> Condition:
    """The condition that a value is true."""
    conditions = process.scene.conditions
    held = process.under(items)
    name, span = process.said(node), process.span_of(node)
    return conditions.any(conditions.both(a.when, truth(process, a.held, name, span)) for a in held)


def truth(process: Process, item: Item, name: str, span: Span | None) -> Condition:
    """The condition that one alternative is true."""
    if item is None or isinstance(item, (bool, int, float)):
        return TRUE if true_world(item, process.language) else FALSE
    if isinstance(item, Reference):
        return _filled(process, process.heap[item.number])
    if isinstance(item, tuple):
        if process.world is not None:
            return TRUE if lower(process, item) else FALSE
        if len(item) == 1 and isinstance(item[0], Symbol) and item[0].samples is None and Colour.UNREAD in item[0].colours:
            return process.scene.judge.unread(item[0].reason or name, span, f"true: {item[0].name}")
        return process.scene.conditions.no(process.scene.judge.empty(item, span))
    if isinstance(item, Datum):
        return _true_datum(process, item, name, span)
    return TRUE


def _filled(process: Process, cell: Listed | Object) -> Condition:
    if process.language == "javascript":
        return TRUE
    if isinstance(cell, Object):
        return TRUE if cell.fields or cell.rest or cell.of else FALSE
    return process.scene.conditions.any(when for when, _ in cell.entries)


def _true_datum(process: Process, datum: Datum, name: str, span: Span | None) -> Condition:
    if process.world is not None:
        return TRUE if true_world(lower(process, datum), process.language) else FALSE
    if datum.worlds is None:
        shade = datum.symbol.colours
        if Colour.RELEASED in shade and Colour.KNOWN in shade:
            return settle(process, f"true: {datum.symbol.name}", name, span, (datum.symbol,), None, orders=datum.ordered)
        return process.scene.conditions.no(process.scene.judge.empty((datum.symbol,), span))
    older, newer, third = (true_world(world, process.language) for world in datum.worlds)
    key = f"true: {datum.symbol.name} at {span}"
    return settle(process, key, name, span, (datum.symbol,), (older, newer, third), orders=datum.ordered)


def settle(
    process: Process,
    key: str,
    note: str,
    span: Span | None,
    found: Sequence[Symbol],
    outcomes: Outcomes | None,
    *,
    orders: bool,
    free: bool = True,
) -> Condition:
    """The condition for a test that rests on the symbols `found`.

    `free`: where only known versions meet each other, or a number or nothing, what comes out in every world is so.
    """
    shade = Colour.NONE
    for symbol in found:
        shade |= symbol.colours
    known_alone = not shade & ~Colour.KNOWN
    if outcomes is not None and known_alone and free and outcomes[OLDER] == outcomes[NEWER]:
        return TRUE if outcomes[OLDER] else FALSE
    asked: Str = tuple(dict.fromkeys(found))
    return process.scene.judge.settle(key, f"{note} ({READ[process.language]})", span, asked, outcomes, orders=orders)


#: What a verdict that rests on a program says of it.
READ = {"python": "read from Python, not run", "javascript": "read from JavaScript, not run"}


# Comparison ---------------------------------------------------------------------------------------------------------------

ORDERS: dict[str, Callable[..., bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def related(left: Concrete, sign: str, right: Concrete, taint: Taint | None = None) -> bool:
    """`left sign right` in a world. Raises UndecidedError where the two have no order."""
    if sign in ("==", "!="):
        same = _key(left) == _key(right)
        return same is (sign == "==")
    if taint is not None:
        taint.ordered = True
        numbers = isinstance(left, (Release, int, float, tuple)) or isinstance(right, (Release, int, float, tuple))
        taint.versions |= numbers
        taint.texts |= isinstance(left, str) and isinstance(right, str)
        taint.moments |= isinstance(left, Moment)
    if left is None or right is None:
        raise UndecidedError
    first, second = _key(left), _key(right)
    if isinstance(first, str) is not isinstance(second, str):
        first, second = _number(first), _number(second)
    return ORDERS[sign](first, second)


def _key(value: Concrete) -> object:
    if isinstance(value, Release):
        return value.key()
    return value.text if isinstance(value, Moment) else value


def _number(value: object) -> object:
    return float(value) if isinstance(value, str) else value


def compare(process: Process, left: Items, sign: str, right: Items, node: tree.Expression) -> Items:
    """`left sign right` as a value."""
    conditions = process.scene.conditions
    if process.world is not None:
        held = related(concrete(process, left), sign, concrete(process, right), process.taint)
        return one(held)
    found = FALSE
    total = FALSE
    for when, (first, second) in _combined(process, (left, right)):
        total = conditions.either(total, when)
        holds = _compared(process, first, "==" if sign == "!=" else sign, second, node)
        found = conditions.either(found, conditions.both(when, conditions.no(holds) if sign == "!=" else holds))
    return process.truths(found)


def _compared(process: Process, left: Item, sign: str, right: Item, node: tree.Expression) -> Condition:
    span = process.span_of(node)
    if plainly(left) and plainly(right):
        return _plain_order(left, sign, right)
    if sign == "==" and (left is None or right is None):
        return _nothing(process, right if left is None else left, span)
    if isinstance(left, tuple) and isinstance(right, tuple) and sign == "==":
        return process.scene.judge.equal(left, right, span)
    for item, other in ((left, right), (right, left)):
        if sign == "==" and isinstance(other, bool):
            held = truth(process, item, process.said(node), span)
            return held if other else process.scene.conditions.no(held)
    if isinstance(left, tuple) and isinstance(right, tuple):
        how = "as text"
        return process.scene.judge.ordered(left, sign, right, lambda a, b: ORDERS[sign](a, b), span, how)
    if sign == "==" and any(isinstance(item, Datum) and item.worlds is None for item in (left, right)):
        return process.scene.judge.equal(as_text(left), as_text(right), span)
    return _in_worlds(process, left, sign, right, node, span)


def _plain_order(left: Item, sign: str, right: Item) -> Condition:
    first = plain(left) if isinstance(left, tuple) else left
    second = plain(right) if isinstance(right, tuple) else right
    try:
        return TRUE if related(first, sign, second) else FALSE  # type: ignore[arg-type]
    except ERRORS:
        return FALSE


def _nothing(process: Process, item: Item, span: Span) -> Condition:
    """The condition that a value is nothing."""
    if not isinstance(item, Datum):
        return FALSE
    if item.worlds is not None and any(world is None for world in item.worlds):
        older, newer, third = (world is None for world in item.worlds)
        key = f"{item.symbol.name} is nothing at {span}"
        return settle(process, key, f"{item.symbol.name} is nothing", span, (item.symbol,), (older, newer, third), orders=item.ordered)
    if item.worlds is not None:
        return FALSE
    return process.scene.conditions.no(_true_datum(process, item, f"{item.symbol.name} is there", span))


def _in_worlds(process: Process, left: Item, sign: str, right: Item, node: tree.Expression, span: Span) -> Condition:
    results, taint = each_world(process, lambda: related(lower(process, left), sign, lower(process, right), process.taint))
    found = (*origins(left), *origins(right), *taint.found)
    key = f"{_word(left)} {sign} {_word(right)} at {span}"
    if sign != "==" and own_alone(found):
        return process.scene.conditions.test(Test(key, TestKind.SCENARIO, process.said(node), span))
    outcomes = None if results is None else (bool(results[0]), bool(results[1]), bool(results[2]))
    trivial = (None, True, False, 0, 1, -1, ())
    free = not (plainly(left) or plainly(right)) or left in trivial or right in trivial
    orders = sign != "==" or any(
        isinstance(item, Datum) and item.worlds and (not isinstance(item.worlds[0], (Record, tuple)) or in_numbers(item.worlds[0]))
        for item in (left, right)
    )
    return settle(process, key, process.said(node), span, found, outcomes, orders=orders, free=free)
