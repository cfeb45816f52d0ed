"""`cut` and `tr` (GNU coreutils, LC_ALL=C for ASCII text)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.shell.patterns import CLASSES
from latest_guard.shell.tools.options import CannotTell, Output, joined, lines, no_files, read_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Ranges: TypeAlias = "list[tuple[int, int | None]]"

_RANGE = re.compile(r"(\d*)(-?)(\d*)", re.ASCII)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_MEMBER = re.compile(r"\[:([a-z]+):\]|\[=(.)=\]|\[(\\?.)\*(\d*)\]|\\([0-7]{1,3})|\\(.)|(.)", re.DOTALL)
_CLASS = re.compile(r"\[:([a-z]+):\]")
_ASCII = [chr(code) for code in range(128)]


def cut(words: list[str], stdin: str) -> Output:
    """`cut (-f LIST [-d C] [-s] | -c LIST | -b LIST) [--complement] [--output-delimiter S]`."""
    options, operands = read_options(
        words,
        "f:c:b:d:snCO:",
        {
            "fields": "f",
            "characters": "c",
            "bytes": "b",
            "delimiter": "d",
            "only-delimited": "s",
            "complement": "C",
            "output-delimiter": "O",
        },
    )
    no_files(operands)
    given = dict(options)
    kinds = [letter for letter, _ in options if letter in "fcb"]
    if len(kinds) != 1:
        raise CannotTell("a list of what to cut")
    chosen = _chosen(_ranges(given[kinds[0]]), "C" in given)
    if kinds[0] != "f":
        if not stdin.isascii() or "O" in given:
            raise CannotTell("bytes of characters that are not ASCII")
        return joined(["".join(char for at, char in enumerate(line, 1) if chosen(at)) for line in lines(stdin)]), 0
    delimiter = given.get("d", "\t")
    if len(delimiter) != 1:
        raise CannotTell("a delimiter of several characters")
    return joined(list(_fields(lines(stdin), delimiter, given.get("O", delimiter), chosen, "s" in given))), 0


def _fields(found: list[str], delimiter: str, output: str, chosen: Callable[[int], bool], only: bool) -> Iterator[str]:
    for line in found:
        if delimiter in line:
            yield output.join(part for at, part in enumerate(line.split(delimiter), 1) if chosen(at))
        elif not only:
            yield line


def _ranges(text: str) -> Ranges:
    """`1,3-5,7-`."""
    found: Ranges = []
    for part in re.split("[, ]", text):
        match = _RANGE.fullmatch(part)
        if not match or not (match[1] or match[3]) or match[1] == "0" or match[3] == "0":
            raise CannotTell(f"the list {text}")
        low = int(match[1] or 1)
        high = (int(match[3]) if match[3] else None) if match[2] else low
        if high is not None and high < low:
            raise CannotTell(f"the list {text}")
        found.append((low, high))
    return found


def _chosen(ranges: Ranges, complement: bool) -> Callable[[int], bool]:
    return lambda at: any(low <= at and (high is None or at <= high) for low, high in ranges) != complement


def tr(words: list[str], stdin: str) -> Output:
    """`tr [-cdst] SET1 [SET2]`."""
    options, sets = read_options(words, "cCdst", {"complement": "c", "delete": "d", "squeeze-repeats": "s", "truncate-set1": "t"}, False)
    letters = {"c" if letter == "C" else letter for letter, _ in options}
    if not sets or len(sets) > 2 or not (stdin + "".join(sets)).isascii():
        raise CannotTell("the sets of tr")
    if re.search(r"\[\\?.\*\d*\]", sets[0]):
        raise CannotTell("a repetition in the first set")
    first = _set(sets[0], [])
    if "c" in letters:
        first = [char for char in _ASCII if char not in set(first)]
    text = stdin
    if "d" in letters:
        if (len(sets) == 2) != ("s" in letters):
            raise CannotTell("the sets of tr")
        text = "".join(char for char in text if char not in set(first))
    elif len(sets) == 2:
        text = _translated(text, first, sets[0], sets[1], letters)
    elif "s" not in letters:
        raise CannotTell("a set to translate to")
    if "s" in letters:
        text = _squeezed(text, set(_set(sets[-1], first) if len(sets) == 2 else first))
    return text, 0


def _translated(text: str, first: list[str], given: str, to: str, letters: set[str]) -> str:
    second = _set(to, first)
    if _CLASS.search(to) and not ({to, given} <= {"[:lower:]", "[:upper:]"} and "c" not in letters):
        raise CannotTell("a class to translate to")
    if not second:
        raise CannotTell("an empty set to translate to")
    if "t" in letters:
        first = first[: len(second)]
    second += second[-1:] * (len(first) - len(second))
    table = dict(zip(first, second, strict=False))
    if len(table) != len(first):
        table = {}
        for before, after in zip(first, second, strict=False):
            table[before] = after
    return "".join(table.get(char, char) for char in text)


def _squeezed(text: str, squeezed: set[str]) -> str:
    made: list[str] = []
    for char in text:
        if not (made and made[-1] == char and char in squeezed):
            made.append(char)
    return "".join(made)


def _set(text: str, other: list[str]) -> list[str]:
    """The characters of a set in order; `other` is the first set, which a `[x*]` of the second fills up to."""
    found: list[str] = []
    members = list(_MEMBER.finditer(text))
    at = 0
    while at < len(members):
        member = members[at]
        if at + 2 < len(members) and members[at + 1].group() == "-" and _single(member) and _single(members[at + 2]):
            low, high = _single(member), _single(members[at + 2])
            if low > high:
                raise CannotTell("a range that ends before it begins")
            found += [chr(code) for code in range(ord(low), ord(high) + 1)]
            at += 3
            continue
        found += _members(member, len(other) - len(found))
        at += 1
    return found


def _single(member: re.Match[str]) -> str:
    """The character that a member stands for, "" for a class and the like."""
    octal, escaped, plain = member[5], member[6], member[7]
    if octal:
        return chr(int(octal, 8) & 127)
    return _ESCAPED.get(escaped, escaped) if escaped else plain or ""


def _members(member: re.Match[str], left: int) -> list[str]:
    name, same, repeated, times = member[1], member[2], member[3], member[4]
    if name:
        if name not in CLASSES or name == "word":
            raise CannotTell(f"the class {name}")
        return [char for char in _ASCII if CLASSES[name](char)]
    if repeated:
        char = _ESCAPED.get(repeated[1:], repeated[1:]) if len(repeated) == 2 else repeated
        return [char] * min(1000, int(times, 8 if times.startswith("0") else 10) if times and int(times) else max(0, left))
    return [same or _single(member)]
