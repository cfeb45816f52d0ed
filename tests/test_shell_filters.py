"""The text filters against the real tools, what they refuse, and their bounds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latest_guard.shell.filters import run_filter
from latest_guard.shell.tools.sorting import compare_versions
from shell_filter_cases import MAKERS, Cases
from shell_judges import judge, run

if TYPE_CHECKING:
    from random import Random


@pytest.mark.parametrize("tool", MAKERS)
@settings(max_examples=100, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_filters_do_what_the_tools_do(tool: str, random: Random) -> None:
    cases = Cases(random)
    argv = MAKERS[tool](cases)
    stdin = cases.document() if tool == "jq" else cases.text()
    found = run_filter(argv, stdin)
    if found is None:
        return
    wanted = run(argv, stdin, locale="C" if tool == "sort" else "C.UTF-8")
    assert found == (wanted.out, wanted.status), (argv, stdin, wanted.errors)


VERSIONS = "v1.26.0\nv1.27.2\nv1.27.3\nv1.28.0\nv1.28.0-rc.1\nv1.9.1\nnightly\n"
TAGS = "abc\trefs/tags/v1.2\nabd\trefs/tags/v1.2^{}\nabe\trefs/tags/v1.10\n"
RELEASES = '[{"tag_name":"v1.2","prerelease":false},{"tag_name":"v1.3-rc","prerelease":true}]'
IDIOMS = [
    (["sort", "-V"], VERSIONS),
    (["sort", "-rV"], VERSIONS),
    (["sort", "-t.", "-k1,1n", "-k2,2n", "-k3,3n"], "1.10.0\n1.9.0\n1.9.10\n1.9.9\n"),
    (["sort", "-t.", "-k", "1.2n", "-k", "2n"], VERSIONS),
    (["sort", "--version-sort", "--check=quiet"], "1.28.0\n1.27.4\n"),
    (["sort", "-CV"], "1.27.4\n1.28.0\n"),
    (["grep", "-E", "^v[0-9]+\\.[0-9]+\\.[0-9]+$"], VERSIONS),
    (["grep", "-vE", "rc|alpha|beta"], VERSIONS),
    (["grep", "-oP", "(?<=refs/tags/)v[\\d.]+$"], TAGS),
    (["grep", "-oP", "refs/tags/\\K.*"], TAGS),
    (["grep", "-Fxq", "v1.28.0"], VERSIONS),
    (["grep", "-m1", "v1.2"], VERSIONS),
    (["sed", "s/^v//"], VERSIONS),
    (["sed", "-n", "s,.*refs/tags/\\(.*\\)$,\\1,p"], TAGS),
    (["sed", "-E", "s/.*\"tag_name\": *\"([^\"]+)\".*/\\1/"], '  "tag_name": "v1.2",\n'),
    (["sed", "-e", "s/^refs.tags.//", "-e", "s/\\^{}$//"], TAGS),
    (["sed", "/-rc/d;/^[^v]/d"], VERSIONS),
    (["sed", "$!d"], VERSIONS),
    (["sed", "1q"], VERSIONS),
    (["sed", "-n", "2p"], VERSIONS),
    (["sed", "s/[.]/ /g"], VERSIONS),
    (["awk", "{print $2}"], TAGS),
    (["awk", "-F/", "{print $3}"], TAGS),
    (["awk", "-F/", "/refs\\/tags/ && !/\\^/ {print $NF}"], TAGS),
    (["awk", "-F.", '{ printf("%d%03d%03d%03d\\n", $1,$2,$3,$4); }'], "1.27.4\n"),
    (["awk", "-F'", "NR==1{print $2; exit}"], "a'b'c\nd'e'f\n"),
    (["awk", "-F.", '{print $1"."$2}'], VERSIONS),
    (["awk", "END{print}"], VERSIONS),
    (["awk", "!/rc/"], VERSIONS),
    (["awk", '{ sub(/^v/, ""); print }'], VERSIONS),
    (["cut", "-d.", "-f1-2"], VERSIONS),
    (["cut", "-f2"], TAGS),
    (["cut", "-c2-"], VERSIONS),
    (["tr", "-d", "v"], VERSIONS),
    (["tr", "\\n", ","], VERSIONS),
    (["tr", "[:upper:]", "[:lower:]"], "V1.RC\n"),
    (["tr", ".", " "], VERSIONS),
    (["tail", "-n1"], VERSIONS),
    (["head", "-1"], VERSIONS),
    (["jq", "-r", ".[0].tag_name"], RELEASES),
    (["jq", "-r", "[.[] | select(.prerelease | not)][0].tag_name"], RELEASES),
    (["jq", "-r", '.[].tag_name | select(test("^v[0-9.]+$"))'], RELEASES),
    (["jq", "-r", 'map(select(.prerelease == false)) | first | .tag_name | ltrimstr("v")'], RELEASES),
    (["jq", "-e", 'any(.[]; .tag_name == $tag)', "--arg", "tag", "v1.2"], RELEASES),
    (["xargs"], "  v1.2  \n"),
    (["paste", "-sd,", "-"], VERSIONS),
    (["printf", "%s\\n", "v1.27.4", "v1.28.0"], ""),
    (["basename", "refs/tags/v1.2"], ""),
    (["wc", "-l"], VERSIONS),
    (["tac"], VERSIONS),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "stdin"), IDIOMS, ids=lambda part: " ".join(part) if isinstance(part, list) else "")
def test_idioms_of_release_scripts(argv: list[str], stdin: str) -> None:
    wanted = run(argv, stdin, locale="C")
    assert run_filter(argv, stdin) == (wanted.out, wanted.status)


@given(st.lists(st.text(alphabet="019.-~+vrc", max_size=8), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_versions_are_ordered_as_by_sort(lines: list[str]) -> None:
    wanted = run(["sort", "-V", "-s"], "".join(line + "\n" for line in lines), locale="C").out.splitlines()
    for before, after in zip(wanted, wanted[1:], strict=False):
        assert compare_versions(before, after) <= 0
        assert compare_versions(after, before) >= 0


REFUSED = [
    ["sort", "file"], ["sort", "-R"], ["sort", "-z"], ["sort", "-k", "x"], ["sort", "-o", "f"], ["head", "file"], ["tail", "-f"], ["grep"],
    ["grep", "-f", "x"], ["grep", "a", "file"], ["grep", "-r", "a"], ["grep", "(", "-E"], ["sed"], ["sed", "-i", "s/a/b/"], ["sed",
    "s/a/b/e"],
    ["sed", "s/a/b"], ["sed", "w f"], ["sed", "r f"], ["sed", "z"], ["sed", "s/\\(a\\)\\1/b/"], ["awk"], ["awk", "{system($1)}"],
    ["awk", '{print > "f"}'], ["awk", '{print | "sort"}'], ["awk", "{getline}"], ["awk", "BEGIN{while(1);}"], ["awk",
    "{for (k in a) print k}"],
    ["awk", "function f(x) {return x} {print f(1)}"], ["awk", "{", "x"], ["awk", "-f", "x"], ["jq"], ["jq", "input"], ["jq", "env"],
    ["jq", "$ENV.HOME"], ["jq", ".a = 1"], ["jq", "def f: 1; f"], ["jq", ".["], ["jq", ".", "file"], ["xargs", "rm"], ["tr", "a"],
    ["tr", "a-z", ""], ["cut", "-d,"], ["cut", "-f", "0"], ["cut", "-f", "2-1"], ["seq", "1", "0", "2"], ["seq", "0.5", "2"],
    ["printf", "-v", "x", "y"], ["printf", "%z"], ["printf", "%(%F)T"], ["basename"], ["nosuchtool"], [], ["cat",
    "/etc/passwd"], ["yq", "."],
]  # fmt: skip


@pytest.mark.parametrize("argv", REFUSED, ids=" ".join)
def test_what_cannot_be_told_is_refused(argv: list[str]) -> None:
    assert run_filter(argv, '{"a": 1}\n') is None


HOSTILE = [
    (["sed", ":a;s/x/xx/;ta"], "x\n"),
    (["sed", ":a;ba"], "x\n"),
    (["sed", "s/\\(x*\\)*y/z/"], "x" * 5000 + "\n"),
    (["awk", 'BEGIN{while(1) x = x "aaaaaaaa"}'], ""),
    (["awk", 'BEGIN{x="a"; for(;;) x = x x}'], ""),
    (["awk", "{print " + "(" * 5000 + "1" + ")" * 5000 + "}"], "x\n"),
    (["awk", "BEGIN{print 2^99999}"], ""),
    (["jq", "[" * 5000], "1"),
    (["jq", "."], "[" * 100_000 + "]" * 100_000),
    (["jq", "[limit(5; ..)]"], "[" * 400 + "]" * 400),
    (["jq", 'reduce .[] as $x ("a"; . + .)'], "[" + "1," * 100 + "1]"),
    (["jq", "1e400"], "1"),
    (["printf", "%9999d" * 100], ""),
    (["printf", "%s" * 50_000, "a"], ""),
    (["grep", "-E", "(a|a)*(a|a)*(a|a)*b"], "a" * 20_000 + "\n"),
    (["grep", "-oP", "(?=a*)a"], "a" * 400 + "\n"),
    (["seq", "1", "99999999"], ""),
    (["sort", "-V"], "1." * 50_000 + "\n" + "1." * 50_000 + "2\n"),
    (["tr", "a", "[b*99999999]"], "a"),
    (["cat"], "x" * 10_000_000),
]


@pytest.mark.parametrize(("argv", "stdin"), HOSTILE, ids=lambda part: " ".join(part)[:40] if isinstance(part, list) else "")
def test_no_filter_takes_long(argv: list[str], stdin: str) -> None:
    start = time.process_time()
    run_filter(argv, stdin)
    assert time.process_time() - start < 10


TOOLS = sorted(
    {"awk", "sort", "grep", "sed", "jq", "tr", "cut", "printf", "echo", "head", "tail", "uniq", "paste", "xargs", "seq", "column", "wc"}
)


@given(st.sampled_from(TOOLS), st.lists(st.text(max_size=15), max_size=3), st.text(max_size=40))
def test_any_command_line_is_answered(tool: str, words: list[str], stdin: str) -> None:
    found = run_filter([tool, *words], stdin)
    assert found is None or (isinstance(found[0], str) and 0 <= found[1] < 256)


def test_tools_are_known_by_their_path() -> None:
    judge("sort")
    assert run_filter(["/usr/bin/sort", "-n"], "10\n9\n") == ("9\n10\n", 0)
