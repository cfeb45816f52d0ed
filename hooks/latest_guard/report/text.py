"""The report for people at a terminal or reading a log.

A finding is told in the order in which one asks: what happens, where, how it comes to that, what to do.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from latest_guard.report.counts import closing, several
from latest_guard.report.links import page
from latest_guard.report.look import VERDICTS
from latest_guard.report.screen import clean, columns, cut, harmless, window, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from latest_guard.findings import Finding, LintError, Move, Report, TraceStep
    from latest_guard.report.look import Look
    from latest_guard.source import Span

#: The role of a step on the trace, and the style of its sign.
SIGNS = {
    "comparison": ("+", "good"),
    "missing": ("!", "error"),
    "unread": ("?", "warning"),
    "move": (">", "strong"),
}

#: The roles of steps whose note says all that their words do.
PLAIN = frozenset({"trigger", "job", "step"})

PROSE = 110  # longer lines are hard to read


def render(report: Report, look: Look) -> str:
    """The whole report; empty where it is quiet and nothing was found."""
    if look.quiet:
        return "".join(f"{harmless(line)}\n" for line in [*map(brief, report.findings), *map(brief_error, report.errors)])
    lines: list[str] = []
    for _, group in groupby(report.findings, key=lambda finding: (finding.span, finding.trace)):
        lines += [*told(list(group), report, look), ""]
    for error in report.errors:
        lines += [*told_error(error, report, look), ""]
    if look.show_all and report.moves:
        lines += [*listed(report.moves, look), ""]
    return "\n".join(map(harmless, [*lines, closing(report, look)])) + "\n"


def brief(finding: Finding) -> str:
    """A finding in one line, as compilers write it."""
    return f"{clean(str(finding.span))}: {finding.severity.value}: {clean(finding.message)} [{finding.rule}]"


def brief_error(error: LintError) -> str:
    """What could not be read, in one line."""
    return f"{clean(str(error.span))}: not judged: {clean(error.message)}"


def told(findings: Sequence[Finding], report: Report, look: Look) -> Iterator[str]:
    """The findings of one place and one way to it, in full: what each says, the way, and what each says is to be done."""
    first = findings[0]
    for finding in findings:
        yield from headed(finding, finding is first, look)
    yield ""
    yield from pointed(first.span, moved(first), report, look, first.severity.value)
    if first.trace:
        yield ""
        yield from story(first.trace, first.span, report, look)
    helps = list(dict.fromkeys(finding.help for finding in findings if finding.help))
    for number, text in enumerate(helps):
        yield ""
        yield from advice(text, "Or:" if number else "What to do:", look)
    if not look.links:
        yield ""
        yield from (look.paint(f"    About this rule: {page(finding.rule)}", "faint") for finding in findings)


def headed(finding: Finding, placed: bool, look: Look) -> Iterator[str]:
    """Where a finding is (once for those of one place), how bad, its rule, and what it says."""
    severity, rule = finding.severity.value, finding.rule
    place = clean(str(finding.span)) if placed else ""
    apart = columns(f"{place}  {severity}  {rule}") > look.width
    shown = f"{look.paint(severity, severity)}  {look.link(look.paint(rule, 'strong'), page(rule))}"
    if place:
        shown = look.paint(place, "strong") + ("\n" if apart else "  ") + shown
    yield from shown.split("\n")
    yield from wrap(sentence(finding.message), min(look.width, PROSE))


def sentence(message: str) -> str:
    """A message with a capital at its beginning."""
    return one_line(message[:1].upper() + message[1:])


def one_line(text: str) -> str:
    """A text that quotes what a run prints, made harmless, its lines put into one."""
    return clean(" ".join(text.split()))


def moved(finding: Finding) -> str:
    """What stands behind the pointer under the source line: what is moved there; empty where the finding points at something else."""
    if finding.move is None or finding.move.span != finding.span:
        return ""
    return f"moves {clean(finding.move.pointer.target)}"


def told_error(error: LintError, report: Report, look: Look) -> Iterator[str]:
    """What could not be read, with its line."""
    yield f"{look.paint(clean(str(error.span)), 'strong')}  {look.paint('not judged', 'warning')}"
    yield from wrap(sentence(error.message), min(look.width, PROSE))
    if error.span.path in report.sources:
        yield from pointed(error.span, "", report, look, "warning")


def pointed(span: Span, label: str, report: Report, look: Look, style: str) -> Iterator[str]:
    """The source line of a span with a pointer under its words, and a label behind it where it fits."""
    source = report.sources.get(span.path)
    line = source.line(span.line) if source else ""
    if not line.strip():
        return
    number = f"{span.line:>6}"
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    before, words, after = window(line, span.column - 1, end, look.width - 9)
    start = columns(before)
    more = f" … to line {span.end_line}" if span.end_line > span.line else ""
    mark = "^" * max(1, columns(words)) + more
    gutter = look.paint(" " * 6 + " |", "place")
    yield f"{look.paint(number + ' |', 'place')} {before}{words}{after}"
    if not label or start + columns(mark) + 1 + columns(label) <= look.width - 9:
        yield f"{gutter} {' ' * start}{look.paint(f'{mark} {label}'.rstrip(), style)}"
        return
    yield f"{gutter} {' ' * start}{look.paint(mark, style)}"
    yield f"{gutter} {look.paint(cut(label, look.width - 9), style)}"


def story(trace: Sequence[TraceStep], end: Span, report: Report, look: Look) -> Iterator[str]:
    """The way from the trigger to `end`, one place after the other; a line says where another file begins."""
    yield look.paint("    How it comes to that:", "strong")
    wide = max(len(place(step.span)) for step in trace)
    path, last = end.path, None
    for step, more in gathered(trace):
        if step.span.path != path:
            path = step.span.path
            yield "    " + look.paint(f"in {clean(path)}", "place")
        known = step.role in PLAIN or step.span == end or (last is not None and step.span == last.span)
        words = "" if known else quoted(step.span, wide, report, look)
        if last is None or step.note != last.note:
            yield from told_step(step, wide, words, look)
        elif not same_line(step.span, end):
            yield told_place(step, wide, look) + words
        if more:
            yield " " * (wide + 8) + look.paint(f"and {several(more, 'more comparison')} like it", "faint")
        last = step


def same_line(one: Span, other: Span) -> bool:
    """Whether two spans begin on one line."""
    return (one.path, one.line) == (other.path, other.line)


def gathered(trace: Sequence[TraceStep]) -> Iterator[tuple[TraceStep, int]]:
    """The steps of a way; of comparisons in a row, part by part of a version as like as not, the first with the number of the others.

    Of the places at which one thing comes about, those of a file stand together.
    """
    path = ""
    for (role, _), group in groupby(trace, key=lambda step: (step.role, step.role == "comparison" or step.note)):
        here = path
        steps = sorted(group, key=lambda step: step.span.path != here)
        path = steps[-1].span.path
        yield from [(steps[0], len(steps) - 1)] if role == "comparison" else ((step, 0) for step in steps)


def place(span: Span) -> str:
    """Where in its file a step stands."""
    return f"line {span.line}"


def told_step(step: TraceStep, wide: int, words: str, look: Look) -> Iterator[str]:
    """A step: its sign, its place and what is to be said of it, and the words of the file that it speaks of."""
    note = f"depends on: {step.note}" if step.role == "condition" else step.note
    notes = list(wrap(one_line(note), room(wide, look)))
    yield told_place(step, wide, look) + notes[0]
    yield from (" " * (wide + 8) + more for more in [*notes[1:], *([words] if words else [])])


def told_place(step: TraceStep, wide: int, look: Look) -> str:
    """The sign of a step and its place, before what is to be said of it."""
    sign, style = SIGNS.get(step.role, ("-", "faint"))
    return f"    {look.paint(sign, style)} {look.paint(f'{place(step.span):<{wide}}', 'place')}  "


def room(wide: int, look: Look) -> int:
    """How many columns there are for the words of a story whose places take `wide`."""
    return max(20, min(look.width, PROSE) - wide - 8)


def quoted(span: Span, wide: int, report: Report, look: Look) -> str:
    """The words of the file that a step speaks of, with those around them fainter; empty where there are none."""
    source = report.sources.get(span.path)
    line = source.line(span.line) if source else ""
    if not line.strip():
        return ""
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    before, words, after = window(line, span.column - 1, end, room(wide, look))
    return look.paint(before, "faint") + words + look.paint(after, "faint")


def advice(text: str, head: str, look: Look) -> Iterator[str]:
    """What to do: sentences wrapped, fenced lines as they are to stand in the file."""
    yield look.paint(f"    {head}", "strong")
    fenced = False
    for line in (text[:1].upper() + text[1:]).strip("\n").split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or not line.strip():
            words = line.lstrip()
            yield line[: len(line) - len(words)] + look.paint(clean(words), "good")
        else:
            yield from (f"    {part}" for part in wrap(clean(line.strip()), min(look.width, PROSE) - 4))


def explained(move: Move, report: Report, look: Look) -> str:
    """A move with its verdict, the reason, and the whole way to it."""
    verdict = look.paint(move.verdict.value, VERDICTS[move.verdict])
    lines = [f"{look.paint(clean(str(move.span)), 'strong')}  {verdict}  {move.pointer.kind} via {clean(move.via)}"]
    lines += wrap(sentence(move.reason), min(look.width, PROSE))
    lines += ["", *pointed(move.span, f"moves {clean(move.pointer.target)}", report, look, VERDICTS[move.verdict])]
    lines += ["", *wrap(f"    Looked at for: {clean(', '.join(move.scenarios))}", min(look.width, PROSE))]
    if move.trace:
        lines += ["", *story(move.trace, move.span, report, look)]
    return "\n".join(map(harmless, lines)) + "\n"


def listed(moves: Iterable[Move], look: Look) -> Iterator[str]:
    """Every move in two lines: its place and verdict, what it moves and why the verdict."""
    for move in moves:
        verdict = look.paint(move.verdict.value, VERDICTS[move.verdict])
        pointer = f"{move.pointer.kind} {clean(move.pointer.target)}"
        yield f"{look.paint(clean(str(move.span)), 'strong')}  {verdict}  {pointer} via {clean(move.via)}"
        scenarios = ", ".join(move.scenarios)
        yield from (f"    {part}" for part in wrap(clean(f"{scenarios}: {move.reason}"), min(look.width, PROSE) - 4))
