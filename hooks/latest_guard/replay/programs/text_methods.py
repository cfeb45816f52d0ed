"""What the methods of strings, lists and objects do, for data of one world, in Python and in JavaScript.

Each takes the receiver and the arguments.  `MOVING` are those that move text about without looking at single characters of what
they move, so that unknown text can go through them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cmp_to_key
from typing import cast

from latest_guard.expressions import regular
from latest_guard.replay.programs.items import Concrete, Moment, NoVersionError, Record, Release, dumped, written

Work = Callable[..., Concrete]
Function = Callable[..., Concrete]

MOVING = frozenset(
    [
        "split",
        "rsplit",
        "splitlines",
        "strip",
        "lstrip",
        "rstrip",
        "trim",
        "trimStart",
        "trimEnd",
        "join",
        "concat",
        "replace",
        "replaceAll",
        "removeprefix",
        "removesuffix",
        "encode",
        "decode",
        "toString",
        "partition",
        "rpartition",
        "format",
        "text",
    ]
)


def _text(value: Concrete) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _cap(value: str) -> str:
    if len(value) > 200_000:
        raise ValueError("too long")
    return value


def _whole(value: Concrete, default: int = 0) -> int:
    if value is None:
        return default
    if isinstance(value, (bool, int, float)) and not math.isinf(value):
        return int(value)
    raise TypeError("no number")


# Regular expressions ------------------------------------------------------------------------------------------------------


def matched(pattern: str, flags: str, whole: str, how: str = "search") -> Concrete:
    """A match as a record: the whole and the groups by number and by name, None for none."""
    anchored = {"match": rf"\A(?:{pattern})", "fullmatch": rf"\A(?:{pattern})\z"}.get(how, pattern)
    found = _search(anchored, flags, whole)
    return None if found is None else match_record(found, pattern)


def _search(pattern: str, flags: str, whole: str) -> regular.Found | None:
    return regular.read(named_groups(pattern)[0], flags).search(whole)


def named_groups(pattern: str) -> tuple[str, tuple[str, ...]]:
    """The pattern with its named groups made plain, and the names of all groups in order ("" for none)."""
    names: list[str] = []
    made: list[str] = []
    at, inside = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            made.append(pattern[at : at + 2].replace("\\/", "/").replace("\\Z", "\\z"))
            at += 2
            continue
        inside = (char == "[") if not inside else char != "]"
        if char == "(" and not inside:
            end = pattern.find(">", at)
            head = pattern[at : at + 4]
            if (head == "(?P<" or (head.startswith("(?<") and head[3:4] not in ("=", "!"))) and end > 0:
                names.append(pattern[at + (4 if head == "(?P<" else 3) : end])
                made.append("(")
                at = end + 1
                continue
            if pattern[at + 1 : at + 2] != "?":
                names.append("")
        made.append(char)
        at += 1
    return "".join(made), tuple(names)


def match_record(found: regular.Found, pattern: str) -> Record:
    """What both languages ask of a match."""
    names = named_groups(pattern)[1]
    named = Record(tuple((name, found.groups[index + 1]) for index, name in enumerate(names) if name and index + 1 < len(found.groups)))
    fields: list[tuple[str, Concrete]] = [(str(index), group) for index, group in enumerate(found.groups)]
    return Record((*fields, ("groups", named), ("index", found.start), ("length", len(found.groups)), ("(match)", True)))


def every_match(pattern: str, flags: str, whole: str) -> list[regular.Found]:
    """All matches, one behind the other; their places are those in `whole`."""
    read = regular.read(named_groups(pattern)[0], flags)
    made: list[regular.Found] = []
    at = 0
    while at <= len(whole) and len(made) < 500:
        found = read.search(whole[at:])
        if found is None:
            break
        made.append(regular.Found(found.start + at, found.end + at, found.groups))
        at += max(found.end, found.start + 1)
        if pattern.startswith("^") and "m" not in flags:
            break
    return made


def substituted(pattern: str, flags: str, replacement: Concrete, whole: str, count: int) -> str:
    """`whole` with matches replaced: `\\1`, `\\g<1>`, `$1` are groups; a function gets the groups."""
    made: list[str] = []
    at = 0
    for found in every_match(pattern, flags, whole)[: count or None]:
        made.append(whole[at : found.start])
        made.append(_filled(replacement, found, pattern))
        at = found.end
    return "".join(made) + whole[at:]


def _filled(replacement: Concrete, found: regular.Found, pattern: str) -> str:
    if callable(replacement):
        return written(cast("Function", replacement)(*found.groups))
    out = _text(replacement)
    for index, group in enumerate(found.groups):
        for sign in (f"\\g<{index}>", f"\\{index}", f"${index}"):
            out = out.replace(sign, group or "")
    return out.replace("$&", found.groups[0] or "")


# Strings ------------------------------------------------------------------------------------------------------------------


def _split(whole: str, separator: Concrete = None, count: Concrete = None) -> Concrete:
    """Python's split."""
    limit = _whole(count, -1)
    return tuple(whole.split(None if separator is None else _text(separator), limit))


