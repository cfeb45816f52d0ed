"""`grep`, `egrep` and `fgrep` (GNU grep)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.shell import regex
from latest_guard.shell.regex_syntax import Flavour
from latest_guard.shell.tools.options import CannotTell, Options, Output, count, joined, lines, no_files, read_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from latest_guard.shell.regex import Regex

Found: TypeAlias = "list[tuple[int, int]]"

_LONG = {
    "extended-regexp": "E", "fixed-strings": "F", "perl-regexp": "P", "basic-regexp": "G", "invert-match": "v", "ignore-case": "i",
    "only-matching": "o", "line-regexp": "x", "word-regexp": "w", "quiet": "q", "silent": "q", "count": "c", "max-count": "m",
    "regexp": "e", "line-number": "n", "no-messages": "s", "no-filename": "h", "files-with-matches": "l", "color": "K", "colour": "K",
    "line-buffered": "U", "text": "a", "after-context": "A", "before-context": "B", "context": "C",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is searched for: `spans` gives the matches in a line, in order."""

    spans: Callable[[str], Found]
    inverted: bool

    def matches(self, line: str) -> bool:
        """Whether the line is selected."""
        return bool(self.spans(line)) != self.inverted


def grep(words: list[str], stdin: str, kind: str = "G") -> Output:
    """`grep [-GEFPvioxwqcnsh] [-m N] [-A N] [-B N] [-C N] (PATTERN | -e PATTERN…)` of standard input."""
    if any(re.fullmatch(r"-\d+", word, re.ASCII) for word in words):
        raise CannotTell("lines around")
    options, operands = read_options(words, "EFPGvioxwqcnshlaUm:e:A:B:C:yK", _LONG)
    letters = {letter for letter, _ in options}
    patterns = [value for letter, value in options if letter == "e"]
    if not patterns:
        if not operands:
            raise CannotTell("no pattern")
        patterns = [operands.pop(0)]
    no_files(operands)
    kind = next((letter for letter, _ in reversed(options) if letter in "EFPG"), kind)
    patterns = [line for pattern in patterns for line in pattern.split("\n")]
    if kind == "P" and len(patterns) > 1:
        raise CannotTell("several Perl expressions")
    wanted = _wanted(patterns, kind, letters)
    return _searched(lines(stdin), wanted, letters, options)


def _searched(found: list[str], wanted: _Wanted, letters: set[str], options: Options) -> Output:
    most = next((count(value) for letter, value in reversed(options) if letter == "m"), len(found))
    selected = [at for at, line in enumerate(found) if wanted.matches(line)][:most]
    status = int(not selected)
    if "q" in letters:
        return "", status
    if "l" in letters:
        return ("(standard input)\n" if selected else ""), status
    if "c" in letters:
        return f"{len(selected)}\n", status
    if "o" in letters and letters & set("ABC"):
        raise CannotTell("lines around parts")
    if "o" in letters:
        return joined(list(_parts(found, selected, wanted, "n" in letters))), status
    return _with_context(found, selected, options, "n" in letters), status


def _parts(found: list[str], selected: list[int], wanted: _Wanted, numbered: bool) -> Iterator[str]:
    """`-o`: what matched, one a line; nothing of inverted matches."""
    for at in selected if not wanted.inverted else []:
        for start, end in wanted.spans(found[at]):
            if end > start:
                yield (f"{at + 1}:" if numbered else "") + found[at][start:end]


def _with_context(found: list[str], selected: list[int], options: Options, numbered: bool) -> str:
    given = {letter: count(value) for letter, value in options if letter in "ABC"}
    before, after = given.get("B", given.get("C", 0)), given.get("A", given.get("C", 0))
    made: list[str] = []
    last = -1
    around = {near for at in selected for near in range(max(0, at - before), min(len(found), at + after + 1))}
    for at in sorted(around):
        if given and made and at != last + 1:
            made.append("--")
        made.append((f"{at + 1}{':' if at in selected else '-'}" if numbered else "") + found[at])
        last = at
    return joined(made)


# Patterns


def _wanted(patterns: list[str], kind: str, letters: set[str]) -> _Wanted:
    ignore_case = bool(letters & set("iy"))
    around: regex.Around = "line" if "x" in letters else "word" if "w" in letters else ""
    compiled = [_compiled(pattern, kind, ignore_case, around) for pattern in patterns]
    return _Wanted(lambda line: _anywhere(compiled, line), "v" in letters)


def _compiled(pattern: str, kind: str, ignore_case: bool, around: regex.Around) -> Regex:
    flavours = {"G": Flavour.BASIC, "E": Flavour.EXTENDED, "P": Flavour.PERL, "F": Flavour.PERL}
    found = regex.compile_regex(re.escape(pattern) if kind == "F" else pattern, flavours[kind], ignore_case, around)
    if found is None:
        raise CannotTell(f"the pattern {pattern}")
    return found


def _anywhere(compiled: list[Regex], line: str) -> Found:
    """The matches of all patterns: at each place the longest counts."""
    if len(compiled) == 1:
        return [(match.start(), match.end()) for match in compiled[0].find_all(line)]
    found: Found = []
    at = 0
    while at <= len(line):
        matches = [match for match in (one.search(line, at) for one in compiled) if match]
        if not matches:
            break
        best = min(matches, key=lambda match: (match.start(), -match.end()))
        found.append((best.start(), best.end()))
        at = max(best.end(), best.start() + 1)
    return found
