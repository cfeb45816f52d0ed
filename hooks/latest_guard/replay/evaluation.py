"""Expressions of CI systems on values that are known in part: GitHub's rules, and GitLab's for `=~` and its kin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from latest_guard.expressions import concrete
from latest_guard.expressions.tree import Binary, Call, Constant, Every, Expression, Index, Name, Not, Template
from latest_guard.replay.alternatives import Alternative, Alternatives, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition, Test, TestKind
from latest_guard.replay.machine import compact
from latest_guard.replay.scene import Scene
from latest_guard.replay.texts import combine
from latest_guard.replay.wording import words
from latest_guard.source import Span, Text
from latest_guard.values import Colour, Data, Either, Kind, Literal, Str, Symbol, join, plain, show, text

Datum: TypeAlias = "None | bool | float | Str | list[object] | Mapping[str, object]"
Found: TypeAlias = Alternatives[object]
"""Alternatives of data: None, bool, float, Str (a tuple of pieces), list, Mapping, or a nested Found inside a mapping."""


@dataclass(frozen=True)
class Contexts:
    """What an expression can ask for: contexts by name, and the status functions."""

    names: Mapping[str, object]
    status: Callable[[str], Condition]
    unknown: str = ""  # why a name that is not there is unread; "" where it is simply null
    language: Language | None = None  # evaluates expressions where they are not GitHub's
    absent: Callable[[str, bool], Found] | None = None  # what a variable holds that no file sets; whether the project's settings may
    settings: bool = False


Language: TypeAlias = Callable[[Scene, Contexts, Expression], Found]
"""How a CI system's expressions are evaluated."""


def tidy(scene: Scene, alternatives: list[Alternative[object]]) -> Found:
    """Unite equal alternatives; data that cannot be hashed stay apart."""
    merged: dict[object, Alternative[object]] = {}
    for a in alternatives:
        if a.when == FALSE:
            continue
        key: object = (type(a.held), a.held) if isinstance(a.held, (bool, float, int, tuple, type(None))) else id(a.held)
        before = merged.get(key)
        merged[key] = a if before is None else Alternative(scene.conditions.either(before.when, a.when), a.held)
    return tuple(merged.values())


def lift(scene: Scene, data: object) -> Found:
    """Data as alternatives: an Either becomes its options, a value stays what it is."""
    if isinstance(data, Either):
        kind = TestKind.PERSON if Colour.PERSON in data.colours else TestKind.SCENARIO
        whens = scene.conditions.choice(data.name, len(data.options), kind, f"the choice of {data.name}", data.span)
        both = scene.conditions.both
        return tidy(scene, [Alternative(both(w, a.when), a.held) for w, o in zip(whens, data.options, strict=True) for a in lift(scene, o)])
    if isinstance(data, tuple) and data and isinstance(data[0], Alternative):
        return data
    if isinstance(data, int) and not isinstance(data, bool):
        return one(float(data))
    return one(data)


def strings(scene: Scene, found: Found) -> Value:
    """Every alternative as a string; a boolean that only the run knows is `true` or `false`."""
    made: list[Alternative[Str]] = []
    both = scene.conditions.both
    for a in found:
        held = a.held
        if isinstance(held, tuple) and len(held) == 1 and isinstance(held[0], Symbol) and held[0].kind is Kind.BOOLEAN:
            holds = scene.judge.true(held, held[0].span)
            made.append(Alternative(both(a.when, holds), text("true", held[0].span)))
            made.append(Alternative(both(a.when, scene.conditions.no(holds)), text("false", held[0].span)))
        else:
            made.append(Alternative(a.when, to_str(held)))
    return scene.algebra.tidy(made)


def to_str(data: object) -> Str:
    """A datum as a string, by GitHub's conversion."""
    if isinstance(data, tuple):
        return data
    if isinstance(data, (list, Mapping)):
        return text("Array" if isinstance(data, list) else "Object")
    return text(concrete.to_string(cast("concrete.Value", data)))


def template(scene: Scene, contexts: Contexts, part: Template | None) -> Value:
    """A string of the file with its expressions put in."""
    if part is None:
        return one(())
    values: list[Value] = []
    for piece in part.parts:
        values.append(one(text(piece.value, piece.span())) if isinstance(piece, Text) else strings(scene, evaluate(scene, contexts, piece)))
    if len(values) == 1:
        return values[0]
    return scene.algebra.each(scene.algebra.product(values), lambda parts: compact(join(list(parts))))


