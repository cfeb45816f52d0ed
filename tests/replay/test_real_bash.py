"""What real bash does with generated gates is among what the replay says can happen.

`LATEST_GUARD_SCRIPTS=2000` tries more of them than the default.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

import pytest
from gate_scripts import IMAGE, Maker
from workflow_runs import LOOKUPS, NEWER, OLDER, Runner, World

from latest_guard.findings import Report
from latest_guard.linter import lint

COUNT = int(os.environ.get("LATEST_GUARD_SCRIPTS", "160"))
BATCHES = 8
#: Of the scripts that are right, how many must be called gated. What is missing are conditions that nobody would write.
AGREED = 0.85


@dataclass
class Case:
    """A generated workflow: what is said of it, and what it does."""

    seed: int
    workflow: str
    runner: Runner

    @cached_property
    def report(self) -> Report:
        path = self.runner.folder / "repository" / ".github" / "workflows" / "release.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.workflow)
        before = Path.cwd()
        os.chdir(path.parents[2])
        try:
            return lint([Path()])
        finally:
            os.chdir(before)

    @property
    def verdicts(self) -> set[str]:
        return {move.verdict.value for move in self.report.moves if move.pointer.name == "latest"}

    @property
    def rules(self) -> set[str]:
        return {finding.rule for finding in self.report.findings}

    @property
    def asked(self) -> list[str]:
        """The programs whose failure makes the lookup fail."""
        words = {
            **dict.fromkeys(LOOKUPS),
            "git": "git ",
            "docker": "docker inspect",
            "crane": "crane ls",
            "gh": "gh release",
            "curl": "curl ",
        }
        return [name for name in LOOKUPS if (words[name] or name) in self.workflow]

    def moves(self, world: World) -> bool:
        """Does real bash push `latest`?"""
        return f"{IMAGE}:latest" in self.runner.pushes(self.workflow, world)

    def told(self, what: str) -> str:
        """What to say of a case that is wrong."""
        return f"seed {self.seed}: {what}; said: {self.verdicts} {self.rules}\n{self.workflow}\n{self.runner.log}"


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return Runner(tmp_path_factory.mktemp("real-bash"))


@pytest.fixture(scope="module")
def counted() -> Counter[str]:
    return Counter()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_bash_does_is_among_what_the_replay_says(batch: int, runner: Runner, counted: Counter[str]) -> None:
    for seed in range(batch, COUNT, BATCHES):
        case = Case(seed, Maker(Random(seed)).workflow(), runner)
        assert not case.report.errors, case.told("an error")
        older, newer = case.moves(World(OLDER)), case.moves(World(NEWER))
        assert case.verdicts or not (older or newer), case.told("bash moves latest, and no move is reported")
        assert case.verdicts != {"gated"} or not older, case.told("an older release moves latest, and it is called gated")
        failing = [name for name in case.asked if case.moves(World(OLDER, failing=(name,)))]
        if case.verdicts == {"gated"} and failing:
            assert "fail-open-gate" in case.rules, case.told(f"latest moves where {failing} fails, and nobody is told")
        counted["older"] += older
        counted["fails open"] += bool(failing)
        if newer and not older:
            counted["right"] += 1
            counted["called gated"] += case.verdicts == {"gated"}


def test_the_scripts_are_of_all_sorts_and_the_right_ones_are_called_gated(counted: Counter[str]) -> None:
    assert counted["older"] >= COUNT / 10
    assert counted["fails open"] >= COUNT / 10
    assert counted["right"] >= COUNT / 3
    assert counted["called gated"] >= AGREED * counted["right"], counted
