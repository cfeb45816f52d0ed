"""The report as Markdown, for a step summary, a comment or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.report.counts import several
from latest_guard.report.links import page
from latest_guard.report.markup import code, fenced, plain
from latest_guard.report.screen import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.findings import Finding, Report, TraceStep
    from latest_guard.report.look import Look


def render(report: Report, look: Look) -> str:
    """A heading that says how many findings there are, and each finding with what to do; with `show_all` every move."""
    lines = [f"## latest-guard: {counted(report)}", ""]
    for finding in report.findings:
        lines += [*told(finding, report), ""]
    if report.errors:
        lines += ["### Not judged", "", *(f"- {code(str(error.span))}: {plain(error.message)}" for error in report.errors), ""]
    if look.show_all and report.moves:
        lines += [*table(report), ""]
    return "\n".join(lines)


def counted(report: Report) -> str:
    """The heading's numbers."""
    if not report.findings:
        return f"nothing found in {several(report.files, 'file')}"
    return several(len(report.findings), "finding")


def told(finding: Finding, report: Report) -> Iterator[str]:
    """A finding: its rule and place, the sentence, the source line, the way to it folded away, and what to do."""
    yield f"### [{finding.rule}]({page(finding.rule)}) at {code(str(finding.span))}"
    yield ""
    yield f"**{finding.severity.value.capitalize()}:** {finding.message[:1].upper()}{plain(finding.message[1:])}"
    source = report.sources.get(finding.span.path)
    if source and source.line(finding.span.line).strip():
        yield from ("", *fenced(clean(source.line(finding.span.line).strip())))
    if finding.trace:
        yield from ("", "<details><summary>How it comes to that</summary>", "")
        yield from (f"1. {step(place)}" for place in finding.trace)
        yield from ("", "</details>")
    if finding.help:
        yield from ("", *finding.help.strip("\n").splitlines())


def step(place: TraceStep) -> str:
    """A place on the way."""
    return f"{code(f'{place.span.path}:{place.span.line}')} {plain(place.note)}"


def table(report: Report) -> Iterator[str]:
    """Every move in a table."""
    yield "| move | pointer | via | scenarios | verdict |"
    yield "| --- | --- | --- | --- | --- |"
    for move in report.moves:
        cells = (
            code(str(move.span)),
            plain(f"{move.pointer.kind} {move.pointer.target}"),
            plain(move.via),
            plain(", ".join(move.scenarios)),
        )
        yield f"| {' | '.join(cells)} | {move.verdict.value} |"
