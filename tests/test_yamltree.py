"""One reading of YAML: values, exact places, and what is refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as some

from latest_guard import yamltree
from latest_guard.source import Problem, Source
from latest_guard.yamltree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator


def tree(text: str) -> yamltree.Node:
    """The one document of a text that must be readable."""
    node = yamltree.read(Source("x.yml", text))
    assert not isinstance(node, Problem), node
    return node


def mapping(text: str) -> Mapping:
    node = tree(text)
    assert isinstance(node, Mapping)
    return node


def scalar(text: str, key: str = "k") -> Scalar:
    node = mapping(text).get(key)
    assert isinstance(node, Scalar)
    return node


def refused(text: str) -> Problem:
    node = yamltree.read(Source("x.yml", text))
    assert isinstance(node, Problem)
    return node


def scalars(node: yamltree.Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    else:
        for entry in node.entries:
            yield entry.key
            yield from scalars(entry.value)


def plain(node: yamltree.Node) -> object:
    """The values alone."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {entry.key.value: plain(entry.value) for entry in node.entries}


def exact(one: Scalar) -> bool:
    """Whether every character that is no line end stands where its text says; checks that none stands elsewhere."""
    text = one.text
    source = one.source.text
    for at, origin, length in text.pieces:
        assert text.value[at : at + length] == source[origin : origin + length]
        assert one.start <= origin <= origin + length <= max(one.end, one.start) + 1
    return text.value == "" or sum(length for _, _, length in text.pieces) > 0


PLACES = [
    ("k: plain words", "words", (1, 10)),
    ("k: 'quoted words'", "words", (1, 12)),
    ('k: "quoted words"', "words", (1, 12)),
    ("k: 'it''s here'", "here", (1, 11)),
    ('k: "tab\\tand \\u00e9 here"', "here", (1, 21)),
    ("k: |\n  first\n    second\n\n  third\n", "third", (5, 3)),
    ("k: |\r\n  first\r\n    second\r\n\r\n  third\r\n", "third", (5, 3)),
    ("k: |2-\n    first\n   second\n", "second", (3, 4)),
    ("k: |+\n\n\n  first\n  second\n\n\nj: x", "second", (5, 3)),
    ("k: >\n  first\n  second\n\n  third\n    more\n  fourth\n", "fourth", (7, 3)),
    ("k: >-\n\n  first\n  second", "second", (4, 3)),
    ("k: >1\n   first\n second\n", "second", (3, 2)),
    ("k: first\n  second\n\n  third", "third", (4, 3)),
    ("k: 'first\n  second\n\n  third'", "third", (4, 3)),
    ('k: "first \\\n     second\n  third"', "third", (3, 3)),
    ('k: "first\\n\\\n   second"', "second", (2, 4)),
    ("k: !tag &anchor\n  |\n  first\n  second", "second", (4, 3)),
    ("k: &a 'x here'", "here", (1, 10)),
    ("\ufeffk: plain here", "here", (1, 11)),
    ("é: x\nk: 'ééé here'", "here", (2, 9)),
    ("{j: 1, k: 'here'}", "here", (1, 12)),
    ("k: |\n  trailing blanks   \n  here\n     \n", "here", (3, 3)),
    ("k: |\n\there\n", "here", None),
]


@pytest.mark.parametrize(("text", "word", "place"), PLACES)
def test_a_word_of_a_value_stands_where_the_file_has_it(text: str, word: str, place: tuple[int, int] | None) -> None:
    if place is None:
        assert refused(text)
        return
    found = scalar(text).text
    span = found.span(found.value.index(word), found.value.index(word) + len(word))
    assert (span.line, span.column) == place
    assert (span.end_line, span.end_column) == (place[0], place[1] + len(word))
    assert found.source.line(span.line)[span.column - 1 : span.end_column - 1] == word


WORDS = some.text(alphabet=some.sampled_from(list("ab \t\n'\"\\#:-{}$é|>&*!%@`,[]?1") + ["\x07"]), max_size=40)


