"""Every format, on one shared set of findings, against its snapshot.

A change that is meant: `UPDATE_SNAPSHOTS=1 python -m pytest tests/test_report.py`, and read the difference.
"""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import replace

import pytest

import report_case
from latest_guard.findings import Report, TraceStep
from latest_guard.report import FORMATS, render
from latest_guard.report.look import Look
from latest_guard.report.screen import clean, columns, cut, window, wrap
from latest_guard.report.terminal import detect
from latest_guard.report.text import explained

LOOKS = {
    "plain": Look(width=80),
    "narrow": Look(width=60),
    "wide": Look(width=200),
    "coloured": Look(width=80, colour=True, links=True),
    "coloured-narrow": Look(width=60, colour=True),
    "coloured-wide": Look(width=200, colour=True),
    "quiet": Look(quiet=True),
    "all": Look(width=80, show_all=True),
}
CASES = [("text", name) for name in LOOKS] + [(name, kind) for name in FORMATS if name != "text" for kind in ("plain", "all")]


@pytest.mark.parametrize(("name", "look"), CASES)
def test_snapshot(name: str, look: str) -> None:
    path = report_case.ROOT / "snapshots" / f"{name}-{look}.txt"
    text = settled(name, render(name, report_case.report(), LOOKS[look]))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def settled(name: str, text: str) -> str:
    """A report without what changes with every release and with the words of the rules' pages."""
    if name != "sarif":
        return text
    document = json.loads(text)
    driver = document["runs"][0]["tool"]["driver"]
    driver["semanticVersion"] = "0.0.0"
    for rule in driver["rules"]:
        rule |= {key: {} for key in ("shortDescription", "fullDescription", "help")}
    return json.dumps(document, indent=2) + "\n"


def test_no_snapshot_without_a_case() -> None:
    assert {path.stem for path in (report_case.ROOT / "snapshots").iterdir()} == {f"{name}-{look}" for name, look in CASES}


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    report = report_case.report()
    unbroken = max(columns(word) for finding in report.findings for word in re.split(r"\s", finding.message + finding.help))
    fenced = {line for finding in report.findings for line in finding.help.splitlines()}
    for line in render("text", report, Look(width=width)).splitlines()[:-1]:  # the last one is for grep too
        if line not in fenced and "About this rule" not in line:
            assert columns(line) <= max(width, unbroken), line


def test_a_terminal_is_never_obeyed() -> None:
    for look in LOOKS.values():
        text = render("text", report_case.report(), look)
        assert "\x1b[2J" not in text
        assert "\u202e" not in text


def test_pointer_stands_under_the_words() -> None:
    lines = render("text", report_case.report(), Look(width=80)).splitlines()
    marks = [(lines[index - 1], line) for index, line in enumerate(lines) if re.match(r" +\| +\^", line)]
    words = [above[below.index("^") : below.rindex("^") + 1] for above, below in marks]
    assert words == ["docker/metadata-action@v5", '[ -z "$newest" ]', "npm publish \\", "["]


def test_findings_of_one_place_and_way_are_told_together() -> None:
    report = report_case.report()
    first = report.findings[0]
    both = replace(report, findings=(replace(first, rule="void-gate", message="a comparison is there", help="compare"), first))
    lines = render("text", both, Look(width=80)).splitlines()
    assert lines[:3] == [f"{first.span}  error  void-gate", "A comparison is there", "error  ungated-latest"]
    heads = [line.strip() for line in lines if line.startswith("    ") and line[4:5].isupper() and line.endswith(":")]
    assert heads == ["How it comes to that:", "What to do:", "Or:", *heads[3:]]
    assert lines.count("    What to do:") == lines.count("    How it comes to that:") == 1
    assert "\n".join(lines).count("About this rule") == 2


def test_a_place_that_leaves_no_room_stands_alone() -> None:
    report = report_case.report()
    lines = render("text", report, Look(width=50)).splitlines()
    assert lines[:2] == [str(report.findings[0].span), "error  ungated-latest"]


def test_names_from_several_places_are_told_once_those_of_a_file_together() -> None:
    report = report_case.report()
    here = report_case.at(report_case.RELEASE, "kestrel")
    there, again = (report_case.at(report_case.SCRIPT, words) for words in ("npm version", "npm publish"))
    names = tuple(TraceStep(span, "the name", "name") for span in (there, here, again))
    trace = (report.moves[0].trace[0], *names, report.moves[0].trace[-1])
    lines = [line.strip() for line in explained(replace(report.moves[0], trace=trace), report, Look(width=80)).splitlines()]
    start = lines.index(f"- line {here.line}  the name")
    assert [lines[start + 2], lines[start + 5]] == [f"in {report_case.SCRIPT}", f"in {report_case.RELEASE}"]
    assert [line.split()[:4] for line in lines[start + 3 : start + 5]] == [["-", "line", "4", "npm"], ["-", "line", "5", "npm"]]


