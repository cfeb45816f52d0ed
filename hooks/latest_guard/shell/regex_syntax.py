"""Regular expressions as trees: POSIX basic and extended ones with GNU's additions, and the common part of Perl's.

Source of the rules: IEEE Std 1003.1-2017 chapter 9, the manuals of GNU grep and sed, perlre. What is not understood
(back-references, possessive quantifiers, recursion …) raises `NotUnderstood`.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from latest_guard.shell.patterns import CLASSES

MAX_REPEAT = 255
MAX_DEPTH = 40


class NotUnderstood(Exception):
    """The text is no regular expression of this flavour, or asks for what is not supported."""


class Flavour(enum.Enum):
    """Whose regular expressions."""

    BASIC = "basic"  # grep, sed
    EXTENDED = "extended"  # grep -E, sed -E, [[ =~ ]]
    AWK = "awk"  # extended, with backslash escapes everywhere
    PERL = "perl"  # grep -P, jq


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of ranges and named classes."""

    ranges: tuple[tuple[str, str], ...]
    classes: tuple[str, ...] = ()
    negated: bool = False

    def __contains__(self, char: str) -> bool:
        found = any(low <= char <= high for low, high in self.ranges) or any(CLASSES[name](char) for name in self.classes)
        return found != self.negated


@dataclass(frozen=True, slots=True)
class OneOf:
    """One character that any of several sets holds."""

    sets: tuple[Characters, ...]
    negated: bool

    def __contains__(self, char: str) -> bool:
        return any(char in one for one in self.sets) != self.negated


@dataclass(frozen=True, slots=True)
class Place:
    """A place between characters: `^` `$` `b` (word boundary) `B` `<` `>`, `-<` and `>-`: no word
    character before, after; `K` sets the start of what is found.
    """

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`item` from `low` to `high` times; `high` None is without end."""

    item: Tree
    low: int
    high: int | None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is numbered, from 1."""

    item: Tree
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """`(?=…)` `(?!…)` `(?<=…)` `(?<!…)`; `width` is how far a look behind goes back."""

    item: Tree
    ahead: bool
    negated: bool
    width: int = 0


Tree: TypeAlias = Characters | OneOf | Place | Sequence | Choice | Repeat | Group | Look

_NOT_NEWLINE = Characters((("\n", "\n"),), (), negated=True)
_WORD = Characters((("_", "_"),), ("alnum",))
_ESCAPED_SETS = {
    "w": _WORD,
    "W": Characters(_WORD.ranges, _WORD.classes, negated=True),
    "s": Characters((), ("space",)),
    "S": Characters((), ("space",), negated=True),
}
_PERL_SETS = {**_ESCAPED_SETS, "d": Characters((("0", "9"),)), "D": Characters((("0", "9"),), (), negated=True)}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_PLACES = {"b": "b", "B": "B", "<": "<", ">": ">", "`": "^", "'": "$"}
_INTERVAL = re.compile(r"(\d*)(,?)(\d*)", re.ASCII)


def read(text: str, flavour: Flavour) -> tuple[Tree, int]:
    """The tree of a regular expression, and the number of its groups."""
    if "\x00" in text:
        raise NotUnderstood("a null character")
    reader = _Reader(text, flavour)
    tree = reader.choice(0)
    if reader.at < len(text):
        reader.fail("a bracket that was never opened")
    return tree, reader.groups