def datum(scene: Scene, contexts: Contexts, part: Template) -> Found:
    """A template's value: one expression alone keeps its type."""
    if len(part.parts) == 1 and not isinstance(part.parts[0], Text):
        return evaluate(scene, contexts, part.parts[0])
    return template(scene, contexts, part)


def truthy(scene: Scene, found: Found, span: Span | None = None) -> Condition:
    """The condition that a value is true in GitHub's sense: not false, 0, NaN, "" or null."""
    conditions = scene.conditions
    return conditions.any(conditions.both(a.when, _true(scene, a.held, span)) for a in found)


def _true(scene: Scene, held: object, span: Span | None) -> Condition:
    if isinstance(held, tuple):
        if len(held) == 1 and isinstance(held[0], Symbol) and held[0].kind in (Kind.BOOLEAN, Kind.ANY):
            return scene.judge.true(held, span or held[0].span)
        return scene.conditions.no(scene.judge.empty(held, span))
    if isinstance(held, (list, Mapping)):
        return TRUE
    return TRUE if concrete.truthy(cast("concrete.Value", held)) else FALSE


def evaluate(scene: Scene, contexts: Contexts, expression: Expression) -> Found:
    """The alternatives of an expression's value."""
    if contexts.language is not None:
        return contexts.language(scene, contexts, expression)
    return evaluate_shared(scene, contexts, expression)


def evaluate_shared(scene: Scene, contexts: Contexts, expression: Expression) -> Found:
    """The alternatives by GitHub's rules, which others share where they say nothing else."""
    if isinstance(expression, Constant):
        value = expression.value
        return one(text(value, expression.span) if isinstance(value, str) else value)
    if isinstance(expression, Name):
        return _name(scene, contexts, expression)
    if isinstance(expression, Index):
        return _index(scene, contexts, expression)
    if isinstance(expression, Every):
        return _every(scene, evaluate(scene, contexts, expression.of))
    if isinstance(expression, Not):
        return boolean(scene, scene.conditions.no(truthy(scene, evaluate(scene, contexts, expression.operand), expression.span)))
    if isinstance(expression, Binary):
        return _binary(scene, contexts, expression)
    if isinstance(expression, Call):
        return _call(scene, contexts, expression)
    return one(_unread("an expression that cannot be read: " + expression.reason, expression.span))


def _unread(reason: str, span: Span) -> Str:
    return (Symbol(f"{reason} at {span}", Colour.UNREAD, kind=Kind.ANY, span=span, reason=reason),)


def boolean(scene: Scene, condition: Condition) -> Found:
    """Whether a condition holds, as data."""
    if condition in (TRUE, FALSE):
        return one(condition == TRUE)
    return (Alternative(condition, True), Alternative(scene.conditions.no(condition), False))


def _name(scene: Scene, contexts: Contexts, expression: Name) -> Found:
    for name, data in contexts.names.items():
        if name.lower() == expression.name.lower():
            return lift(scene, data)
    return one(_unread(contexts.unknown, expression.span)) if contexts.unknown else one(None)


def _index(scene: Scene, contexts: Contexts, expression: Index) -> Found:
    keys = evaluate(scene, contexts, expression.key)
    holders = evaluate(scene, contexts, expression.of)
    both = scene.conditions.both
    made: list[Alternative[object]] = []
    for holder in holders:
        for key in keys:
            when = both(holder.when, key.when)
            if when != FALSE and isinstance(expression.of, Every) and isinstance(holder.held, list):
                made.append(Alternative(when, [_only(scene, _item(scene, part, key.held, expression.span)) for part in holder.held]))
            elif when != FALSE:
                made += [Alternative(both(when, a.when), a.held) for a in _item(scene, holder.held, key.held, expression.span)]
    return tidy(scene, made)


def _item(scene: Scene, holder: object, key: object, span: Span) -> Found:
    if isinstance(holder, Mapping):
        wanted = plain(key) if isinstance(key, tuple) else concrete.to_string(key) if isinstance(key, (bool, float)) else None
        if wanted is None:
            return one(_unread("a property whose name only the run knows", span))
        for name, data in holder.items():
            if name.lower() == wanted.lower():
                return lift(scene, data)
        rest = holder.get("*")
        if rest is not None:
            return lift(scene, _renamed(rest, wanted))
        return one(None)
    if isinstance(holder, list):
        at = int(key) if isinstance(key, float) else None
        return lift(scene, holder[at]) if at is not None and 0 <= at < len(holder) else one(None)
    if isinstance(holder, tuple) and len(holder) == 1 and isinstance(holder[0], Symbol):
        return one(_member(holder[0], to_str(key)))
    return one(None)


