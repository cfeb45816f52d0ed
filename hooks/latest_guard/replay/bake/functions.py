"""The functions of bake (https://github.com/docker/buildx/blob/master/docs/bake-stdlib.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.expressions import regular
from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.bake.values import Data, Fields, Found, Items
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.ordering import holds
from latest_guard.replay.texts import combine, rewrite, split
from latest_guard.values import Literal, Str, plain, scalar_text, show, text, unread

if TYPE_CHECKING:
    from latest_guard.source import Span


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: what data can do, the arguments, and the place."""

    data: Data
    arguments: list[Found]
    span: Span

    def rows(self) -> list[tuple[Condition, list[Str]]]:
        """Every combination of the arguments as texts."""
        values = [self.data.strings(argument) for argument in self.arguments]
        return [(row.when, list(row.held)) for row in self.data.scene.algebra.product(values)]


Function: TypeAlias = Callable[[Asked], Found]


def texts(work: Callable[[list[Str]], object], least: int = 1) -> Function:
    """A function of the texts of its arguments; None: it cannot be worked out."""

    def run(asked: Asked) -> Found:
        if len(asked.arguments) < least:
            return one(unread("a function with too few arguments", asked.span))
        made: list[Alternative[object]] = []
        for when, row in asked.rows():
            held = work(row)
            made.append(Alternative(when, unread("a function of what only the run knows", asked.span) if held is None else held))
        return asked.data.tidy(made)

    return run


def tests(decide: Callable[[Asked, list[Str]], Condition]) -> Function:
    """A function that says whether something holds of the texts of its arguments."""

    def run(asked: Asked) -> Found:
        conditions = asked.data.scene.conditions
        return asked.data.flag(conditions.any(conditions.both(when, decide(asked, row)) for when, row in asked.rows()))

    return run


def negated(function: Function) -> Function:
    """The contrary."""
    return lambda asked: asked.data.flag(asked.data.scene.conditions.no(asked.data.truthy(function(asked), asked.span)))


def equal(asked: Asked, row: list[Str]) -> Condition:
    """`equal(a, b)`."""
    return asked.data.scene.judge.equal(row[0], row[1], asked.span) if len(row) > 1 else FALSE


def ordered(operator: str) -> Callable[[Asked, list[Str]], Condition]:
    """Numbers in order."""

    def compare(left: str, right: str) -> bool | None:
        try:
            a, b = float(left), float(right)
        except ValueError:
            return None
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]

    return lambda asked, row: asked.data.scene.judge.ordered(row[0], operator, row[1], compare, asked.span, "as numbers")


def _semver(asked: Asked, row: list[Str]) -> Condition:
    """`semvercmp(version, ">= 1.2")`."""
    known = plain(row[1])
    first = row[1][0].text if row[1] and isinstance(row[1][0], Literal) else ""
    operator = next((sign for sign in (">=", "<=", "!=", ">", "<", "=") if first.startswith(sign)), "=")
    rest = text(known[len(operator) :].strip()) if known is not None else row[1][1:]
    sign = "==" if operator == "=" else operator
    return asked.data.scene.judge.ordered(row[0], sign, rest, lambda a, b: holds(a, sign, b), asked.span, "semvercmp")


def _any_of(asked: Asked) -> Condition:
    return asked.data.scene.conditions.any(asked.data.truthy(argument, asked.span) for argument in asked.arguments)


def _all_of(asked: Asked) -> Condition:
    return asked.data.scene.conditions.all(asked.data.truthy(argument, asked.span) for argument in asked.arguments)


# Lists --------------------------------------------------------------------------------------------------------------------


def listing(data: Data, entries: list[tuple[Condition, object]]) -> Found:
    """A list of these elements."""
    return one(Items(tuple((when, held) for when, held in entries if when != FALSE)))


def _concat(asked: Asked) -> Found:
    return listing(asked.data, [entry for argument in asked.arguments for entry in asked.data.entries(argument)])