def _js_split(whole: str, separator: Concrete = None, count: Concrete = None) -> Concrete:
    if isinstance(separator, Record) and separator.has("(pattern)"):
        parts = _cut(whole, _text(separator.get("(pattern)")), _text(separator.get("flags")))
    elif separator is None:
        parts = [whole]
    else:
        parts = list(whole) if separator == "" else whole.split(_text(separator))
    return tuple(parts if count is None else parts[: _whole(count)])


def _cut(whole: str, pattern: str, flags: str) -> list[str]:
    made: list[str] = []
    at = 0
    for found in every_match(pattern, flags, whole):
        if found.end > found.start:
            made.append(whole[at : found.start])
            at = found.end
    return [*made, whole[at:]]


def _js_replace(whole: str, wanted: Concrete, replacement: Concrete, everywhere: bool = False) -> str:
    if isinstance(wanted, Record) and wanted.has("(pattern)"):
        flags = _text(wanted.get("flags"))
        return substituted(_text(wanted.get("(pattern)")), flags, replacement, whole, 0 if "g" in flags or everywhere else 1)
    said = written(cast("Function", replacement)(wanted)) if callable(replacement) else written(replacement)
    return whole.replace(_text(wanted), said, -1 if everywhere else 1)


def _js_slice(whole: str, start: Concrete = None, stop: Concrete = None) -> str:
    return whole[_whole(start) : None if stop is None else _whole(stop)]


def _substring(whole: str, start: Concrete = None, stop: Concrete = None) -> str:
    low, high = max(_whole(start), 0), len(whole) if stop is None else max(_whole(stop), 0)
    return whole[min(low, high) : max(low, high)]


def _js_match(whole: str, wanted: Concrete) -> Concrete:
    pattern, flags = _pattern(wanted)
    if "g" in flags:
        return tuple(found.groups[0] for found in every_match(pattern, flags, whole)) or None
    return matched(pattern, flags, whole)


def _pattern(wanted: Concrete) -> tuple[str, str]:
    if isinstance(wanted, Record) and wanted.has("(pattern)"):
        return _text(wanted.get("(pattern)")), _text(wanted.get("flags"))
    return _text(wanted), ""


def _starts(whole: str, head: Concrete, at: Concrete = None) -> bool:
    heads = head if isinstance(head, tuple) else (head,)
    return any(whole[_whole(at) :].startswith(_text(one)) for one in heads)


def _ends(whole: str, tail: Concrete) -> bool:
    return any(whole.endswith(_text(one)) for one in (tail if isinstance(tail, tuple) else (tail,)))