def _renamed(data: object, name: str) -> object:
    """`*` in a context stands for whatever else is asked: a symbol that takes the name of what was asked."""
    from dataclasses import replace

    if isinstance(data, tuple) and len(data) == 1 and isinstance(data[0], Symbol):
        return (replace(data[0], name=data[0].name.replace("*", name)),)
    return data


def _member(symbol: Symbol, key: Str) -> Str:
    """A property of an object of which only the origin is known."""
    from dataclasses import replace

    wanted = plain(key)
    if wanted is not None and symbol.samples is not None:
        worlds = [_json_member(sample, wanted) for sample in symbol.samples]
        if all(world is not None for world in worlds):
            return (replace(symbol, name=f"{symbol.name}.{wanted}", samples=(worlds[0] or "", worlds[1] or "", worlds[2] or "")),)
    return (replace(symbol, name=f"{symbol.name}.{show(key)}", samples=None),)


def _json_member(sample: str, key: str) -> str | None:
    import json

    try:
        data = json.loads(sample)
    except ValueError:
        return None
    if isinstance(data, dict) and key in data:
        return data[key] if isinstance(data[key], str) else json.dumps(data[key])
    return None


def _every(scene: Scene, found: Found) -> Found:
    made: list[Alternative[object]] = []
    for a in found:
        if isinstance(a.held, Mapping):
            made.append(Alternative(a.when, [value for name, value in a.held.items() if name != "*"]))
        elif isinstance(a.held, (list, tuple)):
            made.append(a)
        else:
            made.append(Alternative(a.when, []))
    return tidy(scene, made)


# Operators --------------------------------------------------------------------------------------------------------------


def _binary(scene: Scene, contexts: Contexts, expression: Binary) -> Found:
    left = evaluate(scene, contexts, expression.left)
    operator = expression.operator
    if operator in ("&&", "||"):
        return _logical(scene, contexts, expression, left)
    right = evaluate(scene, contexts, expression.right)
    both = scene.conditions.both
    holds = FALSE
    for a in left:
        for b in right:
            when = both(a.when, b.when)
            if when != FALSE:
                holds = scene.conditions.either(holds, both(when, _related(scene, a.held, operator, b.held, expression.span)))
    return boolean(scene, holds)


def _logical(scene: Scene, contexts: Contexts, expression: Binary, left: Found) -> Found:
    """`&&` and `||` give back one of their operands, as in JavaScript."""
    conditions = scene.conditions
    made: list[Alternative[object]] = []
    right: Found | None = None
    for a in left:
        holds = _true(scene, a.held, expression.left.span)
        stays = conditions.both(a.when, conditions.no(holds) if expression.operator == "&&" else holds)
        goes = conditions.both(a.when, holds if expression.operator == "&&" else conditions.no(holds))
        if stays != FALSE:
            made.append(Alternative(stays, _decided(a.held, expression.operator == "||")))
        if goes != FALSE:
            right = evaluate(scene, contexts, expression.right) if right is None else right
            made += [Alternative(conditions.both(goes, b.when), b.held) for b in right]
    return tidy(scene, made)


def _decided(held: object, value: bool) -> object:
    """A boolean symbol whose truth is now in the condition."""
    if isinstance(held, tuple) and len(held) == 1 and isinstance(held[0], Symbol) and held[0].kind is Kind.BOOLEAN:
        return value
    return held


def _related(scene: Scene, left: object, operator: str, right: object, span: Span) -> Condition:
    conditions = scene.conditions
    if operator == "!=":
        return conditions.no(_related(scene, left, "==", right, span))
    if operator == "!~":
        return conditions.no(_related(scene, left, "=~", right, span))
    if operator == "==":
        return _equal(scene, left, right, span)
    if not _symbolic(left) and not _symbolic(right):
        answer = _concrete_order(_data(left), operator, _data(right))
        return TRUE if answer else FALSE
    if operator == "=~":
        return scene.judge.settle(
            f"{show(to_str(left))} =~ {show(to_str(right))}", show(to_str(left)), span, to_str(left), None, orders=False
        )

    def holds(a: str, b: str) -> bool | None:
        return _concrete_order(a, operator, b)

    return scene.judge.ordered(to_str(left), operator, to_str(right), holds, span)


