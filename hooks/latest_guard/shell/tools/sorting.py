"""`sort` and `uniq` (GNU coreutils, LC_ALL=C), and the version order of `sort -V`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias

from latest_guard.shell.tools.options import CannotTell, Options, Output, joined, lines, no_files, read_options

if TYPE_CHECKING:
    from collections.abc import Callable

Key: TypeAlias = "Callable[[str], Any]"

_SORT_LONG = {
    "version-sort": "V", "reverse": "r", "numeric-sort": "n", "unique": "u", "field-separator": "t", "key": "k", "stable": "s",
    "human-numeric-sort": "h", "ignore-case": "f", "ignore-leading-blanks": "b", "dictionary-order": "d", "check": "c", "sort": "S",
    "general-numeric-sort": "g", "merge": "m", "parallel": "P",
}  # fmt: skip
_SORTS = {"version": "V", "numeric": "n", "human-numeric": "h", "general-numeric": "g"}
_KEY = re.compile(r"(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?", re.ASCII)
_NUMBER = re.compile(r"[ \t]*(-?)(\d*)(?:\.(\d*))?([KkMGTPEZYRQ]?)", re.ASCII)
_FLOAT = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)", re.ASCII)
_SUFFIX = re.compile(rb"(?:\.[A-Za-z~][A-Za-z0-9~]*)*\Z")
_RUNS = re.compile(rb"([^0-9]*)([0-9]*)")
_ORDERS = "VnhgfdbriM"


@dataclass(frozen=True, slots=True)
class _Field:
    """A key: where it begins and ends in a line, and how it is compared.

    Fields and characters count from 1; 0 is the end. `blanks` holds `s` and `e` where blanks are skipped at the start, at the end.
    """

    field: int
    char: int
    end_field: int
    end_char: int
    orders: str
    blanks: str


def sort(words: list[str], stdin: str) -> Output:
    """`sort [-Vrnuhgfbdsc] [-t C] [-k KEY]…`."""
    options, operands = read_options(words, "VrnuhgfbdsCcmit:k:S:P:", _SORT_LONG)
    no_files(operands)
    letters = "".join(_SORTS.get(value, "?") if letter == "S" else letter for letter, value in options)
    if set(letters) & set("?iM") or not _compatible(letters):
        raise CannotTell("an order that is not known")
    orders = "".join(letter for letter in letters if letter in _ORDERS)
    separator = _separator(options)
    fields = [_field(value, orders) for letter, value in options if letter == "k"] or [
        _Field(1, 1, 0, 0, orders, "s" if "b" in orders else "")
    ]
    if not stdin.isascii() and any(field.char > 1 or field.end_char for field in fields):
        raise CannotTell("places within lines that are not ASCII")  # GNU counts bytes there
    last = None if set(letters) & set("su") else ("r" in orders)
    unique = "u" in letters
    found = _sorted(lines(stdin), fields, separator, last, unique)
    if set(letters) & set("cC"):
        return "", int(lines(stdin) != found)  # what is out of order goes to standard error
    return joined(found), 0


def _compatible(letters: str) -> bool:
    """Whether sort accepts these orders together."""
    kinds = set(letters) & set("Vnhg")
    return len(kinds) + ("d" in letters) < 2


def _separator(options: Options) -> str:
    found = [value for letter, value in options if letter == "t"]
    if found and found[-1] == "\\0":
        raise CannotTell("a null character")
    if found and len(found[-1]) != 1:
        raise CannotTell("a separator of several characters")
    return found[-1] if found else ""


def _field(text: str, orders: str) -> _Field:
    found = _KEY.fullmatch(text)
    if not found or int(found[1]) == 0:
        raise CannotTell(f"the key {text}")
    own = (found[3] or "") + (found[6] or "")
    if set(own) - set(_ORDERS) or set(own) & set("iM") or not _compatible(own):
        raise CannotTell(f"the key {text}")
    starts, ends = (found[3] or "", found[6] or "") if own else (orders, orders)
    blanks = ("s" if "b" in starts else "") + ("e" if "b" in ends else "")
    return _Field(int(found[1]), int(found[2] or 1), int(found[4] or 0), int(found[5] or 0), own or orders, blanks)


def _sorted(found: list[str], fields: list[_Field], separator: str, last: bool | None, unique: bool) -> list[str]:
    """The lines in order: by the last key first, as Python's sort is stable."""
    kept = list(found)
    if last is not None:
        kept.sort(key=_bytes, reverse=last)
    for field in reversed(fields):
        kept.sort(key=_line_key(field, separator), reverse="r" in field.orders)
    return _without_repeats(kept, fields, separator) if unique else kept


def _without_repeats(found: list[str], fields: list[_Field], separator: str) -> list[str]:
    keys = [_line_key(field, separator) for field in fields]
    kept: list[str] = []
    before: list[Any] | None = None
    for line in found:
        current = [key(line) for key in keys]
        if current != before:
            kept.append(line)
        before = current
    return kept


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _line_key(field: _Field, separator: str) -> Key:
    order = _order(field.orders)
    if field.field == 1 and field.char == 1 and not field.end_field and not field.blanks:
        return order
    return lambda line: order(_cut(line, field, separator))