def _compare_texts(left: str, right: Concrete, _locale: Concrete = None, options: Concrete = None) -> int:
    other = _text(right)
    first, second = (left, other)
    if isinstance(options, Record) and options.get("numeric") is True:
        a, b = Release(first).key(), Release(second).key()
        return (a > b) - (a < b)
    return (first > second) - (first < second)


def _partition(whole: str, separator: Concrete) -> Concrete:
    return whole.partition(_text(separator))


def _joined(separator: str, parts: Concrete) -> str:
    return _cap(separator.join(_text(part) for part in sequence(parts)))


def _formatted(pattern: str, *given: Concrete, **named: Concrete) -> str:
    out, index = pattern, 0
    while "{}" in out and index < len(given):
        out = out.replace("{}", written(given[index]), 1)
        index += 1
    for at, value in enumerate(given):
        out = out.replace("{" + str(at) + "}", written(value))
    for name, value in named.items():
        out = out.replace("{" + name + "}", written(value))
    return _cap(out)


def sequence(value: Concrete) -> tuple[Concrete, ...]:
    """The elements of data that are gone through."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str):
        return tuple(value)
    if isinstance(value, Record):
        return tuple(name for name, _ in value.fields)
    raise TypeError("nothing to go through")


STRINGS: Mapping[str, Mapping[str, Work]] = {
    "python": {
        "split": _split,
        "rsplit": lambda s, a=None, n=None: tuple(s.rsplit(a, _whole(n, -1))),
        "splitlines": lambda s: tuple(s.splitlines()),
        "strip": lambda s, c=None: s.strip(c),
        "lstrip": lambda s, c=None: s.lstrip(c),
        "rstrip": lambda s, c=None: s.rstrip(c),
        "join": _joined,
        "replace": lambda s, a, b, n=None: _cap(s.replace(_text(a), _text(b), _whole(n, -1))),
        "startswith": _starts,
        "endswith": _ends,
        "lower": str.lower,
        "upper": str.upper,
        "casefold": str.casefold,
        "title": str.title,
        "capitalize": str.capitalize,
        "removeprefix": lambda s, a: s.removeprefix(a),
        "removesuffix": lambda s, a: s.removesuffix(a),
        "encode": lambda s, *_: s,
        "decode": lambda s, *_: s,
        "partition": _partition,
        "rpartition": lambda s, a: s.rpartition(a),
        "count": lambda s, a: s.count(a),
        "find": lambda s, a, *_: s.find(a),
        "rfind": lambda s, a: s.rfind(a),
        "index": lambda s, a: s.index(a),
        "isdigit": str.isdigit,
        "isnumeric": str.isnumeric,
        "isdecimal": str.isdecimal,
        "isalpha": str.isalpha,
        "isalnum": str.isalnum,
        "format": _formatted,
        "zfill": lambda s, n: s.zfill(min(_whole(n), 99)),
        "ljust": lambda s, n: s.ljust(min(_whole(n), 99)),
        "rjust": lambda s, n: s.rjust(min(_whole(n), 99)),
        "read_text": lambda s: s,
    },
    "javascript": {
        "split": _js_split,
        "trim": str.strip,
        "trimStart": str.lstrip,
        "trimEnd": str.rstrip,
        "replace": _js_replace,
        "replaceAll": lambda s, a, b: _js_replace(s, a, b, True),
        "startsWith": _starts,
        "endsWith": _ends,
        "includes": lambda s, a, *_: _text(a) in s,
        "indexOf": lambda s, a: s.find(_text(a)),
        "lastIndexOf": lambda s, a: s.rfind(_text(a)),
        "toLowerCase": str.lower,
        "toUpperCase": str.upper,
        "slice": _js_slice,
        "substring": _substring,
        "substr": lambda s, a, n=None: s[_whole(a) :] if n is None else s[_whole(a) :][: _whole(n)],
        "match": _js_match,
        "matchAll": lambda s, w: tuple(match_record(f, _pattern(w)[0]) for f in every_match(*_pattern(w), s)),
        "search": lambda s, w: -1 if (m := matched(*_pattern(w), s)) is None else cast("Record", m).get("index"),
        "concat": lambda s, *a: s + "".join(map(written, a)),
        "toString": lambda s, *_: s,
        "valueOf": lambda s: s,
        "charAt": lambda s, n=0: s[_whole(n) : _whole(n) + 1],
        "at": lambda s, n: s[_whole(n)],
        "localeCompare": _compare_texts,
        "repeat": lambda s, n: _cap(s * min(_whole(n), 100)),
        "normalize": lambda s, *_: s,
        "padStart": lambda s, n, c=" ": s.rjust(min(_whole(n), 99), c),
        "padEnd": lambda s, n, c=" ": s.ljust(min(_whole(n), 99), c),
        "text": lambda s: s,
        "toLocaleLowerCase": str.lower,
    },
}


# Lists and objects ----------------------------------------------------------------------------------------------------------


def true(value: Concrete) -> bool:
    """JavaScript's truth, and Python's for what these functions give."""
    return not (value is None or value is False or value == 0 or value == "")


def _sorted_by(parts: tuple[Concrete, ...], compare: Concrete = None) -> Concrete:
    """JavaScript's sort: by a function of two, or as text."""
    if callable(compare):
        function = cast("Function", compare)
        return tuple(sorted(parts, key=cmp_to_key(lambda a, b: _sign(function(a, b)))))
    return tuple(sorted(parts, key=lambda part: written(part)))


