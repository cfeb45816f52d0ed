"""Methods of values: of text, of regular expressions, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.conditions import TRUE, Condition
from latest_guard.replay.programs import packages, text_methods, tree
from latest_guard.replay.programs.elements import elements
from latest_guard.replay.programs.items import (
    Closure,
    Concrete,
    Datum,
    Expression,
    Item,
    Items,
    Native,
    Record,
    Reference,
    Scope,
    blend,
    describe,
    origins,
    raised,
    unknown,
)
from latest_guard.replay.programs.known import by_name, lifted, method_of, rows, symbols_of
from latest_guard.replay.programs.lists import HEAP, for_each, heap_method, joined, object_method
from latest_guard.replay.programs.process import Given, Listed, Process
from latest_guard.replay.programs.text_methods import sequence
from latest_guard.replay.programs.worlds import (
    concrete,
    each_world,
    lift,
    lower,
    settle,
    true,
)
from latest_guard.values import NEWER, OLDER, Colour, Literal, Str, plain, show, symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
        return None, _reference_method(process, item, name, given)
    if isinstance(item, Expression):
        return None, pattern_method(process, item, name, given)
    if name == "forEach":
        return None, for_each(process, elements(process, one(item)), given)
    if isinstance(item, Datum):
        return method_of(process, item, name, given)
    return None, _text_method(process, item, name, given)


def _reference_method(process: Process, item: Reference, name: str, given: Given) -> Items:
    cell = process.heap[item.number]
    if isinstance(cell, Listed):
        return heap_method(process, item, cell, name, given)
    found = object_method(process, item, cell, name, given)
    if found is not None:
        return found
    if "stdout" in cell.fields:  # what a command printed is as good as its text
        return process.split(cell.fields["stdout"], lambda out: method(process, out, name, given)[1])
    held = [symbol for value in cell.fields.values() for a in value for symbol in origins(a.held)]
    return one(unknown([*held, *symbols_of(given)], f"{name} of an object"))


def _passes(item: Item) -> bool:
    return isinstance(item, Datum) or (isinstance(item, tuple) and True)


def _text_method(process: Process, item: Item, name: str, given: Given) -> Items:
    if name in ("match", "test", "startswith", "endswith", "startsWith", "endsWith", "includes") and process.world is None:
        found = _asked(process, item, name, given)
        if found is not None:
            return found
    work = text_methods.STRINGS[process.language].get(name)
    if work is None and name in ("compare", "inc", "bump_patch", "bump_minor", "next_patch"):
        return method(process, _as_release(process, item), name, given)[1]
    if work is None:
        return one(unknown([*origins(item), *symbols_of(given)], f"{name} of {show(item) if isinstance(item, tuple) else describe(item)}"))
    if name == "localeCompare" and process.world is not None:
        options = concrete(process, given.get(2))
        numbered = isinstance(options, Record) and options.get("numeric") is True
        process.taint.versions |= numbered
        process.taint.texts |= not numbered
    marks = name in text_methods.MOVING and not any(isinstance(a.held, (Expression, Closure)) for row in given.items for a in row)
    if name == "join" and process.world is None and given.items:
        return process.split(given.items[0], lambda parts: joined(process, item, parts))
    return lift(process, [one(item), *rows(given)], by_name(work, given), name, given.node, marks=marks)


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


def pattern_method(process: Process, item: Expression, name: str, given: Given) -> Items:
    """A method of a regular expression, or the function of the language that does the same."""
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
        return one(unknown(symbols_of(given), name))
    return lift(process, [one(item), *rows(given)], works[name], f"{item.pattern} {name}", given.node)


def _found_all(pattern: Concrete, whole: Concrete) -> Concrete:
    assert isinstance(pattern, Record) and isinstance(whole, str)
    found = text_methods.every_match(str(pattern.get("(pattern)")), str(pattern.get("flags")), whole)
    return tuple(
        one_of.groups[0] if len(one_of.groups) == 1 else one_of.groups[1] if len(one_of.groups) == 2 else one_of.groups[1:]
        for one_of in found
    )


def joined_path(process: Process, parts: Sequence[Items]) -> Items:
    """Parts of a path with slashes between."""
    return lift(process, parts, packages.joined_path, "a path", marks=True)


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
        return lifted(process, item, works[name], name, given)
    return lift(process, [one(item), given.items[0]], works[name], name, call)