def _flatten(asked: Asked) -> Found:
    made: list[tuple[Condition, object]] = []
    waiting = [entry for argument in reversed(asked.arguments) for entry in reversed(asked.data.entries(argument))]
    both = asked.data.scene.conditions.both
    while waiting:
        when, held = waiting.pop()
        if isinstance(held, Items):
            waiting += [(both(when, inner), value) for inner, value in reversed(held.entries)]
        else:
            made.append((when, held))
    return listing(asked.data, made)


def without_empty(data: Data, entries: list[tuple[Condition, object]], span: Span | None) -> list[tuple[Condition, object]]:
    """The elements that are no empty texts."""
    made: list[tuple[Condition, object]] = []
    for when, held in entries:
        if held is None:
            continue
        missing = data.scene.judge.empty(held, span) if isinstance(held, tuple) else FALSE
        made.append((data.scene.conditions.both(when, data.scene.conditions.no(missing)), held))
    return [entry for entry in made if entry[0] != FALSE]


def _compact(asked: Asked) -> Found:
    return listing(asked.data, without_empty(asked.data, asked.data.entries(asked.arguments[0]), asked.span))


def _distinct(asked: Asked) -> Found:
    merged: dict[object, Condition] = {}
    for when, held in asked.data.entries(asked.arguments[0]):
        merged[held] = asked.data.scene.conditions.either(merged.get(held, FALSE), when)
    return listing(asked.data, [(when, held) for held, when in merged.items()])


def _split(asked: Asked) -> Found:
    made: list[tuple[Condition, object]] = []
    for when, row in asked.rows():
        separator = plain(row[0])
        made += [(when, part) for part in split(row[1], separator)] if separator else [(when, row[1])]
    return listing(asked.data, made)


def joined(data: Data, entries: list[tuple[Condition, object]], separator: str) -> Value:
    """The elements as one text."""
    conditions, algebra = data.scene.conditions, data.scene.algebra
    value: Value = one(())
    began: Condition = FALSE
    for when, held in entries:
        part = scalar_text(held)
        grown: list[Alternative[Str]] = []
        for a in value:
            for first in (False, True):
                here = conditions.all((a.when, when, conditions.no(began) if first else began))
                grown.append(Alternative(here, part if first else (*a.held, *text(separator), *part)))
            grown.append(Alternative(conditions.both(a.when, conditions.no(when)), a.held))
        value = algebra.bounded(algebra.tidy(grown))
        began = conditions.either(began, when)
    return value


def _join(asked: Asked) -> Found:
    separator = plain(asked.data.strings(asked.arguments[0])[0].held) or ""
    return joined(asked.data, [entry for argument in asked.arguments[1:] for entry in asked.data.entries(argument)], separator)


def _contains(asked: Asked) -> Found:
    conditions = asked.data.scene.conditions
    wanted = asked.data.strings(asked.arguments[1])
    found = [
        conditions.all((when, a.when, asked.data.scene.judge.equal(scalar_text(held), a.held, asked.span)))
        for when, held in asked.data.entries(asked.arguments[0])
        for a in wanted
    ]
    return asked.data.flag(conditions.any(found))


def _length(asked: Asked) -> Found:
    def size(held: object) -> object:
        if isinstance(held, Items) and all(when == TRUE for when, _ in held.entries):
            return float(len(held.entries))
        if isinstance(held, Fields):
            return float(len(held.entries))
        known = plain(held) if isinstance(held, tuple) else None
        return float(len(known)) if known is not None else unread("a length that only the run knows", asked.span)

    return asked.data.each(asked.arguments[0], size)


def picked(asked: Asked) -> Found:
    """`element(list, n)`, `list[n]`, `object.name`, `lookup(object, name, default)`."""
    made: list[tuple[Condition, Found]] = []
    for key in asked.data.strings(asked.arguments[1]):
        said = plain(key.held)
        for a in asked.arguments[0]:
            when = asked.data.scene.conditions.both(key.when, a.when)
            made.append((when, _picked(asked, a.held, said)))
    return asked.data.join(made)


