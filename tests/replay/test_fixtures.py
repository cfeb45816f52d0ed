"""The fixtures of the replay: what is said of them, and what their scripts do under real bash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from workflow_runs import NEWER, OLDER, PRERELEASE, Runner, World

from latest_guard.linter import lint
from latest_guard.rules.ids import IDS, OPTIONAL
from machine import REPOSITORY

FIXTURES = REPOSITORY / "fixtures" / "replay"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/label.json"))
WORKFLOW = ".github/workflows/release.yml"
POINTER = "ghcr.io/example/kestrel:latest"


def label(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / name / "label.json").read_text())
    return found


RUN = [name for name in NAMES if label(name).get("judge", True)]


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_and_findings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / name)
    report, said = lint([Path()]), label(name)
    moves = [[move.span.path, move.span.line, move.verdict.value] for move in report.moves if move.pointer.name == "latest"]
    assert moves == [move if len(move) == 3 else [WORKFLOW, *move] for move in said["moves"]]
    assert sorted({finding.rule for finding in report.findings}) == said["rules"]
    assert not report.errors


def test_every_verdict_and_every_rule_has_a_fixture() -> None:
    labels = [label(name) for name in NAMES]
    assert {move[-1] for said in labels for move in said["moves"]} == {"ungated", "weak", "opaque", "manual", "branch", "gated"}
    assert {rule for said in labels for rule in said["rules"]} == set(IDS) - OPTIONAL


@pytest.mark.parametrize("name", RUN)
def test_bash_does_what_the_label_says(name: str, tmp_path: Path) -> None:
    said, runner = label(name), Runner(tmp_path / "run")
    workflow = (FIXTURES / name / WORKFLOW).read_text()

    def moves(world: World) -> bool:
        return POINTER in runner.pushes(workflow, world, FIXTURES / name)

    older = moves(World(OLDER))
    assert older == said["older"], runner.log
    assert moves(World(NEWER)) == said["newer"], runner.log
    if "prerelease" in said:
        assert moves(World(PRERELEASE)) == said["prerelease"], runner.log
    if "open" in said:
        assert moves(World(OLDER, failing=(said["open"],))), runner.log
    if "empty" in said:
        assert moves(World(OLDER, empty=(said["empty"],))), runner.log
    assert ("open" in said or "empty" in said) == ("fail-open-gate" in said["rules"])
    gated = all(move[-1] == "gated" for move in said["moves"])
    assert older != gated or "blind-gate" in said["rules"]
