"""The linter knows its own gate: each way to ask it and to take its answer, the right ones and the wrong ones."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from latest_guard.catalog import gate as catalog
from latest_guard.cli import check_tag as cli_check_tag
from latest_guard.cli import gate as cli_gate
from latest_guard.cli import promote as cli_promote
from latest_guard.cli import reconcile as cli_reconcile
from latest_guard.linter import lint
from latest_guard.replay.conditions import TRUE
from latest_guard.replay.gating import Answer, Asking
from latest_guard.systems.gitlab import components
from latest_guard.values import KNOWN_VERSIONS, NEWER, OLDER, RELEASED_VERSIONS, samples
from machine import REPOSITORY

if TYPE_CHECKING:
    from latest_guard.values import Str

FIXTURES = REPOSITORY / "fixtures" / "gate"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/label.json"))


@pytest.mark.parametrize("name", NAMES)
def test_verdicts_and_findings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    label: dict[str, Any] = json.loads((FIXTURES / name / "label.json").read_text(encoding="utf-8"))
    monkeypatch.chdir(FIXTURES / name)
    report = lint([Path()])
    assert sorted(move.verdict.value for move in report.moves) == label["verdicts"], label["why"]
    assert sorted(finding.rule for finding in report.findings) == label["rules"], label["why"]
    assert not report.errors


def test_what_is_said_of_a_rollback_in_every_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "promote-rollback")
    assert ["Without `--rollback` promote" in finding.help for finding in lint([Path()]).findings] == [True]


# What is said of the gate is what it does ------------------------------------------------------------------------------


def valued(module: Any) -> set[str]:
    """The options of a command that take a value."""
    parser = argparse.ArgumentParser()
    module.configure(parser)
    return {name for action in parser._actions if action.nargs is None for name in action.option_strings if name != "-v"}


@pytest.mark.parametrize(("module", "said"), [(cli_gate, catalog.GATE), (cli_check_tag, catalog.CHECK_TAG), (cli_promote, catalog.PROMOTE)])
def test_options_with_values_are_those_of_the_command_line(module: Any, said: frozenset[str]) -> None:
    assert valued(module) == said


def test_reconcile_has_no_option_with_a_value_that_promote_has_not() -> None:
    assert valued(cli_reconcile) <= catalog.PROMOTE


def test_the_component_is_the_one_that_there_is() -> None:
    assert (REPOSITORY / "templates" / "gate.yml").read_text(encoding="utf-8") == components.GATE


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a tag for every version that is there in the accident."""
    folder = tmp_path_factory.mktemp("released")
    git = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"], *(["tag", f"v{version}"] for version in KNOWN_VERSIONS)):
        subprocess.run([*git, *words], check=True)
    return folder


@pytest.fixture(scope="module")
def asking() -> Asking:
    """A question to the gate as the replay met it."""
    met: list[Asking] = []
    patch = pytest.MonkeyPatch()
    patch.setattr(Asking, "run", lambda self, to_files: met.append(self))
    patch.chdir(FIXTURES / "shell-tags")
    lint([Path()])
    patch.undo()
    return met[0]


def real(repository: Path, version: str, *options: str) -> tuple[str, str, str]:
    """What the gate prints, writes for GitHub, and writes as a dotenv report."""
    output, dotenv = repository / f"output-{version}", repository / f"dotenv-{version}"
    output.unlink(missing_ok=True)
    words = [sys.executable, "-m", "latest_guard", "gate", version, "--git", "--offline", f"--dotenv={dotenv}", *options]
    environment = {**os.environ, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": ""}
    done = subprocess.run(words, cwd=repository, env=environment, capture_output=True, text=True, check=True)
    return done.stdout, output.read_text(encoding="utf-8"), dotenv.read_text(encoding="utf-8")


def blocks(text: str) -> dict[str, str]:
    """The outputs in a file for GitHub, but for the reason, which is in words."""
    found = re.findall(r"^([\w-]+)<<(.*)\n((?s:.*?))^\2\n", text, re.MULTILINE)
    return {name: value for name, _, value in found if name != "reason"}


def assignments(text: str) -> dict[str, str]:
    """Variables as a shell takes them."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name: " ".join(shlex.split(value)) for name, _, value in pairs if not name.endswith("REASON")}


@pytest.mark.parametrize(("world", "latest"), [(OLDER, False), (NEWER, True)])
def test_what_it_writes_is_what_it_writes(repository: Path, asking: Asking, world: int, latest: bool) -> None:
    def sample(value: Str) -> str:
        found = samples(value)
        assert found is not None
        return found[world]

    pointers = asking.pointers()
    answer = Answer(TRUE, latest, tuple(pointer.name for pointer in pointers if latest or pointer.depth == 2))
    nobody = replace(asking.asked, images=())
    silent = Asking(asking.machine, nobody, asking.settings, asking.span)
    version = "v" + RELEASED_VERSIONS[world]
    printed, output, dotenv = real(repository, version, "--shell")
    assert blocks(sample(silent.outputs(answer))) == blocks(output)
    assert assignments(sample(silent.printed(answer))) == assignments(printed)
    assert assignments(sample(silent.dotenv(answer))) == assignments(dotenv)
    ours = json.loads(sample(silent.json(answer)))
    theirs = json.loads(real(repository, version, "--format=json")[0])
    assert ours.keys() == theirs.keys()
    assert {name: found["move"] for name, found in ours["pointers"].items()} == {n: f["move"] for n, f in theirs["pointers"].items()}
    assert [ours[name] for name in ("version", "metadata_tags", "npm_tag")] == [
        theirs[name] for name in ("version", "metadata_tags", "npm_tag")
    ]
