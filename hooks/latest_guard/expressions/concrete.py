"""What GitHub's expressions yield on values that are known: None, booleans, numbers, strings, lists and mappings.

Every rule is a small function of its own.  Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
("Operators", "Functions", "Object filters") and the evaluator of `@actions/expressions`, which the tests ask about each of them.
Errors are EvaluationError: the job would stop there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from latest_guard.expressions import ecma
from latest_guard.expressions.tree import Binary, Call, Constant, Every, Expression, Index, Name, Not, Unreadable

Value: TypeAlias = "None | bool | float | str | Sequence[Value] | Mapping[str, Value]"
"""What a context holds: JSON. Mappings are asked without regard to case; of keys that differ in case only the first counts."""

#: Bounds of what is worked out here: characters of a text that a function makes, levels of JSON. The runner has such bounds, too:
#: without them a few nested calls of `toJSON` or `format` fill any memory.
MAX_TEXT = 1_000_000
MAX_JSON_DEPTH = 100

Functions: TypeAlias = "Mapping[str, Callable[..., Value]]"


class EvaluationError(Exception):
    """The expression has no value: GitHub would report an error, or only the run can know. One line."""


class Filtered(list[Value]):
    """What an object filter yields: an index into it is an index into each of its members."""


# Values ---------------------------------------------------------------------------------------------------------------------


def is_primitive(value: Value) -> bool:
    """Whether it is null, a boolean, a number or a string."""
    return value is None or isinstance(value, (bool, int, float, str))


def truthy(value: Value) -> bool:
    """Whether it counts as true: all but null, false, 0, NaN and the empty string. The string 'false' does."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, (int, float)):
        return value != 0 and not math.isnan(value)
    return value != "" if isinstance(value, str) else True


def to_number(value: Value) -> float:
    """The number that it is compared as: null 0, true 1, a string what ECMAScript reads in it, lists and mappings NaN."""
    if value is None:
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value)
    return ecma.number(value) if isinstance(value, str) else math.nan


