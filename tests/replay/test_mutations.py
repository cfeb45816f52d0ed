"""A gate that is broken is no longer called one: fixtures with their comparison taken out, turned round, or given another order."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from test_fixtures import FIXTURES, NAMES, WORKFLOW, label

from latest_guard.findings import Report
from latest_guard.linter import lint

GATED = [name for name in NAMES if all(move[-1] == "gated" for move in label(name)["moves"]) and label(name).get("judge", True)]
#: The lines on which a fixture's comparison may decide; the last of them does.
DECIDES = re.compile(
    r'^ *(?:if |\[ ).*(?:= "\$|newer_or_same|dpkg|older "|!= "\$|-eq 0|\$older" = no|grep -q|\(\(|-ge "|is_highest).*$', re.MULTILINE
)
#: A test, alone or in front of `&&` or `||`.
TEST = re.compile(r"^\[ .*? \](?: (?:&&|\|\|) |$)")


def decisive(text: str, change: Callable[[str], str]) -> str:
    """`text` with its decisive line changed."""
    found = list(DECIDES.finditer(text))[-1]
    indent = len(found[0]) - len(found[0].lstrip())
    return text[: found.start() + indent] + change(found[0].lstrip()) + text[found.end() :]


def taken_out(text: str) -> str:
    """The line decides nothing any more."""

    def changed(line: str) -> str:
        if line.startswith("if "):
            return "if true; then" + line.partition("then")[2]
        rest = TEST.sub("", line)
        return "true" if not rest or "exit" in rest else rest

    return decisive(text, changed)


def turned(text: str) -> str:
    """The comparison on the line has the other outcome."""

    def changed(line: str) -> str:
        if " || [ " in line:
            return line.replace(" || [ ", " || ! [ ")
        if line.startswith("if ! "):
            return "if " + line[5:]
        return "if ! " + line[3:] if line.startswith("if ") else "! " + line

    return decisive(text, changed)


def text_order(text: str) -> str:
    """Versions are sorted as text."""
    return text.replace("sort -V", "sort").replace("--sort=-v:refname", "--sort=-refname")


def linted(folder: Path, name: str, change: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> Report | None:
    """What is said of a changed fixture; None where the change changes nothing."""
    shutil.copytree(FIXTURES / name, folder / name)
    path = folder / name / (label(name)["moves"][0][0] if len(label(name)["moves"][0]) == 3 else WORKFLOW)
    before = path.read_text()
    path.write_text(change(before))
    monkeypatch.chdir(folder / name)
    return lint([Path()]) if path.read_text() != before else None


def said(report: Report) -> tuple[set[str], set[str]]:
    verdicts = {move.verdict.value for move in report.moves if move.pointer.name == "latest"}
    return verdicts, {finding.rule for finding in report.findings}


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("change", [taken_out, turned])
def test_without_its_comparison_or_with_it_turned_it_is_not_gated(
    name: str, change: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = linted(tmp_path, name, change, monkeypatch)
    assert report is not None, "the change must change something"
    verdicts, _ = said(report)
    assert verdicts
    assert "gated" not in verdicts


@pytest.mark.parametrize("name", GATED)
def test_an_order_of_text_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = linted(tmp_path, name, text_order, monkeypatch)
    if report is None:
        pytest.skip("nothing is sorted here by version")
    verdicts, rules = said(report)
    assert verdicts != {"gated"} or "unsound-comparison" in rules
