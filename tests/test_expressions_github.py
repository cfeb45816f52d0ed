"""GitHub's expressions as trees: what they are made of, and where each part of them stands."""

from __future__ import annotations

import re
import time

import pytest

from expression_cases import CONTEXTS, GIVEN, Generator, ours, read, shape
from latest_guard import yamltree
from latest_guard.expressions import concrete, github
from latest_guard.expressions.tree import Binary, Call, Constant, Expression, Template, Unreadable, walk
from latest_guard.source import Source, Span, Text

TREES = (
    ("github.ref", "github['ref']"),
    ("GitHub.Ref", "github['Ref']"),
    ("github['ref']", "github['ref']"),
    ("needs.*.outputs['x'][0]", "needs[*]['outputs']['x'][0.0]"),
    ("needs[*].x", "needs[*]['x']"),
    ("TOJSON(github)", "toJSON(github)"),
    ("!!a.b", "<unknown context 'a'>"),
    ("!!github", "!!github"),
    ("!github == false", "(!github == False)"),
    ("1 < 2 == 3 < 4", "((1.0 < 2.0) == (3.0 < 4.0))"),
    ("1 < 2 < 3", "((1.0 < 2.0) < 3.0)"),
    ("1 == 2 != 3", "((1.0 == 2.0) != 3.0)"),
    ("1 || 2 && 3 == 4", "(1.0 || (2.0 && (3.0 == 4.0)))"),
    ("(1 || 2) && 3", "((1.0 || 2.0) && 3.0)"),
    ("1 && 2 && 3 && 4 && 5", "(((1.0 && 2.0) && 3.0) && (4.0 && 5.0))"),
    ("format('{0}', (1))", "format('{0}', 1.0)"),
    ("'it''s '''", "\"it's '\""),
)

REFUSED = (
    ("github.ref ==", "the expression ends too early", "="),
    ("github.ref == refs/tags", "unexpected 'refs/tags'", "refs/tags"),
    ("nothing.x", "unknown context 'nothing'", "nothing"),
    ("nothing('x')", "unknown function 'nothing'", "nothing"),
    ("contains('x')", "contains takes 2 arguments, not 1", "contains"),
    ("join()", "join takes 1 to 2 arguments, not 0", "join"),
    ("case(1, 2, 3, 4)", "case takes an odd number of arguments, not 4", "case"),
    ("true && 'x", "a string is not closed", "'x"),
    ('github.ref == "x"', "unexpected '\"x\"'", '"x"'),
    ("github.ref\x1b[2J", "unexpected 'ref\\x1b'", "ref\x1b"),
    ("(" * 50 + "1" + ")" * 50, "nested more than 50 deep", "1"),
    ("'" + "a" * 21_000 + "'", "longer than 21000 characters", "'" + "a" * 21_000 + "'"),
    (" ", "an expression is expected", " "),
)


def text_at(source: str, span: Span) -> str:
    """What stands in a source between the ends of a span."""
    lines = source.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = lines[span.line : span.end_line - 1]
    return "\n".join([lines[span.line - 1][span.column - 1 :], *middle, lines[span.end_line - 1][: span.end_column - 1]])


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_what_is_read(text: str, tree: str) -> None:
    assert shape(read(text)) == tree


@pytest.mark.parametrize(("text", "reason", "place"), REFUSED)
def test_what_is_refused_and_where(text: str, reason: str, place: str) -> None:
    found = read(text)
    assert isinstance(found, Unreadable)
    assert found.reason == reason
    assert text_at(text, found.span) == place


# Templates ------------------------------------------------------------------------------------------------------------------


def template(text: str) -> Template:
    return github.template(Source("case.yml", text).whole())


def parts(found: Template) -> list[str]:
    return [repr(part.value) + "!" if isinstance(part, Text) else shape(part) for part in found.parts]


TEMPLATES = (
    ("", []),
    ("plain", ["'plain'!"]),
    ("${{ github.ref }}", ["github['ref']"]),
    ("a${{ github.ref }}b", ["'a'!", "github['ref']", "'b'!"]),
    ("${{1}}${{2}}", ["1.0", "2.0"]),
    ("${{ '}}' }}x", ["'}}'", "'x'!"]),
    ("${{ 'it''s }}' }}", ['"it\'s }}"']),
    ("${{ '${{ x }}' }}", ["'${{ x }}'"]),
    ("it's ${{ 1 }} isn't it", ['"it\'s "!', "1.0", '" isn\'t it"!']),
    ("$${{ 1 }}}", ["'$'!", "1.0", "'}'!"]),
    ("${ { 1 }}", ["'${ { 1 }}'!"]),
    ("${{ 1 }", ["<`${{` is not closed>"]),
    ("a ${{ 1 }} b ${{ '}} c", ["'a '!", "1.0", "' b '!", "<`${{` is not closed>"]),
    ("${{ }}", ["<an expression is expected>"]),
    ("${{}}", ["<an expression is expected>"]),
    ("${{ bad( }} ${{ 1 }}", ["<unknown function 'bad'>", "' '!", "1.0"]),
    ("${{ 1\n&& 2 }}", ["(1.0 && 2.0)"]),
)