def _concrete_order(left: concrete.Value, operator: str, right: concrete.Value) -> bool:
    if operator == "<":
        return concrete.less(left, right)
    if operator == ">":
        return concrete.less(right, left)
    if operator == "<=":
        return concrete.less(left, right) or concrete.equal(left, right)
    return concrete.less(right, left) or concrete.equal(left, right)


def _equal(scene: Scene, left: object, right: object, span: Span) -> Condition:
    for a, b in ((left, right), (right, left)):
        if isinstance(a, tuple) and len(a) == 1 and isinstance(a[0], Symbol):
            if isinstance(b, bool):
                held = scene.judge.true(a, span)
                return held if b else scene.conditions.no(held)
            if a[0].kind is Kind.BOOLEAN and isinstance(b, tuple) and plain(b) is not None:
                # a boolean is a number where it meets a string, and a string that is no number is NaN: never equal
                return FALSE if plain(b) not in ("", "0", "1") else scene.judge.true(a, span)
            if b is None:
                return scene.judge.empty(a, span)
            if isinstance(b, float):
                return scene.judge.equal(a, text(concrete.to_string(b)), span)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return scene.judge.equal(left, right, span, fold_case=True)
    if _symbolic(left) or _symbolic(right):
        return scene.judge.equal(to_str(left), to_str(right), span, fold_case=True)
    return TRUE if concrete.equal(_data(left), _data(right)) else FALSE


def _symbolic(data: object) -> bool:
    return isinstance(data, tuple) and plain(data) is None


def _data(data: object) -> concrete.Value:
    """A datum without symbols as the concrete evaluator has it."""
    if isinstance(data, tuple):
        return plain(data) or ""
    return cast("concrete.Value", data)


# Functions --------------------------------------------------------------------------------------------------------------


def _call(scene: Scene, contexts: Contexts, call: Call) -> Found:
    name = call.function.lower()
    if name in ("success", "failure", "always", "cancelled"):
        return boolean(scene, contexts.status(name))
    arguments = [evaluate(scene, contexts, a) for a in call.arguments]
    both = scene.conditions.both
    rows: list[tuple[Condition, list[object]]] = [(TRUE, [])]
    for found in arguments:
        rows = [(when, [*held, a.held]) for w, held in rows for a in found if (when := both(w, a.when)) != FALSE]
        if len(rows) > 96:
            return one(_unread(f"{call.function}() over too many alternatives", call.span))
    made: list[Alternative[object]] = []
    for when, held in rows:
        made += [Alternative(both(when, a.when), a.held) for a in _apply(scene, name, held, call.span)]
    return tidy(scene, made)


def _apply(scene: Scene, name: str, held: list[object], span: Span) -> Found:
    if name in ("contains", "startswith", "endswith") and len(held) == 2:
        return boolean(scene, _searched(scene, name, held[0], held[1], span))
    if name == "format" and held:
        return one(_format(held))
    if name == "join" and held:
        return one(_join(held))
    if name == "tojson" and len(held) == 1:
        return one(held[0] if _symbolic(held[0]) else _to_json(held[0]))
    if name == "fromjson" and len(held) == 1:
        return one(_from_json(held[0], span))
    if name == "hashfiles":
        return one((Symbol("hashFiles", span=span),))
    if name == "regex" and len(held) >= 1:
        return one(held[0])
    return one(_unread(f"the function {name}", span))


def _searched(scene: Scene, name: str, haystack: object, needle: object, span: Span) -> Condition:
    if isinstance(haystack, list):
        return scene.conditions.any(_equal(scene, h, needle, span) for item in haystack for h in [_only(scene, item)])
    where, what = to_str(haystack), to_str(needle)
    wanted = plain(what)
    if wanted is None:
        outcome = combine([where, what], lambda t: "1" if _found(name, t[0], t[1]) else "0", name)
        return scene.judge.equal(outcome, text("1"), span)
    decided = _at_its_end(name, where, wanted)
    if decided is not None:
        return TRUE if decided else FALSE
    return scene.judge.matches(
        where,
        lambda whole: _found(name, whole, wanted),
        f"{name}({show(where)}, {wanted})",
        f"{words(where)} {SEARCHES[name]} `{wanted}`",
        span,
        wanted,
    )