def to_string(value: Value) -> str:
    """The text that it becomes: null the empty string, lists `Array`, mappings `Object`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return ecma.shown_short(value)
    if isinstance(value, str):
        return value
    return "Object" if isinstance(value, Mapping) else "Array"


def coerced(left: Value, right: Value) -> tuple[Value, Value]:
    """The two as they are compared: as they stand when of one kind, else both as numbers where neither is a list or a mapping."""
    if _kind(left) is _kind(right) or not (is_primitive(left) and is_primitive(right)):
        return left, right
    return to_number(left), to_number(right)


def _kind(value: Value) -> type:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float
    if isinstance(value, Mapping):
        return dict
    return type(value) if is_primitive(value) else list


# Operators ------------------------------------------------------------------------------------------------------------------


def equal(left: Value, right: Value) -> bool:
    """`left == right`: strings without regard to case, NaN equals nothing, lists and mappings only themselves."""
    left, right = coerced(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return ecma.upper(left) == ecma.upper(right)
    if is_primitive(left) and is_primitive(right):
        return left == right
    return left is right


def less(left: Value, right: Value) -> bool:
    """`left < right`: strings without regard to case; whatever cannot be compared is not less. `left > right` is `less(right, left)`."""
    left, right = coerced(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return ecma.order(ecma.upper(left)) < ecma.order(ecma.upper(right))
    if isinstance(left, (bool, int, float)) and isinstance(right, (bool, int, float)):
        return left < right
    return False


def compare(operator: str, left: Value, right: Value) -> bool:
    """`left operator right` for each operator that compares."""
    if operator in {"==", "!="}:
        return equal(left, right) is (operator == "==")
    if operator in {">", ">="}:
        left, right = right, left
    return less(left, right) or (operator in {"<=", ">="} and equal(left, right))


def index(of: Value, key: Value) -> Value:
    """`of[key]`: null where there is nothing. After an object filter, what the key finds in each member that has it."""
    if isinstance(of, Filtered):
        return Filtered(found for member in of for found in _found(member, key))
    return next(iter(_found(of, key)), None)


def every(of: Value) -> Filtered:
    """`of.*`: all members of a list or values of a mapping; after another filter, those of each member."""
    if isinstance(of, Filtered):
        return Filtered(value for member in of for value in _members(member))
    return Filtered(_members(of))


def _members(of: Value) -> Sequence[Value]:
    if isinstance(of, Mapping):
        return list(of.values())
    return () if is_primitive(of) or not isinstance(of, Sequence) else of


def _found(of: Value, key: Value) -> tuple[Value, ...]:
    """What `key` finds in `of`: one value or none."""
    if isinstance(of, Mapping):
        wanted = to_string(key).lower()
        return next(((value,) for name, value in of.items() if is_primitive(key) and name.lower() == wanted), ())
    at = to_number(key)
    if isinstance(of, str) or not isinstance(of, Sequence) or not 0 <= at < len(of):
        return ()
    return (of[math.floor(at)],)


# Functions ------------------------------------------------------------------------------------------------------------------


def contains(haystack: Value, needle: Value) -> bool:
    """Whether a text has the other in it, or a list a member that equals it; without regard to case."""
    if is_primitive(haystack):
        return is_primitive(needle) and to_string(needle).lower() in to_string(haystack).lower()
    return not isinstance(haystack, Mapping) and any(equal(needle, member) for member in _members(haystack))


def starts_with(text: Value, start: Value) -> bool:
    """Whether a text begins with the other, without regard to case."""
    return is_primitive(text) and is_primitive(start) and _folded(text).startswith(_folded(start))


def ends_with(text: Value, end: Value) -> bool:
    """Whether a text ends with the other, without regard to case."""
    return is_primitive(text) and is_primitive(end) and _folded(text).endswith(_folded(end))


def _folded(value: Value) -> str:
    return ecma.upper(to_string(value))


def fill(shape: Value, *arguments: Value) -> str:
    """`format`: `shape` with `{0}`, `{1}` … replaced by the arguments as text; `{{` and `}}` are braces."""
    parts = format_parts(to_string(shape))
    for part in parts:
        if isinstance(part, int) and part >= len(arguments):
            raise EvaluationError("the format string asks for more arguments than it is given")
    return _joined("", [part if isinstance(part, str) else to_string(arguments[part]) for part in parts])


def _joined(separator: str, texts: Sequence[str]) -> str:
    if sum(map(len, texts)) + len(separator) * len(texts) > MAX_TEXT:
        raise EvaluationError(f"the text is longer than {MAX_TEXT} characters")
    return separator.join(texts)


def format_parts(shape: str) -> list[str | int]:
    """A format string as literal texts and numbers of arguments, in order."""
    parts: list[str | int] = []
    at = start = 0
    while at < len(shape):
        mark = shape[at]
        if mark not in "{}":
            at += 1
        elif shape.startswith(mark, at + 1):
            parts.append(shape[start : at + 1])
            at = start = at + 2
        else:
            parts += [shape[start:at], _argument(shape, at)]
            at = start = shape.index("}", at) + 1
    return [part for part in [*parts, shape[start:]] if part != ""]


def _argument(shape: str, at: int) -> int:
    number = shape[at + 1 : max(at, shape.find("}", at))]
    if shape[at] != "{" or not 1 <= len(number) <= 9 or not (number.isascii() and number.isdigit()):
        raise EvaluationError("the format string is malformed")
    return int(number)


def join(items: Value, separator: Value = ",") -> str:
    """The members of a list as text with `separator` between them; anything but a list as text, a mapping as nothing."""
    if is_primitive(items):
        return to_string(items)
    between = to_string(separator) if is_primitive(separator) else ","
    return "" if isinstance(items, Mapping) else _joined(between, [to_string(member) for member in _members(items)])


def choose(*arguments: Value) -> Value:
    """`case`: the value behind the first of the predicates that is true, the last argument where none is."""
    for predicate, value in zip(arguments[:-1:2], arguments[1::2], strict=True):
        if not isinstance(predicate, bool):
            raise EvaluationError("a predicate of case is no boolean")
        if predicate:
            return value
    return arguments[-1]


def to_json(value: Value) -> str:
    """The value as JSON, two spaces a level."""
    return _json(value, "\n")


def _json(value: Value, line: str) -> str:
    from json import dumps

    if isinstance(value, str):
        return _joined("", [dumps(value, ensure_ascii=False)])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ecma.shown(value) if math.isfinite(value) else "null"
    if is_primitive(value):
        return to_string(value) or "null"
    deeper = line + "  "
    if isinstance(value, Mapping):
        inside = [f"{dumps(name, ensure_ascii=False)}: {_json(member, deeper)}" for name, member in value.items()]
        return "{" + deeper + _joined("," + deeper, inside) + line + "}" if inside else "{}"
    inside = [_json(member, deeper) for member in _members(value)]
    return "[" + deeper + _joined("," + deeper, inside) + line + "]" if inside else "[]"


def from_json(value: Value) -> Value:
    """The value that a JSON text says."""
    from json import loads

    try:
        found: Value = loads(
            to_string(value), parse_int=float, parse_float=float, parse_constant=_no_json, object_pairs_hook=_first_of_each
        )
    except (ValueError, RecursionError) as error:
        raise EvaluationError("fromJSON is given what is no JSON") from error
    _check_depth(found)
    return found


def _check_depth(value: Value) -> None:
    level: list[Value] = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = [inner for outer in level for inner in every(outer)]
        if not level:
            return
    raise EvaluationError(f"fromJSON is given what is nested more than {MAX_JSON_DEPTH} deep")


def _no_json(word: str) -> Value:
    raise ValueError(word)


def _first_of_each(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    """The mapping without the names that are there already in other letters."""
    kept: dict[str, tuple[str, Value]] = {}
    for name, value in dict(pairs).items():
        kept.setdefault(name.lower(), (name, value))
    return dict(kept.values())


#: The functions that need nothing but their arguments, by the name that the documentation gives them.
FUNCTIONS: Functions = {
    "case": choose,
    "contains": contains,
    "endsWith": ends_with,
    "format": fill,
    "fromJSON": from_json,
    "join": join,
    "startsWith": starts_with,
    "toJSON": to_json,
}


# Evaluation -----------------------------------------------------------------------------------------------------------------


def evaluate(expression: Expression, contexts: Mapping[str, Value], functions: Functions | None = None) -> Value:
    """The value of an expression over `contexts`, which are named in small letters.

    `functions` are those that need more than their arguments (`success`, `hashFiles` …), by the name that the documentation gives
    them.  Raises EvaluationError where GitHub would report one, and for a context or a function that is not given.
    """
    return _Evaluator(contexts, {**FUNCTIONS, **(functions or {})}).value(expression)


class _Evaluator:
    def __init__(self, contexts: Mapping[str, Value], functions: Functions) -> None:
        self.contexts = contexts
        self.functions = functions

    def value(self, node: Expression) -> Value:
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Name):
            return self._context(node)
        if isinstance(node, Index):
            return index(self.value(node.of), self.value(node.key))
        if isinstance(node, Every):
            return every(self.value(node.of))
        if isinstance(node, Not):
            return not truthy(self.value(node.operand))
        return self._branching(node)

    def _branching(self, node: Binary | Call | Unreadable) -> Value:
        if isinstance(node, Unreadable):
            raise EvaluationError(node.reason)
        if isinstance(node, Call):
            return self._case(node) if node.function == "case" else self._call(node)
        left = self.value(node.left)
        if node.operator in {"&&", "||"}:
            return self.value(node.right) if truthy(left) is (node.operator == "&&") else left
        if node.operator in {"=~", "!~"}:
            raise EvaluationError(f"{node.operator} is no operator of GitHub's")
        return compare(node.operator, left, self.value(node.right))

    def _context(self, node: Name) -> Value:
        if node.name not in self.contexts:
            raise EvaluationError(f"the context {node.name} is not known here")
        return self.contexts[node.name]

    def _call(self, node: Call) -> Value:
        function = self.functions.get(node.function)
        if function is None:
            raise EvaluationError(f"only the run can know {node.function}")
        arguments: list[Any] = [self.value(argument) for argument in node.arguments]
        return function(*arguments)

    def _case(self, node: Call) -> Value:
        """Evaluates no more than it needs, as the runner does: what stands behind a false predicate may be an error."""
        *pairs, default = node.arguments
        for predicate, result in zip(pairs[::2], pairs[1::2], strict=True):
            if choose(self.value(predicate), True, False):
                return self.value(result)
        return self.value(default)
