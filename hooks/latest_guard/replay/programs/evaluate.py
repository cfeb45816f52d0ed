"""Expressions of a program, evaluated under conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.machine import compact
from latest_guard.replay.programs import calculation, elements, lists, methods, natives, objects, python_library, text_methods, tree
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
    Scope,
    unknown,
    unread,
)
from latest_guard.replay.programs.process import Given, Listed, Object, Process, UndecidedError
from latest_guard.replay.programs.program import pasted
from latest_guard.replay.programs.worlds import compare, concrete, lift, lowered, true
from latest_guard.values import join, plain, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def evaluate(process: Process, node: tree.Expression) -> Items:
    """The alternatives of an expression's value."""
    if process.spent():
        if process.world is not None:
            raise UndecidedError
        return one(unread("the rest of a program", "the program is longer than what is walked"))
    return HANDLERS[type(node)](process, node)


def many(process: Process, nodes: Sequence[tree.Expression]) -> list[Items]:
    """Several expressions in order."""
    return [evaluate(process, node) for node in nodes]


# Literals and names -------------------------------------------------------------------------------------------------------


def _constant(process: Process, node: tree.Constant) -> Items:
    value = node.value
    if not isinstance(value, str):
        return one(value)
    span = process.span_of(node)
    if "_of_the_replay" not in value:
        return one(text(value, span))
    parts = [one(text(part, span)) if number < 0 else process.strings(_hole(process, number)) for part, number in pasted(value, span)]
    return _joined(process, parts)


def _hole(process: Process, number: int) -> Items:
    """The value that the CI system or the shell writes into the program."""
    if number >= len(process.program.holes):
        return one(None)
    value = process.program.holes[number]
    if isinstance(value, tuple):
        return one(value)
    from latest_guard.replay import evaluation

    if process.scene.evaluate is None:
        return one(unread("an expression outside a pipeline", "an expression outside a pipeline"))
    return evaluation.strings(process.scene, process.scene.evaluate(value))


def _joined(process: Process, parts: Sequence[Items]) -> Items:
    if process.world is not None:
        return one(text("".join(plain(process.written(lowered(process, concrete(process, part)))) or "" for part in parts)))
    strings = [process.strings(part) for part in parts]
    if all(len(string) == 1 for string in strings):
        return one(compact(join([string[0].held for string in strings])))
    product = process.scene.algebra.product(strings, process.path)
    return process.scene.algebra.bounded(process.scene.algebra.each(product, lambda row: compact(join(list(row)))))


def _pasted(process: Process, node: tree.Pasted) -> Items:
    return _joined(process, many(process, node.parts))


def _pattern(process: Process, node: tree.Pattern) -> Items:
    return one(Expression(node.text, node.flags))


def _name(process: Process, node: tree.Name) -> Items:
    owner = process.scope.owner(node.name)
    if owner is not None:
        return process.under(owner.held[node.name])
    if node.name.endswith("_of_the_replay") and (found := pasted(node.name, process.span)) and found[0][1] >= 0:
        return process.tidy([Alternative(a.when, natives.code_value(a.held)) for a in _hole(process, found[0][1])])
    return natives.value(process, Native(node.name))


# Operators ----------------------------------------------------------------------------------------------------------------


def _unary(process: Process, node: tree.Unary) -> Items:
    value = evaluate(process, node.operand)
    if node.operator == "not":
        return process.truths(process.scene.conditions.no(true(process, value, node.operand)))
    if node.operator == "typeof":
        return process.each(value, _typeof)
    if node.operator in ("void", "delete"):
        return one(None)
    return lift(process, [value], {"-": lambda v: -_numeric(v), "+": _numeric}.get(node.operator, _numeric), node.operator)


def _numeric(value: Concrete) -> int | float:
    return calculation.number(value)


def _typeof(item: Item) -> Item:
    kinds = {bool: "boolean", int: "number", float: "number", tuple: "string", Closure: "function"}
    return text("undefined" if item is None else kinds.get(type(item), "object"))


