"""What node does with the script of a script action is among what the replay says of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from textwrap import indent

import pytest
from judged import moves
from program_cases import Case
from script_cases import BADGES, OUTPUTS, RETURNS

from machine import tool

STEP = """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - id: script
        uses: actions/github-script@v7
        with:
          script: |
"""
PUSH = """\
      - if: steps.script.outputs.%s == 'true'
        run: docker push ghcr.io/o/r:latest
"""
HARNESS = Path(__file__).with_name("script_action.mjs")


def done(case: Case, folder: Path, tag: str, output: str, failing: bool) -> bool:
    """Run the script: does the badge move, or does the output say that `latest` does?"""
    script = folder / "script.js"
    script.write_text(case.code)
    words = [tool("node"), str(HARNESS), str(script), tag, "yes" if failing else "no"]
    said = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    if not output:
        return bool(said["badge"])
    return said["outputs"].get(output) == "true" and not said["failed"]


@pytest.mark.parametrize(
    ("case", "output"),
    [*((c, "") for c in BADGES), *((c, "latest") for c in OUTPUTS), *((c, "result") for c in RETURNS)],
    ids=lambda value: value.name if isinstance(value, Case) else value,
)
def test_what_happens_is_among_what_is_said(case: Case, output: str, tmp_path: Path) -> None:
    older, newer = done(case, tmp_path, "v1.27.4", output, False), done(case, tmp_path, "v1.29.0", output, False)
    failing = done(case, tmp_path, "v1.27.4", output, True) if case.lookup else older
    expected = {"gated": (False, True, False), "fails open": (False, True, True), "none": (False, False, False), "weak": (True, True, True)}
    if case.label in expected:
        assert (older, newer, failing) == expected[case.label], "the fixture is not what its label says"
    else:
        assert older, "the fixture is not what its label says"
    text = STEP + indent(case.code, " " * 12) + "\n" + (PUSH % output if output else "")
    found = moves(tmp_path / "linted", {".github/workflows/release.yml": text})
    verdicts = {move.verdict.value for move in found}
    assert verdicts == {"gated"} if case.label == "fails open" else verdicts == ({case.label} - {"none"})
    if found and not output:
        assert "Release(" in text.splitlines()[found[0].span.line - 1]