def test_nothing_found_is_one_line() -> None:
    empty = Report(moves=(), findings=(), errors=(), files=2, sources={}, seconds=0.05)
    assert render("text", empty, Look()) == "2 files, 0 moves, 0 gated, 0 findings, 0.05 s\n"
    assert render("text", empty, Look(quiet=True)) == ""


def test_json_says_what_the_contract_says() -> None:
    document = json.loads(render("json", report_case.report(), Look()))
    assert document["schema"] == "latest-guard/1"
    assert list(document) == ["schema", "moves", "findings", "errors", "files"]
    assert document["moves"][0]["pointer"] == {"kind": "docker", "name": "latest", "target": "ghcr.io/example/kestrel:latest"}
    assert document["moves"][0]["trace"][0] == {
        "path": report_case.RELEASE,
        "line": 3,
        "end_line": 4,
        "note": "on: release published",
    }
    assert [move["verdict"] for move in document["moves"]] == ["ungated", "opaque", "gated"]
    everything = json.loads(render("json", report_case.report(), Look(show_all=True)))
    assert [move["verdict"] for move in everything["moves"]] == ["ungated", "opaque", "gated", "branch"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\tb", "a    b"),
        ("a\x1b[31mb", "a\\u{1b}[31mb"),
        ("a\u202eb", "a\\u{202e}b"),
        ("a\nb", "a\\u{a}b"),
        ("naïve 十分", "naïve 十分"),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(("text", "wide"), [("abc", 3), ("十分", 4), ("e\u0301", 1), ("", 0)])
def test_columns(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_cut_and_wrap() -> None:
    assert cut("十分に新しい", 7) == "十分に…"
    assert list(wrap("one two three", 7)) == ["one two", "three"]
    assert list(wrap("", 7)) == [""]


@pytest.mark.parametrize("width", [20, 40, 60, 200])
@pytest.mark.parametrize("start", [0, 10, 95, 190])
def test_window_shows_the_stretch(width: int, start: int) -> None:
    line = "".join(chr(97 + index % 26) for index in range(200))
    before, words, after = window(line, start, start + 10, width)
    assert columns(before + words + after) <= width
    assert words == line[start : start + 10]
    assert before.removeprefix("…") + words + after.removesuffix("…") in line


def test_window_measures_in_columns() -> None:
    assert window("    十分に新しい gh release", 11, 13, 12) == ("…い ", "gh", " rele…")


def test_a_span_past_the_end_of_its_file_is_no_crash() -> None:
    report = report_case.report()
    finding = report.findings[0]
    for span in (replace(finding.span, line=999, end_line=999), replace(finding.span, column=900, end_column=990)):
        for name in FORMATS:
            assert render(name, replace(report, findings=(replace(finding, span=span),)), Look())


class Stream(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("terminal", "environment", "option", "painted"),
    [
        (True, {}, "auto", True),
        (False, {}, "auto", False),
        (True, {"NO_COLOR": "1"}, "auto", False),
        (True, {"NO_COLOR": ""}, "auto", True),
        (True, {"TERM": "dumb"}, "auto", False),
        (False, {"FORCE_COLOR": "1"}, "auto", True),
        (False, {"FORCE_COLOR": "0"}, "auto", False),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, "auto", False),
        (False, {}, "always", True),
        (True, {}, "never", False),
    ],
)
def test_colours(terminal: bool, environment: dict[str, str], option: str, painted: bool) -> None:
    assert detect(Stream(terminal), environment, option).colour is painted


def test_links_only_where_a_terminal_knows_them() -> None:
    assert detect(Stream(True), {"VTE_VERSION": "7000"}).links
    assert detect(Stream(True), {"TERM_PROGRAM": "WezTerm"}).links
    assert not detect(Stream(True), {}).links
    assert not detect(Stream(True), {"VTE_VERSION": "7000", "NO_COLOR": "1"}).links
    assert not detect(Stream(False), {"VTE_VERSION": "7000"}).links


def test_a_move_is_explained_with_its_reason_and_its_way() -> None:
    report = report_case.report()
    text = explained(report.moves[2], report, Look(width=80))
    assert text.startswith(f"{report_case.RELEASE}:32:150  gated  github-release via gh release edit\nSort -V compares")
    assert "    ! line 32  is true when the lookup failed\n" in text
    assert "Looked at for: release:published, workflow_dispatch" in text


def test_comparisons_in_a_row_are_told_once() -> None:
    report = report_case.report()
    move = report.moves[2]
    long = replace(move, trace=(*move.trace[:-1], *move.trace[3:4] * 4, move.trace[-1]))
    text = explained(long, report, Look(width=80))
    assert text.count("compares the released version with the newest") == 1
    assert "and 4 more comparisons like it" in text