def _binary(process: Process, node: tree.Binary) -> Items:
    left, right = evaluate(process, node.left), evaluate(process, node.right)
    sign = node.operator
    if sign in ("<", "<=", "==", "!=", ">", ">="):
        return compare(process, left, sign, right, node)
    if sign in ("in", "has"):
        return elements.holds(process, right, left, node, keys=sign == "has")
    if sign == "+" and any(_texts(process, items) for items in (left, right)):
        return _joined(process, [left, right])
    if sign == "+" and process.world is None and any(isinstance(a.held, Reference) for a in (*left, *right)):
        return process.split(left, lambda first: process.split(right, lambda second: lists.concatenated(process, first, (second,))))
    if sign == "%" and process.language == "python" and any(_texts(process, left) for _ in "1"):
        return lift(process, [left, right], calculation.percent, "%", marks=True)
    if sign == "-" and process.world is not None:  # what a comparator gives: numbers, or dates, taken from each other
        dates = isinstance(concrete(process, left), Moment)
        process.taint.moments |= dates
        process.taint.versions |= not dates
    return lift(process, [left, right], lambda a, b: calculation.arithmetic(sign, a, b), sign)


def _texts(process: Process, items: Items) -> bool:
    return any(isinstance(a.held, tuple) for a in items)


def _logic(process: Process, node: tree.Logic) -> Items:
    left = evaluate(process, node.left)
    return _second(process, node.operator, left, node.left, lambda: evaluate(process, node.right))


def _second(process: Process, operator: str, left: Items, node: tree.Expression, right: Callable[[], Items]) -> Items:
    """`left and right`, `left or right`, `left ?? right`."""
    conditions = process.scene.conditions
    goes = conditions.no(_absent(process, left)) if operator == "??" else true(process, left, node)
    if operator in ("or", "??"):
        goes = conditions.no(goes)
    start = process.path
    process.path = conditions.both(start, goes)
    made: list[Alternative[Item]] = []
    ended = FALSE
    if process.path != FALSE:
        made += [Alternative(conditions.both(goes, a.when), a.held) for a in right()]
        ended = process.path
    process.path = conditions.either(ended, conditions.both(start, conditions.no(goes)))
    stays = conditions.no(goes)
    made += [Alternative(conditions.both(stays, a.when), _boolean(a.held, operator)) for a in left]
    return process.tidy(made)


def _boolean(item: Item, operator: str) -> Item:
    """What is left of a value that has decided: one that is false is as good as False where it is only asked for its truth."""
    return False if operator == "and" and isinstance(item, Datum) else item


def _absent(process: Process, items: Items) -> Condition:
    conditions = process.scene.conditions
    return conditions.any(a.when for a in process.under(items) if a.held is None)


def _conditional(process: Process, node: tree.Conditional) -> Items:
    conditions = process.scene.conditions
    holds = true(process, evaluate(process, node.test), node.test)
    start, ended = process.path, FALSE
    made: list[Alternative[Item]] = []
    for condition, branch in ((holds, node.then), (conditions.no(holds), node.otherwise)):
        process.path = conditions.both(start, condition)
        if process.path != FALSE:
            made += [Alternative(conditions.both(condition, a.when), a.held) for a in evaluate(process, branch)]
            ended = conditions.either(ended, process.path)
    process.path = ended
    return process.tidy(made)


# Lists, objects, functions ------------------------------------------------------------------------------------------------


def _listing(process: Process, node: tree.Listing) -> Items:
    if process.world is not None:
        made: list[Concrete] = []
        for item in node.items:
            if isinstance(item, tree.Spread):
                made += text_methods.sequence(concrete(process, evaluate(process, item.value)))
            else:
                made.append(concrete(process, evaluate(process, item)))
        return one(lowered(process, tuple(made)))
    cell = Listed()
    for item in node.items:
        if isinstance(item, tree.Spread):
            for when, element in elements.elements(process, evaluate(process, item.value)):
                cell.entries.append((when, element))
        else:
            process.append(cell, evaluate(process, item))
    return one(process.new(cell))


def _table(process: Process, node: tree.Table) -> Items:
    if process.world is not None:
        return one(lowered(process, _record(process, node)))
    fields: dict[str, Items] = {}
    rest: Items = ()
    for key, value in node.entries:
        held = evaluate(process, value)
        if key is None:
            for name, more in elements.fields(process, held).items():
                fields[name] = more
            rest = rest or elements.rest_of(process, held)
        else:
            said = elements.key_text(process, evaluate(process, key))
            if said is None:
                rest = held
            else:
                fields[said] = held
    return one(process.table(fields, rest))


def _record(process: Process, node: tree.Table) -> Record:
    made: dict[str, Concrete] = {}
    for key, value in node.entries:
        held = concrete(process, evaluate(process, value))
        if key is None:
            made.update(dict(held.fields) if isinstance(held, Record) else {})
        else:
            made[str(concrete(process, evaluate(process, key)))] = held
    return Record(tuple(made.items()))


