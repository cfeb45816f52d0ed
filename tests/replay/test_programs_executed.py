"""What Python and node do with a script is among what the replay says of it, for older and newer releases and failing lookups."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from judged import reported
from program_cases import CASES, Case

from machine import tool

WORKFLOW = """\
on: {{push: {{tags: ['v*']}}}}
concurrency: {{group: release}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {{fetch-depth: 0}}
      - run: {command} "${{GITHUB_REF_NAME#v}}"
"""
RUNNERS = {"py": "python3 release.py", "mjs": "node release.mjs", "cjs": "node release.cjs", "ts": "npx tsx release.ts"}
KNOWN = ("v1.26.0", "v1.27.2", "v1.27.3", "v1.28.0")


def stand_in(folder: Path, name: str, lines: str) -> None:
    """A program of this name that does what the lines say."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


def moved(case: Case, folder: Path, release: str, *, failing: bool = False) -> bool:
    """Run the script for a release: does it push `latest`?"""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    pushed = folder / "pushed"
    pushed.write_text("")
    tags = "\\n".join((*KNOWN, release))
    stand_in(tools, "docker", f'echo "$@" >> {pushed}')
    stand_in(tools, "git", "exit 1" if failing else f"printf '{tags}\\n'")
    stand_in(tools, "npm", "exit 1" if failing else "echo 1.28.0")
    program = folder / f"release.{case.language}"
    program.write_text(case.code)
    command = [sys.executable] if case.language == "py" else [tool("node")]
    if case.language == "ts":
        program = folder / "release.mjs"
        program.write_text(without_types(case.code))
    environment = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_REF": f"refs/tags/{release}",
        "GITHUB_REF_NAME": release,
        "GITHUB_OUTPUT": str(folder / "output"),
    }
    subprocess.run([*command, str(program), release[1:]], env=environment, cwd=folder, check=False, capture_output=True)
    return "push ghcr.io/o/r:latest" in pushed.read_text()


def without_types(code: str) -> str:
    """The few types of the fixtures taken off."""
    for text in (": string", ": Version", ": boolean", " as string", "interface Version { major: number; minor: number; patch: number }"):
        code = code.replace(text, "")
    return code.replace("NAME!)", "NAME)")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}: {case.name}")
def test_what_happens_is_among_what_is_said(case: Case, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    older = moved(case, run, "v1.27.4")
    newer = moved(case, run, "v1.29.0")
    failing = moved(case, run, "v1.27.4", failing=True) if case.lookup else older
    expected = {"gated": (False, True, False), "fails open": (False, True, True)}.get(case.label)
    if expected is not None:
        assert (older, newer, failing) == expected, "the fixture is not what its label says"
    elif case.label == "ungated":
        assert older, "the fixture is not what its label says"
    linted = tmp_path / "linted"
    linted.mkdir()
    files = {".github/workflows/release.yml": WORKFLOW.format(command=RUNNERS[case.language]), f"release.{case.language}": case.code}
    report = reported(linted, files)
    found = [move for move in report.moves if move.pointer.name == "latest"]
    assert found, "the move is not seen"
    verdicts = {move.verdict.value for move in found}
    if older:
        assert "gated" not in verdicts
    if not older and newer:
        assert verdicts == {"gated"}
    assert verdicts == {case.label if case.label != "fails open" else "gated"}
    assert found[0].span.path == f"release.{case.language}"
    line = case.code.splitlines()[found[0].span.line - 1]
    assert any(word in line for word in ("docker", "subprocess.run(command", 'subprocess.run(["docker', "execFileSync("))
    assert (case.label == "fails open") == ("fail-open-gate" in {finding.rule for finding in report.findings})
