"""Commands that compare versions or sort them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from latest_guard.catalog.arguments import options
from latest_guard.catalog.entries import Comparer, Order, Sorter
from latest_guard.catalog.strings import HOLE, cut, strip, veiled
from latest_guard.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str

SIGNS = {
    "lt": "<",
    "<<": "<",
    "<": "<",
    "le": "<=",
    "<=": "<=",
    "lte": "<=",
    "=<": "<=",
    "eq": "==",
    "=": "==",
    "==": "==",
    "===": "==",
    "ne": "!=",
    "!=": "!=",
    "ge": ">=",
    ">=": ">=",
    "gte": ">=",
    "=>": ">=",
    "gt": ">",
    ">>": ">",
    ">": ">",
    "lt-nl": "<",
    "le-nl": "<=",
    "ge-nl": ">=",
    "gt-nl": ">",
    "less": "<",
    "greater": ">",
    "equal": "==",
    "lesser": "<",
    "newer": ">",
    "older": "<",
}


def _between(arguments: Arguments) -> Order | None:
    """`LEFT OPERATOR RIGHT`."""
    if len(arguments.positionals) != 3:
        return None
    left, operator, right = arguments.positionals
    sign = SIGNS.get(plain(operator) or "")
    return Order(left, sign, right) if sign else None


def _dpkg(arguments: Arguments) -> Order | None:
    """dpkg(1): `lt le eq ne ge gt` treat an empty version as earlier than any other, those that end in `-nl` as later."""
    order = _between(arguments) if arguments.has("--compare-versions") else None
    return replace(order, lowest=not (plain(arguments.positionals[1]) or "").endswith("-nl")) if order else None


def _ranged(version: Str, wanted: Str) -> Order | None:
    """A version against a range of one comparison, `>=1.28.0`."""
    seen = veiled(wanted).strip()
    sign = next((sign for sign in (">=", "<=", ">", "<", "=") if seen.startswith(sign)), None)
    rest = strip(cut(wanted, veiled(wanted).find(sign) + len(sign), len(veiled(wanted)))) if sign else ()
    if sign is None or any(mark in veiled(rest) for mark in "<>=| "):
        return None
    return Order(version, SIGNS[sign], rest, echoes=True)


def _semver(arguments: Arguments) -> Order | None:
    """npm's `semver --range RANGE VERSION`: prints the version and exits 0 where it is in the range. https://github.com/npm/node-semver"""
    wanted = arguments.value("-r", "--range")
    if wanted is None or len(arguments.positionals) != 1:
        return None
    return _ranged(arguments.positionals[0], wanted)


def _two(outcomes: tuple[str, str, str] = ("-1", "0", "1"), *, prints: bool = True) -> Callable[[Arguments], Order | None]:
    """`LEFT RIGHT`, the outcome printed."""

    def order(arguments: Arguments) -> Order | None:
        if len(arguments.positionals) != 2:
            return None
        left, right = arguments.positionals
        return Order(left, "compare", right, prints, outcomes)

    return order


def _named(sign: str) -> Callable[[Arguments], Order | None]:
    def order(arguments: Arguments) -> Order | None:
        return Order(arguments.positionals[0], sign, arguments.positionals[1]) if len(arguments.positionals) == 2 else None

    return order


def _tested(arguments: Arguments) -> Order | None:
    """`pkg version -t A B`, `apk version -t A B`."""
    return _two(("<", "=", ">"))(arguments) if arguments.has("-t", "--test") else None


def _vert(arguments: Arguments) -> Order | None:
    return _ranged(arguments.positionals[1], arguments.positionals[0]) if len(arguments.positionals) == 2 else None


COMPARERS = (
    Comparer(
        "dpkg --compare-versions",
        ("dpkg",),
        (),
        _dpkg,
        options("--root --admindir"),
        examples=("dpkg --compare-versions $V gt $OLD", "dpkg --compare-versions 1.27.4 '>=' 1.28.0"),
        counters=("dpkg -i x.deb", "dpkg --compare-versions $V", "dpkg --compare-versions $V around $OLD"),
    ),
    Comparer(
        "semver --range",
        ("semver",),
        (),
        _semver,
        options("-r --range -i --increment --preid -l -n"),
        examples=("semver $V -r '>$OLD'", 'semver --range ">= 1.28.0" 1.27.4', "semver -r <=$OLD $V"),
        counters=("semver $V", "semver -r '^1.2' $V", "semver -r '>1 <2' $V", "semver -i minor 1.2.3"),
    ),
    Comparer(
        "semver compare",
        ("semver", "semver-tool", "semver.sh", "pysemver"),
        ("compare",),
        _two(),
        frozenset(),
        examples=("semver compare $V $OLD", "pysemver compare $V 1.28.0"),
        counters=("semver bump minor $V", "semver compare $V"),
    ),
    *(
        Comparer(
            f"semver-cli {word}",
            ("semver-cli",),
            (word,),
            _named(sign),
            frozenset(),
            examples=(f"semver-cli {word} $V $OLD",),
            counters=(f"semver-cli {word} $V",),
        )
        for word, sign in (("greater", ">"), ("lesser", "<"), ("equal", "=="))
    ),
    Comparer(
        "semver-compare",
        ("semver-compare", "semver-compare-cli", "compare-versions"),
        (),
        _between,
        frozenset(),
        examples=("semver-compare $V gt $OLD",),
        counters=("semver-compare $V", "semver-compare $V ? $OLD"),
    ),
    Comparer("vercmp", ("vercmp",), (), _two(), frozenset(), examples=("vercmp $V $OLD",), counters=("vercmp --help", "vercmp $V")),
    Comparer(
        "rpmdev-vercmp",
        ("rpmdev-vercmp",),
        (),
        _two(("12", "0", "11"), prints=False),
        frozenset(),
        examples=("rpmdev-vercmp $V $OLD",),
        counters=("rpmdev-vercmp --help",),
    ),
    Comparer(
        "apk version -t",
        ("apk", "pkg"),
        ("version",),
        _tested,
        frozenset(),
        examples=("apk version -t $V $OLD", "pkg version -t $V $OLD"),
        counters=("apk version -v", "apk add x"),
    ),
    Comparer(
        "vert", ("vert",), (), _vert, frozenset(), examples=("vert >$OLD $V", "vert '>=1.28.0' $V"), counters=("vert ^1 $V", "vert 1.2.3")
    ),
)


def _versions(arguments: Arguments) -> Sequence[Str]:
    """The versions that npm's `semver A B …` prints in order; of one alone it says whether it is a version."""
    if arguments.has("-i", "--increment", "-r", "--range", "-h", "--help") or not arguments.positionals:
        return ()
    first = veiled(arguments.positionals[0])
    if first.isalpha() and HOLE not in first:
        return ()
    return arguments.positionals


SORTERS = (
    Sorter(
        "semver",
        ("semver",),
        (),
        _versions,
        options("-i --increment --preid -r --range -l -n"),
        descending=lambda arguments: arguments.has("-rv", "--rv"),
        examples=("semver $V $OLD", "semver 1.2.3 1.10.0 -p", "semver $ALL $V", "semver $V"),
        counters=("semver compare $V $OLD", "semver", "semver -i minor $V $OLD"),
    ),
)
