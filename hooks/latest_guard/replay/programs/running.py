"""Statements of a program in order, under conditions: one state, changed under the condition of the place where the change stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.programs import (
    argument_parser,
    elements,
    known,
    lists,
    loading,
    natives,
    python_library,
    text_methods,
    tree,
    words,
)
from latest_guard.replay.programs.evaluate import assign, bound, evaluate
from latest_guard.replay.programs.items import (
    ClassItem,
    Closure,
    Concrete,
    Datum,
    Item,
    Items,
    Native,
    Reference,
    Scope,
    blend,
    origins,
    raised,
    unknown,
)
from latest_guard.replay.programs.process import DEPTH, ROUNDS, Frame, Given, Listed, Object, Process, Taint, UndecidedError
from latest_guard.replay.programs.worlds import concrete, each_world, lowered, ordering, settle, true
from latest_guard.values import NEWER, OLDER, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def body(process: Process, statements: Sequence[tree.Statement]) -> None:
    """Run statements in order."""
    for statement in statements:
        if process.path == FALSE:
            return
        if process.spent():
            if process.world is not None:
                raise UndecidedError
            return
        HANDLERS[type(statement)](process, statement)


def hoist(process: Process, statements: Sequence[tree.Statement]) -> None:
    """Functions that may be called above the place where they are written."""
    for statement in statements:
        if isinstance(statement, tree.Define) and process.language == "javascript":
            _define(process, statement)


# Simple statements --------------------------------------------------------------------------------------------------------


def _do(process: Process, node: tree.Do) -> None:
    evaluate(process, node.value)


def _assign(process: Process, node: tree.Assign) -> None:
    value = evaluate(process, node.value)
    if process.path != FALSE:
        assign(process, node.target, value, node.declares)


def _define(process: Process, node: tree.Define) -> None:
    closure = Closure(node.function, process.scope, None, process.path_name)
    process.scope.held[node.function.name] = one(closure)


def _class(process: Process, node: tree.Class) -> None:
    scope = Scope(process.scope)
    for base in node.bases:
        for a in evaluate(process, base):
            if isinstance(a.held, ClassItem):
                scope.held.update(a.held.scope.held)
    outer, process.scope = process.scope, scope
    body(process, node.body)
    process.scope = outer
    process.scope.held[node.name] = one(ClassItem(node.name, scope))


def _scope(process: Process, node: tree.Scope) -> None:
    process.scope.outer = process.scope.outer | frozenset(node.names)


def _import(process: Process, node: tree.Import) -> None:
    for part, name in node.names:
        if name == "*" or part == "*" and process.language == "python":
            continue
        found = loading.imported(process, node.module, part, body)
        process.scope.held[name] = found if found is not None else natives.imported(process, node.module, part)


def _unread(process: Process, node: tree.Unread) -> None:
    process.effect()
    words.read(process.machine, process.program, node.at, node.end)


# Leaving ------------------------------------------------------------------------------------------------------------------


def _leave(process: Process, node: tree.Leave) -> None:
    conditions = process.scene.conditions
    if node.word == "return":
        value = evaluate(process, node.value) if node.value is not None else one(None)
        if process.frames:
            frame = process.frames[-1]
            frame.returned.append((process.path, value))
            frame.left = conditions.either(frame.left, process.path)
        else:
            process.exits.append((process.path, TRUE))
        process.path = FALSE
    elif node.word == "raise":
        _raise(process, node)
    elif process.loops:
        loop = process.loops[-1]
        if node.word == "break":
            loop.left = conditions.either(loop.left, process.path)
        else:
            loop.again = conditions.either(loop.again, process.path)
        process.path = FALSE


def _raise(process: Process, node: tree.Leave) -> None:
    value = evaluate(process, node.value) if node.value is not None else one(None)
    if any(isinstance(a.held, Native) and a.held.name.startswith("SystemExit") for a in value):
        process.exit(FALSE)
        return
    process.throw(TRUE)


# Branches -----------------------------------------------------------------------------------------------------------------


def _if(process: Process, node: tree.If) -> None:
    conditions = process.scene.conditions
    holds = true(process, evaluate(process, node.test), node.test)
    start = process.path
    process.path = conditions.both(start, holds)
    body(process, node.then)
    ended = process.path
    process.path = conditions.both(start, conditions.no(holds))
    body(process, node.otherwise)
    process.path = conditions.either(ended, process.path)


def _choose(process: Process, node: tree.Choose) -> None:
    conditions = process.scene.conditions
    subject = evaluate(process, node.subject)
    loop = Frame()
    if node.falls:
        process.loops.append(loop)
    ended, through, rest = FALSE, FALSE, process.path
    arms = sorted(node.arms, key=lambda arm: None in arm[0]) if node.falls else node.arms
    for tests, statements in arms:
        process.path = rest
        holds = conditions.any(_fits(process, subject, test, node) for test in tests)
        process.path = conditions.either(conditions.both(rest, holds), through)
        rest = conditions.both(rest, conditions.no(holds))
        body(process, statements)
        through = process.path if node.falls else FALSE
        ended = ended if node.falls else conditions.either(ended, process.path)
    if node.falls:
        process.loops.pop()
    process.path = conditions.any((ended, through, rest, loop.left))


def _fits(process: Process, subject: Items, test: tree.Expression | None, node: tree.Choose) -> Condition:
    from latest_guard.replay.programs.worlds import compare

    if test is None:
        return TRUE
    if isinstance(test, tree.Unreadable):
        return true(process, evaluate(process, test), test)
    result = compare(process, subject, "==", evaluate(process, test), test if test.end else node.subject)
    return process.scene.conditions.any(a.when for a in result if a.held is True)


def _try(process: Process, node: tree.Try) -> None:
    conditions = process.scene.conditions
    before, process.thrown = process.thrown, FALSE
    start = process.path
    process.heeded += bool(node.handlers)
    body(process, node.body)
    process.heeded -= bool(node.handlers)
    body(process, node.otherwise)
    went, thrown = process.path, process.thrown
    process.thrown = before
    if node.handlers and thrown != FALSE:
        process.path = thrown
        name, statements = node.handlers[0]
        if name:
            assign(process, tree.Name(name, node.at, node.end), one(unknown((), "the error")), True)
        body(process, statements)
        went = conditions.either(went, process.path)
    elif not node.handlers:
        process.thrown = conditions.either(process.thrown, thrown)
    if node.finally_:
        process.path = start
        body(process, node.finally_)
        process.path = conditions.both(process.path, went)
    else:
        process.path = went


def _with(process: Process, node: tree.With) -> None:
    for value, target in node.items:
        held = evaluate(process, value)
        if target is not None:
            assign(process, target, held, True)
    body(process, node.body)


# Loops --------------------------------------------------------------------------------------------------------------------


def _for(process: Process, node: tree.For) -> None:
    iterable = python_library.gone_through(process, evaluate(process, node.iterable), node.iterable)
    if node.keys:
        iterable = python_library.FUNCTIONS["list"](process, Given([iterable], {}, _call_of(node)))
    if process.path == FALSE:
        return
    held = process.under(iterable)
    if (
        process.world is None
        and len(held) == 1
        and isinstance(held[0].held, Datum)
        and held[0].held.worlds is not None
        and _in_worlds(process, node, held)
    ):
        return
    _rounds(process, node, held)


def _call_of(node: tree.Statement) -> tree.Call:
    return tree.Call(tree.Name("loop", node.at, node.end), (), False, node.at, node.end)


def _rounds(process: Process, node: tree.For, iterable: Items) -> None:
    conditions = process.scene.conditions
    frame = Frame()
    process.loops.append(frame)
    for when, item in elements.elements(process, iterable)[:ROUNDS]:
        start = process.path
        process.path = conditions.both(start, when)
        skipped = conditions.both(start, conditions.no(when))
        if process.path != FALSE:
            assign(process, node.target, one(item), True)
            body(process, node.body)
        process.path = conditions.any((process.path, frame.again, skipped))
        frame.again = FALSE
    process.loops.pop()
    body(process, node.otherwise)
    process.path = conditions.either(process.path, frame.left)


def _in_worlds(process: Process, node: tree.For, iterable: Items) -> bool:
    """A loop over known versions worked out in each world; False where that cannot be done because it does something outside."""
    seen: list[tuple[dict[str, Concrete], Concrete, bool]] = []

    def work() -> Concrete:
        process.scope = Scope(process.scope, fresh=True)
        frame = Frame()
        process.frames.append(frame)
        _rounds(process, node, iterable)
        process.frames.pop()
        changed = {name: concrete(process, held) for name, held in process.scope.held.items()}
        left = bool(frame.returned)
        value = concrete(process, frame.returned[0][1]) if left and process.path == FALSE else None
        seen.append((changed, value, left))
        return None

    start = process.path
    results, taint = each_world(process, work)
    if results is None or len(seen) < 2 or any(set(s[0]) != set(seen[0][0]) for s in seen[:2]) and not _filled(process, seen):
        return False
    seen = [*seen, seen[NEWER]][:3]
    process.path = start
    _merge(process, node, seen, taint, iterable)
    return True


def _filled(process: Process, seen: list[tuple[dict[str, Concrete], Concrete, bool]]) -> bool:
    """A variable that is set in one world only has its old value in the others, where that is known."""
    names = {name for changed, _, _ in seen for name in changed}
    for name in names:
        owner = process.scope.owner(name)
        for world, (changed, _, _) in enumerate(seen):
            if name in changed:
                continue
            if owner is None:
                changed[name] = None
                continue
            process.world = world
            try:
                changed[name] = concrete(process, owner.held[name])
            except UndecidedError:
                return False
            finally:
                process.world = None
    return True


def _merge(process: Process, node: tree.For, seen: list[tuple[dict[str, Concrete], Concrete, bool]], taint: Taint, iterable: Items) -> None:
    """What the loop has changed in each world, as values."""
    found = (*(s for a in iterable for s in origins(a.held)), *taint.found)
    span = process.span_of(node)
    for name in sorted({name for changed, _, _ in seen for name in changed}):
        worlds = tuple(changed.get(name) for changed, _, _ in seen)
        label = blend(found, f"{name} after {process.program.said(node.at, node.at + 60)}")
        lookup = label.lookup
        if lookup is not None:
            order = ordering(taint, True, lookup.order)
            label = replace(label, lookup=replace(lookup, many=isinstance(worlds[OLDER], tuple), order=order))
        item = _value(process, (worlds[0], worlds[1], worlds[2]), label, taint.ordered, name, span)
        assign(process, tree.Name(name, node.at, node.end), item, True)
    flags = tuple(left for _, _, left in seen)
    if any(flags):
        label = blend(found, f"the loop at {span} returns")
        holds = settle(
            process,
            label.name,
            process.program.said(node.at, node.at + 60),
            span,
            (label,),
            (flags[0], flags[1], flags[2]),
            orders=taint.ordered,
        )
        _return(process, holds, tuple(value for _, value, _ in seen), label, taint.ordered, span)


def _value(process: Process, worlds: tuple[Concrete, Concrete, Concrete], label: Symbol, ordered: bool, name: str, span: object) -> Items:
    if worlds[0] == worlds[1] and (worlds[0] is None or isinstance(worlds[0], bool)) and not ordered:
        return one(worlds[0])
    if all(isinstance(world, bool) for world in worlds):
        outcomes = (worlds[0] is True, worlds[1] is True, worlds[2] is True)
        return process.truths(settle(process, label.name, f"`{name}` after the loop", None, (label,), outcomes, orders=ordered))
    return one(raised(worlds, label, ordered))


def _return(process: Process, holds: Condition, values: tuple[Concrete, ...], label: Symbol, ordered: bool, span: object) -> None:
    conditions = process.scene.conditions
    gone = conditions.both(process.path, holds)
    known = next((value for value in values if value is not None), None)
    filled = [known if value is None else value for value in values]
    value = (
        one(known)
        if isinstance(known, (bool, int)) and len({str(v) for v in filled}) == 1
        else one(raised((filled[0], filled[1], filled[2]), label, ordered))
    )
    if process.frames:
        process.frames[-1].returned.append((gone, value))
        process.frames[-1].left = conditions.either(process.frames[-1].left, gone)
    else:
        process.exits.append((gone, TRUE))
    process.path = conditions.both(process.path, conditions.no(holds))


def _while(process: Process, node: tree.While) -> None:
    """Rounds until the test is known to fail; a loop that asks the world again and again is walked twice."""
    conditions = process.scene.conditions
    frame = Frame()
    process.loops.append(frame)
    ended = FALSE
    same = 0
    for number in range(ROUNDS):
        before = process.path
        if node.test is not None and not (node.late and number == 0):
            holds = true(process, evaluate(process, node.test), node.test)
            ended = conditions.either(ended, conditions.both(process.path, conditions.no(holds)))
            process.path = conditions.both(process.path, holds)
        if process.path == FALSE:
            break
        open_ended = process.path != before or node.test is None or isinstance(node.test, tree.Constant)
        body(process, node.body)
        process.path = conditions.either(process.path, frame.again)
        frame.again = FALSE
        if process.path != FALSE and node.step is not None:
            evaluate(process, node.step)
        same += open_ended
        if same > 1:
            break
    process.loops.pop()
    process.path = conditions.any((ended, frame.left, process.path))


# Functions ----------------------------------------------------------------------------------------------------------------


def invoke(process: Process, callee: Item, given: Given) -> Items:
    """Call something with arguments."""
    if process.path == FALSE:
        return one(None)
    if isinstance(callee, Closure):
        return call(process, callee, given)
    if isinstance(callee, ClassItem):
        return _instance(process, callee, given)
    if isinstance(callee, Native):
        return _native(process, callee, given)
    if callee is None:
        return one(None)
    found = [symbol for row in (*given.items, *given.named.values()) for a in row for symbol in origins(a.held)]
    return one(unknown([*origins(callee), *found], f"{process.said(given.node)}"))


def _native(process: Process, native: Native, given: Given) -> Items:
    if native.name.startswith("argparse.") and native.receiver is not None:
        return argument_parser.method(process, native, given)
    if native.name == "Promise.(resolve)" and isinstance(native.receiver, Reference):
        process.append(process.heap[native.receiver.number], given.get(0))  # type: ignore[arg-type]
        return one(None)
    if process.language == "python" and native.name in ("map", "filter") and process.world is None and len(given.items) == 2:
        held = process.under(given.items[1])
        inner = Given([given.items[0]], {}, given.node)
        one_of = held[0].held if len(held) == 1 else None
        if isinstance(one_of, Reference) and isinstance(cell := process.heap[one_of.number], Listed):
            return lists.HEAP[native.name](process, one_of, cell, inner)
        if isinstance(one_of, Datum):
            return known.lifted(process, one_of, MAPS[native.name], native.name, inner)
    return natives.call(process, native, given)


MAPS: dict[str, Callable[..., Concrete]] = {
    "map": lambda p, f: tuple(f(x) for x in text_methods.sequence(p)),
    "filter": lambda p, f: tuple(x for x in text_methods.sequence(p) if (x if f is None else f(x))),
}


def call(process: Process, closure: Closure, given: Given) -> Items:
    """Call a function of the program."""
    if process.depth >= DEPTH:
        if process.world is not None:
            raise UndecidedError
        return one(Datum(Symbol(f"{closure.function.name}()", reason="called too deep")))
    scope = Scope(closure.scope, fresh=process.world is not None)
    outer, loops, path_name = process.scope, process.loops, process.path_name
    process.scope, process.loops, process.path_name = scope, [], closure.path or path_name
    frame = Frame()
    process.frames.append(frame)
    process.depth += 1
    named = bool(closure.function.name) and process.world is None
    if named:
        process.scene.enter(process.span_of(given.node), f"calls {closure.function.name}()", "call")
    program, process.program = process.program, loading.program_of(process, closure)
    _bind(process, closure, given, scope)
    hoist(process, closure.function.body)
    body(process, closure.function.body)
    process.program = program
    if named:
        process.scene.leave()
    process.depth -= 1
    process.frames.pop()
    process.scope, process.loops, process.path_name = outer, loops, path_name
    return _returned(process, frame)


def _returned(process: Process, frame: Frame) -> Items:
    conditions = process.scene.conditions
    made: list[Alternative[Item]] = [Alternative(conditions.both(when, a.when), a.held) for when, value in frame.returned for a in value]
    if process.path != FALSE:
        made.append(Alternative(process.path, None))
    process.path = conditions.either(process.path, frame.left)
    if process.world is not None and made:
        return (Alternative(TRUE, made[0].held),) if len(made) == 1 else process.tidy(made)
    return process.tidy(made) or one(None)


def _bind(process: Process, closure: Closure, given: Given, scope: Scope) -> None:
    parameters = list(closure.function.parameters)
    items = list(given.items)
    if closure.receiver is not None:
        scope.held["this"] = one(closure.receiver)
        if process.language == "python" and closure.function.kind != "static":
            items.insert(0, one(closure.receiver))
    named = dict(given.named)
    for parameter in parameters:
        _parameter(process, parameter, items, named)


def _parameter(process: Process, parameter: tree.Parameter, items: list[Items], named: dict[str, Items]) -> None:
    name = parameter.target.name if isinstance(parameter.target, tree.Name) else ""
    if parameter.gathers == "*":
        value = (
            one(lowered(process, tuple(concrete(process, item) for item in items)))
            if process.world is not None
            else one(process.listing(items))
        )
        items.clear()
    elif parameter.gathers == "**":
        value = one(process.table(dict(named)))
    elif items:
        value = items.pop(0)
        if parameter.default is not None and any(a.held is None for a in value) and process.language == "javascript":
            assign(process, tree.Default(parameter.target, parameter.default, 0, 0), value, True)
            return
    elif name in named:
        value = named.pop(name)
    elif parameter.default is not None:
        value = evaluate(process, parameter.default)
    elif process.language == "javascript":
        value = one(None)
    else:
        value = one(blend_of_arguments(process, name))
    assign(process, parameter.target, value, True)


def blend_of_arguments(process: Process, name: str) -> Item:
    """A parameter that a decorator fills from the command line: any of its words."""
    if process.world is not None:
        raise UndecidedError
    return unknown([symbol for word in process.arguments for symbol in origins(word)], f"the argument {name}")


def _instance(process: Process, of: ClassItem, given: Given) -> Items:
    process.effect()
    cell = Object(of=of)
    item = process.new(cell)
    for name, value in of.scope.held.items():
        if not any(isinstance(a.held, Closure) for a in value):
            cell.fields[name] = value
    for maker in ("__init__", "constructor"):
        found = of.scope.held.get(maker)
        if found is not None:
            process.split(bound(process, found, item), lambda one_of: invoke(process, one_of, given))
            return one(item)
    cell.fields.update(given.named)
    for name, value in zip([n for n in of.scope.held if True], given.items, strict=False):
        cell.fields[name] = value
    return one(item)


HANDLERS: dict[type, Callable[..., None]] = {
    tree.Do: _do,
    tree.Assign: _assign,
    tree.If: _if,
    tree.While: _while,
    tree.For: _for,
    tree.Choose: _choose,
    tree.Leave: _leave,
    tree.Try: _try,
    tree.With: _with,
    tree.Define: _define,
    tree.Class: _class,
    tree.Import: _import,
    tree.Scope: _scope,
    tree.Unread: _unread,
}