def _function(process: Process, node: tree.Function) -> Items:
    return one(Closure(node, process.scope, None, process.path_name))


def _comprehension(process: Process, node: tree.Comprehension) -> Items:
    clause = node.clauses[0]
    rest = node.clauses[1:]
    inner: tree.Expression = node.element if not rest else tree.Comprehension(node.element, node.key, rest, node.at, node.end)
    iterable = python_library.gone_through(process, evaluate(process, clause.iterable), clause.iterable)
    if node.key is None and not rest and elements.worldly(process, iterable):
        return methods.mapped(
            process, iterable, _lambda(clause, inner), [_lambda(clause, test) for test in clause.conditions], process.scope, node
        )
    return _walked(process, node, clause, inner, iterable)


def _lambda(clause: tree.Clause, body: tree.Expression) -> tree.Function:
    return tree.Function("", (tree.Parameter(clause.target),), (tree.Leave("return", body, body.at, body.end),), body.at, body.end)


def _walked(process: Process, node: tree.Comprehension, clause: tree.Clause, inner: tree.Expression, iterable: Items) -> Items:
    """A comprehension element by element."""
    conditions = process.scene.conditions
    cell, fields = Listed(), dict[str, Items]()
    start, scope = process.path, process.scope
    process.scope = Scope(scope, fresh=process.world is not None)
    for when, item in elements.elements(process, iterable):
        process.path = conditions.both(start, when)
        if process.path == FALSE:
            continue
        assign(process, clause.target, one(item), True)
        for test in clause.conditions:
            process.path = conditions.both(process.path, true(process, evaluate(process, test), test))
        if process.path == FALSE:
            continue
        value = evaluate(process, inner)
        if isinstance(inner, tree.Comprehension):
            for deeper, element in elements.elements(process, value):
                cell.entries.append((conditions.both(process.path, deeper), element))
            fields.update(elements.fields(process, value))
        elif node.key is not None:
            name = elements.key_text(process, evaluate(process, node.key))
            fields[name or "?"] = process.assigned(value, fields.get(name or "?", ()))
        else:
            process.append(cell, value)
    process.path, process.scope = start, scope
    return one(process.new(Object(fields)) if node.key is not None else process.new(cell))


# Properties ---------------------------------------------------------------------------------------------------------------


def _attribute(process: Process, node: tree.Attribute) -> Items:
    of = evaluate(process, node.of)
    return process.split(of, lambda item: attribute(process, item, node.name, node))


def attribute(process: Process, item: Item, name: str, node: tree.Expression) -> Items:
    """`item.name`."""
    if isinstance(item, Native) and item.receiver is None:
        return natives.value(process, Native(f"{item.name}.{name}"))
    if isinstance(item, ClassItem):
        return process.each(item.scope.held.get(name) or one(None), lambda found: _of_class(found, item))
    special = objects.attribute(process, item, name)
    if special is not None:
        return special
    if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Object):
        found = elements.field(process, cell, name)
        if found:
            return _got(process, bound(process, found, item), node)
    return elements.attribute(process, item, name, node)


def _of_class(found: Item, item: ClassItem) -> Item:
    """A method of the class itself gets the class."""
    if isinstance(found, Closure) and found.function.kind == "class":
        return Closure(found.function, found.scope, item, found.path)
    return found


def _got(process: Process, found: Items, node: tree.Expression) -> Items:
    """A property that is worked out is worked out."""
    if not any(isinstance(a.held, Closure) and a.held.function.kind == "get" for a in found):
        return found
    given = Given([], {}, tree.Call(node, (), False, node.at, node.end))
    return process.split(found, lambda item: process.invoke(process, item, given))


def bound(process: Process, found: Items, receiver: Item) -> Items:
    """Functions among the alternatives get their object."""

    def bind(item: Item) -> Item:
        if isinstance(item, Closure) and item.receiver is None:
            return Closure(item.function, item.scope, receiver, item.path)
        return item

    return process.each(found, bind)


def _index(process: Process, node: tree.Index) -> Items:
    of, key = evaluate(process, node.of), evaluate(process, node.key)
    return process.split(of, lambda item: process.split(key, lambda at: _at(process, item, at, node)))