@pytest.mark.parametrize(("text", "expected"), TEMPLATES)
def test_how_a_string_is_cut(text: str, expected: list[str]) -> None:
    assert parts(template(text)) == expected


def test_a_template_loses_nothing() -> None:
    generator = Generator(5)
    for _ in range(300):
        inside = [generator.expression(2) for _ in range(3)]
        text = "x${{" + "}} 'y\n${{ ".join(inside) + " }}z"
        found = template(text)
        assert [shape(part) for part in found.parts if not isinstance(part, Text)] == [shape(read(one)) for one in inside]
        assert [part.value for part in found.parts if isinstance(part, Text)] == ["x", " 'y\n", " 'y\n", "z"]


# Conditions -----------------------------------------------------------------------------------------------------------------


def condition(text: str) -> Expression:
    return github.condition(Source("case.yml", text).whole())


CONDITIONS = (
    ("", "success()"),
    (" \n", "success()"),
    ("github.ref == 'x'", "(github['ref'] == 'x')"),
    ("${{ github.ref == 'x' }}", "(github['ref'] == 'x')"),
    ("github.ref == '}}'", "(github['ref'] == '}}')"),
    ("always()", "always()"),
    ("${{ github.ref }} == 'x'", """format("{0} == 'x'", github['ref'])"""),
    ("!${{ inputs.push }}", "format('!{0}', inputs['push'])"),
    (" ${{ inputs.push }}", "format(' {0}', inputs['push'])"),
    ("${{ inputs.push }}\n", "format('{0}\\n', inputs['push'])"),
    ("${{ inputs.push }}${{ inputs.skip }}", "format('{0}{1}', inputs['push'], inputs['skip'])"),
    ("{x} ${{ inputs.push }} }", "format('{{x}} {0} }}', inputs['push'])"),
    ("${{ inputs.push }} && ${{ bad }}", "<unknown context 'bad'>"),
    ("${{ 'false' }}", "False"),
    ("${{ 'github.ref == ''x''' }}", "(github['ref'] == 'x')"),
    ("${{ '' }}", "success()"),
    ("${{ ('false') }}", "'false'"),
    ("${{ inputs.push", "<`${{` is not closed>"),
)


@pytest.mark.parametrize(("text", "tree"), CONDITIONS)
def test_what_a_condition_asks(text: str, tree: str) -> None:
    found = condition(text)
    if text == "${{ ('false') }}":
        assert isinstance(found, Constant)
        assert concrete.truthy(found.value)
    else:
        assert shape(found) == tree


@pytest.mark.parametrize(
    ("text", "left_over"),
    [
        ("github.ref == 'x'", None),
        ("${{ github.ref }}", None),
        ("${{ false }} && true", " && true"),
        ("!${{ true }}", "!"),
        ("${{ false }}\n", "\n"),
        ("${{ inputs.push }}${{ inputs.skip }}", None),
    ],
)
def test_text_beside_braces_makes_a_condition_true(text: str, left_over: str | None) -> None:
    source = Source("case.yml", text)
    found = github.stray(source.whole())
    assert (found and found.value) == left_over
    if found:
        assert text_at(text, found.span()).startswith(found.value.rstrip("\n"))
        assert concrete.truthy(concrete.evaluate(github.condition(source.whole()), CONTEXTS))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("success()", True),
        ("github.ref == 'x' && !FAILURE()", True),
        ("contains(format('{0}', always()), 'x')", True),
        ("needs[always()].x", True),
        ("'always()'", False),
        ("github.always", False),
        ("${{ always() }} && true", True),
        ("github.ref", False),
    ],
)
def test_which_conditions_ask_for_the_status(text: str, asks: bool) -> None:
    assert github.asks_status(condition(text)) is asks


def test_the_string_of_a_mixture_is_what_evaluation_yields() -> None:
    text = "v{${{ github.ref_name }}}-${{ inputs.push }}"
    assert concrete.evaluate(github.formatted(template(text)), CONTEXTS) == "v{v1.27.4}-true"
    assert concrete.evaluate(github.formatted(template("{{plain}}")), CONTEXTS) == "{{plain}}"
    assert concrete.evaluate(github.formatted(template("${{ inputs.push }}")), CONTEXTS) is True


