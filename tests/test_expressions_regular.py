"""Regular expressions without the danger: the same matches as Python's, in time that grows with the text."""

from __future__ import annotations

import random
import re
import time

import pytest

from latest_guard.expressions import regular


class Patterns:
    """Makes patterns whose repeated parts never match nothing: there engines differ among themselves."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pattern(self, depth: int = 2) -> str:
        count = self.random.choice((1, 1, 1, 2, 3))
        return "|".join("".join(self.part(depth) for _ in range(self.random.randint(1, 3))) for _ in range(count))

    def part(self, depth: int) -> str:
        if self.random.random() < 0.15:
            return self.random.choice(("^", "$", r"\b", r"\B"))
        mark = self.random.choice(("", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{1,}", "*?", "+?", "??", "{1,2}?"))
        return self.atom(depth if not mark else 0) + mark

    def atom(self, depth: int) -> str:
        pick = self.random.random()
        if depth > 0 and pick < 0.3:
            return self.random.choice(("(", "(?:", f"(?P<n{self.random.randrange(10**9)}>")) + self.pattern(depth - 1) + ")"
        if pick < 0.65:
            return self.random.choice("abcv10-")
        return self.random.choice(
            (r"\d", r"\w", r"\s", r"\D", r"\.", r"\-", "[a-c]", "[^a]", "[.0-9-]", ".", "[]a]", r"[\d.]", r"[^\s]", r"\x41")
        )

    def text(self) -> str:
        return "".join(self.random.choice("abcv10.-_ A\né") for _ in range(self.random.randint(1, 8)))


@pytest.mark.parametrize("flags", ["", "i", "m", "s", "ism"])
def test_the_same_as_python(flags: str) -> None:
    made = Patterns(14)
    options = re.ASCII
    for letter in flags:
        options |= re.RegexFlag[letter.upper()]
    matches = 0
    for _ in range(2500):
        pattern = made.pattern()
        # Python's $ also matches before a line end at the end.
        theirs = re.compile(pattern if "m" in flags else pattern.replace("$", r"\Z"), options)
        mine = regular.read(pattern, flags)
        for _ in range(3):
            text = made.text()
            expected, found = theirs.search(text), mine.search(text)
            seen = (expected.start(), expected.end(), (expected[0], *expected.groups())) if expected else None
            assert (found and (found.start, found.end, found.groups)) == seen, (pattern, text)
            matches += expected is not None
    assert matches > 2000


@pytest.mark.parametrize(
    ("pattern", "text", "groups"),
    [
        (r"^v(\d+)\.(\d+)\.(\d+)$", "v1.27.4", ("v1.27.4", "1", "27", "4")),
        (r"^v?\d+\.\d+\.\d+$", "v1.27.4-rc.1", None),
        (r"(?i)LATEST", "the Latest", ("Latest",)),
        (r"[[:digit:]]+", "v27", ("27",)),
        (r"a{,2}", "a{,2}", ("a{,2}",)),
        (r"x{", "x{", ("x{",)),
        (r"(?<name>b)?c", "c", ("c", None)),
        (r"\Aa|\u0062\z", "cb", ("b",)),
        ("", "x", ("",)),
    ],
)
def test_what_is_found(pattern: str, text: str, groups: tuple[str | None, ...] | None) -> None:
    found = regular.read(pattern).search(text)
    assert (found and found.groups) == groups


UNREAD = (
    *("(", ")", "[", "[b-a]", "*", "a**", "a*+", "a{2}{3}", "^*", "\\", "[\\", "a{3,2}", r"\x4", "(?P<a"),
    *("(?=a)", "(?!a)", "(?<=a)", "(?>a)", r"(a)\1", r"\p{L}"),
    *("((((a{99}){99}){99}){99})", "a" * 1001, "(" * 51 + ")" * 51),
)


@pytest.mark.parametrize("pattern", UNREAD)
def test_what_is_not_read(pattern: str) -> None:
    with pytest.raises(regular.UnsupportedError):
        regular.read(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(a*)*b", "a"), ("(a|aa)+$", "a"), ("(x+x+)+y", "x"), (".*.*.*=.*", "z"), ("(a?){30}a{30}", "a")],
)
def test_no_pattern_takes_for_ever(pattern: str, text: str) -> None:
    start = time.process_time()
    regular.read(pattern).search(text * 2000)
    assert time.process_time() - start < 3
    with pytest.raises(regular.UnsupportedError):
        regular.read(pattern).search(text * 5000)
