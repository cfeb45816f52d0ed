"""GitLab's `rules: if` as a tree."""

from __future__ import annotations

import time

import pytest

from expression_cases import shape
from latest_guard.expressions import gitlab
from latest_guard.expressions.tree import Expression, Unreadable, walk
from latest_guard.source import Source

READ = (
    ("$CI_COMMIT_TAG", "CI_COMMIT_TAG"),
    ('$CI_COMMIT_TAG == "v1"', "(CI_COMMIT_TAG == 'v1')"),
    ("$CI_COMMIT_TAG == 'v1'", "(CI_COMMIT_TAG == 'v1')"),
    ('"v1"==$CI_COMMIT_TAG', "('v1' == CI_COMMIT_TAG)"),
    ('$A == ""', "(A == '')"),
    ("$A != null", "(A != None)"),
    ("$A == true", "(A == True)"),
    (r"$A =~ /^v\d+\.\d+$/", r"(A =~ regex('^v\\d+\\.\\d+$', ''))"),
    ("$A !~ /-rc/i", "(A !~ regex('-rc', 'i'))"),
    (r"$A =~ /^release\/.*$/ismU", "(A =~ regex('^release/.*$', 'ismU'))"),
    ("$A =~ $PATTERN", "(A =~ PATTERN)"),
    ("$A && $B || $C && $D", "((A && B) || (C && D))"),
    ("$A || $B && $C", "(A || (B && C))"),
    ("($A || $B) && $C", "((A || B) && C)"),
    ("$A == $B && $C != $D", "((A == B) && (C != D))"),
    ("$A\n  && $B", "(A && B)"),
    ("!$A && $B", "(!A && B)"),
    ("!($A == 'x')", "!(A == 'x')"),
    ('$A == "a && b || (c)"', "(A == 'a && b || (c)')"),
    ('$A == "it\'s"', '(A == "it\'s")'),
    ('$[[ inputs.latest ]] == "true"', "(inputs['latest'] == 'true')"),
    ('"$[[ inputs.latest ]]" == "true"', "(inputs['latest'] == 'true')"),
    ('"$[[ inputs.tag | expand_vars ]]" == $A', "(inputs['tag'] == A)"),
    ('$A == "v$[[ inputs.major ]].{x}.$[[inputs.minor]]"', "(A == format('v{0}.{{x}}.{1}', inputs['major'], inputs['minor']))"),
)

REFUSED = (
    ("", "the expression ends too early", ""),
    ("   ", "the expression ends too early", " "),
    ("$A ==", "the expression ends too early", "="),
    ("$A = 'x'", "unexpected '='", "="),
    ("$A == 'x", 'unexpected "\'x"', "'"),
    ("$A $B", "unexpected '$B'", "$B"),
    ("${A}", "unexpected '${A}'", "$"),
    ("A == 'x'", "unexpected 'A'", "A"),
    ("($A", "the expression ends too early", "A"),
    ("$A)", "unexpected ')'", ")"),
    ("$A & $B", "unexpected '&'", "&"),
    ("nullable", "unexpected 'nullable'", "n"),
    ("$A =~ /x", "unexpected '/x'", "/"),
    ("(" * 51 + "$A" + ")" * 51, "nested more than 50 deep", "("),
)


def read(text: str) -> Expression:
    return gitlab.parse(Source("case.yml", text).whole())


@pytest.mark.parametrize(("text", "tree"), READ)
def test_what_is_read(text: str, tree: str) -> None:
    assert shape(read(text)) == tree


@pytest.mark.parametrize(("text", "reason", "place"), REFUSED)
def test_what_is_refused(text: str, reason: str, place: str) -> None:
    found = read(text)
    assert isinstance(found, Unreadable)
    assert found.reason == reason
    assert text[found.span.column - 1 : found.span.end_column - 1] == place


@pytest.mark.parametrize("text", [text for text, _ in READ if "\n" not in text and "[[" not in text])
def test_each_node_stands_where_it_says(text: str) -> None:
    for node in walk(read(text)):
        piece = text[node.span.column - 1 : node.span.end_column - 1]
        if shape(node) not in {"''", "'i'", "'ismU'"} and not piece.startswith("/"):
            assert shape(read(piece)) == shape(node)


def test_a_deep_tree_is_refused() -> None:
    assert shape(read(" == ".join(["$A"] * 120))) == "<nested more than 100 deep>"


def test_long_conditions_take_linear_time_and_stay_flat() -> None:
    def seconds(count: int) -> float:
        text = " || ".join(f'$A{number} == "x"' for number in range(count))
        start = time.process_time()
        tree = read(text)
        assert not isinstance(tree, Unreadable)
        return time.process_time() - start

    seconds(100)
    short = min(seconds(1000) for _ in range(3))
    assert seconds(8000) < 8 * 4 * short
