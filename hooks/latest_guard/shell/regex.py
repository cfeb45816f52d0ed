"""Regular expressions of the shell's tools on concrete strings, in bounded time.

Python's `re` is not used for what comes out of a script: it may take exponential time, and it does not know the longest match that
POSIX asks for.  Here an expression becomes a program of small steps; a step is never taken twice at the same place, so that a
search takes at most the length of the program times that of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from latest_guard.shell.regex_syntax import (
    Characters,
    Choice,
    Flavour,
    Group,
    NotUnderstood,
    OneOf,
    Place,
    Repeat,
    Sequence,
    Tree,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PROGRAM = 4000
"""Expressions that need more steps are not compiled."""

MAX_WORK = 3_000_000
"""Texts for which program times text is more than this are not searched."""

MAX_LOOKING = 500
"""The same for expressions that look ahead or behind: longer texts are not searched."""

MAX_PATTERN = 2000
"""Longer expressions are not read."""


class _Set(Protocol):
    """What says of a character whether it is in it."""

    def __contains__(self, char: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Take:
    """Go over one character of the set."""

    wanted: _Set


@dataclass(frozen=True, slots=True)
class _Split:
    """Go on at `first`, or else at `second`."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class _Save:
    """Note the place: slot 2n is the start of group n, 2n+1 its end."""

    slot: int


@dataclass(frozen=True, slots=True)
class _At:
    """Go on only at such a place."""

    kind: str


@dataclass(frozen=True, slots=True)
class _LookStep:
    """Go on only where `program` matches (or does not) from here, or from `width` characters before."""

    program: _Program
    ahead: bool
    negated: bool
    width: int


@dataclass(frozen=True, slots=True)
class _Found:
    """The end of the program."""


_Step: TypeAlias = "_Take | _Split | _Save | _At | _LookStep | _Found"
_Program: TypeAlias = "tuple[_Step, ...]"
_Saved: TypeAlias = "tuple[int, int, _Saved] | None"
"""Slots and places, the newest first."""


Around: TypeAlias = Literal["", "line", "word"]

_AROUND: dict[Around, tuple[tuple[Place, ...], tuple[Place, ...]]] = {
    "": ((), ()),
    "line": ((Place("^"),), (Place("$"),)),
    "word": ((Place("-<"),), (Place(">-"),)),
}


class TooLong(ValueError):
    """The text is too long for the expression."""


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: `spans` has the place of the whole and of every group, None for a group that took no part."""

    text: str
    spans: tuple[tuple[int, int] | None, ...]

    def group(self, number: int = 0) -> str | None:
        """The text of a group; None where it took no part."""
        span = self.spans[number]
        return None if span is None else self.text[span[0] : span[1]]

    def start(self) -> int:
        """Where the match begins."""
        assert self.spans[0]
        return self.spans[0][0]

    def end(self) -> int:
        """Where the match ends."""
        assert self.spans[0]
        return self.spans[0][1]


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression that can be searched for. `longest`: of all matches at a place the longest counts (POSIX)."""

    program: _Program
    groups: int
    longest: bool
    ignore_case: bool

    def search(self, text: str, start: int = 0) -> Match | None:
        """The first match at or behind `start`. Raises TooLong for a text that is too long for this expression."""
        return self._search(text, start)[0]

    def find_all(self, text: str) -> Iterator[Match]:
        """All matches one after the other, without overlap. An empty one right behind another does not count."""
        at, last, work = 0, -1, 0
        while at <= len(text):
            found, steps = self._search(text, at)
            work += steps
            if work > MAX_WORK:
                raise TooLong
            if found is None:
                return
            if found.end() > found.start() or found.start() != last:
                yield found
            last = found.end()
            at = found.end() if found.end() > max(at, found.start()) else found.end() + 1

    def _search(self, text: str, start: int) -> tuple[Match | None, int]:
        """The first match, and how many steps it took to find it."""
        looks = any(isinstance(step, _LookStep) for step in self.program)
        if len(self.program) * (len(text) + 1) > MAX_WORK or (looks and len(text) > MAX_LOOKING):
            raise TooLong
        folded = text.casefold() if self.ignore_case else text
        run = _Run(self.program, text, folded if len(folded) == len(text) else text)
        for at in range(start, len(text) + 1):
            found = run.match(at, self.longest)
            if found is not None:
                return Match(text, _spans(found[0], found[1], at, self.groups)), run.steps()
        return None, run.steps()


def compile_ere(text: str, ignore_case: bool = False) -> Regex | None:
    """An extended regular expression, as in `grep -E`, `sed -E` and `[[ =~ ]]`; None where it cannot be read."""
    return compile_regex(text, Flavour.EXTENDED, ignore_case)


def compile_bre(text: str, ignore_case: bool = False) -> Regex | None:
    """A basic regular expression, as in `grep` and `sed`; None where it cannot be read."""
    return compile_regex(text, Flavour.BASIC, ignore_case)


@lru_cache(maxsize=512)
def compile_regex(text: str, flavour: Flavour, ignore_case: bool = False, around: Around = "") -> Regex | None:
    """A regular expression of any flavour; None where it cannot be read.

    With `around` it must match a whole `line`, or a `word`: something with no word character next to it.
    """
    if len(text) > MAX_PATTERN:
        return None
    try:
        tree, groups = read(text, flavour)
        before, after = _AROUND[around]
        steps = _Writer(ignore_case).program(Sequence((*before, tree, *after)))
    except NotUnderstood:
        return None
    return Regex(steps, groups, flavour is not Flavour.PERL, ignore_case)


