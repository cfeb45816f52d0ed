"""GitHub's expressions on known values, with GitHub's own evaluator as the judge."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from expression_cases import CONTEXTS, Generator, judged, ours, outcome, read
from latest_guard.expressions import concrete, ecma

#: Where we differ from the package on purpose: a name, the expression, what the package says, what we say, and why.
#: Each was looked up in the runner, which is what runs in the end: its lexer, parser and functions in C#.
DIFFERENCES: tuple[tuple[str, str, Any, Any, str], ...] = (
    (
        "quotes",
        "'a''b''c'",
        "a'b''c",
        "a'b'c",
        "the package undoubles only the first pair of quotes in a string; the runner undoubles all of them",
    ),
    (
        "comma",
        "format('{0}', 'a',)",
        "a",
        "refused",
        "the package takes a comma before the closing parenthesis; the runner does not",
    ),
    (
        "braces",
        "format('{0abc}', 'x')",
        "x",
        "error",
        "the package drops what stands behind the number in braces; the runner refuses it",
    ),
    (
        "case",
        "case(true, 1, fromJSON('['))",
        "error",
        ["number", "1"],
        "the package works out every argument of case first; the runner only those that it needs",
    ),
    (
        "order",
        """fromJSON('{"b":1,"10":2,"9":3}')""",
        ["mapping", [["9", ["number", "3"]], ["10", ["number", "2"]], ["b", ["number", "1"]]]],
        ["mapping", [["b", ["number", "1"]], ["10", ["number", "2"]], ["9", ["number", "3"]]]],
        "JavaScript puts keys that are whole numbers first; the runner keeps the order of the text",
    ),
    (
        "inherited",
        """fromJSON('{"constructor":1}').constructor""",
        None,
        ["number", "1"],
        "the package loses keys whose names JavaScript objects inherit",
    ),
    (
        "levels",
        " == ".join(["1"] * 120),
        True,
        "refused",
        "the package counts no levels in a chain of comparisons; the runner allows 50, we 100",
    ),
)

#: Expressions that have bitten somebody, or might.
NASTY = (
    # Truth.
    "!'false'",
    "'false' && 'yes'",
    "false || 'auto'",
    "'' || 'auto'",
    "!''",
    "!'0'",
    "!0",
    "!-0",
    "!NaN",
    "!null",
    "!github",
    "!steps",
    "!inputs.missing",
    "github.event.release.prerelease || 'final'",
    "github.event.release.draft && 1",
    "1 && 0 || 2",
    "true && false || true && 'x'",
    # Equality.
    "'' == 0",
    "null == 0",
    "null == ''",
    "null == false",
    "false == ''",
    "false == '0'",
    "true == '1'",
    "true == 'true'",
    "env.ZERO == 0",
    "env.BLANK == 0",
    "env.HEX == 31",
    "'0X1F' == 31",
    "'0b11' == 3",
    "'0o17' == 15",
    "'1_000' == 1000",
    "'1e3' == 1000",
    "'.5' == 0.5",
    "'5.' == 5",
    "'Infinity' == Infinity",
    "'infinity' == Infinity",
    "'+Infinity' == Infinity",
    "NaN == NaN",
    "NaN != NaN",
    "'NaN' == NaN",
    "'abc' == 0",
    "github == github",
    "github == steps",
    "github.event == github.event",
    "matrix.os == matrix.os",
    "matrix.* == matrix.*",
    "fromJSON('{}') == fromJSON('{}')",
    "fromJSON('[]') == 0",
    "fromJSON('[]') == ''",
    "github == 'Object'",
    "'LATEST' == inputs.tag",
    "'ß' == 'SS'",
    "'ı' == 'I'",
    "'İ' == 'i̇'",
    "1 == 1 == 1",
    "1 == 1 == 'true'",
    "2 == 2 == 2",
    # Order.
    "'10' < '9'",
    "10 < '9'",
    "'v1.10' < 'v1.9'",
    "'a' < 'B'",
    "'a' <= 'A'",
    "null < 1",
    "null <= 0",
    "null >= null",
    "false < true",
    "true > false",
    "true > '0'",
    "NaN <= NaN",
    "NaN < 1",
    "NaN >= 'NaN'",
    "github < github",
    "github <= github",
    "github >= steps",
    "'😀' < '\uffff'",
    "3 > 2 > 1",
    "1 < 2 == true",
    "!true == false",
    "!(1 == 2) && !0",
    # Numbers.
    "0x1F",
    "0xff",
    "0o17",
    "1e3",
    "1E-7",
    "1e400",
    "-0",
    "+1",
    ".5",
    "5.",
    "-.5",
    "-Infinity",
    "+Infinity",
    "-NaN",
    "0x",
    "-0x1",
    "1.2.3",
    "1e",
    "01",
    "08",
    "format('{0}', 0.1)",
    "format('{0}', -0)",
    "format('{0}', 1e21)",
    "format('{0}', 1e20)",
    "format('{0}', 123456789012345678)",
    "format('{0}', 0.000001)",
    "format('{0}', 1e-7)",
    "format('{0}', 1e-16)",
    "format('{0}', -1e-16)",
    "format('{0}', 0.0000152587890625)",
    "format('{0}', 0.1234567890123456789)",
    "format('{0} {1} {2}', NaN, Infinity, -Infinity)",
    "format('{0}', 1.10)",
    "matrix.versions[0] == '3.1'",
    "join(matrix.versions, '/')",
    # Strings.
    "'it''s'",
    "''",
    "''''",
    "'''",
    "'a",
    "''a'",
    '"a"',
    "'a\nb'",
    # Functions.
    "format('{0}', null)",
    "format('{0}', true)",
    "format('{0}', github)",
    "format('{0}', matrix.os)",
    "format('{{{0}}}', 1)",
    "format('{{0}}', 1)",
    "format('{0}{1}{0}', 1, 2)",
    "format('{1}', 1)",
    "format('{-1}', 1)",
    "format('{ 0}', 1)",
    "format('{0', 1)",
    "format('0}', 1)",
    "format('{}', 1)",
    "format('{00}', 1)",
    "format('{99999999999}', 1)",
    "format('}{')",
    "format('}}{{')",
    "format('{0}', '{1}', 'x')",
    "format(1, 2)",
    "contains('Latest', 'LATEST')",
    "contains('latest', '')",
    "contains('', '')",
    "contains(null, '')",
    "contains(123, 2)",
    "contains(true, 'RU')",
    "contains(matrix.os, 'UBUNTU')",
    "contains(matrix.os, 'ubu')",
    "contains(matrix.versions, '3.10')",
    "contains(matrix.versions, '')",
    "contains(matrix.versions, 'true')",
    "contains(fromJSON('[]'), '')",
    "contains(fromJSON('[null]'), '')",
    "contains(fromJSON('[0]'), '')",
    "contains(matrix.nested, matrix.nested[0])",
    "contains(github, 'ref')",
    "contains('Object', github)",
    "contains(github.event.commits.*.author.name, 'bob')",
    "startsWith('REFS/tags/v1', 'refs/Tags/')",
    "startsWith(github.ref, '')",
    "startsWith(123, 12)",
    "startsWith(github, 'Obj')",
    "startsWith('Object', github)",
    "endsWith(null, '')",
    "endsWith(1.10, '.1')",
    "endsWith('STRASSE', 'straße')",
    "join(matrix.os)",
    "join(matrix.os, '')",
    "join(matrix.os, null)",
    "join(matrix.os, github)",
    "join('a', 'b')",
    "join(null)",
    "join(github)",
    "join(fromJSON('[]'))",
    "join(matrix.nested, ';')",
    "join(matrix.nested.*.*, ';')",
    "join(github.event.commits.*.id, ' ')",
    "toJSON(github.event)",
    "toJSON(matrix)",
    "toJSON(inputs)",
    "toJSON(needs.*)",
    "toJSON(fromJSON('[]'))",
    "toJSON(fromJSON('{}'))",
    "toJSON(fromJSON('{\"a\":{}}'))",
    "toJSON(NaN)",
    "toJSON(-0)",
    "toJSON(1e21)",
    "toJSON('a\"\\\n\u007f\u2028é')",
    "fromJSON('')",
    "fromJSON(' ')",
    "fromJSON('null')",
    "fromJSON('NaN')",
    "fromJSON('Infinity')",
    "fromJSON('-Infinity')",
    "fromJSON('1e400')",
    "fromJSON('-0')",
    "fromJSON('01')",
    "fromJSON('1.')",
    "fromJSON('\"\\u00e9\"')",
    "fromJSON('[1,]')",
    'fromJSON(\'{"a":1,"A":2}\')',
    'fromJSON(\'{"a":1,"a":2}\')',
    'fromJSON(\'{"A":1,"a":2}\').a',
    "fromJSON('\ufeff1')",
    "fromJSON(1)",
    "fromJSON(true)",
    "fromJSON(null)",
    "fromJSON(github)",
    "fromJSON(fromJSON(toJSON(toJSON(github.event)))).release.tag_name",
    "fromJSON(needs.build.outputs.json).a[1].b",
    "fromJSON(format('{0}', inputs.push))",
    "fromJSON(env.FALSE) || 'auto'",
    "fromJSON('[[[[[[[[[[1]]]]]]]]]]')[0][0][0][0][0][0][0][0][0][0]",
    "case(true, 1, 2)",
    "case(false, 1, true, 2, 3)",
    "case(1, 1, 2)",
    "case('true', 1, 2)",
    "case(false, 1, github)",
    "case(true, 1)",
    "case(true, 1, 2, 3)",
    "hashFiles('**/x')",
    "hashFiles()",
    "success()",
    "always() && 1",
    "always(1)",
    "cancelled() || failure()",
    "CONTAINS('a', 'A')",
    "tojson(FROMJSON('1'))",
    # Access.
    "github.REF",
    "GitHub['Ref']",
    "github.event_name",
    "needs.BUILD.outputs.is-latest",
    "needs.build.outputs['IS-LATEST']",
    "needs.build.outputs.missing.deeper.still",
    "secrets.ANYTHING",
    "strategy.job-index",
    "env['empty']",
    "env[null]",
    "inputs[github]",
    "matrix.os[0]",
    "matrix.os['1']",
    "matrix.os['0x1']",
    "matrix.os[1.9]",
    "matrix.os[-1]",
    "matrix.os[3]",
    "matrix.os[NaN]",
    "matrix.os[Infinity]",
    "matrix.os['']",
    "matrix.os[null]",
    "matrix.os[true]",
    "matrix.os['os']",
    "matrix.os.length",
    "matrix.os[matrix.os]",
    "(github).ref",
    "(github.event).release.tag_name",
    "fromJSON('[1,2]')[1]",
    "fromJSON('[1,2]').*",
    "'abc'[0]",
    "'abc'.length",
    "1.x",
    "true.x",
    "github . ref",
    "github\n.\nref",
    "github[ 'ref' ]",
    "github.true",
    "github.null.NaN",
    "github.event.commits.*.id",
    "github.event.commits.*.ID",
    "github.event.commits[*].author.name",
    "github.event.commits.*.author.*",
    "github.event.commits.*.added[0]",
    "github.event.commits.*[3]",
    "github.event.commits.*[3].id",
    "github.event.commits.*.*",
    "github.event.commits.*.missing",
    "github.event.*.id",
    "matrix.nested.*[0]",
    "matrix.nested.*.*",
    "matrix.nested.*.k",
    "matrix.nested[*][*][0]",
    "(matrix.nested.*)[0]",
    "github.ref.*",
    "strategy.*",
    "steps.*",
    "needs.*.result",
    "needs.*.result == 'success'",
    "contains(needs.*.result, 'failure')",
    "join(needs.*.result, ',')",
    # What is refused.
    "",
    " ",
    "()",
    "(1",
    "1)",
    "1 2",
    "'a' 'b'",
    "github github",
    "github.",
    "github..ref",
    "github.'ref'",
    "github.5",
    "github[",
    "github[]",
    "github['ref'",
    "github]",
    "*",
    "*.github",
    "github*",
    "github.**",
    "github[**]",
    "==",
    "1 ==",
    "== 1",
    "1 = 1",
    "1 === 1",
    "1 & 1",
    "1 | 1",
    "a && b",
    "unknown",
    "unknown.ref",
    "unknown()",
    "true()",
    "github()",
    "contains",
    "contains('a')",
    "contains('a', 'b', 'c')",
    "format()",
    "contains(,)",
    "contains('a' 'b')",
    "!",
    "!!",
    "1 !2",
    "a-b",
    "-a",
    "1-1",
    "1 - 1",
    "1 + 1",
    "github.ref =~ 'x'",
    "github.ref == refs/heads/main",
    "startsWith(github.ref, refs/tags/)",
    "${{ github.ref }}",
    "$github",
    "github#x",
    "github;",
    "True",
    "NULL",
    "nan",
    "github\u00a0.ref",
    "\u00a0github.ref\u00a0",
    "github\u000b.ref",
    "True == true",
    "gith\u00fcb",
    "not true",
    "true and false",
    "true ? 1 : 2",
    "insert",
    "1,2",
    "[1]",
    "{}",
    # Levels.
    *("!" * count + "1" for count in (48, 49, 50, 51)),
    *("(" * count + "1" + ")" * count for count in (48, 49, 50, 51)),
    *("github" + ".a" * count for count in (48, 49, 50, 51)),
    *("github" + "[0]" * count for count in (48, 49, 50, 51)),
    *("github" + ".*" * count for count in (48, 49, 50, 51)),
    *("format(" * count + "1" + ")" * count for count in (48, 49, 50, 51)),
    *("(1 && " * count + "1" + ")" * count for count in (23, 24, 25, 26)),
    *("(0 || 1 && " * count + "1" + ")" * count for count in (15, 16, 17, 18)),
    *("github[" * count + "0" + "]" * count for count in (48, 49, 50, 51)),
    *("github.a.b[" * count + "0" + "]" * count for count in (15, 16, 17, 18)),
    " && ".join(["1"] * 3000),
    " || ".join(["0"] * 3000),
    "1 && 0 || " * 1500 + "1",
    "1" + " " * 21_100,
    "'" + "a" * 20_998 + "'",
    "'" + "a" * 20_999 + "'",
)


def explained(expression: str, theirs: dict[str, Any], mine: dict[str, Any]) -> str:
    """The name of the row of DIFFERENCES that explains a difference on a generated expression; "" where none does."""
    if mine.get("refused") == "unexpected ')'" and re.search(r",\s*\)", expression):
        return "comma"
    if mine.get("error") == "the format string is malformed" and re.search(r"\{\d+[^}\d]", expression):
        return "braces"
    if "error" in theirs and "error" not in mine and re.search(r"(?i)case\s*\(", expression):
        return "case"
    return "quotes" if re.search(r"'(?:[^']|'')*''(?:[^']|'')*''(?:[^']|'')*'", expression) else ""


def test_the_judge_agrees_on_nasty_ones() -> None:
    answers = judged(list(NASTY))
    found = [(e, theirs, mine) for e, theirs in zip(NASTY, answers, strict=True) if outcome(theirs) != outcome(mine := ours(e))]
    assert not found


@pytest.mark.parametrize("seed", [20, 26, 11])
def test_the_judge_agrees_on_generated_ones(seed: int) -> None:
    generator = Generator(seed)
    expressions = [generator.expression() for _ in range(4000)] + [generator.broken() for _ in range(2000)]
    answers = judged(expressions)
    kinds = [next(iter(answer)) for answer in answers]
    assert min(kinds.count(kind) for kind in ("value", "error", "refused")) > 50
    reasons = []
    for expression, theirs in zip(expressions, answers, strict=True):
        mine = ours(expression)
        if outcome(theirs) != outcome(mine):
            reason = explained(expression, theirs, mine)
            assert reason, f"{expression!r}: the judge says {theirs}, we say {mine}"
            reasons.append(reason)
    assert len(reasons) < len(expressions) / 100


@pytest.mark.parametrize(("expression", "theirs", "mine"), [row[1:4] for row in DIFFERENCES], ids=[row[0] for row in DIFFERENCES])
def test_known_differences_are_as_described(expression: str, theirs: Any, mine: Any) -> None:
    def short(answer: dict[str, Any]) -> Any:
        return answer["value"] if "value" in answer else next(iter(answer))

    assert short(ours(expression)) == mine
    assert short(judged([expression])[0]) == theirs


TRAPS = (
    ("'false' && 'yes'", "yes"),
    ("env.FALSE == false", False),
    ("env.FALSE == 'FALSE'", True),
    ("false || 'auto'", "auto"),
    ("github.event.release.prerelease == false || 'auto'", True),
    ("fromJSON(needs.build.outputs.is-latest) || 'auto'", "auto"),
    ("needs.build.outputs.is-latest || 'auto'", "false"),
    ("'' == 0", True),
    ("NaN == NaN", False),
    ("github == github", True),
    ("fromJSON('[]') == fromJSON('[]')", False),
    ("github.event.commits.*.author.name", ["Ann", "Bob"]),
    ("'v1.10' > 'v1.9'", False),
    ("matrix.versions[0] == '3.10'", True),
    ("format('{0}', matrix.versions[0])", "3.1"),
    ("'a''b''c'", "a'b'c"),
)


@pytest.mark.parametrize(("expression", "value"), TRAPS)
def test_traps_without_a_judge(expression: str, value: Any) -> None:
    assert concrete.evaluate(read(expression), CONTEXTS) == value


def test_numbers_as_text_are_those_of_ecmascript() -> None:
    assert [ecma.shown(value) for value in (1e21, 1e20, 123456789012345680000.0, 1e-6, 1e-7, 1.5e-7, 100.0, -0.0, 5e-324)] == [
        "1e+21",
        "100000000000000000000",
        "123456789012345680000",
        "0.000001",
        "1e-7",
        "1.5e-7",
        "100",
        "0",
        "5e-324",
    ]
    assert ecma.shown_short(0.0000152587890625) == "0.000015258789063"
    assert math.isnan(ecma.number("1" * 100_000 + "x"))
    assert ecma.number("0x" + "f" * 300) == math.inf


def test_only_the_run_knows() -> None:
    for expression, reason in (("success()", "only the run can know success"), ("github.ref", "the context github is not known here")):
        with pytest.raises(concrete.EvaluationError, match=reason):
            concrete.evaluate(read(expression), {})


def test_what_would_fill_the_memory_is_an_error() -> None:
    doubling = "toJSON(" * 49 + "'\"'" + ")" * 49
    repeated = f"format('{'{0}' * 6000}', toJSON(github.event))"
    spread = f"join(fromJSON('[{'1,' * 9000}1]'), toJSON(github))"
    for expression in (
        doubling,
        f"format('{'{0}' * 200}', {repeated})",
        f"join(fromJSON(format('[{'{0},' * 2000}1]', {'1' * 300})), {spread})",
    ):
        with pytest.raises(concrete.EvaluationError, match="longer than"):
            concrete.evaluate(read(expression), CONTEXTS)


@pytest.mark.parametrize("depth", [101, 900, 100_000])
def test_deep_json_is_an_error_and_no_crash(depth: int) -> None:
    with pytest.raises(concrete.EvaluationError):
        concrete.from_json("[" * depth + "]" * depth)
    assert concrete.to_json(concrete.from_json("[" * 100 + "]" * 100)).count("[") == 100