def _cut(line: str, field: _Field, separator: str) -> str:
    """The part of the line that the key names."""
    bounds = _bounds(line, separator)
    start = _place(line, bounds, field.field, field.char, "s" in field.blanks)
    if not field.end_field:
        return line[start:]
    if field.end_char:
        end = _place(line, bounds, field.end_field, field.end_char + 1, "e" in field.blanks)
    else:
        end = bounds[field.end_field - 1][1] if field.end_field <= len(bounds) else len(line)
    return line[start : max(start, end)]


def _place(line: str, bounds: list[tuple[int, int]], field: int, char: int, skip: bool) -> int:
    if field > len(bounds):
        return len(line)
    start = bounds[field - 1][0]
    if skip:
        start += len(line[start:]) - len(line[start:].lstrip(" \t"))
    return min(start + char - 1, len(line))


def _bounds(line: str, separator: str) -> list[tuple[int, int]]:
    """Where the fields of a line begin and end. Without a separator blanks belong to the field behind them."""
    if not separator:
        return [found.span() for found in re.finditer(r"[ \t]*[^ \t]+|[ \t]+$", line)]
    found: list[tuple[int, int]] = []
    at = 0
    for part in line.split(separator):
        found.append((at, at + len(part)))
        at += len(part) + 1
    return found


def _order(orders: str) -> Key:
    if "V" in orders:
        return version_key
    if "h" in orders:
        return _human
    if "g" in orders:
        return _float
    if "n" in orders:
        return lambda text: _number(text)[0]
    if "d" in orders and "f" in orders:
        return lambda text: _dictionary(text.upper())
    if "d" in orders:
        return _dictionary
    return (lambda text: _bytes(text.upper())) if "f" in orders else _bytes


def _dictionary(text: str) -> str:
    return "".join(char for char in text if char in " \t" or (char.isascii() and char.isalnum()))


def _number(text: str) -> tuple[Decimal, str]:
    found = _NUMBER.match(text)
    assert found
    value = Decimal(f"{found[2] or 0}.{found[3] or 0}")
    return -value if found[1] and value else value, found[4]


def _human(text: str) -> tuple[int, Decimal]:
    value, suffix = _number(text)
    size = "KMGTPEZYRQ".find(suffix.upper()) + 1 if suffix else 0
    return (size if value > 0 else -size if value < 0 else 0), value


def _float(text: str) -> tuple[int, float]:
    found = _FLOAT.match(text)
    return (1, float(found[1])) if found else (0, 0.0)


# Versions


def compare_versions(left: str, right: str) -> int:
    """Below, above or equal to 0 as `left` comes before, behind or together with `right` in `sort -V`.

    The algorithm is that of gnulib's filevercmp (coreutils 9), which follows Debian policy section 5.6.12; file suffixes such
    as `.tar.gz` count only where all else is equal.
    """
    a, b = _bytes(left), _bytes(right)
    if not a or not b or a == b:
        return (a > b) - (a < b)
    ranks = _dots(a), _dots(b)
    if ranks[0] != ranks[1] or ranks[0] < 2:
        return ranks[0] - ranks[1]
    short_a, short_b = _prefix(a), _prefix(b)
    found = _compare_runs(short_a, short_b)
    return found if found or (short_a == a and short_b == b) else _compare_runs(a, b)


version_key = cmp_to_key(compare_versions)
"""A key for sorting lines as `sort -V` does."""


def _dots(text: bytes) -> int:
    """`.` comes first, then `..`, then what begins with a dot, then the rest."""
    if text in (b".", b".."):
        return len(text) - 1
    return 2 if text.startswith(b".") else 3


def _prefix(text: bytes) -> bytes:
    """The text without its file suffixes."""
    found = _SUFFIX.search(text)
    return text[: found.start()] if found else text


def _compare_runs(a: bytes, b: bytes) -> int:
    """Runs of other characters and runs of digits in turn."""
    at_a, at_b = 0, 0
    while at_a < len(a) or at_b < len(b):
        run_a, run_b = _RUNS.match(a, at_a), _RUNS.match(b, at_b)
        assert run_a
        assert run_b
        ends = 0 if run_a[2] else -1, 0 if run_b[2] else -1  # how a digit, or the end, compares with other characters
        for char_a, char_b in zip_longest(run_a[1], run_b[1]):
            difference = _rank(char_a, ends[0]) - _rank(char_b, ends[1])
            if difference:
                return difference
        number_a, number_b = run_a[2].lstrip(b"0"), run_b[2].lstrip(b"0")
        if number_a != number_b:
            return -1 if (len(number_a), number_a) < (len(number_b), number_b) else 1
        at_a, at_b = run_a.end(), run_b.end()
    return 0


def _rank(char: int | None, end: int) -> int:
    if char is None:
        return end
    if char == ord("~"):
        return -2
    return char if bytes((char,)).isalpha() else char + 256


# uniq


def uniq(words: list[str], stdin: str) -> Output:
    """`uniq [-cdui]`."""
    options, operands = read_options(words, "cdui", {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"})
    no_files(operands)
    letters = {letter for letter, _ in options}
    groups: list[tuple[str, int]] = []
    for line in lines(stdin):
        before, times = groups[-1] if groups else ("", 0)
        if times and (line.lower() == before.lower() if "i" in letters else line == before):
            groups[-1] = (before, times + 1)
        else:
            groups.append((line, 1))
    kept = [group for group in groups if not ("d" in letters and group[1] == 1) and not ("u" in letters and group[1] > 1)]
    return joined([f"{times:7d} {line}" if "c" in letters else line for line, times in kept]), 0
