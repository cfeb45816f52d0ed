"""Shell patterns, `${…}` operators and brace expansion against bash."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latest_guard.shell import patterns, words
from shell_judges import run

if TYPE_CHECKING:
    from random import Random

PIECES = ["a", "b", "*", "?", "[ab]", "[!a]", "[^b-]", "[a-c]", "[]a]", "[[:digit:]]", "1", "\\*", "\\", ".", "[", "[a", "-", "é"]
GROUPS = ["@(a|b)", "+(a|ab)", "*(b)", "?(1)", "@(", "+([0-9])", "*(a|*)"]
TEXTS = ["a", "b", "1", ".", "*", "-", "ab", "é"]
OPERATORS = ["#", "##", "%", "%%", "/", "//", "/#", "/%", "^", "^^", ",", ",,"]

JUDGE = """
shopt -s extglob
while IFS= read -r -d '' p && IFS= read -r -d '' t; do
  if [[ $t == $p ]]; then printf 1; else printf 0; fi
  for v in "${t#$p}" "${t##$p}" "${t%$p}" "${t%%$p}" "${t/$p/R}" "${t//$p/R}" "${t/#$p/R}" "${t/%$p/R}" \
           "${t^$p}" "${t^^$p}" "${t,$p}" "${t,,$p}"; do printf '|%s' "$v"; done
  printf '\\n'
done
"""


def several(random: Random, options: list[str], most: int) -> str:
    return "".join(random.choice(options) for _ in range(random.randint(0, most)))


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_patterns_match_as_in_bash(random: Random) -> None:
    cases = [(several(random, PIECES + GROUPS, 4), several(random, TEXTS, 6) or "a") for _ in range(40)]
    answer = run(["bash", "-c", JUDGE], "".join(f"{pattern}\0{text}\0" for pattern, text in cases))
    for (pattern, text), wanted in zip(cases, answer.out.splitlines(), strict=True):
        found = [str(int(patterns.matches(pattern, text))), *[words.operate(text, operator, pattern, "R") for operator in OPERATORS]]
        assert "|".join(map(str, found)) == wanted, (pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ([("v", False), ("*", True)], "v*", True),
        ([("v", False), ("*", True)], "v1", False),
        ([("v", False), ("*", False)], "v1", True),
        ([("[", True), ("a]", False)], "[a]", True),
        ([("[", False), ("-]", True), ("]", False)], "-", True),
        ([("@(a|", False), ("b|c", True), (")", False)], "b|c", True),
        ([("", True)], "", True),
        ("!(latest)", "v1", True),
        ("!(latest)", "latest", False),
        ("!(*-rc*|*-beta*)", "v1.0-rc.1", False),
        ("v+([0-9]).+([0-9])", "v1.27", True),
    ],
)
def test_quoted_pieces_stand_for_themselves(pattern: patterns.Pattern, text: str, expected: bool) -> None:
    assert patterns.matches(pattern, text) is expected


def test_replacements_of_pieces_know_what_matched() -> None:
    assert patterns.substitute("a.b", [(".", True)], [("<", True), ("&", False), ("&", True)]) == "a<.&b"
    assert run(["bash", "-c", "x=a.b; echo ${x/./'<'&'&'}"]).out in ("a<.&b\n", "a<&&b\n")  # bash before 5.2 knows no &


def test_operators_that_are_not_known() -> None:
    assert words.operate("a", "@", "P") is None
    assert words.operate("a", "?", "x") is None
    assert words.operate("a" * 20_000, "#", "*") is None


@pytest.mark.parametrize("transformation", ["U", "u", "L"])
def test_transformations(transformation: str) -> None:
    assert words.operate("vX y", "@", transformation) + "\n" == run(["bash", "-c", f"x='vX y'; echo ${{x@{transformation}}}"]).out  # type: ignore[operator]


@pytest.mark.parametrize(("pattern", "text"), [("*a" * 50 + "b", "a" * 5000), ("+(a|aa)b", "a" * 3000), ("*(*(a))b", "a" * 2000)])
def test_no_pattern_takes_long(pattern: str, text: str) -> None:
    start = time.process_time()
    assert not patterns.matches(pattern, text)
    words.operate(text, "%%", pattern)
    assert time.process_time() - start < 3


BRACES = ["{", "}", ",", "a", "b", "..", "1", "3", "{1..3}", "{a,b}", "-", "{3..1}", "{01..3}", "{a..c}", "{1..9..4}", "{,x}", "é"]


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_braces_expand_as_in_bash(random: Random) -> None:
    cases = [several(random, BRACES, 6) or "a" for _ in range(40)]
    cases = [case for case in cases if not ("..{" in case or "}.." in case)]  # bash takes back what it began there
    answer = run(["bash", "-c", "".join(f"printf '%s ' {case}; echo\n" for case in cases)])
    for case, wanted in zip(cases, answer.out.splitlines(), strict=True):
        assert " ".join(filter(None, words.braces(case))) == " ".join(wanted.split()), case


def test_quoted_braces_stand_for_themselves() -> None:
    assert words.braces([("{a", False), (",", True), ("b,c}", False)]) == ["a,b", "c"]
    assert words.braces([("{a,b}", True)]) == ["{a,b}"]


@pytest.mark.parametrize("word", ["{1..1000000}", "{a,b}" * 30, "{" * 5000, "{a," * 3000 + "}" * 3000])
def test_no_braces_take_long(word: str) -> None:
    start = time.process_time()
    assert len(words.braces(word)) <= words.MAX_WORDS
    assert time.process_time() - start < 2
