"""Selection, suppression and baseline, on the shared set of findings."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import report_case
from latest_guard import config
from latest_guard.errors import UserError
from latest_guard.findings import Report, Severity
from latest_guard.source import Source
from latest_guard.triage.baseline import compared, read, written
from latest_guard.triage.fingerprint import fingerprints
from latest_guard.triage.outcome import Outcome, ordered, outcome
from latest_guard.triage.selection import Selection, fails, selected
from latest_guard.triage.suppressions import suppressed

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = ("ungated-latest", "fail-open-gate", "opaque-gate", "weak-gate")


def rules(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (Selection(), ["ungated-latest", "fail-open-gate", "opaque-gate"]),
        (Selection(select=frozenset({"opaque-gate"})), ["opaque-gate"]),
        (Selection(ignore=frozenset({"opaque-gate"})), ["ungated-latest", "fail-open-gate"]),
        (Selection(select=frozenset({"opaque-gate"}), ignore=frozenset({"opaque-gate"})), []),
        (Selection(per_path={"ci/*": frozenset({"opaque-gate", "ungated-latest"})}), ["ungated-latest", "fail-open-gate"]),
        (Selection(per_path={"*.yml": frozenset({"ungated-latest"})}), ["fail-open-gate", "opaque-gate"]),
    ],
)
def test_selection(selection: Selection, left: list[str]) -> None:
    assert rules(selected(report_case.report(), selection)) == left


@pytest.mark.parametrize(
    ("worst", "level", "failed"),
    [
        (Severity.ERROR, Severity.ERROR, True),
        (Severity.WARNING, Severity.ERROR, False),
        (Severity.WARNING, Severity.WARNING, True),
        (Severity.NOTE, Severity.WARNING, False),
        (Severity.NOTE, Severity.NOTE, True),
        (Severity.ERROR, None, False),
    ],
)
def test_fail_level(worst: Severity, level: Severity | None, failed: bool) -> None:
    finding = replace(report_case.report().findings[0], severity=worst)
    assert fails(replace(report_case.report(), findings=(finding,)), level) is failed


def with_line(number: int, change: str) -> Report:
    """The shared findings with line `number` of the workflow changed: `change` is a format of the old line."""
    report = report_case.report()
    lines = report.sources[report_case.RELEASE].text.split("\n")
    lines[number - 1] = change.format(lines[number - 1])
    return replace(report, sources=report.sources | {report_case.RELEASE: Source(report_case.RELEASE, "\n".join(lines))})


@pytest.mark.parametrize(
    ("number", "change", "left"),
    [
        (12, "{}  # latest-guard: ignore[ungated-latest] only ever one line", ["fail-open-gate", "opaque-gate"]),
        (12, "{}  //latest-guard:ignore[ ungated-latest ]why", ["fail-open-gate", "opaque-gate"]),
        (11, "      # latest-guard: ignore[ungated-latest] above it", ["fail-open-gate", "opaque-gate"]),
        (11, "{} # latest-guard: ignore[ungated-latest] of its own line", [*KNOWN[:3], "unused-suppression"]),
        (12, "{} # latest-guard: ignore[weak-gate] wrong rule", [*KNOWN[:3], "unused-suppression"]),
        (12, "{} # latest-guard: ignore[ungated-latest, weak-gate] both", ["fail-open-gate", "opaque-gate", "unused-suppression"]),
        (12, "{} # latest-guard: ignore[ungated-latest]", [*KNOWN[:3], "bad-suppression"]),
        (12, "{} # latest-guard: ignore[ungated-latest]   ", [*KNOWN[:3], "bad-suppression"]),
        (12, "{} # latest-guard: ignore because", [*KNOWN[:3], "bad-suppression"]),
        (12, "{} # latest-guard: ignore[] because", [*KNOWN[:3], "bad-suppression"]),
        (12, "{} # latest-guard: ignore[ungated-lates] because", [*KNOWN[:3], "bad-suppression"]),
        (12, "{}#latest-guard: ignore[ungated-latest] no comment in YAML without a space", list(KNOWN[:3])),
        (12, "{} # latest-guard: ignores nothing", [*KNOWN[:3], "bad-suppression"]),
    ],
)
def test_suppression(number: int, change: str, left: list[str]) -> None:
    assert rules(suppressed(with_line(number, change), KNOWN)) == left


def test_a_suppression_above_skips_other_comments() -> None:
    report = with_line(11, "      # latest-guard: ignore[ungated-latest] see below\n      # more words")
    finding = report.findings[0]
    lower = replace(finding, span=replace(finding.span, line=13, end_line=13))
    assert rules(suppressed(replace(report, findings=(lower,)), KNOWN)) == []


def test_an_unknown_rule_is_told_with_the_nearest() -> None:
    report = suppressed(with_line(12, "{} # latest-guard: ignore[ungated-lates] because"), KNOWN)
    assert report.findings[-1].message == "there is no rule `ungated-lates`, did you mean `ungated-latest`?"


def test_a_baseline_knows_its_findings_when_lines_move(tmp_path: Path) -> None:
    report, path = report_case.report(), tmp_path / "baseline.json"
    path.write_text(written(report), encoding="utf-8")
    moved = replace(report, sources={name: Source(name, "\n\n" + source.text) for name, source in report.sources.items()})
    spans = [replace(f.span, line=f.span.line + 2, end_line=f.span.end_line + 2) for f in report.findings]
    moved = replace(moved, findings=tuple(replace(f, span=span) for f, span in zip(report.findings, spans, strict=True)))
    after = compared(moved, read(path))
    assert (after.report.findings, after.known, after.stale) == ((), 3, ())


def test_a_baseline_lets_new_findings_through_and_names_stale_entries(tmp_path: Path) -> None:
    report, path = report_case.report(), tmp_path / "baseline.json"
    path.write_text(written(replace(report, findings=report.findings[:2])), encoding="utf-8")
    after = compared(replace(report, findings=report.findings[1:]), read(path))
    assert rules(after.report) == ["opaque-gate"]
    assert after.known == 1
    assert after.stale == (f"ungated-latest in {report_case.RELEASE}: {report.findings[0].message}",)


def test_a_second_finding_of_the_same_words_is_new() -> None:
    report = report_case.report()
    once = replace(report, findings=report.findings[:1])
    baseline = dict.fromkeys(fingerprints(once), "")
    assert len(compared(replace(report, findings=report.findings[:1] * 2), baseline).report.findings) == 1


def test_a_baseline_is_the_same_whatever_the_order() -> None:
    report = report_case.report()
    text = written(report)
    assert written(replace(report, findings=report.findings[::-1])) == text
    assert len(json.loads(text)["findings"]) == 3
    assert json.loads(written(replace(report, findings=()))) == {"schema": "latest-guard/baseline/1", "findings": []}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no baseline"),
        ('{"schema": "latest-guard/baseline/2", "findings": []}', "is no baseline"),
        ('{"schema": "latest-guard/baseline/1", "findings": [{}]}', "entry 1 has no fingerprint"),
    ],
)
def test_a_bad_baseline_is_told(content: str | None, told: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=told) as caught:
        read(path)
    assert "baseline --update" in str(caught.value)


def settled(settings: dict[str, object], root: Path, report: Report | None = None) -> Outcome:
    return outcome(report or report_case.report(), config.read({}, settings), KNOWN, root)


def test_settings_choose(tmp_path: Path) -> None:
    assert rules(settled({"select": ["ungated-latest, opaque-gate"]}, tmp_path).report) == ["ungated-latest", "opaque-gate"]
    assert rules(settled({"ignore": ["ungated-latest", "opaque-gate"]}, tmp_path).report) == ["fail-open-gate"]
    tables = [{"paths": "ci/*", "ignore": "opaque-gate", "reason": "x"}, {"paths": "ci/*", "ignore": "weak-gate", "reason": "y"}]
    assert rules(settled({"per-path": tables}, tmp_path).report) == ["ungated-latest", "fail-open-gate"]


@pytest.mark.parametrize(
    ("select", "left"),
    [
        ([], ["ungated-latest", "fail-open-gate"]),
        (["default"], ["ungated-latest", "fail-open-gate"]),
        (["opaque-gate"], ["opaque-gate"]),
        (["default", "opaque-gate"], ["ungated-latest", "fail-open-gate", "opaque-gate"]),
        (["all"], ["ungated-latest", "fail-open-gate", "opaque-gate"]),
    ],
)
def test_a_rule_that_is_off_counts_where_it_is_selected(select: list[str], left: list[str], tmp_path: Path) -> None:
    optional = frozenset({"opaque-gate"})
    assert rules(outcome(report_case.report(), config.read({}, {"select": select}), KNOWN, tmp_path, optional).report) == left


def test_a_suppression_of_a_rule_that_is_off_is_not_unused(tmp_path: Path) -> None:
    report = with_line(12, "{} # latest-guard: ignore[ungated-latest] why")
    off = outcome(report, config.read({}, {}), KNOWN, tmp_path, frozenset({"ungated-latest"}))
    assert rules(off.report) == ["fail-open-gate", "opaque-gate"]


def test_several_rules_by_one_word_are_only_selected(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="ignore: there is no rule `all`"):
        settled({"ignore": ["all"]}, tmp_path)


@pytest.mark.parametrize("settings", [{"select": ["weak-gates"]}, {"per-path": [{"paths": "*", "ignore": "weak-gates", "reason": "x"}]}])
def test_a_rule_that_does_not_exist_is_told(settings: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no rule `weak-gates`, did you mean `weak-gate`"):
        settled(settings, tmp_path)


def test_levels(tmp_path: Path) -> None:
    assert settled({}, tmp_path).level is Severity.WARNING
    assert settled({"fail-level": "never"}, tmp_path).level is None


def test_a_suppressed_finding_of_a_rule_that_does_not_count_is_no_unused_suppression(tmp_path: Path) -> None:
    report = with_line(12, "{} # latest-guard: ignore[ungated-latest] why")
    assert rules(settled({"ignore": ["ungated-latest"]}, tmp_path, report).report) == ["fail-open-gate", "opaque-gate"]


def test_the_baseline_knows_more_than_what_is_selected(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(written(report_case.report()), encoding="utf-8")
    after = settled({"select": ["opaque-gate"], "baseline": "known.json"}, tmp_path)
    assert (after.report.findings, after.known, after.stale) == ((), 3, ())


def test_findings_of_a_place_are_told_from_the_worst_on() -> None:
    report = report_case.report()
    first = report.findings[0]
    mixed = [
        replace(first, severity=severity, rule=rule)
        for severity, rule in ((Severity.NOTE, "a"), (Severity.ERROR, "z"), (Severity.WARNING, "b"))
    ]
    assert [finding.rule for finding in ordered(replace(report, findings=(*mixed,))).findings] == ["z", "b", "a"]
