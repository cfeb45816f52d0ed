"""Regular expressions that come from the files we read, searched for in time that grows with pattern times text.

What we read is hostile, and Python's `re` can be made to run for ever.  So a pattern becomes a small program that walks all its
possibilities side by side (Thompson 1968; with the places of groups, as R. Cox describes in "Regular Expression Matching: the
Virtual Machine Approach").  Of several matches the one is found that Perl, JavaScript and RE2 find: the first from the left, then by
the order of alternatives and of greed.

Read is what these have in common: classes, groups, `* + ? {m,n}` greedy or lazy, `^ $ \\b \\B \\A \\z`, the flags i, s and m.
Letters, digits and blanks of `\\w \\d \\s` are ASCII's.  Look-around, references and atomic groups are unsupported.  Where a part that
may match nothing is repeated, the places of its groups are RE2's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Bounds: characters of a pattern, steps of a program, groups in each other, characters of a text.
MAX_PATTERN = 1_000
MAX_PROGRAM = 4_000
MAX_NESTING = 50
MAX_TEXT = 4_000


class UnsupportedError(ValueError):
    """The pattern is malformed, uses what cannot be searched for in linear time, or is too large. One line."""


Test: TypeAlias = "Callable[[str], bool]"


@dataclass(frozen=True, slots=True)
class Found:
    """A match: from `start` up to `end`, and the text of each group (0 is the whole), None for one that took no part."""

    start: int
    end: int
    groups: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One instruction. `test` takes a character; `split` tries `to` first, then `other`; `save` notes the place in slot `to`."""

    kind: str  # test, split, jump, save, edge, match
    to: int = 0
    other: int = 0
    test: Test | None = None
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read."""

    steps: tuple[_Step, ...]
    groups: int
    lines: bool = False

    def search(self, text: str) -> Found | None:
        """The first match in `text`. Raises UnsupportedError for a text that is too long."""
        if len(text) > MAX_TEXT:
            raise UnsupportedError(f"a text of more than {MAX_TEXT} characters")
        found = _run(self, text)
        if found is None:
            return None
        places = [(found[2 * n], found[2 * n + 1]) for n in range(self.groups + 1)]
        texts = tuple(None if start < 0 or end < 0 else text[start:end] for start, end in places)
        return Found(found[0], found[1], texts)


def read(pattern: str, flags: str = "") -> Pattern:
    """The pattern, ready to search; of the flags i, s and m are heeded. Raises UnsupportedError."""
    if len(pattern) > MAX_PATTERN:
        raise UnsupportedError(f"a pattern of more than {MAX_PATTERN} characters")
    reader = _Reader(pattern, flags)
    node = reader.alternatives()
    if reader.at < len(pattern):
        raise UnsupportedError("a ) without its (")
    steps: list[_Step] = []
    _emit(_Group(node, 0), steps)
    steps.append(_Step("match"))
    return Pattern(tuple(steps), reader.groups, reader.lines)


# The walk -------------------------------------------------------------------------------------------------------------------

_Places: TypeAlias = "tuple[int, ...]"


def _run(pattern: Pattern, text: str) -> _Places | None:
    nowhere = (-1,) * (2 * pattern.groups + 2)
    best: _Places | None = None
    threads: dict[int, _Places] = {}
    for at in range(len(text) + 1):
        if best is None:
            _add(pattern, threads, 0, nowhere, text, at)
        following: dict[int, _Places] = {}
        for number, places in threads.items():
            step = pattern.steps[number]
            if step.kind == "match":
                best = places
                break
            if step.test is not None and at < len(text) and step.test(text[at]):
                _add(pattern, following, number + 1, places, text, at + 1)
        threads = following
        if not threads and best is not None:
            break
    return best


def _add(pattern: Pattern, threads: dict[int, _Places], start: int, places: _Places, text: str, at: int) -> None:
    """Puts the thread at `start`, and all that it can reach without a character, behind those that are there."""
    waiting = [(start, places)]
    passed: set[int] = set()
    while waiting:
        number, held = waiting.pop()
        if number in threads or number in passed:
            continue
        step = pattern.steps[number]
        if step.kind in {"test", "match"}:
            threads[number] = held
            continue
        passed.add(number)
        if step.kind == "jump":
            waiting.append((step.to, held))
        elif step.kind == "split":
            waiting += [(step.other, held), (step.to, held)]
        elif step.kind == "save":
            waiting.append((number + 1, (*held[: step.to], at, *held[step.to + 1 :])))
        elif _holds(step.edge, text, at, pattern.lines):
            waiting.append((number + 1, held))


def _holds(edge: str, text: str, at: int, lines: bool) -> bool:
    if edge == "^":
        return at == 0 or (lines and text[at - 1] == "\n")
    if edge == "$":
        return at == len(text) or (lines and text[at] == "\n")
    if edge in "Az":
        return at == (0 if edge == "A" else len(text))
    inside = (at > 0 and _is_word(text[at - 1])) is not (at < len(text) and _is_word(text[at]))
    return inside is (edge == "b")


# The tree -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _One:
    test: Test


@dataclass(frozen=True, slots=True)
class _Edge:
    edge: str


@dataclass(frozen=True, slots=True)
class _All:
    parts: Sequence[_Node]


@dataclass(frozen=True, slots=True)
class _Any:
    parts: Sequence[_Node]


@dataclass(frozen=True, slots=True)
class _Group:
    inner: _Node
    number: int


@dataclass(frozen=True, slots=True)
class _Repeat:
    inner: _Node
    least: int
    most: int | None
    greedy: bool


_Node: TypeAlias = _One | _Edge | _All | _Any | _Group | _Repeat


def _emit(node: _Node, steps: list[_Step]) -> None:
    if len(steps) > MAX_PROGRAM:
        raise UnsupportedError("a pattern that is too large")
    if isinstance(node, _One):
        steps.append(_Step("test", test=node.test))
    elif isinstance(node, _Edge):
        steps.append(_Step("edge", edge=node.edge))
    elif isinstance(node, _Group):
        steps.append(_Step("save", 2 * node.number))
        _emit(node.inner, steps)
        steps.append(_Step("save", 2 * node.number + 1))
    elif isinstance(node, _Repeat):
        _emit_repeat(node, steps)
    elif isinstance(node, _Any):
        _emit_any(node, steps)
    else:
        for part in node.parts:
            _emit(part, steps)


def _emit_any(node: _Any, steps: list[_Step]) -> None:
    jumps = []
    for part in node.parts[:-1]:
        split = len(steps)
        steps.append(_Step("split"))
        _emit(part, steps)
        jumps.append(len(steps))
        steps.append(_Step("jump"))
        steps[split] = _Step("split", split + 1, len(steps))
    _emit(node.parts[-1], steps)
    for jump in jumps:
        steps[jump] = _Step("jump", len(steps))


def _emit_repeat(node: _Repeat, steps: list[_Step]) -> None:
    for _ in range(node.least):
        _emit(node.inner, steps)
    if node.most is None:
        split = _emit_split(steps)
        _emit(node.inner, steps)
        steps.append(_Step("jump", split))
        _aim(steps, split, node.greedy)
        return
    splits = []
    for _ in range(node.most - node.least):
        splits.append(_emit_split(steps))
        _emit(node.inner, steps)
    for split in splits:
        _aim(steps, split, node.greedy)


def _emit_split(steps: list[_Step]) -> int:
    steps.append(_Step("split"))
    return len(steps) - 1


def _aim(steps: list[_Step], split: int, greedy: bool) -> None:
    into, past = split + 1, len(steps)
    steps[split] = _Step("split", into, past) if greedy else _Step("split", past, into)


# The reading ----------------------------------------------------------------------------------------------------------------


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def _is_blank(character: str) -> bool:
    return character in " \t\n\r\f\v"


_CLASSES: dict[str, Test] = {"d": _is_digit, "w": _is_word, "s": _is_blank}
_NAMED: dict[str, Test] = {
    "alpha": lambda c: c.isascii() and c.isalpha(),
    "digit": _is_digit,
    "alnum": lambda c: c.isascii() and c.isalnum(),
    "upper": lambda c: "A" <= c <= "Z",
    "lower": lambda c: "a" <= c <= "z",
    "space": _is_blank,
    "blank": lambda c: c in " \t",
    "punct": lambda c: c.isascii() and c.isprintable() and not c.isalnum() and c != " ",
    "xdigit": lambda c: c in "0123456789abcdefABCDEF",
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


def _not(test: Test) -> Test:
    return lambda character: not test(character)


def _either(tests: Sequence[Test]) -> Test:
    return lambda character: any(test(character) for test in tests)


def _between(low: str, high: str) -> Test:
    return lambda character: low <= character <= high


class _Reader:
    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups = 0
        self.nesting = 0
        self.folds = "i" in flags
        self.dots = "s" in flags
        self.lines = "m" in flags
        while pattern.startswith("(?", self.at) and (end := pattern.find(")", self.at)) > 0 and self._flags(pattern[self.at + 2 : end]):
            self.at = end + 1

    def _flags(self, letters: str) -> bool:
        if not letters or set(letters) - set("ism"):
            return False
        self.folds |= "i" in letters
        self.dots |= "s" in letters
        self.lines |= "m" in letters
        return True

    def alternatives(self) -> _Node:
        """Everything up to the end or a `)`."""
        parts = [self._sequence()]
        while self._eat("|"):
            parts.append(self._sequence())
        return _Any(parts) if len(parts) > 1 else parts[0]

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return _All(parts)

    def _repeated(self, node: _Node) -> _Node:
        counts = self._counts()
        if counts is None:
            return node
        if isinstance(node, _Edge):
            raise UnsupportedError("a repeated edge")
        lazy = self._eat("?")
        if self.pattern[self.at : self.at + 1] in {"*", "+", "?"} or self._counts():
            raise UnsupportedError("a repetition of a repetition")
        return _Repeat(node, *counts, not lazy)

    def _counts(self) -> tuple[int, int | None] | None:
        for mark, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._eat(mark):
                return counts
        if not self.pattern.startswith("{", self.at):
            return None
        inside, closed, _ = self.pattern[self.at + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        if not closed or not _is_count(least) or not (most == "" or _is_count(most)):
            return None
        self.at += len(inside) + 2
        low, high = int(least), (int(most) if most else None) if comma else int(least)
        if high is not None and high < low:
            raise UnsupportedError("counts out of order")
        return low, high

    def _atom(self) -> _Node:
        character = self.pattern[self.at]
        self.at += 1
        if character == "(":
            return self._group()
        if character == "[":
            return _One(self._set())
        if character == ".":
            return _One((lambda _: True) if self.dots else (lambda c: c != "\n"))
        if character in "^$":
            return _Edge(character)
        if character == "\\":
            return self._escaped()
        if character in "*+?":
            raise UnsupportedError("nothing to repeat")
        return _One(self._folded(_between(character, character)))

    def _group(self) -> _Node:
        number = None
        if not self._eat("?"):
            self.groups += 1
            number = self.groups
        elif not self._eat(":"):
            self._eat("P")
            name, closed, _ = self.pattern[self.at + 1 :].partition(">")
            if not self._eat("<") or not closed or not name.isidentifier():
                raise UnsupportedError("look-around or another kind of group")
            self.at += len(name) + 1
            self.groups += 1
            number = self.groups
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise UnsupportedError(f"groups nested more than {MAX_NESTING} deep")
        inner = self.alternatives()
        self.nesting -= 1
        if not self._eat(")"):
            raise UnsupportedError("a ( without its )")
        return inner if number is None else _Group(inner, number)

    def _escaped(self) -> _Node:
        following = self.pattern[self.at : self.at + 1]
        if following in {"b", "B", "A", "z"}:
            self.at += 1
            return _Edge(following)
        return _One(self._escape() if following.lower() in _CLASSES else self._folded(self._escape()))

    def _escape(self) -> Test:
        """What stands behind a backslash, as a test."""
        if self.at >= len(self.pattern):
            raise UnsupportedError("a backslash at the end")
        letter = self.pattern[self.at]
        self.at += 1
        if letter.lower() in _CLASSES:
            test = _CLASSES[letter.lower()]
            return test if letter.islower() else _not(test)
        character = self._character(letter)
        return _between(character, character)

    def _character(self, letter: str) -> str:
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in "xu":
            digits = self.pattern[self.at : self.at + (2 if letter == "x" else 4)]
            if len(digits) != (2 if letter == "x" else 4) or not all(_NAMED["xdigit"](digit) for digit in digits):
                raise UnsupportedError(f"\\{letter} without its digits")
            self.at += len(digits)
            return chr(int(digits, 16))
        if letter.isascii() and letter.isalnum():
            raise UnsupportedError(f"\\{letter}")
        return letter

    def _set(self) -> Test:
        negated = self._eat("^")
        tests: list[Test] = []
        while not self.pattern.startswith("]", self.at) or not tests:
            if self.at >= len(self.pattern):
                raise UnsupportedError("a [ without its ]")
            tests.append(self._member())
        self.at += 1
        test = self._folded(_either(tests))
        return _not(test) if negated else test

    def _member(self) -> Test:
        if self.pattern.startswith("[:", self.at):
            name, closed, _ = self.pattern[self.at + 2 :].partition(":]")
            if closed and name in _NAMED:
                self.at += len(name) + 4
                return _NAMED[name]
        low = self._set_character()
        if callable(low):
            return low
        if not self.pattern.startswith("-", self.at) or self.pattern[self.at + 1 : self.at + 2] in {"]", ""}:
            return _between(low, low)
        self.at += 1
        high = self._set_character()
        if callable(high) or high < low:
            raise UnsupportedError("a range out of order")
        return _between(low, high)

    def _set_character(self) -> str | Test:
        character = self.pattern[self.at]
        self.at += 1
        if character != "\\":
            return character
        letter = self.pattern[self.at : self.at + 1]
        if letter.lower() in _CLASSES:
            return self._escape()
        if not letter:
            raise UnsupportedError("a backslash at the end")
        self.at += 1
        return "\b" if letter == "b" else self._character(letter)

    def _folded(self, test: Test) -> Test:
        return (lambda c: test(c) or test(c.lower()) or test(c.upper())) if self.folds else test

    def _eat(self, mark: str) -> bool:
        found = self.pattern.startswith(mark, self.at)
        self.at += len(mark) * found
        return found


def _is_count(text: str) -> bool:
    return 1 <= len(text) <= 3 and text.isascii() and text.isdigit()
