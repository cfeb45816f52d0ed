"""Regular expressions against grep and bash, and their bounds."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from latest_guard.shell import regex
from latest_guard.shell.regex_syntax import Flavour
from shell_judges import run

if TYPE_CHECKING:
    from random import Random

TEXTS = ["a", "b", "1", ".", "ab", "x", "A", "*", "-"]
EXTENDED = [
    "a", "b", ".", "a*", "b+", "a?", "[ab]", "[^a]", "(a|ab)", "(b|ba|a)*", "(ab)?", "^", "$", "[0-9]+", "1", "a{2}", "b{1,2}", "(a*)+",
    "|", "\\.", "[[:digit:]]*", "x", "\\w+", "[a-c1]", "\\bx", "[]*-]", "(^|a)", "(b|$)",
]  # fmt: skip
BASIC = [
    "a", "b", ".", "a*", "b\\+", "a\\?", "[ab]", "[^a]", "\\(a\\|ab\\)", "\\(b\\|ba\\|a\\)*", "^", "$", "[0-9]*", "1", "a\\{2\\}",
    "b\\{1,2\\}", "\\.", "[[:digit:]]*", "x", "*", "+", "?", "(", "{", "|", "\\w\\+", "\\bx",
]  # fmt: skip
PERL = ["a", "b", ".", "a*", "b+", "a?", "[ab]", "[^a]", "(a|ab)", "(?:b|ba|a)*", "^", "$", "\\d+", "1", "a{2}", "a*?", "b{1,2}?", "(?=b)",
        "(?<=a)", "(?!a)", "(?<!b)", "\\.", "x", "\\w+", "[\\d.]", "\\s", "|"]  # fmt: skip
FLAVOURS = {Flavour.EXTENDED: ("-E", EXTENDED), Flavour.BASIC: ("-G", BASIC)}


def several(random: Random, options: list[str], least: int, most: int) -> str:
    return "".join(random.choice(options) for _ in range(random.randint(least, most)))


def parts(compiled: regex.Regex, lines: list[str]) -> str:
    """What `grep -on` would print."""
    found = [f"{number}:{match.group()}\n" for number, line in enumerate(lines, 1) for match in compiled.find_all(line) if match.group()]
    return "".join(found)


@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.parametrize("flavour", FLAVOURS)
@settings(max_examples=120, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_matches_are_those_of_grep(flavour: Flavour, ignore_case: bool, random: Random) -> None:
    option, options = FLAVOURS[flavour]
    pattern = several(random, options, 1, 5)
    lines = [several(random, TEXTS, 0, 7) for _ in range(12)]
    compiled = regex.compile_regex(pattern, flavour, ignore_case)
    answer = run(["grep", option, "-on", *(["-i"] if ignore_case else []), "-e", pattern], "\n".join(lines) + "\n")
    assume(compiled is not None)
    assert compiled is not None
    assert answer.status < 2, pattern
    assert parts(compiled, lines) == answer.out, (pattern, lines)


@settings(max_examples=300, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_perl_expressions_match_as_in_python(random: Random) -> None:
    pattern = several(random, PERL, 1, 5)
    text = several(random, TEXTS, 0, 8)
    compiled = regex.compile_regex(pattern, Flavour.PERL)
    assume(compiled is not None)
    assert compiled is not None
    try:
        wanted = re.search(pattern, text, re.ASCII)
    except re.error:
        return
    found = compiled.search(text)
    assert (found and found.spans[0]) == (wanted and wanted.span()), (pattern, text)


CAPTURES = [
    (r"^v?([0-9]+)\.([0-9]+)\.([0-9]+)$", "v1.27.4"),
    (r"^v?(0|[1-9][0-9]*)\.([0-9]+)\.([0-9]+)(-([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?(\+.*)?$", "v1.29.0-rc.1"),
    ("(a|ab)(c|bcd)?(d*)", "abcd"),
    ("x*", "aaa"),
    (r"a\+b", "a+b"),
    (r"^refs/tags/(.*)$", "refs/tags/v1"),
    ("^(.+)[.](.+)$", "a.b.c"),
    ("[[:space:]]+([^[:space:]]+)", "a  b c"),
    ("(^|,)latest(,|$)", "1.0,latest"),
    ("a.b", "a\nb"),
    ("^b", "a\nb"),
    (r"([0-9]{2,}|[a-z]{1,2}){2}", "ab12"),
]


@pytest.mark.parametrize(("pattern", "text"), CAPTURES)
def test_groups_are_those_of_bash(pattern: str, text: str) -> None:
    answer = run(["bash", "-c", '[[ $1 =~ $2 ]] && printf "<%s>" "${BASH_REMATCH[@]}"', "bash", text, pattern])
    compiled = regex.compile_ere(pattern)
    assert compiled is not None
    found = compiled.search(text)
    shown = "".join(f"<{found.group(number) or ''}>" for number in range(compiled.groups + 1)) if found else ""
    assert shown == answer.out


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "a{300}", "a{2,1}", "\\", r"(a)\1", "[[:nothing:]]", "[b-a]", "(" * 200 + ")" * 200, "a" * 3000]
)
def test_what_is_no_expression_is_refused(pattern: str) -> None:
    assert regex.compile_ere(pattern) is None


@pytest.mark.parametrize("pattern", ["(?P<x", "(?(1)a)", "a++", "(?<=a+)b", "\\1", "(?#x)", "*a"])
def test_perl_that_is_not_understood_is_refused(pattern: str) -> None:
    assert regex.compile_regex(pattern, Flavour.PERL) is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a*)*b", "a" * 3000),
        ("(a|aa)+$", "a" * 3000 + "b"),
        (".*.*.*.*.*x", "a" * 2000),
        ("(x+x+)+y", "x" * 3000),
        ("((a{9}){9}){9}b", "a" * 2000),
    ],
)
def test_no_expression_takes_long(pattern: str, text: str) -> None:
    compiled = regex.compile_ere(pattern)
    start = time.process_time()
    assert compiled is not None
    assert compiled.search(text) is None
    assert time.process_time() - start < 8


def test_texts_that_are_too_long_are_refused() -> None:
    compiled = regex.compile_ere("(a|b)*c")
    assert compiled is not None
    with pytest.raises(regex.TooLong):
        compiled.search("a" * 1_000_000)
    looking = regex.compile_regex("(?=.*x)y", Flavour.PERL)
    assert looking is not None
    with pytest.raises(regex.TooLong):
        looking.search("a" * 1000)


@given(st.text(max_size=30), st.sampled_from(Flavour), st.text(max_size=30))
def test_any_text_is_read_as_an_expression(pattern: str, flavour: Flavour, text: str) -> None:
    compiled = regex.compile_regex(pattern, flavour)
    if compiled is not None:
        compiled.search(text)