# Places ---------------------------------------------------------------------------------------------------------------------


def check_places(text: Text, unfolded: re.Pattern[str] | None = None) -> int:
    """Reads what each node's span holds once more: it must be the same tree. Returns how many nodes there were."""
    count = 0
    for node in walk(github.parse(text)):
        held = text_at(text.source.text, node.span)
        held = unfolded.sub(" ", held) if unfolded else held
        again = github.parse(Source("piece", held).whole())
        if isinstance(again, Unreadable) and isinstance(node, Constant):
            assert held.lower() == str(node.value).lower(), "a property's name"
        else:
            assert shape(again) == shape(node)
            assert held == held.strip(), "no blanks around it"
        count += 1
    return count


def good(seed: int, count: int) -> list[str]:
    """Generated expressions that are read."""
    generator = Generator(seed)
    found = [generator.expression() for _ in range(count)]
    return [text for text in found if "refused" not in ours(text)]


def test_each_node_stands_where_it_says() -> None:
    nodes = sum(check_places(Source("case.yml", "# " + text).whole().cut(2, len(text) + 2)) for text in good(7, 1500))
    assert nodes > 5000


def scalar(source: str) -> Text:
    """The value of `if` in a YAML source."""
    root = yamltree.read(Source("case.yml", source))
    assert isinstance(root, yamltree.Mapping)
    found = root.get("if")
    assert isinstance(found, yamltree.Scalar)
    return found.text


def test_each_node_stands_where_it_says_in_folded_yaml() -> None:
    """Blanks between tokens become folded line ends: what a span holds is then the text with these line ends."""
    nodes = 0
    for text in good(8, 1200):
        flat = " ".join(text.split())
        if "  " in text.replace("\n", " ") and "'  '" in text or not flat.isascii() or "' 1 '" in flat or "\t" in flat:
            continue
        lines = flat.split(" ")
        source = "name: x\nif: >-\n" + "\n".join("    " + line for line in lines) + "\n"
        value = scalar(source)
        assert value.value == flat
        nodes += check_places(value, re.compile(r"\n *"))
    assert nodes > 3000


def test_places_in_quoted_and_literal_yaml() -> None:
    source = "if: \"${{ github.ref == '\\u0041\\x42' && inputs.push }}\"\n"
    found = [text_at(source, node.span) for node in walk(github.condition(scalar(source)))]
    assert found[0] == "github.ref == '\\u0041\\x42' && inputs.push"
    assert "'\\u0041\\x42'" in found
    assert found[-1] == "push"
    source = "if: |-\n  github.ref == 'x' &&\n  inputs.push\n"
    found = [text_at(source, node.span) for node in walk(github.condition(scalar(source)))]
    assert found[0] == "github.ref == 'x' &&\n  inputs.push"
    assert found[-2:] == ["inputs", "push"]


def test_places_in_a_string_that_is_read_as_a_condition() -> None:
    text = "${{ 'github.ref == ''x''' }}"
    tree = condition(text)
    assert isinstance(tree, Binary)
    assert [text_at(text, node.span) for node in (tree.left, tree.right)] == ["github.ref", "''x'"], (
        "the first of two quotes stands for both"
    )


# Bounds ---------------------------------------------------------------------------------------------------------------------


def test_time_grows_with_the_text() -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        template(text)
        return time.process_time() - start

    for piece in ("${{ github.ref == 'x' && 1 }} ", "${{ '''' }}'", "${{", "}}${{ ' ", "${{ format('{0}', 1, 2"):
        short = max(min(seconds(piece * 400) for _ in range(3)), 0.001)
        assert seconds(piece * 6400) < 16 * 4 * short, piece


def test_the_longest_chain_is_flat() -> None:
    tree = read(" && ".join(["1"] * 4000))
    assert isinstance(tree, Binary)
    depth = {id(tree): 1}
    for node in walk(tree):
        if isinstance(node, Binary):
            depth[id(node.left)] = depth[id(node.right)] = depth[id(node)] + 1
    assert max(depth.values()) == 13
    assert concrete.evaluate(tree, {}) == 1


def test_anything_is_read_or_refused() -> None:
    generator = Generator(9)
    for _ in range(3000):
        text = generator.broken() + "${{" + generator.broken()
        assert condition(text) is not None
        assert shape(read(generator.broken() * 5))


def test_every_function_can_be_called() -> None:
    assert set(GIVEN) | set(concrete.FUNCTIONS) == set(github.FUNCTIONS)
    for name, (fewest, _) in github.FUNCTIONS.items():
        assert isinstance(read(f"{name}({', '.join(['1'] * fewest)})"), Call)