def _sign(value: Concrete) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return (value > 0) - (value < 0)
    raise TypeError("no order")


def _reduce(parts: tuple[Concrete, ...], function: Function, *start: Concrete) -> Concrete:
    rest = list(parts)
    held = start[0] if start else rest.pop(0)
    for index, part in enumerate(rest):
        held = function(held, part, index)
    return held


def _flat(parts: tuple[Concrete, ...], *_: Concrete) -> Concrete:
    return tuple(inner for part in parts for inner in (part if isinstance(part, tuple) else (part,)))


def _list_index(parts: tuple[Concrete, ...], wanted: Concrete) -> int:
    return next((index for index, part in enumerate(parts) if part == wanted), -1)


def _first(parts: Iterable[Concrete], function: Function) -> Concrete:
    return next((part for part in parts if true(function(part))), None)


def _splice(parts: tuple[Concrete, ...], at: Concrete, count: Concrete = None) -> Concrete:
    return parts[_whole(at) :] if count is None else parts[_whole(at) : _whole(at) + _whole(count)]


LISTS: Mapping[str, Mapping[str, Work]] = {
    "python": {
        "index": lambda p, w: p.index(w),
        "count": lambda p, w: p.count(w),
        "copy": lambda p: p,
        "splitlines": lambda p: p,
        "decode": lambda p: p,
        "union": lambda p, *o: tuple(dict.fromkeys((*p, *(x for y in o for x in y)))),
        "intersection": lambda p, o: tuple(x for x in p if x in o),
        "difference": lambda p, o: tuple(x for x in p if x not in o),
        "keys": lambda p: p,
        "values": lambda p: p,
    },
    "javascript": {
        "map": lambda p, f: tuple(f(x, i) for i, x in enumerate(p)),
        "filter": lambda p, f: tuple(x for i, x in enumerate(p) if true(f(x, i))),
        "find": _first,
        "findLast": lambda p, f: _first(reversed(p), f),
        "some": lambda p, f: any(true(f(x)) for x in p),
        "every": lambda p, f: all(true(f(x)) for x in p),
        "includes": lambda p, w: w in p,
        "indexOf": _list_index,
        "findIndex": lambda p, f: next((i for i, x in enumerate(p) if true(f(x))), -1),
        "join": lambda p, s=",": _cap(_text(s).join(map(written, p))),
        "slice": lambda p, a=None, b=None: p[_whole(a) : None if b is None else _whole(b)],
        "concat": lambda p, *o: (*p, *sequence(_flat(o))),
        "reduce": _reduce,
        "flat": _flat,
        "flatMap": lambda p, f: _flat(tuple(f(x, i) for i, x in enumerate(p))),
        "at": lambda p, i: p[_whole(i)],
        "toSorted": _sorted_by,
        "toReversed": lambda p: p[::-1],
        "values": lambda p: p,
        "keys": lambda p: tuple(range(len(p))),
        "toString": lambda p: ",".join(map(written, p)),
        "entries": lambda p: tuple(enumerate(p)),
    },
}