def _at(process: Process, item: Item, key: Item, node: tree.Index) -> Items:
    if isinstance(item, Native) and item.receiver is None:
        return natives.index(process, item, key, node)
    if isinstance(key, tuple) and isinstance(item, Reference) and plain(key) is not None:
        return attribute(process, item, plain(key) or "", node)
    return elements.index(process, item, key, node)


def _slice(process: Process, node: tree.Slice) -> Items:
    of = evaluate(process, node.of)
    parts = [one(None) if part is None else evaluate(process, part) for part in (node.start, node.stop, node.step)]
    return process.split(of, lambda item: elements.sliced(process, item, parts, node))


# Calls --------------------------------------------------------------------------------------------------------------------


def given_of(process: Process, node: tree.Call) -> Given:
    """The arguments of a call, evaluated in order."""
    given = Given([], {}, node)
    for argument in node.arguments:
        value = evaluate(process, argument.value)
        if argument.name == "**":
            given.named.update(elements.fields(process, value))
        elif argument.name:
            given.named[argument.name] = value
        elif argument.spread:
            given.items += [(Alternative(TRUE, item),) for _, item in elements.elements(process, value)]
        else:
            given.items.append(value)
    return given


def _call(process: Process, node: tree.Call) -> Items:
    function = node.function
    if isinstance(function, tree.Attribute) and function.name == "catch" and len(node.arguments) == 1:
        return _caught(process, function.of, node)
    if not isinstance(function, tree.Attribute):
        callee = evaluate(process, function)
        given = given_of(process, node)
        return process.split(callee, lambda item: process.invoke(process, item, given))
    of = evaluate(process, function.of)
    if process.path == FALSE:
        return one(None)
    given = given_of(process, node)
    return process.split(of, lambda item: _method(process, item, function, given))


def _method(process: Process, item: Item, function: tree.Attribute, given: Given) -> Items:
    """`item.name(…)`."""
    if item is None and function.optional:
        return one(None)
    if isinstance(item, (Native, ClassItem)) and not (isinstance(item, Native) and item.receiver is not None):
        found = attribute(process, item, function.name, function)
        return process.split(found, lambda one_of: process.invoke(process, one_of, given))
    if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Object):
        found = elements.field(process, cell, function.name)
        if found:
            return process.split(bound(process, found, item), lambda one_of: process.invoke(process, one_of, given))
    if process.world is None:
        special = objects.method(process, item, function.name, given) or _service(process, item, function.name, given)
        if special is not None:
            return special
    changed, result = methods.method(process, item, function.name, given)
    if changed is not None:
        assign(process, function.of, one(changed), False)
    return result


def _service(process: Process, item: Item, name: str, given: Given) -> Items | None:
    """A method of a client of which nothing is known but its name: `repo.get_releases()`, `client.images.push(…)`."""
    if not isinstance(item, Datum) or item.worlds is not None:
        return None
    return natives.service(process, f"{item.symbol.name}.{name}", given)


def _caught(process: Process, of: tree.Expression, node: tree.Call) -> Items:
    """`promise.catch(handler)`."""
    conditions = process.scene.conditions
    before, process.thrown = process.thrown, FALSE
    process.heeded += 1
    value = evaluate(process, of)
    process.heeded -= 1
    thrown, process.thrown = process.thrown, before
    handler = evaluate(process, node.arguments[0].value)
    went, process.path = process.path, thrown
    made: list[Alternative[Item]] = [Alternative(conditions.both(went, a.when), a.held) for a in value]
    if thrown != FALSE:
        error = unknown((), "an error")
        given = Given([one(error)], {}, node)
        result = process.split(handler, lambda item: process.invoke(process, item, given))
        made += [Alternative(conditions.both(process.path, a.when), a.held) for a in result]
    process.path = conditions.either(went, process.path)
    return process.tidy(made)


# Assignment ---------------------------------------------------------------------------------------------------------------


def _assigned(process: Process, node: tree.Assigned) -> Items:
    if node.operator in ("or", "and", "??"):
        value = _second(process, node.operator, evaluate(process, node.target), node.target, lambda: evaluate(process, node.value))
    elif node.operator == "=":
        value = evaluate(process, node.value)
    else:
        if node.operator == "+" and _extended(process, node):
            return evaluate(process, node.target)
        value = _binary(process, tree.Binary(node.operator, node.target, node.value, node.at, node.end))
    assign(process, node.target, value, False)
    return value