def _picked(asked: Asked, held: object, said: str | None) -> Found:
    if said is None:
        return one(unread("an element that only the run names", asked.span))
    if isinstance(held, Fields):
        found = held.get(said)
        return asked.arguments[2] if found is None and len(asked.arguments) > 2 else one(found)
    if isinstance(held, Items) and said.lstrip("-").isdigit():
        return _nth(asked.data, held, int(said))
    return one(unread("an element of what only the run knows", asked.span)) if isinstance(held, tuple) and held else one(None)


def _nth(data: Data, items: Items, number: int) -> Found:
    """The element that is the `number`th of those that are there."""
    conditions = data.scene.conditions
    entries = items.entries
    if all(when == TRUE for when, _ in entries):
        return one(entries[number % len(entries)][1]) if entries else one(None)
    counts: dict[int, Condition] = {0: TRUE}
    made: list[Alternative[object]] = []
    for when, held in entries:
        made.append(Alternative(conditions.both(when, counts.get(number, FALSE)), held))
        grown: dict[int, Condition] = {}
        for count, so in counts.items():
            for step, condition in ((1, when), (0, conditions.no(when))):
                grown[count + step] = conditions.either(grown.get(count + step, FALSE), conditions.both(so, condition))
        counts = {count: so for count, so in grown.items() if so != FALSE and count <= number}
    return data.tidy(made)


def _coalesce(asked: Asked) -> Found:
    """The first argument that is neither null nor empty."""
    conditions = asked.data.scene.conditions
    made: list[tuple[Condition, Found]] = []
    going: Condition = TRUE
    for argument in asked.arguments:
        there = conditions.any(when for when, _ in without_empty(asked.data, [(a.when, a.held) for a in argument], asked.span))
        made.append((conditions.both(going, there), argument))
        going = conditions.both(going, conditions.no(there))
    return asked.data.join([*made, (going, one(None))])


def _merge(asked: Asked) -> Found:
    entries = [entry for argument in asked.arguments for a in argument if isinstance(a.held, Fields) for entry in a.held.entries]
    return one(Fields(tuple(dict(entries).items())))


def _keys(asked: Asked) -> Found:
    return asked.data.each(
        asked.arguments[0],
        lambda held: Items(tuple((TRUE, text(key)) for key, _ in sorted(held.entries))) if isinstance(held, Fields) else held,
    )


def _values(asked: Asked) -> Found:
    return listing(asked.data, asked.data.entries(asked.arguments[0]))


def _reversed(asked: Asked) -> Found:
    return listing(asked.data, asked.data.entries(asked.arguments[0])[::-1])


def _sorted(asked: Asked) -> Found:
    entries = asked.data.entries(asked.arguments[0])
    return listing(asked.data, sorted(entries, key=lambda entry: show(scalar_text(entry[1]))))


def _products(asked: Asked) -> Found:
    """`setproduct`: every combination."""
    both = asked.data.scene.conditions.both
    rows: list[tuple[Condition, tuple[object, ...]]] = [(TRUE, ())]
    for argument in asked.arguments:
        rows = [(both(when, there), (*held, value)) for when, held in rows for there, value in asked.data.entries(argument)][:1000]
    return listing(asked.data, [(when, Items(tuple((TRUE, value) for value in held))) for when, held in rows])


# Texts --------------------------------------------------------------------------------------------------------------------


def changed(change: Callable[[str], str | None], name: str) -> Function:
    """A function of one text."""
    return texts(lambda row: rewrite(row[0], change, name))


def of_two(change: Callable[[str, str], str], name: str) -> Function:
    """A function of a text and a fixed one."""

    def work(row: list[Str]) -> Str | None:
        other = plain(row[1])
        return None if other is None else rewrite(row[0], lambda whole: change(whole, other), f"{name} {other}")

    return texts(work, 2)