@settings(deadline=None, max_examples=400)
@given(
    value=some.lists(WORDS, min_size=1, max_size=3),
    style=some.sampled_from([None, "'", '"', "|", ">"]),
    width=some.sampled_from([5, 20, 1000]),
    indent=some.integers(2, 6),
    ending=some.sampled_from(["\n", "\r\n"]),
)
@example(value=["a\n\n b\nc"], style=">", width=5, indent=2, ending="\r\n")
def test_what_is_dumped_is_read_back_with_its_places(value: list[str], style: str | None, width: int, indent: int, ending: str) -> None:
    text = yaml.dump({"k": value}, default_style=style, width=width, indent=indent, allow_unicode=True, line_break=ending)
    node = mapping(text)
    assert plain(node) == {"k": value}
    for one in scalars(node):
        # a value with a backslash in it may be written with escapes, and then has the place of the whole scalar
        assert exact(one) or "\\" in one.value or not set(one.value) & set("ab")


LINES = some.lists(some.text(alphabet="ab  $'\"#", max_size=6), min_size=1, max_size=6)


@settings(deadline=None, max_examples=400)
@given(lines=LINES, head=some.sampled_from(["|", "|-", "|+", ">", ">-", ">+", "|1", ">1-"]), ending=some.sampled_from(["\n", "\r\n"]))
def test_block_scalars_are_always_exact(lines: list[str], head: str, ending: str) -> None:
    text = f"k: {head}{ending}" + "".join(f"   {line}{ending}" if line else ending for line in lines)
    node = yamltree.read(Source("x.yml", text))
    if isinstance(node, Problem):  # a first line of blanks deeper than the text
        return
    assert isinstance(node, Mapping)
    one = node.get("k")
    assert isinstance(one, Scalar)
    assert exact(one) or not one.value.strip()
    for at, letter in enumerate(one.value):
        if letter in "ab$'\"#":
            assert text[one.text.offset(at)] == letter


@settings(deadline=None, max_examples=400)
@given(lines=some.lists(some.text(alphabet="ab \t", max_size=5), min_size=1, max_size=5), quote=some.sampled_from(["", "'", '"']))
def test_values_over_several_lines_are_exact(lines: list[str], quote: str) -> None:
    text = f"k: {quote}x" + "\n   ".join(["", *lines]) + f"y{quote}"
    node = yamltree.read(Source("x.yml", text))
    if isinstance(node, Problem):  # a tab at the start of a line
        return
    one = scalar(text)
    assert exact(one)
    for at, letter in enumerate(one.value):
        if letter in "abxy":
            assert text[one.text.offset(at)] == letter


CORE = [
    ("on", "on"), ("yes", "yes"), ("no", "no"), ("off", "off"), ("y", "y"), ("true", True), ("FALSE", False), ("tRUE", "tRUE"),
    ("null", None), ("1.10", 1.1), ("~", None), ("", None), ("Null", None), ("nULL", "nULL"), ("1", 1.0), ("-0x1F", "-0x1F"),
    ("0x1F", 31.0), ("0o17", 15.0), ("017", 17.0), ("1_000", "1_000"), ("12:30", "12:30"), ("1e3", 1000.0), (".5", 0.5),
    ("5.", 5.0), (".", "."), ("+", "+"), ("1.2.3", "1.2.3"), ("v1", "v1"), (".inf", float("inf")), ("-.INF", float("-inf")),
    ("inf", "inf"), ("2024-01-01", "2024-01-01"), ("'true'", "true"), ('"1"', "1"), ("!!str 1", "1"), ("|\n  1", "1"), ("١", "١"),
    ("deadbeef", "deadbeef"), ("1.2e", "1.2e"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), CORE)
def test_scalars_follow_the_core_schema(written: str, meant: object) -> None:
    data = scalar(f"k: {written}").data()
    assert data == meant
    assert type(data) is type(meant)


def test_not_a_number() -> None:
    data = scalar("k: .NaN").data()
    assert isinstance(data, float)
    assert data != data  # noqa: PLR0124


def test_on_is_a_key() -> None:
    assert mapping("on: push").get("on")
    assert mapping("true: push").get("on") is None


def test_of_two_equal_keys_the_last_counts_and_the_first_is_seen() -> None:
    node = mapping("a: 1\nb: 2\na: 3")
    assert plain(node) == {"b": "2", "a": "3"}
    assert [str(key.span) for key in node.duplicates] == ["x.yml:1:1"]