def _extended(process: Process, node: tree.Assigned) -> bool:
    """`list += other` changes the list where it is."""
    if process.world is not None:
        return False
    before = process.under(evaluate(process, node.target))
    if len(before) != 1 or not isinstance(before[0].held, Reference):
        return False
    cell = process.heap[before[0].held.number]
    if not isinstance(cell, Listed) or process.language != "python":
        return False
    both = process.scene.conditions.both
    cell.entries += [(both(process.path, when), item) for when, item in elements.elements(process, evaluate(process, node.value))]
    return True


def assign(process: Process, target: tree.Expression, value: Items, declares: bool) -> None:
    """Set what stands on the left of `=`."""
    if isinstance(target, tree.Name):
        _set(process, target.name, value, declares)
    elif isinstance(target, tree.Default):
        absent = _absent(process, value)
        if absent != FALSE:
            both = process.scene.conditions.both
            kept = [a for a in value if a.held is not None]
            filled = [Alternative(both(absent, a.when), a.held) for a in evaluate(process, target.value)]
            value = process.tidy([*kept, *filled])
        assign(process, target.target, value, declares)
    elif isinstance(target, tree.Listing):
        _unpack(process, target, value, declares)
    elif isinstance(target, tree.Table):
        for key, inner in target.entries:
            part = value if key is None else process.split(value, lambda item, k=key: _property(process, item, k, target))  # type: ignore[misc]
            assign(process, inner, part, declares)
    elif isinstance(target, (tree.Attribute, tree.Index)):
        _put(process, target, value)
    elif isinstance(target, tree.Spread):
        assign(process, target.value, value, declares)


def _property(process: Process, item: Item, key: tree.Expression, node: tree.Table) -> Items:
    name = elements.key_text(process, evaluate(process, key))
    return attribute(process, item, name, node) if name is not None else one(None)


def _set(process: Process, name: str, value: Items, declares: bool) -> None:
    scope = process.scope
    if name in scope.outer or not declares:
        scope = scope.owner(name) or scope
    if process.world is not None:
        if not scope.fresh and not process.scope.fresh:
            raise UndecidedError
        (scope if scope.fresh else process.scope).held[name] = value
        return
    scope.held[name] = process.assigned(value, scope.held.get(name, ()))


def _unpack(process: Process, target: tree.Listing, value: Items, declares: bool) -> None:
    count = len(target.items)
    for at, inner in enumerate(target.items):
        if isinstance(inner, tree.Spread):
            behind = count - at - 1
            parts = [one(at), one(-behind) if behind else one(None), one(None)]
            part = process.split(value, lambda item, p=parts: elements.sliced(process, item, p, target))  # type: ignore[misc]
        else:
            part = process.split(value, lambda item, i=at: elements.index(process, item, i, target, count))  # type: ignore[misc]
        assign(process, inner, part, declares)


def _put(process: Process, target: tree.Attribute | tree.Index, value: Items) -> None:
    """`of.name = value`, `of[key] = value`."""
    of = evaluate(process, target.of)
    if isinstance(target, tree.Attribute):
        name: str | None = target.name
    else:
        name = elements.key_text(process, evaluate(process, target.key))

    def put(item: Item) -> Items:
        if isinstance(item, Native) and item.receiver is None:
            natives.store(process, item, name, value)
        elif isinstance(item, Reference):
            elements.store(process, item, name, value)
        elif isinstance(item, ClassItem) and name is not None:
            item.scope.held[name] = value
        return one(None)

    process.split(of, put)


def _unreadable(process: Process, node: tree.Unreadable) -> Items:
    if process.world is not None:
        raise UndecidedError
    said = process.said(node)
    return one(unread(f"`{said}`", f"`{said}` is not understood"))


def _spread(process: Process, node: tree.Spread) -> Items:
    return evaluate(process, node.value)


def _default(process: Process, node: tree.Default) -> Items:
    return evaluate(process, node.value)


HANDLERS: dict[type, Callable[..., Items]] = {
    tree.Constant: _constant,
    tree.Pasted: _pasted,
    tree.Pattern: _pattern,
    tree.Name: _name,
    tree.Attribute: _attribute,
    tree.Index: _index,
    tree.Slice: _slice,
    tree.Call: _call,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Logic: _logic,
    tree.Conditional: _conditional,
    tree.Spread: _spread,
    tree.Listing: _listing,
    tree.Table: _table,
    tree.Default: _default,
    tree.Function: _function,
    tree.Comprehension: _comprehension,
    tree.Assigned: _assigned,
    tree.Unreadable: _unreadable,
}