def _at_its_end(name: str, where: Str, wanted: str) -> bool | None:
    """The answer where the literal beginning or end of a string tells it: `refs/heads/dev-…` begins with no `refs/tags/`."""
    piece = where[0 if name == "startswith" else -1] if where and name != "contains" else None
    if not isinstance(piece, Literal):
        return None
    step = 1 if name == "startswith" else -1
    known, part = piece.text.casefold()[::step], wanted.casefold()[::step]
    size = min(len(known), len(part))
    if known[:size] != part[:size]:
        return False
    return True if size == len(part) else None


SEARCHES = {"contains": "contains", "startswith": "starts with", "endswith": "ends with"}


def _only(scene: Scene, item: object) -> object:
    lifted = lift(scene, item)
    return lifted[0].held if lifted else None


def _found(name: str, haystack: str, needle: str) -> bool:
    whole, part = haystack.casefold(), needle.casefold()
    return {"contains": part in whole, "startswith": whole.startswith(part), "endswith": whole.endswith(part)}[name]


def _format(held: list[object]) -> Str:
    pattern = to_str(held[0])
    whole = plain(pattern)
    if whole is None:
        return combine([to_str(h) for h in held], lambda t: _fill(t[0], t[1:]), "format")
    marks = [chr(0xE800 + i) for i in range(len(held) - 1)]
    try:
        made = _fill(whole, marks)
    except concrete.EvaluationError:
        return (Symbol("a format() that fails", Colour.UNREAD, reason="format() with a bad pattern"),)
    span = pattern[0].span if pattern else None
    pieces: list[Str] = []
    start = 0
    for at, char in enumerate(made):
        if char in marks:
            pieces += [text(made[start:at], span), to_str(held[1 + marks.index(char)])]
            start = at + 1
    return compact(join([*pieces, text(made[start:], span)]))


def _fill(pattern: str, arguments: list[str]) -> str:
    return concrete.fill(pattern, *arguments)


def _join(held: list[object]) -> Str:
    separator = to_str(held[1]) if len(held) > 1 else text(",")
    if not isinstance(held[0], list):
        return to_str(held[0])
    made: list[Str] = []
    for index, item in enumerate(held[0]):
        made += [separator, to_str(item)] if index else [to_str(item)]
    return join(made)


def _to_json(data: object) -> Str:
    import json

    def down(value: object) -> object:
        if isinstance(value, tuple) and value and isinstance(value[0], Alternative):
            return down(value[0].held)
        if isinstance(value, tuple):
            return show(value)
        if isinstance(value, list):
            return [down(v) for v in value]
        if isinstance(value, Mapping):
            return {k: down(v) for k, v in value.items() if k != "*"}
        return value

    return text(json.dumps(down(data), indent=2, default=str))


def _from_json(data: object, span: Span) -> object:
    import json

    string = to_str(data)
    whole = plain(string)
    if whole is None:
        return _parsed(string, span)
    try:
        return _rise(json.loads(whole), string[0].span if string else span)
    except (ValueError, RecursionError):
        return _unread("JSON that cannot be read", span)


def _parsed(string: Str, span: Span) -> object:
    """JSON with symbols in it: they are put through as marked strings; a symbol alone stays an object of which only the origin is known."""
    import json

    if len(string) == 1 and isinstance(string[0], Symbol):
        symbol = string[0]
        from dataclasses import replace

        return (replace(symbol, kind=Kind.ANY, span=symbol.span or span),)
    marks = {chr(0xE900 + i): p for i, p in enumerate(p for p in string if isinstance(p, Symbol))}
    names = list(marks)
    order = iter(names)
    whole = "".join(p.text if isinstance(p, Literal) else next(order) for p in string)
    try:
        return _rise(json.loads(whole), span, marks)
    except (ValueError, RecursionError):
        return _unread("JSON that only the run knows", span)


def _rise(value: object, span: Span | None, marks: Mapping[str, Symbol] | None = None) -> object:
    if isinstance(value, str):
        if marks and any(mark in value for mark in marks):
            return tuple(marks[c] if c in marks else Literal(c, span) for c in value)
        return text(value, span)
    if isinstance(value, list):
        return [_rise(v, span, marks) for v in value]
    if isinstance(value, dict):
        return {k: _rise(v, span, marks) for k, v in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def never(_: str) -> Condition:
    """The status functions where there is no job: success."""
    return TRUE


def question(scene: Scene, key: str, note: str, kind: TestKind, span: Span | None) -> Condition:
    """A condition of its own."""
    return scene.conditions.test(Test(key, kind, note, span))


__all__ = ["Contexts", "Data", "Found", "datum", "evaluate", "lift", "strings", "template", "to_str", "truthy"]