def _replaced(row: list[Str]) -> Str | None:
    old, new = plain(row[1]), plain(row[2])
    if old is None or new is None:
        return combine(row, lambda t: t[0].replace(t[1], t[2]), "replace")
    return rewrite(row[0], lambda whole: whole.replace(old, new), f"replace {old} {new}")


def _formatted(row: list[Str]) -> Str | None:
    """`format("%s:%s", a, b)`."""
    shape = plain(row[0])
    if shape is None:
        return None
    made: Str = ()
    spans = row[0][0].span if row[0] else None
    parts = shape.replace("%d", "%s").replace("%v", "%s").split("%s")
    for index, part in enumerate(parts):
        put = row[index] if 0 < index < len(row) else ()
        made = (*made, *put, *text(part.replace("%%", "%"), spans))
    return made


def _formatted_each(asked: Asked) -> Found:
    """`formatlist("%s:%s", a, list)`: the format for each element of the list, what is no list in each of them."""
    lists = [argument for argument in asked.arguments[1:] if any(isinstance(a.held, Items) for a in argument)]
    if len(lists) != 1:
        return one(unread("several lists in one format", asked.span))
    made: list[tuple[Condition, object]] = []
    for when, held in asked.data.entries(lists[0]):
        arguments = [one(held) if argument is lists[0] else argument for argument in asked.arguments]
        for joint, row in Asked(asked.data, arguments, asked.span).rows():
            text_of = _formatted(row)
            made.append((asked.data.scene.conditions.both(when, joint), text_of if text_of is not None else held))
    return listing(asked.data, made)


def _regex_replaced(row: list[Str]) -> Str | None:
    """`regex_replace(text, pattern, replacement)` with `$1` and `${1}` in the replacement."""
    pattern, put = plain(row[1]), plain(row[2])
    if pattern is None or put is None:
        return None
    return rewrite(row[0], lambda whole: _replaced_by(pattern, put, whole), f"regex_replace {pattern}")


_GROUP = re.compile(r"\$(?:(\d)|\{(\d)\}|(\$))")


def _replaced_by(pattern: str, put: str, whole: str) -> str | None:
    made, rest = "", whole
    for _ in range(len(whole) + 1):
        try:
            match = regular.read(pattern).search(rest)
        except regular.UnsupportedError:
            return None
        if match is None or (made and pattern.startswith("^")):
            break
        made += rest[: match.start] + _GROUP.sub(partial(_group, match.groups), put)
        step = max(match.end, match.start + 1)
        made, rest = made + rest[match.end : step], rest[step:]
        if not rest:
            break
    return made + rest


def _group(groups: tuple[str | None, ...], sign: re.Match[str]) -> str:
    number = int(sign[1] or sign[2] or 0)
    return "$" if sign[3] else (groups[number] or "") if number < len(groups) else ""


def _regex(asked: Asked) -> Found:
    """`regex(pattern, text)`: the whole match, its groups as a list, or an error."""
    made: list[Alternative[object]] = []
    for when, row in asked.rows():
        pattern = plain(row[0])
        found = None if pattern is None else rewrite(row[1], lambda whole, like=pattern: _found(like, whole), f"regex {pattern}")  # type: ignore[misc]
        made.append(Alternative(when, found if found is not None else unread("a pattern that only the run knows", asked.span)))
    return asked.data.tidy(made)


def _found(pattern: str, whole: str) -> str | None:
    try:
        match = regular.read(pattern).search(whole)
    except regular.UnsupportedError:
        return None
    return "" if match is None else whole[match.start : match.end]


def _matches(asked: Asked) -> Found:
    """`regexall(pattern, text)`: a list that is empty where nothing matches."""
    made: list[tuple[Condition, object]] = []
    for when, row in asked.rows():
        pattern = plain(row[0]) or ""

        def accepts(whole: str, like: str = pattern) -> bool:
            return bool(_found(like, whole))

        note = f"{show(row[1])} matches {pattern}"
        condition = asked.data.scene.judge.matches(row[1], accepts, note, note, asked.span)
        made.append((asked.data.scene.conditions.both(when, condition), row[1]))
    return listing(asked.data, made)


