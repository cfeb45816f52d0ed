"""The patterns by which triggers choose branches and tags.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

#: No file system holds a longer name of a branch or tag.
MAX_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern. `negative` ones (`!…`) take back what those before them chose."""

    negative: bool
    atoms: tuple[Atom, ...]

    def accepts(self, name: str) -> bool:
        """Whether the whole of `name` is as the pattern asks. Linear in both."""
        places = self._with_optional({0})
        for letter in name:
            reached = set()
            for place in places:
                if place < len(self.atoms) and self.atoms[place].takes(letter):
                    reached.add(place + 1)
                    if self.atoms[place].repeats:
                        reached.add(place)
            places = self._with_optional(reached)
        return len(self.atoms) in places

    def _with_optional(self, places: set[int]) -> set[int]:
        """The places, and those that are reached by leaving out what may be left out."""
        reached = set(places)
        for place in places:
            while place < len(self.atoms) and self.atoms[place].optional and place + 1 not in reached:
                place += 1
                reached.add(place)
        return reached

    @property
    def prefix(self) -> str:
        """The plain text that every accepted name begins with."""
        plain = []
        for atom in self.atoms:
            if atom.repeats or atom.optional or atom.outside or len(atom.letters) != 1:
                break
            plain.append(atom.letters)
        return "".join(plain)

    @property
    def literal(self) -> str | None:
        """The one name that it accepts; None where it accepts several."""
        return self.prefix if len(self.prefix) == len(self.atoms) else None


def pattern(text: str) -> Pattern:
    """Read a pattern; what is longer than any name of a branch is cut."""
    text = text[:MAX_LENGTH]
    negative = text.startswith("!")
    return Pattern(negative, tuple(_atoms(text[1:] if negative else text)))


@dataclass(frozen=True, slots=True)
class Atom:
    """One of `letters` (with `outside`: none of them), perhaps none, perhaps several."""

    letters: str
    outside: bool = False
    optional: bool = False
    repeats: bool = False

    def takes(self, letter: str) -> bool:
        return (letter in self.letters) is not self.outside


def _atoms(text: str) -> list[Atom]:
    found: list[Atom] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "*":
            double = text.startswith("**", at)
            found.append(Atom("" if double else "/", outside=True, optional=True, repeats=True))
            at += 2 if double else 1
        elif letter in "?+" and found:
            last = found.pop()
            found.append(Atom(last.letters, last.outside, last.optional or letter == "?", last.repeats or letter == "+"))
            at += 1
        elif letter == "[" and "]" in text[at + 2 :]:
            end = text.index("]", at + 2)
            found.append(Atom(_range(text[at + 1 : end])))
            at = end + 1
        else:
            at += 1 if letter == "\\" and at + 1 < len(text) else 0
            found.append(Atom(text[at]))
            at += 1
    return found


def _range(text: str) -> str:
    """The letters of `a-z0-9_`."""
    letters: list[str] = []
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            letters.extend(chr(code) for code in range(ord(text[at]), min(ord(text[at + 2]), ord(text[at]) + 255) + 1))
            at += 3
        else:
            letters.append(text[at])
            at += 1
    return "".join(letters)


@dataclass(frozen=True, slots=True)
class Filter:
    """What `branches` and `branches-ignore` (or `tags` and `tags-ignore`) choose together; None where one is not given."""

    only: tuple[Pattern, ...] | None
    ignored: tuple[Pattern, ...] | None

    @property
    def given(self) -> bool:
        return self.only is not None or self.ignored is not None

    def accepts(self, name: str) -> bool:
        """Whether a branch or tag of this name starts the workflow."""
        if self.only is not None:
            return _chosen(self.only, name)
        return self.ignored is None or not _chosen(self.ignored, name)

    def prefixes(self) -> tuple[str, ...]:
        """The texts with which accepted names may begin, from the pattern that names most on."""
        return tuple(pattern.prefix for pattern in self.only or () if not pattern.negative)


def _chosen(patterns: tuple[Pattern, ...], name: str) -> bool:
    """The last pattern that knows the name decides."""
    chosen = False
    for pattern in patterns:
        if pattern.accepts(name):
            chosen = not pattern.negative
    return chosen
