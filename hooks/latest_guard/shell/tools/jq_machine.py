"""Evaluates jq filters on JSON values, within bounds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias, Union

from latest_guard.shell.regex import Regex, compile_regex
from latest_guard.shell.regex_syntax import Flavour
from latest_guard.shell.tools.jq_syntax import Filter
from latest_guard.shell.tools.options import CannotTell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json: TypeAlias = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]
Variables: TypeAlias = "Mapping[str, Json]"

MAX_STEPS = 200_000
MAX_SIZE = 100_000


class Failed(Exception):
    """jq stops with an error here."""


class _Steps:
    """How much work is left."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def step(self) -> None:
        """One step more; raises CannotTell where there were too many."""
        self._left -= 1
        if self._left < 0:
            raise CannotTell("a filter that takes too long")


def evaluate(program: Filter, value: Json, variables: Variables) -> Iterator[Json]:
    """The results of a filter for a value. Raises Failed where jq would stop with an error."""
    return _Machine(_Steps()).run(program, value, variables)


class _Machine:
    """Runs filters; every method yields results in jq's order."""

    def __init__(self, steps: _Steps) -> None:
        self._steps = steps
        self._kinds: dict[str, Callable[[Filter, Json, Variables], Iterator[Json]]] = {
            "text": self._text, "field": self._field, "index": self._index, "slice": self._slice, "each": self._each,
            "array": self._array, "object": self._object, "-": self._negative, "|": self._pipe, ",": self._comma,
            "//": self._alternative, "and": self._logic, "or": self._logic, "operator": self._operator, "if": self._if,
            "try": self._try, "as": self._as, "call": self._call, "reduce": self._reduce,
        }  # fmt: skip

    def run(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        """The results of a filter."""
        self._steps.step()
        if one.kind == ".":
            yield value
        elif one.kind == "constant":
            yield one.value
        elif one.kind == "..":
            yield from self._every(value)
        elif one.kind == "variable":
            yield self._variable(str(one.value), variables)
        else:
            yield from self._kinds[one.kind](one, value, variables)

    def _variable(self, name: str, variables: Variables) -> Json:
        if name not in variables:
            raise CannotTell(f"the variable ${name}")
        return variables[name]

    def _every(self, value: Json) -> Iterator[Json]:
        self._steps.step()
        yield value
        for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
            yield from self._every(inner)

    # Paths

    def _field(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for of in self.run(one.parts[0], value, variables):
            yield _at(of, one.value)

    def _index(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for of in self.run(one.parts[0], value, variables):
            for key in self.run(one.parts[1], value, variables):
                yield _at(of, key)

    def _slice(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for of in self.run(one.parts[0], value, variables):
            for high in self.run(one.parts[2], value, variables):
                for low in self.run(one.parts[1], value, variables):
                    yield _sliced(of, low, high)

    def _each(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for of in self.run(one.parts[0], value, variables):
            yield from _items(of)

    # Building

    def _text(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        texts = [""]
        for part in one.parts:
            try:
                found = [_as_text(result) for result in self.run(part, value, variables)]
            except Failed:
                raise CannotTell("an error in a string") from None
            texts = [before + after for after in found for before in texts]
            self._check(texts)
        yield from texts

    def _array(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        yield list(self.run(one.parts[0], value, variables)) if one.parts else []

    def _object(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        made: list[dict[str, Json]] = [{}]
        for key_filter, value_filter in zip(one.parts[::2], one.parts[1::2], strict=True):
            keys = list(self.run(key_filter, value, variables))
            values = list(self.run(value_filter, value, variables))
            if not all(isinstance(key, str) for key in keys):
                raise Failed
            if len(keys) * len(values) > 1:
                raise CannotTell("an object with several values")
            made = [{**before, str(key): inner} for before in made for key in keys for inner in values]
        yield from made

    def _check(self, found: list[str]) -> None:
        if len(found) > 1000 or sum(map(len, found)) > MAX_SIZE:
            raise CannotTell("a long text")

    # Operators

    def _negative(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for result in self.run(one.parts[0], value, variables):
            yield _calculated("-", 0, result)

    def _pipe(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for result in self.run(one.parts[0], value, variables):
            yield from self.run(one.parts[1], result, variables)

    def _comma(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        yield from self.run(one.parts[0], value, variables)
        yield from self.run(one.parts[1], value, variables)

    def _alternative(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        found = False
        try:
            for result in self.run(one.parts[0], value, variables):
                if _truth(result):
                    found = True
                    yield result
        except Failed:
            raise CannotTell("an error in front of //, which versions of jq take differently") from None
        if not found:
            yield from self.run(one.parts[1], value, variables)

    def _logic(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for left in self.run(one.parts[0], value, variables):
            if _truth(left) == (one.kind == "or"):
                yield one.kind == "or"
            else:
                for right in self.run(one.parts[1], value, variables):
                    yield _truth(right)

    def _operator(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for right in self.run(one.parts[1], value, variables):
            for left in self.run(one.parts[0], value, variables):
                yield _operated(str(one.value), left, right)

    def _if(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        yield from self._branch(one.parts, value, variables)

    def _branch(self, parts: tuple[Filter, ...], value: Json, variables: Variables) -> Iterator[Json]:
        if len(parts) == 1:
            yield from self.run(parts[0], value, variables)
            return
        for test in self.run(parts[0], value, variables):
            yield from self.run(parts[1], value, variables) if _truth(test) else self._branch(parts[2:], value, variables)

    def _try(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        try:
            yield from self.run(one.parts[0], value, variables)
        except Failed:
            return

    def _as(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        for result in self.run(one.parts[0], value, variables):
            yield from self.run(one.parts[1], value, {**variables, str(one.value): result})

    def _reduce(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        source, start, step = one.parts
        for state in self.run(start, value, variables):
            current: Json = state
            for item in self.run(source, value, variables):
                results = list(self.run(step, current, {**variables, str(one.value): item}))
                current = results[-1] if results else None
            yield current

    # Functions

    def _call(self, one: Filter, value: Json, variables: Variables) -> Iterator[Json]:
        name, parts = str(one.value), one.parts
        key = (name, len(parts))
        if key in _FILTERING:
            yield from _FILTERING[key](self, value, parts, variables)
        elif key in _PLAIN:
            arguments = [list(self.run(part, value, variables)) for part in parts]
            if any(len(found) != 1 for found in arguments):
                raise CannotTell("a function of several values")
            yield _PLAIN[key](value, *[found[0] for found in arguments])
        else:
            raise CannotTell(f"the function {name}")

    def keyed(self, value: Json, by: Filter, variables: Variables) -> list[tuple[Json, Json]]:
        """The elements of an array, each behind what `by` makes of it."""
        return [(list(self.run(by, item, variables)), item) for item in _list(value)]


def _truth(value: Json) -> bool:
    return value is not None and value is not False


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise Failed
    return value


def _items(value: Json) -> list[Json]:
    """What `.[]` yields."""
    return list(value.values()) if isinstance(value, dict) else _list(value)


def _string(value: Json) -> str:
    if not isinstance(value, str):
        raise Failed
    return value


def _at(of: Json, key: Json) -> Json:
    if of is None and (key is None or isinstance(key, (str, int, float))) and not isinstance(key, bool):
        return None
    if isinstance(of, dict) and isinstance(key, str):
        return of.get(key)
    if isinstance(of, list) and isinstance(key, (int, float)) and not isinstance(key, bool):
        at = int(key // 1)
        return of[at] if -len(of) <= at < len(of) else None
    if isinstance(of, list) and isinstance(key, list):
        raise CannotTell("where an array stands in another")
    raise Failed


def _sliced(of: Json, low: Json, high: Json) -> Json:
    if of is None:
        return None
    if not isinstance(of, (str, list)):
        raise Failed
    for bound in (low, high):
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int)):
            raise CannotTell("a bound that is no whole number")
    return of[low if isinstance(low, int) else None : high if isinstance(high, int) else None]


def _as_text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(_whole(value), ensure_ascii=False, separators=(",", ":"))


def _whole(value: Json) -> Json:
    return int(value) if isinstance(value, float) and value == int(value) else value


def _rank(value: Json) -> tuple[int, object]:
    """A key in jq's order: null, false, true, numbers, strings, arrays, objects."""
    if value is None or isinstance(value, bool):
        return (0, 0) if value is None else (1 + value, 0)
    if isinstance(value, (int, float)):
        return 3, value
    if isinstance(value, str):
        return 4, value.encode("utf-8", "surrogatepass")
    if isinstance(value, list):
        return 5, [_rank(item) for item in value]
    names = sorted(value)
    return 6, ([_rank(name) for name in names], [_rank(value[name]) for name in names])


def _operated(operator: str, left: Json, right: Json) -> Json:
    if operator in ("==", "!="):
        return (_rank(left) == _rank(right)) == (operator == "==")
    if operator in ("<", "<=", ">", ">="):
        a, b = _rank(left), _rank(right)
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
    if operator == "+":
        return _added(left, right)
    if isinstance(left, str) and isinstance(right, str) and operator == "/":
        return _split(left, right)
    if isinstance(left, list) and isinstance(right, list) and operator == "-":
        gone = [_rank(item) for item in right]
        return [item for item in left if _rank(item) not in gone]
    return _calculated(operator, left, right)


def _added(left: Json, right: Json) -> Json:
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_SIZE:
            raise CannotTell("a long text")
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    return _calculated("+", left, right)


def _calculated(operator: str, left: Json, right: Json) -> Json:
    if isinstance(left, bool) or isinstance(right, bool):
        raise Failed
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        if isinstance(left, (str, dict)) and operator == "*":
            raise CannotTell("a product that is no number")
        raise Failed
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return _bounded(left * right)
    if right == 0:
        raise Failed
    if operator == "/":
        return _bounded(_whole(left / right))
    if not isinstance(left, int) or not isinstance(right, int):
        raise CannotTell("a remainder of numbers that are not whole")
    return abs(left) % abs(right) * (-1 if left < 0 else 1)


def _bounded(value: Json) -> Json:
    if isinstance(value, (int, float)) and abs(value) > 2**53 or (isinstance(value, float) and len(repr(value)) > 12):
        raise CannotTell("a number that versions of jq print differently")
    return value


def _split(text: str, separator: str) -> list[Json]:
    if not text:
        return []
    return list(text.split(separator)) if separator else list(text)


def _length(value: Json) -> Json:
    if value is None:
        return 0
    if isinstance(value, bool):
        raise Failed
    return abs(value) if isinstance(value, (int, float)) else len(value)


def _keys(value: Json) -> Json:
    if isinstance(value, dict):
        return sorted(value, key=_rank)
    return list(range(len(_list(value))))


def _number(value: Json) -> Json:
    if _is_number(value):
        return value
    try:
        return int(_string(value))
    except ValueError:
        raise CannotTell("a string that is no whole number") from None


def _joined(value: Json, separator: Json) -> Json:
    parts = []
    for item in _items(value):
        if isinstance(item, (list, dict)):
            raise Failed
        parts.append("" if item is None else _as_text(item))
    return _string(separator).join(parts) if parts else ""


def _tests(value: Json, pattern: Json, flags: Json = "") -> Json:
    return _compiled(pattern, flags).search(_string(value)) is not None


def _compiled(pattern: Json, flags: Json) -> Regex:
    if not isinstance(flags, str) or set(flags) - set("gi"):
        raise CannotTell("flags of an expression")
    found = compile_regex(_string(pattern), Flavour.PERL, "i" in flags)
    if found is None:
        raise CannotTell(f"the expression {pattern}")
    return found


def _scan(value: Json, pattern: Json) -> Json:
    wanted = _compiled(pattern, "")
    found = list(wanted.find_all(_string(value)))
    if wanted.groups:
        return [[match.group(number) for number in range(1, wanted.groups + 1)] for match in found]
    return [match.group() for match in found]


def _substituted(value: Json, pattern: Json, replacement: Json, every: bool) -> Json:
    text, made, at = _string(value), [], 0
    for match in _compiled(pattern, "").find_all(text):
        made += [text[at : match.start()], _string(replacement)]
        at = match.end()
        if not every:
            break
    return "".join(made) + text[at:]


def _contains(value: Json, wanted: Json) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return wanted in value
    if isinstance(value, list) and isinstance(wanted, list):
        return all(any(type(a) is type(b) and _contains(a, b) for a in value) for b in wanted)
    if isinstance(value, dict) and isinstance(wanted, dict):
        return all(name in value and _contains(value[name], wanted[name]) for name in wanted)
    if type(value) is not type(wanted):
        raise Failed
    return value == wanted


def _has(value: Json, key: Json) -> Json:
    if isinstance(value, dict) and isinstance(key, str):
        return key in value
    if isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool):
        return 0 <= key < len(value)
    if value is None and isinstance(key, (str, int)) and not isinstance(key, bool):
        return False
    raise Failed


def _flat(value: Json) -> list[Json]:
    return [inner for item in _items(value) for inner in (_flat(item) if isinstance(item, list) else [item])]


def _unique(found: list[tuple[Json, Json]]) -> list[Json]:
    kept: list[Json] = []
    before: object = None
    for key, item in sorted(found, key=lambda pair: _rank(pair[0])):
        if before is None or before != _rank(key):
            kept.append(item)
        before = _rank(key)
    return kept


def _pairs(value: Json) -> list[tuple[Json, Json]]:
    return [(item, item) for item in _list(value)]


def _best(found: list[tuple[Json, Json]], highest: bool) -> Json:
    """Of equal ones jq takes the last for max and the first for min."""
    best: tuple[Json, Json] | None = None
    for pair in found:
        if best is None or (_rank(pair[0]) >= _rank(best[0]) if highest else _rank(pair[0]) < _rank(best[0])):
            best = pair
    return best[1] if best else None


def _sum_of(value: Json) -> Json:
    total: Json = None
    for item in _items(value):
        total = _added(total, item)
    return total


def _entries(value: Json) -> Json:
    pairs: list[tuple[Json, Json]] = list(value.items()) if isinstance(value, dict) else list(enumerate(_list(value)))
    return [{"key": name, "value": inner} for name, inner in pairs]


def _row(value: Json, separator: str, shown: Callable[[Json], str]) -> Json:
    if any(isinstance(item, (list, dict)) for item in _list(value)):
        raise Failed
    return separator.join("" if item is None else shown(item) for item in _list(value))


def _tsv(item: Json) -> str:
    return _as_text(item).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _csv(item: Json) -> str:
    return '"' + item.replace('"', '""') + '"' if isinstance(item, str) else _as_text(item)


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {"int": "number", "float": "number", "str": "string", "list": "array", "dict": "object"}[type(value).__name__]


_PLAIN: dict[tuple[str, int], Callable[..., Json]] = {
    ("length", 0): _length,
    ("keys", 0): _keys,
    ("not", 0): lambda value: not _truth(value),
    ("add", 0): _sum_of,
    ("sort", 0): lambda value: sorted(_list(value), key=_rank),
    ("reverse", 0): lambda value: value[::-1] if isinstance(value, str) else [] if value is None else _list(value)[::-1],
    ("first", 0): lambda value: _at(value, 0),
    ("last", 0): lambda value: _at(value, -1),
    ("min", 0): lambda value: _best(_pairs(value), highest=False),
    ("max", 0): lambda value: _best(_pairs(value), highest=True),
    ("unique", 0): lambda value: _unique(_pairs(value)),
    ("flatten", 0): _flat,
    ("any", 0): lambda value: any(map(_truth, _items(value))),
    ("all", 0): lambda value: all(map(_truth, _items(value))),
    ("tostring", 0): _as_text,
    ("tojson", 0): lambda value: json.dumps(_whole(value), ensure_ascii=False, separators=(",", ":")),
    ("tonumber", 0): _number,
    ("type", 0): _kind,
    ("ascii_downcase", 0): lambda value: "".join(c.lower() if c.isascii() else c for c in _string(value)),
    ("ascii_upcase", 0): lambda value: "".join(c.upper() if c.isascii() else c for c in _string(value)),
    ("to_entries", 0): _entries,
    ("@tsv", 0): lambda value: _row(value, "\t", _tsv),
    ("@csv", 0): lambda value: _row(value, ",", _csv),
    ("@text", 0): _as_text,
    ("join", 1): _joined,
    ("split", 1): lambda value, separator: _split(_string(value), _string(separator)),
    ("startswith", 1): lambda value, prefix: _string(value).startswith(_string(prefix)),
    ("endswith", 1): lambda value, suffix: _string(value).endswith(_string(suffix)),
    ("ltrimstr", 1): lambda value, prefix: value.removeprefix(prefix) if isinstance(value, str) and isinstance(prefix, str) else value,
    ("rtrimstr", 1): lambda value, suffix: value.removesuffix(suffix) if isinstance(value, str) and isinstance(suffix, str) else value,
    ("test", 1): _tests,
    ("test", 2): _tests,
    ("sub", 2): lambda value, pattern, replacement: _substituted(value, pattern, replacement, every=False),
    ("gsub", 2): lambda value, pattern, replacement: _substituted(value, pattern, replacement, every=True),
    ("contains", 1): _contains,
    ("inside", 1): lambda value, other: _contains(other, value),
    ("has", 1): _has,
    ("index", 1): lambda value, wanted: _found_at(value, wanted, str.find),
    ("rindex", 1): lambda value, wanted: _found_at(value, wanted, str.rfind),
}


def _found_at(value: Json, wanted: Json, find: Callable[[str, str], int]) -> Json:
    if not isinstance(value, str) or not isinstance(wanted, str) or not value.isascii():
        raise CannotTell("where something stands")
    at = find(value, wanted) if wanted else -1
    return None if at < 0 else at


_Parts: TypeAlias = "tuple[Filter, ...]"


def _select(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    for test in machine.run(parts[0], value, variables):
        if _truth(test):
            yield value


def _map(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    yield [result for item in _items(value) for result in machine.run(parts[0], item, variables)]


def _sort_by(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    yield [item for _, item in sorted(machine.keyed(value, parts[0], variables), key=lambda pair: _rank(pair[0]))]


def _unique_by(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    yield _unique(machine.keyed(value, parts[0], variables))


def _max_by(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    yield _best(machine.keyed(value, parts[0], variables), highest=True)


def _min_by(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    yield _best(machine.keyed(value, parts[0], variables), highest=False)


def _group_by(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    groups: list[tuple[object, list[Json]]] = []
    for key, item in sorted(machine.keyed(value, parts[0], variables), key=lambda pair: _rank(pair[0])):
        if groups and groups[-1][0] == _rank(key):
            groups[-1][1].append(item)
        else:
            groups.append((_rank(key), [item]))
    yield [items for _, items in groups]


def _first_of(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    for result in machine.run(parts[0], value, variables):
        yield result
        return


def _last_of(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    found = list(machine.run(parts[0], value, variables))
    yield from found[-1:]


def _limit(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    for most in machine.run(parts[0], value, variables):
        if not isinstance(most, int) or most < 0:
            raise CannotTell("a limit")
        for index, result in enumerate(machine.run(parts[1], value, variables) if most else ()):
            yield result
            if index + 1 >= most:
                break


def _any_all(machine: _Machine, value: Json, parts: _Parts, variables: Variables, every: bool) -> Iterator[Json]:
    """`any(condition)` of the elements of an array, `any(generator; condition)` of what the generator yields; `all` likewise."""
    items = machine.run(parts[0], value, variables) if len(parts) == 2 else iter(_items(value))
    tests = [_truth(test) for item in items for test in machine.run(parts[-1], item, variables)]
    yield all(tests) if every else any(tests)


def _scanned(machine: _Machine, value: Json, parts: _Parts, variables: Variables) -> Iterator[Json]:
    for pattern in machine.run(parts[0], value, variables):
        yield from _list(_scan(value, pattern))


_FILTERING: dict[tuple[str, int], Callable[[_Machine, Json, _Parts, Variables], Iterator[Json]]] = {
    ("select", 1): _select,
    ("map", 1): _map,
    ("sort_by", 1): _sort_by,
    ("unique_by", 1): _unique_by,
    ("max_by", 1): _max_by,
    ("min_by", 1): _min_by,
    ("group_by", 1): _group_by,
    ("first", 1): _first_of,
    ("last", 1): _last_of,
    ("limit", 2): _limit,
    ("scan", 1): _scanned,
    ("empty", 0): lambda machine, value, parts, variables: iter(()),
    ("values", 0): lambda machine, value, parts, variables: iter(() if value is None else (value,)),
    ("strings", 0): lambda machine, value, parts, variables: iter((value,) if isinstance(value, str) else ()),
    ("recurse", 0): lambda machine, value, parts, variables: machine.run(Filter(".."), value, variables),
    ("any", 1): lambda machine, value, parts, variables: _any_all(machine, value, parts, variables, every=False),
    ("all", 1): lambda machine, value, parts, variables: _any_all(machine, value, parts, variables, every=True),
    ("any", 2): lambda machine, value, parts, variables: _any_all(machine, value, parts, variables, every=False),
    ("all", 2): lambda machine, value, parts, variables: _any_all(machine, value, parts, variables, every=True),
}