def _title(whole: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in whole.split(" "))


def _sanitized(whole: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "_" for char in whole)


def _substr(row: list[Str]) -> Str | None:
    first, length = plain(row[1]), plain(row[2]) if len(row) > 2 else None
    if first is None or length is None or not first.lstrip("-").isdigit() or not length.lstrip("-").isdigit():
        return None
    low, size = int(first), int(length)
    return rewrite(row[0], lambda whole: whole[low:][: size if size >= 0 else None], "substr")


def _arithmetic(work: Callable[[float, float], float]) -> Function:
    def run(row: list[Str]) -> object:
        try:
            return float(work(float(plain(row[0]) or "x"), float(plain(row[1]) or "x")))
        except (ValueError, ZeroDivisionError, OverflowError):
            return None

    return texts(run, 2)


FUNCTIONS: Mapping[str, Function] = {
    "equal": tests(equal),
    "notequal": negated(tests(equal)),
    "and": lambda asked: asked.data.flag(_all_of(asked)),
    "or": lambda asked: asked.data.flag(_any_of(asked)),
    "not": lambda asked: asked.data.flag(asked.data.scene.conditions.no(_any_of(asked))),
    "greaterthan": tests(ordered(">")),
    "greaterthanorequalto": tests(ordered(">=")),
    "lessthan": tests(ordered("<")),
    "lessthanorequalto": tests(ordered("<=")),
    "semvercmp": tests(_semver),
    "concat": _concat,
    "flatten": _flatten,
    "compact": _compact,
    "distinct": _distinct,
    "split": _split,
    "join": _join,
    "contains": _contains,
    "length": _length,
    "strlen": _length,
    "element": picked,
    "index": picked,
    "lookup": picked,
    "coalesce": _coalesce,
    "coalescelist": _coalesce,
    "merge": _merge,
    "keys": _keys,
    "values": _values,
    "reverselist": _reversed,
    "sort": _sorted,
    "setproduct": _products,
    "lower": changed(str.lower, "lower"),
    "upper": changed(str.upper, "upper"),
    "title": changed(_title, "title"),
    "trimspace": changed(str.strip, "trimspace"),
    "chomp": changed(lambda whole: whole.rstrip("\r\n"), "chomp"),
    "trim": of_two(str.strip, "trim"),
    "trimprefix": of_two(str.removeprefix, "trimprefix"),
    "trimsuffix": of_two(str.removesuffix, "trimsuffix"),
    "replace": texts(_replaced, 3),
    "format": texts(_formatted),
    "formatlist": _formatted_each,
    "regex_replace": texts(_regex_replaced, 3),
    "regex": _regex,
    "regexall": _matches,
    "reverse": changed(lambda whole: whole[::-1], "reverse"),
    "sanitize": changed(_sanitized, "sanitize"),
    "substr": texts(_substr, 3),
    "basename": changed(lambda whole: whole.rpartition("/")[2], "basename"),
    "dirname": changed(lambda whole: whole.rpartition("/")[0] or ".", "dirname"),
    "add": _arithmetic(lambda a, b: a + b),
    "subtract": _arithmetic(lambda a, b: a - b),
    "multiply": _arithmetic(lambda a, b: a * b),
    "divide": _arithmetic(lambda a, b: a / b),
    "modulo": _arithmetic(lambda a, b: a % b),
    "parseint": texts(lambda row: _whole(plain(row[0]), plain(row[1])), 2),
    "timestamp": lambda asked: one(text("2025-03-17T12:00:00Z")),
    "formatdate": lambda asked: one(text("20250317")),
}


def _whole(said: str | None, base: str | None) -> float | None:
    try:
        return float(int(said or "", int(base or "10")))
    except ValueError:
        return None


__all__ = ["FUNCTIONS", "Asked", "joined", "listing", "picked", "without_empty"]
