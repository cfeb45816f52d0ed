"""Pure functions of packages, for data of one world: those that know versions, and what both languages have."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Callable, Mapping
from typing import cast

from latest_guard.replay.programs.items import Concrete, Moment, Record, Release, dumped, loaded, written
from latest_guard.replay.programs.text_methods import (
    Function,
    _cut,
    _sign,
    _text,
    _whole,
    every_match,
    holds_range,
    match_record,
    matched,
    release_of,
    sequence,
    sorted_by_key,
    substituted,
    true,
)

Work = Callable[..., Concrete]


def compared(left: Concrete, right: Concrete, *_: Concrete) -> int:
    """-1, 0 or 1 by the order of versions."""
    a, b = release_of(left).key(), release_of(right).key()
    return (a > b) - (a < b)


def _coerced(value: Concrete, *_: Concrete) -> Concrete:
    """The version in a text, None where there is none."""
    try:
        whole = release_of(value)
    except (ValueError, TypeError):
        return None
    found = "".join(char if char.isdigit() or char == "." else " " for char in whole.text).split()
    return Release(found[0]) if found else None


def _valid(value: Concrete, *_: Concrete) -> Concrete:
    """The version without its `v`, None where the text is no version."""
    if isinstance(value, Release):
        return value.text.lstrip("v=")
    bare = value.strip().lstrip("v=") if isinstance(value, str) else ""
    core = bare.partition("-")[0].partition("+")[0].split(".")
    return bare if len(core) == 3 and all(part.isdigit() for part in core) else None


def _parsed(value: Concrete, *_: Concrete) -> Concrete:
    return None if _valid(value) is None else release_of(value)


def _prerelease(value: Concrete, *_: Concrete) -> Concrete:
    rest = release_of(value).prerelease()
    return tuple(rest.split(".")) if rest else None


def _part(at: int) -> Work:
    return lambda value, *_: release_of(value).parts()[at]


def _diff(left: Concrete, right: Concrete, *_: Concrete) -> Concrete:
    a, b = release_of(left), release_of(right)
    if a.key() == b.key():
        return None
    for name, x, y in zip(("major", "minor", "patch"), a.parts(), b.parts(), strict=False):
        if x != y:
            return ("pre" if a.prerelease() or b.prerelease() else "") + name
    return "prerelease"


def _satisfying(versions: Concrete, wanted: Concrete, *_: Concrete) -> Concrete:
    """The highest of the versions that are in a range."""
    found = [v for v in sequence(versions) if not release_of(v).prerelease() and holds_range(release_of(v), _text(wanted))]
    return max(found, key=lambda v: release_of(v).key()) if found else None


def _ordered(descending: bool) -> Work:
    return lambda versions, *_: sorted_by_key(sequence(versions), lambda part: release_of(part), descending)


def _cmp(left: Concrete, sign: Concrete, right: Concrete, *_: Concrete) -> bool:
    return holds_range(release_of(left), f"{'==' if sign in ('=', '==', '===') else sign}{release_of(right).text}")


#: npm's semver: https://github.com/npm/node-semver; python-semver; compare-versions. Every one of them orders versions.
ORDERING: Mapping[str, Work] = {
    "semver.gt": lambda a, b, *_: compared(a, b) > 0,
    "semver.gte": lambda a, b, *_: compared(a, b) >= 0,
    "semver.lt": lambda a, b, *_: compared(a, b) < 0,
    "semver.lte": lambda a, b, *_: compared(a, b) <= 0,
    "semver.eq": lambda a, b, *_: compared(a, b) == 0,
    "semver.neq": lambda a, b, *_: compared(a, b) != 0,
    "semver.compare": compared,
    "semver.compareBuild": compared,
    "semver.compareLoose": compared,
    "semver.rcompare": lambda a, b, *_: -compared(a, b),
    "semver.cmp": _cmp,
    "semver.diff": _diff,
    "semver.sort": _ordered(False),
    "semver.rsort": _ordered(True),
    "semver.maxSatisfying": _satisfying,
    "semver.satisfies": lambda v, r, *_: holds_range(release_of(v), _text(r)),
    "semver.gtr": lambda v, r, *_: holds_range(release_of(v), ">" + _text(r)),
    "semver.ltr": lambda v, r, *_: holds_range(release_of(v), "<" + _text(r)),
    "semver.max_ver": lambda a, b: a if compared(a, b) >= 0 else b,
    "semver.min_ver": lambda a, b: a if compared(a, b) <= 0 else b,
    "semver.match": lambda v, r: holds_range(release_of(v), _text(r)),
    "compare-versions.compareVersions": compared,
    "compare-versions.compare": lambda a, b, s: _cmp(a, s, b),
    "compare-versions.satisfies": lambda v, r, *_: holds_range(release_of(v), _text(r)),
    "compare-versions": compared,
    "semver-compare": compared,
    "semver-compare-lite": compared,
    "natsort.natsorted": lambda v, **k: sorted_by_key(sequence(v), lambda part: release_of(part), bool(k.get("reverse"))),
    "@std/semver.compare": compared,
    "@std/semver.greaterThan": lambda a, b: compared(a, b) > 0,
    "@std/semver.lessThan": lambda a, b: compared(a, b) < 0,
    "@std/semver.greaterOrEqual": lambda a, b: compared(a, b) >= 0,
    "Bun.semver.order": compared,
}

VERSIONS: Mapping[str, Work] = {
    "semver.valid": _valid,
    "semver.clean": _valid,
    "semver.coerce": _coerced,
    "semver.parse": _parsed,
    "semver.prerelease": _prerelease,
    "semver.major": _part(0),
    "semver.minor": _part(1),
    "semver.patch": _part(2),
    "semver.SemVer": lambda v, *_: release_of(v),
    "@std/semver.parse": lambda v: release_of(v),
    "@std/semver.tryParse": _parsed,
    "compare-versions.validate": lambda v: _valid(v) is not None,
    "semver.VersionInfo.parse": lambda v: release_of(v),
    "semver.Version.parse": lambda v, **_: release_of(v),
    "semver.Version": lambda *p: release_of(_dotted(p)),
    "semver.VersionInfo": lambda *p: release_of(_dotted(p)),
    "semver.parse_version_info": lambda v: release_of(v),
    "semver.VersionInfo.isvalid": lambda v: _valid(v) is not None,
    "semver.VersionInfo.is_valid": lambda v: _valid(v) is not None,
    "semver.Version.is_valid": lambda v: _valid(v) is not None,
    "packaging.version.parse": lambda v: release_of(v),
    "packaging.version.Version": lambda v: release_of(v),
    "packaging.version.LegacyVersion": lambda v: release_of(v),
    "pkg_resources.parse_version": lambda v: release_of(v),
    "distutils.version.LooseVersion": lambda v: release_of(v),
    "distutils.version.StrictVersion": lambda v: release_of(v),
    "looseversion.LooseVersion": lambda v: release_of(v),
    "semantic_version.Version": lambda v, **_: release_of(v),
    "semantic_version.Version.coerce": lambda v: release_of(v),
    "natsort.natsort_key": lambda v: release_of(v),
}


def _dotted(parts: tuple[Concrete, ...]) -> Concrete:
    return parts[0] if len(parts) == 1 else ".".join(written(part) for part in parts[:3])


def _flags(flags: Concrete) -> str:
    return flags if isinstance(flags, str) else ""


def _expression(pattern: Concrete) -> tuple[str, str]:
    if isinstance(pattern, Record):
        return _text(pattern.get("(pattern)")), _flags(pattern.get("flags"))
    return _text(pattern), ""


def _sub(pattern: Concrete, replacement: Concrete, whole: Concrete, count: Concrete = 0, flags: Concrete = None) -> str:
    said, marks = _expression(pattern)
    return substituted(said, marks + _flags(flags), replacement, _text(whole), _whole(count))


def _find_all(pattern: Concrete, whole: Concrete, flags: Concrete = None) -> Concrete:
    said, marks = _expression(pattern)
    found = every_match(said, marks + _flags(flags), _text(whole))
    return tuple(f.groups[0] if len(f.groups) == 1 else f.groups[1] if len(f.groups) == 2 else f.groups[1:] for f in found)


def _python_sorted(parts: Concrete, *, key: Concrete = None, reverse: Concrete = False) -> Concrete:
    return sorted_by_key(sequence(parts), cast("Function | None", key), bool(reverse))


def _extreme(last: bool) -> Work:
    def work(*parts: Concrete, key: Concrete = None, default: Concrete = None) -> Concrete:
        held = sequence(parts[0]) if len(parts) == 1 else parts
        ordered = sorted_by_key(held, cast("Function | None", key), False)
        return default if not ordered else ordered[-1 if last else 0]

    return work


def _range(*ends: Concrete) -> Concrete:
    return tuple(range(*(_whole(end) for end in ends)))[:200]


def _zip(*lists: Concrete) -> Concrete:
    return tuple(zip(*(sequence(part) for part in lists), strict=False))


def _cmp_key(function: Concrete) -> Concrete:
    return cast("Concrete", lambda value: Record((("(compare)", function), ("value", value))))


#: Python's own.
def _sum(parts: Concrete, start: float = 0) -> float:
    return sum((part for part in sequence(parts) if isinstance(part, (int, float))), start)


PYTHON: Mapping[str, Work] = {
    "int": lambda v=0, *_: int(v) if isinstance(v, (str, int, float)) else _fail(),
    "float": lambda v=0: float(v),
    "abs": lambda v: abs(v),
    "round": lambda v, *_: round(v),
    "sorted": _python_sorted,
    "max": _extreme(True),
    "min": _extreme(False),
    "sum": _sum,
    "reversed": lambda p: sequence(p)[::-1],
    "range": _range,
    "zip": _zip,
    "enumerate": lambda p, start=0: tuple(enumerate(sequence(p), _whole(start))),
    "any": lambda p: any(true(x) for x in sequence(p)),
    "all": lambda p: all(true(x) for x in sequence(p)),
    "map": lambda f, p, *_: tuple(f(x) for x in sequence(p)),
    "filter": lambda f, p: tuple(x for x in sequence(p) if (true(x) if f is None else true(f(x)))),
    "next": lambda p, d=None: sequence(p)[0] if sequence(p) else d,
    "functools.cmp_to_key": _cmp_key,
    "functools.reduce": lambda f, p, *s: _fold(f, p, s),
    "re.sub": _sub,
    "re.findall": _find_all,
    "re.split": lambda p, s, *_: tuple(_cut(_text(s), *_expression(p))),
    "re.escape": lambda s: s.replace(".", "\\."),
    "re.finditer": lambda p, s, *_: tuple(match_record(f, _expression(p)[0]) for f in every_match(*_expression(p), _text(s))),
    "re.match": lambda p, s, f=None: matched(_expression(p)[0], _expression(p)[1] + _flags(f), _text(s), "match"),
    "re.search": lambda p, s, f=None: matched(_expression(p)[0], _expression(p)[1] + _flags(f), _text(s)),
    "re.fullmatch": lambda p, s, f=None: matched(_expression(p)[0], _expression(p)[1] + _flags(f), _text(s), "fullmatch"),
    "shlex.split": lambda s, *_, **__: tuple(shlex.split(_text(s)[:10_000])),
    "os.path.basename": lambda s: posixpath.basename(_text(s)),
    "os.path.dirname": lambda s: posixpath.dirname(_text(s)),
    "chr": lambda v: chr(v),
    "ord": lambda v: ord(v),
    "hash": lambda v: 0,
    "bytes": lambda s="", *_: s,
    "datetime.datetime.fromisoformat": lambda s: Moment(_text(s)),
    "dateutil.parser.parse": lambda s, **_: Moment(_text(s)),
    "datetime.datetime.strptime": lambda s, *_: Moment(_text(s)),
    "isinstance": lambda *_: True,
    "callable": lambda *_: True,
    "divmod": lambda a, b: divmod(a, b),
    "operator.itemgetter": lambda *k: cast("Concrete", lambda v: v.get(written(k[0])) if isinstance(v, Record) else v[_whole(k[0])]),
    "operator.attrgetter": lambda k: cast("Concrete", lambda v: v.get(written(k))),
}


def _fail() -> Concrete:
    raise TypeError("no number")


def _fold(function: Function, parts: Concrete, start: tuple[Concrete, ...]) -> Concrete:
    rest = list(sequence(parts))
    held = start[0] if start else rest.pop(0)
    for part in rest:
        held = function(held, part)
    return held


def _number(value: Concrete = 0, *_: Concrete) -> Concrete:
    if isinstance(value, str):
        bare = value.strip()
        return int(bare) if bare.isdigit() and len(bare) < 20 else float(bare or "0")
    return value if isinstance(value, (bool, int, float)) else _fail()


def _parse_int(value: Concrete, *_: Concrete) -> Concrete:
    whole = written(value).strip()
    digits = whole[: next((at for at, char in enumerate(whole) if not char.isdigit() and not (at == 0 and char in "+-")), len(whole))]
    return int(digits[:18]) if digits.strip("+-") else float("nan")


#: JavaScript's own.
JAVASCRIPT: Mapping[str, Work] = {
    "Number": _number,
    "parseInt": _parse_int,
    "Number.parseInt": _parse_int,
    "parseFloat": _number,
    "Number.parseFloat": _number,
    "Boolean": lambda v=None: v if isinstance(v, bool) else bool(true(v)) or isinstance(v, (tuple, Record)),
    "Math.max": lambda *v: max(v),
    "Math.min": lambda *v: min(v),
    "Math.abs": abs,
    "Math.floor": lambda v: int(v // 1),
    "Math.sign": _sign,
    "isNaN": lambda v: v != v,
    "Number.isNaN": lambda v: v != v,
    "Number.isInteger": lambda v: isinstance(v, int),  # noqa: PLR0124
    "Object.keys": lambda r: tuple(n for n, _ in r.fields) if isinstance(r, Record) else tuple(str(i) for i in range(len(sequence(r)))),
    "Object.values": lambda r: tuple(v for _, v in r.fields) if isinstance(r, Record) else sequence(r),
    "Object.entries": lambda r: tuple((n, v) for n, v in r.fields) if isinstance(r, Record) else tuple(enumerate(sequence(r))),
    "Object.fromEntries": lambda p: Record(tuple((written(sequence(e)[0]), sequence(e)[1]) for e in sequence(p))),
    "Array.from": lambda p, f=None: sequence(p) if f is None else tuple(f(x) for x in sequence(p)),
    "Array.isArray": lambda p: isinstance(p, tuple),
    "Set": lambda p=(): tuple(dict.fromkeys(sequence(p))),
    "Date": lambda v="": Moment(written(v)),
    "Date.parse": lambda v: Moment(written(v)),
    "path.basename": lambda s, x="": posixpath.basename(_text(s)).removesuffix(_text(x)),
    "path.dirname": lambda s: posixpath.dirname(_text(s)),
    "path.extname": lambda s: posixpath.splitext(_text(s))[1],
    "encodeURIComponent": lambda s: s,
    "encodeURI": lambda s: s,
    "decodeURIComponent": lambda s: s,
    "Array.of": lambda *p: p,
    "Object.freeze": lambda r: r,
    "structuredClone": lambda r: r,
    "RegExp": lambda p, f="": Record((("(pattern)", p), ("flags", f))),
}


def joined_path(*parts: Concrete) -> str:
    """`os.path.join`, `path.join`."""
    return posixpath.normpath(posixpath.join(*(_text(part).lstrip("/") if at else _text(part) for at, part in enumerate(parts))))


def json_of(value: Concrete, *_: Concrete, **__: Concrete) -> str:
    """`json.dumps`, `JSON.stringify`."""
    return json.dumps(dumped(value))


def from_json(value: Concrete, *_: Concrete, **__: Concrete) -> Concrete:
    """`json.loads`, `JSON.parse`."""
    return loaded(json.loads(_text(value)))