@dataclass(frozen=True, slots=True)
class _AnyCase:
    """A set that does not tell capitals from small letters; asked with folded characters."""

    wanted: Characters | OneOf

    def __contains__(self, char: str) -> bool:
        found = (char in self.wanted, char.upper() in self.wanted, char.lower() in self.wanted)
        return all(found) if self.wanted.negated else any(found)


class _Writer:
    """Turns a tree into a program."""

    def __init__(self, ignore_case: bool) -> None:
        self._ignore_case = ignore_case
        self._steps: list[_Step] = []

    def program(self, tree: Tree) -> _Program:
        """The steps that match the tree."""
        self._write(tree)
        self._steps.append(_Found())
        return tuple(self._steps)

    def _add(self, step: _Step) -> int:
        if len(self._steps) >= MAX_PROGRAM:
            raise NotUnderstood("too long")
        self._steps.append(step)
        return len(self._steps) - 1

    def _write(self, tree: Tree) -> None:
        if isinstance(tree, (Characters, OneOf)):
            self._add(_Take(_AnyCase(tree) if self._ignore_case else tree))
        elif isinstance(tree, Place):
            self._add(_Save(0) if tree.kind == "K" else _At(tree.kind))
        elif isinstance(tree, Sequence):
            for item in tree.items:
                self._write(item)
        elif isinstance(tree, Choice):
            self._choice(tree.options)
        elif isinstance(tree, Repeat):
            self._repeat(tree)
        elif isinstance(tree, Group):
            self._add(_Save(2 * tree.number))
            self._write(tree.item)
            self._add(_Save(2 * tree.number + 1))
        else:
            self._add(_LookStep(_Writer(self._ignore_case).program(tree.item), tree.ahead, tree.negated, tree.width))

    def _choice(self, options: tuple[Tree, ...]) -> None:
        ends: list[int] = []
        for option in options[:-1]:
            split = self._add(_Found())
            self._write(option)
            ends.append(self._add(_Found()))
            self._steps[split] = _Split(split + 1, len(self._steps))
        self._write(options[-1])
        for end in ends:
            self._steps[end] = _Split(len(self._steps), len(self._steps))

    def _repeat(self, tree: Repeat) -> None:
        for _ in range(tree.low):
            self._write(tree.item)
        if tree.high is None:
            split = self._add(_Found())
            self._write(tree.item)
            self._add(_Split(split, split))
            self._steps[split] = self._split(split + 1, len(self._steps), tree.lazy)
            return
        splits = []
        for _ in range(tree.high - tree.low):
            splits.append(self._add(_Found()))
            self._write(tree.item)
        for split in splits:
            self._steps[split] = self._split(split + 1, len(self._steps), tree.lazy)

    @staticmethod
    def _split(inside: int, behind: int, lazy: bool) -> _Split:
        return _Split(behind, inside) if lazy else _Split(inside, behind)


class _Run:
    """A search in one text. Steps that led nowhere at a place are remembered: they lead nowhere from any start."""

    def __init__(self, program: _Program, text: str, folded: str) -> None:
        self._program = program
        self._text = text
        self._folded = folded
        self._done: set[int] = set()

    def steps(self) -> int:
        """How many steps the search took."""
        return len(self._done)

    def match(self, start: int, longest: bool) -> tuple[int, _Saved] | None:
        """Where a match from `start` ends, and what it saved."""
        best: tuple[int, _Saved] | None = None
        width = len(self._text) + 1
        pending: list[tuple[int, int, _Saved]] = [(0, start, None)]
        while pending:
            at, place, saved = pending.pop()
            key = at * width + place
            if key in self._done:
                continue
            self._done.add(key)
            step = self._program[at]
            if isinstance(step, _Take):
                if place < width - 1 and self._folded[place] in step.wanted:
                    pending.append((at + 1, place + 1, saved))
            elif isinstance(step, _Split):
                pending.append((step.second, place, saved))
                pending.append((step.first, place, saved))
            elif isinstance(step, _Save):
                pending.append((at + 1, place, (step.slot, place, saved)))
            elif isinstance(step, _Found):
                if not longest:
                    return place, saved
                if best is None or place > best[0]:
                    best = place, saved
            elif self._holds(step, place):
                pending.append((at + 1, place, saved))
        return best

    def _holds(self, step: _At | _LookStep, place: int) -> bool:
        if isinstance(step, _At):
            return _is_place(step.kind, self._text, place)
        start = place if step.ahead else place - step.width
        found = _Run(step.program, self._text, self._folded).match(start, longest=False) if start >= 0 else None
        return (found is not None) != step.negated


def _is_place(kind: str, text: str, at: int) -> bool:
    if kind == "^":
        return at == 0
    if kind == "$":
        return at == len(text)
    before = at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")
    after = at < len(text) and (text[at].isalnum() or text[at] == "_")
    if kind in ("-<", ">-"):
        return not (before if kind == "-<" else after)
    if kind == "<":
        return after and not before
    if kind == ">":
        return before and not after
    return (before != after) == (kind == "b")


def _spans(end: int, saved: _Saved, start: int, groups: int) -> tuple[tuple[int, int] | None, ...]:
    places: dict[int, int] = {}
    while saved is not None:
        slot, place, saved = saved
        places.setdefault(slot, place)
    found: list[tuple[int, int] | None] = [(places.get(0, start), end)]
    for number in range(1, groups + 1):
        low, high = places.get(2 * number), places.get(2 * number + 1)
        found.append(None if low is None or high is None else (low, high))
    return tuple(found)