def test_merge_keys() -> None:
    node = mapping("base: &b {a: 1, c: 1}\nother: &o {a: 2, d: 2}\nk:\n  a: 9\n  <<: [*b, *o]\nj: {<<: *b, c: 5}\nq: {'<<': *b}")
    assert plain(node)["k"] == {"a": "9", "c": "1", "d": "2"}  # type: ignore[index]
    assert plain(node)["j"] == {"c": "5", "a": "1"}  # type: ignore[index]
    assert plain(node)["q"] == {"<<": {"a": "1", "c": "1"}}  # type: ignore[index]


def test_an_alias_is_the_node_that_it_names() -> None:
    node = mapping("a: &x [1]\nb: *x")
    assert node.get("a") is node.get("b")


def test_tags_are_kept() -> None:
    node = mapping("k: !reference [job, script]\nj: !!str 1").get("k")
    assert isinstance(node, Sequence)
    assert (node.tag, plain(node)) == ("!reference", ["job", "script"])


def test_a_collection_ends_with_its_last_value() -> None:
    node = mapping("a:\n  b: 1\n  c:\n    - x\n\n# word\nd: 1").get("a")
    assert node is not None
    assert (node.span.line, node.span.end_line, node.span.end_column) == (2, 4, 8)


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", (1, 1), "empty"),
        ("# nothing\n", (1, 1), "empty"),
        ("a: [1, 2\nb: c", (2, 2), "flow sequence"),
        ("a: b\n\tc: d", (2, 1), "tab character"),
        ("a: 'x", (1, 6), "unexpected end"),
        ("a: 1\n---\nb: 2", (3, 1), "several YAML documents"),
        ("a: \x00", (1, 4), "U+0000"),
        ("é: é\x07", (1, 5), "U+0007"),
        ("? [a]\n: b", (1, 3), "a key that is no plain text"),
        ("a: *nobody", (1, 4), "undefined alias"),
        ("a: &x [*x]", (1, 4), "an alias stands inside"),
        ("a: " + "[" * 150 + "]" * 150, (1, 104), "100 levels"),
        ("[" * 200_000, (1, 101), "100 levels"),
        ('[ "]", ' * 50_000, None, "100 levels"),
        ("- " * 200_000, None, "100 levels"),
        ("- ? " * 100_000, None, "100 levels"),
        ("\n".join(" " * n + "a:" for n in range(1200)), None, "100 levels"),
        ("a: " + "x" * (1 << 20), (1, 1), "larger than"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_is_no_yaml_is_told_with_its_place(text: str, where: tuple[int, int] | None, words: str) -> None:
    started = time.perf_counter()
    problem = refused(text)
    assert words in problem.message
    assert "\n" not in problem.message
    if where:
        assert (problem.span.line, problem.span.column) == where
    assert time.perf_counter() - started < 5


def laughs(levels: int, what: str) -> str:
    """Each line stands for ten of the line before."""
    return "\n".join([f"a0: &a0 {what}", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels))])


def test_a_billion_laughs_are_refused_and_a_few_are_not() -> None:
    assert "expands to more than" in refused(laughs(10, "lol")).message
    assert mapping(laughs(3, "lol"))


def test_a_billion_merges_are_refused() -> None:
    keys = ", ".join(f"k{n}: {n}" for n in range(1000))
    assert "expands to more than" in refused(f"base: &b {{{keys}}}\n" + "\n".join(f"m{n}: {{<<: *b}}" for n in range(1000))).message


def test_the_slow_loader_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(
        f"{'' if '{' in one[:1] else ''}k{n}: {one[3:]}" for n, (one, _, place) in enumerate(PLACES) if place and one.startswith("k: ")
    )
    fast = tree(text)
    monkeypatch.setattr(yamltree, "_LOADER", [yamltree._slow_loader()])
    slow = tree(text)
    assert plain(fast) == plain(slow)
    assert [(one.span, one.text.pieces) for one in scalars(fast)] == [(one.span, one.text.pieces) for one in scalars(slow)]


def test_time_grows_with_the_size_and_no_faster() -> None:
    def spent(lines: int) -> float:
        source = Source("x.yml", "".join(f"k{n}: {{a: 'x', b: [1, 2]}}\n" for n in range(lines)))
        started = time.process_time()
        assert not isinstance(yamltree.read(source), Problem)
        return time.process_time() - started

    spent(100)
    assert spent(16_000) < 30 * max(spent(2_000), 0.005)