class _Reader:
    """Recursive descent over the text of one expression."""

    def __init__(self, text: str, flavour: Flavour) -> None:
        self.at = 0
        self.groups = 0
        self._text = text
        self._perl = flavour is Flavour.PERL
        self._awk = flavour is Flavour.AWK
        slash = "\\" if flavour is Flavour.BASIC else ""
        self._basic = flavour is Flavour.BASIC
        self._bar, self._open, self._close, self._brace = slash + "|", slash + "(", slash + ")", slash + "{"
        self._quantifiers = ("*", slash + "+", slash + "?")

    def fail(self, what: str) -> NoReturn:
        """Give up on the expression."""
        raise NotUnderstood(what)

    def _starts(self, text: str) -> bool:
        return self._text.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        if not self._starts(text):
            return False
        self.at += len(text)
        return True

    def choice(self, depth: int) -> Tree:
        """Alternatives up to the end or a closing bracket."""
        if depth > MAX_DEPTH:
            self.fail("nested too deeply")
        options = [self._sequence(depth)]
        while self._take(self._bar):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Tree:
        items: list[Tree] = []
        start = self.at
        while self.at < len(self._text) and not self._starts(self._bar):
            if self._starts(self._close) and (depth > 0 or self._basic or self._perl):
                break
            item = self._item(start, depth)
            items.append(self._repeated(item))
        return Sequence(tuple(items))

    def _item(self, start: int, depth: int) -> Tree:
        if self._take(self._open):
            return self._group(depth)
        char = self._text[self.at]
        if char == "\\":
            return self._escape()
        self.at += 1
        if char == "[":
            return self._bracket()
        if char == ".":
            return _NOT_NEWLINE if self._perl else Characters((), (), negated=True)
        if char == "^" and (not self._basic or self.at - 1 == start):
            return Place("^")
        if char == "$" and (not self._basic or self._ends()):
            return Place("$")
        if char in "*+?" and not self._basic:
            if self._perl or self._awk:
                self.fail("nothing to repeat")
            return Sequence(())  # GNU: what repeats nothing matches nothing
        return Characters(((char, char),))

    def _ends(self) -> bool:
        return self.at == len(self._text) or self._starts(self._bar) or self._starts(self._close)

    # Repetition

    def _repeated(self, item: Tree) -> Tree:
        if self._basic and isinstance(item, Place) and item.kind == "^" and self._starts("*"):
            return self._literal_star(item)
        while True:
            bounds = self._bounds()
            if bounds is None:
                return item
            lazy = self._perl and self._take("?")
            if self._perl and self._starts("+"):
                self.fail("a possessive quantifier")
            item = Repeat(item, bounds[0], bounds[1], lazy)

    def _literal_star(self, place: Place) -> Tree:
        self.at += 1
        return Sequence((place, self._repeated(Characters((("*", "*"),)))))

    def _bounds(self) -> tuple[int, int | None] | None:
        for text, bounds in zip(self._quantifiers, ((0, None), (1, None), (0, 1)), strict=True):
            if self._take(text):
                return bounds
        start = self.at
        if not self._take(self._brace):
            return None
        found = _INTERVAL.match(self._text, self.at)
        low, comma, high = found.groups() if found else ("", "", "")
        self.at += len(low + comma + high)
        if not self._take(self._brace.replace("{", "}")) or not (low or comma):
            if self._basic:
                self.fail("an interval that cannot be read")
            self.at = start  # a brace that begins no interval stands for itself
            return None
        bounds = int(low or 0), (int(high) if high else None) if comma else int(low)
        if bounds[0] > MAX_REPEAT or (bounds[1] is not None and not bounds[0] <= bounds[1] <= MAX_REPEAT):
            self.fail("an interval out of bounds")
        return bounds

    # Groups

    def _group(self, depth: int) -> Tree:
        if self._perl and self._take("?"):
            return self._special_group(depth)
        self.groups += 1
        number = self.groups
        item = self.choice(depth + 1)
        self._end_group()
        return Group(item, number)

    def _end_group(self) -> None:
        if not self._take(self._close):
            self.fail("a group that is not closed")

    def _special_group(self, depth: int) -> Tree:
        named = re.compile(r"(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')").match(self._text, self.at)
        if named:
            self.at = named.end()
            self.groups += 1
            number = self.groups
            item = self.choice(depth + 1)
            self._end_group()
            return Group(item, number)
        for mark, ahead, negated in (("=", True, False), ("!", True, True), ("<=", False, False), ("<!", False, True)):
            if self._take(mark):
                item = self.choice(depth + 1)
                self._end_group()
                return Look(item, ahead, negated, 0 if ahead else self._width(item))
        if not self._take(":"):
            self.fail("a group of an unknown kind")
        item = self.choice(depth + 1)
        self._end_group()
        return item

    def _width(self, item: Tree) -> int:
        """How many characters `item` always matches."""
        if isinstance(item, (Characters, OneOf)):
            return 1
        if isinstance(item, (Place, Look)):
            return 0
        if isinstance(item, Sequence):
            return sum(self._width(part) for part in item.items)
        if isinstance(item, Group):
            return self._width(item.item)
        if isinstance(item, Repeat) and item.low == item.high:
            return item.low * self._width(item.item)
        widths = {self._width(option) for option in item.options} if isinstance(item, Choice) else set()
        if len(widths) != 1:
            self.fail("a look behind of no fixed width")
        return widths.pop()

    # Single characters

    def _escape(self) -> Tree:
        if self.at + 1 >= len(self._text):
            self.fail("a backslash at the end")
        char = self._text[self.at + 1]
        self.at += 2
        sets = _PERL_SETS if self._perl else _ESCAPED_SETS
        if char in sets and not (self._awk and char in "bB"):
            return sets[char]
        if self._perl and char == "K":
            return Place("K")
        if self._perl and char in "AzZ":
            return Place("^" if char == "A" else "$")
        if char in _PLACES and not (self._perl and char in "<>`'"):
            return Place(_PLACES[char])
        if (self._perl or self._awk) and char in _CONTROLS:
            return Characters(((_CONTROLS[char], _CONTROLS[char]),))
        if char.isdigit() or (self._perl and char.isalpha()):
            self.fail("an escape that is not supported")
        return Characters(((char, char),))

    def _bracket(self) -> Tree:
        negated = self._take("^")
        ranges: list[tuple[str, str]] = []
        classes: list[str] = []
        sets: list[Characters] = []
        first = True
        while first or not self._starts("]"):
            if self.at >= len(self._text):
                self.fail("a bracket expression that is not closed")
            first = False
            if self._starts("[:"):
                classes.append(self._class_name())
            elif (self._perl or self._awk) and self._starts("\\") and self._text[self.at + 1 : self.at + 2] in _PERL_SETS:
                sets.append(_PERL_SETS[self._text[self.at + 1]])
                self.at += 2
            else:
                ranges.append(self._range())
        self.at += 1
        plain = Characters(tuple(ranges), tuple(classes), negated)
        return OneOf((Characters(plain.ranges, plain.classes), *sets), negated) if sets else plain

    def _class_name(self) -> str:
        end = self._text.find(":]", self.at)
        name = self._text[self.at + 2 : end] if end > 0 else ""
        if name not in CLASSES:
            self.fail("an unknown class of characters")
        self.at = end + 2
        return name

    def _range(self) -> tuple[str, str]:
        low = self._member()
        if self._starts("-") and self._text[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            high = self._member()
            if low > high:
                self.fail("a range that ends before it begins")
            return low, high
        return low, low

    def _member(self) -> str:
        """One character of a bracket expression."""
        text, at = self._text, self.at
        if text[at : at + 2] in ("[.", "[="):
            if text[at + 3 : at + 5] != text[at + 1] + "]":
                self.fail("a collating element")
            self.at += 5
            return text[at + 2]
        if text[at] == "\\" and (self._perl or self._awk) and at + 1 < len(text):
            self.at += 2
            return _CONTROLS.get(text[at + 1], text[at + 1]) if text[at + 1] != "b" else "\b"
        self.at += 1
        return text[at]
