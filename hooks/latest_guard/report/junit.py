"""The report as JUnit XML: every move is a test, which fails when it has a finding.

Source: https://github.com/testmoapp/junitxml, the elements that all readers share; and the schema of Jenkins' xUnit plugin, which
refuses a file that holds anything else, an attribute `file` say. So a test's class is its path, and its name ends with its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from latest_guard.findings import Severity
from latest_guard.report.links import page
from latest_guard.report.screen import clean

if TYPE_CHECKING:
    from latest_guard.findings import Finding, LintError, Move, Report
    from latest_guard.report.look import Look
    from latest_guard.source import Span


def render(report: Report, look: Look) -> str:
    """One suite: a failed test for each error and warning, a passed one for notes and for moves without a finding."""
    with_finding = {finding.move for finding in report.findings}
    fine = [move for move in report.moves if move not in with_finding]
    failed = sum(finding.severity is not Severity.NOTE for finding in report.findings)
    total = len(fine) + len(report.findings) + len(report.errors)
    counts = {"tests": max(total, 1), "failures": failed, "errors": len(report.errors), "time": f"{report.seconds:.3f}"}
    suites = Element("testsuites", {name: str(value) for name, value in counts.items()})
    suite = SubElement(suites, "testsuite", {"name": "latest-guard"} | suites.attrib)
    for finding in report.findings:
        add_finding(suite, finding)
    for move in fine:
        add_move(suite, move)
    for error in report.errors:
        add_error(suite, error)
    if not total:
        SubElement(suite, "testcase", {"classname": "latest-guard", "name": "nothing moves a pointer", "time": "0"})
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def case(suite: Element, span: Span, name: str) -> Element:
    """A test, named by its place."""
    return SubElement(suite, "testcase", {"classname": clean(span.path), "name": f"{clean(name)} (line {span.line})", "time": "0"})


def add_finding(suite: Element, finding: Finding) -> None:
    """A finding: a failure, or a passed test that says something where it is a note."""
    pointer = f": {finding.move.pointer.kind} {finding.move.pointer.target}" if finding.move else ""
    entry = case(suite, finding.span, f"{finding.rule}{pointer}")
    story = "\n".join(clean(f"{step.span.path}:{step.span.line}: {step.note}") for step in finding.trace)
    advice = "\n".join(map(clean, finding.help.splitlines()))
    text = "\n\n".join(part for part in (clean(str(finding.span)), story, advice, page(finding.rule)) if part)
    if finding.severity is Severity.NOTE:
        SubElement(entry, "system-out").text = f"{clean(finding.message)}\n\n{text}"
    else:
        SubElement(entry, "failure", {"message": clean(finding.message), "type": finding.rule}).text = text


def add_move(suite: Element, move: Move) -> None:
    """A move without a finding: a passed test that says why."""
    entry = case(suite, move.span, f"{move.verdict.value}: {move.pointer.kind} {move.pointer.target}")
    SubElement(entry, "system-out").text = clean(move.reason)


def add_error(suite: Element, error: LintError) -> None:
    """What could not be read: a test that could not be run."""
    entry = case(suite, error.span, "not judged")
    SubElement(entry, "error", {"message": clean(error.message), "type": "not-judged"}).text = clean(str(error.span))