#: Methods that change their list: what the list is then, and what the call gives.
CHANGING: Mapping[str, Mapping[str, Callable[..., tuple[Concrete, Concrete]]]] = {
    "python": {
        "sort": lambda p, key=None, reverse=False: (_python_sorted(p, key, reverse), None),
        "reverse": lambda p: (p[::-1], None),
        "append": lambda p, x: ((*p, x), None),
        "extend": lambda p, o: ((*p, *sequence(o)), None),
        "pop": lambda p, i=-1: _popped(p, _whole(i, -1)),
        "insert": lambda p, i, x: ((*p[: _whole(i)], x, *p[_whole(i) :]), None),
        "remove": lambda p, x: (_without(p, x), None),
        "add": lambda p, x: (p if x in p else (*p, x), None),
        "discard": lambda p, x: (_without(p, x), None),
        "clear": lambda p: ((), None),
    },
    "javascript": {
        "sort": lambda p, f=None: (_sorted_by(p, f), _sorted_by(p, f)),
        "reverse": lambda p: (p[::-1], p[::-1]),
        "push": lambda p, *x: ((*p, *x), len(p) + len(x)),
        "unshift": lambda p, *x: ((*x, *p), len(p) + len(x)),
        "pop": lambda p: (p[:-1], p[-1] if p else None),
        "shift": lambda p: (p[1:], p[0] if p else None),
        "splice": lambda p, i, n=None: ((*p[: _whole(i)], *(() if n is None else p[_whole(i) + _whole(n) :])), _splice(p, i, n)),
    },
}


def _python_sorted(parts: tuple[Concrete, ...], key: Concrete = None, reverse: Concrete = False) -> tuple[Concrete, ...]:
    return sorted_by_key(parts, cast("Function | None", key), bool(reverse))


def sorted_by_key(parts: Iterable[Concrete], key: Function | None, reverse: bool) -> tuple[Concrete, ...]:
    """Python's sort by a key, or by the elements themselves."""
    return tuple(sorted(parts, key=lambda part: rank(part if key is None else key(part)), reverse=reverse))


def rank(value: Concrete) -> tuple[object, ...]:
    """What Python sorts by, with versions in their order."""
    if isinstance(value, Release):
        return (2, value.key())
    if isinstance(value, tuple):
        return (3, tuple(rank(part) for part in value))
    if isinstance(value, (bool, int, float)):
        return (0, value)
    if isinstance(value, str):
        return (1, value)
    if isinstance(value, Moment):
        return (1, value.text)
    if isinstance(value, Record) and callable(value.get("(compare)")):
        return (4, cmp_to_key(lambda a, b: _sign(cast("Function", value.get("(compare)"))(a, b)))(value.get("value")))
    raise TypeError("no order")


def _popped(parts: tuple[Concrete, ...], at: int) -> tuple[Concrete, Concrete]:
    held = list(parts)
    gone = held.pop(at)
    return tuple(held), gone


def _without(parts: tuple[Concrete, ...], gone: Concrete) -> tuple[Concrete, ...]:
    held = list(parts)
    if gone in held:
        held.remove(gone)
    return tuple(held)


def _json(value: Concrete, *_: Concrete) -> str:
    return json.dumps(dumped(value))


RECORDS: Mapping[str, Work] = {
    "get": lambda r, k, d=None: d if r.get(k) is None else r.get(k),
    "keys": lambda r: tuple(n for n, _ in r.fields),
    "has": lambda r, k: r.has(k),
    "values": lambda r: tuple(v for _, v in r.fields),
    "items": lambda r: tuple((n, v) for n, v in r.fields),
    "json": lambda r: r,
    "group": lambda r, *g: _group(r, g),
    "groups": lambda r: tuple(r.get(str(i)) for i in range(1, _whole(r.get("length"), 1))),
    "groupdict": lambda r: r.get("groups"),
    "hasOwnProperty": lambda r, k: r.has(k),
    "start": lambda r, *_: r.get("index"),
    "compare": lambda r, o: _order(r, o),
    "toString": lambda r: _json(r),
    "copy": lambda r: r,
}


def _group(match: Record, wanted: tuple[Concrete, ...]) -> Concrete:
    found = tuple(_one_group(match, name) for name in wanted or (0,))
    return found[0] if len(found) == 1 else found


def _one_group(match: Record, name: Concrete) -> Concrete:
    groups = match.get("groups")
    return groups.get(name) if isinstance(name, str) and isinstance(groups, Record) else match.get(str(_whole(name)))


def _order(left: Concrete, right: Concrete) -> int:
    a, b = rank(left), rank(right)
    return (a > b) - (a < b)


def release_of(value: Concrete) -> Release:
    """The version that a value is, or that its text says."""
    if isinstance(value, Release):
        return value
    said = value.get("version") if isinstance(value, Record) else value
    whole = _text(said).strip()
    if not any(char.isdigit() for char in whole):
        raise NoVersionError
    return Release(whole)


def _bump(version: Release, at: int) -> Release:
    parts = list(version.parts()[:3])
    parts[at] += 1
    parts[at + 1 :] = [0] * (2 - at)
    return Release(".".join(map(str, parts)))


RELEASES: Mapping[str, Work] = {
    "compare": lambda r, o: _order(r, release_of(o)),
    "compareTo": lambda r, o: _order(r, release_of(o)),
    "toString": lambda r: r.text.lstrip("v="),
    "match": lambda r, w: holds_range(r, _text(w)),
    "bump_patch": lambda r: _bump(r, 2),
    "bump_minor": lambda r: _bump(r, 1),
    "bump_major": lambda r: _bump(r, 0),
    "next_patch": lambda r: _bump(r, 2),
    "next_minor": lambda r: _bump(r, 1),
    "next_major": lambda r: _bump(r, 0),
    "is_prerelease": lambda r: bool(r.prerelease()),
    "valueOf": lambda r: r,
    "format": lambda r: r.text.lstrip("v="),
    "getTime": lambda r: r,
}


def holds_range(version: Release, wanted: str) -> bool:
    """Is the version in a simple range: `>1.2.3`, `<=2`, `1.2.3`, parts with blanks between all to hold, `||` for either?"""
    return any(all(_holds_part(version, part) for part in _range_parts(one)) for one in wanted.split("||"))


def _range_parts(wanted: str) -> list[str]:
    joined = wanted
    for sign in (">=", "<=", ">", "<", "==", "^", "~"):
        joined = joined.replace(f"{sign} ", sign)
    return joined.replace(",", " ").split()


def _holds_part(version: Release, part: str) -> bool:
    sign = next((s for s in (">=", "<=", "==", ">", "<", "=", "^", "~", "!=") if part.startswith(s)), "")
    bound = Release(part[len(sign) :] or "0")
    if not any(char.isdigit() for char in bound.text):
        if bound.text in ("*", "x", ""):
            return True
        raise ValueError("no version")
    mine, other = version.key(), bound.key()
    if sign in ("^", "~"):
        size = 1 if sign == "^" else 2
        return mine >= other and version.parts()[:size] == bound.parts()[:size]
    return {">=": mine >= other, "<=": mine <= other, ">": mine > other, "<": mine < other, "!=": mine != other}.get(sign, mine == other)
